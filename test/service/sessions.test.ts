/** Sessions through the service: the tables of sessions, what is stored, typed errors and failures (SPEC §7). */
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Actor } from '../../src/domain/actor.js'
import { AccessDenied } from '../../src/domain/error.js'
import type { TenantFacts } from '../../src/domain/facts.js'
import type { Instant } from '../../src/domain/instant.js'
import type { SessionRow } from '../../src/ports/repository.js'
import { sessionIn } from '../../src/testing/contract/fixtures/reads.js'
import { grantFacts } from '../domain/requests.js'
import { ACTORS, ENDS, factsOfTom, inside, START, STARTS } from '../domain/session-cases.js'
import { CLASSICS, caroline, charlotte, elizabeth, HUNDRED, hundredAdmin, person, stage, T0, TOM, tomAdmin } from '../story/cast.js'
import { deny } from '../story/scenario.js'
import * as scene from './session-scene.js'

const { codeOf, grantedStage, HOUR, IN_TOM, issuesOf, refusal, sessionStage, sha256, told, traces, UNREADABLE, wickham, withRows } = scene
const MISSING = '0'.repeat(64)

/** A service at `START` with sessions of at most one second, on these facts of Tom Sawyer's tenant, which the test changes. */
function stageOn(facts: TenantFacts, legacy = true) {
  const tom = { facts, governedSince: null as Instant | null, legacy }
  const memory = memoryRepository()
  const repository = {
    ...withRows(memory, (row) => ({ ...row, facts: tom.facts, governedSince: tom.governedSince })),
    factsFor: async () => tom.facts,
  }
  const on = stage({ repository, legacy: () => tom.legacy, policy: { sessionCap: { seconds: 1 } } })
  on.now = START
  return Object.assign(on, { tom, memory })
}

describe('an actor', () => {
  for (const [who, { actor, start, enter }] of Object.entries(ACTORS))
    it(`${who} starts a session: ${start ?? 'accepted'}, enters: ${enter ?? 'accepted'}, and ends: accepted`, async () => {
      const on = await grantedStage()
      const [own, other] = [await on.start(), await on.start('charlotte')]
      const before = await traces(on.memory)
      on.asked.length = 0
      expect(await told(on.consentry.startImpersonation(actor, IN_TOM))).toBe(start ?? 'live')
      expect(on.asked.length === 0).toBe(start !== undefined)
      expect(await told(on.consentry.checkImpersonation(actor, own.id))).toBe(enter ?? 'live')
      if (start) expect(await traces(on.memory)).toBe(before)
      // Whose session it is, and whether it has ended, is only told to an actor who is not inside another tenant (SPEC 4.7).
      for (const now of enter === 'impersonating' ? [T0, own.endsAt] : []) {
        on.now = now
        for (const id of [own.id, other.id, MISSING]) expect(await told(on.consentry.checkImpersonation(actor, id))).toBe(enter)
      }
      on.now = T0
      expect(await on.consentry.endImpersonation(actor, own.id)).toMatchObject({ cause: 'ended-by-user' })
    })
})

describe('a session', () => {
  for (const [what, { method = 'access-request', facts, endsAt, grantedBy }] of Object.entries(STARTS))
    it(`lasts until ${what} (SPEC 7.1)`, async () => {
      const live = await stageOn(factsOfTom(facts)).consentry.startImpersonation(caroline, { tenant: TOM, method })
      expect(live).toMatchObject({ method, startedAt: START, endsAt, changesAt: endsAt, grantedBy })
    })

  for (const { what, method, startedOn, facts, governedSince, legacy, answers } of ENDS)
    it(`${what}: check, list, end and recordDue agree on when and why (SPEC 7.2)`, async () => {
      /** The session as of an instant, in a service of its own, because an end is recorded. */
      const sessionAt = async (now: Instant) => {
        const on = stageOn(startedOn)
        const { id } = await on.consentry.startImpersonation(caroline, { tenant: TOM, method })
        Object.assign(on, { now })
        Object.assign(on.tom, { facts, governedSince, legacy })
        return { on, id }
      }
      // A list and the user's own end do not ask the rule (SPEC 7.6a).
      const byFacts = (at: Instant) => answers.find(({ now, ending }) => now === at && (legacy || ending?.cause === 'expired'))?.ending
      for (const { now, ending, decision } of answers) {
        const { on, id } = await sessionAt(now)
        const denied = !decision.allowed && ending?.cause === 'access-lost' && `access-denied ${decision.reason}`
        const checked = ending ? denied || `session-ended ${ending.at}` : 'live'
        expect(await told(on.consentry.checkImpersonation(caroline, id)), `checked at ${now}`).toBe(checked)

        const over = byFacts(now)
        const status = over ? { status: 'ended', endedAt: over.at, cause: over.cause } : { status: 'live' }
        expect((await on.consentry.sessions(elizabeth)).items, `listed at ${now}`).toMatchObject([status])
        for (const filter of ['live', 'ended'] as const)
          expect((await on.consentry.sessions(elizabeth, { status: filter })).items).toHaveLength(filter === status.status ? 1 : 0)

        expect(await on.memory.openSessions({ limit: 1 }), 'nothing is recorded by a check or a list').toHaveLength(1)

        // A clock behind the start makes no lost access of leaving: what counts is the start itself (SPEC 7.7).
        const { at: endedAt, cause } = byFacts(Math.max(now, START)) ?? { at: Math.max(now, START), cause: 'ended-by-user' }
        const ended = { tenant: TOM, status: 'ended' }
        const left = { ...ended, revision: 2, endedAt, cause, session: sha256(id) }
        expect(await on.consentry.endImpersonation(caroline, id), `ended at ${now}`).toStrictEqual(left)
        if (over && now >= START) expect(await told(on.consentry.checkImpersonation(caroline, id)), 'checked once recorded').toBe(checked)

        const other = await sessionAt(now)
        const due = ending && now >= START ? [{ ...ended, endedAt: ending.at, cause: ending.cause, session: sha256(other.id) }] : []
        expect(await other.on.consentry.recordDue(), `recorded at ${now}`).toStrictEqual(due)
      }
    })
})

describe('starting', () => {
  it('returns the session in a frozen view, by default for one hour and without a reason', async () => {
    const on = await grantedStage()
    const live = await on.consentry.startImpersonation(caroline, { ...IN_TOM, reason: 'ticket 7' })
    const given = { ...IN_TOM, user: 'caroline', requestingTenant: CLASSICS, grantedBy: [on.tom], reason: 'ticket 7' }
    const id = expect.stringMatching(/^[0-9a-f]{64}$/)
    expect(live).toStrictEqual({ ...given, id, hash: sha256(live.id), startedAt: T0, endsAt: T0 + HOUR, changesAt: T0 + HOUR })
    expect(Object.isFrozen(live)).toBe(true)
    expect(await on.start()).toMatchObject({ reason: '' })
  })

  it('creates distinct ids of 256 bits, independent of the host’s `newId` (SPEC 7.4)', async () => {
    let count = 0
    const on = await grantedStage({ newId: () => `id-${count++}`, policy: { maxLiveSessions: 1_000 } })
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
    expect(JSON.stringify(on.asked)).not.toContain(id)
    expect(await traces(on.memory)).not.toContain(id)
    expect(on.asked.filter(({ call }) => call === 'sessionRows').map(({ args }) => args)).toMatchObject(
      Array(3).fill([{ hashes: [sha256(id)] }]),
    )
  })

  it('reads the facts once, and saves the session once (SPEC 8.1)', async () => {
    const on = await grantedStage()
    on.asked.length = 0
    const { id } = await on.start()
    expect(on.asked.map(({ call }) => call)).toEqual(['factsFor', 'saveSessionChanges'])
    expect(await sessionIn(on.memory, sha256(id), T0)).toMatchObject({ session: { state: 'open', revision: 1, user: 'caroline' } })
  })

  it('throws `unavailable` without a retry if it is not saved, because a conflict means a broken repository', async () => {
    const saveSessionChanges = vi.fn(async () => 'conflict' as const)
    const on = await grantedStage({ repository: { ...memoryRepository(), saveSessionChanges } })
    expect(await refusal(on.start())).toMatchObject({ code: 'unavailable', port: 'repository' })
    expect(saveSessionChanges).toHaveBeenCalledTimes(1)
  })
})

describe('starting is refused', () => {
  it('for a malformed actor, then from inside, then for a malformed input, with all issues (SPEC 4.7)', async () => {
    const on = await grantedStage()
    on.asked.length = 0
    const bad = { tenant: 'a b', method: 'root', reason: 'a bell\u0007', id: 'mine' }
    const malformed = { ...inside(caroline, TOM), user: '' }
    expect(await issuesOf(on.consentry.startImpersonation(malformed, bad as never))).toEqual(['actor.user invalid'])
    expect(await codeOf(on.consentry.startImpersonation(inside(caroline, TOM), UNREADABLE as never))).toBe('impersonating')
    const issues = ['tenant invalid', 'method invalid', 'reason invalid', 'id unknown-key']
    expect(await issuesOf(on.consentry.startImpersonation(caroline, bad as never))).toEqual(issues)
    expect(await issuesOf(on.consentry.startImpersonation(caroline, {} as never))).toEqual(['tenant missing', 'method missing'])
    for (const none of [undefined, null, 7, [], new Map([['tenant', TOM]])])
      expect(await codeOf(on.consentry.startImpersonation(caroline, none as never))).toBe('invalid-input')
    expect(on.asked).toEqual([])
  })

  it('if the decision denies, with the decision in the error, and saves nothing (SPEC 9.3)', async () => {
    const on = stageOn(factsOfTom([grantFacts('r', 0, START)]))
    for (const [method, reason] of [['access-request', 'expired'] as const, ['legacy-support', 'legacy-closed'] as const]) {
      const error = await refusal(on.consentry.startImpersonation(caroline, { tenant: TOM, method }))
      expect(error).toBeInstanceOf(AccessDenied)
      expect(error).toMatchObject({ decision: deny(reason) })
      expect(await on.memory.openSessions({ limit: 1 })).toEqual([])
    }
  })
})

describe('a check', () => {
  it('returns the live session, whatever the actor’s permissions, and writes nothing', async () => {
    const on = await grantedStage()
    const live = await on.start()
    const before = await traces(on.memory)
    on.asked.length = 0
    for (const actor of [caroline, inside(caroline, TOM), { ...caroline, permissions: ['submit', 'answer'] } as Actor])
      expect(await on.consentry.checkImpersonation(actor, live.id)).toStrictEqual(live)
    on.now = live.endsAt
    expect(await told(on.consentry.checkImpersonation(caroline, live.id))).toBe(`session-ended ${live.endsAt}`)
    expect(new Set(on.asked.map(({ call }) => call))).toEqual(new Set(['sessionRows']))
    expect(await traces(on.memory)).toBe(before)
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

for (const method of ['checkImpersonation', 'endImpersonation'] as const)
  describe(`${method} is refused`, () => {
    it('for a malformed actor, then for a malformed id, with all issues and without a repository call (SPEC 4.7)', async () => {
      const { consentry, asked } = await grantedStage()
      asked.length = 0
      const malformed = { ...caroline, tenant: '', permissions: ['root'] } as never
      const issues = ['actor.tenant invalid', 'actor.permissions.0 invalid']
      expect(await issuesOf(consentry[method](malformed, 'a b'))).toEqual(issues)
      expect(await issuesOf(consentry[method](caroline, 'a b'))).toEqual(['session invalid'])
      const incomplete = { user: 'caroline', tenant: CLASSICS, permissions: [] } as never
      expect(await issuesOf(consentry[method](incomplete, undefined as never))).toEqual(['actor.impersonating missing'])
      expect(await issuesOf(consentry[method](caroline, undefined as never))).toEqual(['session missing'])
      expect(asked).toEqual([])
    })

    it('with the same error for another user’s id, a missing id and the stored hash (SPEC 6.4, 7.4)', async () => {
      const { consentry, memory, start } = await grantedStage()
      const { id } = await start()
      const before = await traces(memory)
      const missing = await refusal(consentry[method](charlotte, MISSING))
      expect(missing).toMatchObject({ code: 'not-found', message: 'there is no such request or session' })
      for (const actor of [charlotte, wickham, tomAdmin, elizabeth, person('caroline2', CLASSICS)])
        expect(await refusal(consentry[method](actor, id))).toStrictEqual(missing)
      expect((await consentry.sessions(elizabeth)).items).toMatchObject([{ hash: sha256(id) }])
      for (const stolen of [sha256(id), id.toUpperCase().replace(/\d/g, 'A'), id.slice(1), `${id}0`])
        expect(await refusal(consentry[method](caroline, stolen))).toStrictEqual(missing)
      expect(await traces(memory)).toBe(before)
    })
  })

describe('the user’s own tenant (SPEC 2.7)', () => {
  const CAROLINE_OF_RIVAL = person('caroline', 'rival')

  it('whoever has moved to another one may leave a session, and nothing else', async () => {
    const on = await grantedStage()
    const { id } = await on.start()
    expect(await told(on.consentry.checkImpersonation(CAROLINE_OF_RIVAL, id))).toBe(`session-ended ${T0}`)
    expect(await told(on.consentry.startImpersonation(CAROLINE_OF_RIVAL, IN_TOM))).toBe('access-denied not-associated')
    expect((await on.consentry.sessions(person('any', 'rival', 'submit'))).items).toEqual([])
    expect(await told(on.consentry.checkImpersonation(caroline, id))).toBe('live')
    expect(await on.consentry.endImpersonation(CAROLINE_OF_RIVAL, id)).toMatchObject({ cause: 'ended-by-user' })
  })

  it('grants that another one obtained neither start a session nor carry it on', async () => {
    const members = (_: string, users: readonly string[]) => users.filter((user) => user !== tomAdmin.user)
    const on = await grantedStage({ directory: { members, askable: (_, tenants) => tenants } })
    const rival = person('xavier', 'rival', 'submit')
    const { sent } = await on.consentry.submit(rival, { name: 'Rival', associations: [{ users: ['caroline', 'wickham'], tenants: [TOM] }] })
    await on.consentry.grant(tomAdmin, sent[0]?.id ?? '', { expiresAt: null })
    expect(await on.start()).toMatchObject({ grantedBy: [on.tom], requestingTenant: CLASSICS })
    expect(await told(on.start('wickham'))).toBe('access-denied not-associated')
    const { id } = await on.start()
    await on.consentry.revoke(tomAdmin, on.tom)
    expect(await told(on.consentry.checkImpersonation(caroline, id))).toBe('access-denied revoked')
    expect(await on.consentry.recordDue()).toMatchObject([{ cause: 'access-lost', endedAt: T0 }, { cause: 'access-lost' }])
  })

  it('recordDue asks which tenants each may ask, once, and ends what is no longer permitted; a list asks nobody (SPEC 5.3.6, 7.6a)', async () => {
    const askable = vi.fn((_vendor: string, tenants: readonly string[]) => tenants)
    const on = await sessionStage({ directory: { members: (_, users) => users, askable } })
    for (const tenant of [TOM, HUNDRED, TOM]) await on.start('wickham', tenant, 'legacy-support')
    askable.mockReset()
    askable.mockImplementation(() => [TOM])
    expect((await on.consentry.sessions(elizabeth, { status: 'live' })).items).toHaveLength(3)
    expect(askable).not.toHaveBeenCalled()
    expect(await on.consentry.recordDue()).toMatchObject([{ tenant: HUNDRED, cause: 'access-lost', endedAt: T0 }])
    expect(askable.mock.calls).toEqual([[CLASSICS, expect.toSatisfy((all: string[]) => all.toSorted().join() === `${HUNDRED},${TOM}`)]])
  })
})

describe('an end', () => {
  it('is dated now and by the user, and repeating it returns the same end (SPEC 7.3)', async () => {
    const on = await grantedStage()
    const { id } = await on.start()
    on.now = T0 + 7
    const ended = await on.consentry.endImpersonation(caroline, id)
    expect(ended).toStrictEqual({ session: sha256(id), tenant: TOM, status: 'ended', endedAt: T0 + 7, cause: 'ended-by-user', revision: 2 })
    const [row] = await on.memory.history({ requestingTenant: CLASSICS, limit: 1 })
    expect(row?.event).toMatchObject({ type: 'impersonation.ended', by: { user: 'caroline', tenant: CLASSICS }, at: T0 + 7 })
    const before = await traces(on.memory)
    for (const now of [T0, T0 + 14, T0 + HOUR]) {
      on.now = now
      expect(await on.consentry.endImpersonation(caroline, id)).toStrictEqual(ended)
      expect(await told(on.consentry.checkImpersonation(caroline, id))).toBe(`session-ended ${T0 + 7}`)
    }
    expect(await traces(on.memory)).toBe(before)
  })

  it('requested concurrently is saved once, and returned to all', async () => {
    const on = await grantedStage()
    const { id } = await on.start()
    const ends = await Promise.all(Array.from({ length: 8 }, () => on.consentry.endImpersonation(caroline, id)))
    expect(new Set(ends.map((end) => JSON.stringify(end))).size).toBe(1)
    const events = await on.memory.history({ requestingTenant: CLASSICS, limit: 99 })
    expect(events.filter(({ event }) => event.type === 'impersonation.ended')).toHaveLength(1)
  })

  it('is retried after a conflict, and throws `unavailable` if every attempt conflicts, as recordDue does', async () => {
    const memory = memoryRepository()
    const saveSessionChanges = vi.fn(memory.saveSessionChanges)
    const on = await grantedStage({ repository: { ...memory, saveSessionChanges } })
    const [first, second] = [await on.start(), await on.start()]
    saveSessionChanges.mockClear().mockResolvedValueOnce('conflict')
    expect(await on.consentry.endImpersonation(caroline, first.id)).toMatchObject({ cause: 'ended-by-user', revision: 2 })
    expect(saveSessionChanges).toHaveBeenCalledTimes(2)
    saveSessionChanges.mockClear().mockResolvedValue('conflict')
    expect(await refusal(on.consentry.endImpersonation(caroline, second.id))).toMatchObject({ code: 'unavailable', port: 'repository' })
    expect(saveSessionChanges).toHaveBeenCalledTimes(1000)
    expect(await told(on.consentry.checkImpersonation(caroline, first.id))).toBe(`session-ended ${T0}`)
    expect(await told(on.consentry.checkImpersonation(caroline, second.id)), 'each session ends separately (SPEC 7.1)').toBe('live')
    on.now = second.endsAt
    expect(await refusal(on.consentry.recordDue())).toMatchObject({ code: 'unavailable', port: 'repository' })
    expect(saveSessionChanges).toHaveBeenCalledTimes(2000)
  })
})

describe('a failing repository', () => {
  const down = new Error('password=hunter2')
  const failAtOnce = () => {
    throw down
  }
  for (const [call, method, code] of [
    ['sessionRows', 'checkImpersonation', 'facts-unavailable'],
    ['sessionRows', 'endImpersonation', 'unavailable'],
    ['factsFor', 'startImpersonation', 'facts-unavailable'],
    ['saveSessionChanges', 'startImpersonation', 'unavailable'],
    ['saveSessionChanges', 'endImpersonation', 'unavailable'],
    ['sessions', 'sessions', 'unavailable'],
    ['openSessions', 'recordDue', 'unavailable'],
    ['sessionRows', 'recordDue', 'unavailable'],
    ['saveSessionChanges', 'recordDue', 'unavailable'],
    ['history', 'history', 'unavailable'],
  ] as const)
    it(`in \`${call}\` makes ${method} throw ${code}, calls onError, and leaks nothing`, async () => {
      for (const fail of [failAtOnce, async () => failAtOnce()]) {
        const memory = memoryRepository()
        const { id } = await (await grantedStage({ repository: memory })).start()
        const onError = vi.fn()
        const { consentry } = await sessionStage({ repository: { ...memory, [call]: fail }, onError })
        const before = await traces(memory)
        const bySession = { checkImpersonation: [caroline, id], endImpersonation: [caroline, id] }
        const others = { startImpersonation: [caroline, IN_TOM], sessions: [elizabeth], history: [elizabeth], recordDue: [] }
        const error = await refusal(Reflect.apply(consentry[method], undefined, { ...bySession, ...others }[method]))
        expect(error).toMatchObject({ code, cause: down })
        if (code === 'unavailable') expect(error).toMatchObject({ port: 'repository', message: 'the repository failed' })
        expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('hunter2')
        expect(onError).toHaveBeenCalledWith(down)
        expect(await traces(memory)).toBe(before)
      }
    })

  it('and an invalid clock or id save nothing: starts and checks throw facts-unavailable for a clock', async () => {
    const memory = memoryRepository()
    const { id } = await (await grantedStage({ repository: memory })).start()
    let valid = true
    const clock = () => (valid ? T0 : Number.NaN)
    const newId = () => (valid ? crypto.randomUUID() : '')
    const timeless = await sessionStage({ repository: memory, clock })
    const nameless = await sessionStage({ repository: memory, newId })
    valid = false
    const before = await traces(memory)
    expect(await codeOf(timeless.start())).toBe('facts-unavailable')
    expect(await codeOf(timeless.consentry.checkImpersonation(caroline, id))).toBe('facts-unavailable')
    expect(await refusal(timeless.consentry.endImpersonation(caroline, id))).toMatchObject({ code: 'unavailable', port: 'clock' })
    expect(await refusal(timeless.consentry.sessions(elizabeth))).toMatchObject({ code: 'unavailable', port: 'clock' })
    expect(await refusal(nameless.start())).toMatchObject({ code: 'unavailable', port: 'newId' })
    expect(await traces(memory)).toBe(before)
  })
})

describe('a repository that returns rows outside the query', () => {
  type Change = (row: SessionRow) => unknown
  function changed(part: 'session' | 'facts', change: object): Change {
    return (row) => ({ ...row, [part]: { ...row[part], ...change } })
  }
  const foreign: Record<string, Change> = {
    'another user’s session': changed('session', { user: 'charlotte' }),
    'another hash’s session': changed('session', { hash: MISSING }),
    'no session': () => ({}),
    null: () => null,
    undefined: () => undefined,
  }
  const mismatched: Record<string, Change> = {
    'the session in another tenant': changed('session', { tenant: HUNDRED }),
    'another tenant’s facts': changed('facts', { tenant: HUNDRED, requests: [] }),
    'no facts': (row) => ({ ...row, facts: undefined }),
  }
  const malformed: Record<string, Change> = {
    'a malformed tenant': ({ session, facts }) => ({ session: { ...session, tenant: 'a b' }, facts: { ...facts, tenant: 'a b' } }),
    'an unknown method': changed('session', { method: 'root' }),
    'no method': changed('session', { method: undefined }),
    'an unknown state': changed('session', { state: 'paused' }),
    'an invalid start': changed('session', { startedAt: Number.NaN }),
    'an invalid end': changed('session', { endsAt: Number.NaN }),
    'no end': changed('session', { endsAt: undefined }),
    'an end in words': changed('session', { endsAt: 'never' }),
    'facts with a malformed `governed`': changed('facts', { governed: 'no' }),
    'facts that contradict a grant': changed('facts', { governed: false }),
    'no instant of the first grant': (row) => ({ ...row, governedSince: null }),
    'facts with a malformed request': changed('facts', { requests: [{}] }),
  }

  for (const [what, change] of Object.entries({ ...foreign, ...mismatched, ...malformed })) {
    const missing = what in foreign
    it(`with ${what} ${missing ? 'has no such session' : 'throws'}, and saves nothing`, async () => {
      const memory = memoryRepository()
      const { id } = await (await grantedStage({ repository: memory })).start()
      const onError = vi.fn()
      const on = await sessionStage({ repository: withRows(memory, change), legacy: () => true, onError })
      const before = await traces(memory)
      for (const now of [T0, T0 + HOUR + 1]) {
        on.now = now
        expect(await codeOf(on.consentry.checkImpersonation(caroline, id))).toBe(missing ? 'not-found' : 'facts-unavailable')
        expect(await codeOf(on.consentry.endImpersonation(caroline, id))).toBe(missing ? 'not-found' : 'unavailable')
        if (missing) continue
        expect(await refusal(on.consentry.sessions(elizabeth))).toMatchObject({ code: 'unavailable', port: 'repository' })
        onError.mockClear()
        // A row that cannot be read stops no other (SPEC 4.3); a row that was not asked for is the fault of the whole repository.
        if (what in malformed) expect(await on.consentry.recordDue()).toEqual([])
        else expect(await refusal(on.consentry.recordDue())).toMatchObject({ code: 'unavailable', port: 'repository' })
        expect(onError).toHaveBeenCalled()
      }
      expect(await traces(memory)).toBe(before)
    })
  }

  it('starts no session on another tenant’s facts or malformed facts', async () => {
    const ofHundred = { tenant: HUNDRED, governed: false, requests: [] }
    for (const answer of [ofHundred, { tenant: TOM, governed: 1, requests: [] }, undefined, null]) {
      const on = stageOn(answer as never)
      const start = on.consentry.startImpersonation(wickham, { tenant: TOM, method: 'legacy-support' })
      expect(await codeOf(start)).toBe('facts-unavailable')
      expect(await on.memory.openSessions({ limit: 1 })).toEqual([])
    }
  })
})

it('the history shows a session’s events to both parties, to the tenant with the user only by the policy (SPEC 6.6, 7.6)', async () => {
  for (const showUsersToTenant of [false, true]) {
    const on = await grantedStage({ policy: { showUsersToTenant } })
    const { id } = await on.start()
    on.now += 1
    await on.consentry.endImpersonation(caroline, id)
    const told = async (actor: Actor) =>
      (await on.consentry.history(actor)).items.flatMap((one) => ('session' in one ? [[one.type, one.view, one.user, one.session]] : []))
    const rows = (view: string, user: string | null) =>
      ['impersonation.ended', 'impersonation.started'].map((type) => [type, view, user, sha256(id)])
    expect(await told(elizabeth)).toEqual(rows('outgoing', 'caroline'))
    expect(await told(tomAdmin)).toEqual(rows('incoming', showUsersToTenant ? 'caroline' : null))
    expect(await told(hundredAdmin)).toEqual([])
  }
})
