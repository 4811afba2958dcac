/** The lists of requests, and one request by its id (SPEC 6.1, 6.2, 6.7, 6.10). */
import * as z from 'zod'
import { type AccessRequestSummary, type AccessRequestView, accessRequestSummary } from '../domain/access-request-view.js'
import type { Actor } from '../domain/actor.js'
import { throwRefusal, unwrap } from '../domain/error.js'
import type { AccessRequestId, TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import { Id, type InstantInput, read, readRecord } from '../domain/input.js'
import { REQUEST_STATUSES, type RequestStatus } from '../domain/status.js'
import type { RequestWithoutUsers } from '../domain/tenant-request-state.js'
import { type IncomingRequest, incomingView, type OutgoingRequest, outgoingView } from '../domain/views.js'
import { idsInAssociations, reachPageIds } from '../ports/event-feed.js'
import type {
  AccessRequestRow,
  AccessRequestsQuery,
  ExpiryKey,
  IncomingQuery,
  OutgoingQuery,
  OutgoingRow,
  RequestKey,
} from '../ports/request-query.js'
import { parseReader } from './arguments.js'
import { ownRows, type ServiceContext } from './context.js'
import { expiringNeedsGranted, idsFilter, instantFilter, namePrefixFilter, orderFilter, statusesFilter } from './list-filters.js'
import { ExpiryCursor, type Page, type PageInput, pageInOrder, pageQuery, RequestCursor, toPage } from './pages.js'

/** The filters and the order that both parties' lists of requests have (SPEC 6.9). */
export interface RequestFilterInput extends PageInput {
  /** Only requests of one of these statuses at the instant of the first page. By default all. */
  readonly status?: RequestStatus | readonly RequestStatus[] | undefined
  /** Only requests sent at this instant or later. */
  readonly from?: InstantInput | undefined
  /** Only requests sent before this instant. */
  readonly to?: InstantInput | undefined
  /** Only grants, holding or over, with an `expiresAt` before this instant. */
  readonly expiresBefore?: InstantInput | undefined
  /**
   * `newest` by default; `expiring` is earliest end first, no end last, and needs the status `granted`.
   * In `expiring`, a row whose end changes meanwhile may be missed or repeated.
   */
  readonly order?: 'newest' | 'expiring' | undefined
}

/** The query of `incoming` (SPEC 6.2, 6.9). */
export interface IncomingInput extends RequestFilterInput {
  /** Only requests by one of these tenants. By default all. */
  readonly requestingTenants?: TenantId | readonly TenantId[] | undefined
}

/** The query of `outgoing` (SPEC 6.1, 6.9). */
export interface OutgoingInput extends RequestFilterInput {
  /** Only tenant requests of this access request. By default all. */
  readonly accessRequest?: AccessRequestId | undefined
  /** Only requests to one of these tenants. By default all. */
  readonly tenants?: TenantId | readonly TenantId[] | undefined
  /** Only requests that name one of these users now: one who was removed does not match. By default all. */
  readonly users?: UserId | readonly UserId[] | undefined
  /** Only requests whose name begins with this text: compared in NFC, upper and lower case differ. */
  readonly name?: string | undefined
}

/** The query of `requests` (SPEC 6.9, 6.10). Instants as input, `from` included, `to` excluded. */
export interface RequestsInput extends PageInput {
  /** Only access requests that named one of these users when they were sent. By default all. */
  readonly users?: UserId | readonly UserId[] | undefined
  /** Only access requests that ask one of these tenants. By default all. */
  readonly tenants?: TenantId | readonly TenantId[] | undefined
  /**
   * Only access requests of which some tenant has one of these statuses. By default all.
   * With `tenants`, one of these has it. The statuses are those at the instant of the first page.
   */
  readonly status?: RequestStatus | readonly RequestStatus[] | undefined
  /** Only access requests whose name begins with this text: compared in NFC, upper and lower case differ. */
  readonly name?: string | undefined
  /** Only access requests sent at this instant or later. */
  readonly from?: InstantInput | undefined
  /** Only access requests sent before this instant. */
  readonly to?: InstantInput | undefined
}

const Key = z.union([RequestCursor, ExpiryCursor])
const span = { from: instantFilter, to: instantFilter }
const ofRequests = { status: statusesFilter(REQUEST_STATUSES), ...span, expiresBefore: instantFilter, order: orderFilter }
const IncomingFilters = expiringNeedsGranted(pageQuery('incoming', Key, { ...ofRequests, requestingTenants: idsFilter }))
const ofSender = { tenants: idsFilter, users: idsFilter, name: namePrefixFilter, accessRequest: Id.optional() }
const OutgoingFilters = expiringNeedsGranted(pageQuery('outgoing', Key, { ...ofRequests, ...ofSender }))
const ofSubmission = { status: statusesFilter(REQUEST_STATUSES), ...span, tenants: idsFilter, users: idsFilter, name: namePrefixFilter }
const RequestsFilters = pageQuery('requests', RequestCursor, ofSubmission)

/** The lists of requests of the service. */
export function createRequestLists(context: ServiceContext) {
  const { withRepository } = context
  const incoming = async (query: IncomingQuery): Promise<readonly RequestWithoutUsers[]> => {
    const rows = await withRepository((repository) => repository.incoming(query))
    return ownRows(rows, ({ tenant }) => tenant === query.tenant)
  }
  const outgoing = async (query: OutgoingQuery): Promise<readonly OutgoingRow[]> => {
    const rows = await withRepository((repository) => repository.outgoing(query))
    return ownRows(rows, ({ request }) => request.requestingTenant === query.requestingTenant)
  }
  const accessRequests = async (query: AccessRequestsQuery): Promise<readonly AccessRequestRow[]> => {
    const rows = await withRepository((repository) => repository.accessRequests(query))
    return ownRows(rows, ({ request }) => request.requestingTenant === query.requestingTenant)
  }

  return {
    async incoming(actor: Actor, input: IncomingInput = {}): Promise<Page<IncomingRequest>> {
      const { tenant } = parseReader(actor, 'answer')
      const { status: statuses, limit, cursor, order, list, ...filters } = unwrap(readRecord(IncomingFilters, input))
      const now = cursor?.now ?? context.now()
      const rows = await incoming({ ...filters, tenant, statuses, now, ...pageInOrder(order, cursor, limit + 1) })
      return toPage(
        list,
        rows,
        limit,
        (row) => incomingView(row, now),
        (row) => ({ now, ...requestKey(row, order) }),
      )
    },

    async outgoing(actor: Actor, input: OutgoingInput = {}): Promise<Page<OutgoingRequest>> {
      const { tenant: requestingTenant } = parseReader(actor, 'submit')
      const { status: statuses, limit, cursor, order, list, name: namePrefix, ...filters } = unwrap(readRecord(OutgoingFilters, input))
      const now = cursor?.now ?? context.now()
      const rows = await outgoing({ ...filters, namePrefix, requestingTenant, statuses, now, ...pageInOrder(order, cursor, limit + 1) })
      const view = ({ request, name }: OutgoingRow) => outgoingView(request, name, now)
      return toPage(list, rows, limit, view, ({ request }) => ({ now, ...requestKey(request, order) }))
    },

    async requests(actor: Actor, input: RequestsInput = {}): Promise<Page<AccessRequestSummary>> {
      const { tenant: requestingTenant } = parseReader(actor, 'submit')
      const { status: statuses, limit, cursor, list, name: namePrefix, ...filters } = unwrap(readRecord(RequestsFilters, input))
      const now = cursor?.now ?? context.now()
      const rows = await accessRequests({ ...filters, statuses, namePrefix, requestingTenant, now, after: cursor, limit: limit + 1 })
      // A page that names many users and tenants ends early, although more access requests remain.
      const more = reachPageIds(rows, ({ request }) => idsInAssociations(request.associations))
      const view = ({ request, statuses }: AccessRequestRow) => accessRequestSummary(request, statuses)
      return toPage(list, rows, limit, view, ({ request: { sentAt, id } }) => ({ now, sentAt, id }), more)
    },

    async incomingRequest(actor: Actor, input: TenantRequestId): Promise<IncomingRequest> {
      const { tenant } = parseReader(actor, 'answer')
      const id = unwrap(read(Id, input, 'id'))
      const now = context.now()
      const row = onlyRow(await incoming({ tenant, id, now, limit: 1 }), (found) => found.id === id)
      return incomingView(row, now)
    },

    async outgoingRequest(actor: Actor, input: TenantRequestId): Promise<OutgoingRequest> {
      const { tenant: requestingTenant } = parseReader(actor, 'submit')
      const id = unwrap(read(Id, input, 'id'))
      const now = context.now()
      const { request, name } = onlyRow(await outgoing({ requestingTenant, id, now, limit: 1 }), (found) => found.request.id === id)
      return outgoingView(request, name, now)
    },

    async accessRequest(actor: Actor, input: AccessRequestId): Promise<AccessRequestView> {
      const { tenant: requestingTenant } = parseReader(actor, 'submit')
      const id = unwrap(read(Id, input, 'id'))
      const found = await accessRequests({ requestingTenant, id, now: context.now(), limit: 1 })
      const { request, statuses } = onlyRow(found, (row) => row.request.id === id)
      return { ...accessRequestSummary(request, statuses), associations: request.associations }
    },
  }
}

/** Returns the row asked for by its id; refuses with `not-found` if there is none. */
function onlyRow<Row>(rows: readonly Row[], isAsked: (row: Row) => boolean): Row {
  const [row] = ownRows(rows, isAsked)
  return row ?? throwRefusal({ code: 'not-found' })
}

type Order = z.output<typeof orderFilter>

function requestKey(request: RequestWithoutUsers, order: Order): ExpiryKey | RequestKey {
  const { id, sentAt } = request
  return order === 'expiring' && 'expiresAt' in request ? { expiresAt: request.expiresAt, id } : { sentAt, id }
}
