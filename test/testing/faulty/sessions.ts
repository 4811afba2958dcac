/** Faults of the session store. */
import { byStartDesc } from '../../../src/adapters/memory/parts.js'
import { recordedEnd } from '../../../src/domain/session-state.js'
import type { SessionRow } from '../../../src/ports/repository.js'
import { ALL, allTenants, aroundSaves, type Faults, inChunks, replacing, yieldToOthers } from './faults.js'

const EVENT_ID_TAKEN = 'a session start or end whose event id is taken, by a request or a session, rejects and saves nothing'
const GOVERNED_SINCE = '`governedSince` is the earliest grant of the tenant, whatever users it names and in any order of saving'
const INSTANTS = 'sessions keep their instants to the millisecond, compared as numbers, from the first to the last'
const OPEN_AT = 'sessions open at an instant are those whose recorded or scheduled end is after it: open 1 ms before the end, not at it'
export const IDS = 'sessions are found by the exact ids of their tenants, whatever the characters'

export const sessionFaults: Faults = {
  'compares the revision of an ending session before its transaction, and records a concurrent end twice': {
    breaks: [
      'of concurrent ends of one session, exactly one is saved and the others return `conflict`',
      'of concurrent batches of ends that share one session, exactly one is saved and nothing of the others',
    ],
    change: replacing('saveSessionChanges', (inner) => async (changes) => {
      const storedSessions = async () => {
        const rows = await Promise.all(changes.map(({ session }) => inner.session(session.hash)))
        return rows.map((row) => row?.session)
      }
      const compared = await storedSessions()
      const isEnd = changes.map(({ session }) => session.state === 'ended')
      if (changes.some(({ session }, n) => isEnd[n] && compared[n]?.revision !== session.revision - 1)) return 'conflict'
      if (new Set(changes.map(({ session }) => session.hash)).size < changes.length) return 'conflict'
      await yieldToOthers()
      const current = await storedSessions()
      const result = await inner.saveSessionChanges(changes.filter((_, n) => !isEnd[n] || current[n]?.state !== 'ended'))
      return isEnd.includes(true) ? 'saved' : result
    }),
  },
  'returns `saved` for a start of a stored session, like an insert that ignores conflicts': {
    breaks: [
      'a start of a stored session, open or ended, returns `conflict` and saves nothing',
      'after a `conflict` the session can be read again and ended',
    ],
    change: replacing('saveSessionChanges', (inner) => async (changes) => {
      const stored = await Promise.all(changes.map(({ session }) => inner.session(session.hash)))
      const ignored = changes.length > 0 && changes.every(({ session }, n) => session.state === 'open' && stored[n] !== undefined)
      const result = await inner.saveSessionChanges(changes)
      return ignored ? 'saved' : result
    }),
  },
  'saves a large batch of ends in chunks, each in its own transaction': {
    breaks: ['a batch of 1,000 session ends with only the last one stale saves nothing'],
    change: (inner) => ({ saveSessionChanges: inChunks(inner.saveSessionChanges) }),
  },
  'keeps session events in a separate table, whose ids may repeat those of other events': {
    breaks: [EVENT_ID_TAKEN, 'refused, repeated and rejected writes leave nothing in the feed'],
    change: (inner) => {
      const taken = new Set<string>()
      const { saveSubmission, saveChanges } = aroundSaves(inner, async (events, save) => {
        const answer = await save()
        for (const { id } of events) taken.add(id)
        return answer
      })
      const renamed = <E extends { readonly id: string }>(event: E): E => (taken.has(event.id) ? { ...event, id: `${event.id}'` } : event)
      return {
        saveSubmission,
        saveChanges,
        saveSessionChanges: (changes) =>
          inner.saveSessionChanges(changes.map(({ session, event }) => ({ session, event: renamed(event) }))),
      }
    },
  },
  'caches the facts of a session row from the first read': {
    breaks: ['the facts of a session row reflect every later grant, expiry, removal and revocation, and `governed`', GOVERNED_SINCE],
    change: replacing('session', (inner) => {
      const known = new Map<string, SessionRow['facts']>()
      return async (hash) => {
        const row = await inner.session(hash)
        if (row === undefined) return undefined
        const version = `${hash} ${row.session.revision}`
        const facts = known.get(version) ?? row.facts
        known.set(version, facts)
        return { ...row, facts }
      }
    }),
  },
  'computes `governedSince` only from the requests that name the user of the session': {
    breaks: [
      GOVERNED_SINCE,
      "the facts of a session row contain its tenant's requests, of every requester, that name or named its user",
      EVENT_ID_TAKEN,
    ],
    change: replacing('session', (inner) => async (hash) => {
      const row = await inner.session(hash)
      const grants = row?.facts.requests.flatMap((request) => ('grantedAt' in request ? [request.grantedAt] : [])) ?? []
      return row && { ...row, governedSince: grants.length === 0 ? null : Math.min(...grants) }
    }),
  },
  'reads a session and its facts in two transactions': {
    breaks: ['a session and its facts are read in one snapshot, whatever is saved concurrently'],
    change: replacing('session', (inner) => async (hash) => {
      const row = await inner.session(hash)
      if (row === undefined) return undefined
      await yieldToOthers()
      return { ...row, facts: await inner.factsFor(row.session.tenant, row.session.user) }
    }),
  },
  'treats a session as open at the instant of its end': {
    breaks: [OPEN_AT, INSTANTS],
    change: (inner) => ({
      sessions: (query) => inner.sessions({ ...query, ...(query.openAt !== undefined && { openAt: query.openAt - 1 }) }),
    }),
  },
  'treats a session with a recorded end as ended before that end': {
    breaks: [OPEN_AT, INSTANTS],
    change: replacing('sessions', (inner) => async (query) => {
      const rows = await inner.sessions({ ...query, limit: ALL })
      return rows.filter(({ session }) => query.openAt === undefined || session.state === 'open').slice(0, query.limit)
    }),
  },
  'filters sessions by `openAt` after cutting the page': {
    breaks: [
      '`openAt` fills the pages of the sessions of a requesting tenant even if open sessions are sparse',
      '`openAt` fills the pages of the sessions inside a tenant even if open sessions are sparse',
      '`openAt` fills the pages of the sessions of two parties even if open sessions are sparse',
    ],
    change: replacing('sessions', (inner) => async ({ openAt, ...query }) => {
      const page = await inner.sessions(query)
      return page.filter(({ session }) => openAt === undefined || openAt < recordedEnd(session))
    }),
  },
  "shows another tenant's sessions after a key, because of missing brackets around an `or`": {
    breaks: [
      'continuing from any key, the sessions inside a tenant neither repeat nor skip a session, even with one row per page',
      '`openAt` fills the pages of the sessions inside a tenant even if open sessions are sparse',
    ],
    change: replacing('sessions', (inner) => async (query) => {
      const { after, tenant } = query
      if (after === undefined || tenant === undefined || query.requestingTenant !== undefined) return inner.sessions(query)
      const rows = await Promise.all((await allTenants(inner)).map((one) => inner.sessions({ ...query, tenant: one })))
      const newestFirst = rows.flat().sort((a, b) => byStartDesc(a.session, b.session))
      return newestFirst.filter(({ session }) => session.tenant === tenant || session.startedAt === after.startedAt).slice(0, query.limit)
    }),
  },
  'shows a tenant as both parties only the sessions of its own users': {
    breaks: ['the sessions of a tenant as both parties are the sessions of both, each once', IDS],
    change: (inner) => ({
      sessions: ({ requestingTenant, tenant, ...query }) =>
        inner.sessions({ ...query, requestingTenant, tenant: tenant === requestingTenant ? undefined : tenant }),
    }),
  },
  'continues open sessions by start, although they are ordered by end': {
    breaks: [
      'continuing from any key, open sessions neither repeat nor skip a session, even with one row per page',
      'sessions that start and end between pages of open sessions cause no repeated or skipped open session',
    ],
    change: replacing('openSessions', (inner) => async ({ after, limit }) => {
      const rows = await inner.openSessions({ limit: ALL })
      const last = rows.find(({ session }) => session.hash === after?.hash)?.session
      return rows.filter(({ session }) => last === undefined || session.startedAt > last.startedAt).slice(0, limit)
    }),
  },
}
