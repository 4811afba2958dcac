/** The lists of the repository port: requests, access and history, page by page. */
import type { ConsentryEvent } from '../domain/event.js'
import type { TenantId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { RequestStatus } from '../domain/status.js'
import type { RequestWithoutUsers, TenantRequest } from '../domain/tenant-request-state.js'
import { idsInEvent, idsInRequest } from './event-feed.js'
import type { GrantPage, GrantQuery } from './grants-query.js'
import type { HistoryQuery } from './history-query.js'
import type { MyAccessOwner, MyAccessQuery, MyAccessRow, UserStatusCounts } from './my-access-query.js'
import type { AccessRequestRow, AccessRequestsQuery, IncomingQuery, OutgoingQuery, OutgoingRow, StatusCounts } from './request-query.js'

/** A row of a history. */
export interface HistoryRow {
  /** The event as saved; the `users` of a `tenant-request.received` are `[]` if they are not shown. */
  readonly event: ConsentryEvent
  /**
   * The users of the event's request as the event left them, in the order of a `TenantRequest`.
   * Only for the types in `OUTCOME_EVENTS`, and only if they are shown; else `null`.
   */
  readonly request: Pick<TenantRequest, 'users' | 'removed'> | null
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
   * In the order `newest`, a tenant's key is the earliest `sentAt` of those requests, and does not change. In the order `expiring`, a tenant
   * whose end moves between pages may be missed or repeated.
   */
  myAccess(query: MyAccessQuery): Promise<readonly MyAccessRow[]>
  /** Counts the tenants of `myAccess` by the user's status at `now`, each status up to `limit`. */
  countMyAccess(query: MyAccessOwner & { readonly limit: number }): Promise<UserStatusCounts>
  /**
   * Returns events by `at`, each once and exactly as saved.
   * They are in the history of these parties and match all filters (`isInHistory`). An answer or an end comes with the users of its request.
   * Of one instant, the event saved last comes first: those of a later call, and of one call the last. If the event of `after` is not
   * stored, the page begins before `after.at`. With `requestingTenant`, the events of its own requests and sessions; with `tenant`, the
   * events about that tenant of the types in `TENANT_EVENTS`; with both, all of these. Users are shown only if the query's
   * `requestingTenant` sent the request: the tenant asked may not see them, and they are not read. A page ends early once its rows hold
   * `PAGE_IDS` ids, as `idsInHistoryRow` counts; an empty page is the end.
   */
  history(query: HistoryQuery): Promise<readonly HistoryRow[]>
  /**
   * Returns granted requests that let somebody enter during a window, by `grantedAt` and `id`.
   * They are of these parties (SPEC 13.1), and their `grantSpan` meets the window, whatever ended it. With `requestingTenant`, those that it sent; with
   * `tenant`, those that ask it; with both, all of these. `governedSince` is of the same snapshot, and does not depend on the window.
   */
  grants(query: GrantQuery): Promise<GrantPage>
}

/**
 * Returns the number of ids that a row of a history holds.
 * The users of an answer or an end count as sent: those who were removed are read too.
 * @example Continues initialState
 * ```ts
 * import { idsInHistoryRow } from 'consentry/repository'
 *
 * console.log(idsInHistoryRow({ event: received, request: null })) // 2
 * ```
 */
export function idsInHistoryRow({ event, request }: HistoryRow): number {
  return idsInEvent(event) + (request === null ? 0 : idsInRequest(request))
}
