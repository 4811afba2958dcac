/** A denial as HTTP says it: a status, and a problem (RFC 9457) that tells a reason and nothing else. */

import type { DenyReason } from '../domain/decision-types.js'
import { isConsentryError } from '../domain/error.js'

/** Why a guard denies: the reason of the decision, or what kept it from being asked. */
export type GuardReason =
  | DenyReason
  /** Nobody is logged in. */
  | 'no-actor'
  /** The tenant is the actor's own, which nobody enters by impersonation (SPEC 7.3). */
  | 'own-tenant'
  /** The actor is inside already, elsewhere or by another method (SPEC 7.3). */
  | 'impersonating'
  /** No such session, or not this user's, or of another tenant: one reason for all (SPEC 6.4, 7.4). */
  | 'not-found'
  /** The session is over (SPEC 7.2). */
  | 'session-ended'
  /** The facts cannot be learned: no denial of the decision's, and never an allow (SPEC 5.9). */
  | 'facts-unavailable'

/** A denial: what the client is told, `status` and `reason`, and for the host's log alone `error`. */
export interface Denial {
  /** 401 where nobody is logged in, 503 where the facts cannot be learned, else 403. */
  readonly status: 401 | 403 | 503
  /** Why, from a closed set. */
  readonly reason: GuardReason
  /** What was thrown, by a callback or by the service, or what is wrong with the question; absent where nothing is. */
  readonly error?: unknown
}

/** The body of a denial, RFC 9457. */
export interface ProblemDetails {
  /** Always `about:blank`: the problem is the status, and the reason. */
  readonly type: 'about:blank'
  /** The status in words. */
  readonly title: string
  /** The status of the response. */
  readonly status: number
  /** Why, from a closed set. */
  readonly reason: GuardReason
}

const TITLES = { 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' } as const

// A record, so that a reason the domain gets is one that must be listed here.
const DENY_REASONS: Readonly<Record<DenyReason, true>> = {
  'invalid-question': true,
  'not-associated': true,
  pending: true,
  expired: true,
  revoked: true,
  rejected: true,
  withdrawn: true,
  removed: true,
  'no-facts': true,
  'legacy-closed': true,
  'legacy-not-permitted': true,
}

const REFUSALS = ['not-found', 'session-ended', 'impersonating'] as const

/** A denial of that reason; `errors` holds what was thrown, if anything was. */
export function denial(reason: GuardReason, ...errors: readonly [error?: unknown]): Denial {
  const status = reason === 'no-actor' ? 401 : reason === 'facts-unavailable' ? 503 : 403
  return Object.freeze({ status, reason, ...(errors.length > 0 && { error: errors[0] }) })
}

/** The denial that an error of the service makes; one that is not known to deny means that nobody knows (SPEC 5.9). */
export function denialOf(error: unknown): Denial {
  return denial(guardReasonOf(error), error)
}

/** The reason of a decision that does not allow; whatever is none was an answer to no question. */
export function denyReasonOf(decision: unknown): DenyReason {
  const reason: unknown = Reflect.get(Object(decision), 'reason')
  return isDenyReason(reason) ? reason : 'invalid-question'
}

/** What is sent: a body, and headers that keep it from being served to anybody else. */
export function problemDetails(
  { status, reason }: Denial,
  challenge: string,
): { readonly body: ProblemDetails; readonly headers: [string, string][] } {
  return {
    body: { type: 'about:blank', title: TITLES[status], status, reason },
    headers: [
      ['content-type', 'application/problem+json'],
      ['cache-control', 'no-store'],
      ...(status === 401 ? [['www-authenticate', challenge] satisfies [string, string]] : []),
    ],
  }
}

// An error is a value of somebody else's, and may be a proxy that throws when it is looked at.
function guardReasonOf(error: unknown): GuardReason {
  try {
    if (isConsentryError(error, 'access-denied')) return denyReasonOf(error.decision)
    if (isConsentryError(error, 'invalid-input')) {
      return error.issues.some(({ code }) => code === 'own-tenant') ? 'own-tenant' : 'invalid-question'
    }
    return REFUSALS.find((code) => isConsentryError(error, code)) ?? 'facts-unavailable'
  } catch {
    return 'facts-unavailable'
  }
}

function isDenyReason(value: unknown): value is DenyReason {
  return typeof value === 'string' && Object.hasOwn(DENY_REASONS, value)
}
