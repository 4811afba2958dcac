/** A repository in PostgreSQL, over the host's own `pg` or PGlite. */
import type { Repository } from '../ports/repository.js'
import { type Connection, type Database, fromClient, fromPGlite, fromPool, fromTransaction } from './postgres/connection.js'
import type { PGliteDatabase, PostgresClient, PostgresConnection, PostgresPool } from './postgres/drivers.js'
import { postgresFeed } from './postgres/feed.js'
import {
  notificationsInPGlite,
  notificationsInPool,
  notificationsOnClient,
  type Subscribe,
  subscriptionsOn,
} from './postgres/subscriptions.js'
import { createPostgresWriter } from './postgres/writer.js'
import { checkVersion, type Migration, migrationsOf, stepsFrom } from './sql/migrations.js'
import { queriesOf } from './sql/queries.js'
import { createReader } from './sql/reader.js'
import { rowParsers } from './sql/row-parsers.js'
import { type Tables, tablesOf } from './sql/tables.js'

export type {
  PGliteDatabase,
  PostgresClient,
  PostgresClientEvent,
  PostgresConnection,
  PostgresPool,
  PostgresPoolClient,
  PostgresQuery,
} from './postgres/drivers.js'
export type { Migration } from './sql/migrations.js'

/** How the tables of a repository in PostgreSQL are named; lower-case letters, digits and underscores. */
export interface PostgresTableOptions {
  /** The schema they lie in, made where it is missing; where absent, what the connection's `search_path` says. */
  readonly schema?: string | undefined
  /** Begins the name of every table and index; `consentry_` where absent. */
  readonly tablePrefix?: string | undefined
}

/** A driver of the host's own, and how the tables are named. */
export type PostgresOptions = PostgresTableOptions & {
  /**
   * Whether the server keeps the plans of statements, by name; `false` for a pooler that gives every statement another connection, where
   * nobody can `listen` either.
   */
  readonly prepare?: boolean | undefined
} & (
    | { /** A `Pool` of `pg`: what Kysely, Drizzle and Prisma stand on. Each who listens keeps one client. */ readonly pool: PostgresPool }
    | { /** A connected `Client` of `pg` that nobody else uses: calls take their turns on it. */ readonly client: PostgresClient }
    | { /** A `PGlite`. */ readonly pglite: PGliteDatabase }
  )

/** A repository in PostgreSQL. */
export interface PostgresRepository extends Repository {
  /**
   * Makes the tables, or brings them up to this library's version. Harmless to repeat, and safe in several processes at once. Tables of a
   * newer version are refused as `schema-mismatch`, here as in every other call.
   */
  migrate(): Promise<void>
  /**
   * The same repository inside the transaction that the host has opened on this connection: what is saved is there once the host commits,
   * and gone if it rolls back. What fails leaves the host's own rows as they were, and the transaction usable. Calls at once take turns by
   * the object handed over: hand over the same one for all of a transaction.
   */
  within(connection: PostgresConnection): Repository
}

/** A repository in this database; call `migrate()` before anything else. */
export function postgresRepository(options: PostgresOptions): PostgresRepository {
  const tables = tablesOf(options)
  const { database, listening } = connect(options)
  const schema = { known: false }
  return {
    ...createPostgresRepository(tables, database, schema, listening),
    migrate: () => migratePostgres(tables, database, postgresMigrations(options)),
    within: (connection) => createPostgresRepository(tables, fromTransaction(connection), schema),
  }
}

/** The database by each driver, and how one listens there; where every statement has another connection, nobody can. */
function connect(options: PostgresOptions): { readonly database: Database; readonly listening?: Subscribe } {
  const { prepare = true } = options
  if ('pglite' in options) return { database: fromPGlite(options.pglite), listening: notificationsInPGlite(options.pglite) }
  if ('client' in options) {
    return { database: fromClient(options.client, prepare), ...(prepare && { listening: notificationsOnClient(options.client) }) }
  }
  return { database: fromPool(options.pool, prepare), ...(prepare && { listening: notificationsInPool(options.pool) }) }
}

/** The steps `migrate()` takes, as SQL for a host that applies them by a tool of its own; each is to be applied whole or not at all. */
export function postgresMigrations({ schema, tablePrefix }: PostgresTableOptions = {}): readonly Migration[] {
  const types = {
    id: 'text collate "C"',
    text: 'text',
    instant: 'bigint',
    count: 'integer',
    json: 'json',
    numbered: 'bigint generated always as identity primary key',
    endOfTable: '',
  }
  const tables = tablesOf({ schema, tablePrefix })
  // Asked first, since even `if not exists` demands the right to make one.
  const make = `do $$ begin if to_regnamespace('"${schema}"') is null then create schema "${schema}"; end if; end $$;\n`
  return migrationsOf(tables, types, schema === undefined ? '' : make)
}

/** The repository; whether the tables are those it knows is looked at once, by whoever comes first. */
function createPostgresRepository(tables: Tables, database: Database, schema: { known: boolean }, listening?: Subscribe): Repository {
  const queries = queriesOf(tables, { list: 'json_build_array', gather: 'json_agg' })
  const rows = rowParsers(tables)
  const afterVersionCheck: <T>(work: () => Promise<T>) => Promise<T> = async (work) => {
    if (!schema.known) checkVersion(await postgresSchemaVersion(tables, database))
    schema.known = true
    return work()
  }
  const trusted: Database = {
    run: (sql, values) => afterVersionCheck(() => database.run(sql, values)),
    transaction: (work) => afterVersionCheck(() => database.transaction(work)),
  }
  return {
    ...createReader((query, values) => trusted.run(queries[query], values), rows),
    ...createPostgresWriter(tables, queries, rows, trusted),
    ...postgresFeed(tables, queries, rows, trusted),
    ...(listening && subscriptionsOn(tables, trusted, listening)),
  }
}

async function migratePostgres(tables: Tables, database: Database, migrations: readonly Migration[]): Promise<void> {
  // Looked at first, since whoever may not make tables may still start where they are made.
  if (stepsFrom(await postgresSchemaVersion(tables, database), migrations).length === 0) return
  await database.transaction(async (connection) => {
    await connection.exec(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`)
    for (const { sql } of stepsFrom(await postgresSchemaVersion(tables, connection), migrations)) await connection.exec(sql)
  })
}

/** The number under which migrations wait for each other, the same in every version. */
const MIGRATION_LOCK = 7_061_944_358

async function postgresSchemaVersion({ of }: Tables, { run }: Pick<Connection, 'run'>): Promise<number | null> {
  const table = of('migrations')
  // From a table, which makes the server take in what others have committed: the name alone it would look up in what it knew before.
  const [found] = await run('select to_regclass(:table::text) is not null as there from pg_catalog.pg_class limit 1', { table })
  if (found?.['there'] !== true) return null
  const [row] = await run(`select max(version) as version from ${table}`, {})
  return row === undefined || row['version'] === null ? null : Number(row['version'])
}
