/** Faults of the facts, the lists and the histories. */
import { newestFirst, newestTenantFirst } from '../../../src/adapters/memory/parts.js'
import type { ConsentryEvent } from '../../../src/domain/event.js'
import { ALL, allEvents, allTenants, type Faults, isAccessLost, replacing } from './faults.js'
import { IDS } from './sessions.js'

const REVOCATION = 'at one instant, an end of a session follows the revocation that was saved before it, and precedes one saved after'

/** Drops these events from every history. */
const withoutEvents = (isDropped: (event: ConsentryEvent) => boolean) =>
  replacing('history', (inner) => async (query) => {
    const events = await inner.history({ ...query, limit: ALL })
    return events.filter((event) => !isDropped(event)).slice(0, query.limit)
  })

export const listFaults: Faults = {
  'clears `governed` when the newest request is rejected or withdrawn': {
    breaks: [
      'a governed tenant stays governed after later requests are sent, rejected or withdrawn',
      'after many commands by several parties, every query agrees with what was saved',
    ],
    change: replacing('facts', (inner) => async (tenant) => {
      const facts = await inner.facts(tenant)
      const newest = facts.requests.toSorted(newestFirst)[0]?.state
      return newest === 'rejected' || newest === 'withdrawn' ? { ...facts, governed: false } : facts
    }),
  },
  "shows another tenant's rows after a key, because of missing brackets around an `or`": {
    breaks: [
      "a list after a key contains only its own party's rows, even if others have rows at that instant",
      'continuing from any key, incoming neither repeats nor skips a row, even with one row per page',
      'a filter fills the pages of incoming even if matching rows are sparse',
    ],
    change: replacing('incoming', (inner) => async (query) => {
      const { after, limit } = query
      const own = await inner.incoming(query)
      if (after === undefined) return own
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
    breaks: ['a filter fills the pages of outgoing even if matching rows are sparse'],
    change: replacing('outgoing', (inner) => async ({ status, ...query }) => {
      const page = await inner.outgoing(query)
      const matching = await inner.outgoing({ ...query, status, after: undefined, limit: ALL })
      return page.filter(({ request }) => matching.some((row) => row.request.id === request.id))
    }),
  },
  'shows a grant 1 ms too long in a list': {
    breaks: [
      'incoming with a status contains the requests of that status at `now`, at every grant and expiry boundary',
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
    ],
    change: replacing('myAccess', (inner) => async (query) => {
      const { after, limit } = query
      if (after === undefined) return inner.myAccess(query)
      const rows = await inner.myAccess({ ...query, after: undefined, limit: ALL })
      const beginsAfter = rows.filter(({ tenant, requests }) => {
        const latest = Math.max(...requests.map(({ sentAt }) => sentAt))
        return newestTenantFirst(after, { tenant, sentAt: latest }) < 0
      })
      return beginsAfter.slice(0, limit)
    }),
  },
  'lists an end of a session below the revocation of the same instant that caused it': {
    breaks: [REVOCATION],
    change: replacing('history', (inner) => async (query) => {
      const below = (a: ConsentryEvent, b: ConsentryEvent) => Number(isAccessLost(a) && b.type === 'tenant-request.revoked')
      return [...(await inner.history(query))].sort((a, b) => b.at - a.at || below(a, b) - below(b, a))
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
    change: withoutEvents(isAccessLost),
  },
}
