/** The laws of `submit`: one request, all its tenant requests and all its events, or nothing (SPEC 3.7, 3.9, 9.3). */
import type { SubmissionRecords } from '../../domain/access-request.js'
import { type Law, law } from './contract-test.js'
import { rejects, same } from './fixtures/assert.js'
import { expectedHistory } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, HUNDRED, type Scene, TOM } from './fixtures/fixture.js'
import { agree, expectedTenantRequestsOf } from './fixtures/queries.js'
import { granting } from './fixtures/transitions.js'

const THREE = [HUNDRED, TOM, 'green-gables']

export const submittingLaws: readonly Law[] = [
  law('a submission answers null, and the request, its tenant requests and its events are saved', async (scene) => {
    await scene.send({
      message: 'Caroline and Charlotte look after your account.',
      associations: [
        { users: [CAROLINE], tenants: [TOM] },
        { users: [CHARLOTTE], tenants: [TOM, HUNDRED] },
      ],
    })
    await agree(scene)
  }),

  law('a submission adds to what is there and changes nothing of it', async (scene) => {
    const request = await scene.ask(TOM)
    await scene.live(request, granting(2_000))
    await scene.send({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE], at: 3_000 })
    await scene.send({ tenants: [TOM], by: 'rival', users: ['xavier'], at: 3_000 })
    await agree(scene)
  }),

  law('a fan-out to 1,000 tenants is saved whole', async (scene) => {
    const tenants = Array.from({ length: 1_000 }, (_, n) => `tenant-${n}`)
    await scene.send({ id: 'large', tenants, users: [CAROLINE, CHARLOTTE] })
    const { repository } = scene
    same(await repository.tenantRequestsOf(CLASSICS, 'large'), expectedTenantRequestsOf(scene, CLASSICS, 'large'), 'the tenant requests')
    const history = await repository.history({ requestingTenant: CLASSICS, limit: 2_000 })
    same(history, expectedHistory(scene, { requestingTenant: CLASSICS }), 'the events')
    same((await repository.factsOfUser(CHARLOTTE)).length, 1_000, 'the tenants of a user')
  }),

  law('where the requesting tenant has a request of that id, that one is answered and nothing is saved', async (scene) => {
    await scene.send({ id: 'again', message: 'first' })
    const other = scene.prepare({ id: 'again', tenants: [HUNDRED], users: [CHARLOTTE], message: 'second', at: 2_000 })
    same(await scene.repository.submit(other), scene.accessRequests[0], 'the answer')
    await agree(scene, [other])
  }),

  law('the very same submission again is answered with the request, not rejected for its own ids', async (scene) => {
    const submitted = scene.prepare({ tenants: THREE })
    same(await scene.repository.submit(structuredClone(submitted)), null, 'the first answer')
    scene.submitted(submitted)
    same(await scene.repository.submit(structuredClone(submitted)), submitted.request, 'the second answer')
    await agree(scene)
  }),

  law('a repetition is answered with the request as it was sent, whatever has become of its tenant requests', async (scene) => {
    const submitted = scene.prepare({ id: 'kept' })
    same(await scene.repository.submit(structuredClone(submitted)), null, 'the first answer')
    scene.submitted(submitted)
    await scene.batch(submitted.tenantRequests, granting(2_000))
    same(await scene.repository.submit(structuredClone(submitted)), submitted.request, 'the second answer')
    await agree(scene)
  }),

  law('the same id of another requesting tenant is another request', async (scene) => {
    await scene.send({ id: 'shared', name: 'Ours', tenants: [TOM, HUNDRED] })
    await scene.send({ id: 'shared', name: 'Theirs', by: 'rival', users: ['xavier'], tenants: [TOM], message: 'rival' })
    await agree(scene)
  }),

  law("a tenant request's id that is taken rejects, and leaves nothing", async (scene) => {
    const taken = await scene.ask(TOM)
    for (const position of [0, 1, 2]) {
      const fresh = scene.prepare({ id: 'half', tenants: THREE, at: 2_000 })
      await leavesNothing(scene, renamed(fresh, fresh.tenantRequests[position]?.id, taken.id))
    }
    await scene.send({ id: 'half', tenants: THREE, at: 3_000 })
    await agree(scene)
  }),

  law("another requesting tenant's tenant request id is taken too", async (scene) => {
    const taken = await scene.ask(TOM)
    const fresh = scene.prepare({ by: 'rival', tenants: [HUNDRED], users: ['xavier'], at: 2_000 })
    await leavesNothing(scene, renamed(fresh, fresh.tenantRequests[0]?.id, taken.id))
  }),

  law("an event's id that is taken, by a submission or by a change, rejects and leaves nothing", async (scene) => {
    await scene.live(await scene.ask(TOM), granting(1_500))
    for (const { id } of [...scene.events]) {
      for (const position of [0, 3]) {
        const fresh = scene.prepare({ id: 'half', tenants: THREE, at: 2_000 })
        await leavesNothing(scene, renamed(fresh, fresh.events[position]?.id, id))
      }
    }
    await scene.send({ id: 'half', tenants: THREE, at: 3_000 })
    await agree(scene)
  }),

  law('an id used twice within one submission rejects, and leaves nothing', async (scene) => {
    const one = scene.prepare({ tenants: THREE })
    await leavesNothing(scene, renamed(one, one.tenantRequests[2]?.id, one.tenantRequests[0]?.id))
    const other = scene.prepare({ tenants: THREE })
    await leavesNothing(scene, renamed(other, other.events[3]?.id, other.events[0]?.id))
  }),
]

async function leavesNothing(scene: Scene, submitted: SubmissionRecords): Promise<void> {
  await rejects(async () => scene.repository.submit(structuredClone(submitted)), 'a submission with an id that is taken')
  await agree(scene, [submitted])
}

/** The same submission with one id for another, wherever it stands. */
export function renamed(submitted: SubmissionRecords, from: string | undefined, to: string | undefined): SubmissionRecords {
  const quoted = (id: string | undefined) => JSON.stringify(id ?? '')
  return JSON.parse(JSON.stringify(submitted).replaceAll(quoted(from), quoted(to)))
}
