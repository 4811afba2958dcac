/** A user's status in a tenant, from the user's requests there (SPEC 5.4). */
import type { Instant } from './instant.js'
import { END_STATUSES, lifecycleEnd, type RequestLifecycle, statusAt, type UserRequest, type UserStatus } from './status.js'

/**
 * Returns a user's status at `now` from the user's requests in a tenant (SPEC 5.4).
 *
 * Without any request, it is `not-associated`.
 * @example Continues requestsOfUser
 * ```ts
 * import { userStatusAt } from 'consentry/repository'
 *
 * console.log(userStatusAt(requestsOfUser('caroline', [facts]), 5_000)) // granted
 * ```
 */
export function userStatusAt(requests: readonly UserRequest<RequestLifecycle>[], now: Instant): UserStatus | 'not-associated' {
  let pending = false
  let last: DatedUserStatus | undefined
  for (const request of requests) {
    const current = datedUserStatusAt(request, now)
    if (current.status === 'granted') return 'granted'
    if (current.status === 'pending') pending = true
    else if (last === undefined || endedLater(current, last)) last = current
  }
  return pending ? 'pending' : (last?.status ?? 'not-associated')
}

/** A user's status by one request, with the request's past or future end in milliseconds. */
export interface DatedUserStatus {
  readonly status: UserStatus
  readonly endedAt: Instant
}

/** Returns a user's status by one request, with its end (SPEC 5.4). */
export function datedUserStatusAt({ request, removedAt }: UserRequest<RequestLifecycle>, now: Instant): DatedUserStatus {
  if (removedAt !== null) return { status: 'removed', endedAt: removedAt }
  return { status: statusAt(request, now), endedAt: lifecycleEnd(request) }
}

/** Whether an end came later than another (SPEC 5.4). */
export function endedLater(a: DatedUserStatus, b: DatedUserStatus): boolean {
  return a.endedAt > b.endedAt || (a.endedAt === b.endedAt && endPriority(a.status) < endPriority(b.status))
}

const endPriority = (status: UserStatus): number => (END_STATUSES as readonly UserStatus[]).indexOf(status)
