/** A repository in PostgreSQL, over the host's `pg` pool, `pg` client or PGlite. */
import { unwrap } from '../domain/error.js'
import { read, readRecord } from '../domain/input.js'
import type { NoticeRepository } from '../ports/notice-store.js'
import type { Repository } from '../ports/repository.js'
import { connect } from './postgres/connect.js'
import { type Database, fromTransaction } from './postgres/connection.js'
import { POSTGRES, POSTGRES_TYPES } from './postgres/dialect.js'
import type { PostgresDriverOptions } from './postgres/driver-options.js'
import type { PostgresConnection } from './postgres/drivers.js'
import { postgresFeed } from './postgres/feed.js'
import { postgresNotices } from './postgres/notices.js'
import { InTransaction, Options } from './postgres/options.js'
import { postgresSaves } from './postgres/save-writer.js'
import { migratePostgres, onSchemaVersion } from './postgres/schema-version.js'
import { createPostgresSubmissionWriter } from './postgres/submission-writer.js'
import { noticesOf, type Subscribe, subscriptionsOn } from './postgres/subscriptions.js'
import { type Migration, migrationsOf } from './sql/migrations.js'
import { queriesOf } from './sql/queries.js'
import { createReader } from './sql/reader.js'
import { rowParsers } from './sql/row-parsers.js'
import { type Tables, tablesOf } from './sql/tables.js'

export { type PostgresDirectoryOptions, postgresDirectory } from './postgres/directory.js'
export type { PostgresDriverOptions } from './postgres/driver-options.js'
export type {
  PGliteDatabase,
  PostgresClient,
  PostgresClientEvent,
  PostgresConnection,
  PostgresPool,
  PostgresPoolClient,
  PostgresQuery,
} from './postgres/drivers.js'
export type { DirectoryQueries, SqlDirectory } from './sql/directory.js'
export type { Migration } from './sql/migrations.js'

/**
 * The table names of a repository in PostgreSQL.
 * Each is 1 to 30 lower-case letters, digits and underscores; the first is not a digit.
 */
export interface PostgresTableOptions {
  /**
   * The schema of the tables, created by `migrate()` if missing.
   * By default the connection's `search_path` decides.
   */
  readonly schema?: string | undefined
  /** The prefix of every table and index name, `consentry_` by default. */
  readonly tablePrefix?: string | undefined
}

/** The host's driver and the table names. */
export type PostgresOptions = PostgresTableOptions & PostgresDriverOptions

/** A repository in PostgreSQL. */
export interface PostgresRepository extends NoticeRepository<PostgresConnection> {
  /**
   * Creates the tables, or updates them to this library's schema version.
   * Idempotent, and safe to run in several processes at once: an advisory lock serializes migrations.
   *
   * @throws `schema-mismatch` if the tables have a newer version; every other call throws it for any other version.
   * @example Continues postgresRepository
   * ```ts
   * await repository.migrate() // a second time: nothing to do
   * console.log((await repository.positions()).latest.at) // 0
   * ```
   */
  migrate(): Promise<void>
  /**
   * Returns the same repository inside the transaction that the host has opened on this connection.
   * Its writes commit and roll back with that transaction. A failed call undoes only its own writes, with a savepoint.
   * Concurrent calls are queued per connection object: pass the same object for the whole transaction.
   * @example Continues postgresRepository
   * ```ts
   * import { createConsentry } from 'consentry'
   *
   * const directory = {
   *   members: (vendor: string) => (vendor === 'classics' ? ['caroline'] : []),
   *   askable: (vendor: string) => (vendor === 'classics' ? ['tom-sawyer'] : []),
   * }
   * const elizabeth = { user: 'elizabeth', tenant: 'classics', permissions: ['submit' as const], impersonating: null }
   * const request = { name: 'SupportAccess', associations: [{ users: ['caroline'], tenants: ['tom-sawyer'] }] }
   * await pglite.transaction(async (connection) => {
   *   const consentry = createConsentry({ repository: repository.within(connection), directory })
   *   await consentry.submit(elizabeth, request) // commits and rolls back with your own rows
   * })
   * console.log((await repository.factsPage({ tenant: 'tom-sawyer', limit: 10 })).requests.length) // 1
   * ```
   */
  within(connection: PostgresConnection): Repository
}

/**
 * Returns a repository in this database. Call `migrate()` once before any other method.
 *
 * @throws `invalid-input` with every issue of the options, such as a connection string where a pool is meant.
 * @example
 * ```ts
 * import { PGlite } from '@electric-sql/pglite'
 * import { postgresRepository } from 'consentry/adapters/postgres'
 *
 * const pglite = new PGlite() // or `pool`, a `Pool` of `pg`
 * const repository = postgresRepository({ pglite })
 * await repository.migrate()
 * console.log(await repository.factsPage({ tenant: 'tom-sawyer', limit: 10 })) // { tenant: 'tom-sawyer', governed: false, requests: [] }
 * ```
 */
export function postgresRepository(options: PostgresOptions): PostgresRepository {
  const { schema, tablePrefix, ...driver } = unwrap(readRecord(Options, options))
  const tables = tablesOf({ schema, tablePrefix })
  const { database, subscribe } = connect(driver)
  return {
    ...createPostgresRepository(tables, database, { isHosts: false, subscribe }),
    // Without a limit: a new index of a large table takes its time.
    migrate: () =>
      migratePostgres(tables, connect({ ...driver, timeoutMs: Infinity }).database, postgresMigrations({ schema, tablePrefix })),
    within(connection) {
      const inner = fromTransaction(unwrap(read(InTransaction, connection, 'connection')))
      const { readers: _, notices: __, ...repository } = createPostgresRepository(tables, inner, { isHosts: true })
      return repository
    },
  }
}

/**
 * Returns the SQL of `migrate()`, for a host that runs migrations with its own tool.
 * Run each migration in one transaction.
 *
 * @throws `invalid-input` if `schema` or `tablePrefix` is invalid.
 * @example
 * ```ts
 * import { postgresMigrations } from 'consentry/adapters/postgres'
 *
 * console.log(postgresMigrations({ schema: 'support' }).map(({ version }) => version)) // [ 1, 2 ]
 * ```
 */
export function postgresMigrations(options: PostgresTableOptions = {}): readonly Migration[] {
  const tables = tablesOf(options)
  const { schema } = tables
  // Checked first: `create schema if not exists` needs the privilege to create one even if it exists.
  const createSchema = `do $$ begin if to_regnamespace('"${schema}"') is null then create schema "${schema}"; end if; end $$;\n`
  return migrationsOf(tables, POSTGRES_TYPES, schema === undefined ? '' : createSchema)
}

/** Returns the repository; `isHosts` says that the database is a transaction of the host. */
function createPostgresRepository(
  tables: Tables,
  unchecked: Database,
  { isHosts, subscribe }: { readonly isHosts: boolean; readonly subscribe?: Subscribe | undefined },
): NoticeRepository<PostgresConnection> {
  const queries = queriesOf(tables, POSTGRES)
  const rows = rowParsers(tables)
  const database = onSchemaVersion(tables, unchecked)
  const { feedPage, ...reader } = createReader((query, values) => database.run(queries[query], values), rows)
  // A notice in a host's transaction would keep it from a two-phase commit: its commit is found by polling.
  const own = isHosts ? undefined : { run: database.runUnchecked, onSaved: noticesOf(tables, unchecked.run) }
  return {
    ...reader,
    ...createPostgresSubmissionWriter(tables, queries, rows, database, own),
    ...postgresSaves(tables, database, own),
    ...postgresNotices(tables, rows, database),
    // The check of a save locks a row, for which a role that only reads the feed lacks the privilege.
    ...postgresFeed(tables, queries, rows, feedPage, { run: database.run, transaction: unchecked.transaction }),
    ...(subscribe && subscriptionsOn(tables, database, subscribe)),
  }
}
