/** Spans of access: from when until when a grant let its users enter, as was known then (SPEC 13.1). */
import type { UserId } from './ids.js'
import type { Instant } from './instant.js'
import type { RequestFacts, RequestLifecycle } from './status.js'

/** A span of instants, in milliseconds: `from` is in it, `to` is not. */
export interface Span {
  readonly from: Instant
  readonly to: Instant
}

/**
 * Returns the span of a request's grant (SPEC 13.1).
 *
 * It lasts from the grant to its expiry or its end, the earlier of the two.
 * A recorded end does not erase what was before it, unlike in a decision (SPEC 4.2). Without an end, `to` is `Infinity`. Returns `undefined`
 * for a request that was never granted, and for a grant that ended when it began.
 * @example Continues requestsOfUser
 * ```ts
 * import { grantSpan } from 'consentry/repository'
 *
 * console.log(grantSpan(facts)) // { from: 1000, to: 9000 }
 * console.log(grantSpan({ ...facts, state: 'revoked', endedAt: 3_000 })) // { from: 1000, to: 3000 }
 * ```
 */
export function grantSpan(request: RequestLifecycle): Span | undefined {
  if (!('grantedAt' in request)) return undefined
  const to = Math.min(request.expiresAt ?? Infinity, 'endedAt' in request ? request.endedAt : Infinity)
  return request.grantedAt < to ? { from: request.grantedAt, to } : undefined
}

/** Returns the part of a span inside the window; `undefined` if there is none. */
export function cutSpan({ from, to }: Span, window: Span): Span | undefined {
  const cut = { from: Math.max(from, window.from), to: Math.min(to, window.to) }
  return cut.from < cut.to ? cut : undefined
}

/** A user's span by one request. */
export interface UserSpan extends Span {
  readonly user: UserId
}

/**
 * Returns the span of each user of a request inside the window, without empty ones (SPEC 13.1).
 *
 * A removal ends the span of its user. A user who was removed while the request was pending, or by the grant itself, has none.
 */
export function userSpans(request: RequestFacts, window: Span): UserSpan[] {
  const span = grantSpan(request)
  if (span === undefined) return []
  const ofUser = (user: UserId, removedAt: Instant): UserSpan[] => {
    const cut = cutSpan({ from: span.from, to: Math.min(span.to, removedAt) }, window)
    return cut === undefined ? [] : [{ user, ...cut }]
  }
  const removed = request.removed.flatMap(({ user, at }) => ofUser(user, at))
  return [...request.users.flatMap((user) => ofUser(user, Infinity)), ...removed]
}
