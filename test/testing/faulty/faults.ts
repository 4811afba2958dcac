/** What the faulty repositories share: the form of a fault, and what several faults do. */
import type { ConsentryEvent } from '../../../src/domain/event.js'
import type { SessionHash } from '../../../src/domain/session-hash.js'
import type { RequestFacts } from '../../../src/domain/status.js'
import type { TenantRequest } from '../../../src/domain/tenant-request-state.js'
import {
  type EventFeed,
  FEED_START,
  type FeedEntry,
  type FeedPage,
  idsInEvent,
  type Position,
  upToPageIds,
} from '../../../src/ports/event-feed.js'
import type { Repository, SessionRow } from '../../../src/ports/repository.js'
import type { SessionSaveResult } from '../../../src/ports/saving.js'

/** The faults by name; `breaks` lists the contract tests that fail, the most specific first. */
export type Faults = Readonly<Record<string, { readonly breaks: readonly [string, ...string[]]; readonly change: Change }>>

export type Change = (inner: Repository) => Partial<Faulty>

/** A page of the feed; without `latest` it gets one that is correct for any other fault. */
export type FaultyPage = Omit<FeedPage, 'latest'> & Partial<FeedPage>

type Faulty = Omit<Repository, 'readEvents'> & { readonly readEvents: (query: FeedQuery) => Promise<FaultyPage> }
export type FeedQuery = Parameters<EventFeed['readEvents']>[0]

/** Returns the change of one method. */
export function replacing<N extends keyof Faulty>(name: N, by: (inner: Repository) => Faulty[N]): Change {
  return (inner) => ({ [name]: by(inner) })
}

/** The filters of the lists (SPEC 6.9), which faults of their own break. */
const FILTERS = ['types', 'from', 'to', 'tenantRequest', 'session', 'users', 'tenants', 'requestingTenants', 'methods', 'expiresBefore']

/** Returns a change of one list that affects it without filters only: with one, the correct method answers. */
export function unfiltered(change: Change): Change {
  return (inner) => {
    const methods = Object.entries(change(inner)).map(([name, faulty]) => {
      const correct = Reflect.get(inner, name)
      const isFiltered = (query: object) => FILTERS.some((filter) => Reflect.get(query, filter) !== undefined)
      return [name, (query: object) => (isFiltered(query) ? correct(query) : Reflect.apply(faulty as () => unknown, undefined, [query]))]
    })
    return Object.fromEntries(methods)
  }
}

/** More rows than any contract test saves. */
export const ALL = 1_000_000

export const yieldToOthers = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Returns the whole feed. A page ends early, so there may be several. */
export async function allEntries(inner: Pick<Faulty, 'readEvents'>): Promise<readonly FeedEntry[]> {
  const entries: FeedEntry[] = []
  for (let after = FEED_START; ; ) {
    const page = await inner.readEvents({ after, limit: ALL })
    entries.push(...page.entries)
    if (page.entries.length === 0) return entries
    after = page.position
  }
}
export const allEvents = async (inner: Pick<Faulty, 'readEvents'>) => (await allEntries(inner)).map(({ event }) => event)
export const allTenants = async (inner: Repository) => [...new Set((await allEvents(inner)).map(({ tenant }) => tenant))]

/** Returns the whole request snapshot. */
export async function allRequests(inner: Repository): Promise<readonly RequestFacts[]> {
  const requests: RequestFacts[] = []
  for (let page = await inner.requestPage({ limit: ALL }); page.length > 0; ) {
    requests.push(...page)
    page = await inner.requestPage({ after: page.at(-1), limit: ALL })
  }
  return requests
}
export const tenantRequestIn = async (inner: Repository, id: string): Promise<TenantRequest | undefined> =>
  (await inner.tenantRequests([id]))[0]
/** Returns the session with this hash and its facts at that instant. */
export const sessionIn = async (inner: Repository, hash: SessionHash, now = 0): Promise<SessionRow | undefined> =>
  (await inner.sessionRows({ hashes: [hash], now }))[0]
export const isAccessLost = (event: ConsentryEvent) => event.type === 'impersonation.ended' && event.cause === 'access-lost'

/** Replaces the three methods that save: `around` gets the events and the call of the correct method. */
export function aroundSaves(inner: Repository, around: <T>(events: readonly ConsentryEvent[], save: () => Promise<T>) => Promise<T>) {
  const eventsOf = (changes: readonly { readonly event: ConsentryEvent }[]) => changes.map(({ event }) => event)
  return {
    saveSubmission: (submitted, cap) => around(submitted.events, () => inner.saveSubmission(submitted, cap)),
    saveChanges: (changes) => around(eventsOf(changes), () => inner.saveChanges(changes)),
    saveSessionChanges: (changes, cap) => around(eventsOf(changes), () => inner.saveSessionChanges(changes, cap)),
  } satisfies Partial<Repository>
}

export function inChunks<C, Cap, R extends SessionSaveResult>(save: (changes: readonly C[], cap?: Cap) => Promise<R>) {
  return async (changes: readonly C[], cap?: Cap): Promise<R | 'saved'> => {
    for (let from = 0; from < changes.length; from += 500) {
      const result = await save(changes.slice(from, from + 500), cap)
      if (result !== 'saved') return result
    }
    return 'saved'
  }
}

/** Returns the page of the feed at the start of these entries, all of which come after the position of the query. */
export function feedPage(later: readonly FeedEntry[], { after, limit, types }: FeedQuery): FaultyPage {
  const isAsked = ({ event }: FeedEntry) => types === undefined || types.includes(event.type)
  const read = upToPageIds(later.slice(0, limit), (entry) => (isAsked(entry) ? idsInEvent(entry.event) : 0))
  return { entries: read.filter(isAsked), position: read.at(-1)?.position ?? after }
}
export const numbered = (events: readonly ConsentryEvent[], start: Position): FeedEntry[] =>
  events.map((event, n) => ({ position: { at: start.at + n + 1, event: event.id }, event }))
