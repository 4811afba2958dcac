/** Faults of the facts, the lists and the histories. */
import { decisiveRequests } from '../../../src/domain/decisive-requests.js'
import type { ConsentryEvent } from '../../../src/domain/event.js'
import { compareIds } from '../../../src/domain/ids.js'
import { requestsOfUser, requestsSentBy } from '../../../src/domain/status.js'
import type { TenantRequest } from '../../../src/domain/tenant-request-state.js'
import { upToPageIds } from '../../../src/ports/event-feed.js'
import { type HistoryRow, idsInHistoryRow } from '../../../src/ports/list-reader.js'
import type { TenantKey } from '../../../src/ports/my-access-query.js'
import type { Repository } from '../../../src/ports/repository.js'
import { newestFirst } from '../../../src/ports/request-lists.js'
import { ALL, allEvents, allRequests, allTenants, type Faults, isAccessLost, replacing, tenantRequestIn, unfiltered } from './faults.js'
import { IDS } from './sessions.js'

const newestTenantFirst = (a: TenantKey, b: TenantKey) => b.sentAt - a.sentAt || compareIds(b.tenant, a.tenant)

const HISTORY_IDS = 'a page of a history ends at the event with which its events show 5,000 users and tenants'
const USERS_OF_OUTCOMES = 'an answer or an end has the users of its request as it left them, whatever happened since'
const REVOCATION = 'at one instant, an end of a session follows the revocation that was saved before it, and precedes one saved after'

/** Returns the history after the key of the query, to its end. A page ends early, so there may be several. */
async function wholeHistory(inner: Repository, query: Parameters<Repository['history']>[0]): Promise<readonly HistoryRow[]> {
  const rows: HistoryRow[] = []
  for (let { after } = query; ; after = rows.at(-1)?.event) {
    const page = await inner.history({ ...query, after, limit: ALL })
    if (page.length === 0) return rows
    rows.push(...page)
  }
}

/** Drops these events from every history. */
const withoutEvents = (isDropped: (event: ConsentryEvent) => boolean) =>
  replacing('history', (inner) => async (query) => {
    const kept = (await wholeHistory(inner, query)).filter(({ event }) => !isDropped(event))
    return upToPageIds(kept.slice(0, query.limit), idsInHistoryRow)
  })

export const listFaults: Faults = {
  'clears `governed` when the newest request is rejected or withdrawn': {
    breaks: [
      'a governed tenant stays governed after later requests are sent, rejected or withdrawn',
      "a tenant's facts contain all its requests, in every state and page by page",
      'decisions are the same from the facts for a user and all facts of the tenant',
      'after many commands by several parties, every query agrees with what was saved',
    ],
    change: replacing('factsPage', (inner) => async (query) => {
      const facts = await inner.factsPage(query)
      const newest = facts.requests.toSorted(newestFirst)[0]?.state
      return newest === 'rejected' || newest === 'withdrawn' ? { ...facts, governed: false } : facts
    }),
  },
  "shows another tenant's rows after a key, because of missing brackets around an `or`": {
    breaks: [
      "a list after a key contains only its own party's rows, even if others have rows at that instant",
      'continuing from any key, incoming neither repeats nor skips a row, even with one row per page',
      'a filter fills the pages of incoming even if matching rows are sparse',
      'incoming with filters contains the requests that match all of them, in full pages, newest first',
    ],
    change: replacing('incoming', (inner) => async (query) => {
      const { after, limit } = query
      const own = await inner.incoming(query)
      if (after === undefined || !('sentAt' in after)) return own
      const others = (await allTenants(inner)).filter((one) => one !== query.tenant)
      const theirs = (await Promise.all(others.map((tenant) => inner.incoming({ ...query, tenant })))).flat()
      return [...own, ...theirs.filter(({ sentAt }) => sentAt === after.sentAt)].sort(newestFirst).slice(0, limit)
    }),
  },
  "finds an access request's rows by id only, of any requester": {
    breaks: [
      "outgoing of one access request excludes another requesting tenant's request of that id",
      'outgoing of one access request contains only its rows',
      'outgoing of one access request continues from a key with only its rows',
    ],
    change: replacing('outgoing', (inner) => async (query) => {
      if (query.accessRequest === undefined) return inner.outgoing(query)
      const requesters = await allTenants(inner)
      const all = await Promise.all(requesters.map((requestingTenant) => inner.outgoing({ ...query, requestingTenant })))
      return all.flat().slice(0, query.limit)
    }),
  },
  'filters by status after cutting the page': {
    breaks: [
      'a filter fills the pages of outgoing even if matching rows are sparse',
      'outgoing with filters contains the requests that match all of them, in full pages, newest first',
    ],
    change: replacing('outgoing', (inner) => async (query) => {
      const page = await inner.outgoing({ ...query, statuses: undefined })
      const matching = await inner.outgoing({ ...query, after: undefined, limit: ALL })
      return page.filter(({ request }) => matching.some((row) => row.request.id === request.id))
    }),
  },
  'shows a grant 1 ms too long in a list': {
    breaks: [
      'incoming with a status contains the requests of that status at `now`, at every boundary of a grant, an expiry or a lapse',
      'instants are kept to the millisecond and compared as numbers, from the first to the last',
    ],
    change: (inner) => ({ incoming: (query) => inner.incoming({ ...query, now: query.now - 1 }) }),
  },
  'finds tenants case-insensitively': {
    breaks: ['every printable character is a valid id, and no id matches another as a pattern, as a prefix or in another case', IDS],
    change: (inner) => {
      const found = async (tenant: string) =>
        (await allTenants(inner)).findLast((one) => one.toLowerCase() === tenant.toLowerCase()) ?? tenant
      return {
        incoming: async (query) => inner.incoming({ ...query, tenant: await found(query.tenant) }),
        sessions: async (query) => inner.sessions({ ...query, tenant: query.tenant && (await found(query.tenant)) }),
      }
    },
  },
  "begins the next page of my access at the tenant's latest request instead of its key": {
    breaks: [
      'rows added between pages of my access cause no repeated or skipped row',
      'continuing from any key, my access neither repeats nor skips a row, even with one row per page',
      'a filter fills the pages of my access even if matching rows are sparse',
      'filters and orders fill the pages of my access, from any key',
    ],
    change: replacing('myAccess', (inner) => async (query) => {
      if (query.order === 'expiring' || query.after === undefined) return inner.myAccess(query)
      const { after, limit } = query
      const rows = await inner.myAccess({ ...query, after: undefined, limit: ALL })
      const sent = requestsSentBy(query.requestingTenant, await allRequests(inner))
      const beginsAfter = rows.filter(({ tenant }) => {
        const own = requestsOfUser(query.user, sent).filter(({ request }) => request.tenant === tenant)
        const latest = Math.max(...own.map(({ request }) => request.sentAt))
        return newestTenantFirst(after, { tenant, sentAt: latest }) < 0
      })
      return beginsAfter.slice(0, limit)
    }),
  },
  'shows a tenant that also sends requests the users of the requests that ask it': {
    breaks: [
      'the history of a tenant as both parties contains the events of both, each once',
      'the history of two different tenants contains each event once, even if it concerns both',
      'the histories of both parties, and no others, contain session starts and ends exactly as saved',
    ],
    change: unfiltered(
      replacing('history', (inner) => async (query) => {
        const saved = new Map((await allEvents(inner)).map((event) => [event.id, event]))
        const page = await inner.history(query)
        return query.requestingTenant === undefined ? page : page.map((row) => ({ ...row, event: saved.get(row.event.id) ?? row.event }))
      }),
    ),
  },
  'returns a page of a history however many users it shows': {
    breaks: [HISTORY_IDS],
    change: replacing('history', (inner) => async (query) => (await wholeHistory(inner, query)).slice(0, query.limit)),
  },
  'counts hidden users in a page of a history': {
    breaks: [HISTORY_IDS],
    change: replacing('history', (inner) => async (query) => {
      const saved = new Map((await allEvents(inner)).map((event) => [event.id, event]))
      return upToPageIds(await inner.history(query), (row) => idsInHistoryRow({ ...row, event: saved.get(row.event.id) ?? row.event }))
    }),
  },
  'names in a history the users of a request as they are now, though some were removed since': {
    breaks: [
      USERS_OF_OUTCOMES,
      'a change of the stored revision returns `saved`, and its request and event are saved',
      'a history contains every kind of event exactly as saved, once',
      'after many commands by several parties, every query agrees with what was saved',
    ],
    change: replacing('history', (inner) => async (query) => {
      const rows = await inner.history(query)
      return Promise.all(
        rows.map(async (row): Promise<HistoryRow> => {
          if (row.request === null || !('tenantRequest' in row.event)) return row
          const { users, removed } = (await tenantRequestIn(inner, row.event.tenantRequest)) as TenantRequest
          return { ...row, request: { users, removed } }
        }),
      )
    }),
  },
  'shows the tenant asked whom an expiry concerns, if somebody was removed before': {
    breaks: [USERS_OF_OUTCOMES],
    change: unfiltered(
      replacing('history', (inner) => async (query) => {
        const requesters = query.tenant === undefined ? [] : await allTenants(inner)
        const all = await Promise.all(requesters.map((requestingTenant) => wholeHistory(inner, { requestingTenant, limit: ALL })))
        const withRemovals = all
          .flat()
          .filter(({ event, request }) => request !== null && request.removed.length > 0 && event.type === 'tenant-request.expired')
        const shown = new Map(withRemovals.map((row) => [row.event.id, row.request]))
        return (await inner.history(query)).map((row) => ({ ...row, request: row.request ?? shown.get(row.event.id) ?? null }))
      }),
    ),
  },
  'counts only the users who are left of an answer or an end in a page of a history': {
    breaks: [HISTORY_IDS],
    change: replacing('history', (inner) => async (query) => {
      const idsLeft = ({ event, request }: HistoryRow) => idsInHistoryRow({ event, request }) - (request?.removed.length ?? 0)
      return upToPageIds((await wholeHistory(inner, query)).slice(0, query.limit), idsLeft)
    }),
  },
  'shows in my access a request that ended later instead of the grant that holds': {
    breaks: [
      'my access contains every tenant with a request that names or named the user, with the one that decides',
      "my access with a status contains the tenants where that is the user's status, for every pair of lifecycles",
      "my access with a status agrees with the user's status if two requests ended at one instant",
      'a renewal is pending in a tenant if another request names the user and is pending while a grant holds',
    ],
    change: replacing('myAccess', (inner) => async (query) => {
      const sent = requestsSentBy(query.requestingTenant, await allRequests(inner))
      return (await inner.myAccess(query)).map((row) => {
        const own = decisiveRequests(
          query.user,
          sent.filter(({ tenant }) => tenant === row.tenant),
          query.now,
        )
        const ended = own.find(({ state, sentAt }) => state === 'rejected' && sentAt > row.request.sentAt)
        return row.request.state === 'granted' && ended !== undefined ? { ...row, request: ended } : row
      })
    }),
  },
  'lists an end of a session below the revocation of the same instant that caused it': {
    breaks: [REVOCATION],
    change: replacing('history', (inner) => async (query) => {
      const below = (a: ConsentryEvent, b: ConsentryEvent) => Number(isAccessLost(a) && b.type === 'tenant-request.revoked')
      return [...(await inner.history(query))].sort((a, b) => b.event.at - a.event.at || below(a.event, b.event) - below(b.event, a.event))
    }),
  },
  'begins a history again if the event of a key is not stored': {
    breaks: ['after an event that is not stored, a history continues with earlier instants'],
    change: replacing('history', (inner) => async ({ after, ...query }) => {
      const known = (await allEvents(inner)).some(({ id }) => id === after?.id)
      return inner.history({ ...query, after: known ? after : undefined })
    }),
  },
  'drops the event of a withdrawal caused by removing the last user': {
    breaks: [
      'a history contains every kind of event exactly as saved, once',
      'a request is the fold of its events, at every step of every lifecycle',
      'after many commands by several parties, every query agrees with what was saved',
    ],
    change: withoutEvents((event) => event.type === 'tenant-request.withdrawn' && event.removedUser !== null),
  },
  'drops the end event of a session that lost access': {
    breaks: [
      'the histories of both parties, and no others, contain session starts and ends exactly as saved',
      'a session is the fold of its events, at every step',
      REVOCATION,
      'a session end returns `saved`, and the session and its event are read back exactly, for every cause',
    ],
    change: unfiltered(withoutEvents(isAccessLost)),
  },
}
