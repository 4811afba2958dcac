/** The reads of the database repositories: one statement per result or page, so each is one snapshot. */
import type { TenantFacts } from '../../domain/facts.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import { type EventFeed, feedChanged, type Position } from '../../ports/event-feed.js'
import type { FactsQuery } from '../../ports/facts-reader.js'
import type { HistoryRow } from '../../ports/list-reader.js'
import type { Repository, SessionRow } from '../../ports/repository.js'
import { createGrantReader } from './grant-reader.js'
import { parseEach } from './parse-each.js'
import { createPartyLists } from './party-list-reader.js'
import type { RunQuery } from './queries.js'
import { BEFORE_ALL, readRequestLists } from './request-list-reader.js'
import { hasRequest, type RowParsers } from './row-parsers.js'
import type { Row } from './row-values.js'
import { loadUserSets, type UsersOf, usersAsOf, usersOfRows } from './user-sets.js'

/** The reading methods of a repository, without the feed's. */
export type ReadPart = Omit<Repository, 'saveSubmission' | 'saveChanges' | 'saveSessionChanges' | keyof EventFeed> & {
  /**
   * Returns the page of the feed in these rows.
   * The first row names the event at the reader's position, and the newest one.
   */
  readonly feedPage: (rows: readonly Row[], query: FeedQuery) => ReturnType<EventFeed['readEvents']>
}

type FeedQuery = Parameters<EventFeed['readEvents']>[0]

/**
 * Returns the reading methods, over a function that runs a query.
 * Keys are returned as they are: the row of a key that is corrupt is reported when it is read, and stops no other (SPEC 4.3).
 */
export function createReader(runQuery: RunQuery, rows: RowParsers): ReadPart {
  const loadUsers = async (found: readonly Row[]): Promise<UsersOf> =>
    usersOfRows(await loadUserSets(found, rows.tableOf('tenant_requests'), runQuery))
  const requestsIn = async (found: readonly Row[]): Promise<TenantRequest[]> => {
    const usersOf = await loadUsers(found)
    return parseEach(found, (row) => rows.tenantRequest(row, usersOf))
  }
  /** Parses events with the users whom they name, which are loaded for the rows that `showsUsers`. */
  const eventsIn = async (found: readonly Row[], showsUsers: (row: Row) => boolean): Promise<HistoryRow[]> => {
    const naming = found.filter(showsUsers).flatMap(rows.usersOfEvent)
    const sets = await loadUserSets(naming, rows.tableOf('events'), runQuery)
    const namedBy = new Map(naming.map((row) => [row['id'], usersAsOf(sets, row, Number(row['revision']))]))
    return parseEach(found, (row) => rows.historyRow(row, namedBy.get(row['id'])))
  }
  const sessionRow = (row: Row): SessionRow => {
    const session = rows.session(row)
    const { tenant, user } = session
    return { session, facts: rows.factsOfUser(tenant, row, user), governedSince: rows.governedSince(tenant, row) }
  }

  return {
    async accessRequest(requestingTenant, id) {
      const [row] = await runQuery('accessRequest', { requestingTenant, id })
      return row && rows.accessRequest(row)
    },
    async tenantRequests(ids, party) {
      const [id, ...more] = ids
      if (id !== undefined && more.length === 0)
        return requestsIn(await (party === undefined ? runQuery('tenantRequest', { id }) : runQuery('tenantRequestOfParty', { id, party })))
      const asked = JSON.stringify(ids)
      return requestsIn(
        await (party === undefined ? runQuery('tenantRequests', { ids: asked }) : runQuery('tenantRequestsOfParty', { ids: asked, party })),
      )
    },
    async tenantRequestsOf(requestingTenant, accessRequest) {
      const found = await runQuery('tenantRequestsOf', { requestingTenant, id: accessRequest })
      return found.map((row) => ({ id: String(row['id']), tenant: String(row['tenant']) }))
    },
    async openRequestsNaming({ requestingTenant, user, after = '', limit }) {
      const found = await runQuery('openRequestsNaming', { requestingTenant, user, after, limit })
      return found.map((row) => String(row['id']))
    },
    async openRequestsBetween({ requestingTenant, tenant, after = '', limit }) {
      const found = await runQuery('openRequestsBetween', { requestingTenant, tenant, after, limit })
      return found.map((row) => String(row['id']))
    },
    async tenantSummaries({ requestingTenant, tenants, now }) {
      const distinct = JSON.stringify([...new Set(tenants)])
      return (await runQuery('tenantSummaries', { requestingTenant, tenants: distinct, now })).map(rows.tenantSummary)
    },
    async dueRequests({ now, after, limit }) {
      const { dueAt, id } = after ?? { dueAt: BEFORE_ALL, id: '' }
      return (await runQuery('due', { now, dueAt, id, limit })).map(rows.due)
    },

    async factsFor({ tenant, user, from, now }) {
      const query = from === null ? { tenant, user, now } : { tenant, user, now, from }
      const few = rows.fewFactsOfUser(tenant, theRow(await runQuery(from === null ? 'fewFactsForAny' : 'fewFactsFor', query)), user)
      if (few !== undefined) return few
      return rows.factsOfUser(tenant, theRow(await runQuery(from === null ? 'factsForAny' : 'factsFor', query)), user)
    },
    async factsForMany(queries) {
      const asked = queries.map(({ tenant, user, from, now }) => [tenant, user, from, now])
      const found = queries.length === 0 ? [] : await runQuery('factsForMany', { queries: JSON.stringify(asked) })
      if (found.length !== queries.length) throw new TypeError('the database returned a row too few')
      const asking = queries.values()
      return parseEach(found, (row) => {
        const { tenant, user } = asking.next().value as FactsQuery
        return rows.factsOfUser(tenant, row, user)
      })
    },
    async factsPage({ tenant, openAt, after, limit }) {
      const { sentAt, id } = after ?? { sentAt: BEFORE_ALL, id: '' }
      const query = { tenant, sentAt, id, limit }
      const found = await (openAt === undefined ? runQuery('factsPage', query) : runQuery('factsPageOpen', { ...query, openAt }))
      return rows.factsPage(tenant, found, await loadUsers(found.filter(hasRequest)))
    },
    async grantsOfUser({ user, from, now, after = '', limit }) {
      const query = { user, now, after, limit }
      const found = await (from === null ? runQuery('grantsOfUserAny', query) : runQuery('grantsOfUser', { ...query, from }))
      return parseEach(found, (row): TenantFacts => rows.factsOfUser(rows.id(row, 'tenant_requests', 'tenant'), row, user))
    },

    ...readRequestLists(runQuery, rows, requestsIn),
    ...createPartyLists(runQuery, rows, { eventsIn, sessionRow }),
    ...createGrantReader(runQuery, rows, requestsIn),

    async sessionRows({ hashes, now }) {
      return parseEach(await runQuery('sessionRows', { hashes: JSON.stringify(hashes), now }), sessionRow)
    },
    async openSessions({ requestingTenant, tenant, after, limit }) {
      const { endsAt, hash } = after ?? { endsAt: BEFORE_ALL, hash: '' }
      const found = await (tenant === undefined
        ? runQuery('openSessions', { endsAt, hash, limit })
        : runQuery('openSessionsBetween', { requestingTenant, tenant, endsAt, hash, limit }))
      return found.map(rows.openSession)
    },

    async requestPage({ after, limit }) {
      const { tenant, sentAt, id } = after ?? { tenant: '', sentAt: BEFORE_ALL, id: '' }
      const found = await runQuery('requestPage', { tenant, sentAt, id, limit })
      const usersOf = await loadUsers(found)
      return (await parseEach(found, (row) => rows.requestFacts(row, usersOf))).flat()
    },
    async governedTenantPage({ after = '', limit }) {
      return (await runQuery('governedTenantPage', { tenant: after, limit })).map(rows.governed)
    },

    async feedPage(found, { after, types }) {
      if (after.at > 0 && found[0]?.['read_to'] !== after.event) throw feedChanged()
      const read = found.filter((row) => row['position'] !== null)
      const asked = read.filter((row) => types === undefined || (types as readonly unknown[]).includes(row['type']))
      const events = await eventsIn(asked, () => true)
      const positionOf = (row: Row): Position => ({ at: Number(row['position']), event: rows.id(row, 'events', 'id') })
      const last = read.at(-1)
      return {
        entries: events.map(({ event }, n) => ({ position: positionOf(asked[n] as Row), event })),
        position: last === undefined ? after : positionOf(last),
        latest: rows.position(found[0]?.['latest'], found[0]?.['latest_event']),
      }
    },
  }
}

function theRow([row]: readonly Row[]): Row {
  if (row === undefined) throw new TypeError('the database returned no row')
  return row
}
