/** Faults of the filters and orders of histories, sessions and my access, and of the counts. */
import type { ConsentryEvent } from '../../../src/domain/event.js'
import type { Session } from '../../../src/domain/session-state.js'
import { requestsOfUser, USER_STATUSES } from '../../../src/domain/status.js'
import { userStatusAt } from '../../../src/domain/user-status.js'
import type { HistoryQuery } from '../../../src/ports/history-query.js'
import type { MyAccessQuery, MyAccessRow } from '../../../src/ports/my-access-query.js'
import type { Repository } from '../../../src/ports/repository.js'
import type { SessionsQuery } from '../../../src/ports/sessions-query.js'
import { ALL, allRequests, type Change, type Faults } from './faults.js'

const TYPES = 'a history of types contains the events of one of these types'
const HISTORY_SPAN = 'a history of a span contains the events from its first instant on and before its last'
const REQUEST = "a history of a request contains that request's events that the party may see, and no event of a session"
const SESSION = "a history of a session contains that session's events for its two tenants only"
const HISTORY_USERS = "a history of users contains the events by these persons of the side's own tenant, never the other side's"
const HISTORY_TENANTS = "a history of tenants contains the requester's events about these tenants, and no submission"
const HISTORY_REQUESTERS = 'a history of requesting tenants contains the events of their requests and sessions'
const HISTORY_ALL = 'a history with several filters contains the events that match all of them'
const HISTORY_PAGES = 'filters fill the pages of a history even if matching events are sparse, and events are added'
const LEFT_OUT = 'events that a filter leaves out do not end a page of a history'
const SPAN = 'the sessions of a span are those that started from its first instant on and before its last'
const OTHER_SIDE = "in the requesting tenant's own list and the user's, never in the other side's"
const USERS = `the sessions of users are those of these users ${OTHER_SIDE}`
const TENANTS = `the sessions of tenants are those in these tenants ${OTHER_SIDE}`
const GRANT = 'the sessions of a tenant request are those that its grant allowed, by its exact id'
const ONE = 'one session by its hash is returned to its tenants and its user only, if it matches the other filters'
const ALL_OF = 'sessions with several filters match all of them'
const PAGES = 'filters fill the pages of sessions even if matching ones are sparse, and sessions are added'
const EXPIRING = 'my access in the order `expiring` contains the grants that hold: earliest end first, no end last, then by tenant'
const ACCESS_PAGES = 'filters and orders fill the pages of my access, from any key'
const ADDED = 'tenants that are added between pages of my access in the order `expiring` cause no repeated or skipped tenant'
const BEFORE = 'my access that expires before an instant contains the grants that hold and end before it'
const RENEWAL = 'a renewal is pending in a tenant if another request names the user and is pending while a grant holds'
const COUNTED = 'my access is counted by the status of each tenant, at every boundary of a grant, an expiry or a lapse'
const COUNTED_TO = 'my access is counted up to the limit'

/** Replaces a filter of the history by one that is applied to the events that the other filters leave, before the page is cut. */
const historyBy =
  (
    filter: keyof HistoryQuery,
    matches: (event: ConsentryEvent, query: HistoryQuery) => boolean,
    isWrong: (query: HistoryQuery) => boolean = () => true,
  ): Change =>
  (inner) => ({
    history: async (query) => {
      if (query[filter] === undefined || !isWrong(query)) return inner.history(query)
      const all = await inner.history({ ...query, [filter]: undefined, limit: ALL })
      return all.filter(({ event }) => matches(event, query)).slice(0, query.limit)
    },
  })

/** Replaces a filter of the sessions in the same way. */
const sessionsBy =
  (filter: keyof SessionsQuery, matches: (session: Session, query: SessionsQuery) => boolean): Change =>
  (inner) => ({
    sessions: async (query) => {
      if (query[filter] === undefined) return inner.sessions(query)
      const all = await inner.sessions({ ...query, [filter]: undefined, limit: ALL })
      return all.filter(({ session }) => matches(session, query)).slice(0, query.limit)
    },
  })

/** Replaces the order `expiring`. */
const expiringBy =
  (order: (inner: Repository, query: MyAccessQuery & { readonly order: 'expiring' }) => Promise<readonly MyAccessRow[]>): Change =>
  (inner) => ({ myAccess: async (query) => (query.order === 'expiring' ? order(inner, query) : inner.myAccess(query)) })

const endOf = ({ request }: MyAccessRow) => ('expiresAt' in request ? request.expiresAt : null)

export const filterFaults: Faults = {
  'compares the users of a history with the persons of either side': {
    breaks: [HISTORY_USERS, HISTORY_ALL, HISTORY_PAGES],
    change: historyBy('users', ({ by }, { users }) => by !== 'clock' && users?.includes(by.user) === true),
  },
  'shows the tenant asked the events about the tenants of a filter': {
    breaks: [HISTORY_TENANTS, HISTORY_ALL, HISTORY_PAGES],
    change: historyBy(
      'tenants',
      ({ tenant, type }, { tenants }) => type !== 'access-request.submitted' && tenants?.includes(tenant) === true,
    ),
  },
  "finds submissions by the requesting tenant's own id": {
    breaks: [HISTORY_TENANTS],
    change: historyBy(
      'tenants',
      ({ tenant }, { tenants }) => tenants?.includes(tenant) === true,
      ({ tenant }) => tenant === undefined,
    ),
  },
  'takes the requesting tenants of a history for the tenants': {
    breaks: [HISTORY_REQUESTERS, HISTORY_ALL, HISTORY_PAGES],
    change: historyBy('requestingTenants', ({ tenant }, { requestingTenants }) => requestingTenants?.includes(tenant) === true),
  },
  'finds in the history of a request the sessions that it allowed': {
    breaks: [REQUEST],
    change: historyBy(
      'tenantRequest',
      (event, { tenantRequest = '' }) =>
        ('tenantRequest' in event && event.tenantRequest === tenantRequest) ||
        ('grantedBy' in event && event.grantedBy.includes(tenantRequest)),
    ),
  },
  "shows a request's history to everybody": {
    breaks: [REQUEST, HISTORY_PAGES],
    change: (inner) => ({
      history: async (query) => {
        const found = (await inner.tenantRequests([query.tenantRequest ?? '']))[0]
        return inner.history(found ? { ...query, requestingTenant: found.requestingTenant } : query)
      },
    }),
  },
  "shows a session's history to everybody": {
    breaks: [SESSION],
    change: (inner) => ({
      history: async (query) => {
        const found = (await inner.sessionRows({ hashes: [query.session ?? ''], now: 0 }))[0]?.session
        return inner.history(found ? { ...query, tenant: found.tenant } : query)
      },
    }),
  },
  'shows the tenant asked the types that are hidden from it, if it asks for them': {
    breaks: [TYPES],
    change: historyBy(
      'types',
      () => true,
      ({ types = [], requestingTenant, tenant }) =>
        requestingTenant === undefined && tenant === 'tom-sawyer' && types.includes('access-request.submitted'),
    ),
  },
  'finds events of the first type of a list only': {
    breaks: [TYPES, REQUEST, HISTORY_ALL, HISTORY_PAGES],
    change: (inner) => ({ history: (query) => inner.history({ ...query, types: query.types?.slice(0, 1) }) }),
  },
  'includes the last instant of the span of a history': {
    breaks: [HISTORY_SPAN, HISTORY_PAGES],
    change: (inner) => ({ history: (query) => inner.history({ ...query, to: query.to === undefined ? undefined : query.to + 1 }) }),
  },
  'excludes the first instant of the span of a history': {
    breaks: [HISTORY_SPAN, REQUEST, HISTORY_ALL, HISTORY_PAGES],
    change: (inner) => ({ history: (query) => inner.history({ ...query, from: query.from === undefined ? undefined : query.from + 1 }) }),
  },
  'filters a history after cutting the page': {
    breaks: [HISTORY_PAGES, LEFT_OUT],
    change: (inner) => ({
      history: async (query) => {
        const { requestingTenant, tenant, after, limit } = query
        const page = await inner.history({ requestingTenant, tenant, after, limit })
        const matching = new Set((await inner.history({ ...query, limit: ALL })).map(({ event }) => event.id))
        return page.filter(({ event }) => matching.has(event.id))
      },
    }),
  },
  'counts the users of events that a filter leaves out in a page of a history': {
    breaks: [LEFT_OUT],
    change: (inner) => ({
      history: async (query) => {
        if (query.types === undefined) return inner.history(query)
        const { requestingTenant, tenant, after } = query
        const shown = new Set((await inner.history({ requestingTenant, tenant, after, limit: ALL })).map(({ event }) => event.id))
        return (await inner.history(query)).filter(({ event }) => shown.has(event.id))
      },
    }),
  },

  'shows the other side which user a session is of, by a filter': {
    breaks: [USERS, ONE, PAGES],
    change: sessionsBy('users', ({ user }, { users }) => users?.includes(user) === true),
  },
  'matches the tenants of a filter with sessions inside the own tenant': {
    breaks: [TENANTS],
    change: sessionsBy('tenants', ({ tenant }, { tenants }) => tenants?.includes(tenant) === true),
  },
  'finds the sessions of a grant by the beginning of its id': {
    breaks: [GRANT],
    change: sessionsBy('tenantRequest', ({ grantedBy }, { tenantRequest = '' }) => grantedBy.some((id) => id.endsWith(tenantRequest))),
  },
  'finds the sessions of the first grant that allowed them only': {
    breaks: [GRANT, ALL_OF, PAGES],
    change: sessionsBy('tenantRequest', ({ grantedBy }, { tenantRequest }) => grantedBy[0] === tenantRequest),
  },
  'returns a session by its hash to everybody': {
    breaks: [ONE],
    change: (inner) => ({
      sessions: async (query) => {
        const found =
          query.session === undefined ? undefined : (await inner.sessionRows({ hashes: [query.session], now: query.now }))[0]?.session
        return inner.sessions(found ? { ...query, tenant: found.tenant } : query)
      },
    }),
  },
  'ignores the other filters of a session that it finds by its hash': {
    breaks: [ONE],
    change: (inner) => ({
      sessions: ({ from, to, users, methods, ...query }) =>
        inner.sessions(query.session === undefined ? { ...query, from, to, users, methods } : query),
    }),
  },
  'includes the last instant of the span of sessions': {
    breaks: [SPAN, ONE, PAGES, ALL_OF],
    change: (inner) => ({ sessions: (query) => inner.sessions({ ...query, to: query.to === undefined ? undefined : query.to + 1 }) }),
  },
  'takes a method of a session for another legacy one': {
    breaks: ['the sessions of methods are those that started by one of them'],
    change: sessionsBy('methods', ({ method }, { methods = [] }) => methods.some((one) => one.slice(0, 6) === method.slice(0, 6))),
  },
  'takes the requesting tenants of sessions for the tenants': {
    breaks: ['the sessions of requesting tenants are those that these tenants started', ALL_OF, PAGES],
    change: sessionsBy('requestingTenants', ({ tenant }, { requestingTenants }) => requestingTenants?.includes(tenant) === true),
  },
  'filters sessions after cutting the page': {
    breaks: [PAGES],
    change: (inner) => ({
      sessions: async (query) => {
        const { requestingTenant, tenant, user, now, liveOnly, after, limit } = query
        const page = await inner.sessions({ requestingTenant, tenant, user, now, liveOnly, after, limit })
        const matching = new Set((await inner.sessions({ ...query, limit: ALL })).map(({ session }) => session.hash))
        return page.filter(({ session }) => matching.has(session.hash))
      },
    }),
  },

  'lists grants without an end first in the order `expiring`': {
    breaks: [EXPIRING, ACCESS_PAGES, ADDED],
    change: expiringBy(async (inner, query) => {
      const rows = await inner.myAccess({ ...query, after: undefined, limit: ALL })
      const sorted = [...rows.filter((row) => endOf(row) === null), ...rows.filter((row) => endOf(row) !== null)]
      const from = query.after === undefined ? 0 : sorted.findIndex(({ tenant }) => tenant === query.after?.tenant) + 1
      return sorted.slice(from, from + query.limit)
    }),
  },
  'skips tenants whose access ends at one instant between pages of the order `expiring`': {
    breaks: [ACCESS_PAGES, ADDED],
    change: expiringBy(async (inner, query) => inner.myAccess({ ...query, after: query.after && { ...query.after, tenant: '~' } })),
  },
  'lists in the order `expiring` what has expired': {
    breaks: [EXPIRING, ACCESS_PAGES],
    change: expiringBy(async (inner, { order: _, after, limit, ...query }) => {
      const statuses = query.statuses ?? (['granted', 'expired'] as const)
      const rows = await inner.myAccess({ ...query, statuses: [...new Set([...statuses, 'expired' as const])], limit: ALL })
      const byEnd = rows.toSorted((a, b) => (endOf(a) ?? Infinity) - (endOf(b) ?? Infinity) || (a.tenant < b.tenant ? -1 : 1))
      const from = after === undefined ? 0 : byEnd.findIndex(({ tenant }) => tenant === after.tenant) + 1
      return byEnd.slice(from, from + limit)
    }),
  },
  'finds grants that end at the instant before which they must end': {
    breaks: [BEFORE],
    change: (inner) => ({
      myAccess: (query) =>
        inner.myAccess({ ...query, ...(query.expiresBefore !== undefined && { expiresBefore: query.expiresBefore + 1 }) }),
    }),
  },
  'finds what has expired before an instant': {
    breaks: [BEFORE],
    change: (inner) => ({
      myAccess: async (query) => {
        if (query.expiresBefore === undefined || query.order === 'expiring' || !query.statuses?.includes('expired'))
          return inner.myAccess(query)
        return inner.myAccess({ ...query, expiresBefore: undefined })
      },
    }),
  },
  'says that a renewal is pending where another vendor has asked for the user': {
    breaks: [RENEWAL],
    change: (inner) => ({
      myAccess: async (query) => {
        const theirs = (await allRequests(inner)).filter(({ requestingTenant }) => requestingTenant !== query.requestingTenant)
        const waiting = requestsOfUser(query.user, theirs).filter((one) => userStatusAt([one], query.now) === 'pending')
        const tenants = new Set(waiting.map(({ request }) => request.tenant))
        const holds = ({ request }: MyAccessRow) => userStatusAt(requestsOfUser(query.user, [request]), query.now) === 'granted'
        const rows = await inner.myAccess(query)
        return rows.map((row) => (tenants.has(row.tenant) && holds(row) ? { ...row, renewalPending: true } : row))
      },
    }),
  },
  'finds tenants of the first status of a list only': {
    breaks: ['my access of several statuses contains the tenants with one of them', ACCESS_PAGES],
    change: (inner) => ({ myAccess: (query) => inner.myAccess({ ...query, statuses: query.statuses?.slice(0, 1) }) }),
  },
  'filters my access by tenant after cutting the page': {
    breaks: [ACCESS_PAGES],
    change: (inner) => ({
      myAccess: async (query) =>
        (await inner.myAccess({ ...query, tenants: undefined })).filter(({ tenant }) => query.tenants?.includes(tenant) ?? true),
    }),
  },
  'compares the tenants of my access without case': {
    breaks: ['my access of tenants contains these tenants'],
    change: (inner) => ({
      myAccess: (query) => inner.myAccess({ ...query, tenants: query.tenants?.map((tenant) => tenant.toLowerCase()) }),
    }),
  },
  'counts my access as of the last instant of all': {
    breaks: [COUNTED, COUNTED_TO],
    change: (inner) => ({ countMyAccess: (query) => inner.countMyAccess({ ...query, now: 8.64e15 }) }),
  },
  'counts my access beyond the limit': {
    breaks: [COUNTED_TO],
    change: (inner) => ({ countMyAccess: (query) => inner.countMyAccess({ ...query, limit: ALL }) }),
  },
  'leaves a status that no tenant has out of the counts': {
    breaks: [COUNTED, COUNTED_TO],
    change: (inner) => ({
      countMyAccess: async (query) => {
        const counts = await inner.countMyAccess(query)
        return Object.fromEntries(
          USER_STATUSES.flatMap((status) => (counts[status] > 0 ? [[status, counts[status]]] : [])),
        ) as typeof counts
      },
    }),
  },
}
