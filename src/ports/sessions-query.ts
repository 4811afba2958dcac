/** The query of a list of sessions, and which sessions it matches (SPEC 6.9, 7.6). */
import type { AccessMethod } from '../domain/decision-types.js'
import type { TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { SessionHash } from '../domain/session-hash.js'
import type { Session } from '../domain/session-state.js'
import { isOneOf } from './history-query.js'

/** The key of a session in a list: `startedAt` in milliseconds, then `hash`. A page begins after it. */
export interface SessionKey {
  readonly startedAt: Instant
  readonly hash: SessionHash
}

/**
 * The parties and filters of a list of sessions.
 * A session matches all filters; without one, every session does. Of a list of values, a session matches one. Instants are in milliseconds.
 */
export interface SessionFilters {
  /** Shows the sessions that its users started. */
  readonly requestingTenant?: TenantId | undefined
  /** Shows the sessions inside it. */
  readonly tenant?: TenantId | undefined
  /** Shows that user's sessions, whatever their tenants. */
  readonly user?: UserId | undefined
  /** The earliest `startedAt`. */
  readonly from?: Instant | undefined
  /** The first `startedAt` that is too late. */
  readonly to?: Instant | undefined
  /** The only session to return. */
  readonly session?: SessionHash | undefined
  /** The tenant request that `grantedBy` lists. */
  readonly tenantRequest?: TenantRequestId | undefined
  /** The methods by which the sessions started. */
  readonly methods?: readonly AccessMethod[] | undefined
  /** The tenants that the sessions were started for. */
  readonly requestingTenants?: readonly TenantId[] | undefined
  /**
   * The users of the sessions.
   * Only sessions of `requestingTenant` or `user` match: the user of others is not shown.
   */
  readonly users?: readonly UserId[] | undefined
  /** The tenants entered. Only sessions of `requestingTenant` or `user` match. */
  readonly tenants?: readonly TenantId[] | undefined
}

/**
 * The query of one page of sessions: the first `limit` after `after` that match.
 * Their facts are as of `now`, in milliseconds.
 */
export interface SessionsQuery extends SessionFilters {
  readonly now: Instant
  /**
   * Only sessions that can be live at `now`.
   * They end after it, by the saved `endedAt` or by `endsAt` if no end is saved, and a grant of the requesting tenant that names the user
   * holds then, or the method is a legacy one and the tenant is not governed.
   */
  readonly liveOnly?: boolean | undefined
  readonly after?: SessionKey | undefined
  readonly limit: number
}

/**
 * Whether a session is of these parties and matches these filters.
 * It does not ask whether the session can be live.
 * @example
 * ```ts
 * import { isListed, type Session, type SessionFilters } from 'consentry/repository'
 *
 * export const listOf = (sessions: readonly Session[], query: SessionFilters) => sessions.filter((session) => isListed(session, query))
 * ```
 */
export function isListed(session: Session, query: SessionFilters): boolean {
  const { hash, user, requestingTenant, tenant, startedAt, method, grantedBy } = session
  const { from = -Infinity, to = Infinity } = query
  const showsAll = requestingTenant === query.requestingTenant || user === query.user
  if (!showsAll && tenant !== query.tenant) return false
  if (startedAt < from || startedAt >= to || (query.session !== undefined && hash !== query.session)) return false
  if (query.tenantRequest !== undefined && !grantedBy.includes(query.tenantRequest)) return false
  if (!isOneOf(query.methods, method) || !isOneOf(query.requestingTenants, requestingTenant)) return false
  return showsAll ? isOneOf(query.users, user) && isOneOf(query.tenants, tenant) : query.users === undefined && query.tenants === undefined
}
