/** What a request is at an instant, and what a user is in a tenant: one reading for decisions and for lists. */
import { compareIds, type TenantId, type TenantRequestId, type UserId } from './ids.js'
import type { Instant } from './instant.js'

/** A request's status as of an instant; `expired` is a fact of the clock, recorded or not (SPEC 4.3). */
export const REQUEST_STATUSES = ['pending', 'granted', 'rejected', 'withdrawn', 'revoked', 'expired'] as const

/** A request's status as of an instant (SPEC §1). */
export type RequestStatus = (typeof REQUEST_STATUSES)[number]

/** How a user's part in a request ends; where two ended at the same instant, the first named here counts. */
const ENDINGS = ['expired', 'revoked', 'rejected', 'withdrawn', 'removed'] as const

/** A user's status in a tenant; `removed` where the requester took him off the request (SPEC 5.4). */
export const USER_STATUSES = ['pending', 'granted', ...ENDINGS] as const

/** A user's status in a tenant (SPEC 5.4). */
export type UserStatus = (typeof USER_STATUSES)[number]

/** A `user` who was taken off a request, and since when: `at`, in milliseconds (SPEC 4.5). */
export interface RemovedUser {
  readonly user: UserId
  readonly at: Instant
}

/** Where a request stands in its life, and when it came there. Instants in milliseconds. */
export type Course = { readonly id: TenantRequestId } & (
  | { readonly state: 'pending' }
  | { readonly state: 'rejected' | 'withdrawn'; readonly endedAt: Instant }
  | { readonly state: 'granted'; readonly grantedAt: Instant; readonly expiresAt: Instant | null }
  | { readonly state: 'expired'; readonly grantedAt: Instant; readonly expiresAt: Instant }
  | { readonly state: 'revoked'; readonly grantedAt: Instant; readonly expiresAt: Instant | null; readonly endedAt: Instant }
)

/** What a decision needs to know of one tenant request: no names, no messages. A tenant request is one itself. Instants in milliseconds. */
export type RequestFacts = Course & {
  readonly tenant: TenantId
  /** Who the request names today; whoever was removed is in `removed` instead. */
  readonly users: readonly UserId[]
  readonly removed: readonly RemovedUser[]
  readonly sentAt: Instant
}

/** A request whose grant runs by the clock alone: nobody has ended it. */
export type GrantFacts = Extract<Course, { state: 'granted' | 'expired' }>

/** Whether the request was granted and nobody has ended it; whether it holds is then for the clock to say. */
export function isGrant<R extends Course>(request: R): request is R & GrantFacts {
  return request.state === 'granted' || request.state === 'expired'
}

/**
 * Whether the grant holds at `now` (SPEC 4.2): at `expiresAt - 1 ms` yes, at `expiresAt` no.
 * Written as "allow iff now < expiry", so that anything that is no number never allows.
 */
export function grantHolds(request: Course, now: Instant): boolean {
  return isGrant(request) && request.grantedAt <= now && (request.expiresAt === null || now < request.expiresAt)
}

/** A request's status at `now`, in milliseconds (SPEC 4.2): what was ended counts at every instant, before its grant a grant is pending. */
export function statusAt(request: Course, now: Instant): RequestStatus {
  if (!isGrant(request)) return request.state
  if (now < request.grantedAt) return 'pending'
  return grantHolds(request, now) ? 'granted' : 'expired'
}

/** One `request` as it concerns one user: `removedAt` is the instant he was taken off it, in milliseconds, or `null`. */
export interface Stake<R extends Course = RequestFacts> {
  readonly request: R
  readonly removedAt: Instant | null
}

/** The requests among `requests` that name, or once named, `user`. */
export function stakesOf<R extends RequestFacts>(user: UserId, requests: readonly R[]): Stake<R>[] {
  return requests.flatMap((request): Stake<R>[] => {
    if (request.users.includes(user)) return [{ request, removedAt: null }]
    const removed = request.removed.find((entry) => entry.user === user)
    return removed ? [{ request, removedAt: removed.at }] : []
  })
}

/** Whether this user's grant holds at `now`: the request's does, and he was not removed from it (SPEC 4.2). */
export function holds({ request, removedAt }: Stake<Course>, now: Instant): boolean {
  return removedAt === null && grantHolds(request, now)
}

/** A user's grants that hold at `now`: latest end first, then latest granted, then by id (SPEC 5.4, 5.6). */
export function holdingGrants<R extends Course>(stakes: readonly Stake<R>[], now: Instant): (R & GrantFacts)[] {
  const holding: (R & GrantFacts)[] = []
  for (const stake of stakes) if (isGrant(stake.request) && holds(stake, now)) holding.push(stake.request)
  return holding.sort((a, b) => laterFirst(endOf(a), endOf(b)) || laterFirst(a.grantedAt, b.grantedAt) || compareIds(a.id, b.id))
}

/** A user's status in a tenant at `now`, from his stakes there; `not-associated` when there are none (SPEC 5.4). */
export function userStatusAt(stakes: readonly Stake<Course>[], now: Instant): UserStatus | 'not-associated' {
  let pending = false
  let last: Part | undefined
  for (const stake of stakes) {
    const part = partAt(stake, now)
    if (part.status === 'granted') return 'granted'
    if (part.status === 'pending') pending = true
    else if (last === undefined || endedLater(part, last)) last = part
  }
  return pending ? 'pending' : (last?.status ?? 'not-associated')
}

interface Part {
  readonly status: UserStatus
  readonly endedAt: Instant
}

function partAt({ request, removedAt }: Stake<Course>, now: Instant): Part {
  if (removedAt !== null) return { status: 'removed', endedAt: removedAt }
  return { status: statusAt(request, now), endedAt: endOfCourse(request) }
}

/** When the request was over or will be; `Infinity` for never. */
export function endOfCourse(request: Course): Instant {
  return 'endedAt' in request ? request.endedAt : isGrant(request) ? endOf(request) : Infinity
}

function endOf(request: GrantFacts): Instant {
  return request.expiresAt ?? Infinity
}

// Not a subtraction: two grants without an end are equal, and Infinity - Infinity is no number.
function laterFirst(a: Instant, b: Instant): number {
  return a > b ? -1 : a < b ? 1 : 0
}

function endedLater(a: Part, b: Part): boolean {
  return a.endedAt > b.endedAt || (a.endedAt === b.endedAt && rank(a.status) < rank(b.status))
}

function rank(status: UserStatus): number {
  return (ENDINGS as readonly UserStatus[]).indexOf(status)
}
