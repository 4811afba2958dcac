/** The laws of `save`: a change follows what is stored, and a batch is one change or none (SPEC 4.6, 9.3). */
import type { Change } from '../../ports/repository.js'
import { type Law, law } from './contract-test.js'
import { rejects, same, the } from './fixtures/assert.js'
import { expectedHistory } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, HUNDRED, type Scene, TOM } from './fixtures/fixture.js'
import { agree, expectedTenantRequestsOf } from './fixtures/queries.js'
import { granting, rejecting, removing, revoking } from './fixtures/transitions.js'

export const savingLaws: readonly Law[] = [
  law('a change of the revision just before it answers true, and request and event are saved', async (scene) => {
    const request = await scene.ask(TOM, { users: [CAROLINE, CHARLOTTE] })
    await scene.live(request, granting(2_000, 9_000, 'welcome'))
    await agree(scene)
    await scene.live(request, removing(CHARLOTTE, 3_000), revoking(4_000, 'thank you'))
    await agree(scene)
  }),

  law('a change of a revision that has passed answers false and saves nothing', async (scene) => {
    const request = await scene.ask(TOM, { users: [CAROLINE, CHARLOTTE] })
    await scene.live(request, removing(CHARLOTTE, 1_500), granting(2_000))
    await answersFalse(scene, [rejecting(3_000)(request, scene.newId)])
    await answersFalse(scene, [granting(3_000)(request, scene.newId)])
  }),

  law('a change of a revision not yet reached answers false and saves nothing', async (scene) => {
    const request = await scene.ask(TOM, { users: [CAROLINE, CHARLOTTE] })
    const unsaved = removing(CHARLOTTE, 1_500)(request, scene.newId)
    await answersFalse(scene, [granting(2_000)(unsaved.request, scene.newId)])
  }),

  law('a change of a request that is not there answers false and saves nothing', async (scene) => {
    await scene.ask(TOM)
    const unsent = scene.prepare({ tenants: [HUNDRED] })
    await answersFalse(scene, scene.changes(unsent.tenantRequests, granting(2_000)))
    await agree(scene, [unsent])
  }),

  law('after an answer of false the request can be read again and changed', async (scene) => {
    const request = await scene.ask(TOM)
    await scene.live(request, granting(2_000))
    await answersFalse(scene, [rejecting(2_000)(request, scene.newId)])
    const read = await scene.repository.tenantRequest(request.id)
    same(read, scene.now(request), 'the request as it is')
    await scene.live(request, revoking(3_000))
    await agree(scene)
  }),

  law('no changes: true, and nothing is saved', async (scene) => {
    same(await scene.repository.save([]), true, 'of an empty repository')
    await scene.ask(TOM)
    same(await scene.repository.save([]), true, 'the answer')
    await agree(scene)
  }),

  law('a batch is saved together: requests of several tenants, requests and requesters', async (scene) => {
    const ours = await scene.send({ tenants: [TOM, HUNDRED] })
    const more = await scene.send({ tenants: [TOM], at: 1_100 })
    const theirs = await scene.send({ tenants: [TOM, HUNDRED], by: 'rival', users: ['xavier'] })
    await scene.batch([...theirs, ...more, ...ours], granting(2_000))
    await agree(scene)
  }),

  law('a batch of different verbs is saved together', async (scene) => {
    const sent = await scene.send({ tenants: [TOM, HUNDRED, 'green-gables'], users: [CAROLINE, CHARLOTTE] })
    const verbs = [granting(2_000), rejecting(2_000), removing(CAROLINE, 2_000)]
    const changes = verbs.flatMap((verb, n) => scene.changes(sent.slice(n, n + 1), verb))
    same(await scene.repository.save(structuredClone(changes)), true, 'the answer')
    scene.saved(changes)
    await agree(scene)
  }),

  law('of a batch with one stale change, wherever it stands, nothing is saved', async (scene) => {
    const sent = await scene.send({ tenants: [TOM, HUNDRED, 'green-gables'] })
    for (const stale of sent) {
      await scene.live(stale, rejecting(1_500))
      const fresh = await scene.send({ tenants: [TOM, HUNDRED], at: 1_600 })
      const changes = scene.changes(fresh, granting(2_000))
      const late = granting(2_000)(stale, scene.newId)
      for (const position of [0, 1, 2]) await answersFalse(scene, changes.toSpliced(position, 0, late))
    }
  }),

  law('of a batch that names a request twice nothing is saved', async (scene) => {
    const request = await scene.ask(TOM)
    const twice = [...scene.changes([request], granting(2_000)), ...scene.changes([request], rejecting(2_000))]
    await answersFalse(scene, twice)
    const granted = granting(2_000)(request, scene.newId)
    await answersFalse(scene, [granted, revoking(3_000)(granted.request, scene.newId)])
  }),

  law('of 1,000 changes of which only the last is stale none is saved', async (scene) => {
    const sent = await scene.send({ id: 'large', tenants: thousand() })
    const changes = scene.changes(sent, granting(2_000))
    await scene.batch(sent.slice(-1), rejecting(1_500))
    same(await scene.repository.save(changes), false, 'the answer')
    await agreeAtLarge(scene)
  }),

  law('a batch of 1,000 changes is saved whole', async (scene) => {
    const sent = await scene.send({ id: 'large', tenants: thousand() })
    await scene.batch(sent, granting(2_000))
    await agreeAtLarge(scene)
  }),

  law("a change with an event's id that is taken, wherever it stands in a batch, rejects and leaves nothing", async (scene) => {
    await scene.live(await scene.ask(TOM), granting(1_500))
    const sent = await scene.send({ tenants: [TOM, HUNDRED, 'green-gables'], at: 1_600 })
    for (const { id } of [the(scene.events[1], 'event of a submission'), the(scene.events[2], 'event of a change')]) {
      for (const position of [0, 1, 2]) {
        const changes = scene.changes(sent, granting(2_000))
        await leavesNothing(
          scene,
          changes.map((one, index) => (index === position ? { ...one, event: { ...one.event, id } } : one)),
        )
      }
    }
    await scene.batch(sent, granting(2_000))
    await agree(scene)
  }),

  law("an event's id used twice within one batch rejects, and leaves nothing", async (scene) => {
    const sent = await scene.send({ tenants: [TOM, HUNDRED, 'green-gables'] })
    const changes = scene.changes(sent, granting(2_000))
    const id = scene.newId()
    await leavesNothing(
      scene,
      changes.map((one) => ({ ...one, event: { ...one.event, id } })),
    )
  }),
]

function thousand(): string[] {
  return Array.from({ length: 1_000 }, (_, n) => `tenant-${n}`)
}

async function answersFalse(scene: Scene, changes: readonly Change[]): Promise<void> {
  same(await scene.repository.save(structuredClone(changes)), false, 'the answer to a stale change')
  await agree(scene)
}

async function leavesNothing(scene: Scene, changes: readonly Change[]): Promise<void> {
  await rejects(async () => scene.repository.save(structuredClone(changes)), "a change with an event's id that is taken")
  await agree(scene)
}

// A reading a request would be thousands of round trips: three lists show a thousand as well.
async function agreeAtLarge(scene: Scene): Promise<void> {
  const { repository } = scene
  same(await repository.tenantRequestsOf(CLASSICS, 'large'), expectedTenantRequestsOf(scene, CLASSICS, 'large'), 'the tenant requests')
  const history = await repository.history({ requestingTenant: CLASSICS, limit: 3_000 })
  same(history, expectedHistory(scene, { requestingTenant: CLASSICS }), 'the events')
  const governed = (await repository.factsOfUser(CAROLINE)).map((facts) => [facts.tenant, facts.governed])
  same(
    governed,
    thousand()
      .sort()
      .map((tenant) => [tenant, scene.governs(tenant)]),
    'the governed tenants',
  )
}
