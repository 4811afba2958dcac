/** The error class that Consentry throws: a stable code, and the failure's details as fields (SPEC §9). */
import type { Denied } from './decision-types.js'
import type { SessionEndCause } from './event.js'
import type { TenantId, TenantRequestId } from './ids.js'
import type { Instant } from './instant.js'
import { type Issue, type Refusal, type Result, refusalMessage } from './refusal.js'
import type { SessionHash } from './session-hash.js'
import type { RequestStatus } from './status.js'

/** Every failure, discriminated by its stable `code`, with its details (SPEC 9.1). */
export type Failure =
  | Refusal
  /** The given facts are malformed, contradictory or mix tenants (SPEC 5.2). */
  | { readonly code: 'invalid-facts'; readonly issues: readonly Issue[]; readonly omitted?: number }
  /** Stored rows or events are such that no sequence of commands could have written them. */
  | { readonly code: 'corrupt'; readonly issues: readonly Issue[]; readonly omitted?: number }
  /**
   * The database schema has version `found` instead of `expected`: migrate it, or update this library.
   *
   * `found` is `null` without tables.
   */
  | { readonly code: 'schema-mismatch'; readonly found: number | null; readonly expected: number }
  /** A reader's position belongs to another history of the feed: it must reload everything (SPEC 8.4). */
  | { readonly code: 'feed-changed' }
  /** The store cannot keep the promises of the feed, such as a standby: use the primary (SPEC 8.4). */
  | { readonly code: 'feed-unsupported' }
  /** The facts of a decision could not be loaded. This is neither a denial nor an allow (SPEC 5.9). */
  | { readonly code: 'facts-unavailable' }
  /**
   * The named port failed during a command or a list; the error's `cause` is what the port threw.
   *
   * To a client it is the `api`, which could not be asked, or had no answer itself.
   */
  | { readonly code: 'unavailable'; readonly port: 'repository' | 'directory' | 'clock' | 'newId' | 'api' }
  /** `authorize` denied; `decision` has the reason (SPEC 5.9). */
  | { readonly code: 'access-denied'; readonly decision: Denied }

/** The stable code of a failure. */
export type ErrorCode = Failure['code']

/**
 * A tenant request after a command.
 * `id` and `tenant` name the request and the tenant asked. `status` is as of the command. `revision` is what the actor's party sees, the
 * value for the next `ifRevision` (SPEC 4.10).
 */
export interface RequestSummary {
  readonly id: TenantRequestId
  readonly tenant: TenantId
  readonly status: RequestStatus
  readonly revision: number
}

/**
 * A session that has ended.
 *
 * `session` is the hash of its id (SPEC 7.4), `tenant` the tenant in which the user acted, and `endedAt` the first instant at which it was
 * not live, in milliseconds. `cause` says why it ended (SPEC 7.7). `revision` is the number of its events after its end, of which both
 * parties may see all (SPEC 4.10).
 */
export interface EndedSession {
  readonly session: SessionHash
  readonly tenant: TenantId
  readonly status: 'ended'
  readonly endedAt: Instant
  readonly cause: SessionEndCause
  readonly revision: number
}

const BRAND = Symbol.for('consentry.error')

/** The error that Consentry throws, with the failure's details as fields (SPEC 9.1). */
export class ConsentryError extends Error {
  /** The stable code, for programs. */
  declare readonly code: ErrorCode
  /** The issues, in the order of the input, at most 100; empty for a failure without issues. */
  readonly issues: readonly Issue[] = []
  /** The number of further issues, which are not listed (SPEC 9.1). */
  readonly omitted: number = 0
  /**
   * What a command of several steps had changed before it failed (SPEC 9.3).
   * It holds requests, and after `endAll` ended sessions too.
   * Empty for every other failure.
   */
  readonly changed: readonly (RequestSummary | EndedSession)[] = []

  constructor(message: string, failure: Failure, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ConsentryError'
    Object.assign(this, failure)
    Object.defineProperty(this, BRAND, { value: true })
  }
}

/** Thrown by `authorize` when the decision denies (SPEC 5.9). `decision` has the reason, and no ids. */
export class AccessDenied extends ConsentryError {
  declare readonly code: 'access-denied'
  declare readonly decision: Denied

  constructor(decision: Denied) {
    super(`access denied: \`${decision.reason}\``, { code: 'access-denied', decision })
    this.name = 'AccessDenied'
  }
}

/**
 * Whether `error` is a Consentry error, whose `code` tells its fields.
 *
 * It may be of any copy or module format of the package.
 * @example Continues ConsentryCommands.submit
 * ```ts
 * import { isConsentryError } from 'consentry'
 *
 * const error: unknown = await consentry.grant(elizabeth, id, { expiresAt: null }).catch((thrown) => thrown)
 * if (isConsentryError(error)) console.log(error.code) // not-permitted
 * ```
 */
export function isConsentryError(error: unknown): error is ConsentryError & Failure
/**
 * Whether `error` is a Consentry error with one of these codes, whose details are then typed fields.
 * @example Continues ConsentryCommands.submit
 * ```ts
 * import { isConsentryError } from 'consentry'
 *
 * const error: unknown = await consentry.grant(tom, id, { expiresAt: null, ifRevision: 7 }).catch((thrown) => thrown)
 * if (isConsentryError(error, 'stale-revision')) console.log(error.actual) // 1
 * console.log(isConsentryError(error, 'not-pending', 'not-active')) // false
 * ```
 */
export function isConsentryError<C extends ErrorCode>(
  error: unknown,
  ...codes: readonly [C, ...C[]]
): error is ConsentryError & Extract<Failure, { code: C }>
export function isConsentryError(error: unknown, ...codes: readonly unknown[]): boolean {
  try {
    if (!(error instanceof Error) || !(BRAND in error) || !('code' in error)) return false
    return codes.length === 0 || codes.includes(error.code)
  } catch {
    // A host may have thrown a proxy, which throws on reading.
    return false
  }
}

/**
 * Returns the value of a result, or throws its refusal (SPEC 9.1).
 *
 * @throws the refusal as a `ConsentryError` with the refusal's code.
 */
export function unwrap<T>(result: Result<T>): T {
  return result.ok ? result.value : throwRefusal(result.refusal)
}

/** Returns the error with what had changed before it, if it is a Consentry error (SPEC 9.3). */
export function withChanged(error: unknown, changed: ConsentryError['changed']): unknown {
  return isConsentryError(error) ? Object.assign(error, { changed }) : error
}

/** Creates the `facts-unavailable` error; `cause` is the original failure (SPEC 5.9). */
export function factsUnavailable(cause: unknown): ConsentryError {
  return new ConsentryError('the facts could not be loaded', { code: 'facts-unavailable' }, { cause })
}

/** Creates the error of a refusal, with the refusal's code and details. */
export function refusalError(refusal: Refusal): ConsentryError {
  return new ConsentryError(refusalMessage(refusal), refusal)
}

/**
 * Throws a refusal.
 *
 * @throws the refusal as a `ConsentryError` with the refusal's code.
 */
export function throwRefusal(refusal: Refusal): never {
  throw refusalError(refusal)
}

/** Throws the refusal, if there is one. */
export function throwIfRefused(refusal: Refusal | undefined): void {
  if (refusal) throwRefusal(refusal)
}
