/** The lists of the repository port: requests, access and history, page by page. */
import type { AccessRequest } from '../domain/access-request.js'
import type { ConsentryEvent } from '../domain/event.js'
import type { AccessRequestId, TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { RequestFacts, RequestStatus, UserStatus } from '../domain/status.js'
import type { RequestWithoutUsers, TenantRequest } from '../domain/tenant-request-state.js'

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

/** The key of a `tenant` in my access, with `sentAt` in milliseconds. A page begins after it. */
export interface TenantKey {
  readonly sentAt: Instant
  readonly tenant: TenantId
}

/** The key of an event in the history: `at` in milliseconds and `id`. A page begins after it. */
export interface EventKey {
  readonly at: Instant
  readonly id: string
}

/**
 * The query of one page: the first `limit` rows after `after` that match all filters.
 * `status` is as of `now`, in milliseconds. Without it, rows of every status match.
 */
export interface PageQuery<Key, Status> {
  readonly now: Instant
  readonly status?: Status | undefined
  readonly after?: Key | undefined
  readonly limit: number
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
  readonly requestingTenant: TenantId
  /** The instant of the statuses, in milliseconds. */
  readonly now: Instant
  /** The only access request to return. */
  readonly id?: AccessRequestId | undefined
  /** Users whom it named when it was sent. */
  readonly users?: readonly UserId[] | undefined
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
  readonly request: AccessRequest
  readonly statuses: StatusCounts<RequestStatus>
}

/** A row of the outgoing list: a tenant `request`, and the `name` of its access request. */
export interface OutgoingRow {
  readonly request: TenantRequest
  readonly name: string
}

/** A user's standing in one tenant. */
export interface MyAccessRow {
  /** The tenant. */
  readonly tenant: TenantId
  /** The earliest `sentAt` of all requests there that name or named the user, in milliseconds. */
  readonly sentAt: Instant
  /**
   * The request that decides the user's status at `now` (SPEC 5.4), narrowed to the user.
   * It is the `decidingRequest` of the user's requests there.
   */
  readonly request: RequestFacts
  /** The message of its grant; `''` without one. */
  readonly message: string
}

/**
 * Reads the lists.
 * Filters apply before the limit, so pages are full. Rows are newest first; all but a history order those of one instant by id descending.
 * A row's key does not change while the clock runs forward. Continuing from a key neither repeats nor skips a row, even if rows were added
 * since (SPEC 6.5).
 */
export interface ListReader {
  /**
   * Returns the tenant requests that ask this tenant, without their users.
   * There may be many users, and no view shows them.
   */
  incoming(query: IncomingQuery): Promise<readonly RequestWithoutUsers[]>
  /** Returns the tenant requests that it sent, with the names of their access requests. */
  outgoing(query: OutgoingQuery): Promise<readonly OutgoingRow[]>
  /**
   * Returns the access requests that it sent, by `sentAt` and `id`.
   * A page ends early once its rows name `PAGE_IDS` users and tenants; an empty page is the end.
   */
  accessRequests(query: AccessRequestsQuery): Promise<readonly AccessRequestRow[]>
  /**
   * Counts requests by their status at `now`, each status up to `limit`.
   * With `tenant`, those that ask it; with `requestingTenant`, those that it sent. With `each: 'access-request'`, it counts for a status the
   * access requests of which a tenant request has it.
   */
  countRequests(
    query: { readonly now: Instant; readonly limit: number } & (
      | { readonly tenant: TenantId; readonly requestingTenant?: undefined; readonly each?: undefined }
      | { readonly requestingTenant: TenantId; readonly each: 'tenant-request' | 'access-request'; readonly tenant?: undefined }
    ),
  ): Promise<StatusCounts<RequestStatus>>
  /**
   * Returns the tenants with a request of that requesting tenant that names or named the user.
   * Ordered by the earliest `sentAt` of those requests and by `tenant`. `status` is the user's in that tenant (SPEC 5.4).
   */
  myAccess(
    query: PageQuery<TenantKey, UserStatus> & { readonly requestingTenant: TenantId; readonly user: UserId },
  ): Promise<readonly MyAccessRow[]>
  /**
   * Returns events by `at`, each once and exactly as saved.
   * Of one instant, the event saved last comes first: those of a later call, and of one call the last. If the event of `after` is not
   * stored, the page begins before `after.at`. With `requestingTenant`, the events of its own requests and sessions; with `tenant`, the
   * events about that tenant of the types in `TENANT_EVENTS`; with both, all of these. The `users` of a `tenant-request.received` are `[]`
   * if the query's `requestingTenant` did not send it: the tenant asked may not see them. A page ends early once its events name `PAGE_IDS`
   * users and tenants; an empty page is the end.
   */
  history(query: {
    readonly requestingTenant?: TenantId | undefined
    readonly tenant?: TenantId | undefined
    readonly after?: EventKey | undefined
    readonly limit: number
  }): Promise<readonly ConsentryEvent[]>
}
