/** Contract tests of the list of access requests, and of counts by status (SPEC 6.8, 6.10). */
import { REQUEST_STATUSES, type RequestStatus, statusAt } from '../../domain/status.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import type { AccessRequestsQuery } from '../../ports/request-query.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { expectedAccessRequests } from './fixtures/expected-requests.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { instantsFrom, lifecyclesFrom, saveLifecycle } from './fixtures/lifecycles.js'
import { grantAt, rejectAt } from './fixtures/transitions.js'
import { variedRequests } from './fixtures/varied-requests.js'

const NOW = 3_000
const ALL = { now: NOW, limit: 1_000 }

export const requestCountTests: readonly ContractTest[] = [
  contractTest('access requests are listed for their sender, with the number of tenants in each status at `now`', async (fixture) => {
    await variedRequests(fixture)
    for (const requestingTenant of [CLASSICS, 'rival', TOM, 'nobody'])
      for (const now of [1_000, 2_000, NOW, 5_000, 9_000]) await expectAccessRequests(fixture, { now, requestingTenant, limit: 1_000 })
  }),

  contractTest('access requests are filtered by id, name, users, tenants, status and span', async (fixture) => {
    await variedRequests(fixture)
    const [granted] = await fixture.submit({ id: 'half-granted', tenants: [TOM, HUNDRED] })
    await fixture.saveTransitions([required(granted, 'a request')], grantAt(2_000))
    const filters: readonly Partial<AccessRequestsQuery>[] = [
      { id: 'request-3' },
      { id: 'none' },
      { namePrefix: 'Support' },
      { namePrefix: 'support' },
      { namePrefix: 'Ü', users: [CAROLINE] },
      { users: [CHARLOTTE, 'nobody'] },
      { users: ['xavier'] },
      { tenants: [TOM] },
      { tenants: [HUNDRED, 'nobody'], users: [CHARLOTTE] },
      ...REQUEST_STATUSES.flatMap((status) => [{ statuses: [status] }, { statuses: [status], tenants: [HUNDRED] }]),
      { statuses: ['pending', 'expired'], tenants: [TOM, HUNDRED], namePrefix: 'S' },
      { from: 1_003, to: 1_010 },
      { to: 1_003, namePrefix: 'S', users: [CHARLOTTE] },
    ]
    for (const filter of filters)
      for (const requestingTenant of [CLASSICS, 'rival']) await expectAccessRequests(fixture, { ...ALL, ...filter, requestingTenant })
  }),

  contractTest('an access request of another sender has the same id and its own counts', async (fixture) => {
    await fixture.submit({ id: 'shared', tenants: [TOM, HUNDRED] })
    const theirs = await fixture.submit({ id: 'shared', by: 'rival', users: ['xavier'], tenants: [TOM] })
    await fixture.saveTransitions(theirs, rejectAt(2_000))
    for (const requestingTenant of [CLASSICS, 'rival']) await expectAccessRequests(fixture, { ...ALL, requestingTenant, id: 'shared' })
  }),

  contractTest('requests are counted by status at every boundary of a grant, an expiry or a lapse', async (fixture) => {
    for (const life of lifecyclesFrom(0)) await saveLifecycle(fixture, TOM, life)
    for (const life of lifecyclesFrom(250)) await saveLifecycle(fixture, HUNDRED, life)
    await fixture.submitOne(TOM, { by: 'rival', users: ['xavier'] })
    for (const now of instantsFrom(0)) await expectRequestCounts(fixture, now, 1_000)
  }),

  contractTest('requests are counted up to the limit', async (fixture) => {
    await variedRequests(fixture)
    for (const limit of [1, 2, 3, 1_000]) await expectRequestCounts(fixture, NOW, limit)
  }),

  contractTest('an access request counts once for a status, however many of its tenants have it', async (fixture) => {
    for (const at of [1_000, 1_000, 1_001, 1_002]) {
      const sent = await fixture.submit({ tenants: [TOM, HUNDRED, 'green-gables', 'kellynch'], at })
      if (at > 1_000) await fixture.saveTransitions(sent.slice(at - 1_000), grantAt(2_000, at * 4))
    }
    for (const now of [1_500, NOW, 4_004, 9_000]) for (const limit of [1, 2, 1_000]) await expectRequestCounts(fixture, now, limit)
  }),
]

async function expectAccessRequests(fixture: Fixture, query: AccessRequestsQuery): Promise<void> {
  const whole = expectedAccessRequests(fixture, query)
  assertEqual(await fixture.repository.accessRequests(query), whole, 'the access requests')
  for (const [n, { request }] of whole.entries()) {
    const after = { sentAt: request.sentAt, id: request.id }
    assertEqual(await fixture.repository.accessRequests({ ...query, after, limit: 2 }), whole.slice(n + 1, n + 3), `2 after the row ${n}`)
  }
}

async function expectRequestCounts(fixture: Fixture, now: number, limit: number): Promise<void> {
  const counted = (keysOf: (status: RequestStatus) => readonly string[]) =>
    Object.fromEntries(REQUEST_STATUSES.map((status) => [status, Math.min(limit, new Set(keysOf(status)).size)]))
  for (const party of [TOM, HUNDRED, CLASSICS, 'rival', 'nobody']) {
    const own = (by: 'tenant' | 'requestingTenant', status: RequestStatus) =>
      fixture.requests.filter((request) => request[by] === party && statusAt(request, now) === status)
    const incoming = await fixture.repository.countRequests({ tenant: party, now, limit })
    assertEqual(
      incoming,
      counted((status) => own('tenant', status).map(({ id }) => id)),
      `incoming of ${party} at ${now}`,
    )
    for (const each of ['tenant-request', 'access-request'] as const) {
      const keyOf = ({ id, accessRequest }: TenantRequest) => (each === 'tenant-request' ? id : accessRequest)
      const sent = await fixture.repository.countRequests({ requestingTenant: party, each, now, limit })
      assertEqual(
        sent,
        counted((status) => own('requestingTenant', status).map(keyOf)),
        `each ${each} of ${party} at ${now}`,
      )
    }
  }
}
