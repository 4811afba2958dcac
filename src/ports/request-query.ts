/** The queries of the lists of requests: filters, orders and pages (SPEC 6.9, 6.10). */
import type { AccessRequest } from '../domain/access-request.js'
import type { AccessRequestId, TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { RequestStatus } from '../domain/status.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'

/** The key of a tenant request in a list: `sentAt` in milliseconds, then `id`. A page begins after it. */
export interface RequestKey {
  readonly sentAt: Instant
  readonly id: TenantRequestId
}

/**
 * The key of a grant in the order `expiring`: `expiresAt`, then `id`. A page begins after it.
 * `expiresAt` is in milliseconds, `null` for no end.
 */
export interface ExpiryKey {
  readonly expiresAt: Instant | null
  readonly id: TenantRequestId
}

/** The key of an access request in a list: `sentAt` in milliseconds, then `id`. A page begins after it. */
export interface AccessRequestKey {
  readonly sentAt: Instant
  readonly id: AccessRequestId
}

/**
 * The filters of a list of tenant requests. A row matches all of them; without one, every row does.
 * Of a list of values, a row matches one. Instants are in milliseconds.
 */
export interface RequestFilters {
  /** The instant of the statuses. */
  readonly now: Instant
  /** The only request to return. */
  readonly id?: TenantRequestId | undefined
  /** The statuses at `now`. */
  readonly statuses?: readonly RequestStatus[] | undefined
  /** The earliest `sentAt`. */
  readonly from?: Instant | undefined
  /** The first `sentAt` that is too late. */
  readonly to?: Instant | undefined
  /** The first `expiresAt` that is too late. Only grants with an end match, holding at `now` or over. */
  readonly expiresBefore?: Instant | undefined
}

/**
 * The order and the page of a list of tenant requests: the first `limit` rows after `after`.
 * `newest` is by `sentAt` and `id`, both descending. `expiring` has only requests granted at `now`, by `expiresAt`, no end last, then `id`.
 */
export type RequestPage = { readonly limit: number } & (
  | { readonly order?: 'newest' | undefined; readonly after?: RequestKey | undefined }
  | { readonly order: 'expiring'; readonly after?: ExpiryKey | undefined }
)

/** The query of the requests that ask `tenant`. */
export type IncomingQuery = RequestFilters &
  RequestPage & {
    readonly tenant: TenantId
    readonly requestingTenants?: readonly TenantId[] | undefined
  }

/** The query of the requests that `requestingTenant` sent. */
export type OutgoingQuery = RequestFilters &
  RequestPage & {
    readonly requestingTenant: TenantId
    readonly accessRequest?: AccessRequestId | undefined
    readonly tenants?: readonly TenantId[] | undefined
    /** Users whom the request names now. One who was removed does not match. */
    readonly users?: readonly UserId[] | undefined
    /** The first letters of the access request's name, which is compared exactly. */
    readonly namePrefix?: string | undefined
  }

/** The query of a requesting tenant's own access requests: the first `limit` after `after`. */
export interface AccessRequestsQuery {
  /** The tenant that sent them. */
  readonly requestingTenant: TenantId
  /** The instant of the statuses, in milliseconds. */
  readonly now: Instant
  /** The only access request to return. */
  readonly id?: AccessRequestId | undefined
  /** Users whom it named when it was sent. */
  readonly users?: readonly UserId[] | undefined
  /** Tenants that it asks. */
  readonly tenants?: readonly TenantId[] | undefined
  /** Statuses at `now` of which some tenant of it has one: one of `tenants`, if they are given. */
  readonly statuses?: readonly RequestStatus[] | undefined
  /** The first letters of its name, which is compared exactly. */
  readonly namePrefix?: string | undefined
  /** The earliest `sentAt`. */
  readonly from?: Instant | undefined
  /** The first `sentAt` that is too late. */
  readonly to?: Instant | undefined
  readonly after?: AccessRequestKey | undefined
  readonly limit: number
}

/** How many requests have each status. */
export type StatusCounts<Status extends string> = Readonly<Record<Status, number>>

/** An access request as sent, and how many of its tenant requests have each status at `now`. */
export interface AccessRequestRow {
  /** The request as it was saved. */
  readonly request: AccessRequest
  /** How many of its tenant requests have each status. */
  readonly statuses: StatusCounts<RequestStatus>
}

/** A row of the outgoing list: a tenant `request`, and the `name` of its access request. */
export interface OutgoingRow {
  readonly request: TenantRequest
  readonly name: string
}
