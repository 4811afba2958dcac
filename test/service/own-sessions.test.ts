/** The cap of live sessions, the ends of sessions by their user and by either tenant, and the actor of a login (SPEC 7.1, 7.7, 7.8). */
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Actor } from '../../src/domain/actor.js'
import type { Login } from '../../src/domain/login.js'
import type { Directory } from '../../src/ports/directory.js'
import type { Repository } from '../../src/ports/repository.js'
import { inside } from '../domain/session-cases.js'
import { CLASSICS, caroline, directory, elizabeth, HUNDRED, hundredAdmin, person, stage, T0, TOM, tomAdmin } from '../story/cast.js'
import { codeOf, grantAgain, grantedStage, HOUR, issuesOf, refusal, sha256, told, traces, withRows } from './session-scene.js'

const nobody = person('nobody', CLASSICS)
const eventsOf = async ({ memory }: Awaited<ReturnType<typeof grantedStage>>) =>
  (await memory.history({ requestingTenant: CLASSICS, limit: 1e6 }))
    .map(({ event }) => event)
    .filter(({ type }) => type.startsWith('impersonation'))

describe('the cap of live sessions', () => {
  it('is 20 by default, for each user; ended and expired ones do not count (SPEC 7.1)', async () => {
    const on = await grantedStage()
    const sessions = []
    for (let n = 0; n < 20; n++) sessions.push(await on.start())
    const before = await traces(on.memory)
    expect(await refusal(on.start())).toMatchObject({ code: 'too-many-sessions', limit: 20 })
    expect(await traces(on.memory)).toBe(before)
    await on.start('charlotte')
    await on.consentry.endImpersonation(caroline, sessions[0]?.id ?? '')
    await on.start()
    expect(await codeOf(on.start())).toBe('too-many-sessions')
    on.now += HOUR
    await on.start()
  })

  it('comes after `access-denied`, and counts every method and tenant, as of now', async () => {
    const on = await grantedStage({ policy: { maxLiveSessions: 2 }, legacy: () => true }, T0 + 1000)
    await on.start('caroline', HUNDRED, 'legacy-support')
    await on.start()
    expect(await codeOf(on.start())).toBe('too-many-sessions')
    expect(await codeOf(on.start('caroline', HUNDRED, 'legacy-configure'))).toBe('too-many-sessions')
    expect(await codeOf(on.start('caroline', HUNDRED))).toBe('access-denied')
    on.now = T0 + 1000
    expect(await codeOf(on.start())).toBe('access-denied')
    await on.start('caroline', HUNDRED, 'legacy-support')
    expect(await codeOf(on.start('caroline', HUNDRED, 'legacy-support'))).toBe('too-many-sessions')
  })

  it('does not count a session that lost its access and gained it again; its end is saved with the start', async () => {
    const on = await grantedStage({ policy: { maxLiveSessions: 1 } })
    const { id } = await on.start()
    on.now = T0 + 10
    await on.consentry.revoke(tomAdmin, on.tom)
    on.now = T0 + 20
    await grantAgain(on, null)
    expect(await told(on.consentry.checkImpersonation(caroline, id))).toBe(`session-ended ${T0 + 10}`)
    await on.start()
    expect(await eventsOf(on)).toMatchObject([
      { type: 'impersonation.started', at: T0 + 20 },
      { type: 'impersonation.ended', cause: 'access-lost', at: T0 + 10, session: sha256(id) },
      { type: 'impersonation.started', at: T0 },
    ])
    expect(await codeOf(on.start())).toBe('too-many-sessions')
  })

  it('holds for eight starts at once, and a start that conflicts for ever is `unavailable`', async () => {
    const on = await grantedStage({ policy: { maxLiveSessions: 3 } })
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => told(on.start())))
    expect(outcomes.sort()).toEqual([...Array(3).fill('live'), ...Array(5).fill('too-many-sessions')])
    const memory = memoryRepository()
    const saveSessionChanges = vi.fn(async () => 'conflict' as const)
    const stuck = await grantedStage({ repository: { ...memory, saveSessionChanges } })
    expect(await codeOf(stuck.start())).toBe('unavailable')
    // A new random id conflicts with none, so that there is nothing to try again.
    expect(saveSessionChanges).toHaveBeenCalledTimes(1)
  })

  it('counts a session that a clock ahead has started, though its access is lost as of now', async () => {
    for (const [startedAt, outcome] of [
      [T0 + 6, 'too-many-sessions'],
      [T0 + 5, 'live'],
    ] as const) {
      const memory = memoryRepository()
      // It counts every session against the cap, and returns those that cannot be live too.
      const repository: Repository = {
        ...memory,
        saveSessionChanges: async (changes) => {
          const { length } = await memory.sessions({ user: 'caroline', now: 0, limit: 9 })
          return changes.length <= length ? 'too-many-live' : memory.saveSessionChanges(changes)
        },
        sessions: ({ liveOnly: _, ...query }) => memory.sessions(query),
      }
      const on = await grantedStage({ repository, legacy: () => true, policy: { maxLiveSessions: 1 } })
      on.now = startedAt
      await on.start()
      on.now = T0 + 5
      await on.consentry.revoke(tomAdmin, on.tom)
      expect(await told(on.start('caroline', HUNDRED, 'legacy-support'))).toBe(outcome)
    }
  })

  it('trusts no repository that returns another user’s sessions', async () => {
    const memory = memoryRepository()
    const other = await grantedStage({ repository: memory })
    await other.start('charlotte')
    const on = await grantedStage({
      repository: {
        ...memory,
        saveSessionChanges: async () => 'too-many-live',
        sessions: ({ user: _, ...query }) => memory.sessions({ ...query, user: 'charlotte' }),
      },
    })
    expect(await codeOf(on.start())).toBe('unavailable')
  })
})

describe('endSession, by the public hash (SPEC 7.7)', () => {
  const ended = { status: 'ended', endedAt: T0 + 7, revision: 2 }
  const ENDERS: Readonly<Record<string, readonly [actor: Actor, outcome: string]>> = {
    'its user': [caroline, 'ended-by-user'],
    'its user, inside it': [inside(caroline, TOM), 'ended-by-user'],
    'its user, inside another tenant': [inside(caroline, HUNDRED), 'ended-by-user'],
    'its user, who moved to another tenant': [{ ...caroline, tenant: 'novels' }, 'ended-by-user'],
    'an answerer of the tenant it is in': [tomAdmin, 'ended-by-tenant'],
    'a submitter of the requesting tenant': [elizabeth, 'ended-by-requester'],
    'both permissions in the tenant it is in': [person('becky', TOM, 'submit', 'answer'), 'ended-by-tenant'],
    'an answerer who is inside elsewhere': [inside(tomAdmin, HUNDRED), 'impersonating'],
    'nobody in particular': [nobody, 'not-permitted'],
    'a colleague without a permission, inside elsewhere': [inside(nobody, HUNDRED), 'impersonating'],
    'a submitter of the tenant it is in': [person('becky', TOM, 'submit'), 'not-permitted'],
    'an answerer of the requesting tenant': [person('e', CLASSICS, 'answer'), 'not-permitted'],
    'an answerer of another tenant': [hundredAdmin, 'not-found'],
    'both permissions in another tenant': [person('x', 'novels', 'submit', 'answer'), 'not-found'],
  }
  it.each(Object.entries(ENDERS))('by %s', async (_, [actor, outcome]) => {
    const on = await grantedStage()
    const { id } = await on.start()
    on.now = T0 + 7
    const before = await traces(on.memory)
    if (!outcome.startsWith('ended')) {
      expect(await codeOf(on.consentry.endSession(actor, sha256(id)))).toBe(outcome)
      // A session that does not exist is refused alike, except to its user, who is told that there is none (SPEC 6.4).
      const missing = outcome === 'not-permitted' && actor.permissions.length > 0 ? 'not-found' : outcome
      expect(await codeOf(on.consentry.endSession(actor, sha256('none')))).toBe(missing)
      expect(await traces(on.memory)).toBe(before)
      return
    }
    const end = await on.consentry.endSession(actor, sha256(id))
    expect(end).toStrictEqual({ ...ended, session: sha256(id), tenant: TOM, cause: outcome })
    const tenant = outcome === 'ended-by-user' ? CLASSICS : actor.tenant
    expect((await eventsOf(on))[0]).toMatchObject({ at: T0 + 7, cause: outcome, by: { user: actor.user, tenant } })
    on.now = T0 + 9
    for (const again of [actor, tomAdmin, elizabeth, caroline]) expect(await on.consentry.endSession(again, sha256(id))).toStrictEqual(end)
    expect(await on.consentry.endImpersonation(caroline, id)).toStrictEqual(end)
    expect(await told(on.consentry.checkImpersonation(caroline, id))).toBe(`session-ended ${T0 + 7}`)
    expect(await eventsOf(on)).toHaveLength(2)
  })

  it('of one that is over already is recorded as it ended, and a clock that is behind makes no lost access of a plain end', async () => {
    for (const [at, now, cause, endedAt] of [
      [null, T0 + HOUR, 'expired', T0 + HOUR],
      [T0 + 5, T0 + 7, 'access-lost', T0 + 5],
      [null, T0 - 5, 'ended-by-tenant', T0],
    ] as const) {
      const on = await grantedStage()
      const { id } = await on.start()
      if (at !== null) {
        on.now = at
        await on.consentry.revoke(tomAdmin, on.tom)
      }
      on.now = now
      expect(await on.consentry.endSession(tomAdmin, sha256(id))).toMatchObject({ cause, endedAt })
    }
  })

  it('asks the legacy rule if another party ends it, not if its user does (SPEC 7.6a)', async () => {
    for (const [actor, cause, calls] of [
      [caroline, 'ended-by-user', 0],
      [elizabeth, 'access-lost', 1],
    ] as const) {
      let permits = true
      const legacy = vi.fn(() => permits)
      const on = await grantedStage({ legacy })
      const { id } = await on.start('caroline', HUNDRED, 'legacy-support')
      legacy.mockClear()
      permits = false
      expect(await on.consentry.endSession(actor, sha256(id))).toMatchObject({ cause })
      expect(legacy).toHaveBeenCalledTimes(calls)
    }
  })

  it('of one whose end is recorded asks no host, so that a failing directory does not keep it from being told (SPEC 7.3)', async () => {
    const legacy = vi.fn(() => true)
    const askable = vi.fn<Directory['askable']>((_tenant, tenants) => tenants)
    const on = await grantedStage({ legacy, directory: { ...directory, askable } })
    const { id } = await on.start('caroline', HUNDRED, 'legacy-support')
    const ended = await on.consentry.endSession(hundredAdmin, sha256(id))
    askable.mockImplementation(() => {
      throw new Error('the directory is down')
    })
    legacy.mockClear()
    expect(await on.consentry.endSession(hundredAdmin, sha256(id))).toEqual(ended)
    expect(legacy).not.toHaveBeenCalled()
  })

  it('is saved once if both parties and the user end it at once', async () => {
    const on = await grantedStage()
    const { id } = await on.start()
    const actors = [caroline, tomAdmin, elizabeth, caroline, tomAdmin, elizabeth]
    const ends = await Promise.all(actors.map((actor) => on.consentry.endSession(actor, sha256(id))))
    expect(new Set(ends.map((end) => JSON.stringify(end))).size).toBe(1)
    expect(await eventsOf(on)).toHaveLength(2)
  })

  it('takes a hash only: an id, or no text, is refused as malformed', async () => {
    const on = await grantedStage()
    const { id } = await on.start()
    for (const hash of ['', 'x', id.slice(1), sha256(id).toUpperCase(), 7, null, undefined, { hash: id }])
      expect(await issuesOf(on.consentry.endSession(caroline, hash as never))).toEqual([
        `session ${hash === undefined ? 'missing' : 'invalid'}`,
      ])
    // An id has the form of a hash, and is that of no session.
    expect(await codeOf(on.consentry.endSession(caroline, id))).toBe('not-permitted')
  })
})

describe('resume makes the actor of a login (SPEC 7.8)', () => {
  const login: Login = { user: 'caroline', tenant: CLASSICS, permissions: [] }
  const outside = { ...login, impersonating: null }

  it('without a session, as the login says it', async () => {
    const { consentry, asked } = await grantedStage()
    asked.length = 0
    const elsewhere = { tenant: HUNDRED, method: 'legacy-support' } as const
    for (const session of [undefined, null]) {
      expect(await consentry.resume({ ...login, session })).toStrictEqual({ actor: outside, session: null, ended: null })
      const told = await consentry.resume({ ...login, session, impersonating: elsewhere })
      expect(told).toStrictEqual({ actor: { ...login, impersonating: elsewhere }, session: null, ended: null })
    }
    expect(asked).toEqual([])
  })

  it('of a live session, by one read: inside, with the session', async () => {
    const on = await grantedStage()
    const session = await on.start()
    on.asked.length = 0
    const live = await on.consentry.resume({ ...login, session: session.id })
    expect(live).toStrictEqual({
      actor: inside(outside as Actor, TOM),
      session: await on.consentry.checkImpersonation(caroline, session.id),
      ended: null,
    })
    expect(on.asked.map(({ call }) => call)).toEqual(['sessionRows', 'sessionRows'])
    // The login may know it too.
    const knowing = await on.consentry.resume({ ...login, session: session.id, impersonating: { tenant: TOM, method: 'access-request' } })
    expect(knowing).toStrictEqual(live)
  })

  it('of a session that is over: outside, with when and why', async () => {
    const on = await grantedStage()
    const [left, cut, expired, byTenant] = [await on.start(), await on.start(), await on.start(), await on.start()]
    on.now = T0 + 5
    await on.consentry.endImpersonation(caroline, left.id)
    await on.consentry.endSession(tomAdmin, sha256(byTenant.id))
    const ended = (session: string) => on.consentry.resume({ ...login, session })
    expect(await ended(left.id)).toStrictEqual({ actor: outside, session: null, ended: { at: T0 + 5, cause: 'ended-by-user' } })
    expect((await ended(byTenant.id)).ended).toStrictEqual({ at: T0 + 5, cause: 'ended-by-tenant' })
    on.now = T0 + 6
    await on.consentry.revoke(tomAdmin, on.tom)
    expect(await ended(cut.id)).toStrictEqual({ actor: outside, session: null, ended: { at: T0 + 6, cause: 'access-lost' } })
    on.now = T0 + HOUR
    expect((await ended(expired.id)).ended).toStrictEqual({ at: T0 + 6, cause: 'access-lost' })
    const { actor } = await ended(left.id)
    expect((await on.consentry.myAccess(actor)).items).toHaveLength(1)
  })

  it('of a session by its clock: expired; of one by a legacy rule that no longer permits: access lost', async () => {
    let permits = true
    const on = await grantedStage({ legacy: async () => permits })
    const [granted, legacy] = [await on.start(), await on.start('caroline', HUNDRED, 'legacy-support')]
    expect((await on.consentry.resume({ ...login, session: legacy.id })).actor.impersonating?.method).toBe('legacy-support')
    permits = false
    expect((await on.consentry.resume({ ...login, session: legacy.id })).ended).toStrictEqual({ at: T0, cause: 'access-lost' })
    on.now = T0 + HOUR
    expect((await on.consentry.resume({ ...login, session: granted.id })).ended).toStrictEqual({ at: T0 + HOUR, cause: 'expired' })
  })

  it('of another’s session, an unknown one, or a text that is no id: outside, `not-found`', async () => {
    const on = await grantedStage()
    const { id } = await on.start('charlotte')
    const notFound = { actor: outside, session: null, ended: { at: null, cause: 'not-found' } }
    for (const session of [id, '0'.repeat(64), '', 'a b', 'x'.repeat(1e6), '\u0000'])
      expect(await on.consentry.resume({ ...login, session })).toStrictEqual(notFound)
    on.asked.length = 0
    for (const session of ['', 'a b', 'x'.repeat(1e6), '\u0000']) await on.consentry.resume({ ...login, session })
    expect(on.asked).toEqual([])
  })

  it('of a user who works for another tenant now: outside, access lost (SPEC 2.7)', async () => {
    const on = await grantedStage()
    const { id } = await on.start()
    on.now = T0 + 3
    const moved = { ...login, tenant: 'novels' }
    const expected = { actor: { ...moved, impersonating: null }, session: null, ended: { at: T0 + 3, cause: 'access-lost' } }
    expect(await on.consentry.resume({ ...moved, session: id })).toStrictEqual(expected)
  })

  it('never drops what the login says itself: inside elsewhere, whatever the session is', async () => {
    const on = await grantedStage()
    const { id } = await on.start()
    for (const impersonating of [
      { tenant: HUNDRED, method: 'legacy-support' },
      { tenant: TOM, method: 'legacy-support' },
    ] as const) {
      const { actor, session, ended } = await on.consentry.resume({ ...login, session: id, impersonating })
      expect([actor.impersonating, session, ended]).toEqual([impersonating, null, null])
    }
    await on.consentry.endImpersonation(caroline, id)
    const impersonating = { tenant: TOM, method: 'access-request' } as const
    const over = await on.consentry.resume({ ...login, session: id, impersonating })
    expect([over.actor.impersonating, over.ended?.cause]).toEqual([impersonating, 'ended-by-user'])
  })

  it('throws `facts-unavailable` if the session cannot be learned, and refuses a malformed login', async () => {
    const memory = memoryRepository()
    const { id } = await (await grantedStage({ repository: memory })).start()
    const down = async () => Promise.reject(new Error('down'))
    for (const repository of [{ ...memory, sessionRows: down }, withRows(memory, (row) => ({ ...row, facts: null }))])
      expect(await codeOf(stage({ repository }).consentry.resume({ ...login, session: id }))).toBe('facts-unavailable')
    const clock = stage({ repository: memory, clock: () => Number.NaN }).consentry
    expect(await codeOf(clock.resume({ ...login, session: id }))).toBe('facts-unavailable')
    const { resume } = stage().consentry
    for (const [odd, ...issues] of [
      [null, 'login invalid'],
      [{}, 'login.user missing', 'login.tenant missing', 'login.permissions missing'],
      [
        { ...login, session: 7, impersonating: 'x', other: 1 },
        'login.impersonating invalid',
        'login.session invalid',
        'login.other unknown-key',
      ],
    ] as const)
      expect(await issuesOf(resume(odd as never))).toEqual(issues)
  })
})
