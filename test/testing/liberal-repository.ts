/** A correct repository that uses every freedom of the port, so that no contract test checks more. */
import { memoryRepository } from '../../src/adapters/memory.js'
import { AccessRequest } from '../../src/domain/access-request.js'
import { ConsentryEvent } from '../../src/domain/event.js'
import type { TenantFacts } from '../../src/domain/facts.js'
import { compareIds } from '../../src/domain/ids.js'
import { Session } from '../../src/domain/session-state.js'
import { TenantRequest } from '../../src/domain/tenant-request-state.js'
import { FEED_START, feedChanged } from '../../src/ports/event-feed.js'
import type { Repository, SessionRow } from '../../src/ports/repository.js'
import { allEntries, allEvents, aroundSaves, feedPage, yieldToOthers } from './faulty/faults.js'

export function liberalRepository(): Repository {
  const { subscribe, ...inner } = strictRepository()
  const late = { ...inner }
  for (const [name, method] of Object.entries(inner) as [string, (...values: unknown[]) => Promise<unknown>][])
    Reflect.set(late, name, async (...values: unknown[]) => {
      await yieldToOthers()
      return structuredClone(await method(...values))
    })
  const readEvents = withGaps(late)
  let seen = FEED_START
  return {
    ...late,
    tenantRequests: async (ids, party) => (await late.tenantRequests(ids, party)).toReversed(),
    factsFor: async (query) => reversed(await late.factsFor(query)),
    factsForMany: async (queries) => (await late.factsForMany(queries)).map(reversed),
    grantsOfUser: async (query) => (await late.grantsOfUser(query)).map(reversed),
    sessionRows: async (query) => (await late.sessionRows(query)).map(withReversedFacts).toReversed(),
    sessions: async (query) => (await late.sessions(query)).map(withReversedFacts),
    readEvents,
    // `stable` lags: it is the end of the feed at the previous call.
    async positions() {
      const stable = seen
      seen = (await allEntries({ readEvents })).at(-1)?.position ?? FEED_START
      return { stable, latest: seen }
    },
    // Notifies early, twice, late, and without a change.
    subscribe: async ({ onChange, onDisconnect }) => {
      const timer = setInterval(onChange, 50)
      const stop = await subscribe?.({ onChange: () => setImmediate(onChange), onDisconnect })
      return async () => {
        clearInterval(timer)
        await stop?.()
        await yieldToOthers()
      }
    },
  }
}

/**
 * Assigns positions on the first read, with gaps; unread events are ordered by revision.
 * With `types`, a page is full, and moves past the events that are left out before its last.
 */
function withGaps(inner: Repository): Repository['readEvents'] {
  const placed: ConsentryEvent[] = []
  const known = new Set<string>()
  return async (query) => {
    const { after, limit, types } = query
    const events = (await allEvents(inner)).filter(({ id }) => !known.has(id))
    placed.push(...events.sort((a, b) => a.revision - b.revision || compareIds(b.id, a.id)))
    for (const { id } of events) known.add(id)
    const before = Math.floor(after.at / 3)
    if (after.at > 0 && (after.at % 3 > 0 || placed[before - 1]?.id !== after.event)) throw feedChanged()
    const later = structuredClone(placed.slice(before)).map((event, n) => ({
      position: { at: 3 * (before + n + 1), event: event.id },
      event,
    }))
    const latest = placed.length === 0 ? FEED_START : { at: 3 * placed.length, event: placed.at(-1)?.id ?? null }
    const asked = later.filter(({ event }) => types === undefined || types.includes(event.type))
    const page = feedPage(asked, query)
    return page.entries.length < Math.min(limit, asked.length) || asked.length > limit
      ? { ...page, latest }
      : { ...page, position: later.at(-1)?.position ?? after, latest }
  }
}

function strictRepository(): Repository {
  const { readers: _, notices: __, ...inner } = memoryRepository()
  const saves = aroundSaves(inner, (events, save) => {
    for (const event of events) ConsentryEvent.parse(event)
    return save()
  })
  return {
    ...inner,
    async saveSubmission(submitted, cap) {
      AccessRequest.parse(submitted.request)
      for (const request of submitted.tenantRequests) TenantRequest.parse(request)
      return saves.saveSubmission(submitted, cap)
    },
    async saveChanges(changes) {
      for (const { request } of changes) TenantRequest.parse(request)
      return saves.saveChanges(changes)
    },
    async saveSessionChanges(changes, cap) {
      for (const { session } of changes) Session.parse(session)
      return saves.saveSessionChanges(changes, cap)
    },
  }
}

const reversed = (facts: TenantFacts) => ({ ...facts, requests: facts.requests.toReversed() })
const withReversedFacts = (row: SessionRow) => ({ ...row, facts: reversed(row.facts) })
