/** A denial as an HTTP response: problem details (RFC 9457) with the reason and nothing else. */

import type { DenyReason } from '../domain/decision-types.js'
import { isConsentryError } from '../domain/error.js'

/** Why a guard denies: the reason of the decision, or why there was no decision. */
export type GuardReason =
  | DenyReason
  /** Nobody is logged in. */
  | 'no-actor'
  /** The tenant is the actor's own, whose people the guard denies (SPEC 7.3). */
  | 'own-tenant'
  /** The actor is already inside another tenant, or inside by another method (SPEC 7.3). */
  | 'impersonating'
  /** The login keeps no session: its user has not entered, whether or not they may (SPEC 7.2). */
  | 'no-session'
  /** No such session, another user's, or one in another tenant: one reason for all (SPEC 6.4, 7.4). */
  | 'not-found'
  /** The session has ended (SPEC 7.2). */
  | 'session-ended'
  /** The facts cannot be loaded: there is no decision, so the guard denies (SPEC 5.9). */
  | 'facts-unavailable'

/** A denial: `status` and `reason` for the client, and `error` for the host's log only. */
export interface Denial {
  /** 401 if nobody is logged in, 503 if the facts cannot be loaded, else 403. */
  readonly status: 401 | 403 | 503
  /** Why, from a closed set. */
  readonly reason: GuardReason
  /** The error of a callback, of the service, or of a malformed question; absent if there is none. */
  readonly error?: unknown
}

/** The body of a denial (RFC 9457). */
export interface ProblemDetails {
  /** Always `about:blank`: `status` and `reason` describe the problem. */
  readonly type: 'about:blank'
  /** The status in words. */
  readonly title: string
  /** The status of the response. */
  readonly status: number
  /** Why, from a closed set. */
  readonly reason: GuardReason
}

const TITLES = { 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' } as const

// A record, so that the compiler demands an entry for every new reason of the domain.
const DENY_REASONS: Readonly<Record<DenyReason, true>> = {
  'invalid-question': true,
  'not-associated': true,
  pending: true,
  expired: true,
  revoked: true,
  rejected: true,
  withdrawn: true,
  lapsed: true,
  removed: true,
  'no-facts': true,
  'legacy-closed': true,
  'legacy-not-permitted': true,
}

const REFUSALS = ['not-found', 'session-ended', 'impersonating'] as const

/** Creates a denial. The error is a rest parameter, so that a thrown `undefined` differs from no error. */
export function denial(reason: GuardReason, ...errors: readonly [error?: unknown]): Denial {
  const status = reason === 'no-actor' ? 401 : reason === 'facts-unavailable' ? 503 : 403
  return Object.freeze({ status, reason, ...(errors.length > 0 && { error: errors[0] }) })
}

/** Carries a denial out of nested calls. No entry point exports it, so a callback cannot throw one. */
export class DenialError extends Error {
  readonly denial: Denial

  constructor(...[reason, ...errors]: Parameters<typeof denial>) {
    super(reason)
    this.denial = denial(reason, ...errors)
  }
}

/**
 * Returns the denial that an error carries, or the denial for an error of the service.
 * An unknown error counts as `facts-unavailable` (SPEC 5.9).
 */
export function denialOf(error: unknown): Denial {
  return carriedBy(error) ?? denial(guardReasonOf(error), error)
}

/** Returns the reason of a denial. Anything else was not a decision, and counts as `invalid-question`. */
export function denyReasonOf(decision: unknown): DenyReason {
  const reason: unknown = Reflect.get(Object(decision), 'reason')
  return isDenyReason(reason) ? reason : 'invalid-question'
}

/** Returns the response: a body, and headers that forbid caching, so that no other client receives it. */
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

/** What Node's response, or Fastify's reply around it, tells about itself. */
export interface Answerable {
  readonly headersSent?: boolean
  readonly writableEnded?: boolean
  readonly destroyed?: boolean
  readonly sent?: boolean
  readonly raw?: Answerable
}

/** Whether nothing can be sent any more: the response is answered, or the client has gone. */
export function isAnswered({ headersSent, writableEnded, destroyed, sent, raw }: Answerable): boolean {
  return headersSent === true || writableEnded === true || destroyed === true || sent === true || (raw !== undefined && isAnswered(raw))
}

/**
 * Whether Consentry threw `error` because it could not learn something.
 * The error may be a proxy whose traps throw.
 */
export function isUnavailable(error: unknown): boolean {
  try {
    return isConsentryError(error, 'facts-unavailable') || isConsentryError(error, 'unavailable')
  } catch {
    return false
  }
}

// The thrown value may be a proxy whose traps throw. That error must not leave the guard.
function carriedBy(error: unknown): Denial | undefined {
  try {
    return error instanceof DenialError ? error.denial : undefined
  } catch {
    return undefined
  }
}

// The error may be a proxy whose traps throw.
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
