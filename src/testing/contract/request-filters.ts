/** Contract tests of the lists of requests with filters and orders (SPEC 6.7, 6.9). */
import { REQUEST_STATUSES } from '../../domain/status.js'
import type { RequestWithoutUsers } from '../../domain/tenant-request-state.js'
import type { IncomingQuery, OutgoingQuery, OutgoingRow } from '../../ports/request-query.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { expectedAccessRequests, expectedIncomingRows, expectedOutgoingRows } from './fixtures/expected-requests.js'
import { CAROLINE, CHARLOTTE, CLASSICS, HUNDRED, TOM } from './fixtures/fixture.js'
import { removeUserAt } from './fixtures/transitions.js'
import { variedRequests } from './fixtures/varied-requests.js'

const NOW = 3_000
const ALL = { now: NOW, limit: 1_000 }

type Filters = Omit<IncomingQuery & OutgoingQuery, 'tenant' | 'requestingTenant' | 'now' | 'limit' | 'after' | 'order'>

/** Filters of both lists. Requests of `variedRequests` are sent and end around these instants. */
const COMMON: Readonly<Record<string, Pick<Filters, 'statuses' | 'from' | 'to' | 'expiresBefore'>>> = {
  'without a filter': {},
  'by two statuses': { statuses: ['granted', 'rejected'] },
  'by open statuses': { statuses: ['granted', 'pending'] },
  'by every status': { statuses: REQUEST_STATUSES },
  'by a span': { from: 1_009, to: 1_021 },
  'by an empty span': { from: 1_009, to: 1_009 },
  'by ends': { expiresBefore: 4_000 },
  'by late ends': { expiresBefore: 9_000 },
  'by the ends of those that hold': { expiresBefore: 5_001, statuses: ['granted'] },
  'by a span and a status': { from: 1_005, statuses: ['expired', 'revoked'] },
}
const INCOMING: Readonly<Record<string, Omit<Filters, 'accessRequest' | 'tenants' | 'users' | 'namePrefix'>>> = {
  ...COMMON,
  'by requesting tenant': { requestingTenants: ['rival'] },
  'by a requesting tenant and statuses': { requestingTenants: ['rival'], statuses: REQUEST_STATUSES },
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
            await expectListPages<IncomingQuery, RequestWithoutUsers>(filter, { ...ALL, ...filters, order, tenant } as IncomingQuery, {
              read: (query) => fixture.repository.incoming(query),
              expected: (query) => expectedIncomingRows(fixture, query),
              requestOf: (row) => row,
            })
      }),

      contractTest(`outgoing with filters contains the requests that match all of them, in full pages, ${how}`, async (fixture) => {
        await variedRequests(fixture)
        for (const [filter, filters] of Object.entries(OUTGOING))
          for (const requestingTenant of [CLASSICS, 'rival'])
            await expectListPages<OutgoingQuery, OutgoingRow>(filter, { ...ALL, ...filters, order, requestingTenant } as OutgoingQuery, {
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
    await fixture.applyTransitions(
      await fixture.submitOne(TOM, { users: [CAROLINE, CHARLOTTE], at: 1_100 }),
      removeUserAt(CHARLOTTE, 1_500),
    )
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
]

/** Asserts the list from the start, and two rows after each key. */
async function expectListPages<Query extends IncomingQuery | OutgoingQuery, Row>(
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
