/** The laws of events: each exactly as it was saved, told to whom it concerns, and enough to make the state again (SPEC 6.6, 8.1). */
import type { ConsentryEvent, TenantRequestEvent } from '../../domain/event.js'
import { fold, toFacts } from '../../domain/tenant-request-state.js'
import { type Law, law } from './contract-test.js'
import { same } from './fixtures/assert.js'
import { expectedHistory } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, HUNDRED, type Scene, TOM } from './fixtures/fixture.js'
import { livesFrom } from './fixtures/lifecycles.js'
import { agree } from './fixtures/queries.js'
import { expiring, granting, rejecting, removing, revoking, settingExpiry, withdrawing } from './fixtures/transitions.js'

const BOTH = [CAROLINE, CHARLOTTE]

export const recountingLaws: readonly Law[] = [
  law('every event of every kind comes back exactly as it was saved, once', async (scene) => {
    await everyKind(scene)
    const history = await scene.repository.history({ requestingTenant: CLASSICS, limit: 1_000 })
    same(history, expectedHistory(scene, { requestingTenant: CLASSICS }), 'the history')
    same(new Set(history.map(({ type }) => type)).size, 11, 'the kinds of events')
  }),

  law("a requester's history is of its own requests, all events of them, and of nobody else's", async (scene) => {
    await threeParties(scene)
    for (const requestingTenant of [CLASSICS, 'rival', TOM, HUNDRED, 'nobody']) {
      const history = await scene.repository.history({ requestingTenant, limit: 1_000 })
      same(history, expectedHistory(scene, { requestingTenant }), requestingTenant)
    }
  }),

  law('a history of a tenant asked is of the requests that ask it, without submissions and removals of users', async (scene) => {
    await threeParties(scene)
    for (const tenant of [CLASSICS, 'rival', TOM, HUNDRED, 'nobody']) {
      same(await scene.repository.history({ tenant, limit: 1_000 }), expectedHistory(scene, { tenant }), tenant)
    }
  }),

  law('a history of a tenant as both parties tells all of both, each event once', async (scene) => {
    await threeParties(scene)
    for (const tenant of [CLASSICS, TOM, HUNDRED]) {
      const query = { requestingTenant: tenant, tenant }
      same(await scene.repository.history({ ...query, limit: 1_000 }), expectedHistory(scene, query), tenant)
    }
  }),

  law('a history of two different tenants tells each event once, though it concerns both', async (scene) => {
    await threeParties(scene)
    const query = { requestingTenant: CLASSICS, tenant: TOM }
    same(await scene.repository.history({ ...query, limit: 1_000 }), expectedHistory(scene, query), 'the history')
    const pages: ConsentryEvent[] = []
    for (let page: readonly ConsentryEvent[] = []; pages.length === 0 || page.length > 0; pages.push(...page)) {
      page = await scene.repository.history({ ...query, after: pages.at(-1), limit: 2 })
    }
    same(pages, expectedHistory(scene, query), 'the same, two a page')
  }),

  law('a history of nobody is empty', async (scene) => {
    await threeParties(scene)
    same(await scene.repository.history({ limit: 1_000 }), [], 'neither party given')
    same(await scene.repository.history({ requestingTenant: undefined, tenant: undefined, limit: 1_000 }), [], 'both undefined')
  }),

  law('a history tells of an expiry at the instant of it, whenever it was recorded', async (scene) => {
    const request = await scene.live(await scene.ask(TOM), granting(2_000, 3_000))
    await scene.ask(TOM, { at: 5_000 })
    await scene.live(request, expiring())
    for (const party of [{ requestingTenant: CLASSICS }, { tenant: TOM }]) {
      same(await scene.repository.history({ ...party, limit: 1_000 }), expectedHistory(scene, party), 'the history')
    }
  }),

  law('events at one instant come by revision, the later first, then by id descending', async (scene) => {
    const sent = await scene.send({ tenants: [TOM, HUNDRED, 'green-gables'], users: BOTH })
    await scene.batch(sent, removing(CHARLOTTE, 1_000))
    await scene.batch(sent, granting(1_000))
    await scene.batch([...sent].reverse(), revoking(1_000))
    const history = await scene.repository.history({ requestingTenant: CLASSICS, limit: 1_000 })
    same(history, expectedHistory(scene, { requestingTenant: CLASSICS }), 'the history')
  }),

  law('a request is the fold of its events, at every step of every life', async (scene) => {
    const lives = livesFrom(0)
    const sent = await scene.send({ tenants: lives.map((_, n) => `tenant-${n}`), users: BOTH })
    await foldsAgree(scene)
    for (const step of [0, 1, 2]) {
      for (const request of sent) {
        const verb = lives[Number(request.tenant.slice('tenant-'.length))]?.[step]
        if (verb) await scene.live(request, verb)
      }
      await foldsAgree(scene)
    }
  }),

  law("a tenant's facts are those of its requests as they are found by their ids", async (scene) => {
    for (const life of livesFrom(0)) await scene.live(await scene.ask(TOM, { users: BOTH }), ...life)
    const { requests } = await scene.repository.facts(TOM)
    same(requests.length, scene.requests.length, 'the requests')
    for (const facts of requests) {
      const stored = await scene.repository.tenantRequest(facts.id)
      same(facts, stored && toFacts(stored), `the request ${facts.id}`)
    }
  }),

  law('after a long run of commands by several parties everything read agrees with everything saved', async (scene) => {
    await longRun(scene)
    await agree(scene)
  }),
]

/** One request of Classics' for each kind of event, and one session. */
async function everyKind(scene: Scene): Promise<void> {
  await scene.live(
    await scene.ask(TOM, { users: BOTH }),
    removing(CAROLINE, 1_500),
    granting(2_000, 3_000, 'yes'),
    revoking(2_500, 'enough'),
  )
  await scene.live(await scene.ask(TOM), granting(2_000), settingExpiry(2_100, 3_000), expiring())
  await scene.live(await scene.ask(TOM), rejecting(2_000, 'no'))
  await scene.live(await scene.ask(TOM), withdrawing(2_000))
  await scene.live(await scene.ask(TOM), removing(CAROLINE, 2_000))
  const request = await scene.live(await scene.ask(TOM), granting(2_000), removing(CAROLINE, 2_100))
  await scene.leave([await scene.visit({ grantedBy: [request.id], at: 2_050 })], { at: 2_090, cause: 'left' })
}

async function threeParties(scene: Scene): Promise<void> {
  const sent = await scene.send({ tenants: [TOM, HUNDRED], users: BOTH })
  await scene.send({ tenants: [TOM], by: 'rival', users: ['xavier'] })
  await scene.send({ tenants: [HUNDRED], by: TOM, users: ['becky', 'amy'], at: 1_100 })
  await scene.batch(sent, removing(CHARLOTTE, 1_500))
  await scene.batch(scene.requests, granting(2_000))
}

async function foldsAgree(scene: Scene): Promise<void> {
  const history = await scene.repository.history({ requestingTenant: CLASSICS, limit: 1_000 })
  const told = history.filter((event): event is TenantRequestEvent => 'tenantRequest' in event)
  for (const { id } of scene.requests) {
    const events = told.filter(({ tenantRequest }) => tenantRequest === id).sort((a, b) => a.revision - b.revision)
    same(await scene.repository.tenantRequest(id), fold(events), `the request ${id}`)
  }
}

/** Requests by turns of two requesters to three tenants, each living another life, interleaved step by step. */
async function longRun(scene: Scene): Promise<void> {
  const lives = [...livesFrom(0), ...livesFrom(250)]
  for (const [n] of lives.entries()) {
    const tenants = [TOM, HUNDRED, 'green-gables'].filter((_, index) => (n + index) % 3 > 0)
    await scene.send({ tenants, users: BOTH, by: n % 5 ? CLASSICS : 'rival', at: 1_000 + (n % 4), message: `message ${n}` })
  }
  for (const step of [0, 1, 2]) {
    for (const [n, request] of scene.requests.entries()) {
      const verb = lives[n % lives.length]?.[step]
      if (verb) await scene.live(request, verb)
    }
  }
}
