/** The query of a history, and which events it matches (SPEC 6.6, 6.9). */
import type { ConsentryEvent, EventType } from '../domain/event.js'
import { TENANT_EVENTS } from '../domain/event-types.js'
import type { TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { SessionHash } from '../domain/session-hash.js'

/** The key of an event in the history: `at` in milliseconds and `id`. A page begins after it. */
export interface EventKey {
  readonly at: Instant
  readonly id: string
}

/**
 * The parties and filters of a history. An event matches all filters; without one, every event does.
 * Of a list of values, an event matches one. Instants are in milliseconds.
 *
 * An event is on the side of the requester if `requestingTenant` sent its request or started its session, else on the side of the tenant.
 */
export interface HistoryFilters {
  /** Shows the events of its own requests and sessions. */
  readonly requestingTenant?: TenantId | undefined
  /** Shows the events about that tenant of the types in `TENANT_EVENTS`. */
  readonly tenant?: TenantId | undefined
  /** The types of events. */
  readonly types?: readonly EventType[] | undefined
  /** The earliest `at`. */
  readonly from?: Instant | undefined
  /** The first `at` that is too late. */
  readonly to?: Instant | undefined
  /** The tenant request whose events match. No event of a session does. */
  readonly tenantRequest?: TenantRequestId | undefined
  /** The session whose events match. */
  readonly session?: SessionHash | undefined
  /**
   * The users in `by`.
   * Only a person of the side's own tenant matches: the other side's persons are not shown.
   */
  readonly users?: readonly UserId[] | undefined
  /** The tenants asked or entered. Only events on the side of the requester match, and no submission. */
  readonly tenants?: readonly TenantId[] | undefined
  /** The tenants that sent the request or started the session. */
  readonly requestingTenants?: readonly TenantId[] | undefined
}

/** The query of one page of a history: the first `limit` events after `after` that match. */
export interface HistoryQuery extends HistoryFilters {
  readonly after?: EventKey | undefined
  readonly limit: number
}

/**
 * Whether an event is in the history of these parties and matches these filters.
 * @example
 * ```ts
 * import { type ConsentryEvent, type HistoryFilters, isInHistory } from 'consentry/repository'
 *
 * export const historyIn = (events: readonly ConsentryEvent[], query: HistoryFilters) => events.filter((event) => isInHistory(event, query))
 * ```
 */
export function isInHistory(event: ConsentryEvent, query: HistoryFilters): boolean {
  const { type, at, by, requestingTenant, tenant } = event
  const { from = -Infinity, to = Infinity } = query
  const isRequesters = requestingTenant === query.requestingTenant
  if (!isRequesters && !(tenant === query.tenant && isShownToTenant(event))) return false
  if (at < from || at >= to || !isOneOf(query.types, type) || !isOneOf(query.requestingTenants, requestingTenant)) return false
  if (query.tenantRequest !== undefined && !('tenantRequest' in event && event.tenantRequest === query.tenantRequest)) return false
  if (query.session !== undefined && !('session' in event && event.session === query.session)) return false
  if (query.tenants && !(isRequesters && type !== 'access-request.submitted' && query.tenants.includes(tenant))) return false
  const own = isRequesters ? requestingTenant : tenant
  return !query.users || (by !== 'clock' && by.tenant === own && query.users.includes(by.user))
}

function isShownToTenant({ type }: ConsentryEvent): boolean {
  return (TENANT_EVENTS as readonly EventType[]).includes(type)
}

/** Whether a value is one of these, or there is no list. */
export function isOneOf<T>(values: readonly T[] | undefined, value: T): boolean {
  return values === undefined || values.includes(value)
}
