/** The logs of requests: their events, checked and sorted, from those of a whole feed (SPEC 13.1). */
import { bounded, elementsOf } from './bounded-lists.js'
import { ConsentryError, unwrap } from './error.js'
import { type TenantRequestEvent, tenantRequestEventSchema } from './event.js'
import { EVENT_TYPES } from './event-types.js'
import type { TenantId, TenantRequestId } from './ids.js'
import { combineAll, read } from './input.js'
import { ownRecord } from './own.js'
import { type Issue, type Result, refused } from './refusal.js'
import { usersRemovedBy } from './request-event.js'

/** The events of one tenant request from its receipt on, in the order of their revisions. */
export type RequestLog = readonly [TenantRequestEvent, ...TenantRequestEvent[]]

/** The events of other things, which a log leaves out. */
const OTHERS: readonly unknown[] = ['access-request.submitted', 'impersonation.started', 'impersonation.ended']

/**
 * Returns the log of each tenant request; with `tenant`, only of requests that ask that tenant.
 *
 * The events may come in any order: a log is ordered by revision. Events of submissions and sessions are left out.
 *
 * @throws `invalid-input` for events that are malformed. `corrupt` for a log that does not begin with the request's receipt, that lacks an
 *   event or has one twice, whose events step back in time, that changes an expiry after the grant has expired, or that removes a user whom
 *   the request does not name.
 */
export function requestLogs(events: unknown, tenant?: TenantId): Map<TenantRequestId, RequestLog> {
  const logs = new Map<TenantRequestId, [TenantRequestEvent, ...TenantRequestEvent[]]>()
  for (const event of parseRequestEvents(events)) {
    const log = logs.get(event.tenantRequest)
    if (log) log.push(event)
    else logs.set(event.tenantRequest, [event])
  }
  // A log of which only some events say the tenant is corrupt: to leave these out could hide the end of a grant.
  for (const [id, log] of logs)
    if (tenant === undefined || log.some((event) => event.tenant === tenant)) checkLog(log.sort((a, b) => a.revision - b.revision))
    else logs.delete(id)
  return logs
}

const EventList = bounded((value, report) => elementsOf(value, { expected: 'must be a list of events' }, report))

function parseRequestEvents(events: unknown): TenantRequestEvent[] {
  return unwrap(combineAll(unwrap(read(EventList, events, 'events')).flatMap(parseEvent)))
}

function parseEvent(value: unknown, index: number): Result<TenantRequestEvent>[] {
  const event = copyOf(value)
  const type = Reflect.get(event, 'type')
  if (OTHERS.includes(type)) return []
  if ((EVENT_TYPES as readonly unknown[]).includes(type)) return [read(tenantRequestEventSchema, event, 'events', index)]
  const issue: Issue = { path: ['events', index, 'type'], code: 'invalid', message: 'must be the type of an event' }
  return [refused({ code: 'invalid-input', issues: [issue] })]
}

// What an event inherits is not its own. A getter or a proxy that throws has no fields.
function copyOf(value: unknown): object {
  try {
    return ownRecord(value as object)
  } catch {
    return {}
  }
}

function checkLog(log: RequestLog): void {
  const [first] = log
  if (first.type !== 'tenant-request.received') throw corruptLog(first, 'its request has no earlier `tenant-request.received`')
  let before = { at: first.at, revision: 0 }
  let expiresAt = Infinity
  const named = new Set(first.users)
  for (const event of log) {
    const { at, revision, type } = event
    if (revision !== before.revision + 1) throw corruptLog(event, `it follows revision \`${before.revision}\` of its request`)
    if (at < before.at) throw corruptLog(event, 'it is dated before the event that it follows')
    if (event.tenant !== first.tenant || event.requestingTenant !== first.requestingTenant)
      throw corruptLog(event, 'its tenants are not those of its request')
    // Else a span would be open during a time when the grant did not hold.
    if ((type === 'tenant-request.expiry-set' && at >= expiresAt) || (type === 'tenant-request.expired' && at > expiresAt))
      throw corruptLog(event, 'its grant had expired before')
    if ('expiresAt' in event) expiresAt = event.expiresAt ?? Infinity
    if (!usersRemovedBy(event).every((user) => named.delete(user)))
      throw corruptLog(event, 'it removes a user whom its request does not name')
    before = event
  }
}

function corruptLog({ id, type, revision }: TenantRequestEvent, why: string): ConsentryError {
  const issue: Issue = { path: [type, id], code: 'invalid', message: `cannot be used at revision \`${revision}\`` }
  return new ConsentryError(`event \`${id}\` cannot be used: ${why}`, { code: 'corrupt', issues: [issue] })
}
