/** Faults of the filters, orders and counts of requests. */
import { REQUEST_STATUSES, type RequestStatus } from '../../../src/domain/status.js'
import type { Repository } from '../../../src/ports/repository.js'
import type { AccessRequestsQuery, IncomingQuery, OutgoingQuery } from '../../../src/ports/request-query.js'
import { ALL, type Change, type Faults, replacing } from './faults.js'

const INCOMING = 'incoming with filters contains the requests that match all of them, in full pages, newest first'
const INCOMING_ENDS = 'incoming with filters contains the requests that match all of them, in full pages, by their ends'
const OUTGOING = 'outgoing with filters contains the requests that match all of them, in full pages, newest first'
const OUTGOING_ENDS = 'outgoing with filters contains the requests that match all of them, in full pages, by their ends'
const ACCESS_REQUESTS = 'access requests are filtered by id, name, users, tenants, status and span'
const COUNTS = 'requests are counted by status at every boundary of a grant, an expiry or a lapse'

/** Changes the query of a list. */
const ofIncoming = (change: (query: IncomingQuery) => object): Change =>
  replacing('incoming', (inner) => (query) => inner.incoming({ ...query, ...change(query) } as IncomingQuery))
const ofOutgoing = (change: (query: OutgoingQuery) => object): Change =>
  replacing('outgoing', (inner) => (query) => inner.outgoing({ ...query, ...change(query) } as OutgoingQuery))
const ofAccessRequests = (change: (query: AccessRequestsQuery) => object): Change =>
  replacing('accessRequests', (inner) => (query) => inner.accessRequests({ ...query, ...change(query) }))

/** Reads every row after the key, and keeps a page of those that match. */
async function wholeOutgoing(inner: Repository, query: OutgoingQuery) {
  return inner.outgoing({ ...query, limit: ALL } as OutgoingQuery)
}

export const requestListFaults: Faults = {
  'includes the end of a span': {
    breaks: [INCOMING, INCOMING_ENDS],
    change: ofIncoming(({ to }) => ({ to: to === undefined ? undefined : to + 1 })),
  },
  'excludes the beginning of a span': {
    breaks: [OUTGOING, OUTGOING_ENDS],
    change: ofOutgoing(({ from }) => ({ from: from === undefined ? undefined : from + 1 })),
  },
  'lists what ends at the instant before which it must end': {
    breaks: [INCOMING, INCOMING_ENDS],
    change: ofIncoming(({ expiresBefore }) => ({ expiresBefore: expiresBefore === undefined ? undefined : expiresBefore + 1 })),
  },
  'finds by its end a grant that begins later, and is shown as pending': {
    breaks: [OUTGOING],
    change: replacing('outgoing', (inner) => async (query) => {
      const { expiresBefore, ...others } = query
      if (expiresBefore === undefined || query.order === 'expiring') return inner.outgoing(query)
      const rows = await wholeOutgoing(inner, others as OutgoingQuery)
      const ends = (request: object) => ('expiresAt' in request && request.expiresAt !== null ? Number(request.expiresAt) : Infinity)
      return rows.filter(({ request }) => ends(request) < expiresBefore).slice(0, query.limit)
    }),
  },
  'filters by the first of several statuses only': {
    breaks: [INCOMING, INCOMING_ENDS],
    change: ofIncoming(({ statuses }) => ({ statuses: statuses?.slice(0, 1) })),
  },
  'ignores the filter by requesting tenant together with one by status': {
    breaks: [INCOMING, INCOMING_ENDS],
    change: ofIncoming(({ requestingTenants, statuses }) => ({ requestingTenants: statuses ? undefined : requestingTenants })),
  },
  'ignores the filter by tenant together with one by user': {
    breaks: [OUTGOING, OUTGOING_ENDS, 'rows added between pages of a filtered list cause no repeated or skipped row'],
    change: ofOutgoing(({ tenants, users }) => ({ tenants: users ? undefined : tenants })),
  },
  'finds for a user who was removed the requests that named them': {
    breaks: [
      OUTGOING,
      OUTGOING_ENDS,
      'a user who was removed finds no outgoing request, and the access request as it was sent',
      'rows added between pages of a filtered list cause no repeated or skipped row',
    ],
    change: replacing('outgoing', (inner) => async (query) => {
      const { users, ...others } = query
      if (users === undefined) return inner.outgoing(query)
      const rows = await wholeOutgoing(inner, others as OutgoingQuery)
      const names = ({ request }: (typeof rows)[number]) => [...request.users, ...request.removed.map(({ user }) => user)]
      return rows.filter((row) => names(row).some((user) => users.includes(user))).slice(0, query.limit)
    }),
  },
  'compares names without regard to case': {
    breaks: [OUTGOING, OUTGOING_ENDS],
    change: replacing('outgoing', (inner) => async (query) => {
      const { namePrefix = '', ...others } = query
      const rows = await wholeOutgoing(inner, others as OutgoingQuery)
      return rows.filter(({ name }) => name.toLowerCase().startsWith(namePrefix.toLowerCase())).slice(0, query.limit)
    }),
  },
  'filters by user after cutting the page': {
    breaks: [OUTGOING, OUTGOING_ENDS, 'rows added between pages of a filtered list cause no repeated or skipped row'],
    change: replacing('outgoing', (inner) => async (query) => {
      const page = await inner.outgoing({ ...query, users: undefined } as OutgoingQuery)
      return page.filter(({ request }) => query.users === undefined || request.users.some((user) => query.users?.includes(user)))
    }),
  },
  'lists what has no end before what ends': {
    breaks: [INCOMING_ENDS],
    change: replacing('incoming', (inner) => async (query) => {
      if (query.order !== 'expiring') return inner.incoming(query)
      const rows = await inner.incoming({ ...query, limit: ALL })
      const endless = (row: object) => Number('expiresAt' in row && row.expiresAt === null)
      return rows.toSorted((a, b) => endless(b) - endless(a)).slice(0, query.limit)
    }),
  },
  'orders equal ends by id descending': {
    breaks: [OUTGOING_ENDS],
    change: replacing('outgoing', (inner) => async (query) => {
      if (query.order !== 'expiring') return inner.outgoing(query)
      const rows = await inner.outgoing({ ...query, limit: ALL })
      const endOf = (request: object) => ('expiresAt' in request ? (request.expiresAt ?? Infinity) : Infinity)
      return rows
        .toSorted((a, b) => Number(endOf(a.request) !== endOf(b.request)) || (a.request.id < b.request.id ? 1 : -1))
        .slice(0, query.limit)
    }),
  },
  'lists in the order of ends what is over and not recorded': {
    breaks: [INCOMING_ENDS, 'a request by its id matches only if it matches the other filters'],
    change: replacing('incoming', (inner) => async (query) => {
      if (query.order !== 'expiring' || query.statuses !== undefined) return inner.incoming(query)
      return inner.incoming({ ...query, now: query.now - 500 })
    }),
  },
  'finds a request by its id for anybody': {
    breaks: ['a request is found by its id by each of its two parties, and by nobody else'],
    change: replacing('incoming', (inner) => async (query) => {
      const [found] = query.id === undefined ? [] : await inner.tenantRequests([query.id])
      return inner.incoming({ ...query, tenant: found?.tenant ?? query.tenant })
    }),
  },
  'finds a request by its id whatever the other filters say': {
    breaks: ['a request by its id matches only if it matches the other filters'],
    change: ofOutgoing(({ id, statuses, from }) => (id === undefined ? { statuses, from } : { statuses: undefined, from: undefined })),
  },
  'finds access requests by those who are still in them': {
    breaks: ['a user who was removed finds no outgoing request, and the access request as it was sent'],
    change: replacing('accessRequests', (inner) => async (query) => {
      const rows = await inner.accessRequests(query)
      const { users, requestingTenant, now } = query
      if (users === undefined) return rows
      const found = await inner.outgoing({ requestingTenant, now, users, limit: ALL })
      return rows.filter((row) => found.some(({ request }) => request.accessRequest === row.request.id))
    }),
  },
  'finds access requests by any part of their name': {
    breaks: [ACCESS_REQUESTS],
    change: replacing('accessRequests', (inner) => async (query) => {
      const { namePrefix = '', limit } = query
      const rows = await inner.accessRequests({ ...query, namePrefix: undefined, limit: ALL })
      return rows.filter(({ request }) => request.name.toLowerCase().includes(namePrefix.toLowerCase())).slice(0, limit)
    }),
  },
  'finds access requests by the status of one tenant and the name of another': {
    breaks: [ACCESS_REQUESTS],
    change: replacing('accessRequests', (inner) => async (query) => {
      if (query.tenants === undefined) return inner.accessRequests(query)
      const rows = await inner.accessRequests({ ...query, tenants: undefined, limit: ALL })
      const asked = await inner.accessRequests({ ...query, statuses: undefined, limit: ALL })
      return rows.filter(({ request }) => asked.some((one) => one.request.id === request.id)).slice(0, query.limit)
    }),
  },
  'finds access requests by what their tenants have stored, not by the clock': {
    breaks: [ACCESS_REQUESTS],
    change: replacing('accessRequests', (inner) => async (query) => {
      if (query.statuses === undefined) return inner.accessRequests(query)
      const found = await inner.accessRequests({ ...query, now: 0, limit: ALL })
      const rows = await inner.accessRequests({ ...query, statuses: undefined, limit: ALL })
      return rows.filter(({ request }) => found.some((one) => one.request.id === request.id)).slice(0, query.limit)
    }),
  },
  'excludes the beginning of a span of access requests': {
    breaks: [ACCESS_REQUESTS],
    change: ofAccessRequests(({ from }) => ({ from: from === undefined ? undefined : from + 1 })),
  },
  'lists access requests page after page without regard to the key': {
    breaks: ['access requests are listed for their sender, with the number of tenants in each status at `now`', ACCESS_REQUESTS],
    change: ofAccessRequests(({ after, limit }) => (after !== undefined && limit === 2 ? { after: { ...after, id: '' } } : {})),
  },
  'counts the tenants of an access request by what is stored, not by the clock': {
    breaks: [
      'access requests are listed for their sender, with the number of tenants in each status at `now`',
      ACCESS_REQUESTS,
      'a page of access requests ends at the one with which they name 5,000 users and tenants',
    ],
    change: ofAccessRequests(() => ({ now: 0 })),
  },
  "counts another sender's tenants of an access request with the same id": {
    breaks: ['an access request of another sender has the same id and its own counts'],
    change: replacing('accessRequests', (inner) => async (query) => {
      const rows = await inner.accessRequests(query)
      const theirs = await inner.accessRequests({
        ...query,
        requestingTenant: query.requestingTenant === 'rival' ? 'classics' : 'rival',
        after: undefined,
      })
      return rows.map((row) => {
        const same = theirs.find(({ request }) => request.id === row.request.id)
        return same === undefined
          ? row
          : { ...row, statuses: { ...row.statuses, rejected: row.statuses.rejected + same.statuses.rejected } }
      })
    }),
  },
  'lists access requests up to the limit, however many users and tenants they name': {
    breaks: ['a page of access requests ends at the one with which they name 5,000 users and tenants'],
    change: replacing('accessRequests', (inner) => async (query) => {
      const rows = [...(await inner.accessRequests(query))]
      for (let page = rows; page.length > 0 && rows.length < query.limit; ) {
        const last = page.at(-1)?.request
        page = [
          ...(await inner.accessRequests({
            ...query,
            limit: query.limit - rows.length,
            after: last && { sentAt: last.sentAt, id: last.id },
          })),
        ]
        rows.push(...page)
      }
      return rows
    }),
  },
  'counts without regard to the limit': {
    breaks: ['requests are counted up to the limit', 'an access request counts once for a status, however many of its tenants have it'],
    change: replacing('countRequests', (inner) => (query) => inner.countRequests({ ...query, limit: ALL })),
  },
  'counts a grant 1 ms too long': {
    breaks: [COUNTS, 'an access request counts once for a status, however many of its tenants have it'],
    change: replacing('countRequests', (inner) => (query) => inner.countRequests({ ...query, now: query.now - 1 })),
  },
  'counts each tenant of an access request': {
    breaks: ['requests are counted up to the limit', 'an access request counts once for a status, however many of its tenants have it'],
    change: replacing('countRequests', (inner) => (query) => {
      return inner.countRequests(query.each === 'access-request' ? { ...query, each: 'tenant-request' } : query)
    }),
  },
  'counts for the tenant asked what it sent': {
    breaks: [
      COUNTS,
      'requests are counted up to the limit',
      'an access request counts once for a status, however many of its tenants have it',
    ],
    change: replacing('countRequests', (inner) => async (query) => {
      const counts = await inner.countRequests(query)
      if (query.tenant === undefined) return counts
      const { now, limit, tenant: requestingTenant } = query
      const sent = await inner.countRequests({ now, limit, requestingTenant, each: 'tenant-request' })
      const sum = (status: RequestStatus) => Math.min(limit, counts[status] + sent[status])
      return Object.fromEntries(REQUEST_STATUSES.map((status) => [status, sum(status)])) as typeof counts
    }),
  },
}
