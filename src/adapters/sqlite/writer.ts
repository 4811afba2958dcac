/** The writes of the SQLite repository: one transaction each, so reading a revision first is safe. */
import type { ConsentryEvent } from '../../domain/event.js'
import type { Change, RequestStore, SessionStore } from '../../ports/repository.js'
import type { SaveResult, SessionSaveResult } from '../../ports/saving.js'
import { firstGrantByTenant, hasDuplicates } from '../sql/batches.js'
import { EVENT_COLUMNS, eventRow } from '../sql/event-rows.js'
import type { Queries } from '../sql/queries.js'
import { orRolledBack, RolledBack } from '../sql/rolled-back.js'
import type { RowParsers } from '../sql/row-parsers.js'
import {
  ACCESS_REQUEST_COLUMNS,
  accessRequestRow,
  type Columns,
  REQUEST_COLUMNS,
  REQUEST_UPDATE_COLUMNS,
  requestRow,
  SESSION_COLUMNS,
  SESSION_UPDATE_COLUMNS,
  sessionRow,
  type Value,
} from '../sql/rows.js'
import { onStoredSpan, remainingSpans, removedSpans, SPAN_COLUMNS, SPAN_UPDATE_COLUMNS, sentSpans } from '../sql/spans.js'
import type { Tables } from '../sql/tables.js'
import { type SharedBySubmission, sharedBySubmission } from '../sql/user-sets.js'
import type { SaveInTransaction } from './shared-transaction.js'
import type { Statements } from './versioned.js'

/** Returns the writing methods of the repository. */
export function createSqliteWriter(
  { of }: Tables,
  queries: Queries,
  rows: RowParsers,
  { all, run, transaction }: Statements,
  saveInTransaction: SaveInTransaction,
): Pick<RequestStore, 'saveSubmission' | 'saveChanges'> & Pick<SessionStore, 'saveSessionChanges'> {
  const insert = (table: string, columns: readonly string[]) =>
    `insert into ${of(table)} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`
  const update = (table: string, key: string, columns: readonly string[]) =>
    `update ${of(table)} set ${columns.map((name) => `${name} = ?`).join(', ')} where ${key} = ?`
  const insertAccessRequest = insert('access_requests', ACCESS_REQUEST_COLUMNS)
  const insertMember = insert('user_sets', ['user_id', 'user_set'])
  const insertRequest = insert('tenant_requests', REQUEST_COLUMNS)
  const insertEvent = insert('events', EVENT_COLUMNS)
  const insertSession = insert('sessions', SESSION_COLUMNS)
  const updateRequest = update('tenant_requests', 'id', REQUEST_UPDATE_COLUMNS)
  const updateSession = update('sessions', 'hash', SESSION_UPDATE_COLUMNS)
  const revisionOfRequest = `select revision from ${of('tenant_requests')} where id = :id`
  const revisionOfSession = `select revision from ${of('sessions')} where hash = :hash`
  const upsertGoverned = `insert into ${of('governed_tenants')} (tenant, since) values (?, ?)
    on conflict (tenant) do update set since = min(since, excluded.since)`

  const orReplace = onStoredSpan('state')
  const insertRemoved = `${insert('user_spans', SPAN_COLUMNS)} ${orReplace}`
  const insertRemaining = `insert into ${of('user_spans')} (${SPAN_COLUMNS.join(', ')}) select s.user_id, r.tenant, r.requesting_tenant, r.id,
    ${SPAN_UPDATE_COLUMNS.map(() => '?').join(', ')} from ${of('tenant_requests')} r join ${of('user_sets')} s on s.user_set = r.user_set
    where r.id = ? ${orReplace}`

  const record = (events: readonly ConsentryEvent[], originOfEvent?: SharedBySubmission['originOfEvent']): void => {
    for (const event of events) run(insertEvent, bindValues(eventRow(event, originOfEvent?.(event)), EVENT_COLUMNS))
  }
  const insertSpans = (spans: readonly Columns[]): void => {
    for (const span of spans) run(insertRemaining, bindValues(span, [...SPAN_UPDATE_COLUMNS, 'id']))
  }
  const saveSpans = (change: Change): void => {
    for (const span of removedSpans(change)) run(insertRemoved, bindValues(span, SPAN_COLUMNS))
    insertSpans(remainingSpans([change]))
  }
  const revision = (sql: string, key: Readonly<Record<string, Value>>) => Number(all(sql, key)[0]?.['revision'] ?? 0)

  return {
    async saveSubmission({ request, tenantRequests, events }, cap) {
      const { requestingTenant, id } = request
      return transaction(() => {
        const [existing] = all(queries.accessRequest, { requestingTenant, id })
        if (existing) return { existing: rows.accessRequest(existing) }
        const tenants = JSON.stringify(tenantRequests.map(({ tenant }) => tenant))
        const beyond = cap === undefined ? [] : all(queries.beyondCap, { tenants, requestingTenant, ...cap })
        if (beyond.length > 0) return { tooManyOpen: beyond.map(({ tenant }) => String(tenant)) }
        run(insertAccessRequest, bindValues(accessRequestRow(request), ACCESS_REQUEST_COLUMNS))
        const seq = Number(all('select last_insert_rowid() as seq', {})[0]?.['seq'])
        const { userSets, firstSet, originOf, originOfEvent } = sharedBySubmission(seq, tenantRequests)
        for (const [n, users] of userSets.entries()) for (const user of users) run(insertMember, [user, firstSet + n])
        for (const one of tenantRequests) run(insertRequest, bindValues({ ...requestRow(one), ...originOf(one.id) }, REQUEST_COLUMNS))
        insertSpans(sentSpans(tenantRequests))
        record(events, originOfEvent)
        return { saved: true }
      })
    },

    async saveChanges(changes) {
      if (hasDuplicates(changes.map(({ request }) => request.id))) return 'conflict'
      return saveInTransaction<SaveResult>(() => {
        if (!changes.every(({ request: { id, revision: after } }) => revision(revisionOfRequest, { id }) === after - 1)) return 'conflict'
        for (const change of changes) {
          run(updateRequest, bindValues(requestRow(change.request), [...REQUEST_UPDATE_COLUMNS, 'id']))
          saveSpans(change)
        }
        for (const [tenant, since] of firstGrantByTenant(changes)) run(upsertGoverned, [tenant, since])
        record(changes.map(({ event }) => event))
        return 'saved'
      })
    },

    async saveSessionChanges(changes, cap) {
      if (hasDuplicates(changes.map(({ session }) => session.hash))) return 'conflict'
      const users = JSON.stringify([...new Set(changes.flatMap(({ session }) => (session.revision === 1 ? [session.user] : [])))])
      return orRolledBack(() =>
        saveInTransaction((): SessionSaveResult => {
          if (!changes.every(({ session: { hash, revision: after } }) => revision(revisionOfSession, { hash }) === after - 1))
            return 'conflict'
          for (const { session } of changes) {
            if (session.revision === 1) run(insertSession, bindValues(sessionRow(session), SESSION_COLUMNS))
            else run(updateSession, bindValues(sessionRow(session), [...SESSION_UPDATE_COLUMNS, 'hash']))
          }
          if (cap !== undefined && all(queries.beyondLiveCap, { users, ...cap }).length > 0)
            throw new RolledBack<SessionSaveResult>('too-many-live')
          record(changes.map(({ event }) => event))
          return 'saved'
        }),
      )
    },
  }
}

/** Returns the values of these columns, in order, for binding. Objects are stored as JSON text. */
function bindValues<C extends string>(row: Columns<C>, columns: readonly C[]): Value[] {
  return columns.map((name) => {
    const value: Value | object = row[name]
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
  })
}
