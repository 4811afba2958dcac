/** What a repository in PostgreSQL writes: a transaction each, a statement a table, however many rows. */
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

/** Thrown inside a transaction that others were faster than: it is rolled back, and the answer is `false`. */
const CONFLICT = Symbol('outrun')

/** The writing part. */
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
  // In the order of the keys, so that of two batches none waits for the other in a circle. What is locked is looked at as it is then.
  const lock = (table: string, key: string) => `select count(*) as fresh from (select 1 from ${of(table)} r
    join unnest(:keys::text[], :revisions::int[]) as c(key, revision) on r.${key} = c.key and r.revision = c.revision
    order by r.${key} for update of r) locked`
  const insert = (table: string, columns: readonly string[]) => `insert into ${of(table)} (${columns.join(', ')})
    select ${columns.join(', ')} from ${records(table)}`
  /** Inserts rows of which most differ in a few ids alone: what is the same is sent once for all that share it. */
  const insertGrouped = (table: string, own: readonly string[], shared: readonly string[]) => `insert into ${of(table)}
    (${[...own, ...shared].join(', ')}) select ${[...qualifiedColumns('m', own), ...qualifiedColumns('c', shared)].join(', ')}
    from unnest(${[...own.map((name) => `:${name}::text[]`), ':alike::int[]'].join(', ')}) with ordinality as m(${own.join(', ')}, alike, n)
    join (select s.n, p.* from json_array_elements(:shared::json) with ordinality as s(value, n)
      cross join lateral json_populate_record(null::${of(table)}, s.value) p) c on c.n = m.alike order by m.n`

  const insertAccessRequest = `${insert('access_requests', ACCESS_REQUEST_COLUMNS)} on conflict (requesting_tenant, id) do nothing returning seq`
  const insertUserSets = `insert into ${of('user_sets')} (user_id, access_request_seq, user_set) select u.user_id, :seq::bigint, t.n - 1
    from json_array_elements(:userSets::json) with ordinality as t(users, n) cross join lateral json_array_elements_text(t.users) as u(user_id)`
  const insertRequests = insertGrouped('tenant_requests', REQUEST_IDS, [
    'access_request_seq',
    'user_set',
    ...without(REQUEST_COLUMNS, REQUEST_IDS),
  ])
  const insertEventsSql = insertGrouped('events', EVENT_IDS, without(EVENT_COLUMNS, EVENT_IDS))
  const insertSessions = `${insert('sessions', SESSION_COLUMNS)} order by hash on conflict (hash) do nothing returning hash`
  const updateRequests = update('tenant_requests', 'id', REQUEST_UPDATE_COLUMNS)
  const updateSessions = update('sessions', 'hash', SESSION_UPDATE_COLUMNS)
  const lockRequests = lock('tenant_requests', 'id')
  const lockSessions = lock('sessions', 'hash')
  const announce = writerLockSql(tables)
  const govern = `insert into ${of('governed_tenants')} as g (tenant, since) select * from unnest(:tenants::text[], :since::bigint[]) as n(tenant, since)
    on conflict (tenant) do update set since = least(g.since, excluded.since)`

  const insertEvents = async ({ run }: Connection, events: readonly ConsentryEvent[]) => {
    await run(announce, {})
    await run(insertEventsSql, groupByShared(events.map(eventRow), EVENT_IDS))
  }
  /** Whether all of these are stored at these revisions; from here on nobody else changes them. */
  const locked = async ({ run }: Connection, query: string, keys: readonly string[], revisions: readonly number[]) => {
    const [row] = keys.length === 0 ? [{ fresh: 0 }] : await run(query, { keys, revisions })
    return Number(row?.['fresh']) === keys.length
  }

  return {
    async saveSubmission({ request, tenantRequests, events }) {
      return database.transaction(async (connection) => {
        const { run } = connection
        // Whoever comes second waits here, and finds it stored.
        const [inserted] = await run(insertAccessRequest, { rows: JSON.stringify([accessRequestRow(request)]) })
        if (inserted === undefined) {
          const [existing] = await run(queries.accessRequest, { requestingTenant: request.requestingTenant, id: request.id })
          if (existing === undefined) throw new Error('the access request was there, and is gone')
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
      return database.transaction(async (connection) => {
        const before = requests.map(({ revision }) => revision - 1)
        if (!(await locked(connection, lockRequests, ids, before))) return 'conflict'
        await connection.run(updateRequests, { rows: JSON.stringify(requests.map(requestRow)) })
        const grants = firstGrantByTenant(changes)
        if (grants.length > 0) {
          await connection.run(govern, { tenants: grants.map(([tenant]) => tenant), since: grants.map(([, since]) => since) })
        }
        await insertEvents(
          connection,
          changes.map(({ event }) => event),
        )
        return 'saved'
      })
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
          if (inserted.length < starts.length || !(await locked(connection, lockSessions, hashes, before))) throw CONFLICT
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

/** The rows as `insertAlike` takes them: a list for each column of their own, and once for all of a kind the rest. */
function groupByShared(rows: readonly Columns[], own: readonly string[]): Record<string, unknown> {
  const kinds = new Map<string, number>()
  const kindOf: number[] = []
  const shared: object[] = []
  const others = without(Object.keys(rows[0] ?? {}), own)
  for (const [n, row] of rows.entries()) {
    const before = rows[n - 1]
    // Most are like the one before them, which is seen at a glance; to write a row down, only to compare it, takes ten times as long.
    const again = before !== undefined && others.every((name) => equal(row[name], before[name]))
    const text = again ? undefined : JSON.stringify(others.map((name) => row[name]))
    const kind = (text === undefined ? kindOf[n - 1] : kinds.get(text)) ?? shared.push(row)
    if (text !== undefined) kinds.set(text, kind)
    kindOf.push(kind)
  }
  const lists = own.map((name) => [name, rows.map((row) => row[name])])
  return { ...Object.fromEntries(lists), alike: kindOf, shared: JSON.stringify(shared) }
}

/** Whether two values, as JSON, are the same. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => equal(a[key as never], b[key as never]))
}

function without(names: readonly string[], own: readonly string[]): string[] {
  return names.filter((name) => !own.includes(name))
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
