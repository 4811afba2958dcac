/** The laws of what each list shows: whose rows, and which at a status (SPEC 6.1, 6.2, 6.3). */
import type { TenantId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import { REQUEST_STATUSES, requestsOfUser, USER_STATUSES, userStatusAt } from '../../domain/status.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { expectedIncoming, expectedMyAccess, expectedOutgoing, rowById } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { instantsFrom, type Lifecycle, lifecyclesFrom } from './fixtures/lifecycles.js'
import { expireNow, grantAt, removeUserAt } from './fixtures/transitions.js'

const BOTH = [CAROLINE, CHARLOTTE]
const ALL = { now: 9_000, limit: 1_000 }

export const listTests: readonly ContractTest[] = [
  contractTest('incoming shows the requests that ask the tenant: of every requester, and none that ask another', async (scene) => {
    await requestsOfThreeParties(scene)
    for (const tenant of [TOM, HUNDRED, CLASSICS, 'nobody']) {
      assertEqual(await scene.repository.incoming({ ...ALL, tenant }), expectedIncoming(scene, tenant), tenant)
    }
  }),

  contractTest(
    'outgoing shows the requests that the tenant has sent, each with the name it was sent under, and none of another',
    async (scene) => {
      await requestsOfThreeParties(scene)
      for (const tenant of [CLASSICS, 'rival', TOM, HUNDRED, 'nobody']) {
        assertEqual(await scene.repository.outgoing({ ...ALL, requestingTenant: tenant }), expectedOutgoing(scene, tenant), tenant)
      }
    },
  ),

  contractTest('outgoing of one access request shows its rows alone', async (scene) => {
    await requestsOfThreeParties(scene)
    for (const accessRequest of ['one', 'two', 'three', 'none']) {
      const rows = await scene.repository.outgoing({ ...ALL, requestingTenant: CLASSICS, accessRequest })
      assertEqual(rows, expectedOutgoing(scene, CLASSICS, undefined, accessRequest), accessRequest)
    }
  }),

  contractTest("outgoing of one access request shows nothing of another requesting tenant's request of that id", async (scene) => {
    await scene.submit({ id: 'shared', name: 'Ours', tenants: [TOM, HUNDRED] })
    await scene.submit({ id: 'shared', name: 'Theirs', by: 'rival', users: ['xavier'], tenants: [TOM, 'green-gables'] })
    for (const requestingTenant of [CLASSICS, 'rival', TOM]) {
      const rows = await scene.repository.outgoing({ ...ALL, requestingTenant, accessRequest: 'shared' })
      assertEqual(rows, expectedOutgoing(scene, requestingTenant, undefined, 'shared'), requestingTenant)
    }
  }),

  contractTest('outgoing filters one access request by status', async (scene) => {
    const sent = await scene.submit({ id: 'one', tenants: [TOM, HUNDRED, 'green-gables'] })
    await scene.submit({ id: 'two', tenants: [TOM, HUNDRED], at: 1_100 })
    await scene.saveTransitions(sent.slice(1), grantAt(2_000))
    for (const status of REQUEST_STATUSES) {
      const rows = await scene.repository.outgoing({ ...ALL, requestingTenant: CLASSICS, accessRequest: 'one', status })
      assertEqual(rows, expectedOutgoing(scene, CLASSICS, { now: ALL.now, status }, 'one'), status)
    }
  }),

  contractTest('outgoing of one access request goes on from a key with its own rows alone', async (scene) => {
    await scene.submit({ id: 'one', tenants: [TOM, HUNDRED, 'green-gables'] })
    await scene.submit({ id: 'two', tenants: [TOM, HUNDRED, 'kellynch'] })
    await scene.submit({ id: 'one', by: 'rival', tenants: [TOM, HUNDRED, 'kellynch'] })
    const whole = expectedOutgoing(scene, CLASSICS, undefined, 'one')
    for (const [n, { request }] of whole.entries()) {
      const query = { ...ALL, requestingTenant: CLASSICS, accessRequest: 'one', after: { sentAt: request.sentAt, id: request.id } }
      assertEqual(await scene.repository.outgoing(query), whole.slice(n + 1), `after ${request.id}`)
    }
  }),

  contractTest('incoming at a status shows the requests that are so at `now`, at the boundary of every grant and expiry', async (scene) => {
    for (const life of lifecyclesFrom(0)) await scene.applyTransitions(await scene.submitOne(TOM, { users: BOTH }), ...life)
    for (const now of instantsFrom(0)) {
      for (const status of REQUEST_STATUSES) {
        const rows = await scene.repository.incoming({ tenant: TOM, status, now, limit: 100 })
        assertEqual(rows, expectedIncoming(scene, TOM, { status, now }), `${status} at ${now}`)
      }
    }
  }),

  contractTest('outgoing at a status shows the requests that are so at `now`, at the boundary of every grant and expiry', async (scene) => {
    await liveApart(scene, lifecyclesFrom(0), 1_000)
    for (const now of instantsFrom(0)) {
      for (const status of REQUEST_STATUSES) {
        const rows = await scene.repository.outgoing({ requestingTenant: CLASSICS, status, now, limit: 100 })
        assertEqual(rows, expectedOutgoing(scene, CLASSICS, { status, now }), `${status} at ${now}`)
      }
    }
  }),

  contractTest(
    'my access shows every tenant with a request that names or named the user, with all those requests, and no other',
    async (scene) => {
      await requestsOfThreeParties(scene)
      await scene.applyTransitions(await scene.submitOne('kellynch', { users: BOTH }), removeUserAt(CAROLINE, 2_000))
      await scene.applyTransitions(await scene.submitOne('donwell'), removeUserAt(CAROLINE, 2_000))
      for (const user of [CAROLINE, CHARLOTTE, 'xavier', 'becky', 'elizabeth', 'nobody']) {
        assertEqual((await scene.repository.myAccess({ ...ALL, user })).map(rowById), expectedMyAccess(scene, user), user)
      }
    },
  ),

  contractTest(
    "a row of my access keeps the earliest instant of the user's requests there, whatever is sent or done later",
    async (scene) => {
      const first = await scene.submitOne(TOM, { at: 1_000 })
      await scene.submitOne(HUNDRED, { at: 2_000 })
      await scene.submitOne(TOM, { users: [CHARLOTTE], at: 500 })
      await scene.applyTransitions(first, removeUserAt(CAROLINE, 2_500))
      await scene.applyTransitions(await scene.submitOne(TOM, { at: 3_000 }), grantAt(4_000))
      assertEqual((await scene.repository.myAccess({ ...ALL, user: CAROLINE })).map(rowById), expectedMyAccess(scene, CAROLINE), 'the rows')
    },
  ),

  contractTest(
    "my access at a status shows the tenants where that is the user's status, of whatever two requests made it",
    async (scene) => {
      await pairs(scene, lifecyclesFrom(0), lifecyclesFrom(500))
      await myAccessAgrees(scene, [...new Set([...instantsFrom(0), ...instantsFrom(500)])])
    },
  ),

  contractTest("my access at a status agrees with the user's status where two requests ended at one instant", async (scene) => {
    await pairs(scene, lifecyclesFrom(0), lifecyclesFrom(0))
    await myAccessAgrees(scene, instantsFrom(0))
  }),
]

/** Two requesters, three tenants asked, one of which asks another as well; expired, granted, removed and pending. */
async function requestsOfThreeParties(scene: Fixture): Promise<void> {
  const [hundred, tom] = await scene.submit({ id: 'one', name: 'First', tenants: [TOM, HUNDRED], users: BOTH })
  const more = await scene.submitOne(TOM, { id: 'two', name: 'Second', users: [CHARLOTTE], at: 1_100 })
  await scene.submit({ id: 'three', name: 'Theirs', tenants: [TOM, HUNDRED], by: 'rival', users: ['xavier'] })
  await scene.submit({ name: 'Toms', tenants: [HUNDRED], by: TOM, users: ['becky'], at: 1_200 })
  await scene.applyTransitions(required(hundred, 'request to Hundred Acre'), grantAt(2_000, 3_000), expireNow())
  await scene.applyTransitions(required(tom, 'request to Tom'), removeUserAt(CAROLINE, 1_500))
  await scene.applyTransitions(more, grantAt(2_000))
}

/** One submission to as many tenants as there are lives, each living its own. */
async function liveApart(scene: Fixture, lives: readonly Lifecycle[], at: Instant): Promise<void> {
  const sent = await scene.submit({ tenants: lives.map((_, n) => `tenant-${n}`), users: BOTH, at })
  for (const request of sent) await scene.applyTransitions(request, ...(lives[Number(request.tenant.slice('tenant-'.length))] ?? []))
}

/** A tenant for every pair of lives, and two requests in it that live them: few submissions, each answered by many in one step. */
async function pairs(scene: Fixture, firsts: readonly Lifecycle[], seconds: readonly Lifecycle[]): Promise<void> {
  const tenantOf = (first: number, second: number): TenantId => `tenant-${first}-${second}`
  for (const [first, life] of firsts.entries()) {
    await liveTogether(
      scene,
      seconds.map((_, second) => tenantOf(first, second)),
      life,
      1_000,
    )
  }
  for (const [second, life] of seconds.entries()) {
    await liveTogether(
      scene,
      firsts.map((_, first) => tenantOf(first, second)),
      life,
      1_001,
    )
  }
}

async function liveTogether(scene: Fixture, tenants: readonly TenantId[], life: Lifecycle, at: Instant): Promise<void> {
  const sent = await scene.submit({ tenants, users: BOTH, at })
  for (const verb of life) await scene.saveTransitions(sent, verb)
}

async function myAccessAgrees(scene: Fixture, instants: readonly Instant[]): Promise<void> {
  const all = expectedMyAccess(scene, CAROLINE).map((row) => ({ row, stakes: requestsOfUser(CAROLINE, row.requests) }))
  for (const now of instants) {
    for (const status of USER_STATUSES) {
      const rows = await scene.repository.myAccess({ user: CAROLINE, status, now, limit: 1_000 })
      const expected = all.filter(({ stakes }) => userStatusAt(stakes, now) === status).map(({ row }) => row)
      assertEqual(rows.map(rowById), expected, `${status} at ${now}`)
    }
  }
}
