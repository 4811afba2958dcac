/** Contract tests of histories with filters: which events match, in full pages (SPEC 6.9). */
import type { EventType } from '../../domain/event.js'
import type { HistoryFilters, HistoryQuery } from '../../ports/history-query.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { expectedHistoryRows } from './fixtures/expected-filters.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expireNow, giveUpAt, grantAt, rejectAt, removeUserAt, revokeAt, setExpiryAt } from './fixtures/transitions.js'

type Parties = Pick<HistoryFilters, 'requestingTenant' | 'tenant'>

const PARTIES: readonly Parties[] = [
  { requestingTenant: CLASSICS },
  { tenant: TOM },
  { requestingTenant: TOM, tenant: TOM },
  { requestingTenant: CLASSICS, tenant: TOM },
  { requestingTenant: 'rival', tenant: HUNDRED },
  { tenant: 'nobody' },
]
const ENDS: readonly EventType[] = ['tenant-request.revoked', 'tenant-request.expired', 'impersonation.ended']
const HIDDEN: readonly EventType[] = ['access-request.submitted', 'tenant-request.user-removed', 'tenant-request.received']

export const historyFilterTests: readonly ContractTest[] = [
  historyFilterTest('of types contains the events of one of these types', [
    { types: ['tenant-request.granted'] },
    { types: ENDS },
    { types: HIDDEN },
    { types: ['impersonation.started', 'tenant-request.expiry-set'] },
  ]),
  historyFilterTest('of a span contains the events from its first instant on and before its last', [
    { from: 2_000 },
    { to: 2_000 },
    { from: 1_999, to: 2_001 },
    { from: 2_000, to: 2_000 },
    { from: 2_001, to: 3_000 },
    { from: 9_000, to: 1_000 },
    { from: -8.64e15, to: 8.64e15 },
  ]),

  contractTest(
    "a history of a request contains that request's events that the party may see, and no event of a session",
    async (fixture) => {
      await eventsOfAllParties(fixture)
      for (const tenantRequest of [...fixture.requests.map(({ id }) => id), 'none']) {
        await expectHistories(fixture, [{ tenantRequest }, { tenantRequest, from: 2_000, types: ['tenant-request.granted', ...ENDS] }])
      }
    },
  ),

  contractTest("a history of a session contains that session's events for its two tenants only", async (fixture) => {
    await eventsOfAllParties(fixture)
    for (const session of [...fixture.sessions.map(({ hash }) => hash), 'f'.repeat(64)]) {
      const tenantRequest = fixture.requests[0]?.id
      await expectHistories(fixture, [{ session }, { session, types: ['impersonation.ended'] }, { session, tenantRequest }])
    }
  }),

  historyFilterTest("of users contains the events by these persons of the side's own tenant, never the other side's", [
    { users: ['elizabeth'] },
    { users: ['tom'] },
    { users: [CAROLINE, CHARLOTTE] },
    { users: [CAROLINE, 'tom', 'elizabeth', 'nobody'] },
    { users: ['clock', 'CAROLINE'] },
    { users: ['xavier'] },
  ]),
  historyFilterTest("of tenants contains the requester's events about these tenants, and no submission", [
    { tenants: [TOM] },
    { tenants: [HUNDRED, 'nobody'] },
    { tenants: [CLASSICS] },
    { tenants: [TOM, HUNDRED, CLASSICS, 'rival'] },
  ]),
  historyFilterTest('of requesting tenants contains the events of their requests and sessions', [
    { requestingTenants: [CLASSICS] },
    { requestingTenants: ['rival', TOM] },
    { requestingTenants: [HUNDRED] },
  ]),

  contractTest('a history with several filters contains the events that match all of them', async (fixture) => {
    await eventsOfAllParties(fixture)
    const [request] = fixture.requests
    await expectHistories(fixture, [
      { types: ENDS, from: 2_100, users: ['tom', 'elizabeth'] },
      { tenants: [TOM], requestingTenants: [CLASSICS], to: 2_500, types: ['tenant-request.granted', 'impersonation.started'] },
      { tenantRequest: request?.id, users: ['tom'], from: 1_500 },
      { users: [CAROLINE], tenants: [TOM], types: ['impersonation.started', 'impersonation.ended'], from: 2_100, to: 9_000 },
    ])
  }),

  contractTest('filters fill the pages of a history even if matching events are sparse, and events are added', async (fixture) => {
    await eventsOfAllParties(fixture)
    const filters: readonly HistoryFilters[] = [
      { types: ENDS },
      { from: 1_500, to: 2_600 },
      { users: ['elizabeth', 'tom'] },
      { tenants: [TOM] },
      { requestingTenants: ['rival', CLASSICS], types: ['tenant-request.granted', 'impersonation.ended'] },
      { tenantRequest: required(fixture.requests[0], 'request').id },
      { session: required(fixture.sessions[0], 'session').hash },
    ]
    for (const filter of filters) for (const party of PARTIES.slice(0, 3)) await expectHistoryPages(fixture, { ...party, ...filter })
  }),

  contractTest('events that a filter leaves out do not end a page of a history', async (fixture) => {
    // Each new end comes between two long lists of users.
    for (const at of [1_000, 1_002, 1_004]) {
      const users = Array.from({ length: 2_500 }, (_, n) => `user-${n}`)
      await fixture.applyTransitions(await fixture.submitOne(TOM, { users, at }), grantAt(at + 1, 9_000), setExpiryAt(at + 1, 8_000))
    }
    for (const types of [['tenant-request.expiry-set'], ['tenant-request.expiry-set', 'impersonation.started']] as const) {
      for (const party of [{ requestingTenant: CLASSICS }, { tenant: TOM }, { requestingTenant: CLASSICS, tenant: TOM }]) {
        const query = { ...party, types }
        const events = await fixture.repository.history({ ...query, limit: 100 })
        assertEqual(events, expectedHistoryRows(fixture, query), JSON.stringify(query))
      }
    }
  }),
]

function historyFilterTest(name: string, filters: readonly HistoryFilters[]): ContractTest {
  return contractTest(`a history ${name}`, async (fixture) => {
    await eventsOfAllParties(fixture)
    await expectHistories(fixture, filters)
  })
}

async function expectHistories(fixture: Fixture, filters: readonly HistoryFilters[]): Promise<void> {
  for (const filter of filters) {
    for (const party of PARTIES) {
      const query = { ...party, ...filter }
      const events = await fixture.repository.history({ ...query, limit: 1_000 })
      assertEqual(events, expectedHistoryRows(fixture, query), JSON.stringify(query))
    }
  }
}

/** Asserts the page after each event, and a walk during which events are saved. */
async function expectHistoryPages(fixture: Fixture, query: HistoryFilters): Promise<void> {
  const whole = expectedHistoryRows(fixture, query)
  for (const [n, row] of [undefined, ...whole].entries()) {
    const after = row && { at: row.event.at, id: row.event.id }
    const page = await fixture.repository.history({ ...query, after, limit: 2 })
    assertEqual(page, whole.slice(n, n + 2), `2 after ${n} of ${JSON.stringify(query)}`)
  }
  const walked: string[] = []
  for (let after: HistoryQuery['after']; walked.length <= whole.length; ) {
    const page = await fixture.repository.history({ ...query, after, limit: 3 })
    walked.push(...page.map(({ event }) => event.id))
    const last = page.at(-1)?.event
    if (last === undefined) break
    after = { at: last.at, id: last.id }
    await fixture.submit({ tenants: [TOM], at: 20_000 })
  }
  assertEqual(
    walked,
    whole.map(({ event }) => event.id),
    `a walk through ${JSON.stringify(query)}`,
  )
}

/** Saves requests and sessions of three requesters, changed by persons of both sides and by the clock. */
async function eventsOfAllParties(fixture: Fixture): Promise<void> {
  const [hundred, tom] = await fixture.submit({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE] })
  const [first, second] = [required(tom, 'request'), required(hundred, 'request')]
  const theirs = await fixture.submitOne(TOM, { by: 'rival', users: ['xavier'], at: 1_100 })
  const toms = await fixture.submitOne(HUNDRED, { by: TOM, users: ['becky'], at: 1_200 })
  await fixture.saveTransitions([first, second], removeUserAt(CHARLOTTE, 1_500))
  for (const request of [first, theirs, toms]) await fixture.applyTransitions(request, grantAt(2_000))
  await fixture.applyTransitions(second, rejectAt(2_001))
  const byGrant = { grantedBy: [first.id] }
  const sessions = await fixture.startSessions(byGrant, { ...byGrant, at: 2_050 }, { user: CHARLOTTE, tenant: HUNDRED }, byGrant)
  const [mine, watched, legacy, late] = sessions.map((one) => [one])
  await fixture.startSessions({ by: 'rival', user: 'xavier', grantedBy: [theirs.id] }, { by: TOM, user: 'becky', tenant: HUNDRED })
  await fixture.endSessions(required(mine, 'session'), { at: 2_100, cause: 'ended-by-user' })
  await fixture.endSessions(required(watched, 'session'), { at: 2_200, cause: 'ended-by-tenant', by: { user: 'tom', tenant: TOM } })
  const requester = { user: 'elizabeth', tenant: CLASSICS }
  await fixture.endSessions(required(legacy, 'session'), { at: 2_300, cause: 'ended-by-requester', by: requester })
  await fixture.applyTransitions(first, setExpiryAt(2_350, 2_400), expireNow())
  await fixture.endSessions(required(late, 'session'), { at: 2_400, cause: 'access-lost' })
  await fixture.applyTransitions(theirs, revokeAt(2_500))
  await fixture.applyTransitions(toms, giveUpAt(2_600))
}
