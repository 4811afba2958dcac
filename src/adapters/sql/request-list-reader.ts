/** Reads the lists of requests: chooses the query whose index fits the filters. */
import { quoteInput } from '../../domain/input.js'
import type { Instant } from '../../domain/instant.js'
import { REQUEST_STATUSES, type RequestStatus } from '../../domain/status.js'
import type { RequestWithoutUsers, TenantRequest } from '../../domain/tenant-request-state.js'
import type { ListReader } from '../../ports/list-reader.js'
import type {
  AccessRequestsQuery,
  IncomingQuery,
  OutgoingQuery,
  RequestFilters,
  RequestPage,
  StatusCounts,
} from '../../ports/request-query.js'
import { listValue } from './filters.js'
import { parseEach } from './parse-each.js'
import type { Queries, RunQuery } from './queries.js'
import type { RowParsers } from './row-parsers.js'
import { corruptRow, parseJson, type Row } from './row-values.js'
import { NO_END, type Value } from './rows.js'

/** Bounds outside the range of `Date`: every instant is between them. */
export const [BEFORE_ALL, AFTER_ALL] = [-NO_END, NO_END]

/** Follows every letter of a name: no name has a character that is not assigned. */
const LAST_CHARACTER = '\u{10ffff}'

/** Follows every id. */
const LAST_ID = '\x7f'

/** Returns the lists of requests, over functions that run a query and load its requests. */
export function readRequestLists(
  runQuery: RunQuery,
  rows: RowParsers,
  requestsIn: (found: readonly Row[]) => Promise<TenantRequest[]>,
): Pick<ListReader, 'incoming' | 'outgoing' | 'accessRequests' | 'countRequests'> {
  return {
    async incoming(query): Promise<RequestWithoutUsers[]> {
      const { tenant, requestingTenants } = query
      const values = { tenant, requestingTenants: listValue(requestingTenants), ...filterValues(query), ...pageValues(query, query.now) }
      return parseEach(await runQuery(incomingQuery(query), values), rows.requestWithoutUsers)
    },
    async outgoing(query) {
      const { requestingTenant, accessRequest = null, tenants, users, namePrefix } = query
      const own = { requestingTenant, accessRequest, tenants: listValue(tenants), users: listValue(users), ...nameValues(namePrefix) }
      const found = await runQuery(outgoingQuery(query), { ...own, ...filterValues(query), ...pageValues(query, query.now) })
      const requests = await requestsIn(found)
      return found.map((row, n) => ({ request: requests[n] as TenantRequest, name: rows.requestName(row) }))
    },
    async accessRequests(query) {
      const { requestingTenant, id = null, users, tenants, statuses, namePrefix, now, from = BEFORE_ALL, to = AFTER_ALL, limit } = query
      const { sentAt, id: after } = query.after ?? { sentAt: AFTER_ALL, id: '' }
      const such = { users: listValue(users), tenants: listValue(tenants), statuses: listValue(statuses) }
      const own = { requestingTenant, only: id, ...such, ...nameValues(namePrefix) }
      const found = await runQuery(accessRequestsQuery(query), { ...own, now, sentFrom: from, sentTo: to, sentAt, id: after, limit })
      return parseEach(found, (row) => ({ request: rows.accessRequest(row), statuses: statusCounts(row, rows.tableOf('tenant_requests')) }))
    },
    async countRequests({ now, limit, ...party }) {
      const { tenant, requestingTenant } = party
      const own = party.each === 'access-request' ? 'countAccessRequests' : 'countOutgoing'
      const [row = {}] = await (tenant !== undefined
        ? runQuery('countIncoming', { tenant, now, limit })
        : runQuery(own, { requestingTenant, now, limit }))
      return Object.fromEntries(REQUEST_STATUSES.map((status) => [status, Number(row[status])])) as Record<RequestStatus, number>
    },
  }
}

/**
 * Returns how many requests of an access request have each status.
 *
 * @throws `corrupt` if one has a state that is none.
 */
function statusCounts(row: Row, table: string): StatusCounts<RequestStatus> {
  const counted = (parseJson(row['statuses']) ?? []) as [RequestStatus, number][]
  const unknown = counted.find(([status]) => !REQUEST_STATUSES.includes(status))
  if (unknown === undefined) return { ...NO_REQUESTS, ...Object.fromEntries(counted) }
  const path = [table, String(row['id']), 'state']
  throw corruptRow(table, row['id'], [{ path, code: 'invalid', message: `must be the state of a request, got ${quoteInput(unknown[0])}` }])
}

const NO_REQUESTS = Object.fromEntries(REQUEST_STATUSES.map((status) => [status, 0])) as StatusCounts<RequestStatus>

function incomingQuery({ id, order, requestingTenants }: IncomingQuery): keyof Queries {
  if (order === 'expiring') return 'incomingExpiring'
  if (id !== undefined) return 'incomingOne'
  return requestingTenants === undefined ? 'incoming' : 'incomingFrom'
}

function outgoingQuery({ id, order, accessRequest, tenants, users, namePrefix }: OutgoingQuery): keyof Queries {
  if (order === 'expiring') return 'outgoingExpiring'
  if (id !== undefined) return 'outgoingOne'
  if (accessRequest !== undefined) return 'outgoingOf'
  if (tenants !== undefined) return 'outgoingTo'
  if (users !== undefined) return 'outgoingNaming'
  return namePrefix === undefined ? 'outgoing' : 'outgoingNamed'
}

function accessRequestsQuery({ tenants, users, namePrefix }: AccessRequestsQuery): keyof Queries {
  if (tenants !== undefined) return 'accessRequestsTo'
  if (users !== undefined) return 'accessRequestsNaming'
  return namePrefix === undefined ? 'accessRequests' : 'accessRequestsNamed'
}

function filterValues({ now, id, statuses, from, to, expiresBefore }: RequestFilters): Record<string, Value> {
  const span = { sentFrom: from ?? BEFORE_ALL, sentTo: to ?? AFTER_ALL }
  return { now, only: id ?? null, statuses: listValue(statuses), ...span, expiresBefore: expiresBefore ?? null }
}

function pageValues(page: RequestPage, now: Instant): Record<string, Value> {
  const { limit } = page
  if (page.order !== 'expiring') return { sentAt: page.after?.sentAt ?? AFTER_ALL, id: page.after?.id ?? '', limit }
  const expiresAt = page.after === undefined ? now : (page.after.expiresAt ?? NO_END)
  return expiresAt > now ? { expiresAt, id: page.after?.id ?? '', limit } : { expiresAt: now, id: LAST_ID, limit }
}

function nameValues(prefix: string | undefined): { readonly name: string | null; readonly nameEnd: string | null } {
  return { name: prefix ?? null, nameEnd: prefix === undefined ? null : `${prefix}${LAST_CHARACTER}` }
}
