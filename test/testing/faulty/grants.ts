/** Faults of the granted requests. */
import { grantSpan } from '../../../src/domain/access-span.js'
import type { GrantQuery, GrantRow } from '../../../src/ports/grants-query.js'
import type { Repository } from '../../../src/ports/repository.js'
import { ALL, allTenants, type Faults, replacing, tenantRequestIn } from './faults.js'

const WINDOW = 'granted requests of a window are those whose grant lasted at an instant of it, whatever ended it'
const PARTIES = 'granted requests are those of either party or of both, each once, with users for the requesting tenant only'
const OTHER = 'granted requests of one other tenant are those between the two, on every page'
const ORDER = 'granted requests are ordered newest grant first, equal instants by id descending, up to the limit'
const KEYS = 'continuing from any key, granted requests neither repeat nor skip a row, even with one row per page'
const ADDED = 'grants made between pages of granted requests cause no repeated or skipped row'
const SINCE = 'a page of granted requests says since when the tenant asked is governed, whatever the window'
const MUTATED = 'mutating a page of granted requests does not affect stored data'

/** Changes which rows a page has, before it is cut. */
const choosing = (rowsOf: (inner: Repository, query: GrantQuery) => Promise<readonly GrantRow[]>) =>
  replacing('grants', (inner) => async (query) => {
    const rows = await rowsOf(inner, { ...query, limit: ALL })
    return { ...(await inner.grants(query)), rows: rows.slice(0, query.limit) }
  })

export const grantFaults: Faults = {
  'leaves out grants that have ended': {
    breaks: [WINDOW],
    change: choosing(async (inner, query) => (await inner.grants(query)).rows.filter(({ request }) => request.state === 'granted')),
  },
  'shows a grant at its end': {
    breaks: [WINDOW],
    change: choosing(async (inner, query) => (await inner.grants({ ...query, from: query.from - 1 })).rows),
  },
  'shows a grant that begins at the end of the window': {
    breaks: [WINDOW, KEYS],
    change: choosing(async (inner, query) => (await inner.grants({ ...query, to: query.to + 1 })).rows),
  },
  'shows a grant by its last expiry, though it was revoked before': {
    breaks: [WINDOW],
    change: choosing(async (inner, query) =>
      (await inner.grants({ ...query, from: -9e15 })).rows.filter(({ request }) => {
        const end = request.state === 'revoked' ? (request.expiresAt ?? 9e15) : (grantSpan(request)?.to ?? 0)
        return end > query.from
      }),
    ),
  },
  'shows the tenant asked the users': {
    breaks: [PARTIES, WINDOW, OTHER, ORDER, KEYS],
    change: choosing(async (inner, query) =>
      Promise.all(
        (await inner.grants(query)).rows.map(async (row) =>
          row.party === 'tenant' && query.requestingTenant === undefined
            ? { ...row, request: (await tenantRequestIn(inner, row.request.id)) ?? row.request }
            : row,
        ),
      ),
    ),
  },
  'shows the other tenant the requests with everybody': {
    breaks: [OTHER],
    change: replacing('grants', (inner) => async (query) => {
      const { rows, governedSince } = await inner.grants({ ...query, other: undefined })
      const isOther = ({ party, request }: GrantRow) =>
        query.other === undefined || (party === 'requester' ? request.tenant : request.requestingTenant) === query.other
      return { rows: rows.filter(isOther), governedSince }
    }),
  },
  'begins a page of granted requests at an instant, not at a row': {
    breaks: [KEYS, OTHER, ADDED],
    change: choosing(async (inner, query) => (await inner.grants({ ...query, after: query.after && { ...query.after, id: '' } })).rows),
  },
  'orders granted requests that one tenant sent, and that were granted at one instant, by id ascending': {
    breaks: [ORDER, KEYS, OTHER, PARTIES, WINDOW],
    change: choosing(async (inner, query) => {
      const at = ({ request }: GrantRow) => grantSpan(request)?.from ?? 0
      const { rows } = await inner.grants(query)
      if (query.tenant !== undefined) return rows
      return rows.toSorted((a, b) => at(b) - at(a) || (a.request.id < b.request.id ? -1 : 1))
    }),
  },
  'says since when the requesting tenant is governed': {
    breaks: [SINCE, PARTIES],
    change: replacing('grants', (inner) => async (query) => {
      const page = await inner.grants(query)
      const governed = await inner.grants({ tenant: query.requestingTenant, from: query.from, to: query.to, limit: 1 })
      return { ...page, governedSince: page.governedSince ?? governed.governedSince }
    }),
  },
  'says since when the tenant asked is governed by the grants of the window': {
    breaks: [SINCE, WINDOW],
    change: replacing('grants', (inner) => async (query) => {
      const page = await inner.grants(query)
      const { rows } = await inner.grants({ tenant: query.tenant, from: query.from, to: query.to, limit: ALL })
      return rows.length > 0 ? page : { ...page, governedSince: null }
    }),
  },
  'hands out its own objects in granted requests': {
    breaks: [MUTATED],
    change: (inner) => {
      const kept = new Map<string, object>()
      return {
        grants: async (query) => {
          const page = structuredClone(await inner.grants(query))
          const rows = page.rows.map((row) => ({ ...row, request: kept.get(`${row.party} ${row.request.id}`) ?? row.request }) as GrantRow)
          for (const { party, request } of rows) kept.set(`${party} ${request.id}`, request)
          return { ...page, rows }
        },
      }
    },
  },
  'finds nothing of a tenant asked by several vendors': {
    breaks: [PARTIES, ORDER, KEYS],
    change: choosing(async (inner, query) => {
      const { rows } = await inner.grants(query)
      const senders = new Set(rows.flatMap((row) => (row.party === 'tenant' ? [row.request.requestingTenant] : [])))
      const known = await allTenants(inner)
      return senders.size > 1 && known.length > 1 ? rows.filter(({ party }) => party === 'requester') : rows
    }),
  },
}
