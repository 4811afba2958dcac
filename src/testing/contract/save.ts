/** The laws of `save`: a change follows what is stored, and a batch is one change or none (SPEC 4.6, 9.3). */
import type { Change } from '../../ports/repository.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, assertRejects, required } from './fixtures/assert.js'
import { expectedHistory } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectedTenantRequestsOf, expectStored } from './fixtures/queries.js'
import { grantAt, rejectAt, removeUserAt, revokeAt } from './fixtures/transitions.js'

export const saveTests: readonly ContractTest[] = [
  contractTest('a change of the revision just before it returns `saved`, and request and event are saved', async (scene) => {
    const request = await scene.submitOne(TOM, { users: [CAROLINE, CHARLOTTE] })
    await scene.applyTransitions(request, grantAt(2_000, 9_000, 'welcome'))
    await expectStored(scene)
    await scene.applyTransitions(request, removeUserAt(CHARLOTTE, 3_000), revokeAt(4_000, 'thank you'))
    await expectStored(scene)
  }),

  contractTest('a change of a revision that has passed returns `conflict` and saves nothing', async (scene) => {
    const request = await scene.submitOne(TOM, { users: [CAROLINE, CHARLOTTE] })
    await scene.applyTransitions(request, removeUserAt(CHARLOTTE, 1_500), grantAt(2_000))
    await expectConflict(scene, [rejectAt(3_000)(request, scene.newId)])
    await expectConflict(scene, [grantAt(3_000)(request, scene.newId)])
  }),

  contractTest('a change of a revision not yet reached returns `conflict` and saves nothing', async (scene) => {
    const request = await scene.submitOne(TOM, { users: [CAROLINE, CHARLOTTE] })
    const unsaved = removeUserAt(CHARLOTTE, 1_500)(request, scene.newId)
    await expectConflict(scene, [grantAt(2_000)(unsaved.request, scene.newId)])
  }),

  contractTest('a change of a request that is not there returns `conflict` and saves nothing', async (scene) => {
    await scene.submitOne(TOM)
    const unsent = scene.buildSubmission({ tenants: [HUNDRED] })
    await expectConflict(scene, scene.changes(unsent.tenantRequests, grantAt(2_000)))
    await expectStored(scene, [unsent])
  }),

  contractTest('after a `conflict` the request can be read again and changed', async (scene) => {
    const request = await scene.submitOne(TOM)
    await scene.applyTransitions(request, grantAt(2_000))
    await expectConflict(scene, [rejectAt(2_000)(request, scene.newId)])
    const read = await scene.repository.tenantRequest(request.id)
    assertEqual(read, scene.stored(request), 'the request as it is')
    await scene.applyTransitions(request, revokeAt(3_000))
    await expectStored(scene)
  }),

  contractTest('no changes: `saved`, and nothing is saved', async (scene) => {
    assertEqual(await scene.repository.saveChanges([]), 'saved', 'of an empty repository')
    await scene.submitOne(TOM)
    assertEqual(await scene.repository.saveChanges([]), 'saved', 'the answer')
    await expectStored(scene)
  }),

  contractTest('a batch is saved together: requests of several tenants, requests and requesters', async (scene) => {
    const ours = await scene.submit({ tenants: [TOM, HUNDRED] })
    const more = await scene.submit({ tenants: [TOM], at: 1_100 })
    const theirs = await scene.submit({ tenants: [TOM, HUNDRED], by: 'rival', users: ['xavier'] })
    await scene.saveTransitions([...theirs, ...more, ...ours], grantAt(2_000))
    await expectStored(scene)
  }),

  contractTest('a batch of different verbs is saved together', async (scene) => {
    const sent = await scene.submit({ tenants: [TOM, HUNDRED, 'green-gables'], users: [CAROLINE, CHARLOTTE] })
    const verbs = [grantAt(2_000), rejectAt(2_000), removeUserAt(CAROLINE, 2_000)]
    const changes = verbs.flatMap((verb, n) => scene.changes(sent.slice(n, n + 1), verb))
    assertEqual(await scene.repository.saveChanges(structuredClone(changes)), 'saved', 'the answer')
    scene.recordChanges(changes)
    await expectStored(scene)
  }),

  contractTest('of a batch with one stale change, wherever it stands, nothing is saved', async (scene) => {
    const sent = await scene.submit({ tenants: [TOM, HUNDRED, 'green-gables'] })
    for (const stale of sent) {
      await scene.applyTransitions(stale, rejectAt(1_500))
      const fresh = await scene.submit({ tenants: [TOM, HUNDRED], at: 1_600 })
      const changes = scene.changes(fresh, grantAt(2_000))
      const late = grantAt(2_000)(stale, scene.newId)
      for (const position of [0, 1, 2]) await expectConflict(scene, changes.toSpliced(position, 0, late))
    }
  }),

  contractTest('of a batch that names a request twice nothing is saved', async (scene) => {
    const request = await scene.submitOne(TOM)
    const twice = [...scene.changes([request], grantAt(2_000)), ...scene.changes([request], rejectAt(2_000))]
    await expectConflict(scene, twice)
    const granted = grantAt(2_000)(request, scene.newId)
    await expectConflict(scene, [granted, revokeAt(3_000)(granted.request, scene.newId)])
  }),

  contractTest('of 1,000 changes of which only the last is stale none is saved', async (scene) => {
    const sent = await scene.submit({ id: 'large', tenants: thousandRequests() })
    const changes = scene.changes(sent, grantAt(2_000))
    await scene.saveTransitions(sent.slice(-1), rejectAt(1_500))
    assertEqual(await scene.repository.saveChanges(changes), 'conflict', 'the answer')
    await expectManyRequestsStored(scene)
  }),

  contractTest('a batch of 1,000 changes is saved whole', async (scene) => {
    const sent = await scene.submit({ id: 'large', tenants: thousandRequests() })
    await scene.saveTransitions(sent, grantAt(2_000))
    await expectManyRequestsStored(scene)
  }),

  contractTest("a change with an event's id that is taken, wherever it stands in a batch, rejects and leaves nothing", async (scene) => {
    await scene.applyTransitions(await scene.submitOne(TOM), grantAt(1_500))
    const sent = await scene.submit({ tenants: [TOM, HUNDRED, 'green-gables'], at: 1_600 })
    for (const { id } of [required(scene.events[1], 'event of a submission'), required(scene.events[2], 'event of a change')]) {
      for (const position of [0, 1, 2]) {
        const changes = scene.changes(sent, grantAt(2_000))
        await expectNoTraceOfChanges(
          scene,
          changes.map((one, index) => (index === position ? { ...one, event: { ...one.event, id } } : one)),
        )
      }
    }
    await scene.saveTransitions(sent, grantAt(2_000))
    await expectStored(scene)
  }),

  contractTest("an event's id used twice within one batch rejects, and leaves nothing", async (scene) => {
    const sent = await scene.submit({ tenants: [TOM, HUNDRED, 'green-gables'] })
    const changes = scene.changes(sent, grantAt(2_000))
    const id = scene.newId()
    await expectNoTraceOfChanges(
      scene,
      changes.map((one) => ({ ...one, event: { ...one.event, id } })),
    )
  }),
]

function thousandRequests(): string[] {
  return Array.from({ length: 1_000 }, (_, n) => `tenant-${n}`)
}

async function expectConflict(scene: Fixture, changes: readonly Change[]): Promise<void> {
  assertEqual(await scene.repository.saveChanges(structuredClone(changes)), 'conflict', 'the answer to a stale change')
  await expectStored(scene)
}

async function expectNoTraceOfChanges(scene: Fixture, changes: readonly Change[]): Promise<void> {
  await assertRejects(async () => scene.repository.saveChanges(structuredClone(changes)), "a change with an event's id that is taken")
  await expectStored(scene)
}

// A reading a request would be thousands of round trips: three lists show a thousand as well.
async function expectManyRequestsStored(scene: Fixture): Promise<void> {
  const { repository } = scene
  assertEqual(
    await repository.tenantRequestsOf(CLASSICS, 'large'),
    expectedTenantRequestsOf(scene, CLASSICS, 'large'),
    'the tenant requests',
  )
  const history = await repository.history({ requestingTenant: CLASSICS, limit: 3_000 })
  assertEqual(history, expectedHistory(scene, { requestingTenant: CLASSICS }), 'the events')
  const governed = (await repository.factsOfUser(CAROLINE)).map((facts) => [facts.tenant, facts.governed])
  assertEqual(
    governed,
    thousandRequests()
      .sort()
      .map((tenant) => [tenant, scene.isGoverned(tenant)]),
    'the governed tenants',
  )
}
