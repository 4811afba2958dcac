/** Faults of the session store. */
import { byStartDesc } from '../../../src/adapters/memory/parts.js'
import type { Instant } from '../../../src/domain/instant.js'
import { recordedEnd, type Session } from '../../../src/domain/session-state.js'
import type { Repository, SessionRow } from '../../../src/ports/repository.js'
import {
  ALL,
  allTenants,
  aroundSaves,
  type Change,
  type Faults,
  inChunks,
  replacing,
  sessionIn,
  unfiltered,
  yieldToOthers,
} from './faults.js'

const EVENT_ID_TAKEN = 'a session start or end whose event id is taken, by a request or a session, rejects and saves nothing'
const GOVERNED_SINCE = '`governedSince` is the earliest grant of the tenant, whatever users it names and in any order of saving'
const LATER_FACTS = 'the facts of a session row reflect every later grant, expiry, removal and revocation, and `governed`'
const INSTANTS = 'sessions keep their instants to the millisecond, compared as numbers, from the first to the last'
const ENDS = 'sessions that can be live at an instant end after it, by a record or the schedule: 1 ms before the end, not at it'
const LIVE = 'a session can be live if a grant to its user holds, or by a legacy method where no grant ever was'
const SESSION_FACTS = 'the facts of a session row contain the requests on which the session depends, of its requesting tenant only'
export const IDS = 'sessions are found by the exact ids of their tenants, whatever the characters'

async function withFactsOfAll(inner: Repository, row: SessionRow, now: Instant): Promise<SessionRow> {
  const { tenant, user, requestingTenant } = row.session
  const { requests } = await inner.factsFor({ tenant, user, from: null, now })
  const others = requests.filter((request) => request.requestingTenant !== requestingTenant)
  return { ...row, facts: { ...row.facts, requests: [...row.facts.requests, ...others] } }
}

const CAP = 'a start beyond the cap of live sessions of its user returns `too-many-live` and saves nothing'
const CAP_ENDS = 'an end that is saved with a start makes room for it below the cap of live sessions'
const CAP_RACE = 'of concurrent starts none goes beyond the cap of live sessions'

/** Returns all sessions that can be live. */
async function liveSessions(inner: Repository, now: Instant): Promise<readonly Session[]> {
  const rows = await Promise.all((await allTenants(inner)).map((tenant) => inner.sessions({ tenant, now, liveOnly: true, limit: ALL })))
  return rows.flat().map(({ session }) => session)
}

/** Counts by `counts` before saving, and saves without a cap. */
const cappedBy = (
  counts: (session: Session, now: Instant, live: ReadonlySet<string>) => boolean,
  meanwhile: () => Promise<void> = async () => {},
  seesEnds = true,
): Change =>
  replacing('saveSessionChanges', (inner) => async (changes, cap) => {
    if (cap === undefined) return inner.saveSessionChanges(changes)
    const starts = changes.flatMap(({ session }) => (session.revision === 1 ? [session] : []))
    const live = new Set((await liveSessions(inner, cap.now)).map(({ hash }) => hash))
    const changed = new Map(changes.map(({ session }) => [session.hash, session]))
    for (const { user } of starts) {
      const stored = await inner.sessions({ user, now: cap.now, limit: ALL })
      const after = stored.map(({ session }) => (seesEnds ? changed.get(session.hash) : undefined) ?? session)
      const count = after.filter((session) => counts(session, cap.now, live)).length + starts.filter((one) => one.user === user).length
      if (count > cap.maxLive) return 'too-many-live'
    }
    await meanwhile()
    return inner.saveSessionChanges(changes)
  })

export const sessionFaults: Faults = {
  'compares the revision of an ending session before its transaction, and records a concurrent end twice': {
    breaks: [
      'of concurrent ends of one session, exactly one is saved and the others return `conflict`',
      'of concurrent batches of ends that share one session, exactly one is saved and nothing of the others',
    ],
    change: replacing('saveSessionChanges', (inner) => async (changes, cap) => {
      const storedSessions = async () => {
        const rows = await Promise.all(changes.map(({ session }) => sessionIn(inner, session.hash)))
        return rows.map((row) => row?.session)
      }
      const compared = await storedSessions()
      const isEnd = changes.map(({ session }) => session.state === 'ended')
      if (changes.some(({ session }, n) => isEnd[n] && compared[n]?.revision !== session.revision - 1)) return 'conflict'
      if (new Set(changes.map(({ session }) => session.hash)).size < changes.length) return 'conflict'
      await yieldToOthers()
      const current = await storedSessions()
      const kept = changes.filter((_, n) => !isEnd[n] || current[n]?.state !== 'ended')
      const result = await inner.saveSessionChanges(kept, cap)
      return isEnd.includes(true) && result === 'conflict' ? 'saved' : result
    }),
  },
  'returns `saved` for a start of a stored session, like an insert that ignores conflicts': {
    breaks: [
      'a start of a stored session, open or ended, returns `conflict` and saves nothing',
      'after a `conflict` the session can be read again and ended',
    ],
    change: replacing('saveSessionChanges', (inner) => async (changes, cap) => {
      const stored = await Promise.all(changes.map(({ session }) => sessionIn(inner, session.hash)))
      const ignored = changes.length > 0 && changes.every(({ session }, n) => session.state === 'open' && stored[n] !== undefined)
      const result = await inner.saveSessionChanges(changes, cap)
      return ignored ? 'saved' : result
    }),
  },
  'stores the user of a session as the one who ended it, whoever did': {
    breaks: ['a session end returns `saved`, and the session and its event are read back exactly, for every cause'],
    change: replacing(
      'saveSessionChanges',
      (inner) => (changes, cap) =>
        inner.saveSessionChanges(
          changes.map(({ session, event }) => {
            if (session.state === 'open' || session.endedBy === 'clock') return { session, event }
            return { session: { ...session, endedBy: { user: session.user, tenant: session.requestingTenant } }, event }
          }),
          cap,
        ),
    ),
  },
  'counts live sessions before the step that saves, so that concurrent starts go beyond the cap': {
    breaks: [CAP_RACE],
    change: cappedBy((session, now, live) => live.has(session.hash) && now < recordedEnd(session), yieldToOthers),
  },
  'counts every session without a recorded end against the cap, whether it can be live or not': {
    breaks: [CAP, CAP_ENDS, CAP_RACE],
    change: cappedBy((session) => session.state === 'open'),
  },
  'counts the live sessions of all users together against the cap': {
    breaks: [CAP, CAP_ENDS, CAP_RACE],
    change: replacing('saveSessionChanges', (inner) => async (changes, cap) => {
      const starts = changes.filter(({ session }) => session.revision === 1)
      const live = cap && starts.length > 0 ? await liveSessions(inner, cap.now) : []
      return live.length + starts.length > (cap?.maxLive ?? ALL) ? 'too-many-live' : inner.saveSessionChanges(changes)
    }),
  },
  'does not see the ends of a batch where it counts against the cap': {
    breaks: [CAP_ENDS, CAP_RACE],
    change: cappedBy((session, now, live) => live.has(session.hash) && now < recordedEnd(session), undefined, false),
  },
  'finds the sessions of a user only of the requesting tenant of the newest, as if nobody ever moved': {
    breaks: [
      'the sessions of a user are all of theirs, whatever their tenants, and of no other user',
      'the sessions of a user and of one or two tenants are returned once each',
    ],
    change: unfiltered(
      replacing('sessions', (inner) => async (query) => {
        const { user, requestingTenant, tenant } = query
        if (user === undefined) return inner.sessions(query)
        const [newest] = await inner.sessions({ user, now: query.now, limit: 1 })
        const isPresent = ({ session }: SessionRow) => session.requestingTenant === newest?.session.requestingTenant
        const isOfParty = ({ session }: SessionRow) => session.requestingTenant === requestingTenant || session.tenant === tenant
        const rows = await inner.sessions({ ...query, limit: ALL })
        return rows.filter((row) => isPresent(row) || isOfParty(row)).slice(0, query.limit)
      }),
    ),
  },
  'returns a session of a user twice if it is one of the tenant too': {
    breaks: ['the sessions of a user and of one or two tenants are returned once each'],
    change: unfiltered(
      replacing('sessions', (inner) => async (query) => {
        const { user, ...others } = query
        if (user === undefined || (others.requestingTenant === undefined && others.tenant === undefined)) return inner.sessions(query)
        const rows = [
          ...(await inner.sessions(others)),
          ...(await inner.sessions({ ...query, requestingTenant: undefined, tenant: undefined })),
        ]
        return rows.sort((a, b) => byStartDesc(a.session, b.session)).slice(0, query.limit)
      }),
    ),
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
        saveSessionChanges: (changes, cap) => {
          const kept = changes.map(({ session, event }) => ({ session, event: renamed(event) }))
          return inner.saveSessionChanges(kept, cap)
        },
      }
    },
  },
  'caches the facts of a session row from the first read': {
    breaks: [LATER_FACTS, GOVERNED_SINCE],
    change: replacing('sessionRows', (inner) => {
      const known = new Map<string, SessionRow['facts']>()
      return async (query) =>
        (await inner.sessionRows(query)).map((row) => {
          const version = `${row.session.hash} ${row.session.revision}`
          const facts = known.get(version) ?? row.facts
          known.set(version, facts)
          return { ...row, facts }
        })
    }),
  },
  'computes `governedSince` only from the requests that name the user of the session': {
    breaks: [GOVERNED_SINCE, SESSION_FACTS, EVENT_ID_TAKEN, LATER_FACTS],
    change: replacing(
      'sessionRows',
      (inner) => async (query) =>
        (await inner.sessionRows(query)).map((row) => {
          const grants = row.facts.requests.flatMap((request) => ('grantedAt' in request ? [request.grantedAt] : []))
          return { ...row, governedSince: grants.length === 0 ? null : Math.min(...grants) }
        }),
    ),
  },
  'returns with a session the facts by every requesting tenant': {
    breaks: [SESSION_FACTS],
    change: replacing(
      'sessionRows',
      (inner) =>
        async ({ hashes, now }) =>
          Promise.all((await inner.sessionRows({ hashes, now })).map((row) => withFactsOfAll(inner, row, now))),
    ),
  },
  'returns with a session only what decides now, and not the grants that held during the session': {
    breaks: [SESSION_FACTS, LATER_FACTS],
    change: replacing(
      'sessionRows',
      (inner) =>
        async ({ hashes, now }) =>
          Promise.all(
            (await inner.sessionRows({ hashes, now })).map(async (row) => {
              const { tenant, user, requestingTenant } = row.session
              return { ...row, facts: await inner.factsFor({ tenant, user, from: requestingTenant, now }) }
            }),
          ),
    ),
  },
  'returns a session as often as its hash is given': {
    breaks: ['a session is found by exact hash; a hash that differs in one character is undefined'],
    change: replacing('sessionRows', (inner) => async ({ hashes, now }) => {
      const found = await Promise.all(hashes.map((hash) => inner.sessionRows({ hashes: [hash], now })))
      return found.flat()
    }),
  },
  'reads a session and its facts in two transactions': {
    breaks: ['a session and its facts are read in one snapshot, whatever is saved concurrently'],
    change: replacing('sessionRows', (inner) => async (query) => {
      const rows = await inner.sessionRows(query)
      await yieldToOthers()
      const later = await inner.sessionRows(query)
      return rows.map((row) => ({ ...row, facts: later.find(({ session }) => session.hash === row.session.hash)?.facts ?? row.facts }))
    }),
  },
  'shows a session as live at the instant of its end': {
    breaks: [ENDS, INSTANTS],
    change: unfiltered(
      replacing('sessions', (inner) => async (query) => {
        const { liveOnly, now, limit } = query
        if (liveOnly !== true) return inner.sessions(query)
        const rows = await inner.sessions({ ...query, liveOnly: false, limit: ALL })
        const before = await inner.sessions({ ...query, now: now - 1, limit: ALL })
        const ending = before.filter(({ session }) => recordedEnd(session) === now)
        const live = new Set([...(await inner.sessions({ ...query, limit: ALL })), ...ending].map(({ session }) => session.hash))
        return rows.filter(({ session }) => live.has(session.hash)).slice(0, limit)
      }),
    ),
  },
  'shows a session with a recorded end as over before that end': {
    breaks: [ENDS, INSTANTS],
    change: replacing('sessions', (inner) => async (query) => {
      const rows = await inner.sessions({ ...query, limit: ALL })
      return rows.filter(({ session }) => query.liveOnly !== true || session.state === 'open').slice(0, query.limit)
    }),
  },
  'finds live sessions by their end only, whatever happened to the grants': {
    breaks: [LIVE],
    change: unfiltered(
      replacing('sessions', (inner) => async (query) => {
        const rows = await inner.sessions({ ...query, liveOnly: false, limit: ALL })
        return rows.filter(({ session }) => query.liveOnly !== true || query.now < recordedEnd(session)).slice(0, query.limit)
      }),
    ),
  },
  'shows a session by a legacy method as live in a governed tenant': {
    breaks: [LIVE],
    change: unfiltered(
      replacing('sessions', (inner) => async (query) => {
        const rows = await inner.sessions({ ...query, liveOnly: false, limit: ALL })
        const live = new Set((await inner.sessions({ ...query, limit: ALL })).map(({ session }) => session.hash))
        const isLegacy = (session: Session) => session.method !== 'access-request' && query.now < recordedEnd(session)
        return rows.filter(({ session }) => live.has(session.hash) || query.liveOnly !== true || isLegacy(session)).slice(0, query.limit)
      }),
    ),
  },
  'filters sessions by `liveOnly` after cutting the page': {
    breaks: [
      '`liveOnly` fills the pages of the sessions of a requesting tenant even if such sessions are sparse',
      '`liveOnly` fills the pages of the sessions inside a tenant even if such sessions are sparse',
      '`liveOnly` fills the pages of the sessions of two parties even if such sessions are sparse',
      '`liveOnly` fills the pages of the sessions of a user even if such sessions are sparse',
    ],
    change: unfiltered(
      replacing('sessions', (inner) => async (query) => {
        const live = new Set((await inner.sessions({ ...query, limit: ALL })).map(({ session }) => session.hash))
        const page = await inner.sessions({ ...query, liveOnly: false })
        return page.filter(({ session }) => live.has(session.hash))
      }),
    ),
  },
  "shows another tenant's sessions after a key, because of missing brackets around an `or`": {
    breaks: [
      'continuing from any key, the sessions inside a tenant neither repeat nor skip a session, even with one row per page',
      '`liveOnly` fills the pages of the sessions inside a tenant even if such sessions are sparse',
    ],
    change: unfiltered(
      replacing('sessions', (inner) => async (query) => {
        const { after, tenant } = query
        if (after === undefined || tenant === undefined || query.requestingTenant !== undefined) return inner.sessions(query)
        const rows = await Promise.all((await allTenants(inner)).map((one) => inner.sessions({ ...query, tenant: one })))
        const newestFirst = rows.flat().sort((a, b) => byStartDesc(a.session, b.session))
        return newestFirst.filter(({ session }) => session.tenant === tenant || session.startedAt === after.startedAt).slice(0, query.limit)
      }),
    ),
  },
  'shows a tenant as both parties only the sessions of its own users': {
    breaks: ['the sessions of a tenant as both parties are the sessions of both, each once', IDS],
    change: unfiltered((inner) => ({
      sessions: ({ requestingTenant, tenant, ...query }) =>
        inner.sessions({ ...query, requestingTenant, tenant: tenant === requestingTenant ? undefined : tenant }),
    })),
  },
  'returns the open sessions of all tenants, although two are named': {
    breaks: [
      'continuing from any key, open sessions between two tenants neither repeat nor skip a session, even with one row per page',
      'open sessions between two tenants are ordered by end and then hash, up to the limit',
    ],
    change: (inner) => ({ openSessions: ({ after, limit }) => inner.openSessions({ after, limit }) }),
  },
  'continues open sessions by start, although they are ordered by end': {
    breaks: [
      'continuing from any key, open sessions neither repeat nor skip a session, even with one row per page',
      'sessions that start and end between pages of open sessions cause no repeated or skipped open session',
      'continuing from any key, open sessions between two tenants neither repeat nor skip a session, even with one row per page',
    ],
    change: replacing('openSessions', (inner) => async ({ after, limit, ...parties }) => {
      const keys = await inner.openSessions({ ...parties, limit: ALL })
      const rows = await inner.sessionRows({ hashes: [...keys, ...(after ? [after] : [])].map(({ hash }) => hash), now: 0 })
      const startOf = new Map(rows.map(({ session }) => [session.hash, session.startedAt]))
      const last = startOf.get(after?.hash ?? '') ?? Number.NEGATIVE_INFINITY
      return keys.filter(({ hash }) => (startOf.get(hash) ?? 0) > last).slice(0, limit)
    }),
  },
}
