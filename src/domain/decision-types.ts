/** The question a host asks at its door, and the answer it gets: plain, frozen data. */
import type { TenantId, TenantRequestId, UserId } from './ids.js'
import type { Instant } from './instant.js'

/** The ways into a tenant: from one's own profile, and the two doors of the older tool (SPEC 5.1). */
export const METHODS = ['access-request', 'legacy-configure', 'legacy-support'] as const

/** How a user would enter: `access-request`, or by the legacy tool `legacy-configure` or `legacy-support` (SPEC 5.1). */
export type AccessMethod = (typeof METHODS)[number]

/** Whether `value` is one of the three methods (SPEC 5.1). */
export function isAccessMethod(value: unknown): value is AccessMethod {
  // Spelt out, since it is asked at every question.
  return value === 'access-request' || value === 'legacy-configure' || value === 'legacy-support'
}

/** The host's own rule for the legacy tool, asked only about tenants that are not governed (SPEC 5.3.6). `now` in milliseconds. */
export type LegacyRule = (user: UserId, tenant: TenantId, method: Exclude<AccessMethod, 'access-request'>, now: Instant) => boolean

/** Why a user may not enter: the closed set of reasons (SPEC 5.3). */
export type DenyReason =
  | 'invalid-question'
  | 'not-associated'
  | 'pending'
  | 'expired'
  | 'revoked'
  | 'rejected'
  | 'withdrawn'
  | 'removed'
  | 'no-facts'
  | 'legacy-closed'
  | 'legacy-not-permitted'

/** A request of that tenant naming that user holds; `grantedBy` names every one that does, latest end first (SPEC 5.6). */
export interface Granted {
  readonly allowed: true
  readonly reason: 'granted'
  readonly grantedBy: readonly [TenantRequestId, ...TenantRequestId[]]
  /** The first instant at which the clock alone changes the answer, or `null`. Never a cache lifetime: see SPEC 5.6. */
  readonly changesAt: Instant | null
}

/** The tenant is not governed and the host's own rule said yes (SPEC 5.3.6). */
export interface LegacyPermitted {
  readonly allowed: true
  readonly reason: 'legacy-permitted'
}

/** No entry; carries no ids. `changesAt` is absent where the host's own rule answered (SPEC 5.6). */
export type Denied =
  | { readonly allowed: false; readonly reason: Exclude<DenyReason, 'legacy-not-permitted'>; readonly changesAt: Instant | null }
  | { readonly allowed: false; readonly reason: 'legacy-not-permitted'; readonly changesAt?: null }

/** An answer that may let someone in. */
export type Allowed = Granted | LegacyPermitted

/** The answer to one question, frozen: whether, why, and until when by the clock alone (SPEC 5.6). */
export type Decision = Allowed | Denied
