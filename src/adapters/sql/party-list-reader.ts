/** Reads my access, histories and sessions: chooses the query whose index fits the filters. */
import { quoteInput } from '../../domain/input.js'
import { USER_STATUSES, type UserStatus } from '../../domain/status.js'
import type { HistoryQuery } from '../../ports/history-query.js'
import type { HistoryRow, ListReader } from '../../ports/list-reader.js'
import type { MyAccessQuery } from '../../ports/my-access-query.js'
import type { SessionRow, SessionStore } from '../../ports/repository.js'
import type { SessionsQuery } from '../../ports/sessions-query.js'
import { listValue } from './filters.js'
import { parseEach } from './parse-each.js'
import type { Queries, RunQuery } from './queries.js'
import type { RowParsers } from './row-parsers.js'
import { corruptRow, type Row } from './row-values.js'
import { NO_END, type Value } from './rows.js'

/** How rows become results. */
interface Parsing {
  readonly eventsIn: (found: readonly Row[], showsUsers: (row: Row) => boolean) => Promise<HistoryRow[]>
  readonly sessionRow: (row: Row) => SessionRow
}

/** Returns the lists, over functions that run a query and parse its rows. */
export function createPartyLists(
  runQuery: RunQuery,
  rows: RowParsers,
  { eventsIn, sessionRow }: Parsing,
): Pick<ListReader, 'myAccess' | 'countMyAccess' | 'history'> & Pick<SessionStore, 'sessions'> {
  return {
    async myAccess(query) {
      const found = await runQuery(query.order === 'expiring' ? 'myAccessExpiring' : 'myAccess', myAccessValues(query))
      return parseEach(found, (row) => rows.myAccess(row, query.user))
    },
    async countMyAccess({ requestingTenant, user, now, limit }) {
      const found = await runQuery('countMyAccess', { requestingTenant, user, now })
      const counts = new Map(found.map((row) => [row['user_status'], Math.min(Number(row['tenants']), limit)]))
      const unknown = [...counts.keys()].find((status) => !(USER_STATUSES as readonly unknown[]).includes(status))
      if (unknown !== undefined) throw unknownState(rows.tableOf('tenant_requests'), unknown)
      return Object.fromEntries(USER_STATUSES.map((status) => [status, counts.get(status) ?? 0])) as Record<UserStatus, number>
    },
    async history(query) {
      // No event is both of a request and of a session.
      if (query.tenantRequest !== undefined && query.session !== undefined) return []
      const found = await runQuery(historyQuery(query), historyValues(query))
      return eventsIn(found, (row) => row['requesting_tenant'] === query.requestingTenant)
    },
    async sessions(query) {
      const listed = query.liveOnly === true ? 'sessionsLive' : 'sessions'
      return parseEach(await runQuery(query.session === undefined ? listed : 'sessionsOne', sessionValues(query)), sessionRow)
    },
  }
}

type Values = Readonly<Record<string, Value>>

function myAccessValues(query: MyAccessQuery): Values {
  const { requestingTenant, user, now, statuses, tenants, expiresBefore = null, limit } = query
  const filters = { statuses: listValue(statuses), tenants: listValue(tenants), expiresBefore }
  const after =
    query.order === 'expiring'
      ? { expiresAt: query.after === undefined ? -NO_END : (query.after.expiresAt ?? NO_END), tenant: query.after?.tenant ?? '' }
      : { sentAt: query.after?.sentAt ?? NO_END, tenant: query.after?.tenant ?? '' }
  return { requestingTenant, user, now, ...filters, ...after, limit }
}

function historyQuery({ tenantRequest, session }: HistoryQuery): keyof Queries {
  return tenantRequest !== undefined ? 'historyOfRequest' : session !== undefined ? 'historyOfSession' : 'history'
}

function historyValues(query: HistoryQuery): Values {
  const { requestingTenant = '', tenant = '', types, from = -NO_END, to = NO_END, after, limit } = query
  // `to` is a key that comes before every event of that instant: the walk begins there.
  const { at, id } = after !== undefined && after.at < to ? after : { at: to, id: '' }
  return {
    ...{ requestingTenant, tenant, at, id, limit, since: from },
    ...{ eventTypes: listValue(types), byUsers: listValue(query.users), ofTenants: listValue(query.tenants) },
    ...{ ofRequesters: listValue(query.requestingTenants), ...ofOne({ tenantRequest: query.tenantRequest, session: query.session }) },
  }
}

function sessionValues(query: SessionsQuery): Values {
  const { requestingTenant = '', tenant = '', user = '', now, from = -NO_END, to = NO_END, after, limit, session } = query
  const { startedAt, hash } = after !== undefined && after.startedAt < to ? after : { startedAt: to, hash: '' }
  return {
    ...{ requestingTenant, tenant, user, now, startedAt, hash, limit, since: from, ofGrant: query.tenantRequest ?? null },
    ...{ ofUsers: listValue(query.users), ofTenants: listValue(query.tenants), ofRequesters: listValue(query.requestingTenants) },
    ...{ methods: listValue(query.methods), ...(session !== undefined && { session, live: query.liveOnly === true ? '1' : null }) },
  }
}

/** Returns the values that are given: a driver refuses one that the query does not name. */
function ofOne(values: Readonly<Record<string, string | undefined>>): Values {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

function unknownState(table: string, state: unknown) {
  const message = `must be the state of a request, got ${quoteInput(state)}`
  return corruptRow(table, 'state', [{ path: [table, 'state'], code: 'invalid', message }])
}
