/** Gathers the notices of a page of events. */
import type { ConsentryEvent } from '../domain/event.js'
import type { TenantRequestId } from '../domain/ids.js'
import type { Policy } from '../domain/policy.js'
import type { SessionHash } from '../domain/session-hash.js'
import type { Session } from '../domain/session-state.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import type { FeedEntry } from '../ports/event-feed.js'
import type { Repository } from '../ports/repository.js'
import type { PlannedNotice } from './stored-notice.js'
import { toldBy } from './told.js'

/** What gathering needs. */
export interface GatherContext {
  readonly repository: Repository
  readonly policy: Pick<Policy, 'showUsersToTenant'>
  readonly reportError: (error: unknown) => void
}

/** Returns the notices of these events, in their order. */
export async function noticesOfEvents(
  entries: readonly FeedEntry[],
  now: number,
  context: GatherContext,
): Promise<readonly PlannedNotice[]> {
  const events = entries.map(({ event }) => event)
  const [requests, sessions, firstGrants] = await Promise.all([
    requestsById([...new Set(events.flatMap((event) => ('tenantRequest' in event ? [event.tenantRequest] : [])))], context),
    sessionsOf(events, now, context),
    firstGrantsAmong(events, context),
  ])
  const { policy } = context
  return events.flatMap((event) => {
    const request = 'tenantRequest' in event ? requests.get(event.tenantRequest) : undefined
    const session = 'session' in event ? sessions.get(event.session) : undefined
    const subject = 'tenantRequest' in event ? event.tenantRequest : 'session' in event ? event.session : event.accessRequest
    return toldBy(event, { request, session, isFirstGrant: firstGrants.has(event.id), policy }).map((told) => ({
      ...told,
      at: event.at,
      source: [event.id],
      subject,
      reminderOf: null,
      keepUntil: null,
    }))
  })
}

/** Returns these requests as last saved. One that cannot be read is reported, and left out. */
export async function requestsById(
  ids: readonly TenantRequestId[],
  { repository, reportError }: Pick<GatherContext, 'repository' | 'reportError'>,
): Promise<ReadonlyMap<TenantRequestId, TenantRequest>> {
  const readSome = async (some: readonly string[]): Promise<readonly TenantRequest[]> => {
    try {
      return some.length === 0 ? [] : await repository.tenantRequests(some)
    } catch (error) {
      if (ids.length > 1 && some.length > 1) return (await Promise.all(some.map((id) => readSome([id])))).flat()
      if (!isUnreadable(error)) throw error
      reportError(error)
      return []
    }
  }
  return new Map((await readSome(ids)).map((request) => [request.id, request]))
}

// An outage is no property of a row: the page is gathered again.
function isUnreadable(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === 'corrupt'
}

async function sessionsOf(
  events: readonly ConsentryEvent[],
  now: number,
  { repository }: GatherContext,
): Promise<ReadonlyMap<SessionHash, Session>> {
  const hashes = [...new Set(events.flatMap((event) => (event.type === 'impersonation.ended' ? [event.session] : [])))]
  if (hashes.length === 0) return new Map()
  return new Map((await repository.sessionRows({ hashes, now })).map(({ session }) => [session.hash, session]))
}

/** Returns the ids of those events that are the first grant of their tenant. */
// Before them, the history of the tenant has none.
async function firstGrantsAmong(events: readonly ConsentryEvent[], { repository }: GatherContext): Promise<ReadonlySet<string>> {
  const first = await Promise.all(
    events.map(async (event) => {
      if (event.type !== 'tenant-request.granted') return []
      const { id, at, tenant, type } = event
      const earlier = await repository.history({ tenant, types: [type], after: { at, id }, limit: 1 })
      return earlier.length === 0 ? [id] : []
    }),
  )
  return new Set(first.flat())
}
