/** The writes of the SQLite repository: one transaction each, so reading a revision first is safe. */
import type { ConsentryEvent } from '../../domain/event.js'
import type { Change, RequestStore, SessionStore } from '../../ports/repository.js'
import type { SaveResult, SessionSaveResult } from '../../ports/saving.js'
import { firstGrantByTenant, hasDuplicates } from '../sql/batches.js'
import { EVENT_COLUMNS, eventRow } from '../sql/event-rows.js'
import type { Queries } from '../sql/queries.js'
import { orRolledBack, RolledBack } from '../sql/rolled-back.js'
import type { RowParsers } from '../sql/row-parsers.js'
import { REQUEST_UPDATE_COLUMNS, requestRow, SESSION_COLUMNS, SESSION_UPDATE_COLUMNS, sessionRow, type Value } from '../sql/rows.js'
import { onStoredSpan, remainingSpans, removedSpans, SPAN_COLUMNS, SPAN_UPDATE_COLUMNS } from '../sql/spans.js'
import type { Tables } from '../sql/tables.js'
import type { SaveInTransaction } from './shared-transaction.js'
import { bindValues, createSqliteSubmissionWriter } from './submission-writer.js'
import type { Statements } from './versioned.js'

/** Returns the writing methods of the repository. */
export function createSqliteWriter(
  tables: Tables,
  queries: Queries,
  rows: RowParsers,
  statements: Statements,
  saveInTransaction: SaveInTransaction,
): Pick<RequestStore, 'saveSubmission' | 'saveChanges'> & Pick<SessionStore, 'saveSessionChanges'> {
  const { of } = tables
  const { all, run } = statements
  const insert = (table: string, columns: readonly string[]) =>
    `insert into ${of(table)} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`
  const update = (table: string, key: string, columns: readonly string[]) =>
    `update ${of(table)} set ${columns.map((name) => `${name} = ?`).join(', ')} where ${key} = ?`
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

  const record = (events: readonly ConsentryEvent[]): void => {
    for (const event of events) run(insertEvent, bindValues(eventRow(event), EVENT_COLUMNS))
  }
  const saveSpans = (change: Change): void => {
    for (const span of removedSpans(change)) run(insertRemoved, bindValues(span, SPAN_COLUMNS))
    for (const span of remainingSpans([change])) run(insertRemaining, bindValues(span, [...SPAN_UPDATE_COLUMNS, 'id']))
  }
  const revision = (sql: string, key: Readonly<Record<string, Value>>) => Number(all(sql, key)[0]?.['revision'] ?? 0)

  return {
    ...createSqliteSubmissionWriter(tables, queries, rows, statements),

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
