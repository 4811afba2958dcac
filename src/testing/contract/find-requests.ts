/** The laws of what is found by an id, of the requests that name a user, and of what is due. */
import type { SubmissionRecords } from '../../domain/access-request.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { byId, expectedDue } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { lifecyclesFrom } from './fixtures/lifecycles.js'
import { expectedTenantRequestsOf } from './fixtures/queries.js'
import { expireNow, grantAt, rejectAt, removeUserAt, revokeAt, setExpiryAt } from './fixtures/transitions.js'

// In the order of their codes, which no dictionary shares: capitals, then `_`, then small letters.
const TENANTS = ['Acme', 'Zebra', '_acme', 'a-b', 'a_b', 'ab', 'acme', 'zebra', '~']

export const findRequestsTests: readonly ContractTest[] = [
  contractTest(
    'an access request is found by its requesting tenant and id, as it was saved, however its tenant requests fare',
    async (scene) => {
      const request = await scene.submitOne(TOM, { id: 'one', name: 'Übergabe1', message: 'kept', users: [CHARLOTTE, CAROLINE] })
      await scene.applyTransitions(request, removeUserAt(CAROLINE, 1_500), grantAt(2_000))
      assertEqual(await scene.repository.accessRequest(CLASSICS, 'one'), scene.accessRequests[0], 'the access request')
    },
  ),

  contractTest("an access request that does not exist, or is another tenant's, is undefined", async (scene) => {
    assertEqual(await scene.repository.accessRequest(CLASSICS, 'one'), undefined, 'in an empty repository')
    const request = await scene.submitOne(TOM, { id: 'one' })
    for (const [tenant, id] of [
      [CLASSICS, 'two'],
      ['rival', 'one'],
      [TOM, 'one'],
      [CLASSICS, request.id],
    ] as const) {
      assertEqual(await scene.repository.accessRequest(tenant, id), undefined, `${id} of ${tenant}`)
    }
  }),

  contractTest('a tenant request is found by its id as it was last saved; one that does not exist is undefined', async (scene) => {
    assertEqual(await scene.repository.tenantRequest('one'), undefined, 'in an empty repository')
    const request = await scene.submitOne(TOM, { id: 'one' })
    assertEqual(await scene.repository.tenantRequest(request.id), request, 'as it was sent')
    const granted = await scene.applyTransitions(request, grantAt(2_000, 3_000, 'welcome'))
    assertEqual(await scene.repository.tenantRequest(request.id), granted, 'as it was granted')
    assertEqual(await scene.repository.tenantRequest('one'), undefined, "by the access request's id")
  }),

  contractTest("an access request's tenant requests come all, in the order of their tenants' ids", async (scene) => {
    const { request, tenantRequests, events } = scene.buildSubmission({ id: 'one', tenants: TENANTS })
    const [first, ...received] = events
    const turned: SubmissionRecords = { request, tenantRequests: tenantRequests.toReversed(), events: [first, ...received.toReversed()] }
    assertEqual(
      await scene.repository.saveSubmission(structuredClone(turned)),
      { saved: true },
      'the answer to a submission in another order',
    )
    scene.recordSubmission(turned)
    await scene.submit({ id: 'two', tenants: TENANTS.slice(0, 2) })
    const found = await scene.repository.tenantRequestsOf(CLASSICS, 'one')
    assertEqual(
      found.map(({ tenant }) => tenant),
      TENANTS,
      'the tenants',
    )
    assertEqual(found, expectedTenantRequestsOf(scene, CLASSICS, 'one'), 'the tenant requests')
  }),

  contractTest("an unknown access request, or another tenant's, has no tenant requests", async (scene) => {
    await scene.submit({ id: 'one', tenants: [TOM, HUNDRED] })
    await scene.submit({ id: 'two', by: 'rival', tenants: [TOM] })
    for (const [tenant, id] of [
      [CLASSICS, 'two'],
      ['rival', 'one'],
      [TOM, 'one'],
      [CLASSICS, 'three'],
    ] as const) {
      assertEqual(await scene.repository.tenantRequestsOf(tenant, id), [], `${id} of ${tenant}`)
    }
  }),

  contractTest(
    'the open requests naming a user are those pending or granted that name him today, in the order of their ids',
    async (scene) => {
      for (const life of [...lifecyclesFrom(0), ...lifecyclesFrom(100)]) {
        await scene.applyTransitions(await scene.submitOne(TOM, { users: [CAROLINE, CHARLOTTE] }), ...life)
      }
      for (const user of [CAROLINE, CHARLOTTE]) {
        const open = scene.requests.filter(({ users, state }) => users.includes(user) && (state === 'pending' || state === 'granted'))
        assertEqual(await scene.repository.openRequestsNaming(CLASSICS, user), byId(open), user)
      }
    },
  ),

  contractTest("the open requests naming a user are the requesting tenant's only, of every tenant it asked", async (scene) => {
    const ours = await scene.submit({ tenants: TENANTS })
    const theirs = await scene.submit({ tenants: [TOM, 'Acme'], by: 'rival' })
    assertEqual(await scene.repository.openRequestsNaming(CLASSICS, CAROLINE), byId(ours), 'ours')
    assertEqual(await scene.repository.openRequestsNaming('rival', CAROLINE), byId(theirs), 'theirs')
    assertEqual(await scene.repository.openRequestsNaming('Acme', CAROLINE), [], "the asked tenant's")
    assertEqual(await scene.repository.openRequestsNaming(CLASSICS, CHARLOTTE), [], "another user's")
  }),

  contractTest('a grant is due from its expiry on: not 1 ms before it, and at the instant itself', async (scene) => {
    const granted = await scene.applyTransitions(await scene.submitOne(TOM), grantAt(2_000, 3_000))
    assertEqual(await scene.repository.dueRequests(2_999, 10), [], '1 ms before')
    assertEqual(await scene.repository.dueRequests(3_000, 10), [granted], 'at the instant')
    assertEqual(await scene.repository.dueRequests(3_001, 10), [granted], '1 ms after')
  }),

  contractTest('only what is in state granted and has an expiry is ever due', async (scene) => {
    for (const life of lifecyclesFrom(0))
      await scene.applyTransitions(await scene.submitOne(TOM, { users: [CAROLINE, CHARLOTTE] }), ...life)
    for (const now of [2_999, 3_000, 3_999, 4_000, 8.64e15]) await dueAgrees(scene, now)
  }),

  contractTest('what is due follows the expiry as it was set last, and ends when it is revoked or recorded', async (scene) => {
    const sent = await scene.submit({ tenants: [TOM, HUNDRED, 'green-gables'] })
    await scene.saveTransitions(sent, grantAt(2_000, 3_000))
    await scene.saveTransitions(sent.slice(0, 2), setExpiryAt(2_100, 5_000))
    for (const now of [3_000, 5_000]) await dueAgrees(scene, now)
    await scene.saveTransitions(sent.slice(0, 1), revokeAt(2_200))
    await scene.saveTransitions(sent.slice(2), expireNow())
    for (const now of [3_000, 5_000]) await dueAgrees(scene, now)
  }),

  contractTest('what is due comes by the earliest expiry, then in the order of the ids, and no more than the limit', async (scene) => {
    const sent = await scene.submit({ tenants: Array.from({ length: 12 }, (_, n) => `tenant-${n}`) })
    const ends = [-5, 4_000, 3_000, 10_000, 3_000]
    for (const [n, end] of ends.entries()) {
      const some = sent.filter((_, index) => index % ends.length === n)
      await (end < 0 ? scene.saveTransitions(some, rejectAt(2_000)) : scene.saveTransitions(some, grantAt(2_000, end)))
    }
    for (const limit of [1, 2, 3, 5, 7, 100]) {
      assertEqual(await scene.repository.dueRequests(10_000, limit), expectedDue(scene, 10_000).slice(0, limit), `the first ${limit}`)
    }
  }),
]

async function dueAgrees(scene: Fixture, now: number): Promise<void> {
  assertEqual(await scene.repository.dueRequests(now, 100), expectedDue(scene, now), `due at ${now}`)
}
