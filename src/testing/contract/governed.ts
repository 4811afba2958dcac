/** The laws of `governed`: saved with a tenant's first grant, and true for good (SPEC 5.2). */
import type { TenantId, UserId } from '../../domain/ids.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, assertRejects, required } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectStored } from './fixtures/queries.js'
import { expireNow, giveUpAt, grantAt, rejectAt, removeUserAt, revokeAt, setExpiryAt, withdrawAt } from './fixtures/transitions.js'

export const governedTests: readonly ContractTest[] = [
  contractTest('a grant marks its tenant governed', async (scene) => {
    const request = await scene.submitOne(TOM)
    await scene.applyTransitions(request, grantAt(2_000))
    assertEqual(await governedIn(scene, TOM), [true, true, true], 'governed')
  }),

  contractTest('a grant marks no other tenant: none of the same request, and not the requester', async (scene) => {
    const [, tom] = await scene.submit({ tenants: [HUNDRED, TOM] })
    await scene.applyTransitions(required(tom, 'request to Tom'), grantAt(2_000))
    assertEqual(await governedIn(scene, HUNDRED), [false, false, false], 'the other tenant asked')
    assertEqual((await scene.repository.facts(CLASSICS)).governed, false, 'the requesting tenant')
    await expectStored(scene)
  }),

  contractTest('every tenant granted in one batch is governed', async (scene) => {
    const sent = await scene.submit({ tenants: [TOM, HUNDRED, 'green-gables'] })
    await scene.saveTransitions(sent, grantAt(2_000))
    for (const { tenant } of sent) assertEqual(await governedIn(scene, tenant), [true, true, true], tenant)
  }),

  contractTest('no change but a grant marks a tenant governed', async (scene) => {
    const users = [CAROLINE, CHARLOTTE]
    await scene.submitOne(TOM, { users })
    await scene.applyTransitions(await scene.submitOne(TOM, { users, at: 1_100 }), rejectAt(2_000))
    await scene.applyTransitions(await scene.submitOne(TOM, { users, at: 1_200 }), withdrawAt(2_000))
    await scene.applyTransitions(
      await scene.submitOne(TOM, { users, at: 1_300 }),
      removeUserAt(CAROLINE, 2_000),
      removeUserAt(CHARLOTTE, 2_000),
    )
    assertEqual(await governedIn(scene, TOM), [false, false, false], 'governed')
  }),

  contractTest('a grant that is not saved governs nobody: neither a stale one, nor its batch, nor a rejected one', async (scene) => {
    const hundred = await scene.submitOne(HUNDRED)
    const tom = await scene.submitOne(TOM, { users: [CAROLINE, CHARLOTTE] })
    await scene.applyTransitions(tom, removeUserAt(CHARLOTTE, 1_500))
    const stale = [grantAt(2_000)(hundred, scene.newId), grantAt(2_000)(tom, scene.newId)]
    assertEqual(await scene.repository.saveChanges(structuredClone(stale)), 'conflict', 'the answer')
    const taken = scene
      .changes([hundred], grantAt(2_000))
      .map((one) => ({ ...one, event: { ...one.event, id: scene.events[0]?.id ?? '' } }))
    await assertRejects(async () => scene.repository.saveChanges(structuredClone(taken)), 'a grant whose event has an id that is taken')
    assertEqual(await governedIn(scene, TOM), [false, false, false], 'the stale one')
    assertEqual(await governedIn(scene, HUNDRED), [false, false, false], 'the one in its batch')
  }),

  contractTest('a governed tenant stays governed after its grant was revoked, given up, expired or left without users', async (scene) => {
    const endings = [
      [grantAt(2_000), revokeAt(3_000)],
      [grantAt(2_000), giveUpAt(3_000)],
      [grantAt(2_000, 3_000), setExpiryAt(2_500, 2_600), expireNow()],
      [grantAt(2_000), removeUserAt(CAROLINE, 3_000)],
    ]
    for (const [n, life] of endings.entries()) {
      await scene.applyTransitions(await scene.submitOne(`tenant-${n}`), ...life)
      assertEqual(await governedIn(scene, `tenant-${n}`), [true, true, true], `ending ${n}`)
    }
  }),

  contractTest('a governed tenant stays governed whatever is sent, rejected or withdrawn there later', async (scene) => {
    await scene.applyTransitions(await scene.submitOne(TOM), grantAt(2_000), revokeAt(3_000))
    await scene.submitOne(TOM, { at: 4_000 })
    await scene.applyTransitions(await scene.submitOne(TOM, { at: 4_100 }), rejectAt(5_000))
    await scene.applyTransitions(await scene.submitOne(TOM, { at: 4_200 }), withdrawAt(5_000))
    assertEqual(await governedIn(scene, TOM), [true, true, true], 'governed')
  }),

  contractTest('a tenant is governed for every user and requester, whoever it was that it granted', async (scene) => {
    await scene.applyTransitions(await scene.submitOne(TOM), grantAt(2_000))
    await scene.submitOne(TOM, { by: 'rival', users: ['xavier'], at: 3_000 })
    assertEqual(await governedIn(scene, TOM, 'xavier'), [true, true, true], 'another user')
    const stranger = await scene.repository.factsFor(TOM, 'nobody')
    assertEqual(stranger, { tenant: TOM, governed: true, requests: [] }, 'a user no request names')
  }),
]

async function governedIn(scene: Fixture, tenant: TenantId, user: UserId = CAROLINE): Promise<(boolean | undefined)[]> {
  const { repository } = scene
  const ofUser = await repository.factsOfUser(user)
  return [
    (await repository.facts(tenant)).governed,
    (await repository.factsFor(tenant, user)).governed,
    ofUser.find((facts) => facts.tenant === tenant)?.governed,
  ]
}
