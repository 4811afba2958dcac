/** Contract tests of histories: exact events, per party, that fold to the state (SPEC 6.6, 8.1). */

import type { TenantRequestEvent } from '../../domain/event.js'
import type { TenantId, TenantRequestId } from '../../domain/ids.js'
import { toFacts } from '../../domain/request-facts.js'
import { fold } from '../../domain/tenant-request-state.js'
import type { HistoryRow } from '../../ports/list-reader.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { expectedHistory } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { type Lifecycle, lifecyclesFrom, saveLifecycle } from './fixtures/lifecycles.js'
import { expectStored } from './fixtures/queries.js'
import { factsIn, historyEvents, requestIn } from './fixtures/reads.js'
import { expireNow, grantAt, lapseNow, rejectAt, removeUserAt, revokeAt, setExpiryAt, withdrawAt } from './fixtures/transitions.js'

const BOTH = [CAROLINE, CHARLOTTE]

export const historyTests: readonly ContractTest[] = [
  contractTest('a history contains every kind of event exactly as saved, once', async (fixture) => {
    await saveEventsOfEveryKind(fixture)
    const history = await fixture.repository.history({ requestingTenant: CLASSICS, limit: 1_000 })
    assertEqual(history, expectedHistory(fixture, { requestingTenant: CLASSICS }), 'the history')
    assertEqual(new Set(history.map(({ event }) => event.type)).size, 11, 'the kinds of events')
  }),

  contractTest("a requester's history contains all events of its own requests and no others", async (fixture) => {
    await historyOfThreeParties(fixture)
    for (const requestingTenant of [CLASSICS, 'rival', TOM, HUNDRED, 'nobody']) {
      const history = await fixture.repository.history({ requestingTenant, limit: 1_000 })
      assertEqual(history, expectedHistory(fixture, { requestingTenant }), requestingTenant)
    }
  }),

  contractTest(
    'the history of a tenant asked contains the requests that ask it, without submissions and user removals',
    async (fixture) => {
      await historyOfThreeParties(fixture)
      for (const tenant of [CLASSICS, 'rival', TOM, HUNDRED, 'nobody']) {
        assertEqual(await fixture.repository.history({ tenant, limit: 1_000 }), expectedHistory(fixture, { tenant }), tenant)
      }
    },
  ),

  contractTest('the history of a tenant as both parties contains the events of both, each once', async (fixture) => {
    await historyOfThreeParties(fixture)
    for (const tenant of [CLASSICS, TOM, HUNDRED]) {
      const query = { requestingTenant: tenant, tenant }
      assertEqual(await fixture.repository.history({ ...query, limit: 1_000 }), expectedHistory(fixture, query), tenant)
    }
  }),

  contractTest('the history of two different tenants contains each event once, even if it concerns both', async (fixture) => {
    await historyOfThreeParties(fixture)
    const query = { requestingTenant: CLASSICS, tenant: TOM }
    assertEqual(await fixture.repository.history({ ...query, limit: 1_000 }), expectedHistory(fixture, query), 'the history')
    const pages: HistoryRow[] = []
    for (let page: readonly HistoryRow[] = []; pages.length === 0 || page.length > 0; pages.push(...page)) {
      page = await fixture.repository.history({ ...query, after: pages.at(-1)?.event, limit: 2 })
    }
    assertEqual(pages, expectedHistory(fixture, query), 'the same, two a page')
  }),

  contractTest('a history without a party is empty', async (fixture) => {
    await historyOfThreeParties(fixture)
    assertEqual(await fixture.repository.history({ limit: 1_000 }), [], 'neither party given')
    assertEqual(await fixture.repository.history({ requestingTenant: undefined, tenant: undefined, limit: 1_000 }), [], 'both undefined')
  }),

  contractTest('a history dates an expiry at the instant of expiry, whenever it was recorded', async (fixture) => {
    const request = await fixture.applyTransitions(await fixture.submitOne(TOM), grantAt(2_000, 3_000))
    await fixture.submitOne(TOM, { at: 5_000 })
    await fixture.applyTransitions(request, expireNow())
    for (const party of [{ requestingTenant: CLASSICS }, { tenant: TOM }]) {
      assertEqual(await fixture.repository.history({ ...party, limit: 1_000 }), expectedHistory(fixture, party), 'the history')
    }
  }),

  contractTest('events of one instant are in the reverse order of saving, whatever their revisions and ids', async (fixture) => {
    const sent = await fixture.submit({ tenants: [TOM, HUNDRED, 'green-gables'], users: BOTH })
    await fixture.saveTransitions(sent, removeUserAt(CHARLOTTE, 1_000))
    await fixture.saveTransitions(sent, grantAt(1_000))
    await fixture.saveTransitions([...sent].reverse(), revokeAt(1_000))
    await fixture.submit({ tenants: [TOM, HUNDRED] })
    for (const party of [{ requestingTenant: CLASSICS }, { tenant: TOM }]) {
      assertEqual(await fixture.repository.history({ ...party, limit: 1_000 }), expectedHistory(fixture, party), JSON.stringify(party))
    }
  }),

  contractTest('after an event that is not stored, a history continues with earlier instants', async (fixture) => {
    for (const at of [1_000, 2_000, 3_000]) await fixture.saveTransitions(await fixture.submit({ tenants: [TOM], at }), grantAt(at))
    for (const party of [{ requestingTenant: CLASSICS }, { tenant: TOM }]) {
      const earlier = expectedHistory(fixture, party).filter(({ event }) => event.at < 2_000)
      const page = await fixture.repository.history({ ...party, after: { at: 2_000, id: 'gone' }, limit: 1_000 })
      assertEqual(page, earlier, JSON.stringify(party))
    }
  }),

  contractTest('an answer or an end has the users of its request as it left them, whatever happened since', async (fixture) => {
    const users = [CAROLINE, CHARLOTTE, 'lydia']
    const endings = [revokeAt(2_500), removeUserAt(CAROLINE, 2_500), expireNow()]
    for (const end of endings) {
      const request = await fixture.submitOne(TOM, { users })
      await fixture.applyTransitions(request, grantAt(2_000, 9_000, '', ['lydia']), removeUserAt(CHARLOTTE, 2_100), end)
    }
    await fixture.applyTransitions(await fixture.submitOne(TOM, { users }), removeUserAt('lydia', 1_500), rejectAt(2_000))
    await fixture.applyTransitions(await fixture.submitOne(TOM, { users }), removeUserAt('lydia', 1_500), withdrawAt(2_000))
    const lapsing = await fixture.submitOne(TOM, { users, answerBy: 3_000 })
    await fixture.applyTransitions(lapsing, removeUserAt('lydia', 1_500), lapseNow())
    const parties: readonly { requestingTenant?: TenantId; tenant?: TenantId }[] = [{ requestingTenant: CLASSICS }, { tenant: TOM }]
    for (const party of [...parties, { requestingTenant: CLASSICS, tenant: TOM }]) {
      assertEqual(await fixture.repository.history({ ...party, limit: 1_000 }), expectedHistory(fixture, party), JSON.stringify(party))
    }
  }),

  contractTest('a request is the fold of its events, at every step of every lifecycle', async (fixture) => {
    const lives = lifecyclesFrom(0)
    for (const [n, { answerBy }] of lives.entries()) await fixture.submitOne(`tenant-${n}`, { users: BOTH, answerBy })
    const sent = fixture.requests
    await expectRequestsFold(fixture)
    for (const step of [0, 1, 2]) {
      for (const request of sent) {
        const verb = lives[Number(request.tenant.slice('tenant-'.length))]?.steps[step]
        if (verb) await fixture.applyTransitions(request, verb)
      }
      await expectRequestsFold(fixture)
    }
  }),

  contractTest("a tenant's facts agree with its requests as found by id", async (fixture) => {
    for (const life of lifecyclesFrom(0)) await saveLifecycle(fixture, TOM, life)
    const { requests } = await factsIn(fixture.repository, TOM)
    assertEqual(requests.length, fixture.requests.length, 'the requests')
    for (const facts of requests) {
      const stored = await requestIn(fixture.repository, facts.id)
      assertEqual(facts, stored && toFacts(stored), `the request ${facts.id}`)
    }
  }),

  contractTest('after many commands by several parties, every query agrees with what was saved', async (fixture) => {
    await saveManyCommands(fixture)
    await expectStored(fixture)
  }),
]

/** Saves requests and a session of Classics that produce every kind of event. */
async function saveEventsOfEveryKind(fixture: Fixture): Promise<void> {
  await fixture.applyTransitions(
    await fixture.submitOne(TOM, { users: BOTH }),
    removeUserAt(CAROLINE, 1_500),
    grantAt(2_000, 3_000, 'yes'),
    revokeAt(2_500, 'enough'),
  )
  await fixture.applyTransitions(await fixture.submitOne(TOM), grantAt(2_000), setExpiryAt(2_100, 3_000), expireNow())
  await fixture.applyTransitions(await fixture.submitOne(TOM), rejectAt(2_000, 'no'))
  await fixture.applyTransitions(await fixture.submitOne(TOM), withdrawAt(2_000))
  await fixture.applyTransitions(await fixture.submitOne(TOM), removeUserAt(CAROLINE, 2_000))
  const request = await fixture.applyTransitions(await fixture.submitOne(TOM), grantAt(2_000), removeUserAt(CAROLINE, 2_100))
  await fixture.endSessions([await fixture.startSession({ grantedBy: [request.id], at: 2_050 })], { at: 2_090, cause: 'ended-by-user' })
}

async function historyOfThreeParties(fixture: Fixture): Promise<void> {
  const sent = await fixture.submit({ tenants: [TOM, HUNDRED], users: BOTH })
  await fixture.submit({ tenants: [TOM], by: 'rival', users: ['xavier'] })
  await fixture.submit({ tenants: [HUNDRED], by: TOM, users: ['becky', 'amy'], at: 1_100 })
  await fixture.saveTransitions(sent, removeUserAt(CHARLOTTE, 1_500))
  await fixture.saveTransitions(fixture.requests, grantAt(2_000))
}

async function expectRequestsFold(fixture: Fixture): Promise<void> {
  const history = await historyEvents(fixture.repository, { requestingTenant: CLASSICS, limit: 1_000 })
  const requestEvents = history.filter((event): event is TenantRequestEvent => 'tenantRequest' in event)
  for (const { id } of fixture.requests) {
    const events = requestEvents.filter(({ tenantRequest }) => tenantRequest === id).sort((a, b) => a.revision - b.revision)
    assertEqual(await requestIn(fixture.repository, id), fold(events), `the request ${id}`)
  }
}

/** Saves requests of two requesters to three tenants, with interleaved lifecycles. */
async function saveManyCommands(fixture: Fixture): Promise<void> {
  const lives = [...lifecyclesFrom(0), ...lifecyclesFrom(250)]
  const livesOf = new Map<TenantRequestId, Lifecycle>()
  for (const [n, life] of lives.entries()) {
    const tenants = [TOM, HUNDRED, 'green-gables'].filter((_, index) => (n + index) % 3 > 0)
    const by = n % 5 ? CLASSICS : 'rival'
    const { answerBy } = life
    const sent = await fixture.submit({ tenants, users: BOTH, by, at: 1_000 + (n % 4), message: `message ${n}`, answerBy })
    for (const { id } of sent) livesOf.set(id, life)
  }
  for (const step of [0, 1, 2]) {
    for (const request of fixture.requests) {
      const verb = livesOf.get(request.id)?.steps[step]
      if (verb) await fixture.applyTransitions(request, verb)
    }
  }
}
