/** The service's commands: what they return and save, and that malformed input saves nothing. */
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Consentry } from '../../src/consentry.js'
import type { Repository } from '../../src/ports/repository.js'
import { requestIn } from '../../src/testing/contract/fixtures/reads.js'
import { CLASSICS, directory, elizabeth, HUNDRED, person, SUPPORT_ACCESS, sentStage, stage, T0, TOM, tomAdmin } from '../story/cast.js'
import { codeOf, issuesOf, refusal, traces } from './session-scene.js'

const MINE = { ...SUPPORT_ACCESS, id: 'mine' }
const eightTimes = <T>(command: (index: number) => T) => Array.from({ length: 8 }, (_, index) => command(index))

describe('submit', () => {
  it('returns the request’s id and one tenant request for each tenant, ordered by tenant', async () => {
    const { id, sent } = await stage().consentry.submit(elizabeth, MINE)
    expect(id).toBe('mine')
    expect(sent.map(({ tenant }) => tenant)).toEqual([HUNDRED, TOM])
  })

  it('creates random ids that reveal nothing about each other (SPEC 6.2)', async () => {
    const { id, tom, hundred } = await sentStage()
    expect(new Set([id, tom, hundred]).size).toBe(3)
    for (const one of [id, tom, hundred]) expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('returns the first result for a repeated request, sends nothing twice, and does not ask the directory again (SPEC 3.9)', async () => {
    const repository = memoryRepository()
    const members = vi.fn(directory.members)
    const { consentry } = stage({ repository, directory: { ...directory, members } })
    const first = await consentry.submit(elizabeth, MINE)
    const before = await traces(repository)
    members.mockReturnValue([])
    expect(await consentry.submit(elizabeth, { ...MINE, associations: [...MINE.associations].reverse() })).toEqual(first)
    expect(await traces(repository)).toEqual(before)
    const message = '`mine` was already submitted with other content: use a new id'
    const other = await refusal(consentry.submit(elizabeth, { ...MINE, name: 'Other' }))
    expect(other).toMatchObject({ code: 'already-submitted', id: 'mine', message })
    expect(await traces(repository)).toEqual(before)
  })

  it('saves one of several concurrent requests with the same id, and returns it to all', async () => {
    const repository = memoryRepository()
    const { consentry } = stage({ repository })
    const all = await Promise.all(eightTimes(() => consentry.submit(elizabeth, MINE)))
    expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(1)
    expect(await repository.history({ requestingTenant: CLASSICS, limit: 1000 })).toHaveLength(3)
  })

  it('asks the directory once, and only about well-formed input', async () => {
    const asked = { members: vi.fn(directory.members), askable: vi.fn(directory.askable) }
    const { consentry } = stage({ directory: asked })
    const strangers = { name: 'a', associations: [{ users: ['caroline', 'xavier'], tenants: [TOM, 'nowhere', CLASSICS] }] }
    expect(await issuesOf(consentry.submit(elizabeth, strangers))).toEqual([
      'associations.0.users.1 unknown-user',
      'associations.0.tenants.1 unknown-tenant',
      'associations.0.tenants.2 own-tenant',
    ])
    expect(asked.askable.mock.calls).toEqual([[CLASSICS, ['nowhere', TOM]]])
    asked.members.mockClear()
    expect(await issuesOf(consentry.submit(elizabeth, { ...strangers, name: 'a b' }))).toEqual(['name invalid'])
    expect(await codeOf(consentry.submit(person('caroline', CLASSICS), strangers))).toBe('not-permitted')
    expect(asked.members).not.toHaveBeenCalled()
  })

  it('ignores ids in the directory’s answer that it did not ask about', async () => {
    const generous = { members: () => ['caroline', 'xavier', 'charlotte'], askable: () => [TOM, 'elsewhere'] }
    const { consentry } = stage({ directory: generous })
    expect(await issuesOf(consentry.submit(elizabeth, SUPPORT_ACCESS))).toEqual(['associations.1.tenants.1 unknown-tenant'])
  })
})

it('a command returns the new status of each request it changes, and the revision that its party sees (SPEC 4.10)', async () => {
  const on = await sentStage()
  const { consentry } = on
  const tom = (status: string, revision: number) => ({ id: on.tom, tenant: TOM, status, revision })
  const hundred = (status: string, revision: number) => ({ id: on.hundred, tenant: HUNDRED, status, revision })
  expect(await consentry.grant(tomAdmin, on.tom, { message: 'Hi', expiresAt: new Date(T0 + 1000) })).toEqual(tom('granted', 2))
  const newYear = { expiresAt: '2027-01-01T00:00:00+01:00', ifRevision: 2 }
  expect(await consentry.setExpiry(tomAdmin, on.tom, newYear)).toEqual(tom('granted', 3))
  const changed = await consentry.removeUser(elizabeth, 'charlotte')
  expect(changed.sort((a, b) => a.revision - b.revision)).toEqual([hundred('withdrawn', 2), tom('granted', 4)])
  // The removal does not count for the tenant, whose revision was 3.
  const stale = await refusal(consentry.setExpiry(tomAdmin, on.tom, { ...newYear, ifRevision: 4 }))
  expect(stale).toMatchObject({ code: 'stale-revision', expected: 4, actual: 3 })
  expect(stale.message).toBe('revision `4` is stale: reload the request, now at revision `3`')
  expect(await consentry.setExpiry(tomAdmin, on.tom, { ...newYear, ifRevision: 3 })).toEqual(tom('granted', 4))
  expect(await consentry.revoke(elizabeth, on.tom)).toEqual(tom('revoked', 6))
  const again = await sentStage()
  await again.consentry.grant(tomAdmin, again.tom, { expiresAt: T0 + 20 })
  again.now = T0 + 99
  expect(await again.consentry.recordDue({ limit: 1 })).toEqual([{ id: again.tom, tenant: TOM, status: 'expired' }])
  const rest = { id: again.hundred, tenant: HUNDRED, status: 'withdrawn', revision: 2 }
  expect(await again.consentry.withdraw(elizabeth, { accessRequest: again.id })).toEqual([rest])
  const last = await sentStage()
  expect(await last.consentry.reject(tomAdmin, last.tom, { message: 'No' })).toMatchObject({ status: 'rejected', revision: 2 })
  expect(await last.consentry.withdraw(elizabeth, last.hundred, { ifRevision: 1 })).toEqual([{ ...rest, id: last.hundred }])
})

describe('answers', () => {
  it('that do not exclude each other all succeed', async () => {
    const on = await sentStage()
    await on.consentry.grant(tomAdmin, on.tom, { expiresAt: null })
    const set = await Promise.all(eightTimes((index) => on.consentry.setExpiry(tomAdmin, on.tom, { expiresAt: T0 + 1000 + index })))
    expect(set.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9, 10])
  })

  it('ask the directory only about an actor of the tenant asked; a grant asks about its request too (SPEC 2.4, 2.6)', async () => {
    const [members, askable] = [vi.fn(directory.members), vi.fn(directory.askable)]
    const on = await sentStage({ directory: { members, askable } })
    for (const asked of [members, askable]) asked.mockClear()
    await refusal(on.consentry.grant(person('z', 'third', 'answer'), on.tom, { expiresAt: null }))
    await refusal(on.consentry.grant(person('z', CLASSICS, 'answer'), on.tom, { expiresAt: null }))
    expect([members.mock.calls, askable.mock.calls]).toEqual([[], []])
    await on.consentry.grant(tomAdmin, on.tom, { expiresAt: null })
    await on.consentry.setExpiry(tomAdmin, on.tom, { expiresAt: T0 + 1 })
    const aboutActor = [CLASSICS, ['becky']]
    expect(members.mock.calls).toEqual([[CLASSICS, ['becky', 'caroline', 'charlotte']], aboutActor])
    expect(askable.mock.calls).toEqual([[CLASSICS, [TOM]]])
  })

  it('let nobody in who was offboarded in order, and the wrong order leaves a gap (SPEC 2.6, 3.6, 4.5)', async () => {
    const known = new Set(['caroline', 'charlotte'])
    let answered: () => void = () => {}
    const members = async (_vendor: string, users: readonly string[]) => {
      const now = users.filter((user) => known.has(user))
      if (users.includes('caroline') && known.has('caroline')) await new Promise<void>((resolve) => (answered = resolve))
      return now
    }
    const start = async () => {
      const on = stage({ directory: { ...directory, members } })
      const submitting = on.consentry.submit(elizabeth, {
        name: 'Late',
        associations: [{ users: ['caroline', 'charlotte'], tenants: [TOM] }],
      })
      await new Promise((resolve) => setTimeout(resolve))
      return { ...on, submitting }
    }
    const mayEnter = { user: 'caroline', tenant: TOM, method: 'access-request', from: CLASSICS } as const

    // A submission that was under way has asked the directory before the membership ended, and saves after `removeUser`.
    const { consentry, submitting } = await start()
    known.delete('caroline')
    expect(await consentry.removeUser(elizabeth, 'caroline')).toEqual([])
    answered()
    const late = (await submitting).sent[0]?.id ?? ''
    await consentry.grant(tomAdmin, late, { expiresAt: null })
    expect((await consentry.decide(mayEnter)).reason).toBe('removed')
    expect((await consentry.decide({ ...mayEnter, user: 'charlotte' })).reason).toBe('granted')

    known.add('caroline')
    const wrong = await start()
    expect(await wrong.consentry.removeUser(elizabeth, 'caroline')).toEqual([])
    answered()
    const granting = (await wrong.submitting).sent[0]?.id ?? ''
    const granted = wrong.consentry.grant(tomAdmin, granting, { expiresAt: null })
    await new Promise((resolve) => setTimeout(resolve))
    answered()
    await granted
    known.delete('caroline')
    expect((await wrong.consentry.decide(mayEnter)).reason).toBe('granted')
  })

  it('that conflict ask the directory again: who has left by the retry is taken off (SPEC 2.6)', async () => {
    const repository = memoryRepository()
    const { tom } = await sentStage({ repository })
    const members = vi.fn(directory.members)
    const saveChanges = vi.fn(repository.saveChanges).mockImplementationOnce(async () => {
      members.mockReturnValue(['charlotte', 'Caroline'])
      return 'conflict'
    })
    const { consentry } = stage({ repository: { ...repository, saveChanges }, directory: { ...directory, members } })
    await consentry.grant(tomAdmin, tom, { expiresAt: null })
    expect(await requestIn(repository, tom)).toMatchObject({ users: ['charlotte'], removed: [{ user: 'caroline', at: T0 }] })
  })
})

it('withdrawing a whole access request skips tenant requests that were answered concurrently', async () => {
  const repository = memoryRepository()
  const on = await sentStage({ repository })
  const save = vi.fn(async (changes: Parameters<Repository['saveChanges']>[0]) => {
    if (save.mock.calls.length === 1) await on.consentry.grant(tomAdmin, on.tom, { expiresAt: null })
    return repository.saveChanges(changes)
  })
  const interrupted = stage({ repository: { ...repository, saveChanges: save } })
  const withdrawn = await interrupted.consentry.withdraw(elizabeth, { accessRequest: on.id })
  expect(withdrawn).toMatchObject([{ tenant: HUNDRED, status: 'withdrawn' }])
  expect(save.mock.calls.map(([changes]) => changes.length)).toEqual([2, 1])
  const { items } = await on.consentry.outgoing(elizabeth)
  expect(items.map(({ tenant, status }) => `${tenant} ${status}`).sort()).toEqual([`${HUNDRED} withdrawn`, `${TOM} granted`])
})

describe('malformed input is refused with all issues, and nothing is saved', () => {
  const bad: Record<string, (on: Consentry, id: string) => readonly [Promise<unknown>, readonly string[]]> = {
    'null instead of an actor': (on, id) => [on.grant(null as never, id, { expiresAt: null }), ['actor invalid']],
    'a malformed actor, before the id': (on) => [on.reject({ ...tomAdmin, tenant: '' }, 'a b'), ['actor.tenant invalid']],
    'a malformed id and answer': (on) => [on.reject(tomAdmin, 'a b', { message: 7 } as never), ['id invalid', 'message invalid']],
    'an answer with unknown keys': (on, id) => [
      on.grant(tomAdmin, id, { actor: elizabeth, expiry: 5, message: 'x' } as never),
      ['expiresAt missing', 'actor unknown-key', 'expiry unknown-key'],
    ],
    'a text instead of an answer': (on, id) => [on.reject(tomAdmin, id, 'no' as never), [' invalid']],
    'a date for a grant': (on, id) => [on.grant(tomAdmin, id, new Date(T0 + 1000) as never), [' invalid']],
    'a polluting answer': (on, id) => [on.reject(tomAdmin, id, JSON.parse('{"__proto__":{"message":"x"}}')), ['__proto__ unknown-key']],
    'a grant whose body was lost': (on, id) => [on.grant(tomAdmin, id, undefined as never), [' missing']],
    'a grant that does not say its expiry': (on, id) => [on.grant(tomAdmin, id, {} as never), ['expiresAt missing']],
    'a day that does not exist': (on, id) => [on.grant(tomAdmin, id, { expiresAt: '2026-02-30T00:00:00Z' }), ['expiresAt invalid']],
    'an invalid date and a bad revision': (on, id) => [
      on.setExpiry(tomAdmin, id, { expiresAt: new Date(Number.NaN), ifRevision: 0 }),
      ['expiresAt invalid', 'ifRevision invalid'],
    ],
    'no expiry to set': (on, id) => [on.setExpiry(tomAdmin, id, {} as never), ['expiresAt missing']],
    'nothing to withdraw': (on) => [on.withdraw(elizabeth, undefined as never), [' missing']],
    'a withdrawal with unknown keys': (on, id) => [on.withdraw(elizabeth, id, { message: 'x' } as never), ['message unknown-key']],
    'a withdrawal of something else': (on) => [
      on.withdraw(elizabeth, { tenantRequest: 'x' } as never),
      ['accessRequest missing', 'tenantRequest unknown-key'],
    ],
    'an empty user': (on) => [on.removeUser(elizabeth, '' as never), ['user invalid']],
    'no limit at all': (on) => [on.recordDue({ limit: 0, now: 5 } as never), ['limit invalid', 'now unknown-key']],
    'no submission': (on) => [on.submit(elizabeth, undefined as never), [' missing']],
    'the actor of a malformed submission': (on) => [
      on.submit({ ...elizabeth, user: '' }, { ...SUPPORT_ACCESS, name: 'a b' }),
      ['actor.user invalid'],
    ],
  }
  for (const [what, command] of Object.entries(bad))
    it(what, async () => {
      const repository = memoryRepository()
      const on = await sentStage({ repository })
      const before = await traces(repository)
      const [refused, issues] = command(on.consentry, on.tom)
      expect(await issuesOf(refused)).toEqual(issues)
      expect(await codeOf(refused)).toBe('invalid-input')
      expect(await traces(repository)).toEqual(before)
      expect(Object.keys(Object.prototype)).toEqual([])
    })
})

describe('an id that is a number', () => {
  const associations = (over: object) => ({ ...SUPPORT_ACCESS, associations: [{ users: ['caroline'], tenants: [TOM], ...over }] }) as never
  const seven = 7 as never
  const inside = { tenant: seven, method: 'access-request' } as const
  const given: Record<string, (consentry: Consentry) => Promise<unknown>> = {
    'actor.user': (consentry) => consentry.incoming({ ...tomAdmin, user: seven }),
    'actor.tenant': (consentry) => consentry.removeUser({ ...elizabeth, tenant: seven }, 'caroline'),
    'actor.impersonating.tenant': (consentry) => consentry.myAccess({ ...elizabeth, impersonating: inside }),
    id: (consentry) => consentry.grant(tomAdmin, seven, { expiresAt: null }),
    'id, of a submission': (consentry) => consentry.submit(elizabeth, { ...SUPPORT_ACCESS, id: seven }),
    'associations.0.users.1': (consentry) => consentry.submit(elizabeth, associations({ users: ['caroline', 7] })),
    'associations.0.tenants.0': (consentry) => consentry.submit(elizabeth, associations({ tenants: [7] })),
    ', of what to withdraw': (consentry) => consentry.withdraw(elizabeth, seven),
    accessRequest: (consentry) => consentry.withdraw(elizabeth, { accessRequest: seven }),
    'accessRequest, of a list': (consentry) => consentry.outgoing(elizabeth, { accessRequest: seven }),
    user: (consentry) => consentry.removeUser(elizabeth, seven),
    tenant: (consentry) => consentry.facts(seven),
    'tenant, of a start': (consentry) => consentry.startImpersonation(elizabeth, inside),
    session: (consentry) => consentry.checkImpersonation(elizabeth, seven),
    'session, to end': (consentry) => consentry.endImpersonation(elizabeth, seven),
    'login.user': (consentry) => consentry.resume({ ...elizabeth, user: seven }),
  }
  it.each(Object.entries(given))('is told to be one, at `%s`', async (path, call) => {
    const { issues } = await refusal(call(stage().consentry))
    // What stands in place of a secret is not quoted.
    const message = `${path.startsWith('session') ? '' : '`7` '}is a number; ids are strings: use \`String(id)\``
    expect(issues).toEqual([
      {
        path: path
          .replace(/,.*/, '')
          .split('.')
          .filter((key) => key !== '')
          .map((key) => (/^\d$/.test(key) ? Number(key) : key)),
        code: 'invalid',
        message,
      },
    ])
  })
})

it('digits as text, and misspelt keys of a command, are told what to do', async () => {
  const { consentry, tom } = await sentStage()
  const told = async (call: Promise<unknown>) => (await refusal(call)).issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  const revision = 'must be a revision: a whole number from 1'
  expect(await told(consentry.grant(tomAdmin, tom, { expiresAt: '1767225600000', ifRevision: '3' } as never))).toEqual([
    `ifRevision: \`3\` is text: use \`Number(...)\`; it ${revision}`,
    'expiresAt: `1767225600000` is text: use `Number(...)` for milliseconds, or ISO 8601 such as `2026-12-01T10:00:00Z`',
  ])
  expect(await told(consentry.grant(tomAdmin, tom, { expireAt: null } as never))).toEqual([
    'expiresAt: is required',
    'expireAt: `expireAt` is not expected here: did you mean `expiresAt`?',
  ])
  expect(await told(consentry.incoming(tomAdmin, { limit: '50' } as never))).toEqual([
    'limit: `50` is text: use `Number(...)`; it must be a whole number',
  ])
  expect(await told(consentry.recordDue({ limit: '9' } as never))).toEqual([
    'limit: `9` is text: use `Number(...)`; it must be a whole number',
  ])
})
