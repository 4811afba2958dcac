/** Errors as problem details (RFC 9457): a status for each code, and the facts of the error. */
import * as z from 'zod'
import type { Decision } from '../domain/decision-types.js'
import { type ErrorCode, isConsentryError } from '../domain/error.js'
import type { Instant } from '../domain/instant.js'
import type { IssueCode } from '../domain/refusal.js'
import type { RequestStatus } from '../domain/status.js'
import { ChangedOut } from './wire-sessions.js'

/** A code that only the HTTP API answers. */
export type DoorCode = 'not-logged-in' | 'cross-site' | 'method-not-allowed' | 'too-large' | 'unsupported-media-type' | 'internal'

/** The code of a problem: one of an error, or one of the HTTP API itself. */
export type ProblemCode = ErrorCode | DoorCode

/** The status of each code, and its title. The compiler demands an entry for every new code. */
const PROBLEMS: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  'invalid-input': [400, 'Invalid input'],
  'not-logged-in': [401, 'Nobody is logged in'],
  impersonating: [403, 'Not allowed while impersonating'],
  'not-permitted': [403, 'Permission required'],
  'wrong-party': [403, "For the request's other party"],
  'requester-may-not-answer': [403, 'A member of the requesting tenant cannot answer'],
  'access-denied': [403, 'Access denied'],
  'cross-site': [403, 'With a cookie, a command needs `Sec-Fetch-Site: same-origin` or an allowed `Origin`'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'Method not allowed'],
  'not-pending': [409, 'The request is not pending'],
  'not-active': [409, 'The request is not granted'],
  'not-due': [409, 'The request is not due'],
  'session-ended': [409, 'The session has ended'],
  'too-many-sessions': [409, 'Too many live sessions'],
  'already-submitted': [409, 'Already submitted with other content'],
  'not-grantable': [409, 'The request cannot be granted'],
  'stale-revision': [412, 'The request has changed'],
  'too-large': [413, 'Body too large'],
  'unsupported-media-type': [415, 'Unsupported media type'],
  'expiry-required': [422, 'A grant must expire'],
  'expires-too-soon': [422, 'The expiry is too soon'],
  'expires-too-late': [422, 'The expiry is too late'],
  internal: [500, 'Internal error'],
  'invalid-facts': [500, 'Internal error'],
  corrupt: [500, 'Internal error'],
  'schema-mismatch': [500, 'Internal error'],
  'feed-changed': [500, 'Internal error'],
  'feed-unsupported': [500, 'Internal error'],
  'facts-unavailable': [503, 'Temporarily unavailable'],
  unavailable: [503, 'Temporarily unavailable'],
}

/** One issue of an input; `pointer` is a JSON Pointer (RFC 6901) into the body or the query. */
export interface ProblemIssue {
  readonly pointer: string
  /** The kind of the issue: stable, for programs. */
  readonly code: IssueCode
  /** The issue for people. */
  readonly message: string
}

/**
 * An error as problem details (RFC 9457). A code has only the fields that belong to it.
 *
 * Instants are in RFC 3339. A status of 500 or more has neither a detail nor facts.
 */
export interface ConsentryProblem {
  /** `urn:consentry:error:` and the code. */
  readonly type: `urn:consentry:error:${ProblemCode}`
  /** What kind of problem it is, for people: the same for every problem of the code. */
  readonly title: string
  /** The status of the response. */
  readonly status: number
  /** The stable code, for programs. */
  readonly code: ProblemCode
  /** The error's message. It quotes only the caller's own input. */
  readonly detail?: string
  /** Of `invalid-input`: the first 100 issues. */
  readonly issues?: readonly ProblemIssue[]
  /** Of `invalid-input`: the number of further issues. */
  readonly omitted?: number
  /** Of a command of several steps: what it had changed before it failed (SPEC 9.3). */
  readonly changed?: readonly unknown[]
  /** Of `not-pending`, `not-active` and `not-due`: the request's present status. */
  readonly requestStatus?: RequestStatus
  /** Of `stale-revision`: the revision that was given. */
  readonly expected?: number
  /** Of `stale-revision`: the revision that the own party sees now. */
  readonly actual?: number
  /** Of `already-submitted`: the id that was given. */
  readonly id?: string
  /** Of `too-many-sessions`: the most live sessions. */
  readonly limit?: number
  /** Of `session-ended`: when it ended. */
  readonly endedAt?: string
  /** Of a refused expiry: the one that was given. */
  readonly expiresAt?: string
  /** Of `expires-too-soon`: the instant after which the expiry must be. */
  readonly after?: string
  /** Of `expiry-required` and `expires-too-late`: the latest expiry. */
  readonly latest?: string
  /** Of `access-denied`: why. */
  readonly decision?: { readonly allowed: boolean; readonly reason: string; readonly changesAt?: string | null }
}

/** Returns the HTTP status of a code. */
export function statusOfCode(code: ProblemCode): number {
  return PROBLEMS[code][0]
}

/**
 * Returns an error as problem details, for a host's own routes too.
 *
 * Anything but an expected error of Consentry is `internal`, with a title and no more: tell your log about it yourself.
 * @example
 * ```ts
 * import { createConsentry } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 * import { problemOf } from 'consentry/http'
 *
 * const consentry = createConsentry({ repository: memoryRepository(), directory: { members: () => [], askable: () => [] } })
 * const caroline = { user: 'caroline', tenant: 'classics', permissions: [], impersonating: null }
 * const problem = problemOf(await consentry.outgoing(caroline).catch((error: unknown) => error))
 * console.log(problem.status, problem.type) // 403 urn:consentry:error:not-permitted
 * ```
 */
export function problemOf(error: unknown): ConsentryProblem {
  try {
    if (!isConsentryError(error) || statusOfCode(error.code) === 500) return problemOfCode('internal')
    const { code } = error
    const changed = error.changed.length > 0 && { changed: z.encode(ChangedOut, [...error.changed]) }
    if (statusOfCode(code) > 500) return { ...problemOfCode(code), ...changed }
    return { ...problemOfCode(code), detail: error.message, ...factsOf(error), ...changed }
  } catch {
    // A thrown proxy, or an error that only looks like one of Consentry.
    return problemOfCode('internal')
  }
}

/** Returns the problem of a code, without a detail. */
export function problemOfCode(code: ProblemCode): ConsentryProblem {
  const [status, title] = PROBLEMS[code]
  return { type: `urn:consentry:error:${code}`, title, status, code }
}

function factsOf(error: unknown): Partial<ConsentryProblem> {
  if (isConsentryError(error, 'invalid-input')) {
    const issues = error.issues.map(({ path, code, message }) => ({ pointer: pointerOf(path), code, message }))
    return { issues, ...(error.omitted > 0 && { omitted: error.omitted }) }
  }
  if (isConsentryError(error, 'not-pending', 'not-active', 'not-due')) return { requestStatus: error.status }
  if (isConsentryError(error, 'stale-revision')) return { expected: error.expected, actual: error.actual }
  if (isConsentryError(error, 'already-submitted')) return { id: error.id }
  if (isConsentryError(error, 'too-many-sessions')) return { limit: error.limit }
  if (isConsentryError(error, 'session-ended')) return { endedAt: rfc3339(error.endedAt) }
  if (isConsentryError(error, 'expiry-required')) return { latest: rfc3339(error.latest) }
  if (isConsentryError(error, 'expires-too-soon')) return { expiresAt: rfc3339(error.expiresAt), after: rfc3339(error.after) }
  if (isConsentryError(error, 'expires-too-late')) return { expiresAt: rfc3339(error.expiresAt), latest: rfc3339(error.latest) }
  if (isConsentryError(error, 'access-denied')) return { decision: decisionFacts(error.decision) }
  return {}
}

function decisionFacts(decision: Decision): NonNullable<ConsentryProblem['decision']> {
  const { allowed, reason } = decision
  const changesAt = 'changesAt' in decision ? decision.changesAt : undefined
  return { allowed, reason, ...(changesAt !== undefined && { changesAt: changesAt === null ? null : rfc3339(changesAt) }) }
}

function pointerOf(path: readonly (string | number)[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function rfc3339(ms: Instant): string {
  return new Date(ms).toISOString()
}
