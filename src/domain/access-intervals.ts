/** Who could enter which tenant, when and by which request, as was known then (SPEC 13.1). */
import * as z from 'zod'
import { userSpans } from './access-span.js'
import { unwrap } from './error.js'
import type { ConsentryEvent } from './event.js'
import { type AccessRequestId, compareIds, type TenantId, type TenantRequestId, type UserId } from './ids.js'
import { Id, readRecord } from './input.js'
import type { Instant } from './instant.js'
import { requestLogs } from './request-log.js'
import { fold } from './tenant-request-state.js'
import { pureInstantSchema, windowSchema } from './window.js'

/** The window of `accessIntervals`, and whose access is asked about. */
export interface AccessIntervalsInput {
  /** The first instant of the window, a `Date` or milliseconds. */
  readonly from: Date | Instant
  /** The first instant after the window, a `Date` or milliseconds. */
  readonly to: Date | Instant
  /** Only the intervals of this user. By default of all. */
  readonly user?: UserId | undefined
  /**
   * The instant before which a purge may have removed events: a `Date` or milliseconds.
   * The window is cut to begin there. By default, or with `null`, the events are complete.
   */
  readonly completeSince?: Date | Instant | null | undefined
}

/**
 * A time during which one request let one user enter.
 *
 * `from` is in it, `to` is not, both in milliseconds.
 */
export interface AccessInterval {
  /** The user who could enter. */
  readonly user: UserId
  /** The tenant entered. */
  readonly tenant: TenantId
  /** The tenant that sent the request. */
  readonly requestingTenant: TenantId
  /** The access request that the tenant request is part of. */
  readonly accessRequest: AccessRequestId
  /** The tenant request whose grant let the user enter. */
  readonly tenantRequest: TenantRequestId
  readonly from: Instant
  readonly to: Instant
}

/** Who could enter during a window. */
export interface AccessIntervals {
  /**
   * The intervals, ordered by `from`, then by tenant request and user.
   *
   * Those of two requests may overlap.
   */
  readonly intervals: readonly AccessInterval[]
  /**
   * The tenants that were governed before the window's end, ordered by id.
   *
   * `since` is the instant of the first grant among the events, in milliseconds. If a purge removed events, there may have been earlier ones.
   */
  readonly governedSince: readonly { readonly tenant: TenantId; readonly since: Instant }[]
  /** The instant before which nothing is said, in milliseconds; `null` if the events are complete. */
  readonly completeSince: Instant | null
}

const Input = windowSchema(
  z.strictObject(
    { from: pureInstantSchema, to: pureInstantSchema, user: Id.optional(), completeSince: pureInstantSchema.nullable().default(null) },
    'must be a record with `from` and `to`',
  ),
)

/**
 * Returns who could enter which tenant during a window, from the events of a feed (SPEC 13.1).
 *
 * There is one interval for each user and granted request: from the grant to its expiry, its end or the user's removal, whichever came
 * first, cut to the window. Empty intervals are left out. They say what was known then: neither a recorded expiry nor a revocation erases
 * what was before it, unlike in a decision, which fails closed (SPEC 4.2). An expiry that was set later moves the end. An interval counts
 * grants only, not the host's legacy rule: `governedSince` says from when on that rule was not asked.
 *
 * The events may come in any order, but a request's must be all there, from its receipt on.
 *
 * @throws `invalid-input` for a malformed window or event; `corrupt` for events that no sequence of commands could have made, or a gap.
 * @example
 * ```ts
 * import type { ConsentryEvent } from 'consentry/domain'
 * import { accessIntervals } from 'consentry/domain'
 *
 * // `events` is what you read from the feed of your repository.
 * export const enteredInNovember = (events: readonly ConsentryEvent[], user: string) =>
 *   accessIntervals(events, { user, from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-12-01T00:00:00Z') }).intervals
 * ```
 */
export function accessIntervals(events: readonly ConsentryEvent[], input: AccessIntervalsInput): AccessIntervals {
  const { from, to, user, completeSince } = unwrap(readRecord(Input, input))
  const window = { from: Math.max(from, completeSince ?? from), to }
  const intervals: AccessInterval[] = []
  const governed = new Map<TenantId, Instant>()
  for (const log of requestLogs(events).values()) {
    const request = fold(log)
    if (!('grantedAt' in request)) continue
    const { tenant, requestingTenant, accessRequest, id: tenantRequest, grantedAt } = request
    if (grantedAt < to) governed.set(tenant, Math.min(grantedAt, governed.get(tenant) ?? grantedAt))
    for (const { user: named, ...span } of userSpans(request, window))
      if (user === undefined || named === user)
        intervals.push({ user: named, tenant, requestingTenant, accessRequest, tenantRequest, ...span })
  }
  const governedSince = [...governed].map(([tenant, since]) => ({ tenant, since }))
  return {
    intervals: intervals.sort((a, b) => a.from - b.from || compareIds(a.tenantRequest, b.tenantRequest) || compareIds(a.user, b.user)),
    governedSince: governedSince.sort((a, b) => compareIds(a.tenant, b.tenant)),
    completeSince,
  }
}
