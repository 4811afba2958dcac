/** The query of the granted requests that let somebody enter during a window, and its rows (SPEC 13.1). */
import type { TenantId, TenantRequestId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { RequestWithoutUsers, TenantRequest } from '../domain/tenant-request-state.js'

/** The key of a granted request: `grantedAt` in milliseconds, then `id`. A page begins after it. */
export interface GrantKey {
  readonly grantedAt: Instant
  readonly id: TenantRequestId
}

/**
 * The query of one page of granted requests: the first `limit` after `after`.
 * Their `grantSpan` meets the window.
 */
export interface GrantQuery {
  /** Shows the requests that it sent. */
  readonly requestingTenant?: TenantId | undefined
  /** Shows the requests that ask it. */
  readonly tenant?: TenantId | undefined
  /** Only requests between one of these and this other tenant. */
  readonly other?: TenantId | undefined
  /** The first instant of the window, in milliseconds. */
  readonly from: Instant
  /** The first instant after the window, in milliseconds. */
  readonly to: Instant
  readonly after?: GrantKey | undefined
  readonly limit: number
}

/**
 * A granted request for one of its parties.
 * It has its users and its name for the requesting tenant, but not for the tenant asked.
 */
export type GrantRow =
  | { readonly party: 'requester'; readonly request: TenantRequest; readonly name: string }
  | { readonly party: 'tenant'; readonly request: RequestWithoutUsers }

/** A page of granted requests. */
export interface GrantPage {
  /** The rows, newest grant first. */
  readonly rows: readonly GrantRow[]
  /**
   * The instant of the first grant of the query's `tenant`, purged or not, in milliseconds.
   * It is `null` if there was none, and without `tenant`.
   */
  readonly governedSince: Instant | null
}
