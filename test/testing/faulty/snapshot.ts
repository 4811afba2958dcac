/** Faults of the snapshot reader: pages of all requests and of the governed tenants. */
import { bySnapshotKey } from '../../../src/adapters/memory/parts.js'
import { compareIds } from '../../../src/domain/ids.js'
import type { RequestFacts } from '../../../src/domain/status.js'
import { idsInRequest, type SnapshotKey, upToPageIds } from '../../../src/ports/event-feed.js'
import { newestFirst } from '../../../src/ports/request-lists.js'
import { allRequests, type Faults, replacing } from './faults.js'

const SNAPSHOT_IDS = 'a page of the request snapshot ends at the request with which they name or named 5,000 users'
export const FILLED = 'an index filled from the request snapshot and the events after `stable` misses nothing that others save'
const BETWEEN = 'writes between pages of the request snapshot cause no repeated or skipped request, and each page is as last saved'
const ANY_KEY = 'the request snapshot continues from any key, of a stored request or not, and compares ids exactly'

const pageOf = (requests: readonly RequestFacts[], limit: number) => upToPageIds(requests.slice(0, limit), idsInRequest)

export const snapshotFaults: Faults = {
  'continues the request snapshot after the instant of the last row, and skips others of that instant': {
    breaks: ['reading the request snapshot page by page neither repeats nor skips a request, at any limit', ANY_KEY, BETWEEN],
    change: (inner) => ({
      requestPage: ({ after, limit }) => inner.requestPage({ after: after && { ...after, id: '~'.repeat(128) }, limit }),
    }),
  },
  'continues the request snapshot by row number, although other writes moved the rows': {
    breaks: [BETWEEN, FILLED],
    change: replacing('requestPage', (inner) => {
      const numbers = new Map<string, number>()
      const textOf = ({ tenant, sentAt, id }: SnapshotKey) => `${tenant} ${sentAt} ${id}`
      return async ({ after, limit }) => {
        const all = await allRequests(inner)
        for (const [n, row] of all.entries()) if (!numbers.has(textOf(row))) numbers.set(textOf(row), n + 1)
        const from = after === undefined ? 0 : numbers.get(textOf(after))
        return from === undefined ? inner.requestPage({ after, limit }) : pageOf(all.slice(from), limit)
      }
    }),
  },
  'orders the request snapshot by `sentAt` only, not by tenant': {
    breaks: [
      'the request snapshot contains all requests, in every state, once and as last saved, ordered by tenant, `sentAt` and id',
      ANY_KEY,
    ],
    change: replacing('requestPage', (inner) => async ({ after, limit }) => {
      const oldestFirst = (await allRequests(inner)).toSorted((a, b) => newestFirst(b, a))
      return pageOf(
        oldestFirst.filter((one) => after === undefined || newestFirst(one, after) < 0),
        limit,
      )
    }),
  },
  'lists as governed only the tenants whose grants were not ended': {
    breaks: ['the governed tenants are those that ever granted, once, ordered by id, whatever happened to their grants'],
    change: replacing('governedTenantPage', (inner) => async ({ after = '', limit }) => {
      const all = await allRequests(inner)
      const granted = all.filter(({ state, tenant }) => (state === 'granted' || state === 'expired') && tenant > after)
      return [...new Set(granted.map(({ tenant }) => tenant))].sort(compareIds).slice(0, limit)
    }),
  },
  'returns a page of the request snapshot however many users it names': {
    breaks: [SNAPSHOT_IDS],
    change: replacing('requestPage', (inner) => async ({ after, limit }) => {
      const all = await allRequests(inner)
      return all.filter((one) => after === undefined || bySnapshotKey(after, one) < 0).slice(0, limit)
    }),
  },
  'counts in the request snapshot only the users that a request names now': {
    breaks: [SNAPSHOT_IDS],
    change: replacing('requestPage', (inner) => async ({ after, limit }) => {
      const all = await allRequests(inner)
      const later = all.filter((one) => after === undefined || bySnapshotKey(after, one) < 0)
      return upToPageIds(later.slice(0, limit), ({ users }) => users.length)
    }),
  },
  'returns at most 500 governed tenants, whatever the limit': {
    breaks: [
      'a batch of 1,000 changes is saved completely',
      'a page of the request snapshot or of the governed tenants is full while more remain',
    ],
    change: (inner) => ({ governedTenantPage: ({ after, limit }) => inner.governedTenantPage({ after, limit: Math.min(limit, 500) }) }),
  },
}
