/** The laws of `governed`: saved with a tenant's first grant, and true for good (SPEC 5.2). */
import type { TenantId, UserId } from '../../domain/ids.js'
import { type Law, law } from './contract-test.js'
import { rejects, same, the } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, CLASSICS, HUNDRED, type Scene, TOM } from './fixtures/fixture.js'
import { agree } from './fixtures/queries.js'
import { expiring, givingUp, granting, rejecting, removing, revoking, settingExpiry, withdrawing } from './fixtures/transitions.js'

export const governingLaws: readonly Law[] = [
  law('a grant marks its tenant governed', async (scene) => {
    const request = await scene.ask(TOM)
    await scene.live(request, granting(2_000))
    same(await governedIn(scene, TOM), [true, true, true], 'governed')
  }),

  law('a grant marks no other tenant: none of the same request, and not the requester', async (scene) => {
    const [, tom] = await scene.send({ tenants: [HUNDRED, TOM] })
    await scene.live(the(tom, 'request to Tom'), granting(2_000))
    same(await governedIn(scene, HUNDRED), [false, false, false], 'the other tenant asked')
    same((await scene.repository.facts(CLASSICS)).governed, false, 'the requesting tenant')
    await agree(scene)
  }),

  law('every tenant granted in one batch is governed', async (scene) => {
    const sent = await scene.send({ tenants: [TOM, HUNDRED, 'green-gables'] })
    await scene.batch(sent, granting(2_000))
    for (const { tenant } of sent) same(await governedIn(scene, tenant), [true, true, true], tenant)
  }),

  law('no change but a grant marks a tenant governed', async (scene) => {
    const users = [CAROLINE, CHARLOTTE]
    await scene.ask(TOM, { users })
    await scene.live(await scene.ask(TOM, { users, at: 1_100 }), rejecting(2_000))
    await scene.live(await scene.ask(TOM, { users, at: 1_200 }), withdrawing(2_000))
    await scene.live(await scene.ask(TOM, { users, at: 1_300 }), removing(CAROLINE, 2_000), removing(CHARLOTTE, 2_000))
    same(await governedIn(scene, TOM), [false, false, false], 'governed')
  }),

  law('a grant that is not saved governs nobody: neither a stale one, nor its batch, nor a rejected one', async (scene) => {
    const hundred = await scene.ask(HUNDRED)
    const tom = await scene.ask(TOM, { users: [CAROLINE, CHARLOTTE] })
    await scene.live(tom, removing(CHARLOTTE, 1_500))
    const stale = [granting(2_000)(hundred, scene.newId), granting(2_000)(tom, scene.newId)]
    same(await scene.repository.save(structuredClone(stale)), false, 'the answer')
    const taken = scene
      .changes([hundred], granting(2_000))
      .map((one) => ({ ...one, event: { ...one.event, id: scene.events[0]?.id ?? '' } }))
    await rejects(async () => scene.repository.save(structuredClone(taken)), 'a grant whose event has an id that is taken')
    same(await governedIn(scene, TOM), [false, false, false], 'the stale one')
    same(await governedIn(scene, HUNDRED), [false, false, false], 'the one in its batch')
  }),

  law('a governed tenant stays governed after its grant was revoked, given up, expired or left without users', async (scene) => {
    const endings = [
      [granting(2_000), revoking(3_000)],
      [granting(2_000), givingUp(3_000)],
      [granting(2_000, 3_000), settingExpiry(2_500, 2_600), expiring()],
      [granting(2_000), removing(CAROLINE, 3_000)],
    ]
    for (const [n, life] of endings.entries()) {
      await scene.live(await scene.ask(`tenant-${n}`), ...life)
      same(await governedIn(scene, `tenant-${n}`), [true, true, true], `ending ${n}`)
    }
  }),

  law('a governed tenant stays governed whatever is sent, rejected or withdrawn there later', async (scene) => {
    await scene.live(await scene.ask(TOM), granting(2_000), revoking(3_000))
    await scene.ask(TOM, { at: 4_000 })
    await scene.live(await scene.ask(TOM, { at: 4_100 }), rejecting(5_000))
    await scene.live(await scene.ask(TOM, { at: 4_200 }), withdrawing(5_000))
    same(await governedIn(scene, TOM), [true, true, true], 'governed')
  }),

  law('a tenant is governed for every user and requester, whoever it was that it granted', async (scene) => {
    await scene.live(await scene.ask(TOM), granting(2_000))
    await scene.ask(TOM, { by: 'rival', users: ['xavier'], at: 3_000 })
    same(await governedIn(scene, TOM, 'xavier'), [true, true, true], 'another user')
    const stranger = await scene.repository.factsFor(TOM, 'nobody')
    same(stranger, { tenant: TOM, governed: true, requests: [] }, 'a user no request names')
  }),
]

async function governedIn(scene: Scene, tenant: TenantId, user: UserId = CAROLINE): Promise<(boolean | undefined)[]> {
  const { repository } = scene
  const ofUser = await repository.factsOfUser(user)
  return [
    (await repository.facts(tenant)).governed,
    (await repository.factsFor(tenant, user)).governed,
    ofUser.find((facts) => facts.tenant === tenant)?.governed,
  ]
}
