/** Repositories with one realistic fault each: the negative controls of the contract tests. */
import { memoryRepository } from '../../src/adapters/memory.js'
import { AccessRequest, type SubmissionRecords } from '../../src/domain/access-request.js'
import { ConsentryEvent } from '../../src/domain/event.js'
import type { TenantFacts } from '../../src/domain/facts.js'
import type { TenantId, UserId } from '../../src/domain/ids.js'
import { recordedEnd, Session } from '../../src/domain/session-state.js'
import { TenantRequest } from '../../src/domain/tenant-request-state.js'
import { FEED_START, type FeedEntry, type Position, type SnapshotKey } from '../../src/ports/event-feed.js'
import type { Change, MyAccessRow, Repository, SaveResult, SessionChange, SessionRow } from '../../src/ports/repository.js'

/** A fault, a factory of repositories with that fault, and the contract tests they fail, most specific first. */
export interface Faulty {
  readonly fault: string
  readonly make: () => Repository
  readonly breaks: readonly [string, ...string[]]
}

const COMPLETE = 'a reader of the feed gets each event once and each request in order while others save'

const POSITIONS = 'positions contain the event id and increase, and a page ends at its last event or where it started'
const BETWEEN = 'writes between pages of the request snapshot cause no repeated or skipped request, and each page is as last saved'
const FILLED = 'an index filled from the request snapshot and the events after `stable` misses nothing that others save'
const REACHED = 'a reader of the feed reaches `latest`, even if the last write was refused, repeated or rejected'
const LATEST = '`stable` is not above `latest`, and `latest` is not below any event or returned position'
const STABLE = 'while others save, no event is added at or before `stable`, and every earlier save is at or before `latest`'
const UNSUBSCRIBED = 'after it unsubscribes, a subscriber is not notified while another still is, and it can subscribe again'

export const faultyRepositories: readonly Faulty[] = [
  {
    fault: 'compares revisions before its transaction, and loses a concurrent update',
    make: faulty((inner) => ({
      async saveChanges(changes) {
        for (const { request } of changes) {
          if ((await inner.tenantRequest(request.id))?.revision !== request.revision - 1) return 'conflict'
        }
        if (new Set(changes.map(({ request }) => request.id)).size < changes.length) return 'conflict'
        await yieldToOthers()
        while ((await inner.saveChanges(await rebased(inner, changes))) === 'conflict') await yieldToOthers()
        return 'saved'
      },
    })),
    breaks: [
      'of two changes of the same revision, exactly one is saved and the other returns `conflict`',
      'of concurrent batches that share requests, in any order, exactly one is saved and the others return `conflict`',
      'of concurrent batches that share one request, exactly one is saved and nothing of the others',
    ],
  },
  {
    fault: 'saves a fan-out one by one, and keeps the saved part when one fails',
    make: faulty((inner) => ({
      async saveSubmission(submitted) {
        try {
          return await inner.saveSubmission(submitted)
        } catch (error) {
          await submitUntilTaken(inner, submitted)
          throw error
        }
      },
    })),
    breaks: [
      'a submission whose tenant request id is taken rejects and saves nothing',
      'of concurrent submissions with one tenant request id, exactly one is saved and the others reject',
      'refused, repeated and rejected writes leave nothing in the feed',
    ],
  },
  {
    fault: "shows another tenant's rows after a key, because of missing brackets around an `or`",
    make: faulty((inner) => {
      const tenants = new Set<TenantId>()
      return {
        async saveSubmission(submitted) {
          for (const { tenant } of submitted.tenantRequests) tenants.add(tenant)
          return inner.saveSubmission(submitted)
        },
        async incoming(query) {
          const { after, tenant, limit } = query
          const own = await inner.incoming(query)
          if (after === undefined) return own
          const others = [...tenants].filter((one) => one !== tenant)
          const theirs = await Promise.all(others.map((other) => inner.incoming({ ...query, tenant: other })))
          return newestFirst([...own, ...theirs.flat().filter(({ sentAt }) => sentAt === after.sentAt)]).slice(0, limit)
        },
      }
    }),
    breaks: [
      "a list after a key contains only its own party's rows, even if others have rows at that instant",
      'continuing from any key, incoming neither repeats nor skips a row, even with one row per page',
      'a filter fills the pages of incoming even if matching rows are sparse',
    ],
  },
  {
    fault: 'drops the event of a withdrawal caused by removing the last user',
    make: faulty((inner) => ({
      async history(query) {
        const events = await inner.history({ ...query, limit: query.limit + 1_000 })
        return events.filter((event) => event.type !== 'tenant-request.withdrawn' || event.removedUser === null).slice(0, query.limit)
      },
    })),
    breaks: [
      'a history contains every kind of event exactly as saved, once',
      'a request is the fold of its events, at every step of every lifecycle',
      'after many commands by several parties, every query agrees with what was saved',
    ],
  },
  {
    fault: "finds an access request's rows by id only, of any requester",
    make: faulty((inner) => {
      const requesters = new Set<TenantId>()
      return {
        async saveSubmission(submitted) {
          requesters.add(submitted.request.requestingTenant)
          return inner.saveSubmission(submitted)
        },
        async outgoing(query) {
          if (query.accessRequest === undefined) return inner.outgoing(query)
          const all = [...requesters].map((requestingTenant) => inner.outgoing({ ...query, requestingTenant }))
          return (await Promise.all(all)).flat().slice(0, query.limit)
        },
      }
    }),
    breaks: [
      "outgoing of one access request excludes another requesting tenant's request of that id",
      'outgoing of one access request contains only its rows',
      'outgoing of one access request continues from a key with only its rows',
    ],
  },
  {
    fault: 'filters by status after cutting the page',
    make: faulty((inner) => ({
      async outgoing({ status, ...query }) {
        const page = await inner.outgoing(query)
        const matching = await inner.outgoing({ ...query, status, after: undefined, limit: 1_000 })
        return page.filter(({ request }) => matching.some((row) => row.request.id === request.id))
      },
    })),
    breaks: ['a filter fills the pages of outgoing even if matching rows are sparse'],
  },
  {
    fault: 'shows a grant 1 ms too long in a list',
    make: faulty((inner) => ({ incoming: (query) => inner.incoming({ ...query, now: query.now - 1 }) })),
    breaks: [
      'incoming with a status contains the requests of that status at `now`, at every grant and expiry boundary',
      'instants are kept to the millisecond and compared as numbers, from the first to the last',
    ],
  },
  {
    fault: 'clears `governed` when the newest request is rejected or withdrawn',
    make: faulty((inner) => ({
      async facts(tenant) {
        const facts = await inner.facts(tenant)
        const [newest] = newestFirst(facts.requests)
        return newest?.state === 'rejected' || newest?.state === 'withdrawn' ? { ...facts, governed: false } : facts
      },
    })),
    breaks: [
      'a governed tenant stays governed after later requests are sent, rejected or withdrawn',
      'after many commands by several parties, every query agrees with what was saved',
    ],
  },
  {
    fault: 'saves a large batch in chunks, each in its own transaction',
    make: faulty((inner) => ({
      async saveChanges(changes) {
        for (let from = 0; from < changes.length; from += 500) {
          if ((await inner.saveChanges(changes.slice(from, from + 500))) === 'conflict') return 'conflict'
        }
        return 'saved'
      },
    })),
    breaks: ['a batch of 1,000 changes with only the last one stale saves nothing'],
  },
  {
    fault: 'orders ids by locale rules',
    make: faulty((inner) => ({
      async tenantRequestsOf(requestingTenant, accessRequest) {
        const requests = await inner.tenantRequestsOf(requestingTenant, accessRequest)
        return [...requests].sort((a, b) => new Intl.Collator('en').compare(a.tenant, b.tenant))
      },
    })),
    breaks: [
      'all tenant requests of an access request are returned, ordered by tenant id',
      'every printable character is a valid id, and no id matches another as a pattern, as a prefix or in another case',
    ],
  },
  {
    fault: 'finds tenants case-insensitively',
    make: faulty((inner) => {
      const known = new Map<string, TenantId>()
      return {
        async saveSubmission(submitted) {
          for (const { tenant } of submitted.tenantRequests) known.set(tenant.toLowerCase(), tenant)
          return inner.saveSubmission(submitted)
        },
        incoming: (query) => inner.incoming({ ...query, tenant: known.get(query.tenant.toLowerCase()) ?? query.tenant }),
      }
    }),
    breaks: ['every printable character is a valid id, and no id matches another as a pattern, as a prefix or in another case'],
  },
  {
    fault: 'normalises texts',
    make: faulty((inner) => ({
      async accessRequest(requestingTenant, id) {
        const request = await inner.accessRequest(requestingTenant, id)
        return request && { ...request, message: request.message.normalize('NFC') }
      },
    })),
    breaks: ['messages are kept exactly: to the last code point, space and line feed, composed or not'],
  },
  {
    fault: 'returns its internal objects',
    make: faulty((inner) => {
      const held = new Map<string, TenantRequest>()
      return {
        async tenantRequest(id) {
          const stored = await inner.tenantRequest(id)
          if (stored === undefined) return undefined
          const version = `${id} ${stored.revision}`
          const known = held.get(version) ?? structuredClone(stored)
          held.set(version, known)
          return known
        },
      }
    }),
    breaks: ['mutating a result does not affect stored data'],
  },
  {
    fault: "begins the next page of my access at the tenant's latest request instead of its key",
    make: faulty((inner) => ({
      async myAccess(query) {
        const { after, limit } = query
        if (after === undefined) return inner.myAccess(query)
        const rows = await inner.myAccess({ ...query, after: undefined, limit: 1_000 })
        const latest = (row: MyAccessRow) => ({ sentAt: Math.max(...row.requests.map(({ sentAt }) => sentAt)), id: row.tenant })
        return rows.filter((row) => compareNewest({ sentAt: after.sentAt, id: after.tenant }, latest(row)) < 0).slice(0, limit)
      },
    })),
    breaks: [
      'rows added between pages of my access cause no repeated or skipped row',
      'continuing from any key, my access neither repeats nor skips a row, even with one row per page',
      'a filter fills the pages of my access even if matching rows are sparse',
    ],
  },
  {
    fault: 'compares the revision of an ending session before its transaction, and records a concurrent end twice',
    make: faulty((inner) => ({
      async saveSessionChanges(changes) {
        const ends = changes.filter(({ session }) => session.state === 'ended')
        for (const { session } of ends) {
          if ((await inner.session(session.hash))?.session.revision !== session.revision - 1) return 'conflict'
        }
        if (new Set(changes.map(({ session }) => session.hash)).size < changes.length) return 'conflict'
        await yieldToOthers()
        const result = await inner.saveSessionChanges(await rebasedEnds(inner, changes))
        return ends.length > 0 ? 'saved' : result
      },
    })),
    breaks: [
      'of concurrent ends of one session, exactly one is saved and the others return `conflict`',
      'of concurrent batches of ends that share one session, exactly one is saved and nothing of the others',
    ],
  },
  {
    fault: 'returns `saved` for a start of a stored session, like an insert that ignores conflicts',
    make: faulty((inner) => ({
      async saveSessionChanges(changes) {
        const stored = await Promise.all(changes.map(({ session }) => inner.session(session.hash)))
        const ignored = changes.length > 0 && changes.every(({ session }, n) => session.state === 'open' && stored[n] !== undefined)
        const result = await inner.saveSessionChanges(changes)
        return ignored ? 'saved' : result
      },
    })),
    breaks: [
      'a start of a stored session, open or ended, returns `conflict` and saves nothing',
      'after a `conflict` the session can be read again and ended',
    ],
  },
  {
    fault: 'saves a large batch of ends in chunks, each in its own transaction',
    make: faulty((inner) => ({
      async saveSessionChanges(changes) {
        if (changes.length <= 500) return inner.saveSessionChanges(changes)
        for (let from = 0; from < changes.length; from += 500) {
          if ((await inner.saveSessionChanges(changes.slice(from, from + 500))) === 'conflict') return 'conflict'
        }
        return 'saved'
      },
    })),
    breaks: ['a batch of 1,000 session ends with only the last one stale saves nothing'],
  },
  {
    fault: 'keeps session events in a separate table, whose ids may repeat those of other events',
    make: faulty((inner) => {
      const known = new Set<string>()
      return {
        async saveSubmission(submitted) {
          const answer = await inner.saveSubmission(submitted)
          for (const { id } of submitted.events) known.add(id)
          return answer
        },
        async saveChanges(changes) {
          const answer = await inner.saveChanges(changes)
          for (const { event } of changes) known.add(event.id)
          return answer
        },
        saveSessionChanges: (changes) =>
          inner.saveSessionChanges(
            changes.map((one) => (known.has(one.event.id) ? { ...one, event: { ...one.event, id: `${one.event.id}'` } } : one)),
          ),
      }
    }),
    breaks: [
      'a session start or end whose event id is taken, by a request or a session, rejects and saves nothing',
      'refused, repeated and rejected writes leave nothing in the feed',
    ],
  },
  {
    fault: 'caches the facts of a session row from the first read',
    make: faulty((inner) => {
      const known = new Map<string, SessionRow['facts']>()
      return {
        async session(hash) {
          const row = await inner.session(hash)
          if (row === undefined) return undefined
          const { session } = row
          const facts = known.get(`${hash} ${session.revision}`) ?? row.facts
          known.set(`${hash} ${session.revision}`, facts)
          return { ...row, facts }
        },
      }
    }),
    breaks: [
      'the facts of a session row reflect every later grant, expiry, removal and revocation, and `governed`',
      '`governedSince` is the earliest grant of the tenant, whatever users it names and in any order of saving',
    ],
  },
  {
    fault: 'computes `governedSince` only from the requests that name the user of the session',
    make: faulty((inner) => ({
      async session(hash) {
        const row = await inner.session(hash)
        const grants = row?.facts.requests.flatMap((request) => ('grantedAt' in request ? [request.grantedAt] : [])) ?? []
        return row && { ...row, governedSince: grants.length === 0 ? null : Math.min(...grants) }
      },
    })),
    breaks: [
      '`governedSince` is the earliest grant of the tenant, whatever users it names and in any order of saving',
      "the facts of a session row contain its tenant's requests, of every requester, that name or named its user",
      'a session start or end whose event id is taken, by a request or a session, rejects and saves nothing',
    ],
  },
  {
    fault: 'reads a session and its facts in two transactions',
    make: faulty((inner) => ({
      async session(hash) {
        const row = await inner.session(hash)
        if (row === undefined) return undefined
        await yieldToOthers()
        return { ...row, facts: await inner.factsFor(row.session.tenant, row.session.user) }
      },
    })),
    breaks: ['a session and its facts are read in one snapshot, whatever is saved concurrently'],
  },
  {
    fault: 'treats a session as open at the instant of its end',
    make: faulty((inner) => ({
      sessions: (query) => inner.sessions({ ...query, ...(query.openAt !== undefined && { openAt: query.openAt - 1 }) }),
    })),
    breaks: [
      'sessions open at an instant are those whose recorded or scheduled end is after it: open 1 ms before the end, not at it',
      'sessions keep their instants to the millisecond, compared as numbers, from the first to the last',
    ],
  },
  {
    fault: 'treats a session with a recorded end as ended before that end',
    make: faulty((inner) => ({
      async sessions(query) {
        const rows = await inner.sessions({ ...query, limit: query.limit + 1_000 })
        return rows.filter(({ session }) => query.openAt === undefined || session.state === 'open').slice(0, query.limit)
      },
    })),
    breaks: [
      'sessions open at an instant are those whose recorded or scheduled end is after it: open 1 ms before the end, not at it',
      'sessions keep their instants to the millisecond, compared as numbers, from the first to the last',
    ],
  },
  {
    fault: 'filters sessions by `openAt` after cutting the page',
    make: faulty((inner) => ({
      async sessions({ openAt, ...query }) {
        const page = await inner.sessions(query)
        return page.filter(({ session }) => openAt === undefined || openAt < recordedEnd(session))
      },
    })),
    breaks: [
      '`openAt` fills the pages of the sessions of a requesting tenant even if open sessions are sparse',
      '`openAt` fills the pages of the sessions inside a tenant even if open sessions are sparse',
      '`openAt` fills the pages of the sessions of two parties even if open sessions are sparse',
    ],
  },
  {
    fault: "shows another tenant's sessions after a key, because of missing brackets around an `or`",
    make: faulty((inner) => {
      const tenants = new Set<TenantId>()
      return {
        async saveSessionChanges(changes) {
          for (const { session } of changes) tenants.add(session.tenant)
          return inner.saveSessionChanges(changes)
        },
        async sessions(query) {
          const { after, tenant, limit } = query
          const own = await inner.sessions(query)
          if (after === undefined || tenant === undefined || query.requestingTenant !== undefined) return own
          const theirs = await Promise.all(
            [...tenants].filter((one) => one !== tenant).map((other) => inner.sessions({ ...query, tenant: other })),
          )
          return newestSessionFirst([...own, ...theirs.flat().filter(({ session }) => session.startedAt === after.startedAt)]).slice(
            0,
            limit,
          )
        },
      }
    }),
    breaks: [
      'continuing from any key, the sessions inside a tenant neither repeat nor skip a session, even with one row per page',
      '`openAt` fills the pages of the sessions inside a tenant even if open sessions are sparse',
    ],
  },
  {
    fault: 'shows a tenant as both parties only the sessions of its own users',
    make: faulty((inner) => ({
      sessions: ({ requestingTenant, tenant, ...query }) =>
        inner.sessions({ ...query, requestingTenant, tenant: tenant === requestingTenant ? undefined : tenant }),
    })),
    breaks: [
      'the sessions of a tenant as both parties are the sessions of both, each once',
      'sessions are found by the exact ids of their tenants, whatever the characters',
    ],
  },
  {
    fault: 'continues open sessions by start, although they are ordered by end',
    make: faulty((inner) => ({
      async openSessions({ after, limit }) {
        const rows = await inner.openSessions({ limit: 1_000_000 })
        const last = rows.find(({ session }) => session.hash === after?.hash)?.session
        return rows.filter(({ session }) => last === undefined || session.startedAt > last.startedAt).slice(0, limit)
      },
    })),
    breaks: [
      'continuing from any key, open sessions neither repeat nor skip a session, even with one row per page',
      'sessions that start and end between pages of open sessions cause no repeated or skipped open session',
    ],
  },
  {
    fault: 'drops the end event of a session that lost access',
    make: faulty((inner) => ({
      async history(query) {
        const events = await inner.history({ ...query, limit: query.limit + 1_000 })
        return events.filter((event) => event.type !== 'impersonation.ended' || event.cause !== 'access-lost').slice(0, query.limit)
      },
    })),
    breaks: [
      'the histories of both parties, and no others, contain session starts and ends exactly as saved',
      'a session is the fold of its events, at every step',
      'a session end returns `saved`, and the session and its event are read back exactly, for every cause',
    ],
  },
  {
    fault: 'finds the sessions inside a tenant case-insensitively',
    make: faulty((inner) => {
      const known = new Map<string, Set<TenantId>>()
      return {
        async saveSessionChanges(changes) {
          for (const { session } of changes) {
            const key = session.tenant.toLowerCase()
            known.set(key, (known.get(key) ?? new Set()).add(session.tenant))
          }
          return inner.saveSessionChanges(changes)
        },
        async sessions(query) {
          const { requestingTenant, tenant } = query
          if (requestingTenant !== undefined || tenant === undefined) return inner.sessions(query)
          const tenants = [...(known.get(tenant.toLowerCase()) ?? [])]
          const all = await Promise.all(tenants.map((one) => inner.sessions({ ...query, tenant: one })))
          return newestSessionFirst(all.flat()).slice(0, query.limit)
        },
      }
    }),
    breaks: ['sessions are found by the exact ids of their tenants, whatever the characters'],
  },
  {
    fault: 'orders the feed by `at` and id instead of by saving',
    make: faulty((inner) => ({
      async readEvents({ after: position, limit }) {
        const { entries } = await inner.readEvents({ after: FEED_START, limit: 1_000_000 })
        const ordered = entries.map(({ event }) => event).sort((a, b) => a.at - b.at || compareCodes(a.id, b.id))
        return numbered(ordered.slice(position.at, position.at + limit), position)
      },
    })),
    breaks: [
      'events saved later come after every returned position, whatever their dates',
      'the feed orders the events of one request or session by revision, even if the clock stands still or steps back',
      COMPLETE,
    ],
  },
  {
    fault: 'returns the end of a large submission as the position of a page inside it, and skips the rest',
    make: faulty((inner) => {
      const ends: Position[] = []
      const endingStep = async <T>(answer: Promise<T>): Promise<T> => {
        const given = await answer
        ends.push((await inner.readEvents({ after: FEED_START, limit: 1_000_000 })).position)
        return given
      }
      return {
        saveSubmission: (submitted) => endingStep(inner.saveSubmission(submitted)),
        saveChanges: (changes) => endingStep(inner.saveChanges(changes)),
        saveSessionChanges: (changes) => endingStep(inner.saveSessionChanges(changes)),
        async readEvents({ after: start, limit }) {
          const { entries, position } = await inner.readEvents({ after: start, limit })
          return { entries, position: ends.find((end) => end.at >= position.at) ?? position }
        },
      }
    }),
    breaks: ['reading page by page to the end of the feed neither repeats nor skips an event, at any limit', POSITIONS, COMPLETE],
  },
  {
    fault: 'reads from a position instead of after it, and repeats the event there',
    make: faulty((inner) => ({
      readEvents: ({ after, limit }) => inner.readEvents({ after: { ...after, at: Math.max(0, after.at - 1) }, limit }),
    })),
    breaks: [
      'reading from the position of any event neither repeats nor skips an event',
      'reading page by page to the end of the feed neither repeats nor skips an event, at any limit',
      POSITIONS,
      COMPLETE,
    ],
  },
  {
    fault: 'returns the position of the next event for an empty page, and skips that event',
    make: faulty((inner) => ({
      async readEvents({ after: start, limit }) {
        const { entries, position } = await inner.readEvents({ after: start, limit })
        if (entries.length > 0) return { entries, position }
        return { entries, position: { at: position.at + 1, event: 'the next event' } }
      },
    })),
    breaks: [
      'an empty repository has an empty feed, and reading continues from its end',
      'events saved later come after every returned position, whatever their dates',
      LATEST,
      POSITIONS,
      COMPLETE,
    ],
  },
  {
    fault: 'omits the end events of sessions that lost access from the feed',
    make: faulty((inner) => ({
      async readEvents({ after: start, limit }) {
        const { entries } = await inner.readEvents({ after: start, limit: 1_000_000 })
        const kept = entries.filter(({ event }) => event.type !== 'impersonation.ended' || event.cause !== 'access-lost').slice(0, limit)
        return { entries: kept, position: kept.at(-1)?.position ?? start }
      },
    })),
    breaks: [
      'the feed contains every kind of event exactly as saved, once',
      'an empty repository has an empty feed, and reading continues from its end',
      'a session end returns `saved`, and the session and its event are read back exactly, for every cause',
    ],
  },
  {
    fault: 'allocates positions before its transaction, so that a reader passes events that are not visible yet',
    make: faulty((inner) => {
      const visible: FeedEntry[] = []
      let taken = 0
      let writes = 0
      const inTransaction = async <T>(
        events: readonly ConsentryEvent[],
        write: () => Promise<T>,
        saved: (answer: T) => boolean,
      ): Promise<T> => {
        const own = numbered(structuredClone(events), { at: taken, event: null }).entries
        taken += events.length
        writes += 1
        for (let turns = writes % 3; turns > 0; turns -= 1) await yieldToOthers()
        const answer = await write()
        if (saved(answer)) visible.push(...own)
        return answer
      }
      const isSaved = (answer: SaveResult) => answer === 'saved'
      return {
        saveSubmission: (submitted) =>
          inTransaction(
            submitted.events,
            () => inner.saveSubmission(submitted),
            (answer) => 'saved' in answer,
          ),
        saveChanges: (changes) => inTransaction(eventsOf(changes), () => inner.saveChanges(changes), isSaved),
        saveSessionChanges: (changes) => inTransaction(eventsOf(changes), () => inner.saveSessionChanges(changes), isSaved),
        async readEvents({ after: start, limit }) {
          const after = visible.filter(({ position }) => position.at > start.at).sort((a, b) => a.position.at - b.position.at)
          const entries = structuredClone(after.slice(0, limit))
          return { entries, position: entries.at(-1)?.position ?? start }
        },
      }
    }),
    breaks: [COMPLETE],
  },
  {
    fault: 'returns the start of the feed as the position of an empty page',
    make: faulty((inner) => ({
      async readEvents({ after: start, limit }) {
        const { entries } = await inner.readEvents({ after: start, limit })
        return { entries, position: entries.at(-1)?.position ?? FEED_START }
      },
    })),
    breaks: [POSITIONS, COMPLETE],
  },
  {
    fault: 'returns the numbers of positions as strings, as drivers do for 64-bit integers',
    make: faulty((inner) => ({
      async readEvents({ after, limit }) {
        const { entries, position } = await inner.readEvents({ after: { ...after, at: Number(after.at) }, limit })
        const asText = (one: Position) => ({ ...one, at: String(one.at) as never })
        return { entries: entries.map((entry) => ({ ...entry, position: asText(entry.position) })), position: asText(position) }
      },
    })),
    breaks: [POSITIONS, LATEST, 'an empty repository has an empty feed, and reading continues from its end'],
  },
  {
    fault: 'puts the id of the previous event into a position',
    make: faulty((inner) => ({
      async readEvents({ after, limit }) {
        const { entries, position } = await inner.readEvents({ after, limit })
        const ids = [after.event, ...entries.map(({ event }) => event.id)]
        const named = entries.map((entry, n) => ({ ...entry, position: { ...entry.position, event: ids[n] ?? null } }))
        return { entries: named, position: named.at(-1)?.position ?? position }
      },
    })),
    breaks: [
      POSITIONS,
      'reading from the position of any event neither repeats nor skips an event',
      'reading page by page to the end of the feed neither repeats nor skips an event, at any limit',
    ],
  },
  {
    fault: 'returns at most 500 events per page of the feed, whatever the limit',
    make: faulty((inner) => ({ readEvents: ({ after: start, limit }) => inner.readEvents({ after: start, limit: Math.min(limit, 500) }) })),
    breaks: ['a page of the feed is full while events remain, even inside a large submission'],
  },
  {
    fault: 'returns the last allocated number as `stable`, although open transactions allocated lower ones',
    make: faulty((inner) => {
      let drawn = 0
      let writes = 0
      const announced = new Set<{ readonly from: number }>()
      const visible: FeedEntry[] = []
      const inTransaction = async <T>(
        events: readonly ConsentryEvent[],
        write: () => Promise<T>,
        saved: (answer: T) => boolean,
      ): Promise<T> => {
        const own = { from: drawn, entries: numbered(structuredClone(events), { at: drawn, event: null }).entries }
        drawn += events.length
        writes += 1
        announced.add(own)
        try {
          for (let turns = writes % 3; turns > 0; turns -= 1) await yieldToOthers()
          const answer = await write()
          if (saved(answer)) visible.push(...own.entries)
          return answer
        } finally {
          announced.delete(own)
        }
      }
      const isSaved = (answer: SaveResult) => answer === 'saved'
      return {
        saveSubmission: (submitted) =>
          inTransaction(
            submitted.events,
            () => inner.saveSubmission(submitted),
            (answer) => 'saved' in answer,
          ),
        saveChanges: (changes) => inTransaction(eventsOf(changes), () => inner.saveChanges(changes), isSaved),
        saveSessionChanges: (changes) => inTransaction(eventsOf(changes), () => inner.saveSessionChanges(changes), isSaved),
        async readEvents({ after: start, limit }) {
          const horizon = Math.min(drawn, ...[...announced].map(({ from }) => from))
          const after = visible
            .filter(({ position }) => position.at > start.at && position.at <= horizon)
            .sort((a, b) => a.position.at - b.position.at)
          const entries = structuredClone(after.slice(0, limit))
          return { entries, position: entries.at(-1)?.position ?? start }
        },
        async positions() {
          const newest = visible.toSorted((a, b) => a.position.at - b.position.at).at(-1)?.position ?? FEED_START
          const end = drawn === 0 ? FEED_START : { at: drawn, event: newest.event ?? 'in flight' }
          return { stable: end, latest: end }
        },
      }
    }),
    breaks: [FILLED, STABLE, REACHED],
  },
  {
    fault: 'returns the end of the feed as of the last read',
    make: faulty((inner) => {
      let latest = FEED_START
      return {
        async readEvents({ after: start, limit }) {
          const page = await inner.readEvents({ after: start, limit })
          if (page.position.at > latest.at) latest = page.position
          return page
        },
        positions: async () => ({ stable: latest, latest }),
      }
    }),
    breaks: [LATEST, STABLE],
  },
  {
    fault: 'returns the number of the next event as `latest`',
    make: faulty((inner) => ({
      async positions() {
        const { stable, latest } = await inner.positions()
        return { stable, latest: { at: latest.at + 1, event: 'the next event' } }
      },
    })),
    breaks: [REACHED, LATEST],
  },
  {
    fault: 'continues the request snapshot after the instant of the last row, and skips others of that instant',
    make: faulty((inner) => ({
      requestPage: ({ after, limit }) => inner.requestPage({ after: after && { ...after, id: '~'.repeat(128) }, limit }),
    })),
    breaks: [
      'reading the request snapshot page by page neither repeats nor skips a request, at any limit',
      'the request snapshot continues from any key, of a stored request or not, and compares ids exactly',
      BETWEEN,
    ],
  },
  {
    fault: 'continues the request snapshot by row number, although other writes moved the rows',
    make: faulty((inner) => {
      const numbers = new Map<string, number>()
      const textOf = ({ tenant, sentAt, id }: SnapshotKey) => `${tenant} ${sentAt} ${id}`
      return {
        async requestPage({ after, limit }) {
          const all = await inner.requestPage({ limit: 1_000_000 })
          for (const [n, row] of all.entries()) if (!numbers.has(textOf(row))) numbers.set(textOf(row), n + 1)
          const from = after === undefined ? 0 : numbers.get(textOf(after))
          return from === undefined ? inner.requestPage({ after, limit }) : all.slice(from, from + limit)
        },
      }
    }),
    breaks: [BETWEEN, FILLED],
  },
  {
    fault: 'orders the request snapshot by `sentAt` only, not by tenant',
    make: faulty((inner) => ({
      async requestPage({ after, limit }) {
        const all = [...(await inner.requestPage({ limit: 1_000_000 }))].sort((a, b) => compareNewest(b, a))
        return all.filter((one) => after === undefined || compareNewest(one, after) < 0).slice(0, limit)
      },
    })),
    breaks: [
      'the request snapshot contains all requests, in every state, once and as last saved, ordered by tenant, `sentAt` and id',
      'the request snapshot continues from any key, of a stored request or not, and compares ids exactly',
    ],
  },
  {
    fault: 'lists as governed only the tenants whose grants were not ended',
    make: faulty((inner) => ({
      async governedTenantPage({ after = '', limit }) {
        const all = await inner.requestPage({ limit: 1_000_000 })
        const granted = all.filter(({ state, tenant }) => (state === 'granted' || state === 'expired') && tenant > after)
        return [...new Set(granted.map(({ tenant }) => tenant))].sort(compareCodes).slice(0, limit)
      },
    })),
    breaks: ['the governed tenants are those that ever granted, once, ordered by id, whatever happened to their grants'],
  },
  {
    fault: 'returns at most 500 governed tenants, whatever the limit',
    make: faulty((inner) => ({
      governedTenantPage: ({ after, limit }) => inner.governedTenantPage({ after, limit: Math.min(limit, 500) }),
    })),
    breaks: ['a page of the request snapshot or of the governed tenants is full while more remain'],
  },
  {
    fault: 'does not notify when a session starts or ends',
    make: faulty((inner) => {
      const listeners = new Set<() => void>()
      const notifying = async <T>(saving: Promise<T>): Promise<T> => {
        const answer = await saving
        for (const wake of listeners) wake()
        return answer
      }
      return {
        saveSubmission: (submitted) => notifying(inner.saveSubmission(submitted)),
        saveChanges: (changes) => notifying(inner.saveChanges(changes)),
        async subscribe({ onChange }) {
          const own = () => onChange()
          listeners.add(own)
          return async () => void listeners.delete(own)
        },
      }
    }),
    breaks: ['a subscriber that reads the feed only when notified gets every submission, change, session start and session end'],
  },
  {
    fault: 'notifies a subscriber that unsubscribed',
    make: faulty((inner) => ({
      async subscribe(listener) {
        await inner.subscribe?.(listener)
        return async () => {}
      },
    })),
    breaks: [UNSUBSCRIBED],
  },
]

/**
 * A correct repository that uses every freedom of the port and rejects values that the schemas refuse.
 * It shows that no contract test checks more than the port promises.
 */
export function liberalRepository(): Repository {
  const { subscribe, ...inner } = strictRepository()
  const late = { ...inner }
  for (const [name, method] of Object.entries(inner) as [keyof Repository, (...values: unknown[]) => Promise<unknown>][]) {
    Object.assign(late, {
      [name]: async (...values: unknown[]) => {
        await yieldToOthers()
        return structuredClone(await method(...values))
      },
    })
  }
  const readEvents = withGaps(late)
  let seen = FEED_START
  return {
    ...late,
    facts: async (tenant) => reversed(await late.facts(tenant)),
    factsFor: async (tenant, user) => reversed(narrowed(await late.factsFor(tenant, user), user)),
    factsOfUser: async (user) => (await late.factsOfUser(user)).map((facts) => reversed(narrowed(facts, user))),
    session: async (hash) => {
      const row = await late.session(hash)
      return row && withFewerUsers(row)
    },
    sessions: async (query) => (await late.sessions(query)).map(withFewerUsers),
    openSessions: async (query) => (await late.openSessions(query)).map(withFewerUsers),
    myAccess: async (query) => (await late.myAccess(query)).map((row) => ({ ...row, requests: row.requests.toReversed() })),
    readEvents: readEvents,
    // `stable` lags: it is the end of the feed at the previous call.
    async positions() {
      const stable = seen
      seen = (await readEvents({ after: FEED_START, limit: 1_000_000 })).position
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

/** Assigns positions on the first read, with gaps; unread events are ordered by revision. */
function withGaps(inner: Repository): Repository['readEvents'] {
  const placed: ConsentryEvent[] = []
  const known = new Set<string>()
  return async ({ after, limit }) => {
    const { entries: fresh } = await inner.readEvents({ after: { at: placed.length, event: null }, limit: 1_000_000 })
    const events = fresh.map(({ event }) => event).filter(({ id }) => !known.has(id))
    placed.push(...events.sort((a, b) => a.revision - b.revision || compareCodes(b.id, a.id)))
    for (const { id } of events) known.add(id)
    const before = Math.floor(after.at / 3)
    const entries = structuredClone(placed.slice(before, before + limit)).map((event, n) => ({
      position: { at: 3 * (before + n + 1), event: event.id },
      event,
    }))
    return { entries, position: entries.at(-1)?.position ?? after }
  }
}

function strictRepository(): Repository {
  const inner = memoryRepository()
  return {
    ...inner,
    async saveSubmission(submitted) {
      AccessRequest.parse(submitted.request)
      for (const request of submitted.tenantRequests) TenantRequest.parse(request)
      for (const event of submitted.events) ConsentryEvent.parse(event)
      return inner.saveSubmission(submitted)
    },
    async saveChanges(changes) {
      for (const { request, event } of changes) {
        TenantRequest.parse(request)
        ConsentryEvent.parse(event)
      }
      return inner.saveChanges(changes)
    },
    async saveSessionChanges(changes) {
      for (const { session, event } of changes) {
        Session.parse(session)
        ConsentryEvent.parse(event)
      }
      return inner.saveSessionChanges(changes)
    },
  }
}

function withFewerUsers<S extends Session>({ session, facts, governedSince }: SessionRow<S>): SessionRow<S> {
  return { governedSince, facts: reversed(narrowed(facts, session.user)), session }
}

function reversed(facts: TenantFacts): TenantFacts {
  return { ...facts, requests: facts.requests.toReversed() }
}

function narrowed(facts: TenantFacts, user: UserId): TenantFacts {
  const requests = facts.requests.map((request) => ({
    ...request,
    users: request.users.filter((one) => one === user),
    removed: request.removed.filter((one) => one.user === user),
  }))
  return { ...facts, requests }
}

function faulty(change: (inner: Repository) => Partial<Repository>): () => Repository {
  return () => {
    const inner = memoryRepository()
    const changed = change(inner)
    if (changed.readEvents === undefined) return { ...inner, ...changed }
    const { subscribe: _, ...others } = inner
    return { ...others, positions: cautiousEnds(changed.readEvents), ...changed }
  }
}

/** Positions that are correct for any fault of the feed. */
function cautiousEnds(readEvents: Repository['readEvents']): Repository['positions'] {
  return async () => {
    const { position } = await readEvents({ after: FEED_START, limit: 1_000_000 })
    return { stable: FEED_START, latest: { ...position, at: Number(position.at) } }
  }
}

/** Returns the changes, rebased on the stored revisions. */
async function rebased(inner: Repository, changes: readonly Change[]): Promise<Change[]> {
  const stored = await Promise.all(changes.map(({ request }) => inner.tenantRequest(request.id)))
  return changes.map((change, n) => {
    const revision = (stored[n]?.revision ?? 0) + 1
    return { event: { ...change.event, revision }, request: { ...change.request, revision } }
  })
}

/** Returns the changes without the ends of sessions that are already ended. */
async function rebasedEnds(inner: Repository, changes: readonly SessionChange[]): Promise<SessionChange[]> {
  const stored = await Promise.all(changes.map(({ session }) => inner.session(session.hash)))
  return changes.filter(({ session }, n) => session.state !== 'ended' || stored[n]?.session.state !== 'ended')
}

/** Submits the tenant requests before the first one whose id is taken. */
async function submitUntilTaken(inner: Repository, { request, tenantRequests, events }: SubmissionRecords): Promise<void> {
  const known = await Promise.all(tenantRequests.map(({ id }) => inner.tenantRequest(id)))
  const count = known.findIndex((one) => one !== undefined)
  if (count < 1) return
  const [submitted, ...received] = events
  await inner.saveSubmission({ request, tenantRequests: tenantRequests.slice(0, count), events: [submitted, ...received.slice(0, count)] })
}

/** Returns the events as entries at the positions after `start`. */
function numbered(
  events: readonly ConsentryEvent[],
  start: Position,
): { readonly entries: readonly FeedEntry[]; readonly position: Position } {
  const entries = events.map((event, n) => ({ position: { at: start.at + n + 1, event: event.id }, event }))
  return { entries, position: entries.at(-1)?.position ?? start }
}

function eventsOf(changes: readonly { readonly event: ConsentryEvent }[]): ConsentryEvent[] {
  return changes.map(({ event }) => event)
}

function yieldToOthers(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

interface Key {
  readonly sentAt: number
  readonly id: string
}

function newestFirst<Row extends Key>(rows: readonly Row[]): Row[] {
  return [...rows].sort(compareNewest)
}

function newestSessionFirst(rows: readonly SessionRow[]): SessionRow[] {
  return [...rows].sort((a, b) => b.session.startedAt - a.session.startedAt || compareCodes(b.session.hash, a.session.hash))
}

function compareCodes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function compareNewest(a: Key, b: Key): number {
  return b.sentAt - a.sentAt || compareCodes(b.id, a.id)
}
