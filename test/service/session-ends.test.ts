/** Ends that are recorded or not, and rows that cannot be believed: neither may change what a check answers, or let anybody in. */
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

  it('about an earlier instant: by a clock that steps back behind the end the session is live again', async () => {
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

  /** A session by the legacy rule, closed by a grant to Charlotte alone, and later a grant to its own user. */
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

  it('of a legacy session that was closed to its user, and to whom access is granted later', async () => {
    expect(await closedAndGranted(false)).toEqual(await closedAndGranted(true))
  })

  it('of a legacy session: access once lost stays lost to it (SPEC 7.2)', async () => {
    expect((await closedAndGranted(false))[0]).toBe('access-denied legacy-closed')
    expect((await closedAndGranted(false))[1]).not.toBe('live')
  })

  it('of a legacy session: when it was closed to its user is one instant, whenever one looks', async () => {
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

  it('save of a host’s rule that denied for a while and permits again: who has not asked meanwhile cannot know', async () => {
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

  it('save within the one millisecond in which access ends, is recorded as ended, and is granted anew', async () => {
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

describe('what is no instant never allows (SPEC 4.2)', () => {
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

describe('whatever is thrown is Consentry’s own (SPEC 9.1)', () => {
  const typed = async (call: Promise<unknown>) => isConsentryError(await call.catch((error: unknown) => error))

  it('by an end, a list and a recording over a repository that answers with no row', async () => {
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

  it('by the claims of what is no session, or of nobody', () => {
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
