/** Previews and renewals through the service: what they tell, whom, and what they never ask or change (SPEC 6.11, 6.12). */
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { assign } from '../../src/domain/draft.js'
import { isConsentryError } from '../../src/domain/error.js'
import { requestTag } from '../../src/domain/request-tag.js'
import type { SubmissionInput } from '../../src/domain/submission.js'
import type { Directory } from '../../src/ports/directory.js'
import type { Repository } from '../../src/ports/repository.js'
import {
  CLASSICS,
  caroline,
  directory,
  elizabeth,
  HUNDRED,
  person,
  SUPPORT_ACCESS,
  sentStage,
  stage,
  T0,
  TOM,
  tomAdmin,
} from '../story/cast.js'
import { codeOf, issuesOf, refusal, traces } from './session-scene.js'

const inside = { impersonating: { tenant: TOM, method: 'access-request' } } as const
const DAY = 86_400_000

/** A directory of two vendors that ask the same tenants. */
const twoVendors: Directory = {
  members: (_vendor, users) => users.filter((user) => !['becky', 'rabbit'].includes(user)),
  askable: (_vendor, tenants) => tenants.filter((tenant) => [TOM, HUNDRED].includes(tenant)),
}
const rival = person('xavier', 'rival', 'submit')

describe('the preview of a submission', () => {
  it('shows each tenant’s users, where they stand there and what is pending already, ordered by id', async () => {
    const { consentry, tom, hundred } = await sentStage()
    await consentry.grant({ ...tomAdmin, tenant: TOM }, tom, { expiresAt: null })
    const associations = [
      { users: ['wickham', 'charlotte'], tenants: [TOM, HUNDRED] },
      { users: ['caroline'], tenants: [TOM] },
    ]
    expect(await consentry.preview(elizabeth, { ...SUPPORT_ACCESS, associations })).toEqual({
      alreadySent: false,
      tenants: [
        {
          tenant: HUNDRED,
          users: [
            { user: 'charlotte', status: 'pending', pending: [hundred] },
            { user: 'wickham', status: 'not-associated', pending: [] },
          ],
          legacy: 'not-told',
          tooManyOpen: false,
        },
        {
          tenant: TOM,
          users: [
            { user: 'caroline', status: 'granted', pending: [] },
            { user: 'charlotte', status: 'granted', pending: [] },
            { user: 'wickham', status: 'not-associated', pending: [] },
          ],
          legacy: 'closed',
          tooManyOpen: false,
        },
      ],
    })
  })

  it('counts by the clock at the call', async () => {
    const on = await sentStage({ policy: { answerWithin: { seconds: 1 } } })
    const statusAt = async (now: number) => {
      on.now = now
      return (await on.consentry.preview(elizabeth, SUPPORT_ACCESS)).tenants.map(({ users }) => users[0]?.status)
    }
    expect([await statusAt(T0 + 999), await statusAt(T0 + 1000)]).toEqual([
      ['pending', 'pending'],
      ['lapsed', 'lapsed'],
    ])
  })

  it('tells nothing of another vendor’s requests: neither its grant, nor its users, nor that the tenant is governed by it', async () => {
    const on = stage({ directory: twoVendors, policy: { maxOpenRequests: 1 } })
    const associations = [{ users: ['xavier', 'caroline'], tenants: [TOM] }]
    const before = await on.consentry.preview(elizabeth, { ...SUPPORT_ACCESS, associations })
    const { sent } = await on.consentry.submit(rival, { name: 'Rival', associations })
    expect(await on.consentry.preview(elizabeth, { ...SUPPORT_ACCESS, associations })).toEqual(before)
    await on.consentry.grant(tomAdmin, sent[0]?.id ?? '', { expiresAt: null })
    expect((await on.consentry.facts(TOM)).governed).toBe(true)
    expect(await on.consentry.preview(elizabeth, { ...SUPPORT_ACCESS, associations })).toEqual(before)
    expect((await on.consentry.preview(rival, { name: 'Rival', associations })).tenants).toMatchObject([
      { legacy: 'closed', tooManyOpen: true, users: [{ status: 'granted' }, { status: 'granted' }] },
    ])
  })

  it('says `closed` for good, after the grant’s end too', async () => {
    const on = await sentStage()
    const legacy = async () => (await on.consentry.preview(elizabeth, SUPPORT_ACCESS)).tenants.map((one) => one.legacy)
    expect(await legacy()).toEqual(['not-told', 'not-told'])
    await on.consentry.grant(tomAdmin, on.tom, { expiresAt: T0 + 1 })
    await on.consentry.revoke(tomAdmin, on.tom)
    on.now += 9
    expect(await legacy()).toEqual(['not-told', 'closed'])
  })

  it('says where `submit` refuses a tenant as `too-many-open`, and refuses nothing for it', async () => {
    const on = stage({ policy: { maxOpenRequests: 2 } })
    const full = async () => (await on.consentry.preview(elizabeth, SUPPORT_ACCESS)).tenants.map((one) => one.tooManyOpen)
    const { sent } = await on.consentry.submit(elizabeth, SUPPORT_ACCESS)
    expect(await full()).toEqual([false, false])
    await on.consentry.submit(elizabeth, { ...SUPPORT_ACCESS, associations: [{ users: ['caroline'], tenants: [TOM] }] })
    expect(await full()).toEqual([false, true])
    expect(await issuesOf(on.consentry.submit(elizabeth, SUPPORT_ACCESS))).toEqual([
      'associations.0.tenants.0 too-many-open',
      'associations.1.tenants.0 too-many-open',
    ])
    await on.consentry.withdraw(elizabeth, sent.find(({ tenant }) => tenant === TOM)?.id ?? '')
    expect(await full()).toEqual([false, false])
  })

  it('refuses what `submit` refuses, in its order, with the same issues', async () => {
    const on = stage({ policy: { requireMessage: { submit: 3 }, maxTenants: 2 } })
    await on.consentry.submit(elizabeth, { id: 'order-1', ...SUPPORT_ACCESS })
    const trials = [
      [tomAdmin, SUPPORT_ACCESS],
      [caroline, { name: '' }],
      [elizabeth, { name: 'a b', message: '!', associations: [{ users: ['nobody'], tenants: [] }] }],
      [elizabeth, { ...SUPPORT_ACCESS, associations: [{ users: ['caroline'], tenants: [TOM, HUNDRED, 'x'] }] }],
      [elizabeth, { ...SUPPORT_ACCESS, associations: [{ users: ['nobody', 'caroline'], tenants: ['nowhere', CLASSICS] }] }],
      [elizabeth, { ...SUPPORT_ACCESS, id: 'order-1', name: 'Another' }],
    ] as readonly (readonly [typeof elizabeth, SubmissionInput])[]
    for (const [actor, input] of trials) {
      const [refused, previewed] = [await refusal(on.consentry.submit(actor, input)), await refusal(on.consentry.preview(actor, input))]
      expect(JSON.stringify(previewed)).toBe(JSON.stringify(refused))
      expect(isConsentryError(previewed)).toBe(true)
    }
  })

  it('of what was sent already says so, and asks the directory no more than `submit` does (SPEC 3.9)', async () => {
    const members = vi.fn(directory.members)
    const on = stage({ directory: { ...directory, members }, policy: { maxOpenRequests: 1 } })
    const order = { id: 'order-1', ...SUPPORT_ACCESS }
    expect((await on.consentry.preview(elizabeth, order)).alreadySent).toBe(false)
    await on.consentry.submit(elizabeth, order)
    members.mockClear()
    const { alreadySent, tenants } = await on.consentry.preview(elizabeth, order)
    expect([alreadySent, tenants.map(({ tooManyOpen }) => tooManyOpen)]).toEqual([true, [false, false]])
    expect(members).not.toHaveBeenCalled()
  })

  it('changes nothing, and makes no id', async () => {
    const repository = memoryRepository()
    const newId = vi.fn(() => crypto.randomUUID())
    const { consentry } = await sentStage({ repository, newId })
    const [before, made] = [await traces(repository), newId.mock.calls.length]
    await consentry.preview(elizabeth, SUPPORT_ACCESS)
    expect([await traces(repository), newId.mock.calls.length]).toEqual([before, made])
  })

  it('of 100,000 pairs asks in batches, in order, and lets the event loop go on', async () => {
    const users = Array.from({ length: 100 }, (_, n) => `user-${String(n).padStart(3, '0')}`)
    const tenants = Array.from({ length: 1_000 }, (_, n) => `tenant-${String(n).padStart(4, '0')}`)
    const anybody: Directory = { members: (_, all) => all, askable: (_, all) => all }
    const asked: number[] = []
    const memory = memoryRepository()
    const repository: Repository = {
      ...memory,
      factsForMany: (queries) => {
        asked.push(queries.length)
        return memory.factsForMany(queries)
      },
      tenantSummaries: (query) => {
        asked.push(query.tenants.length)
        return memory.tenantSummaries(query)
      },
    }
    const { consentry } = stage({ repository, directory: anybody })
    let turns = 0
    const timer = setInterval(() => (turns += 1), 1)
    const preview = await consentry.preview(elizabeth, { ...SUPPORT_ACCESS, associations: [{ users, tenants }] })
    clearInterval(timer)
    expect(preview.tenants.map(({ tenant }) => tenant)).toEqual(tenants)
    for (const one of preview.tenants) expect(one.users.map(({ user }) => user)).toEqual(users)
    expect([asked.length, Math.max(...asked)]).toEqual([202, 500])
    expect(turns).toBeGreaterThan(20)
  }, 30_000)

  it('with facts that the query did not ask for is `unavailable`, and leaks nothing', async () => {
    const memory = memoryRepository()
    const on = stage({ repository: memory, directory: twoVendors })
    await on.consentry.submit(rival, { name: 'Rival', associations: [{ users: ['caroline'], tenants: [TOM] }] })
    const previewBy = (more: Partial<Repository>) =>
      stage({ repository: { ...memory, ...more } }).consentry.preview(elizabeth, SUPPORT_ACCESS)
    // Every vendor's requests, whatever was asked.
    const ofAll: Repository['factsForMany'] = (queries) => memory.factsForMany(queries.map((one) => ({ ...one, from: null })))
    expect((await previewBy({ factsForMany: ofAll })).tenants[1]?.users[0]).toEqual({
      user: 'caroline',
      status: 'not-associated',
      pending: [],
    })
    const wrong: readonly Partial<Repository>[] = [
      { factsForMany: async () => [] },
      { factsForMany: async (queries) => [...(await memory.factsForMany(queries))].reverse() },
      { factsForMany: async (queries) => queries.map(({ tenant }) => ({ tenant, governed: false, requests: [{}] })) as never },
      { tenantSummaries: async () => [] },
      { tenantSummaries: async (query) => [...(await memory.tenantSummaries(query))].reverse() },
    ]
    for (const more of wrong) expect(await codeOf(previewBy(more))).toBe('unavailable')
  })
})

describe('the preview of an answer', () => {
  it('says whether a grant closes the legacy tool, the first time, for good', async () => {
    const on = await sentStage({ directory: twoVendors })
    const { sent } = await on.consentry.submit(rival, { name: 'Rival', associations: [{ users: ['xavier'], tenants: [TOM] }] })
    const preview = () => on.consentry.previewAnswer(tomAdmin, on.tom)
    expect(await preview()).toEqual({ closesLegacy: true, mustExpire: false, latestExpiry: null })
    // The tenant knows what it granted to others.
    await on.consentry.grant(tomAdmin, sent[0]?.id ?? '', { expiresAt: null })
    await on.consentry.revoke(tomAdmin, sent[0]?.id ?? '')
    expect(await preview()).toEqual({ closesLegacy: false, mustExpire: false, latestExpiry: null })
  })

  it('says the latest expiry by the policy and the tenant’s own cap, whichever is shorter (SPEC 2.5, 4.4)', async () => {
    const latest = async (policy: object, own?: object | null) => {
      const maxGrant = own === undefined ? {} : { maxGrant: () => own }
      const on = await sentStage({ policy, directory: { ...directory, ...maxGrant } })
      on.now += 5
      const { mustExpire, latestExpiry } = await on.consentry.previewAnswer(tomAdmin, on.tom)
      expect(mustExpire).toBe(latestExpiry !== null)
      // A grant until that very instant is accepted, and refused a millisecond later.
      if (latestExpiry === null) return null
      expect(await codeOf(on.consentry.grant(tomAdmin, on.tom, { expiresAt: latestExpiry + 1 }))).toBe('expires-too-late')
      await on.consentry.grant(tomAdmin, on.tom, { expiresAt: latestExpiry })
      return latestExpiry - on.now
    }
    expect(await latest({})).toBe(null)
    expect(await latest({}, null)).toBe(null)
    expect(await latest({ maxGrant: { days: 2 } })).toBe(2 * DAY)
    expect(await latest({ maxGrant: { days: 2 } }, { days: 1 })).toBe(DAY)
    expect(await latest({ maxGrant: { days: 2 } }, { days: 3 })).toBe(2 * DAY)
    expect(await latest({}, { days: 3 })).toBe(3 * DAY)
  })

  it('never asks who the users are, and so does not say whether the request can be granted', async () => {
    const staff = new Set(['elizabeth', 'caroline', 'charlotte'])
    const members = vi.fn((_vendor: string, users: readonly string[]) => users.filter((user) => staff.has(user)))
    const askable = vi.fn(directory.askable)
    const on = await sentStage({ directory: { members, askable } })
    for (const ask of [members, askable]) ask.mockClear()
    const before = await on.consentry.previewAnswer(tomAdmin, on.tom)
    staff.clear()
    expect(await on.consentry.previewAnswer(tomAdmin, on.tom)).toEqual(before)
    expect(members.mock.calls.length + askable.mock.calls.length).toBe(0)
    expect(await codeOf(on.consentry.grant(tomAdmin, on.tom, { expiresAt: null }))).toBe('not-grantable')
    // A member of the requesting tenant may read it, and may not grant (SPEC 2.4).
    staff.add('becky')
    expect(await on.consentry.previewAnswer(tomAdmin, on.tom)).toEqual(before)
    expect(await codeOf(on.consentry.grant(tomAdmin, on.tom, { expiresAt: null }))).toBe('requester-may-not-answer')
  })

  it('is `not-found` for a foreign or missing id, `wrong-party` for the requester, `not-pending` for what is over', async () => {
    const on = await sentStage({ policy: { answerWithin: { days: 1 } } })
    const code = (id: string, actor = tomAdmin) => codeOf(on.consentry.previewAnswer(actor, id))
    expect([await code(on.hundred), await code('missing'), await code(on.id)]).toEqual(Array(3).fill('not-found'))
    expect(await code(on.tom, person('elizabeth', CLASSICS, 'answer'))).toBe('wrong-party')
    on.now = T0 + DAY
    expect(await code(on.tom)).toBe('not-pending')
    on.now = T0 + DAY - 1
    await on.consentry.reject(tomAdmin, on.tom)
    expect(await code(on.tom)).toBe('not-pending')
  })

  it('may be read from inside a tenant, since it changes nothing', async () => {
    const on = await sentStage()
    expect((await on.consentry.previewAnswer({ ...tomAdmin, ...inside }, on.tom)).closesLegacy).toBe(true)
    expect((await on.consentry.preview({ ...elizabeth, ...inside }, SUPPORT_ACCESS)).tenants.map(({ tenant }) => tenant)).toEqual([
      HUNDRED,
      TOM,
    ])
  })
})

describe('a renewal', () => {
  it('is a draft of the same name, message and tenant, with the users who are still in it and still members', async () => {
    const staff = new Set(['elizabeth', 'caroline', 'charlotte', 'wickham'])
    const members = (_vendor: string, users: readonly string[]) => users.filter((user) => staff.has(user))
    const on = stage({ directory: { ...directory, members } })
    const associations = [{ users: ['caroline', 'charlotte', 'wickham'], tenants: [TOM, HUNDRED] }]
    const { sent } = await on.consentry.submit(elizabeth, { ...SUPPORT_ACCESS, associations })
    const tom = sent.find(({ tenant }) => tenant === TOM)?.id ?? ''
    await on.consentry.grant(tomAdmin, tom, { expiresAt: T0 + 10 })
    await on.consentry.removeUser(elizabeth, 'wickham')
    staff.delete('charlotte')
    const draft = { name: 'SupportAccess', message: SUPPORT_ACCESS.message, associations: [{ users: ['caroline'], tenants: [TOM] }] }
    expect(await on.consentry.renewalDraft(elizabeth, tom)).toEqual(draft)
    on.now = T0 + 10
    expect(await on.consentry.renewalDraft({ ...elizabeth, ...inside }, tom)).toEqual(draft)
    const renewed = await on.consentry.submit(elizabeth, await on.consentry.renewalDraft(elizabeth, tom))
    await on.consentry.grant(tomAdmin, renewed.sent[0]?.id ?? '', { expiresAt: null })
    expect((await on.consentry.myAccess(caroline, { status: 'granted' })).items).toMatchObject([{ tenant: TOM, status: 'granted' }])
  })

  it('without users left is refused by `submit` at them, until some are assigned', async () => {
    const on = await sentStage()
    await on.consentry.grant(tomAdmin, on.tom, { expiresAt: null })
    for (const user of ['caroline', 'charlotte']) await on.consentry.removeUser(elizabeth, user)
    const draft = await on.consentry.renewalDraft(elizabeth, on.tom)
    expect(draft.associations).toEqual([{ users: [], tenants: [TOM] }])
    expect(await issuesOf(on.consentry.submit(elizabeth, draft))).toEqual(['associations.0.users invalid'])
    expect((await on.consentry.submit(elizabeth, assign(draft, 0, { users: ['wickham'] }))).sent).toHaveLength(1)
  })

  it('is refused for what was never granted, and for others’ requests, before the directory is asked', async () => {
    const members = vi.fn(directory.members)
    const on = await sentStage({ directory: { ...directory, members } })
    members.mockClear()
    const code = (id: string, actor = elizabeth) => codeOf(on.consentry.renewalDraft(actor, id))
    expect([await code(on.tom), await code('missing'), await code(on.id)]).toEqual(['not-active', 'not-found', 'not-found'])
    expect(await code(on.tom, rival)).toBe('not-found')
    expect(await code(on.tom, person('becky', TOM, 'submit'))).toBe('wrong-party')
    expect(members).not.toHaveBeenCalled()
  })

  it('with a repository that returns another row is refused', async () => {
    const memory = memoryRepository()
    const on = await sentStage({ repository: memory })
    await on.consentry.grant(tomAdmin, on.tom, { expiresAt: null })
    const by = (more: Partial<Repository>) => stage({ repository: { ...memory, ...more } }).consentry.renewalDraft(elizabeth, on.tom)
    expect(await codeOf(by({ accessRequest: async () => undefined }))).toBe('unavailable')
    expect(await codeOf(by({ tenantRequests: () => memory.tenantRequests([on.hundred]) }))).toBe('not-found')
  })
})

describe('the tag', () => {
  it('is the same for both parties, in lists, histories and the result of `submit` (SPEC 6.2)', async () => {
    const { consentry, tom, hundred } = await sentStage()
    const tag = requestTag(tom)
    expect(
      (await consentry.submit(elizabeth, { ...SUPPORT_ACCESS, id: 'again' })).sent.every((one) => one.tag === requestTag(one.id)),
    ).toBe(true)
    const [incoming, outgoing] = [await consentry.incoming(tomAdmin), await consentry.outgoing(elizabeth)]
    expect(incoming.items.find(({ id }) => id === tom)?.tag).toBe(tag)
    expect(outgoing.items.find(({ id }) => id === tom)?.tag).toBe(tag)
    expect(outgoing.items.find(({ id }) => id === hundred)?.tag).toBe(requestTag(hundred))
    for (const actor of [tomAdmin, elizabeth]) {
      const { items } = await consentry.history(actor)
      for (const one of items) if ('tenantRequest' in one) expect(one.tag).toBe(requestTag(one.tenantRequest))
    }
  })
})

describe('the history of the requester', () => {
  it('names the users whom each answer and each end concerns; the tenant’s own does not (SPEC 6.6)', async () => {
    const staff = new Set(['elizabeth', 'caroline', 'charlotte', 'wickham'])
    const members = (_vendor: string, users: readonly string[]) => users.filter((user) => staff.has(user))
    const on = stage({ directory: { ...directory, members } })
    const associations = [{ users: ['caroline', 'charlotte', 'wickham'], tenants: [TOM] }]
    const { sent } = await on.consentry.submit(elizabeth, { ...SUPPORT_ACCESS, associations })
    const tom = sent[0]?.id ?? ''
    staff.delete('wickham')
    await on.consentry.grant(tomAdmin, tom, { expiresAt: T0 + 10 })
    await on.consentry.removeUser(elizabeth, 'charlotte')
    on.now = T0 + 20
    await on.consentry.recordDue()
    const shown = (await on.consentry.history(elizabeth)).items.map((one) => [one.type.split('.')[1], 'users' in one ? one.users : null])
    expect(shown).toEqual([
      ['expired', ['caroline']],
      ['user-removed', null],
      ['granted', ['caroline', 'charlotte']],
      ['received', ['caroline', 'charlotte', 'wickham']],
      ['submitted', null],
    ])
    expect(JSON.stringify((await on.consentry.history(tomAdmin)).items)).not.toMatch(/users|caroline|charlotte|wickham/)
  })
})
