/** The writes of the PostgreSQL repository: one transaction each, one statement per table. */
import type { ConsentryEvent } from '../../domain/event.js'
import type { RequestStore, SaveResult, SessionStore } from '../../ports/repository.js'
import { firstGrantByTenant, hasDuplicates, userSetsOf } from '../sql/batches.js'
import type { Queries } from '../sql/queries.js'
import type { RowParsers } from '../sql/row-parsers.js'
import {
  ACCESS_REQUEST_COLUMNS,
  accessRequestRow,
  type Columns,
  EVENT_COLUMNS,
  eventRow,
  omitColumns,
  REQUEST_COLUMNS,
  REQUEST_UPDATE_COLUMNS,
  requestRow,
  SESSION_COLUMNS,
  SESSION_UPDATE_COLUMNS,
  sessionRow,
} from '../sql/rows.js'
import type { Tables } from '../sql/tables.js'
import type { Connection, Database } from './connection.js'
import { writerLockSql } from './feed.js'

/**
 * Thrown inside a transaction to roll it back; the call then returns `conflict`.
 * The rollback unlocks the rows, inside a host's transaction too: a retry that takes them in another order could deadlock.
 */
const CONFLICT = Symbol('conflict')

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
  /**
   * Inserts rows that mostly differ only in a few ids.
   * Each distinct combination of the other columns is sent once.
   */
  const insertGrouped = (table: string, own: readonly string[], shared: readonly string[]) => `insert into ${of(table)}
    (${[...own, ...shared].join(', ')}) select ${[...qualifiedColumns('m', own), ...qualifiedColumns('c', shared)].join(', ')}
    from unnest(${[...own.map((name) => `:${name}::text[]`), ':sharedRow::int[]'].join(', ')}) with ordinality as m(${own.join(', ')}, shared_row, n)
    join (select s.n, p.* from json_array_elements(:shared::json) with ordinality as s(value, n)
      cross join lateral json_populate_record(null::${of(table)}, s.value) p) c on c.n = m.shared_row order by m.n`

  const insertAccessRequest = `${insert('access_requests', ACCESS_REQUEST_COLUMNS)} on conflict (requesting_tenant, id) do nothing returning seq`
  const insertUserSets = `insert into ${of('user_sets')} (user_id, access_request_seq, user_set) select u.user_id, :seq::bigint, t.n - 1
    from json_array_elements(:userSets::json) with ordinality as t(users, n) cross join lateral json_array_elements_text(t.users) as u(user_id)`
  const insertRequests = insertGrouped('tenant_requests', REQUEST_IDS, [
    'access_request_seq',
    'user_set',
    ...omitColumns(REQUEST_COLUMNS, REQUEST_IDS),
  ])
  const insertEventsSql = insertGrouped('events', EVENT_IDS, omitColumns(EVENT_COLUMNS, EVENT_IDS))
  const insertSessions = `${insert('sessions', SESSION_COLUMNS)} order by hash on conflict (hash) do nothing returning hash`
  const updateRequests = update('tenant_requests', 'id', REQUEST_UPDATE_COLUMNS)
  const updateSessions = update('sessions', 'hash', SESSION_UPDATE_COLUMNS)
  const lockRequests = lockRows('tenant_requests', 'id')
  const lockSessions = lockRows('sessions', 'hash')
  const takeWriterLock = writerLockSql(tables)
  const upsertGoverned = `insert into ${of('governed_tenants')} as g (tenant, since) select * from unnest(:tenants::text[], :since::bigint[]) as n(tenant, since)
    on conflict (tenant) do update set since = least(g.since, excluded.since)`

  const insertEvents = async ({ run }: Connection, events: readonly ConsentryEvent[]) => {
    await run(takeWriterLock, {})
    await run(insertEventsSql, groupByShared(events.map(eventRow), EVENT_IDS))
  }
  /** Locks these rows until commit, and returns whether all are stored at these revisions. */
  const lockAtRevisions = async ({ run }: Connection, query: string, keys: readonly string[], revisions: readonly number[]) => {
    const [row] = keys.length === 0 ? [{ current: 0 }] : await run(query, { keys, revisions })
    return Number(row?.['current']) === keys.length
  }

  return {
    async saveSubmission({ request, tenantRequests, events }) {
      return database.transaction(async (connection) => {
        const { run } = connection
        // A concurrent submission of the same id waits here, then finds the row stored.
        const [inserted] = await run(insertAccessRequest, { rows: JSON.stringify([accessRequestRow(request)]) })
        if (inserted === undefined) {
          const [existing] = await run(queries.accessRequest, { requestingTenant: request.requestingTenant, id: request.id })
          if (existing === undefined) throw new Error('the access request was deleted during the call: submit it again')
          return { existing: rows.accessRequest(existing) }
        }
        const seq = Number(inserted['seq'])
        const { userSets, userSetOf } = userSetsOf(tenantRequests)
        await run(insertUserSets, { seq, userSets: JSON.stringify(userSets) })
        const sent = tenantRequests.map((one, n) => ({ ...requestRow(one), access_request_seq: seq, user_set: userSetOf[n] ?? 0 }))
        await run(insertRequests, groupByShared(sent, REQUEST_IDS))
        await insertEvents(connection, events)
        return { saved: true } as const
      })
    },

    async saveChanges(changes) {
      const requests = changes.map(({ request }) => request)
      const ids = requests.map(({ id }) => id)
      if (hasDuplicates(ids)) return 'conflict'
      if (changes.length === 0) return 'saved'
      return conflictInstead(
        database.transaction(async (connection) => {
          const before = requests.map(({ revision }) => revision - 1)
          if (!(await lockAtRevisions(connection, lockRequests, ids, before))) throw CONFLICT
          await connection.run(updateRequests, { rows: JSON.stringify(requests.map(requestRow)) })
          const grants = firstGrantByTenant(changes)
          if (grants.length > 0) {
            await connection.run(upsertGoverned, { tenants: grants.map(([tenant]) => tenant), since: grants.map(([, since]) => since) })
          }
          await insertEvents(
            connection,
            changes.map(({ event }) => event),
          )
          return 'saved' as const
        }),
      )
    },

    async saveSessionChanges(changes) {
      const sessions = changes.map(({ session }) => session)
      if (hasDuplicates(sessions.map(({ hash }) => hash))) return 'conflict'
      if (changes.length === 0) return 'saved'
      const starts = sessions.filter(({ revision }) => revision === 1)
      const ends = sessions.filter(({ revision }) => revision !== 1)
      return conflictInstead(
        database.transaction(async (connection) => {
          const inserted = starts.length === 0 ? [] : await connection.run(insertSessions, { rows: JSON.stringify(starts.map(sessionRow)) })
          const hashes = ends.map(({ hash }) => hash)
          const before = ends.map(({ revision }) => revision - 1)
          if (inserted.length < starts.length || !(await lockAtRevisions(connection, lockSessions, hashes, before))) throw CONFLICT
          if (ends.length > 0) await connection.run(updateSessions, { rows: JSON.stringify(ends.map(sessionRow)) })
          await insertEvents(
            connection,
            changes.map(({ event }) => event),
          )
          return 'saved' as const
        }),
      )
    },
  }
}

const REQUEST_IDS = ['id', 'tenant'] as const
const EVENT_IDS = ['id', 'tenant', 'tenant_request'] as const

/**
 * Returns the parameters of `insertGrouped`.
 * Each own column is a list; `shared` holds the distinct rows of the other columns; `sharedRow` maps each row to one of them, from 1.
 */
function groupByShared(rows: readonly Columns[], own: readonly string[]): Record<string, unknown> {
  const numbers = new Map<string, number>()
  const sharedRowOf: number[] = []
  const shared: object[] = []
  const others = omitColumns(Object.keys(rows[0] ?? {}), own)
  for (const [n, row] of rows.entries()) {
    const before = rows[n - 1]
    // Most rows repeat the one before. Comparing the columns is about ten times faster than serializing them.
    const repeated = before !== undefined && others.every((name) => equal(row[name], before[name]))
    const text = repeated ? undefined : JSON.stringify(others.map((name) => row[name]))
    const number = (text === undefined ? sharedRowOf[n - 1] : numbers.get(text)) ?? shared.push(row)
    if (text !== undefined) numbers.set(text, number)
    sharedRowOf.push(number)
  }
  const lists = own.map((name) => [name, rows.map((row) => row[name])])
  return { ...Object.fromEntries(lists), sharedRow: sharedRowOf, shared: JSON.stringify(shared) }
}

/** Whether two JSON values are equal. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => equal(a[key as never], b[key as never]))
}

function qualifiedColumns(of: string, names: readonly string[]): string[] {
  return names.map((name) => `${of}.${name}`)
}

async function conflictInstead(saving: Promise<SaveResult>): Promise<SaveResult> {
  try {
    return await saving
  } catch (error) {
    if (error === CONFLICT) return 'conflict'
    throw error
  }
}
