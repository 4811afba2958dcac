/** Contract tests of `governed`: saved with a tenant's first grant, never cleared (SPEC 5.2). */
import type { TenantId, UserId } from '../../domain/ids.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, assertRejects, required } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectStored } from './fixtures/queries.js'
import { factsForUser, factsIn } from './fixtures/reads.js'
import { expireNow, giveUpAt, grantAt, rejectAt, removeUserAt, revokeAt, setExpiryAt, withdrawAt } from './fixtures/transitions.js'

export const governedTests: readonly ContractTest[] = [
  contractTest('a grant marks its tenant governed', async (fixture) => {
    const request = await fixture.submitOne(TOM)
    await fixture.applyTransitions(request, grantAt(2_000))
    assertEqual(await governedIn(fixture, TOM), [true, true], 'governed')
  }),

  contractTest('a grant marks no other tenant governed: neither another tenant of the request nor the requester', async (fixture) => {
    const [, tom] = await fixture.submit({ tenants: [HUNDRED, TOM] })
    await fixture.applyTransitions(required(tom, 'request to Tom'), grantAt(2_000))
    assertEqual(await governedIn(fixture, HUNDRED), [false, false], 'the other tenant asked')
    assertEqual((await factsIn(fixture.repository, CLASSICS)).governed, false, 'the requesting tenant')
    await expectStored(fixture)
  }),

  contractTest('every tenant that grants in one batch is governed', async (fixture) => {
    const sent = await fixture.submit({ tenants: [TOM, HUNDRED, 'green-gables'] })
    await fixture.saveTransitions(sent, grantAt(2_000))
    for (const { tenant } of sent) assertEqual(await governedIn(fixture, tenant), [true, true], tenant)
  }),

  contractTest('only a grant marks a tenant governed', async (fixture) => {
    const users = [CAROLINE, CHARLOTTE]
    await fixture.submitOne(TOM, { users })
    await fixture.applyTransitions(await fixture.submitOne(TOM, { users, at: 1_100 }), rejectAt(2_000))
    await fixture.applyTransitions(await fixture.submitOne(TOM, { users, at: 1_200 }), withdrawAt(2_000))
    await fixture.applyTransitions(
      await fixture.submitOne(TOM, { users, at: 1_300 }),
      removeUserAt(CAROLINE, 2_000),
      removeUserAt(CHARLOTTE, 2_000),
    )
    assertEqual(await governedIn(fixture, TOM), [false, false], 'governed')
  }),

  contractTest('a grant that is not saved marks no tenant governed: a stale one, one in a stale batch, a rejected one', async (fixture) => {
    const hundred = await fixture.submitOne(HUNDRED)
    const tom = await fixture.submitOne(TOM, { users: [CAROLINE, CHARLOTTE] })
    await fixture.applyTransitions(tom, removeUserAt(CHARLOTTE, 1_500))
    const stale = [grantAt(2_000)(hundred, fixture.newId), grantAt(2_000)(tom, fixture.newId)]
    assertEqual(await fixture.repository.saveChanges(structuredClone(stale)), 'conflict', 'the answer')
    const taken = fixture
      .changes([hundred], grantAt(2_000))
      .map((one) => ({ ...one, event: { ...one.event, id: fixture.events[0]?.id ?? '' } }))
    await assertRejects(async () => fixture.repository.saveChanges(structuredClone(taken)), 'a grant whose event has an id that is taken')
    assertEqual(await governedIn(fixture, TOM), [false, false], 'the stale one')
    assertEqual(await governedIn(fixture, HUNDRED), [false, false], 'the one in its batch')
  }),

  contractTest('a governed tenant stays governed after its grant was revoked, given up, expired or left without users', async (fixture) => {
    const endings = [
      [grantAt(2_000), revokeAt(3_000)],
      [grantAt(2_000), giveUpAt(3_000)],
      [grantAt(2_000, 3_000), setExpiryAt(2_500, 2_600), expireNow()],
      [grantAt(2_000), removeUserAt(CAROLINE, 3_000)],
    ]
    for (const [n, life] of endings.entries()) {
      await fixture.applyTransitions(await fixture.submitOne(`tenant-${n}`), ...life)
      assertEqual(await governedIn(fixture, `tenant-${n}`), [true, true], `ending ${n}`)
    }
  }),

  contractTest('a governed tenant stays governed after later requests are sent, rejected or withdrawn', async (fixture) => {
    await fixture.applyTransitions(await fixture.submitOne(TOM), grantAt(2_000), revokeAt(3_000))
    await fixture.submitOne(TOM, { at: 4_000 })
    await fixture.applyTransitions(await fixture.submitOne(TOM, { at: 4_100 }), rejectAt(5_000))
    await fixture.applyTransitions(await fixture.submitOne(TOM, { at: 4_200 }), withdrawAt(5_000))
    assertEqual(await governedIn(fixture, TOM), [true, true], 'governed')
  }),

  contractTest('a governed tenant is governed for every user and requester', async (fixture) => {
    await fixture.applyTransitions(await fixture.submitOne(TOM), grantAt(2_000))
    await fixture.submitOne(TOM, { by: 'rival', users: ['xavier'], at: 3_000 })
    assertEqual(await governedIn(fixture, TOM, 'xavier'), [true, true], 'another user')
    const stranger = await factsForUser(fixture.repository, TOM, 'nobody')
    assertEqual(stranger, { tenant: TOM, governed: true, requests: [] }, 'a user no request names')
  }),
]

async function governedIn(fixture: Fixture, tenant: TenantId, user: UserId = CAROLINE): Promise<boolean[]> {
  const { repository } = fixture
  return [(await factsIn(repository, tenant)).governed, (await factsForUser(repository, tenant, user)).governed]
}
