/** The writes of the PostgreSQL repository: one transaction each, one statement per table. */
import type { Change, RequestStore, SessionStore } from '../../ports/repository.js'
import type { SaveResult, SessionSaveResult } from '../../ports/saving.js'
import { firstGrantByTenant, hasDuplicates, omitColumns } from '../sql/batches.js'
import { EVENT_COLUMNS, eventRow } from '../sql/event-rows.js'
import type { Queries } from '../sql/queries.js'
import { orRolledBack, RolledBack } from '../sql/rolled-back.js'
import type { RowParsers } from '../sql/row-parsers.js'
import { type Columns, REQUEST_UPDATE_COLUMNS, requestRow, SESSION_COLUMNS, SESSION_UPDATE_COLUMNS, sessionRow } from '../sql/rows.js'
import { onStoredSpan, remainingSpans, removedSpans, SPAN_COLUMNS, SPAN_UPDATE_COLUMNS } from '../sql/spans.js'
import type { Tables } from '../sql/tables.js'
import type { Connection, Database } from './connection.js'
import { writerLockSql } from './feed.js'
import { groupByShared, insertGroupedSql, qualifiedColumns } from './grouped-insert.js'
import { createPostgresSubmissionWriter } from './submission-writer.js'

/** Returns the writing methods of the repository. */
export function createPostgresWriter(
  tables: Tables,
  queries: Queries,
  rows: RowParsers,
  database: Database,
): Pick<RequestStore, 'saveSubmission' | 'saveChanges'> & Pick<SessionStore, 'saveSessionChanges'> {
  const { of } = tables
  const records = (table: string) => `json_populate_recordset(null::${of(table)}, :rows::json)`
  const update = (table: string, key: string, columns: readonly string[]) =>
    `update ${of(table)} r set ${columns.map((name) => `${name} = c.${name}`).join(', ')} from ${records(table)} c where r.${key} = c.${key}`
  // Rows are locked in key order, so two batches cannot deadlock. `for update` rechecks the revision after waiting.
  const lockRows = (table: string, key: string) => `select count(*) as current from (select 1 from ${of(table)} r
    join unnest(:keys::text[], :revisions::int[]) as c(key, revision) on r.${key} = c.key and r.revision = c.revision
    order by r.${key} for update of r) locked`
  const insert = (table: string, columns: readonly string[]) => `insert into ${of(table)} (${columns.join(', ')})
    select ${columns.join(', ')} from ${records(table)}`
  // Locked until commit: the next start of a session of these users counts what this one has saved (SPEC 7.1).
  const lockStarters = `insert into ${of('session_users')} as u (user_id, starts) select n.id, 1 from unnest(:users::text[]) as n(id) order by n.id
    on conflict (user_id) do update set starts = u.starts + 1`
  const insertEventsSql = insertGroupedSql(of('events'), EVENT_IDS, omitColumns(EVENT_COLUMNS, EVENT_IDS))
  const insertSessions = `${insert('sessions', SESSION_COLUMNS)} order by hash on conflict (hash) do nothing returning hash`
  const updateRequests = update('tenant_requests', 'id', REQUEST_UPDATE_COLUMNS)
  const updateSessions = update('sessions', 'hash', SESSION_UPDATE_COLUMNS)
  const lockRequests = lockRows('tenant_requests', 'id')
  const lockSessions = lockRows('sessions', 'hash')
  const takeWriterLock = writerLockSql(tables)
  const upsertGoverned = `insert into ${of('governed_tenants')} as g (tenant, since) select * from unnest(:tenants::text[], :since::bigint[]) as n(tenant, since)
    on conflict (tenant) do update set since = least(g.since, excluded.since)`

  const orReplace = onStoredSpan('p.state')
  const insertRemoved = `insert into ${of('user_spans')} as p (${SPAN_COLUMNS.join(', ')})
    select ${SPAN_COLUMNS.join(', ')} from ${records('user_spans')} ${orReplace}`
  const insertRemaining = `insert into ${of('user_spans')} as p (${SPAN_COLUMNS.join(', ')})
    select s.user_id, r.tenant, r.requesting_tenant, r.id, ${qualifiedColumns('c', SPAN_UPDATE_COLUMNS).join(', ')}
    from json_to_recordset(:rows::json) c(id text, state text, starts_at bigint, ends_at bigint, end_rank int, revision int)
    join ${of('tenant_requests')} r on r.id = c.id join ${of('user_sets')} s on s.user_set = r.user_set ${orReplace}`

  const insertEvents = async ({ run }: Connection, events: readonly Columns[]) => {
    await run(takeWriterLock, {})
    await run(insertEventsSql, groupByShared(events, EVENT_IDS))
  }
  const insertSpans = async ({ run }: Connection, sql: string, spans: readonly Columns[]) => {
    if (spans.length > 0) await run(sql, { rows: JSON.stringify(spans) })
  }
  const saveSpans = async (connection: Connection, changes: readonly Change[]) => {
    await insertSpans(connection, insertRemoved, changes.flatMap(removedSpans))
    await insertSpans(connection, insertRemaining, remainingSpans(changes))
  }
  /** Locks these rows until commit, and returns whether all are stored at these revisions. */
  const lockAtRevisions = async ({ run }: Connection, query: string, keys: readonly string[], revisions: readonly number[]) => {
    const [row] = keys.length === 0 ? [{ current: 0 }] : await run(query, { keys, revisions })
    return Number(row?.['current']) === keys.length
  }

  return {
    ...createPostgresSubmissionWriter(tables, queries, rows, database),

    async saveChanges(changes) {
      const requests = changes.map(({ request }) => request)
      const ids = requests.map(({ id }) => id)
      if (hasDuplicates(ids)) return 'conflict'
      if (changes.length === 0) return 'saved'
      return orRolledBack(() =>
        database.transaction(async (connection) => {
          const before = requests.map(({ revision }) => revision - 1)
          if (!(await lockAtRevisions(connection, lockRequests, ids, before))) throw new RolledBack<SaveResult>('conflict')
          await connection.run(updateRequests, { rows: JSON.stringify(requests.map(requestRow)) })
          await saveSpans(connection, changes)
          const grants = firstGrantByTenant(changes)
          if (grants.length > 0) {
            await connection.run(upsertGoverned, { tenants: grants.map(([tenant]) => tenant), since: grants.map(([, since]) => since) })
          }
          await insertEvents(
            connection,
            changes.map(({ event }) => eventRow(event)),
          )
          return 'saved' as const
        }),
      )
    },

    async saveSessionChanges(changes, cap) {
      const sessions = changes.map(({ session }) => session)
      if (hasDuplicates(sessions.map(({ hash }) => hash))) return 'conflict'
      if (changes.length === 0) return 'saved'
      const starts = sessions.filter(({ revision }) => revision === 1)
      const ends = sessions.filter(({ revision }) => revision !== 1)
      return orRolledBack(() =>
        database.transaction(async (connection) => {
          const users = [...new Set(starts.map(({ user }) => user))]
          if (cap !== undefined && users.length > 0) await connection.run(lockStarters, { users })
          const inserted = starts.length === 0 ? [] : await connection.run(insertSessions, { rows: JSON.stringify(starts.map(sessionRow)) })
          const hashes = ends.map(({ hash }) => hash)
          const before = ends.map(({ revision }) => revision - 1)
          if (inserted.length < starts.length || !(await lockAtRevisions(connection, lockSessions, hashes, before)))
            throw new RolledBack<SessionSaveResult>('conflict')
          if (ends.length > 0) await connection.run(updateSessions, { rows: JSON.stringify(ends.map(sessionRow)) })
          const beyond = cap === undefined ? [] : await connection.run(queries.beyondLiveCap, { users: JSON.stringify(users), ...cap })
          if (beyond.length > 0) throw new RolledBack<SessionSaveResult>('too-many-live')
          await insertEvents(
            connection,
            changes.map(({ event }) => eventRow(event)),
          )
          return 'saved' as const
        }),
      )
    },
  }
}

const EVENT_IDS = ['id', 'tenant', 'tenant_request', 'user_set', 'ids'] as const
