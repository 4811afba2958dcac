/** The laws of `submit`: one request, all its tenant requests and all its events, or nothing (SPEC 3.7, 3.9, 9.3). */
import type { SubmissionRecords } from '../../domain/access-request.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, assertRejects } from './fixtures/assert.js'
import { expectedHistory } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectedTenantRequestsOf, expectStored } from './fixtures/queries.js'
import { grantAt } from './fixtures/transitions.js'

const THREE = [HUNDRED, TOM, 'green-gables']

export const submitTests: readonly ContractTest[] = [
  contractTest('a submission returns `{ saved: true }`, and the request, its tenant requests and its events are saved', async (scene) => {
    await scene.submit({
      message: 'Caroline and Charlotte look after your account.',
      associations: [
        { users: [CAROLINE], tenants: [TOM] },
        { users: [CHARLOTTE], tenants: [TOM, HUNDRED] },
      ],
    })
    await expectStored(scene)
  }),

  contractTest('a submission adds to what is there and changes nothing of it', async (scene) => {
    const request = await scene.submitOne(TOM)
    await scene.applyTransitions(request, grantAt(2_000))
    await scene.submit({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE], at: 3_000 })
    await scene.submit({ tenants: [TOM], by: 'rival', users: ['xavier'], at: 3_000 })
    await expectStored(scene)
  }),

  contractTest('a fan-out to 1,000 tenants is saved whole', async (scene) => {
    const tenants = Array.from({ length: 1_000 }, (_, n) => `tenant-${n}`)
    await scene.submit({ id: 'large', tenants, users: [CAROLINE, CHARLOTTE] })
    const { repository } = scene
    assertEqual(
      await repository.tenantRequestsOf(CLASSICS, 'large'),
      expectedTenantRequestsOf(scene, CLASSICS, 'large'),
      'the tenant requests',
    )
    const history = await repository.history({ requestingTenant: CLASSICS, limit: 2_000 })
    assertEqual(history, expectedHistory(scene, { requestingTenant: CLASSICS }), 'the events')
    assertEqual((await repository.factsOfUser(CHARLOTTE)).length, 1_000, 'the tenants of a user')
  }),

  contractTest('where the requesting tenant has a request of that id, that one is answered and nothing is saved', async (scene) => {
    await scene.submit({ id: 'again', message: 'first' })
    const other = scene.buildSubmission({ id: 'again', tenants: [HUNDRED], users: [CHARLOTTE], message: 'second', at: 2_000 })
    assertEqual(await scene.repository.saveSubmission(other), { existing: scene.accessRequests[0] }, 'the answer')
    await expectStored(scene, [other])
  }),

  contractTest('the very same submission again is answered with the request, not rejected for its own ids', async (scene) => {
    const submitted = scene.buildSubmission({ tenants: THREE })
    assertEqual(await scene.repository.saveSubmission(structuredClone(submitted)), { saved: true }, 'the first answer')
    scene.recordSubmission(submitted)
    assertEqual(await scene.repository.saveSubmission(structuredClone(submitted)), { existing: submitted.request }, 'the second answer')
    await expectStored(scene)
  }),

  contractTest('a repetition is answered with the request as it was sent, whatever has become of its tenant requests', async (scene) => {
    const submitted = scene.buildSubmission({ id: 'kept' })
    assertEqual(await scene.repository.saveSubmission(structuredClone(submitted)), { saved: true }, 'the first answer')
    scene.recordSubmission(submitted)
    await scene.saveTransitions(submitted.tenantRequests, grantAt(2_000))
    assertEqual(await scene.repository.saveSubmission(structuredClone(submitted)), { existing: submitted.request }, 'the second answer')
    await expectStored(scene)
  }),

  contractTest('the same id of another requesting tenant is another request', async (scene) => {
    await scene.submit({ id: 'shared', name: 'Ours', tenants: [TOM, HUNDRED] })
    await scene.submit({ id: 'shared', name: 'Theirs', by: 'rival', users: ['xavier'], tenants: [TOM], message: 'rival' })
    await expectStored(scene)
  }),

  contractTest("a tenant request's id that is taken rejects, and leaves nothing", async (scene) => {
    const taken = await scene.submitOne(TOM)
    for (const position of [0, 1, 2]) {
      const fresh = scene.buildSubmission({ id: 'half', tenants: THREE, at: 2_000 })
      await expectNoTraceOfSubmission(scene, renamed(fresh, fresh.tenantRequests[position]?.id, taken.id))
    }
    await scene.submit({ id: 'half', tenants: THREE, at: 3_000 })
    await expectStored(scene)
  }),

  contractTest("another requesting tenant's tenant request id is taken too", async (scene) => {
    const taken = await scene.submitOne(TOM)
    const fresh = scene.buildSubmission({ by: 'rival', tenants: [HUNDRED], users: ['xavier'], at: 2_000 })
    await expectNoTraceOfSubmission(scene, renamed(fresh, fresh.tenantRequests[0]?.id, taken.id))
  }),

  contractTest("an event's id that is taken, by a submission or by a change, rejects and leaves nothing", async (scene) => {
    await scene.applyTransitions(await scene.submitOne(TOM), grantAt(1_500))
    for (const { id } of [...scene.events]) {
      for (const position of [0, 3]) {
        const fresh = scene.buildSubmission({ id: 'half', tenants: THREE, at: 2_000 })
        await expectNoTraceOfSubmission(scene, renamed(fresh, fresh.events[position]?.id, id))
      }
    }
    await scene.submit({ id: 'half', tenants: THREE, at: 3_000 })
    await expectStored(scene)
  }),

  contractTest('an id used twice within one submission rejects, and leaves nothing', async (scene) => {
    const one = scene.buildSubmission({ tenants: THREE })
    await expectNoTraceOfSubmission(scene, renamed(one, one.tenantRequests[2]?.id, one.tenantRequests[0]?.id))
    const other = scene.buildSubmission({ tenants: THREE })
    await expectNoTraceOfSubmission(scene, renamed(other, other.events[3]?.id, other.events[0]?.id))
  }),
]

async function expectNoTraceOfSubmission(scene: Fixture, submitted: SubmissionRecords): Promise<void> {
  await assertRejects(async () => scene.repository.saveSubmission(structuredClone(submitted)), 'a submission with an id that is taken')
  await expectStored(scene, [submitted])
}

/** The same submission with one id for another, wherever it stands. */
export function renamed(submitted: SubmissionRecords, from: string | undefined, to: string | undefined): SubmissionRecords {
  const quoted = (id: string | undefined) => JSON.stringify(id ?? '')
  return JSON.parse(JSON.stringify(submitted).replaceAll(quoted(from), quoted(to)))
}
