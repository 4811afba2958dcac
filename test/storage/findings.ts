/** Checks of a store after a crash, against the acknowledged commands and against its own events. */
import { isDeepStrictEqual } from 'node:util'
import type {
  AccessRequestSubmitted,
  ConsentryEvent,
  ImpersonationEnded,
  SessionEvent,
  TenantRequestEvent,
} from '../../src/domain/event.js'
import { applySessionEnd, type Session, sessionFromStart } from '../../src/domain/session-state.js'
import { fold } from '../../src/domain/tenant-request-state.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { requestIn, sessionIn } from '../../src/testing/contract/fixtures/reads.js'
import type { Place } from '../databases/places.js'
import type { Ledger } from './ledger.js'

export type Findings = Awaited<ReturnType<typeof findingsIn>>

/** A kind of stored state, and the events that it follows from. */
interface Kind {
  readonly what: string
  /** The keys of all rows, by plain SQL, which also finds rows without an event. */
  readonly keys: string
  readonly keyOf: (event: ConsentryEvent) => string | undefined
  readonly said: (own: readonly ConsentryEvent[]) => unknown
  readonly stored: (key: string) => Promise<unknown>
}

export async function findingsIn(place: Place, ledgers: readonly Ledger[]) {
  const events = await feedOf(place.repository)
  const stored = new Set(events.map(({ id }) => id))
  const commands = ledgers.flatMap(({ acknowledged }) => acknowledged)
  const told = new Set(ledgers.flatMap(({ acknowledged, open }) => [...acknowledged.flat(), ...open]))
  const halves = events.filter(({ id }) => !told.has(id)).map(({ id }) => `event ${id} of nobody`)
  halves.push(...(await statesUnlikeEvents(place, events)))
  return {
    acknowledged: commands.length,
    /** The number of acknowledged commands with a missing event. */
    lost: commands.filter((ids) => !ids.every((id) => stored.has(id))).length,
    /** Writers whose events are not their acknowledged commands in order plus at most one complete command. */
    noPrefix: ledgers.filter((ledger) => !isPrefix(events, ledger)).length,
    /** States that differ from their events, states without events, events without a state, and incomplete submissions. */
    halves,
  }
}

/** Returns every stored state that differs from its events, and every event without its state. */
export async function statesUnlikeEvents(place: Place, events?: readonly ConsentryEvent[]): Promise<readonly string[]> {
  const all = events ?? (await feedOf(place.repository))
  const found: string[] = []
  for (const kind of kindsIn(place)) found.push(...(await halvesOf(kind, place, all)))
  return found
}

/** Returns one report of all: the sums of their numbers, and their lists one after the other. */
export function totalOf<R extends object>(reports: readonly R[]): R {
  const add = (a: unknown, b: unknown) => (Array.isArray(a) ? a.concat(b) : Number(a) + Number(b))
  const sum = (all: R, one: R) => Object.fromEntries(Object.keys(one).map((key) => [key, add(all[key as keyof R], one[key as keyof R])]))
  return reports.reduce((all, one) => sum(all, one) as R)
}

export const feedOf = async (repository: Repository) =>
  (await repository.readEvents({ after: FEED_START, limit: 1_000_000 })).entries.map(({ event }) => event)

export function groupedBy(events: readonly ConsentryEvent[], keyOf: (event: ConsentryEvent) => string | undefined) {
  const grouped = new Map<string, ConsentryEvent[]>()
  for (const event of events) {
    const key = keyOf(event)
    if (key !== undefined) grouped.set(key, [...(grouped.get(key) ?? []), event])
  }
  return grouped
}

export const requestOf = (event: ConsentryEvent) => ('tenantRequest' in event ? event.tenantRequest : undefined)

function kindsIn({ repository, query, of }: Place): readonly Kind[] {
  const tenantsOf = (events: readonly { readonly tenant: string }[]) => events.map(({ tenant }) => tenant).sort()
  return [
    {
      what: 'request',
      keys: `select id as key from ${of('tenant_requests')}`,
      keyOf: requestOf,
      said: (own) => fold(own as TenantRequestEvent[]),
      stored: (id) => requestIn(repository, id),
    },
    {
      what: 'session',
      keys: `select hash as key from ${of('sessions')}`,
      keyOf: (event) => ('session' in event ? event.session : undefined),
      said: (own) => sessionOf(own as SessionEvent[]),
      stored: async (hash) => (await sessionIn(repository, hash, Date.now()))?.session,
    },
    {
      what: 'submission',
      keys: `select requesting_tenant || ' ' || id as key from ${of('access_requests')}`,
      keyOf: (event) => ('accessRequest' in event ? `${event.requestingTenant} ${event.accessRequest}` : undefined),
      said: (own) => {
        const { associations } = own.find(({ type }) => type === 'access-request.submitted') as AccessRequestSubmitted
        const asked = [...new Set(associations.flatMap(({ tenants }) => tenants))].sort()
        return { associations, asked, received: tenantsOf(own.filter(({ type }) => type === 'tenant-request.received')) }
      },
      stored: async (key) => {
        const [vendor = '', id = ''] = key.split(' ')
        const tenants = tenantsOf(await repository.tenantRequestsOf(vendor, id))
        return { associations: (await repository.accessRequest(vendor, id))?.associations, asked: tenants, received: tenants }
      },
    },
    {
      what: 'governed tenant',
      keys: `select tenant as key from ${of('governed_tenants')}`,
      keyOf: ({ type, tenant }) => (type === 'tenant-request.granted' ? tenant : undefined),
      said: (own) => Math.min(...own.map(({ at }) => at)),
      stored: async (tenant) => {
        const [row] = await query(`select since from ${of('governed_tenants')} where tenant = '${tenant}'`)
        return row && Number(row['since'])
      },
    },
  ]
}

async function halvesOf({ what, keys, keyOf, said, stored }: Kind, { query }: Place, events: readonly ConsentryEvent[]): Promise<string[]> {
  const grouped = groupedBy(events, keyOf)
  const rows = (await query(keys)).map(({ key }) => String(key))
  const wrong: string[] = []
  for (const key of new Set([...rows, ...grouped.keys()])) {
    const own = grouped.get(key) ?? []
    try {
      if (!isDeepStrictEqual(said(own), await stored(key))) wrong.push(`${what} ${key}`)
    } catch (error) {
      wrong.push(`${what} ${key}: ${error}`)
    }
  }
  return wrong
}

function isPrefix(events: readonly ConsentryEvent[], { acknowledged, open }: Ledger): boolean {
  const own = new Set([...acknowledged.flat(), ...open])
  const found = events.flatMap(({ id }) => (own.has(id) ? [id] : []))
  return [acknowledged.flat(), [...acknowledged.flat(), ...open]].some((expected) => isDeepStrictEqual(found, expected))
}

function sessionOf([start, ...ends]: readonly SessionEvent[]): Session | undefined {
  if (start?.type !== 'impersonation.started') return undefined
  return (ends as ImpersonationEnded[]).reduce<Session>(applySessionEnd, sessionFromStart(start))
}
