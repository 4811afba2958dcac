/** The types of an access question and of its answer, the decision (SPEC §5). */
import type { TenantId, TenantRequestId, UserId } from './ids.js'
import type { Instant } from './instant.js'

/** The access methods: `access-request`, and the two doors of an older impersonation tool (SPEC 5.1). */
export const METHODS = ['access-request', 'legacy-configure', 'legacy-support'] as const

/**
 * How a user enters a tenant (SPEC 5.1).
 *
 * `access-request` is allowed by a grant only. `legacy-configure` and `legacy-support` are the two doors of an older impersonation tool:
 * allowed by a grant too, and while the tenant is not governed by the host's `LegacyRule`.
 */
export type AccessMethod = (typeof METHODS)[number]

/** Whether `value` is one of the three access methods (SPEC 5.1). */
export function isAccessMethod(value: unknown): value is AccessMethod {
  // Runs for every question: three comparisons are faster than `METHODS.includes`.
  return value === 'access-request' || value === 'legacy-configure' || value === 'legacy-support'
}

/**
 * The host's rule for the legacy tool, called only for tenants that are not governed (SPEC 5.3.6).
 *
 * Where a question says `from`, it is called only for tenants that `from` may ask.
 * `now` is in milliseconds. Only an exact `true` allows; a promise or a throw denies.
 */
export type LegacyRule = (user: UserId, tenant: TenantId, method: Exclude<AccessMethod, 'access-request'>, now: Instant) => boolean

/**
 * A legacy rule that may be asynchronous: for the service, which waits for its answer (SPEC 5.3.6).
 *
 * Only `true`, or a promise of it, allows.
 */
export type AsyncLegacyRule = (...question: Parameters<LegacyRule>) => boolean | Promise<boolean>

/**
 * Whether the requesting tenant `from` may ask `tenant`, in exactly this spelling (SPEC 5.3.6).
 *
 * It stands before the legacy rule wherever a question says `from`: another spelling of a governed tenant is nobody's, and must not pass
 * by the rule. Only an exact `true` lets the rule be asked; a promise or a throw denies.
 */
export type IsAskable = (from: TenantId, tenant: TenantId) => boolean

/** The host's say on the legacy methods in tenants that are not governed (SPEC 5.3.6). */
export interface LegacyOptions {
  /** The host's legacy rule. Without it, the legacy methods are denied in tenants that are not governed. */
  readonly legacy?: LegacyRule | undefined
  /**
   * Whether the user's own tenant may ask this one: asked before the rule where a question says `from`.
   *
   * Without it, such a question is denied.
   */
  readonly isAskable?: IsAskable | undefined
}

/** Why a decision denies: the closed set of reasons (SPEC 5.3). */
export type DenyReason =
  | 'invalid-question'
  | 'not-associated'
  | 'pending'
  | 'expired'
  | 'revoked'
  | 'rejected'
  | 'withdrawn'
  | 'lapsed'
  | 'removed'
  | 'no-facts'
  | 'legacy-closed'
  | 'legacy-not-permitted'

/** An allow by at least one holding grant of the tenant that names the user (SPEC 5.6). */
export interface Granted {
  readonly allowed: true
  readonly reason: 'granted'
  /** The ids of every tenant request whose grant holds, latest end first. */
  readonly grantedBy: readonly [TenantRequestId, ...TenantRequestId[]]
  /**
   * The first instant at which the clock alone changes the answer, in milliseconds, or `null`.
   *
   * Never a cache lifetime: a revocation can change the answer at any time (SPEC 5.6).
   */
  readonly changesAt: Instant | null
}

/** An allow by the host's legacy rule, in a tenant that is not governed (SPEC 5.3.6). */
export interface LegacyPermitted {
  readonly allowed: true
  readonly reason: 'legacy-permitted'
}

/**
 * A denial: its `reason`, and no ids (SPEC 5.6).
 *
 * `changesAt` is the first instant, in milliseconds, at which the clock alone changes the answer, or `null`.
 * It is absent if the host's legacy rule answered.
 */
export type Denied =
  | { readonly allowed: false; readonly reason: Exclude<DenyReason, 'legacy-not-permitted'>; readonly changesAt: Instant | null }
  | { readonly allowed: false; readonly reason: 'legacy-not-permitted'; readonly changesAt?: null }

/** A decision that allows the user to enter. */
export type Allowed = Granted | LegacyPermitted

/**
 * The answer to an access question, as frozen plain data (SPEC 5.6).
 *
 * It is discriminated by `allowed` and `reason`.
 */
export type Decision = Allowed | Denied
