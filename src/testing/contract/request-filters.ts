/** Contract tests of the lists of requests with filters and orders, and of their counts (SPEC 6.7-6.10). */
import type { TenantId } from '../../domain/ids.js'
import { REQUEST_STATUSES, type RequestStatus, statusAt } from '../../domain/status.js'
import type { RequestWithoutUsers, TenantRequest } from '../../domain/tenant-request-state.js'
import type { AccessRequestsQuery, IncomingQuery, OutgoingQuery, OutgoingRow } from '../../ports/list-reader.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { expectedAccessRequests, expectedIncomingRows, expectedOutgoingRows } from './fixtures/expected-requests.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { instantsFrom, lifecyclesFrom, saveLifecycle } from './fixtures/lifecycles.js'
import { grantAt, rejectAt, removeUserAt, revokeAt, setExpiryAt } from './fixtures/transitions.js'

const NOW = 3_000
const ALL = { now: NOW, limit: 1_000 }

type Filters = Omit<IncomingQuery & OutgoingQuery, 'tenant' | 'requestingTenant' | 'now' | 'limit' | 'after' | 'order'>

/** Filters of both lists. `before` and `after` are instants at and around which requests of `variedRequests` were sent and end. */
const COMMON: Readonly<Record<string, Pick<Filters, 'statuses' | 'from' | 'to' | 'expiresBefore'>>> = {
  'without a filter': {},
  'by two statuses': { statuses: ['granted', 'rejected'] },
  'by open statuses': { statuses: ['granted', 'pending'] },
  'by every status': { statuses: REQUEST_STATUSES },
  'by a span': { from: 1_010, to: 1_020 },
  'by an empty span': { from: 1_010, to: 1_010 },
  'by ends': { expiresBefore: 4_000 },
  'by the ends of those that hold': { expiresBefore: 5_001, statuses: ['granted'] },
  'by a span and a status': { from: 1_005, statuses: ['expired', 'revoked'] },
}
const INCOMING: Readonly<Record<string, Omit<Filters, 'accessRequest' | 'tenants' | 'users' | 'namePrefix'>>> = {
  ...COMMON,
  'by requesting tenant': { requestingTenants: ['rival'] },
  'by two requesting tenants and a status': { requestingTenants: ['rival', CLASSICS, 'nobody'], statuses: ['pending'] },
  'by a requesting tenant and ends': { requestingTenants: [CLASSICS], expiresBefore: 9_000, from: 1_001 },
}
const OUTGOING: Readonly<Record<string, Omit<Filters, 'requestingTenants'>>> = {
  ...COMMON,
  'by tenant': { tenants: [TOM] },
  'by two tenants and a status': { tenants: [TOM, HUNDRED, 'nobody'], statuses: ['granted'] },
  'by user': { users: [CHARLOTTE] },
  'by two users and a tenant': { users: [CHARLOTTE, CAROLINE], tenants: [HUNDRED] },
  'by the first letters of the name': { namePrefix: 'Support' },
  'by letters that are case exact': { namePrefix: 'support' },
  'by a whole name and a span': { namePrefix: 'Überblick', from: 1_003 },
  'by access request and user': { accessRequest: 'request-3', users: [CAROLINE] },
  'by everything at once': {
    ...{ tenants: [TOM, HUNDRED], users: [CAROLINE], namePrefix: 'S', statuses: REQUEST_STATUSES, from: 1_000, to: 2_000 },
  },
}

export const requestFilterTests: readonly ContractTest[] = [
  ...(['newest', 'expiring'] as const).flatMap((order) => {
    const how = order === 'newest' ? 'newest first' : 'by their ends'
    return [
      contractTest(`incoming with filters contains the requests that match all of them, in full pages, ${how}`, async (fixture) => {
        await variedRequests(fixture)
        for (const [filter, filters] of Object.entries(INCOMING))
          for (const tenant of [TOM, 'nobody'])
            await expectPages<IncomingQuery, RequestWithoutUsers>(filter, { ...ALL, ...filters, order, tenant } as IncomingQuery, {
              read: (query) => fixture.repository.incoming(query),
              expected: (query) => expectedIncomingRows(fixture, query),
              requestOf: (row) => row,
            })
      }),

      contractTest(`outgoing with filters contains the requests that match all of them, in full pages, ${how}`, async (fixture) => {
        await variedRequests(fixture)
        for (const [filter, filters] of Object.entries(OUTGOING))
          for (const requestingTenant of [CLASSICS, 'rival'])
            await expectPages<OutgoingQuery, OutgoingRow>(filter, { ...ALL, ...filters, order, requestingTenant } as OutgoingQuery, {
              read: (query) => fixture.repository.outgoing(query),
              expected: (query) => expectedOutgoingRows(fixture, query),
              requestOf: ({ request }) => request,
            })
      }),
    ]
  }),

  contractTest('a request is found by its id by each of its two parties, and by nobody else', async (fixture) => {
    await variedRequests(fixture)
    for (const { id } of [...fixture.requests, { id: 'none' }]) {
      for (const party of [TOM, HUNDRED, CLASSICS, 'rival', 'nobody']) {
        const incoming = { ...ALL, id, tenant: party }
        assertEqual(await fixture.repository.incoming(incoming), expectedIncomingRows(fixture, incoming), `${id} asks ${party}`)
        const outgoing = { ...ALL, id, requestingTenant: party }
        assertEqual(await fixture.repository.outgoing(outgoing), expectedOutgoingRows(fixture, outgoing), `${id} of ${party}`)
      }
    }
  }),

  contractTest('a request by its id matches only if it matches the other filters', async (fixture) => {
    await variedRequests(fixture)
    for (const { id, tenant, requestingTenant } of fixture.requests) {
      for (const filters of [{ statuses: ['granted'] as const }, { from: 1_010 }, { order: 'expiring' as const }]) {
        const incoming: IncomingQuery = { ...ALL, ...filters, id, tenant }
        assertEqual(await fixture.repository.incoming(incoming), expectedIncomingRows(fixture, incoming), `incoming ${id}`)
        const outgoing: OutgoingQuery = { ...ALL, ...filters, id, requestingTenant }
        assertEqual(await fixture.repository.outgoing(outgoing), expectedOutgoingRows(fixture, outgoing), `outgoing ${id}`)
      }
    }
  }),

  contractTest('a user who was removed finds no outgoing request, and the access request as it was sent', async (fixture) => {
    const sent = await fixture.submit({ id: 'one', tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE] })
    await fixture.saveTransitions(sent.slice(0, 1), removeUserAt(CHARLOTTE, 1_500))
    for (const users of [[CAROLINE], [CHARLOTTE], [CAROLINE, CHARLOTTE], ['nobody']]) {
      const outgoing = { ...ALL, requestingTenant: CLASSICS, users }
      assertEqual(await fixture.repository.outgoing(outgoing), expectedOutgoingRows(fixture, outgoing), users.join(' '))
      assertEqual(await fixture.repository.accessRequests(outgoing), expectedAccessRequests(fixture, outgoing), users.join(' '))
    }
  }),

  contractTest('rows added between pages of a filtered list cause no repeated or skipped row', async (fixture) => {
    await variedRequests(fixture)
    const query = { ...ALL, requestingTenant: CLASSICS, users: [CAROLINE], tenants: [TOM, HUNDRED], limit: 2 }
    const whole = expectedOutgoingRows(fixture, query).map(({ request }) => request.id)
    const read: string[] = []
    for (let after: { sentAt: number; id: string } | undefined; ; ) {
      const rows = await fixture.repository.outgoing({ ...query, after })
      const last = rows.at(-1)?.request
      if (last === undefined) break
      read.push(...rows.map(({ request }) => request.id))
      after = { sentAt: last.sentAt, id: last.id }
      await fixture.submit({ tenants: [TOM, HUNDRED], at: 20_000 + read.length })
    }
    assertEqual(read, whole, 'the requests that were there before')
  }),

  contractTest('access requests are listed for their sender, with the number of tenants in each status at `now`', async (fixture) => {
    await variedRequests(fixture)
    for (const requestingTenant of [CLASSICS, 'rival', TOM, 'nobody'])
      for (const now of [1_000, 2_000, NOW, 5_000, 9_000]) await expectAccessRequests(fixture, { now, requestingTenant, limit: 1_000 })
  }),

  contractTest('access requests are filtered by id, name, users and span', async (fixture) => {
    await variedRequests(fixture)
    const filters: readonly Partial<AccessRequestsQuery>[] = [
      { id: 'request-3' },
      { id: 'none' },
      { namePrefix: 'Support' },
      { namePrefix: 'support' },
      { namePrefix: 'Ü', users: [CAROLINE] },
      { users: [CHARLOTTE, 'nobody'] },
      { users: ['xavier'] },
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
    for (const now of instantsFrom(0)) await expectCounts(fixture, now, 1_000)
  }),

  contractTest('requests are counted up to the limit', async (fixture) => {
    await variedRequests(fixture)
    for (const limit of [1, 2, 3, 1_000]) await expectCounts(fixture, NOW, limit)
  }),

  contractTest('an access request counts once for a status, however many of its tenants have it', async (fixture) => {
    for (const at of [1_000, 1_000, 1_001, 1_002]) {
      const sent = await fixture.submit({ tenants: [TOM, HUNDRED, 'green-gables', 'kellynch'], at })
      if (at > 1_000) await fixture.saveTransitions(sent.slice(at - 1_000), grantAt(2_000, at * 4))
    }
    for (const now of [1_500, NOW, 4_004, 9_000]) for (const limit of [1, 2, 1_000]) await expectCounts(fixture, now, limit)
  }),
]

/** Saves requests of two requesters with different names, users, tenants, instants and lives. */
async function variedRequests(fixture: Fixture): Promise<void> {
  const names = ['SupportAccess', 'Support', 'Überblick', 'Sales', 'supportNight', 'Supply']
  for (const n of Array(18).keys()) {
    const tenants: readonly TenantId[] = [TOM, HUNDRED, `tenant-${n % 5}`].filter((_, index) => (n + index) % 4 > 0)
    const users = [CAROLINE, CHARLOTTE, 'elinor'].filter((_, index) => (n + index) % 3 > 0)
    const by = n % 6 === 5 ? 'rival' : CLASSICS
    const at = 1_000 + Math.floor(n / 2) * 3
    const sent = await fixture.submit({ tenants, users, by, at, id: `request-${n}`, name: required(names[n % names.length], 'name') })
    for (const transition of LIVES[n % LIVES.length] ?? []) await fixture.saveTransitions(sent, transition)
    if (n % 5 === 2) await fixture.saveTransitions(sent.slice(0, 1).filter(isOpen), removeUserAt(required(users[0], 'user'), 2_600))
    function isOpen(request: TenantRequest): boolean {
      return ['pending', 'granted'].includes(statusAt(fixture.stored(request), 2_600))
    }
  }
}

/** What happens to a request: several ends, equal ones too, none, a grant after `NOW`, and the ends of a request. */
const LIVES = [
  [grantAt(2_000, 5_000)],
  [],
  [grantAt(2_000, 4_000)],
  [grantAt(2_010)],
  [rejectAt(2_200)],
  [grantAt(2_000, 9_000), setExpiryAt(2_100, 5_000)],
  [grantAt(2_000, 2_900)],
  [grantAt(2_000, 5_000), revokeAt(2_500)],
  [grantAt(4_500, 8_000)],
]

/** Asserts the list from the start, and two rows after each key. */
async function expectPages<Query extends IncomingQuery | OutgoingQuery, Row>(
  filter: string,
  query: Query,
  list: {
    readonly read: (query: Query) => Promise<readonly Row[]>
    readonly expected: (query: Query) => readonly Row[]
    readonly requestOf: (row: Row) => RequestWithoutUsers
  },
): Promise<void> {
  const { read, requestOf } = list
  const whole = list.expected(query)
  const keyOf = ({ id, sentAt, ...request }: RequestWithoutUsers) =>
    query.order === 'expiring' && 'expiresAt' in request ? { expiresAt: request.expiresAt, id } : { sentAt, id }
  for (const limit of [1, query.limit]) assertEqual(await read({ ...query, limit }), whole.slice(0, limit), `the first ${limit} ${filter}`)
  for (const [n, row] of whole.entries()) {
    const page = await read({ ...query, limit: 2, after: keyOf(requestOf(row)) })
    assertEqual(page, whole.slice(n + 1, n + 3), `2 after the row ${n} ${filter}`)
  }
}

async function expectAccessRequests(fixture: Fixture, query: AccessRequestsQuery): Promise<void> {
  const whole = expectedAccessRequests(fixture, query)
  assertEqual(await fixture.repository.accessRequests(query), whole, 'the access requests')
  for (const [n, { request }] of whole.entries()) {
    const after = { sentAt: request.sentAt, id: request.id }
    assertEqual(await fixture.repository.accessRequests({ ...query, after, limit: 2 }), whole.slice(n + 1, n + 3), `2 after the row ${n}`)
  }
}

async function expectCounts(fixture: Fixture, now: number, limit: number): Promise<void> {
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
