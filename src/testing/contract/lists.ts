/** The laws of what each list shows: whose rows, and which at a status (SPEC 6.1, 6.2, 6.3). */
import type { TenantId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import { REQUEST_STATUSES, requestsOfUser, USER_STATUSES, userStatusAt } from '../../domain/status.js'
import { type Law, law } from './contract-test.js'
import { same, the } from './fixtures/assert.js'
import { expectedIncoming, expectedMyAccess, expectedOutgoing, rowById } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, HUNDRED, type Scene, TOM } from './fixtures/fixture.js'
import { instantsFrom, type Life, livesFrom } from './fixtures/lifecycles.js'
import { expiring, granting, removing } from './fixtures/transitions.js'

const BOTH = [CAROLINE, CHARLOTTE]
const ALL = { now: 9_000, limit: 1_000 }

export const listingLaws: readonly Law[] = [
  law('incoming shows the requests that ask the tenant: of every requester, and none that ask another', async (scene) => {
    await threeParties(scene)
    for (const tenant of [TOM, HUNDRED, CLASSICS, 'nobody']) {
      same(await scene.repository.incoming({ ...ALL, tenant }), expectedIncoming(scene, tenant), tenant)
    }
  }),

  law('outgoing shows the requests that the tenant has sent, each with the name it was sent under, and none of another', async (scene) => {
    await threeParties(scene)
    for (const tenant of [CLASSICS, 'rival', TOM, HUNDRED, 'nobody']) {
      same(await scene.repository.outgoing({ ...ALL, requestingTenant: tenant }), expectedOutgoing(scene, tenant), tenant)
    }
  }),

  law('outgoing of one access request shows its rows alone', async (scene) => {
    await threeParties(scene)
    for (const accessRequest of ['one', 'two', 'three', 'none']) {
      const rows = await scene.repository.outgoing({ ...ALL, requestingTenant: CLASSICS, accessRequest })
      same(rows, expectedOutgoing(scene, CLASSICS, undefined, accessRequest), accessRequest)
    }
  }),

  law("outgoing of one access request shows nothing of another requesting tenant's request of that id", async (scene) => {
    await scene.send({ id: 'shared', name: 'Ours', tenants: [TOM, HUNDRED] })
    await scene.send({ id: 'shared', name: 'Theirs', by: 'rival', users: ['xavier'], tenants: [TOM, 'green-gables'] })
    for (const requestingTenant of [CLASSICS, 'rival', TOM]) {
      const rows = await scene.repository.outgoing({ ...ALL, requestingTenant, accessRequest: 'shared' })
      same(rows, expectedOutgoing(scene, requestingTenant, undefined, 'shared'), requestingTenant)
    }
  }),

  law('outgoing filters one access request by status', async (scene) => {
    const sent = await scene.send({ id: 'one', tenants: [TOM, HUNDRED, 'green-gables'] })
    await scene.send({ id: 'two', tenants: [TOM, HUNDRED], at: 1_100 })
    await scene.batch(sent.slice(1), granting(2_000))
    for (const status of REQUEST_STATUSES) {
      const rows = await scene.repository.outgoing({ ...ALL, requestingTenant: CLASSICS, accessRequest: 'one', status })
      same(rows, expectedOutgoing(scene, CLASSICS, { now: ALL.now, status }, 'one'), status)
    }
  }),

  law('outgoing of one access request goes on from a key with its own rows alone', async (scene) => {
    await scene.send({ id: 'one', tenants: [TOM, HUNDRED, 'green-gables'] })
    await scene.send({ id: 'two', tenants: [TOM, HUNDRED, 'kellynch'] })
    await scene.send({ id: 'one', by: 'rival', tenants: [TOM, HUNDRED, 'kellynch'] })
    const whole = expectedOutgoing(scene, CLASSICS, undefined, 'one')
    for (const [n, { request }] of whole.entries()) {
      const query = { ...ALL, requestingTenant: CLASSICS, accessRequest: 'one', after: { sentAt: request.sentAt, id: request.id } }
      same(await scene.repository.outgoing(query), whole.slice(n + 1), `after ${request.id}`)
    }
  }),

  law('incoming at a status shows the requests that are so at `now`, at the boundary of every grant and expiry', async (scene) => {
    for (const life of livesFrom(0)) await scene.live(await scene.ask(TOM, { users: BOTH }), ...life)
    for (const now of instantsFrom(0)) {
      for (const status of REQUEST_STATUSES) {
        const rows = await scene.repository.incoming({ tenant: TOM, status, now, limit: 100 })
        same(rows, expectedIncoming(scene, TOM, { status, now }), `${status} at ${now}`)
      }
    }
  }),

  law('outgoing at a status shows the requests that are so at `now`, at the boundary of every grant and expiry', async (scene) => {
    await liveApart(scene, livesFrom(0), 1_000)
    for (const now of instantsFrom(0)) {
      for (const status of REQUEST_STATUSES) {
        const rows = await scene.repository.outgoing({ requestingTenant: CLASSICS, status, now, limit: 100 })
        same(rows, expectedOutgoing(scene, CLASSICS, { status, now }), `${status} at ${now}`)
      }
    }
  }),

  law('my access shows every tenant with a request that names or named the user, with all those requests, and no other', async (scene) => {
    await threeParties(scene)
    await scene.live(await scene.ask('kellynch', { users: BOTH }), removing(CAROLINE, 2_000))
    await scene.live(await scene.ask('donwell'), removing(CAROLINE, 2_000))
    for (const user of [CAROLINE, CHARLOTTE, 'xavier', 'becky', 'elizabeth', 'nobody']) {
      same((await scene.repository.myAccess({ ...ALL, user })).map(rowById), expectedMyAccess(scene, user), user)
    }
  }),

  law("a row of my access keeps the earliest instant of the user's requests there, whatever is sent or done later", async (scene) => {
    const first = await scene.ask(TOM, { at: 1_000 })
    await scene.ask(HUNDRED, { at: 2_000 })
    await scene.ask(TOM, { users: [CHARLOTTE], at: 500 })
    await scene.live(first, removing(CAROLINE, 2_500))
    await scene.live(await scene.ask(TOM, { at: 3_000 }), granting(4_000))
    same((await scene.repository.myAccess({ ...ALL, user: CAROLINE })).map(rowById), expectedMyAccess(scene, CAROLINE), 'the rows')
  }),

  law("my access at a status shows the tenants where that is the user's status, of whatever two requests made it", async (scene) => {
    await pairs(scene, livesFrom(0), livesFrom(500))
    await myAccessAgrees(scene, [...new Set([...instantsFrom(0), ...instantsFrom(500)])])
  }),

  law("my access at a status agrees with the user's status where two requests ended at one instant", async (scene) => {
    await pairs(scene, livesFrom(0), livesFrom(0))
    await myAccessAgrees(scene, instantsFrom(0))
  }),
]

/** Two requesters, three tenants asked, one of which asks another as well; expired, granted, removed and pending. */
async function threeParties(scene: Scene): Promise<void> {
  const [hundred, tom] = await scene.send({ id: 'one', name: 'First', tenants: [TOM, HUNDRED], users: BOTH })
  const more = await scene.ask(TOM, { id: 'two', name: 'Second', users: [CHARLOTTE], at: 1_100 })
  await scene.send({ id: 'three', name: 'Theirs', tenants: [TOM, HUNDRED], by: 'rival', users: ['xavier'] })
  await scene.send({ name: 'Toms', tenants: [HUNDRED], by: TOM, users: ['becky'], at: 1_200 })
  await scene.live(the(hundred, 'request to Hundred Acre'), granting(2_000, 3_000), expiring())
  await scene.live(the(tom, 'request to Tom'), removing(CAROLINE, 1_500))
  await scene.live(more, granting(2_000))
}

/** One submission to as many tenants as there are lives, each living its own. */
async function liveApart(scene: Scene, lives: readonly Life[], at: Instant): Promise<void> {
  const sent = await scene.send({ tenants: lives.map((_, n) => `tenant-${n}`), users: BOTH, at })
  for (const request of sent) await scene.live(request, ...(lives[Number(request.tenant.slice('tenant-'.length))] ?? []))
}

/** A tenant for every pair of lives, and two requests in it that live them: few submissions, each answered by many in one step. */
async function pairs(scene: Scene, firsts: readonly Life[], seconds: readonly Life[]): Promise<void> {
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

async function liveTogether(scene: Scene, tenants: readonly TenantId[], life: Life, at: Instant): Promise<void> {
  const sent = await scene.send({ tenants, users: BOTH, at })
  for (const verb of life) await scene.batch(sent, verb)
}

async function myAccessAgrees(scene: Scene, instants: readonly Instant[]): Promise<void> {
  const all = expectedMyAccess(scene, CAROLINE).map((row) => ({ row, stakes: requestsOfUser(CAROLINE, row.requests) }))
  for (const now of instants) {
    for (const status of USER_STATUSES) {
      const rows = await scene.repository.myAccess({ user: CAROLINE, status, now, limit: 1_000 })
      const expected = all.filter(({ stakes }) => userStatusAt(stakes, now) === status).map(({ row }) => row)
      same(rows.map(rowById), expected, `${status} at ${now}`)
    }
  }
}
