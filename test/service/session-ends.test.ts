/** Recorded ends and malformed rows: neither changes the answer of a check or allows access. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { impersonationClaims } from '../../src/domain/claims.js'
import { isConsentryError } from '../../src/domain/error.js'
import { caroline, elizabeth, T0, TOM, tomAdmin } from '../story/cast.js'
import { grantAgain, grantedStage, HOUR, refusal, sessionStage, told, wickham } from './session-scene.js'

const sha256 = (id: string) => createHash('sha256').update(id).digest('hex')

describe('recording an end changes no answer (SPEC 4.3)', () => {
  it('about an earlier instant: a list pinned before the end shows the session as it was then (SPEC 6.5)', async () => {
    const rest = async (record: boolean) => {
      const on = await grantedStage({}, T0 + 100)
      await on.start()
      on.now += 1
      await on.start()
      on.now = T0 + 50
      const { next } = await on.consentry.sessions(elizabeth, { limit: 1, status: 'live' })
      on.now = T0 + 200
      if (record) await on.consentry.recordDue()
      return (await on.consentry.sessions(elizabeth, { status: 'live', cursor: next ?? '' })).items.length
    }
    expect(await rest(false)).toBe(1)
    expect(await rest(true)).toBe(1)
  })

  it('about an earlier instant: if the clock steps back before the end, the session is live again', async () => {
    const check = async (record: boolean) => {
      const on = await grantedStage({}, T0 + 100)
      const { id } = await on.start()
      on.now = T0 + 100
      if (record) await on.consentry.recordDue()
      on.now = T0 + 99
      return told(on.consentry.checkImpersonation(caroline, id))
    }
    expect(await check(false)).toBe('live')
    expect(await check(true)).toBe('live')
  })

  /** A legacy session, closed by a grant to Charlotte alone, with a later grant to the session's own user. */
  const closedAndGranted = async (record: boolean) => {
    const on = await sessionStage()
    const { id } = await on.start('wickham', TOM, 'legacy-support')
    on.now = T0 + 10
    await grantAgain(on, null, ['charlotte'])
    const between = await told(on.consentry.checkImpersonation(wickham, id))
    if (record) await on.consentry.recordDue()
    on.now = T0 + 20
    await grantAgain(on, null, ['wickham'])
    return [between, await told(on.consentry.checkImpersonation(wickham, id))]
  }

  it('about a legacy session that was closed, even if its user gets a grant later', async () => {
    expect(await closedAndGranted(false)).toEqual(await closedAndGranted(true))
  })

  it('about a legacy session: lost access ends it permanently (SPEC 7.2)', async () => {
    expect((await closedAndGranted(false))[0]).toBe('access-denied legacy-closed')
    expect((await closedAndGranted(false))[1]).not.toBe('live')
  })

  it('about a legacy session: its end has one instant, whenever it is read', async () => {
    const on = await sessionStage()
    await on.start('wickham', TOM, 'legacy-support')
    on.now = T0 + 10
    await on.consentry.grant(tomAdmin, on.tom)
    const seen = async (now: number) => {
      on.now = now
      return (await on.consentry.sessions(tomAdmin)).items.map((one) => one.status === 'ended' && [one.endedAt, one.cause])
    }
    expect(await seen(T0 + 20)).toEqual(await seen(T0 + 30))
    expect(await seen(T0 + 20)).toEqual(await seen(T0 + HOUR))
  })

  it('except if the legacy rule denied for a while and permits again: that is unknown unless recorded', async () => {
    const check = async (record: boolean) => {
      let open = true
      const on = await sessionStage({ legacy: () => open })
      const { id } = await on.start('wickham', TOM, 'legacy-support')
      open = false
      expect(await told(on.consentry.checkImpersonation(wickham, id))).toBe('access-denied legacy-not-permitted')
      if (record) await on.consentry.recordDue()
      open = true
      on.now += 1
      return told(on.consentry.checkImpersonation(wickham, id))
    }
    expect(await check(true)).toMatch('session-ended')
    expect(await check(false)).toBe('live')
  })

  it('except within the millisecond in which access ends, is recorded as ended, and is granted again', async () => {
    const check = async (record: boolean) => {
      const on = await grantedStage()
      const { id } = await on.start()
      await on.consentry.setExpiry(tomAdmin, on.tom, { expiresAt: T0 + 100 })
      on.now = T0 + 100
      if (record) await on.consentry.recordDue()
      await grantAgain(on, null)
      return told(on.consentry.checkImpersonation(caroline, id))
    }
    expect(await check(true)).toMatch('session-ended')
    expect(await check(false)).toBe('live')
  })
})

describe('an invalid instant never allows (SPEC 4.2)', () => {
  for (const change of [
    { endsAt: Number.NaN },
    { endsAt: undefined },
    { endsAt: 'never' },
    { startedAt: Number.NaN },
    { state: 'paused' },
  ]) {
    it(`in a stored session: ${Object.entries(change).join()}`, async () => {
      const memory = memoryRepository()
      const { id, endsAt } = await (await grantedStage({ repository: memory })).start()
      const row = await memory.session(sha256(id))
      const session: typeof memory.session = async () => row && { ...row, session: { ...row.session, ...change } as never }
      const on = await sessionStage({ repository: { ...memory, session } })
      on.now = 'endsAt' in change ? endsAt + 1 : T0
      expect(await told(on.consentry.checkImpersonation(caroline, id))).not.toBe('live')
    })
  }
})

describe('every error is a ConsentryError (SPEC 9.1)', () => {
  const typed = async (call: Promise<unknown>) => isConsentryError(await call.catch((error: unknown) => error))

  it('from endImpersonation, sessions and recordDue if the repository returns no row', async () => {
    const memory = memoryRepository()
    const { id } = await (await grantedStage({ repository: memory })).start()
    const nothing = async () => [null] as never
    const broken = { ...memory, session: async () => null as never, sessions: nothing, openSessions: nothing }
    const { consentry } = await sessionStage({ repository: broken })
    expect(await refusal(consentry.checkImpersonation(caroline, id))).toMatchObject({ code: 'not-found' })
    expect(await typed(consentry.sessions(elizabeth))).toBe(true)
    expect(await typed(consentry.recordDue())).toBe(true)
    expect(await typed(consentry.endImpersonation(caroline, id))).toBe(true)
  })

  it('from impersonationClaims for a malformed session or persona', () => {
    const session = { id: 'x', user: 'x', startedAt: 0, endsAt: 0 } as never
    for (const make of [() => impersonationClaims(null as never, { sub: 'x' }), () => impersonationClaims(session, undefined as never)]) {
      try {
        make()
      } catch (error) {
        expect(isConsentryError(error, 'invalid-input')).toBe(true)
      }
    }
  })
})
