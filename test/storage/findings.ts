/** Checks of a store after a crash, against the acknowledged commands and against its own events. */

import { isDeepStrictEqual } from 'node:util'
import type { AccessRequestSubmitted, ConsentryEvent, SessionEvent, TenantRequestEvent } from '../../src/domain/event.js'
import { applySessionEnd, type Session, sessionFromStart } from '../../src/domain/session-state.js'
import { fold } from '../../src/domain/tenant-request-state.js'
import { FEED_START, type Position } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import type { Ledger } from './ledger.js'

/** The table contents, read by plain SQL, which also finds rows without an event. */
export interface Rows {
  readonly requests: readonly string[]
  readonly accessRequests: readonly string[]
  readonly sessions: readonly string[]
  readonly governed: ReadonlyMap<string, number>
}

/** Runs plain SQL and returns its rows. */
export type Query = (sql: string) => Promise<readonly Record<string, unknown>[]>

/** The findings. */
export interface Findings {
  /** The number of acknowledged commands, and those with a missing event. */
  readonly acknowledged: number
  readonly lost: number
  /** States that differ from their events, events without a state, and incomplete submissions. */
  readonly halves: readonly string[]
  /** Writers whose events are not their acknowledged commands in order plus at most one complete command. */
  readonly noPrefix: number
}

/** Runs all checks, after all writers have ended. */
export async function findingsIn(repository: Repository, query: Query, prefix: string, ledgers: readonly Ledger[]): Promise<Findings> {
  const [events, rows] = [await feedOf(repository), await rowsOf(query, prefix)]
  const stored = new Set(events.map(({ id }) => id))
  const commands = ledgers.flatMap(({ acknowledged }) => acknowledged)
  const told = new Set(ledgers.flatMap(({ acknowledged, open }) => [...acknowledged.flat(), ...open]))
  return {
    acknowledged: commands.length,
    lost: commands.filter((ids) => !ids.every((id) => stored.has(id))).length,
    noPrefix: ledgers.filter((ledger) => !isPrefix(events, ledger)).length,
    halves: [
      ...events.filter(({ id }) => !told.has(id)).map(({ id }) => `event ${id} of nobody`),
      ...(await halfRequests(repository, events, rows)),
      ...(await halfSessions(repository, events, rows)),
      ...(await halfSubmissions(repository, events, rows)),
      ...wronglyGoverned(events, rows),
    ],
  }
}

/** Reads the whole feed. */
export async function feedOf(repository: Repository): Promise<ConsentryEvent[]> {
  const all: ConsentryEvent[] = []
  for (let from: Position = FEED_START, more = true; more; ) {
    const { entries, position } = await repository.readEvents({ after: from, limit: 1_000 })
    all.push(...entries.map(({ event }) => event))
    more = entries.length > 0
    from = position
  }
  return all
}

async function rowsOf(query: Query, prefix: string): Promise<Rows> {
  const idsOf = async (sql: string) => (await query(sql)).map((row) => String(row['id']))
  const governed = await query(`select tenant, since from ${prefix}governed_tenants`)
  return {
    requests: await idsOf(`select id from ${prefix}tenant_requests`),
    accessRequests: await idsOf(`select requesting_tenant || ' ' || id as id from ${prefix}access_requests`),
    sessions: await idsOf(`select hash as id from ${prefix}sessions`),
    governed: new Map(governed.map((row) => [String(row['tenant']), Number(row['since'])])),
  }
}

function isPrefix(events: readonly ConsentryEvent[], { acknowledged, open }: Ledger): boolean {
  const own = new Set([...acknowledged.flat(), ...open])
  const found = events.flatMap(({ id }) => (own.has(id) ? [id] : []))
  return isDeepStrictEqual(found, acknowledged.flat()) || isDeepStrictEqual(found, [...acknowledged.flat(), ...open])
}

async function halfRequests(repository: Repository, events: readonly ConsentryEvent[], rows: Rows): Promise<string[]> {
  const grouped = groupedBy(events, (event) => ('tenantRequest' in event ? event.tenantRequest : undefined))
  return differing('request', rows.requests, grouped, async (id, own) => [
    fold(own as TenantRequestEvent[]),
    await repository.tenantRequest(id),
  ])
}

async function halfSessions(repository: Repository, events: readonly ConsentryEvent[], rows: Rows): Promise<string[]> {
  const grouped = groupedBy(events, (event) => ('session' in event ? event.session : undefined))
  return differing('session', rows.sessions, grouped, async (hash, own) => [
    sessionOf(own as SessionEvent[]),
    (await repository.session(hash))?.session,
  ])
}

async function halfSubmissions(repository: Repository, events: readonly ConsentryEvent[], rows: Rows): Promise<string[]> {
  const keyOf = (event: ConsentryEvent) => ('accessRequest' in event ? `${event.requestingTenant} ${event.accessRequest}` : undefined)
  const submitted = events.filter(({ type }) => type === 'access-request.submitted')
  const received = groupedBy(
    events.filter(({ type }) => type === 'tenant-request.received'),
    keyOf,
  )
  return differing('submission', rows.accessRequests, groupedBy(submitted, keyOf), async (key, [event]) => {
    const { requestingTenant, accessRequest, associations } = event as AccessRequestSubmitted
    const asked = [...new Set(associations.flatMap(({ tenants }) => tenants))].sort()
    const stored = await repository.accessRequest(requestingTenant, accessRequest)
    return [
      { associations, received: asked, requests: asked },
      {
        associations: stored?.associations,
        received: (received.get(key) ?? []).map(({ tenant }) => tenant).sort(),
        requests: (await repository.tenantRequestsOf(requestingTenant, accessRequest)).map(({ tenant }) => tenant).sort(),
      },
    ]
  })
}

function wronglyGoverned(events: readonly ConsentryEvent[], { governed }: Rows): string[] {
  const since = new Map<string, number>()
  for (const { type, tenant, at } of events) {
    if (type === 'tenant-request.granted') since.set(tenant, Math.min(at, since.get(tenant) ?? at))
  }
  const tenants = new Set([...since.keys(), ...governed.keys()])
  return [...tenants].filter((tenant) => since.get(tenant) !== governed.get(tenant)).map((tenant) => `governed ${tenant}`)
}

/** Returns every stored state that differs from the fold of its events. */
async function differing(
  what: string,
  rows: readonly string[],
  grouped: ReadonlyMap<string, readonly ConsentryEvent[]>,
  both: (id: string, own: readonly ConsentryEvent[]) => Promise<readonly [unknown, unknown]>,
): Promise<string[]> {
  const wrong: string[] = []
  for (const id of new Set([...rows, ...grouped.keys()])) {
    const own = grouped.get(id)
    if (own === undefined) {
      wrong.push(`${what} ${id} without events`)
      continue
    }
    const [said, stored] = await both(id, own).catch((error: Error) => [error.message, undefined])
    if (!isDeepStrictEqual(said, stored)) wrong.push(`${what} ${id}`)
  }
  return wrong
}

function sessionOf([start, ...ends]: readonly SessionEvent[]): Session | undefined {
  if (start?.type !== 'impersonation.started') return undefined
  return ends.reduce<Session>(
    (session, event) => (event.type === 'impersonation.ended' ? applySessionEnd(session, event) : session),
    sessionFromStart(start),
  )
}

function groupedBy(events: readonly ConsentryEvent[], keyOf: (event: ConsentryEvent) => string | undefined): Map<string, ConsentryEvent[]> {
  const grouped = new Map<string, ConsentryEvent[]>()
  for (const event of events) {
    const key = keyOf(event)
    if (key !== undefined) grouped.set(key, [...(grouped.get(key) ?? []), event])
  }
  return grouped
}
