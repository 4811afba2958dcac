/** Sessions through the service: starts, checks, ends, refusals, and what is stored (SPEC §7). */
import { createHash } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Actor } from '../../src/domain/actor.js'
import type { AccessMethod } from '../../src/domain/decision-types.js'
import { AccessDenied } from '../../src/domain/error.js'
import type { Session } from '../../src/domain/session-state.js'
import type { Repository, SessionRow } from '../../src/ports/repository.js'
import { CLASSICS, caroline, charlotte, elizabeth, HUNDRED, hundredAdmin, person, T0, TOM, tomAdmin } from '../story/cast.js'
import { codeOf, grantAgain, grantedStage, HOUR, IN_TOM, outside, refusal, sessionStage, told, traces, wickham } from './session-scene.js'

const sha256 = (id: string) => createHash('sha256').update(id).digest('hex')
const inside = (actor: Actor, tenant: string, method: AccessMethod = 'access-request'): Actor => ({
  ...actor,
  impersonating: { tenant, method },
})
const issuesOf = async (call: Promise<unknown>) => (await refusal(call)).issues.map(({ path, code }) => `${path.join('.')} ${code}`)

describe('starting', () => {
  it('returns the session, which ends at the policy’s cap if access has no end (SPEC 7.1)', async () => {
    const on = await grantedStage()
    on.now += 5
    const live = await on.consentry.startImpersonation(caroline, { ...IN_TOM, reason: 'ticket 7' })
    expect(live).toStrictEqual({
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      user: 'caroline',
      requestingTenant: CLASSICS,
      tenant: TOM,
      method: 'access-request',
      grantedBy: [on.tom],
      reason: 'ticket 7',
      startedAt: T0 + 5,
      endsAt: T0 + 5 + HOUR,
      changesAt: T0 + 5 + HOUR,
    })
    expect(Object.isFrozen(live)).toBe(true)
  })

  it('ends it when access ends, if that is earlier, and names all grants that hold', async () => {
    const on = await grantedStage({}, T0 + 100)
    const second = await grantAgain(on, T0 + 200)
    expect(await on.start()).toMatchObject({ endsAt: T0 + 200, changesAt: T0 + 200, grantedBy: [second, on.tom] })
  })

  it('never exceeds the cap, to the millisecond', async () => {
    for (const [expiresAt, endsAt] of [
      [T0 + 999, T0 + 999],
      [T0 + 1000, T0 + 1000],
      [T0 + 1001, T0 + 1000],
    ] as const) {
      const on = await grantedStage({ policy: { sessionCap: { seconds: 1 } } }, expiresAt)
      expect((await on.start()).endsAt).toBe(endsAt)
    }
  })

  it('needs no permission, and works by legacy methods if the legacy rule permits', async () => {
    const on = await sessionStage()
    expect(await on.start('wickham', TOM, 'legacy-configure')).toMatchObject({ method: 'legacy-configure', grantedBy: [], reason: '' })
  })

  it('starts another session while one is live, and each ends separately (SPEC 7.1)', async () => {
    const on = await grantedStage()
    const [first, second] = [await on.start(), await on.start()]
    await on.consentry.endImpersonation(caroline, first.id)
    expect(await told(on.consentry.checkImpersonation(caroline, first.id))).toBe(`session-ended ${T0}`)
    expect(await told(on.consentry.checkImpersonation(caroline, second.id))).toBe('live')
  })

  it('creates distinct ids of 256 bits, independent of the host’s `newId` (SPEC 7.4)', async () => {
    let count = 0
    const on = await grantedStage({ newId: () => `id-${count++}` })
    const ids = await Promise.all(Array.from({ length: 200 }, async () => (await on.start()).id))
    expect(new Set(ids).size).toBe(200)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{64}$/)
    // Each of the 64 digits varies, so no part of an id is constant or a counter.
    for (let digit = 0; digit < 64; digit++) expect(new Set(ids.map((id) => id[digit])).size, `digit ${digit}`).toBeGreaterThan(8)
  })

  it('passes the SHA-256 of an id to the repository, and never the id itself', async () => {
    const on = await grantedStage()
    const { id } = await on.start()
    await on.consentry.checkImpersonation(caroline, id)
    await on.consentry.sessions(elizabeth)
    await on.consentry.endImpersonation(caroline, id)
    await on.consentry.endImpersonation(caroline, id)
    await on.consentry.recordDue()
    const said = JSON.stringify(on.asked)
    expect(said).not.toContain(id)
    expect(said).toContain(sha256(id))
    expect(await traces(on.memory)).not.toContain(id)
    expect(on.asked.filter(({ call }) => call === 'session').map(({ args }) => args)).toEqual(Array(3).fill([sha256(id)]))
  })

  it('saves the session with exactly one event (SPEC 8.1)', async () => {
    const on = await grantedStage()
    on.now += 1
    on.asked.length = 0
    const { id } = await on.start()
    expect(on.asked.map(({ call }) => call)).toEqual(['factsFor', 'saveSessionChanges'])
    expect(await on.memory.session(sha256(id))).toMatchObject({ session: { state: 'open', revision: 1, user: 'caroline' } })
    const [event] = await on.memory.history({ requestingTenant: CLASSICS, limit: 1 })
    expect(event).toMatchObject({
      type: 'impersonation.started',
      session: sha256(id),
      by: { user: 'caroline', tenant: CLASSICS },
      revision: 1,
    })
  })
})

describe('starting is refused', () => {
  it('for a malformed actor and input, with all issues, before anything else', async () => {
    const on = await grantedStage()
    on.asked.length = 0
    const bad = { tenant: 'a b', method: 'root', reason: 'a bell\u0007', id: 'mine' }
    expect(await issuesOf(on.consentry.startImpersonation({ ...caroline, user: '' }, bad as never))).toEqual([
      'actor.user invalid',
      'tenant invalid',
      'method invalid',
      'reason invalid',
      'id unknown-key',
    ])
    expect(await issuesOf(on.consentry.startImpersonation(inside(caroline, TOM), {} as never))).toEqual([
      'tenant missing',
      'method missing',
    ])
    for (const none of [undefined, null, 7, [], new Map([['tenant', TOM]])])
      expect(await codeOf(on.consentry.startImpersonation(caroline, none as never))).toBe('invalid-input')
    expect(on.asked).toEqual([])
  })

  it('in one’s own tenant, as an issue of the input and before nesting (SPEC 7.3)', async () => {
    const on = await grantedStage()
    const call = on.consentry.startImpersonation(inside(caroline, HUNDRED), { tenant: CLASSICS, method: 'legacy-support' })
    expect(outside(await refusal(call))).toMatchObject({
      code: 'invalid-input',
      message: "tenant: `classics` is the actor's own tenant",
      issues: [{ path: ['tenant'], code: 'own-tenant' }],
    })
  })

  it('from inside any tenant, before the decision: no nesting (SPEC 7.3)', async () => {
    const on = await grantedStage()
    on.asked.length = 0
    for (const actor of [inside(caroline, TOM), inside(caroline, HUNDRED), inside(wickham, HUNDRED, 'legacy-support')])
      expect(await codeOf(on.consentry.startImpersonation(actor, IN_TOM))).toBe('impersonating')
    expect(on.asked).toEqual([])
  })

  it('if the decision denies, with the decision in the error', async () => {
    const on = await sessionStage({ legacy: () => false })
    const denied = async (user = 'caroline', method: AccessMethod = 'access-request') => {
      const error = await refusal(on.start(user, TOM, method))
      expect(error).toBeInstanceOf(AccessDenied)
      expect((error as AccessDenied).decision).toEqual(await on.consentry.decide({ user, tenant: TOM, method }))
      return (error as AccessDenied).decision.reason
    }
    expect(await denied('wickham')).toBe('not-associated')
    expect(await denied()).toBe('pending')
    expect(await denied('caroline', 'legacy-support')).toBe('legacy-not-permitted')
    await on.consentry.grant(tomAdmin, on.tom, { expiresAt: T0 + 10 })
    expect(await denied('wickham', 'legacy-support')).toBe('legacy-closed')
    on.now = T0 + 10
    expect(await denied()).toBe('expired')
    on.now++
    await on.consentry.revoke(tomAdmin, await grantAgain(on, null))
    expect(await denied()).toBe('revoked')
    on.now++
    const again = async () => {
      const { sent } = await on.consentry.submit(elizabeth, {
        name: 'X',
        associations: [{ users: ['caroline', 'charlotte'], tenants: [TOM] }],
      })
      on.now++
      return sent[0]?.id ?? ''
    }
    await on.consentry.reject(tomAdmin, await again())
    expect(await denied()).toBe('rejected')
    await on.consentry.withdraw(elizabeth, await again())
    expect(await denied()).toBe('withdrawn')
    await again()
    await on.consentry.removeUser(elizabeth, 'caroline')
    expect(await denied()).toBe('removed')
  })

  it('and saves nothing (SPEC 9.3)', async () => {
    const on = await sessionStage({ legacy: () => false })
    const before = await traces(on.memory)
    for (const actor of [caroline, inside(caroline, TOM), { ...caroline, user: '' }, person('x', TOM)])
      await refusal(on.consentry.startImpersonation(actor, IN_TOM))
    expect(await traces(on.memory)).toBe(before)
  })
})

describe('a check', () => {
  it('returns the live session, also to an actor inside that tenant, and writes nothing', async () => {
    const on = await grantedStage()
    const live = await on.start()
    const before = await traces(on.memory)
    on.asked.length = 0
    for (const actor of [caroline, inside(caroline, TOM), { ...caroline, permissions: ['submit', 'answer'] } as Actor])
      expect(await on.consentry.checkImpersonation(actor, live.id)).toStrictEqual(live)
    expect(new Set(on.asked.map(({ call }) => call))).toEqual(new Set(['session']))
    on.now = live.endsAt
    await refusal(on.consentry.checkImpersonation(caroline, live.id))
    expect(on.asked.every(({ call }) => call === 'session')).toBe(true)
    expect(await traces(on.memory)).toBe(before)
  })

  it('allows until 1 ms before the end, and not at the end (SPEC 7.2)', async () => {
    const on = await grantedStage()
    const { id, endsAt } = await on.start()
    for (const [now, answer] of [
      [endsAt - 1, 'live'],
      [endsAt, `session-ended ${endsAt}`],
      [endsAt + 1, `session-ended ${endsAt}`],
    ] as const) {
      on.now = now
      expect(await told(on.consentry.checkImpersonation(caroline, id))).toBe(answer)
    }
    expect((await refusal(on.consentry.checkImpersonation(caroline, id))).message).toBe(
      `the session ended at \`${new Date(endsAt).toISOString()}\``,
    )
  })

  it('never prolongs the session (SPEC 7.3)', async () => {
    const on = await grantedStage({ policy: { sessionCap: { seconds: 1 } } })
    const live = await on.start()
    for (on.now = T0; on.now < T0 + 1000; on.now += 111)
      expect((await on.consentry.checkImpersonation(caroline, live.id)).endsAt).toBe(T0 + 1000)
    on.now = T0 + 1000
    expect(await told(on.consentry.checkImpersonation(caroline, live.id))).toBe(`session-ended ${T0 + 1000}`)
  })

  it('ignores a prolonged grant, and reports a shortened one', async () => {
    const on = await grantedStage({}, T0 + 100)
    const { id } = await on.start()
    await on.consentry.setExpiry(tomAdmin, on.tom, { expiresAt: T0 + 200 })
    expect(await on.consentry.checkImpersonation(caroline, id)).toMatchObject({ endsAt: T0 + 100, changesAt: T0 + 100 })
    await on.consentry.setExpiry(tomAdmin, on.tom, { expiresAt: T0 + 50 })
    expect(await on.consentry.checkImpersonation(caroline, id)).toMatchObject({ endsAt: T0 + 100, changesAt: T0 + 50 })
    on.now = T0 + 49
    expect(await told(on.consentry.checkImpersonation(caroline, id))).toBe('live')
    on.now = T0 + 50
    expect(await told(on.consentry.checkImpersonation(caroline, id))).toBe('access-denied expired')
    on.now = T0 + 100
    expect(await told(on.consentry.checkImpersonation(caroline, id))).toBe('access-denied expired')
  })

  it('is denied from a revocation by either party on, and from the removal on', async () => {
    const revoked = await grantedStage()
    const first = await revoked.start()
    await revoked.consentry.revoke(tomAdmin, revoked.tom)
    expect(await told(revoked.consentry.checkImpersonation(caroline, first.id))).toBe('access-denied revoked')

    const givenUp = await grantedStage()
    const second = await givenUp.start()
    await givenUp.consentry.revoke(elizabeth, givenUp.tom)
    expect(await told(givenUp.consentry.checkImpersonation(caroline, second.id))).toBe('access-denied revoked')

    const removed = await grantedStage()
    const [third, other] = [await removed.start(), await removed.start('charlotte')]
    await removed.consentry.removeUser(elizabeth, 'caroline')
    expect(await told(removed.consentry.checkImpersonation(caroline, third.id))).toBe('access-denied removed')
    expect(await told(removed.consentry.checkImpersonation(charlotte, other.id))).toBe('live')
  })

  it('of a session that lost access stays refused after a later grant, which allows another session', async () => {
    const on = await grantedStage()
    const { id } = await on.start()
    on.now += 10
    await on.consentry.revoke(tomAdmin, on.tom)
    on.now += 1
    await grantAgain(on, null)
    expect(await told(on.consentry.checkImpersonation(caroline, id))).toBe(`session-ended ${T0 + 10}`)
    expect(await told(on.consentry.checkImpersonation(caroline, (await on.start()).id))).toBe('live')
  })

  it('of a legacy session is denied once the tenant has granted, unless the grant names the user', async () => {
    const on = await sessionStage()
    const [his, hers] = [await on.start('wickham', TOM, 'legacy-support'), await on.start('caroline', TOM, 'legacy-support')]
    on.now += 5
    await on.consentry.grant(tomAdmin, on.tom, { expiresAt: T0 + 20 })
    expect(await told(on.consentry.checkImpersonation(wickham, his.id))).toBe('access-denied legacy-closed')
    expect(await on.consentry.checkImpersonation(caroline, hers.id)).toMatchObject({ endsAt: T0 + HOUR, changesAt: T0 + 20, grantedBy: [] })
    on.now = T0 + 20
    expect(await told(on.consentry.checkImpersonation(caroline, hers.id))).toBe('access-denied legacy-closed')
  })

  it('calls the legacy rule again, with the current instant', async () => {
    const rule = vi.fn((_user: string, _tenant: string, _method: string, now: number) => now < T0 + 10)
    const on = await sessionStage({ legacy: rule })
    const { id } = await on.start('wickham', TOM, 'legacy-support')
    on.now = T0 + 9
    expect(await told(on.consentry.checkImpersonation(wickham, id))).toBe('live')
    on.now = T0 + 10
    expect(await told(on.consentry.checkImpersonation(wickham, id))).toBe('access-denied legacy-not-permitted')
    expect(rule.mock.calls.at(-1)).toEqual(['wickham', TOM, 'legacy-support', T0 + 10])
  })
})

describe('a check is refused', () => {
  it('for a malformed actor and id, with all issues and without a repository call', async () => {
    const on = await grantedStage()
    on.asked.length = 0
    for (const call of [on.consentry.checkImpersonation, on.consentry.endImpersonation]) {
      expect(await issuesOf(call({ ...caroline, tenant: '', permissions: ['root'] } as never, 'a b'))).toEqual([
        'actor.tenant invalid',
        'actor.permissions.0 invalid',
        'session invalid',
      ])
      expect(await issuesOf(call({ user: 'caroline', tenant: CLASSICS, permissions: [] } as never, undefined as never))).toEqual([
        'actor.impersonating missing',
        'session missing',
      ])
    }
    expect(on.asked).toEqual([])
  })

  it('with the same error for another user’s id and a missing id, and so is an end (SPEC 6.4, 7.4)', async () => {
    const on = await grantedStage()
    const { id } = await on.start()
    const before = await traces(on.memory)
    for (const call of [on.consentry.checkImpersonation, on.consentry.endImpersonation]) {
      for (const actor of [charlotte, wickham, tomAdmin, elizabeth, person('caroline2', CLASSICS)]) {
        const [foreign, missing] = [await refusal(call(actor, id)), await refusal(call(actor, '0'.repeat(64)))]
        expect(outside(foreign)).toEqual(outside(missing))
        expect(outside(foreign)).toMatchObject({ code: 'not-found', message: 'there is no such request or session' })
      }
    }
    expect(await traces(on.memory)).toBe(before)
  })

  it('for the stored hash: reading the database gives no access', async () => {
    const on = await grantedStage()
    const { id } = await on.start()
    const [shown] = (await on.consentry.sessions(elizabeth)).items
    expect(shown?.hash).toBe(sha256(id))
    for (const stolen of [sha256(id), id.toUpperCase().replace(/\d/g, 'A'), id.slice(1), `${id}0`]) {
      expect(await codeOf(on.consentry.checkImpersonation(caroline, stolen))).toBe('not-found')
      expect(await codeOf(on.consentry.endImpersonation(caroline, stolen))).toBe('not-found')
    }
  })

  it('to an actor inside another tenant or by another method, whosever the session is (SPEC 4.7)', async () => {
    const on = await grantedStage()
    const mine = await on.start()
    const his = await on.start('charlotte')
    for (const actor of [inside(caroline, HUNDRED), inside(caroline, TOM, 'legacy-support')])
      for (const id of [mine.id, his.id, '0'.repeat(64)])
        expect(await codeOf(on.consentry.checkImpersonation(actor, id))).toBe('impersonating')
    on.now = mine.endsAt
    expect(await codeOf(on.consentry.checkImpersonation(inside(caroline, HUNDRED), mine.id))).toBe('impersonating')
  })

  it('in a tenant that has become the actor’s own', async () => {
    const on = await grantedStage()
    const { id } = await on.start()
    expect(await issuesOf(on.consentry.checkImpersonation(person('caroline', TOM), id))).toEqual(['tenant own-tenant'])
  })
})

describe('an end', () => {
  it('is dated now and by the user, and repeating it returns the same end (SPEC 7.3)', async () => {
    const on = await grantedStage()
    const { id } = await on.start()
    on.now += 7
    const ended = await on.consentry.endImpersonation(caroline, id)
    expect(ended).toStrictEqual({ session: sha256(id), tenant: TOM, status: 'ended', endedAt: T0 + 7, cause: 'ended-by-user', revision: 2 })
    const before = await traces(on.memory)
    on.now += 7
    expect(await on.consentry.endImpersonation(caroline, id)).toStrictEqual(ended)
    on.now = T0 + HOUR
    expect(await on.consentry.endImpersonation(caroline, id)).toStrictEqual(ended)
    expect(await traces(on.memory)).toBe(before)
    expect(await told(on.consentry.checkImpersonation(caroline, id))).toBe(`session-ended ${T0 + 7}`)
    const [event] = await on.memory.history({ requestingTenant: CLASSICS, limit: 1 })
    expect(event).toMatchObject({ type: 'impersonation.ended', by: { user: 'caroline', tenant: CLASSICS }, at: T0 + 7 })
  })

  it('is allowed from inside any tenant, so no actor is locked in', async () => {
    for (const actor of [inside(caroline, TOM), inside(caroline, HUNDRED, 'legacy-support')]) {
      const on = await grantedStage()
      const { id } = await on.start()
      expect(await on.consentry.endImpersonation(actor, id)).toMatchObject({ cause: 'ended-by-user' })
    }
  })

  it('of a session that has ended records the actual cause and instant, by the clock', async () => {
    const timed = await grantedStage()
    const first = await timed.start()
    timed.now = first.endsAt + 50
    expect(await timed.consentry.endImpersonation(caroline, first.id)).toMatchObject({ cause: 'expired', endedAt: first.endsAt })

    const revoked = await grantedStage()
    const second = await revoked.start()
    revoked.now += 10
    await revoked.consentry.revoke(tomAdmin, revoked.tom)
    revoked.now += 10
    expect(await revoked.consentry.endImpersonation(caroline, second.id)).toMatchObject({ cause: 'access-lost', endedAt: T0 + 10 })
    const [event] = await revoked.memory.history({ requestingTenant: CLASSICS, limit: 1 })
    expect(event).toMatchObject({ type: 'tenant-request.revoked' })
    const ends = (await revoked.memory.history({ requestingTenant: CLASSICS, limit: 9 })).filter(
      ({ type }) => type === 'impersonation.ended',
    )
    expect(ends).toMatchObject([{ by: 'clock', at: T0 + 10, cause: 'access-lost' }])
  })

  it('is never dated before the start, even if the clock steps back', async () => {
    const on = await grantedStage()
    on.now += 10
    const { id } = await on.start()
    on.now -= 5
    expect(await on.consentry.endImpersonation(caroline, id)).toMatchObject({ endedAt: T0 + 10, cause: 'ended-by-user' })
  })

  it('requested concurrently is saved once, and returned to all', async () => {
    const on = await grantedStage()
    const { id } = await on.start()
    const ends = await Promise.all(Array.from({ length: 8 }, () => on.consentry.endImpersonation(caroline, id)))
    expect(new Set(ends.map((end) => JSON.stringify(end))).size).toBe(1)
    const events = await on.memory.history({ requestingTenant: CLASSICS, limit: 99 })
    expect(events.filter(({ type }) => type === 'impersonation.ended')).toHaveLength(1)
  })

  it('is retried after a conflict, and throws `unavailable` if every attempt conflicts', async () => {
    const memory = memoryRepository()
    const on = await grantedStage({ repository: memory })
    const { id } = await on.start()
    const saveSessions = vi.fn(memory.saveSessionChanges).mockResolvedValueOnce('conflict')
    const again = await sessionStage({ repository: { ...memory, saveSessionChanges: saveSessions } })
    expect(await again.consentry.endImpersonation(caroline, id)).toMatchObject({ cause: 'ended-by-user', revision: 2 })
    expect(saveSessions).toHaveBeenCalledTimes(2)

    const other = await on.start()
    const never = vi.fn(async () => 'conflict' as const)
    const stuck = await sessionStage({ repository: { ...memory, saveSessionChanges: never } })
    expect(await refusal(stuck.consentry.endImpersonation(caroline, other.id))).toMatchObject({ code: 'unavailable', port: 'repository' })
    expect(never).toHaveBeenCalledTimes(1000)
    expect(await told(on.consentry.checkImpersonation(caroline, other.id))).toBe('live')
  })
})

describe('a start that is not saved', () => {
  it('throws `unavailable` without a retry, because a conflict means a broken repository', async () => {
    const saveSessions = vi.fn(async () => 'conflict' as const)
    const on = await grantedStage({ repository: { ...memoryRepository(), saveSessionChanges: saveSessions } })
    expect(await refusal(on.start())).toMatchObject({ code: 'unavailable', port: 'repository' })
    expect(saveSessions).toHaveBeenCalledTimes(1)
  })
})

describe('a failing repository', () => {
  const down = new Error('password=hunter2')
  const fails = [
    async () => {
      throw down
    },
    () => {
      throw down
    },
  ] as const

  /** A service whose given repository calls fail, and a session that was started before. */
  async function broken(...calls: (keyof Repository)[]) {
    const memory = memoryRepository()
    const before = await grantedStage({ repository: memory })
    const { id } = await before.start()
    const onError = vi.fn()
    return fails.map((fail) => {
      const repository = { ...memory, ...Object.fromEntries(calls.map((call) => [call, fail])) }
      return { id, memory, onError, stage: sessionStage({ repository, onError, legacy: () => true }) }
    })
  }

  for (const [call, method, code] of [
    ['session', 'checkImpersonation', 'facts-unavailable'],
    ['session', 'endImpersonation', 'unavailable'],
    ['factsFor', 'startImpersonation', 'facts-unavailable'],
    ['saveSessionChanges', 'startImpersonation', 'unavailable'],
    ['saveSessionChanges', 'endImpersonation', 'unavailable'],
    ['sessions', 'sessions', 'unavailable'],
    ['openSessions', 'recordDue', 'unavailable'],
    ['saveSessionChanges', 'recordDue', 'unavailable'],
    ['history', 'history', 'unavailable'],
  ] as const) {
    it(`in \`${call}\` makes ${method} throw ${code}, calls onError, and leaks nothing`, async () => {
      for (const { id, memory, onError, stage } of await broken(call)) {
        const on = await stage
        const before = await traces(memory)
        const { consentry } = on
        const calls = {
          checkImpersonation: () => consentry.checkImpersonation(caroline, id),
          endImpersonation: () => consentry.endImpersonation(caroline, id),
          startImpersonation: () => consentry.startImpersonation(caroline, IN_TOM),
          sessions: () => consentry.sessions(elizabeth),
          recordDue: () => consentry.recordDue(),
          history: () => consentry.history(elizabeth),
        }
        const error = await refusal(calls[method]())
        expect(error).toMatchObject({ code, cause: down })
        if (code === 'unavailable') expect(error).toMatchObject({ port: 'repository', message: 'the repository failed' })
        expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('hunter2')
        expect(onError).toHaveBeenCalledWith(down)
        expect(await traces(memory)).toBe(before)
      }
    })
  }

  it('and an invalid clock make a start and a check throw facts-unavailable', async () => {
    const memory = memoryRepository()
    const { start } = await grantedStage({ repository: memory })
    const { id } = await start()
    let good = true
    const on = await sessionStage({ repository: memory, clock: () => (good ? T0 : Number.NaN) })
    good = false
    expect(await codeOf(on.consentry.startImpersonation(caroline, IN_TOM))).toBe('facts-unavailable')
    expect(await codeOf(on.consentry.checkImpersonation(caroline, id))).toBe('facts-unavailable')
    expect(await refusal(on.consentry.endImpersonation(caroline, id))).toMatchObject({ code: 'unavailable', port: 'clock' })
    expect(await refusal(on.consentry.sessions(elizabeth))).toMatchObject({ code: 'unavailable', port: 'clock' })
  })

  it('and invalid ids save no session', async () => {
    const memory = memoryRepository()
    await grantedStage({ repository: memory })
    let good = true
    const on = await sessionStage({ repository: memory, newId: () => (good ? crypto.randomUUID() : '') })
    good = false
    const before = await traces(memory)
    expect(await refusal(on.consentry.startImpersonation(caroline, IN_TOM))).toMatchObject({ code: 'unavailable', port: 'newId' })
    expect(await traces(memory)).toBe(before)
  })
})

describe('a repository that returns rows outside the query', () => {
  type Answer = (row: SessionRow) => unknown
  const session =
    (change: Partial<Session> | Record<string, unknown>): Answer =>
    (row) => ({ ...row, session: { ...row.session, ...change } })
  const facts =
    (change: object): Answer =>
    (row) => ({ ...row, facts: { ...row.facts, ...change } })
  const answers: Record<string, readonly [check: string, end: string, Answer]> = {
    'another user’s session': ['not-found', 'not-found', session({ user: 'charlotte' })],
    'another hash’s session': ['not-found', 'not-found', session({ hash: '0'.repeat(64) })],
    'the session in another tenant': ['facts-unavailable', 'unavailable', session({ tenant: HUNDRED })],
    'a malformed tenant': [
      'facts-unavailable',
      'unavailable',
      (row) => ({ session: { ...row.session, tenant: 'a b' }, facts: { ...row.facts, tenant: 'a b' } }),
    ],
    'another tenant’s facts': ['facts-unavailable', 'unavailable', facts({ tenant: HUNDRED, requests: [] })],
    'no facts': ['facts-unavailable', 'unavailable', (row) => ({ session: row.session })],
    'facts with a malformed `governed`': ['facts-unavailable', 'unavailable', facts({ governed: 'no' })],
    'facts that contradict a grant': ['facts-unavailable', 'unavailable', facts({ governed: false })],
    'facts with a malformed request': ['facts-unavailable', 'unavailable', facts({ requests: [{}] })],
    'an unknown method': ['facts-unavailable', 'unavailable', session({ method: 'root' })],
    'no method': ['facts-unavailable', 'unavailable', session({ method: undefined })],
  }
  for (const [what, [check, end, answer]] of Object.entries(answers)) {
    it(`with ${what} denies a check: ${check}, and an end: ${end}`, async () => {
      const memory = memoryRepository()
      const { id } = await (await grantedStage({ repository: memory })).start()
      const hash = sha256(id)
      const row = await memory.session(hash)
      const repository = { ...memory, session: async () => row && (answer(row) as SessionRow) }
      const { consentry } = await sessionStage({ repository, legacy: () => true })
      expect(await codeOf(consentry.checkImpersonation(caroline, id))).toBe(check)
      expect(await codeOf(consentry.endImpersonation(caroline, id))).toBe(end)
      expect((await memory.session(hash))?.session).toStrictEqual(row?.session)
    })
  }

  it('with undefined or null means a missing session', async () => {
    const memory = memoryRepository()
    const { id } = await (await grantedStage({ repository: memory })).start()
    const nothing = await sessionStage({ repository: { ...memory, session: async () => undefined } })
    expect(await codeOf(nothing.consentry.checkImpersonation(caroline, id))).toBe('not-found')
    const empty = await sessionStage({ repository: { ...memory, session: async () => null as never } })
    expect(await codeOf(empty.consentry.checkImpersonation(caroline, id))).toBe('not-found')
  })

  it('starts no session on another tenant’s facts or malformed facts', async () => {
    for (const answer of [
      { tenant: HUNDRED, governed: false, requests: [] },
      { tenant: TOM, governed: 1, requests: [] },
      undefined,
      null,
    ]) {
      const memory = memoryRepository()
      const on = await sessionStage({ repository: { ...memory, factsFor: async () => answer as never }, legacy: () => true })
      const before = await traces(memory)
      expect(await codeOf(on.start('wickham', TOM, 'legacy-support'))).toBe('facts-unavailable')
      expect(await traces(memory)).toBe(before)
    }
  })
})

describe('history', () => {
  it('shows a session’s events to both parties, and no user to the tenant (SPEC 6.6, 7.6)', async () => {
    const on = await grantedStage()
    on.now += 1
    const { id } = await on.consentry.startImpersonation(caroline, { ...IN_TOM, reason: 'CANARY' })
    on.now += 1
    await on.consentry.endImpersonation(caroline, id)
    const two = async (actor: Actor) => (await on.consentry.history(actor, { limit: 2 })).items
    const common = { requestingTenant: CLASSICS, session: sha256(id), by: 'requester' }
    expect(await two(elizabeth)).toMatchObject([
      { ...common, view: 'outgoing', type: 'impersonation.ended', user: 'caroline', cause: 'ended-by-user', tenant: TOM },
      { ...common, view: 'outgoing', type: 'impersonation.started', user: 'caroline', reason: 'CANARY', grantedBy: [on.tom], tenant: TOM },
    ])
    const seen = await two(tomAdmin)
    expect(seen).toMatchObject([
      { ...common, view: 'incoming', type: 'impersonation.ended', user: null, cause: 'ended-by-user' },
      { ...common, view: 'incoming', type: 'impersonation.started', user: null, grantedBy: [on.tom], endsAt: T0 + 1 + HOUR },
    ])
    expect(JSON.stringify(seen)).not.toMatch(/CANARY|caroline/)
    expect(JSON.stringify((await on.consentry.history(hundredAdmin)).items)).not.toContain('impersonation')
  })

  it('shows the user to the tenant if the policy says so, and never the reason', async () => {
    const on = await grantedStage({ policy: { showUsersToTenant: true } })
    on.now += 1
    await on.consentry.startImpersonation(caroline, { ...IN_TOM, reason: 'CANARY' })
    const [started] = (await on.consentry.history(tomAdmin, { limit: 1 })).items
    expect(started).toMatchObject({ type: 'impersonation.started', user: 'caroline' })
    expect(JSON.stringify(started)).not.toContain('CANARY')
  })
})
