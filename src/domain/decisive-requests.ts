/** The requests on which answers about one user depend (SPEC 5.2). */
import { compareIds, type UserId } from './ids.js'
import type { Instant } from './instant.js'
import { recordedEnd, type Session } from './session-state.js'
import {
  type GrantFacts,
  isGrant,
  isPending,
  lifecycleEnd,
  type RequestFacts,
  type RequestLifecycle,
  requestsOfUser,
  type UserRequest,
} from './status.js'
import { datedUserStatusAt, endedLater } from './user-status.js'

/**
 * Returns the requests that decide about `user` at `now` and later (SPEC 5.2).
 *
 * These are the open ones, and of each requesting tenant the one that ended last. A grant that has expired by `now`, and a
 * request that has lapsed by then, have ended. Every request is narrowed to the user.
 * @example Continues requestsOfUser
 * ```ts
 * import { decisiveRequests } from 'consentry/repository'
 *
 * const earlier = { ...facts, id: 'r0', state: 'rejected', endedAt: 600 } as const
 * console.log(decisiveRequests('charlotte', [earlier, facts], 5_000).map(({ id }) => id)) // [ 'r1' ]
 * ```
 */
export function decisiveRequests<R extends RequestFacts>(user: UserId, requests: readonly R[], now: Instant): R[] {
  const own = requestsOfUser(user, requests)
  const last = new Map<string, UserRequest<R>>()
  for (const one of own.filter((candidate) => hasEnded(candidate, now))) {
    const rival = last.get(one.request.requestingTenant)
    if (rival === undefined || comesLater(one, rival, now)) last.set(one.request.requestingTenant, one)
  }
  return own.filter((one) => !hasEnded(one, now) || last.get(one.request.requestingTenant) === one).map((one) => narrowed(user, one))
}

/**
 * Returns the requests of a session's user on which the session depends (SPEC 7.2).
 *
 * These are the decisive ones at `now` by the session's requesting tenant, and the grants that held during the session.
 * @example
 * ```ts
 * import type { RequestFacts, Session } from 'consentry/repository'
 * import { requestsOfSession } from 'consentry/repository'
 *
 * // The facts of a session's row: of all requests in its tenant, those on which it depends.
 * export const factsOf = (session: Session, requests: readonly RequestFacts[], now: number) =>
 *   requestsOfSession(session, requests, now)
 * ```
 */
export function requestsOfSession<R extends RequestFacts>(session: Session, requests: readonly R[], now: Instant): R[] {
  const { user, requestingTenant, startedAt } = session
  const sent = requests.filter((request) => request.requestingTenant === requestingTenant)
  const decisive = new Set(decisiveRequests(user, sent, now).map(({ id }) => id))
  const heldMeanwhile = ({ request, removedAt }: UserRequest<R>) =>
    'grantedAt' in request && request.grantedAt <= recordedEnd(session) && (removedAt ?? lifecycleEnd(request)) > startedAt
  return requestsOfUser(user, sent)
    .filter((one) => decisive.has(one.request.id) || heldMeanwhile(one))
    .map((one) => narrowed(user, one))
}

/**
 * Returns the request that decides a user's status in a tenant, as `userStatusAt` does (SPEC 5.4).
 *
 * It is `undefined` without a request of the user.
 * @example Continues requestsOfUser
 * ```ts
 * import { decidingRequest } from 'consentry/repository'
 *
 * console.log(decidingRequest(requestsOfUser('caroline', [facts]), 5_000)?.request.id) // r1
 * ```
 */
export function decidingRequest<R extends RequestFacts>(requests: readonly UserRequest<R>[], now: Instant): UserRequest<R> | undefined {
  return [...requests].sort((a, b) => compareStandings(a, b, now))[0]
}

/** Orders the grants that hold first, then the pending requests, newest first, then the last ended. */
function compareStandings(a: UserRequest, b: UserRequest, now: Instant): number {
  const [left, right] = [datedUserStatusAt(a, now), datedUserStatusAt(b, now)]
  const byClass = classOf(left.status) - classOf(right.status)
  if (byClass !== 0) return byClass
  if (left.status === 'pending') return b.request.sentAt - a.request.sentAt || compareIds(b.request.id, a.request.id)
  if (left.endedAt !== right.endedAt) return left.endedAt > right.endedAt ? -1 : 1
  if (left.status === 'granted') return grantedAtOf(b) - grantedAtOf(a) || compareIds(a.request.id, b.request.id)
  return comesLater(a, b, now) ? -1 : 1
}

function classOf(status: string): number {
  return status === 'granted' ? 0 : status === 'pending' ? 1 : 2
}

/** Returns when a grant was granted; only of a user whose status is granted. */
function grantedAtOf({ request }: UserRequest<RequestLifecycle>): Instant {
  return (request as GrantFacts).grantedAt
}

/** Whether a user's request has ended for good as of `now`, by a record or by the clock. */
function hasEnded({ request, removedAt }: UserRequest<RequestLifecycle>, now: Instant): boolean {
  return removedAt !== null || !isOpen(request, now)
}

/**
 * Whether `a` ended later than `b` (SPEC 5.4).
 * The id decides between equal ends, so that every store keeps the same one.
 */
function comesLater(a: UserRequest<RequestLifecycle>, b: UserRequest<RequestLifecycle>, now: Instant): boolean {
  const [left, right] = [datedUserStatusAt(a, now), datedUserStatusAt(b, now)]
  if (endedLater(left, right)) return true
  return !endedLater(right, left) && compareIds(a.request.id, b.request.id) > 0
}

function narrowed<R extends RequestFacts>(user: UserId, { request, removedAt }: UserRequest<R>): R {
  return { ...request, users: removedAt === null ? [user] : [], removed: removedAt === null ? [] : [{ user, at: removedAt }] }
}

/**
 * Whether the request is a grant that is not ended by a record, nor by the clock at `now`.
 * @example Continues requestsOfUser
 * ```ts
 * import { isOpenGrant } from 'consentry/repository'
 *
 * console.log(isOpenGrant(facts, 5_000)) // true
 * ```
 */
export function isOpenGrant(request: RequestLifecycle, now: Instant): boolean {
  return isGrant(request) && (request.expiresAt === null || now < request.expiresAt)
}

/**
 * Whether the request is open: pending at `now`, or a grant that is not over then (SPEC 3.4a).
 * @example Continues requestsOfUser
 * ```ts
 * import { isOpen } from 'consentry/repository'
 *
 * console.log(isOpen(facts, 5_000), isOpen(facts, 9_000)) // true false
 * ```
 */
export function isOpen(request: RequestLifecycle, now: Instant): boolean {
  return isPending(request, now) || isOpenGrant(request, now)
}
