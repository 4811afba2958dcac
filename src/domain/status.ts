/** What a request is at an instant, and what a user is in a tenant: one reading for decisions and for lists. */
import { compareIds, type TenantId, type TenantRequestId, type UserId } from './ids.js'
import type { Instant } from './instant.js'

/** A request's status as of an instant; `expired` is a fact of the clock, recorded or not (SPEC 4.3). */
export const REQUEST_STATUSES = ['pending', 'granted', 'rejected', 'withdrawn', 'revoked', 'expired'] as const

/** A request's status as of an instant (SPEC §1). */
export type RequestStatus = (typeof REQUEST_STATUSES)[number]

/** How a user's part in a request ends; where two ended at the same instant, the first named here counts. */
const END_STATUSES = ['expired', 'revoked', 'rejected', 'withdrawn', 'removed'] as const

/** A user's status in a tenant; `removed` where the requester took him off the request (SPEC 5.4). */
export const USER_STATUSES = ['pending', 'granted', ...END_STATUSES] as const

/** A user's status in a tenant (SPEC 5.4). */
export type UserStatus = (typeof USER_STATUSES)[number]

/** A `user` who was taken off a request, and since when: `at`, in milliseconds (SPEC 4.5). */
export interface RemovedUser {
  readonly user: UserId
  readonly at: Instant
}

/** Where a request stands in its life, and when it came there. Instants in milliseconds. */
export type RequestLifecycle = { readonly id: TenantRequestId } & (
  | { readonly state: 'pending' }
  | { readonly state: 'rejected' | 'withdrawn'; readonly endedAt: Instant }
  | { readonly state: 'granted'; readonly grantedAt: Instant; readonly expiresAt: Instant | null }
  | { readonly state: 'expired'; readonly grantedAt: Instant; readonly expiresAt: Instant }
  | { readonly state: 'revoked'; readonly grantedAt: Instant; readonly expiresAt: Instant | null; readonly endedAt: Instant }
)

/** What a decision needs to know of one tenant request: no names, no messages. A tenant request is one itself. Instants in milliseconds. */
export type RequestFacts = RequestLifecycle & {
  readonly tenant: TenantId
  /** Who the request names today; whoever was removed is in `removed` instead. */
  readonly users: readonly UserId[]
  readonly removed: readonly RemovedUser[]
  readonly sentAt: Instant
}

/** A request whose grant runs by the clock alone: nobody has ended it. */
export type GrantFacts = Extract<RequestLifecycle, { state: 'granted' | 'expired' }>

/** Whether the request was granted and nobody has ended it; whether it holds is then for the clock to say. */
export function isGrant<R extends RequestLifecycle>(request: R): request is R & GrantFacts {
  return request.state === 'granted' || request.state === 'expired'
}

/**
 * Whether the grant holds at `now` (SPEC 4.2): at `expiresAt - 1 ms` yes, at `expiresAt` no.
 * Written as "allow iff now < expiry", so that anything that is no number never allows.
 */
export function grantHolds(request: RequestLifecycle, now: Instant): boolean {
  return isGrant(request) && request.grantedAt <= now && (request.expiresAt === null || now < request.expiresAt)
}

/** A request's status at `now`, in milliseconds (SPEC 4.2): what was ended counts at every instant, before its grant a grant is pending. */
export function statusAt(request: RequestLifecycle, now: Instant): RequestStatus {
  if (!isGrant(request)) return request.state
  if (now < request.grantedAt) return 'pending'
  return grantHolds(request, now) ? 'granted' : 'expired'
}

/** One `request` as it concerns one user: `removedAt` is the instant he was taken off it, in milliseconds, or `null`. */
export interface UserRequest<R extends RequestLifecycle = RequestFacts> {
  readonly request: R
  readonly removedAt: Instant | null
}

/** The requests among `requests` that name, or once named, `user`. */
export function requestsOfUser<R extends RequestFacts>(user: UserId, requests: readonly R[]): UserRequest<R>[] {
  return requests.flatMap((request): UserRequest<R>[] => {
    if (request.users.includes(user)) return [{ request, removedAt: null }]
    const removed = request.removed.find((entry) => entry.user === user)
    return removed ? [{ request, removedAt: removed.at }] : []
  })
}

/** Whether this user's grant holds at `now`: the request's does, and he was not removed from it (SPEC 4.2). */
export function userGrantHolds({ request, removedAt }: UserRequest<RequestLifecycle>, now: Instant): boolean {
  return removedAt === null && grantHolds(request, now)
}

/** A user's grants that hold at `now`: latest end first, then latest granted, then by id (SPEC 5.4, 5.6). */
export function holdingGrants<R extends RequestLifecycle>(stakes: readonly UserRequest<R>[], now: Instant): (R & GrantFacts)[] {
  const holding: (R & GrantFacts)[] = []
  for (const stake of stakes) if (isGrant(stake.request) && userGrantHolds(stake, now)) holding.push(stake.request)
  return holding.sort((a, b) => laterFirst(grantEnd(a), grantEnd(b)) || laterFirst(a.grantedAt, b.grantedAt) || compareIds(a.id, b.id))
}

/** A user's status in a tenant at `now`, from his stakes there; `not-associated` when there are none (SPEC 5.4). */
export function userStatusAt(stakes: readonly UserRequest<RequestLifecycle>[], now: Instant): UserStatus | 'not-associated' {
  let pending = false
  let last: UserStanding | undefined
  for (const stake of stakes) {
    const part = standingAt(stake, now)
    if (part.status === 'granted') return 'granted'
    if (part.status === 'pending') pending = true
    else if (last === undefined || endedLater(part, last)) last = part
  }
  return pending ? 'pending' : (last?.status ?? 'not-associated')
}

interface UserStanding {
  readonly status: UserStatus
  readonly endedAt: Instant
}

function standingAt({ request, removedAt }: UserRequest<RequestLifecycle>, now: Instant): UserStanding {
  if (removedAt !== null) return { status: 'removed', endedAt: removedAt }
  return { status: statusAt(request, now), endedAt: lifecycleEnd(request) }
}

/** When the request was over or will be; `Infinity` for never. */
export function lifecycleEnd(request: RequestLifecycle): Instant {
  return 'endedAt' in request ? request.endedAt : isGrant(request) ? grantEnd(request) : Infinity
}

function grantEnd(request: GrantFacts): Instant {
  return request.expiresAt ?? Infinity
}

// Not a subtraction: two grants without an end are equal, and Infinity - Infinity is no number.
function laterFirst(a: Instant, b: Instant): number {
  return a > b ? -1 : a < b ? 1 : 0
}

function endedLater(a: UserStanding, b: UserStanding): boolean {
  return a.endedAt > b.endedAt || (a.endedAt === b.endedAt && endPriority(a.status) < endPriority(b.status))
}

function endPriority(status: UserStatus): number {
  return (END_STATUSES as readonly UserStatus[]).indexOf(status)
}
