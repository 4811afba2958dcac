/** The view of a user's own access to one tenant (SPEC 6.3). */
import type { TenantId, TenantRequestId, UserId } from './ids.js'
import type { Instant } from './instant.js'
import { isGrant, type RequestFacts, requestsOfUser, type UserStatus } from './status.js'
import { userStatusAt } from './user-status.js'

/**
 * A user's status in one tenant, by the requests of their own tenant (SPEC 6.3).
 *
 * A `granted` row shows that grant. Instants are in milliseconds.
 */
export type MyAccess = {
  readonly tenant: TenantId
  /** The user's own tenant, which sent the request. */
  readonly requestingTenant: TenantId
  /** The request that decides the status (SPEC 5.4). */
  readonly tenantRequest: TenantRequestId
} & (
  | { readonly status: Exclude<UserStatus, 'granted'> }
  | {
      readonly status: 'granted'
      /** The message of the grant; `''` for none. */
      readonly message: string
      readonly grantedAt: Instant
      /** The first instant without access; `null` for no end. */
      readonly expiresAt: Instant | null
      /** Whether a pending request names the user there while the grant holds. */
      readonly renewalPending: boolean
    }
)

/** What a row of my access shows beside the request that decides. */
export interface MyAccessDetails {
  /** The message of the request's grant; `''` without one. */
  readonly message: string
  /** Whether the request is a grant that holds, and another that names the user is pending there. */
  readonly renewalPending: boolean
}

/**
 * Returns a user's row about a tenant, from the request that decides the status (SPEC 6.3).
 *
 * The row is `undefined` if the request neither names nor named the user.
 */
export function myAccessView(
  user: UserId,
  request: RequestFacts,
  { message, renewalPending }: MyAccessDetails,
  now: Instant,
): MyAccess | undefined {
  const { tenant, requestingTenant, id: tenantRequest } = request
  const status = userStatusAt(requestsOfUser(user, [request]), now)
  if (status === 'not-associated') return undefined
  const row = { tenant, requestingTenant, tenantRequest }
  // The status is `granted` exactly if this is a grant that holds; TypeScript cannot infer that.
  if (status !== 'granted' || !isGrant(request)) return { ...row, status } as MyAccess
  const { grantedAt, expiresAt } = request
  return { ...row, status, message, grantedAt, expiresAt, renewalPending }
}
