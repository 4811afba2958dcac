/** Statuses of requests and users as of an instant, shared by decisions and lists (SPEC 4.2, 5.4). */
import { compareIds, type TenantId, type TenantRequestId, type UserId } from './ids.js'
import type { Instant } from './instant.js'

/**
 * The statuses of a request as of an instant.
 *
 * An expiry or a lapse that is not recorded depends on the clock alone (SPEC 4.3, 4.9).
 */
export const REQUEST_STATUSES = ['pending', 'granted', 'rejected', 'withdrawn', 'revoked', 'expired', 'lapsed'] as const

/** A request's status as of an instant (SPEC §1). */
export type RequestStatus = (typeof REQUEST_STATUSES)[number]

/** How a user's request ends. If several ended at the same instant, the first in this list wins. */
export const END_STATUSES = ['expired', 'revoked', 'rejected', 'withdrawn', 'lapsed', 'removed'] as const

/**
 * The statuses of a user in a tenant (SPEC 5.4).
 *
 * `removed` means that the requester removed the user from the request, or that a grant did (SPEC 2.6).
 */
export const USER_STATUSES = ['pending', 'granted', ...END_STATUSES] as const

/** A user's status in a tenant (SPEC 5.4). */
export type UserStatus = (typeof USER_STATUSES)[number]

/** A user who was removed from a request, by the requester or by a grant (SPEC 2.6, 4.5). */
export interface RemovedUser {
  /** The removed user. */
  readonly user: UserId
  /** The instant of the removal, in milliseconds. */
  readonly at: Instant
}

/** A request's state, with the instants that belong to it, in milliseconds. */
export type RequestLifecycle = { readonly id: TenantRequestId } & (
  | { readonly state: 'pending'; readonly answerBy: Instant | null }
  | { readonly state: 'lapsed'; readonly answerBy: Instant }
  | { readonly state: 'rejected' | 'withdrawn'; readonly endedAt: Instant }
  | { readonly state: 'granted'; readonly grantedAt: Instant; readonly expiresAt: Instant | null }
  | { readonly state: 'expired'; readonly grantedAt: Instant; readonly expiresAt: Instant }
  | { readonly state: 'revoked'; readonly grantedAt: Instant; readonly expiresAt: Instant | null; readonly endedAt: Instant }
)

/**
 * The facts about one tenant request that a decision needs: no name, no messages.
 *
 * A `TenantRequest` has this shape too. Instants are in milliseconds.
 */
export type RequestFacts = RequestLifecycle & {
  /** The tenant that sent the request. */
  readonly requestingTenant: TenantId
  /** The tenant asked. */
  readonly tenant: TenantId
  /** The users the request names now, without those in `removed`. */
  readonly users: readonly UserId[]
  readonly removed: readonly RemovedUser[]
  readonly sentAt: Instant
}

/** A granted request without a recorded end; only the clock can end its grant. */
export type GrantFacts = Extract<RequestLifecycle, { state: 'granted' }>

/** Whether the request is granted and has no recorded end; only the clock can say whether it holds. */
export function isGrant<R extends RequestLifecycle>(request: R): request is R & GrantFacts {
  return request.state === 'granted'
}

/**
 * Whether the grant holds at `now` (SPEC 4.2): at `expiresAt - 1 ms` yes, at `expiresAt` no.
 *
 * The comparisons are written so that `NaN` and other non-numbers never allow.
 */
export function grantHolds(request: RequestLifecycle, now: Instant): boolean {
  return isGrant(request) && request.grantedAt <= now && (request.expiresAt === null || now < request.expiresAt)
}

/** Whether the request can be answered at `now`: at `answerBy` it cannot any more (SPEC 4.9). */
export function isPending(request: RequestLifecycle, now: Instant): boolean {
  return request.state === 'pending' && (request.answerBy === null || now < request.answerBy)
}

/**
 * Returns a request's status at `now`, in milliseconds (SPEC 4.2).
 *
 * A recorded end counts at every instant, earlier ones included: an expiry that a fast clock recorded must not leave a grant that allows
 * and that nobody can end. Before `grantedAt`, a grant is `pending`. From `answerBy` on, a pending request is `lapsed` (SPEC 4.9).
 * @example
 * ```ts
 * import { statusAt } from 'consentry/repository'
 *
 * const request = { id: 'r1', state: 'granted', grantedAt: 1_000, expiresAt: 9_000 } as const
 * console.log(statusAt(request, 999), statusAt(request, 1_000), statusAt(request, 9_000)) // pending granted expired
 * ```
 */
export function statusAt(request: RequestLifecycle, now: Instant): RequestStatus {
  if (request.state === 'pending') return isPending(request, now) ? 'pending' : 'lapsed'
  if (!isGrant(request)) return request.state
  if (now < request.grantedAt) return 'pending'
  return grantHolds(request, now) ? 'granted' : 'expired'
}

/** A request that names or named one user. */
export interface UserRequest<R extends RequestLifecycle = RequestFacts> {
  /** The request. */
  readonly request: R
  /** The instant of the user's removal, in milliseconds; `null` if the user was not removed. */
  readonly removedAt: Instant | null
}

/**
 * Returns the requests that name or named `user`.
 * @example Continues statusAt
 * ```ts
 * import { type RequestFacts, requestsOfUser } from 'consentry/repository'
 *
 * const removed = [{ user: 'charlotte', at: 2_000 }]
 * const parties = { requestingTenant: 'classics', tenant: 'tom-sawyer' }
 * const facts: RequestFacts = { ...request, ...parties, users: ['caroline'], removed, sentAt: 500 }
 * console.log(requestsOfUser('charlotte', [facts])[0]?.removedAt) // 2000
 * ```
 */
export function requestsOfUser<R extends RequestFacts>(user: UserId, requests: readonly R[]): UserRequest<R>[] {
  const own: UserRequest<R>[] = []
  for (const request of requests) {
    const removed = request.removed.find((entry) => entry.user === user)
    if (request.users.includes(user)) own.push({ request, removedAt: null })
    else if (removed !== undefined) own.push({ request, removedAt: removed.at })
  }
  return own
}

/** Returns the requests that `from` sent; all of them if it is `null` (SPEC 2.7). */
export function requestsSentBy<R extends RequestFacts>(from: TenantId | null, requests: readonly R[]): readonly R[] {
  return from === null ? requests : requests.filter(({ requestingTenant }) => requestingTenant === from)
}

/**
 * Returns a user's grants that hold at `now` (SPEC 5.4, 5.6).
 *
 * They are ordered by latest end, then by latest `grantedAt`, then by id.
 */
export function holdingGrants<R extends RequestLifecycle>(requests: readonly UserRequest<R>[], now: Instant): (R & GrantFacts)[] {
  const holding = grantsOf(requests).filter((grant) => grantHolds(grant, now))
  return holding.sort(
    (a, b) => laterFirst(lifecycleEnd(a), lifecycleEnd(b)) || laterFirst(a.grantedAt, b.grantedAt) || compareIds(a.id, b.id),
  )
}

/** Returns the grants of a user's requests, without those that the user was removed from. */
export function grantsOf<R extends RequestLifecycle>(requests: readonly UserRequest<R>[]): (R & GrantFacts)[] {
  const open = requests.filter(({ request, removedAt }) => removedAt === null && isGrant(request))
  return open.map(({ request }) => request as R & GrantFacts)
}

/** Returns the past or future end of a request, in milliseconds; `Infinity` without one. */
export function lifecycleEnd(request: RequestLifecycle): Instant {
  if ('endedAt' in request) return request.endedAt
  return ('expiresAt' in request ? request.expiresAt : request.answerBy) ?? Infinity
}

// Compares instead of subtracting, because `Infinity - Infinity` is `NaN`.
function laterFirst(a: Instant, b: Instant): number {
  return a > b ? -1 : a < b ? 1 : 0
}
