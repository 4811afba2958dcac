/** The logs of requests: their events, checked and sorted, from those of a whole feed (SPEC 13.1). */
import { ConsentryError, throwRefusal } from './error.js'
import type { TenantRequestEvent } from './event.js'
import { isId, type TenantId, type TenantRequestId } from './ids.js'
import { isInstant } from './instant.js'
import { type Issue, type IssueList, listsIssue } from './refusal.js'

/** The events of one tenant request from its receipt on, in the order of their revisions. */
export type RequestLog = readonly [TenantRequestEvent, ...TenantRequestEvent[]]

type Check = (value: unknown) => boolean

const isIds: Check = (value) => Array.isArray(value) && value.every(isId)
const isIdOrNull: Check = (value) => value === null || isId(value)
const isInstantOrNull: Check = (value) => value === null || isInstant(value)

/** What every event of a request has, as far as a log is read. */
const COMMON: Readonly<Record<string, Check>> = {
  id: isId,
  tenantRequest: isId,
  accessRequest: isId,
  requestingTenant: isId,
  tenant: isId,
  at: isInstant,
  revision: Number.isSafeInteger,
}

/** What each type of event has besides. */
const FIELDS: Readonly<Record<TenantRequestEvent['type'], Readonly<Record<string, Check>>>> = {
  'tenant-request.received': { ...COMMON, users: isIds, answerBy: isInstantOrNull },
  'tenant-request.granted': { ...COMMON, expiresAt: isInstantOrNull, removedUsers: isIds },
  'tenant-request.rejected': COMMON,
  'tenant-request.withdrawn': { ...COMMON, removedUser: isIdOrNull },
  'tenant-request.expiry-set': { ...COMMON, expiresAt: isInstant },
  'tenant-request.user-removed': { ...COMMON, removedUser: isId },
  'tenant-request.revoked': { ...COMMON, removedUser: isIdOrNull },
  'tenant-request.expired': COMMON,
  'tenant-request.lapsed': COMMON,
}

const CHECKS = new Map<unknown, readonly (readonly [field: string, check: Check])[]>(
  Object.entries(FIELDS).map(([type, fields]) => [type, Object.entries(fields)]),
)

/** The events of other things, which a log leaves out. */
const OTHERS: readonly unknown[] = ['access-request.submitted', 'impersonation.started', 'impersonation.ended']

/**
 * Returns the log of each tenant request; with `tenant`, only of requests that ask that tenant.
 *
 * The events may come in any order: a log is ordered by revision. Events of submissions and sessions are left out.
 *
 * @throws `invalid-input` for events that are malformed. `corrupt` for a log that does not begin with the request's receipt, that lacks an
 *   event or has one twice, whose events step back in time, or that changes an expiry after the grant has expired.
 */
export function requestLogs(events: unknown, tenant?: TenantId): Map<TenantRequestId, RequestLog> {
  const logs = new Map<TenantRequestId, [TenantRequestEvent, ...TenantRequestEvent[]]>()
  for (const event of parseEvents(events)) {
    if (tenant !== undefined && event.tenant !== tenant) continue
    const log = logs.get(event.tenantRequest)
    if (log) log.push(event)
    else logs.set(event.tenantRequest, [event])
  }
  for (const log of logs.values()) checkLog(log.sort((a, b) => a.revision - b.revision))
  return logs
}

function parseEvents(events: unknown): TenantRequestEvent[] {
  const list: IssueList = { issues: [] }
  const refuse = (path: Issue['path'], message: string): void => {
    if (listsIssue(list)) list.issues.push({ path: ['events', ...path], code: 'invalid', message })
  }
  const parsed: TenantRequestEvent[] = []
  if (!Array.isArray(events)) refuse([], 'must be a list of events')
  else
    for (const [index, value] of events.entries()) {
      const event = copyOf(value)
      if (OTHERS.includes(event['type'])) continue
      const checks = CHECKS.get(event['type'])
      if (checks === undefined) refuse([index, 'type'], 'must be the type of an event')
      for (const [field, check] of checks ?? []) if (!check(event[field])) refuse([index, field], `must be as \`${event['type']}\` has it`)
      parsed.push(event as unknown as TenantRequestEvent)
    }
  return list.issues.length === 0 ? parsed : throwRefusal({ code: 'invalid-input', ...list })
}

// Copied, so that what was checked is what is used. A getter or a proxy that throws has no fields.
function copyOf(value: unknown): Readonly<Record<string, unknown>> {
  try {
    return { ...(value as object) }
  } catch {
    return {}
  }
}

function checkLog(log: RequestLog): void {
  const [first] = log
  if (first.type !== 'tenant-request.received') throw corruptLog(first, 'its request has no earlier `tenant-request.received`')
  let before = { at: first.at, revision: 0 }
  let expiresAt = Infinity
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
    before = event
  }
}

function corruptLog({ id, type, revision }: TenantRequestEvent, why: string): ConsentryError {
  const issue: Issue = { path: [type, id], code: 'invalid', message: `cannot be used at revision \`${revision}\`` }
  return new ConsentryError(`event \`${id}\` cannot be used: ${why}`, { code: 'corrupt', issues: [issue] })
}
