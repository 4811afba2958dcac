/** The laws of events: each exactly as it was saved, told to whom it concerns, and enough to make the state again (SPEC 6.6, 8.1). */
import type { ConsentryEvent, TenantRequestEvent } from '../../domain/event.js'
import { fold, toFacts } from '../../domain/tenant-request-state.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { expectedHistory } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { lifecyclesFrom } from './fixtures/lifecycles.js'
import { expectStored } from './fixtures/queries.js'
import { expireNow, grantAt, rejectAt, removeUserAt, revokeAt, setExpiryAt, withdrawAt } from './fixtures/transitions.js'

const BOTH = [CAROLINE, CHARLOTTE]

export const historyTests: readonly ContractTest[] = [
  contractTest('every event of every kind comes back exactly as it was saved, once', async (scene) => {
    await everyKind(scene)
    const history = await scene.repository.history({ requestingTenant: CLASSICS, limit: 1_000 })
    assertEqual(history, expectedHistory(scene, { requestingTenant: CLASSICS }), 'the history')
    assertEqual(new Set(history.map(({ type }) => type)).size, 11, 'the kinds of events')
  }),

  contractTest("a requester's history is of its own requests, all events of them, and of nobody else's", async (scene) => {
    await historyOfThreeParties(scene)
    for (const requestingTenant of [CLASSICS, 'rival', TOM, HUNDRED, 'nobody']) {
      const history = await scene.repository.history({ requestingTenant, limit: 1_000 })
      assertEqual(history, expectedHistory(scene, { requestingTenant }), requestingTenant)
    }
  }),

  contractTest('a history of a tenant asked is of the requests that ask it, without submissions and removals of users', async (scene) => {
    await historyOfThreeParties(scene)
    for (const tenant of [CLASSICS, 'rival', TOM, HUNDRED, 'nobody']) {
      assertEqual(await scene.repository.history({ tenant, limit: 1_000 }), expectedHistory(scene, { tenant }), tenant)
    }
  }),

  contractTest('a history of a tenant as both parties tells all of both, each event once', async (scene) => {
    await historyOfThreeParties(scene)
    for (const tenant of [CLASSICS, TOM, HUNDRED]) {
      const query = { requestingTenant: tenant, tenant }
      assertEqual(await scene.repository.history({ ...query, limit: 1_000 }), expectedHistory(scene, query), tenant)
    }
  }),

  contractTest('a history of two different tenants tells each event once, though it concerns both', async (scene) => {
    await historyOfThreeParties(scene)
    const query = { requestingTenant: CLASSICS, tenant: TOM }
    assertEqual(await scene.repository.history({ ...query, limit: 1_000 }), expectedHistory(scene, query), 'the history')
    const pages: ConsentryEvent[] = []
    for (let page: readonly ConsentryEvent[] = []; pages.length === 0 || page.length > 0; pages.push(...page)) {
      page = await scene.repository.history({ ...query, after: pages.at(-1), limit: 2 })
    }
    assertEqual(pages, expectedHistory(scene, query), 'the same, two a page')
  }),

  contractTest('a history of nobody is empty', async (scene) => {
    await historyOfThreeParties(scene)
    assertEqual(await scene.repository.history({ limit: 1_000 }), [], 'neither party given')
    assertEqual(await scene.repository.history({ requestingTenant: undefined, tenant: undefined, limit: 1_000 }), [], 'both undefined')
  }),

  contractTest('a history tells of an expiry at the instant of it, whenever it was recorded', async (scene) => {
    const request = await scene.applyTransitions(await scene.submitOne(TOM), grantAt(2_000, 3_000))
    await scene.submitOne(TOM, { at: 5_000 })
    await scene.applyTransitions(request, expireNow())
    for (const party of [{ requestingTenant: CLASSICS }, { tenant: TOM }]) {
      assertEqual(await scene.repository.history({ ...party, limit: 1_000 }), expectedHistory(scene, party), 'the history')
    }
  }),

  contractTest('events at one instant come by revision, the later first, then by id descending', async (scene) => {
    const sent = await scene.submit({ tenants: [TOM, HUNDRED, 'green-gables'], users: BOTH })
    await scene.saveTransitions(sent, removeUserAt(CHARLOTTE, 1_000))
    await scene.saveTransitions(sent, grantAt(1_000))
    await scene.saveTransitions([...sent].reverse(), revokeAt(1_000))
    const history = await scene.repository.history({ requestingTenant: CLASSICS, limit: 1_000 })
    assertEqual(history, expectedHistory(scene, { requestingTenant: CLASSICS }), 'the history')
  }),

  contractTest('a request is the fold of its events, at every step of every life', async (scene) => {
    const lives = lifecyclesFrom(0)
    const sent = await scene.submit({ tenants: lives.map((_, n) => `tenant-${n}`), users: BOTH })
    await expectRequestsFold(scene)
    for (const step of [0, 1, 2]) {
      for (const request of sent) {
        const verb = lives[Number(request.tenant.slice('tenant-'.length))]?.[step]
        if (verb) await scene.applyTransitions(request, verb)
      }
      await expectRequestsFold(scene)
    }
  }),

  contractTest("a tenant's facts are those of its requests as they are found by their ids", async (scene) => {
    for (const life of lifecyclesFrom(0)) await scene.applyTransitions(await scene.submitOne(TOM, { users: BOTH }), ...life)
    const { requests } = await scene.repository.facts(TOM)
    assertEqual(requests.length, scene.requests.length, 'the requests')
    for (const facts of requests) {
      const stored = await scene.repository.tenantRequest(facts.id)
      assertEqual(facts, stored && toFacts(stored), `the request ${facts.id}`)
    }
  }),

  contractTest('after a long run of commands by several parties everything read agrees with everything saved', async (scene) => {
    await longRun(scene)
    await expectStored(scene)
  }),
]

/** One request of Classics' for each kind of event, and one session. */
async function everyKind(scene: Fixture): Promise<void> {
  await scene.applyTransitions(
    await scene.submitOne(TOM, { users: BOTH }),
    removeUserAt(CAROLINE, 1_500),
    grantAt(2_000, 3_000, 'yes'),
    revokeAt(2_500, 'enough'),
  )
  await scene.applyTransitions(await scene.submitOne(TOM), grantAt(2_000), setExpiryAt(2_100, 3_000), expireNow())
  await scene.applyTransitions(await scene.submitOne(TOM), rejectAt(2_000, 'no'))
  await scene.applyTransitions(await scene.submitOne(TOM), withdrawAt(2_000))
  await scene.applyTransitions(await scene.submitOne(TOM), removeUserAt(CAROLINE, 2_000))
  const request = await scene.applyTransitions(await scene.submitOne(TOM), grantAt(2_000), removeUserAt(CAROLINE, 2_100))
  await scene.endSessions([await scene.startSession({ grantedBy: [request.id], at: 2_050 })], { at: 2_090, cause: 'ended-by-user' })
}

async function historyOfThreeParties(scene: Fixture): Promise<void> {
  const sent = await scene.submit({ tenants: [TOM, HUNDRED], users: BOTH })
  await scene.submit({ tenants: [TOM], by: 'rival', users: ['xavier'] })
  await scene.submit({ tenants: [HUNDRED], by: TOM, users: ['becky', 'amy'], at: 1_100 })
  await scene.saveTransitions(sent, removeUserAt(CHARLOTTE, 1_500))
  await scene.saveTransitions(scene.requests, grantAt(2_000))
}

async function expectRequestsFold(scene: Fixture): Promise<void> {
  const history = await scene.repository.history({ requestingTenant: CLASSICS, limit: 1_000 })
  const told = history.filter((event): event is TenantRequestEvent => 'tenantRequest' in event)
  for (const { id } of scene.requests) {
    const events = told.filter(({ tenantRequest }) => tenantRequest === id).sort((a, b) => a.revision - b.revision)
    assertEqual(await scene.repository.tenantRequest(id), fold(events), `the request ${id}`)
  }
}

/** Requests by turns of two requesters to three tenants, each living another life, interleaved step by step. */
async function longRun(scene: Fixture): Promise<void> {
  const lives = [...lifecyclesFrom(0), ...lifecyclesFrom(250)]
  for (const [n] of lives.entries()) {
    const tenants = [TOM, HUNDRED, 'green-gables'].filter((_, index) => (n + index) % 3 > 0)
    await scene.submit({ tenants, users: BOTH, by: n % 5 ? CLASSICS : 'rival', at: 1_000 + (n % 4), message: `message ${n}` })
  }
  for (const step of [0, 1, 2]) {
    for (const [n, request] of scene.requests.entries()) {
      const verb = lives[n % lives.length]?.[step]
      if (verb) await scene.applyTransitions(request, verb)
    }
  }
}
