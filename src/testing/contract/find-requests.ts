/** Contract tests of finding requests: by id, by user, and by due expiry. */
import type { SubmissionRecords } from '../../domain/access-request.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { byId, expectedDue } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { lifecyclesFrom, saveLifecycle } from './fixtures/lifecycles.js'
import { expectedTenantRequestsOf } from './fixtures/queries.js'
import { requestIn } from './fixtures/reads.js'
import { expireNow, grantAt, rejectAt, removeUserAt, revokeAt, setExpiryAt } from './fixtures/transitions.js'

// In code order, which differs from every language's order: capitals, `_`, small letters.
const TENANTS = ['Acme', 'Zebra', '_acme', 'a-b', 'a_b', 'ab', 'acme', 'zebra', '~']

export const findRequestsTests: readonly ContractTest[] = [
  contractTest(
    'an access request is found by requesting tenant and id, as saved, whatever happens to its tenant requests',
    async (fixture) => {
      const request = await fixture.submitOne(TOM, { id: 'one', name: 'Übergabe1', message: 'kept', users: [CHARLOTTE, CAROLINE] })
      await fixture.applyTransitions(request, removeUserAt(CAROLINE, 1_500), grantAt(2_000))
      assertEqual(await fixture.repository.accessRequest(CLASSICS, 'one'), fixture.accessRequests[0], 'the access request')
    },
  ),

  contractTest('an access request that does not exist or belongs to another tenant is undefined', async (fixture) => {
    assertEqual(await fixture.repository.accessRequest(CLASSICS, 'one'), undefined, 'in an empty repository')
    const request = await fixture.submitOne(TOM, { id: 'one' })
    for (const [tenant, id] of [
      [CLASSICS, 'two'],
      ['rival', 'one'],
      [TOM, 'one'],
      [CLASSICS, request.id],
    ] as const) {
      assertEqual(await fixture.repository.accessRequest(tenant, id), undefined, `${id} of ${tenant}`)
    }
  }),

  contractTest('tenant requests are found by id, as last saved and each once; others are left out', async (fixture) => {
    assertEqual(await requestIn(fixture.repository, 'one'), undefined, 'in an empty repository')
    assertEqual(await fixture.repository.tenantRequests([]), [], 'of no ids')
    const request = await fixture.submitOne(TOM, { id: 'one' })
    assertEqual(await requestIn(fixture.repository, request.id), request, 'as it was sent')
    const granted = await fixture.applyTransitions(request, grantAt(2_000, 3_000, 'welcome'))
    assertEqual(await requestIn(fixture.repository, request.id), granted, 'as it was granted')
    const other = await fixture.submitOne(HUNDRED)
    const several = await fixture.repository.tenantRequests([other.id, 'one', request.id, other.id])
    assertEqual(byId(several), byId([granted, other]), 'several at once')
    assertEqual(await requestIn(fixture.repository, 'one'), undefined, "by the access request's id")
  }),

  contractTest('of tenant requests by id, a party finds those that it sent or is asked by, and nobody finds others', async (fixture) => {
    const own = await fixture.submitOne(TOM)
    const granted = await fixture.applyTransitions(own, grantAt(2_000))
    const rival = await fixture.submitOne(TOM, { by: 'rival' })
    const hundred = await fixture.submitOne(HUNDRED)
    const ids = [own, rival, hundred].map(({ id }) => id)
    const parties = { [TOM]: [granted, rival], [HUNDRED]: [hundred], [CLASSICS]: [granted, hundred], rival: [rival], nobody: [] }
    for (const [party, expected] of Object.entries(parties))
      assertEqual(byId(await fixture.repository.tenantRequests(ids, party)), byId(expected), `of ${party}`)
    assertEqual(await fixture.repository.tenantRequests([own.id, 'one', own.id], HUNDRED), [], "of another party's id")
  }),

  contractTest('all tenant requests of an access request are returned, ordered by tenant id', async (fixture) => {
    const { request, tenantRequests, events } = fixture.buildSubmission({ id: 'one', tenants: TENANTS })
    const [first, ...received] = events
    const turned: SubmissionRecords = { request, tenantRequests: tenantRequests.toReversed(), events: [first, ...received.toReversed()] }
    assertEqual(
      await fixture.repository.saveSubmission(structuredClone(turned)),
      { saved: true },
      'the answer to a submission in another order',
    )
    fixture.recordSubmission(turned)
    await fixture.submit({ id: 'two', tenants: TENANTS.slice(0, 2) })
    const found = await fixture.repository.tenantRequestsOf(CLASSICS, 'one')
    assertEqual(
      found.map(({ tenant }) => tenant),
      TENANTS,
      'the tenants',
    )
    assertEqual(found, expectedTenantRequestsOf(fixture, CLASSICS, 'one'), 'the tenant requests')
  }),

  contractTest('an access request that is unknown or belongs to another tenant has no tenant requests', async (fixture) => {
    await fixture.submit({ id: 'one', tenants: [TOM, HUNDRED] })
    await fixture.submit({ id: 'two', by: 'rival', tenants: [TOM] })
    for (const [tenant, id] of [
      [CLASSICS, 'two'],
      ['rival', 'one'],
      [TOM, 'one'],
      [CLASSICS, 'three'],
    ] as const) {
      assertEqual(await fixture.repository.tenantRequestsOf(tenant, id), [], `${id} of ${tenant}`)
    }
  }),

  contractTest(
    'the open requests naming a user are the pending and granted ones that name the user now, ordered by id, page by page',
    async (fixture) => {
      for (const life of [...lifecyclesFrom(0), ...lifecyclesFrom(100)]) {
        await saveLifecycle(fixture, TOM, life)
      }
      for (const user of [CAROLINE, CHARLOTTE]) {
        const open = fixture.requests.filter(({ users, state }) => users.includes(user) && (state === 'pending' || state === 'granted'))
        const ids = byId(open).map(({ id }) => id)
        for (const [n, after] of [undefined, ...ids].entries()) {
          const page = await fixture.repository.openRequestsNaming({ requestingTenant: CLASSICS, user, after, limit: 3 })
          assertEqual(page, ids.slice(n, n + 3), `${user} after ${after}`)
        }
      }
    },
  ),

  contractTest("the open requests naming a user are the requesting tenant's own, of every tenant it asked", async (fixture) => {
    const ours = await fixture.submit({ tenants: TENANTS })
    const theirs = await fixture.submit({ tenants: [TOM, 'Acme'], by: 'rival' })
    const naming = (requestingTenant: string, user: string) => fixture.repository.openRequestsNaming({ requestingTenant, user, limit: 100 })
    const idsOf = (requests: readonly TenantRequest[]) => byId(requests).map(({ id }) => id)
    assertEqual(await naming(CLASSICS, CAROLINE), idsOf(ours), 'ours')
    assertEqual(await naming('rival', CAROLINE), idsOf(theirs), 'theirs')
    assertEqual(await naming('Acme', CAROLINE), [], "the asked tenant's")
    assertEqual(await naming(CLASSICS, CHARLOTTE), [], "another user's")
  }),

  contractTest(
    'the open requests between two tenants are the pending and granted ones of that sender there, ordered by id, page by page',
    async (fixture) => {
      for (const life of [...lifecyclesFrom(0), ...lifecyclesFrom(100)]) await saveLifecycle(fixture, TOM, life)
      await fixture.submit({ tenants: [TOM, HUNDRED] })
      await fixture.submit({ tenants: [TOM, CLASSICS, 'Tom'], by: 'rival' })
      await fixture.submit({ tenants: ['rival', HUNDRED], by: TOM })
      for (const requestingTenant of [CLASSICS, 'rival', TOM, HUNDRED])
        for (const tenant of [TOM, HUNDRED, CLASSICS, 'rival']) {
          const between = fixture.requests.filter((one) => one.requestingTenant === requestingTenant && one.tenant === tenant)
          const ids = byId(between.filter(({ state }) => state === 'pending' || state === 'granted')).map(({ id }) => id)
          for (const [n, after] of [undefined, ...ids].entries()) {
            const page = await fixture.repository.openRequestsBetween({ requestingTenant, tenant, after, limit: 3 })
            assertEqual(page, ids.slice(n, n + 3), `of ${requestingTenant} in ${tenant} after ${after}`)
          }
        }
    },
  ),

  contractTest('a grant is due from its expiry on, a pending request from its lapse on: not 1 ms before', async (fixture) => {
    const { id } = await fixture.applyTransitions(await fixture.submitOne(TOM), grantAt(2_000, 3_000))
    const pending = await fixture.submitOne(TOM, { answerBy: 3_500 })
    const due = (now: number) => fixture.repository.dueRequests({ now, limit: 10 })
    assertEqual(await due(2_999), [], '1 ms before')
    for (const now of [3_000, 3_001, 3_499]) assertEqual(await due(now), [{ dueAt: 3_000, id }], `at ${now}`)
    const both = [
      { dueAt: 3_000, id },
      { dueAt: 3_500, id: pending.id },
    ]
    for (const now of [3_500, 3_501]) assertEqual(await due(now), both, `at ${now}`)
  }),

  contractTest('only grants with an expiry and pending requests with a lapse are due', async (fixture) => {
    for (const life of lifecyclesFrom(0)) await saveLifecycle(fixture, TOM, life)
    for (const now of [2_999, 3_000, 3_999, 4_000, 8.64e15]) await expectDue(fixture, now)
  }),

  contractTest('a request is due by its latest expiry, until it is revoked or its expiry is recorded', async (fixture) => {
    const sent = await fixture.submit({ tenants: [TOM, HUNDRED, 'green-gables'] })
    await fixture.saveTransitions(sent, grantAt(2_000, 3_000))
    await fixture.saveTransitions(sent.slice(0, 2), setExpiryAt(2_100, 5_000))
    for (const now of [3_000, 5_000]) await expectDue(fixture, now)
    await fixture.saveTransitions(sent.slice(0, 1), revokeAt(2_200))
    await fixture.saveTransitions(sent.slice(2), expireNow())
    for (const now of [3_000, 5_000]) await expectDue(fixture, now)
  }),

  contractTest('due requests are ordered by that instant and then id, and continue from any key', async (fixture) => {
    const sent = await fixture.submit({ tenants: Array.from({ length: 12 }, (_, n) => `tenant-${n}`) })
    const ends = [-5, 4_000, 3_000, 10_000, 3_000]
    await fixture.submit({ tenants: ['tenant-12', 'tenant-13'], answerBy: 3_000 })
    await fixture.submit({ tenants: ['tenant-14'], answerBy: 4_000 })
    for (const [n, end] of ends.entries()) {
      const some = sent.filter((_, index) => index % ends.length === n)
      await (end < 0 ? fixture.saveTransitions(some, rejectAt(2_000)) : fixture.saveTransitions(some, grantAt(2_000, end)))
    }
    for (const limit of [1, 2, 3, 5, 7, 100]) {
      const due = expectedDue(fixture, 10_000)
      for (const [n, after] of [undefined, ...due].entries()) {
        const page = await fixture.repository.dueRequests({ now: 10_000, after, limit })
        assertEqual(page, due.slice(n, n + limit), `${limit} after ${JSON.stringify(after)}`)
      }
    }
  }),
]

async function expectDue(fixture: Fixture, now: number): Promise<void> {
  assertEqual(await fixture.repository.dueRequests({ now, limit: 100 }), expectedDue(fixture, now), `due at ${now}`)
}
