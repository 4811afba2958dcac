/** A repository in SQLite, over the host's `better-sqlite3`, `libsql` or `node:sqlite` connection. */
import * as z from 'zod'
import { unwrap } from '../domain/error.js'
import { read, readRecord } from '../domain/input.js'
import type { NoticeRepository } from '../ports/notice-store.js'
import type { Repository } from '../ports/repository.js'
import { type Migration, migrationsOf } from './sql/migrations.js'
import { ONE_ROW, queriesOf } from './sql/queries.js'
import { createReader } from './sql/reader.js'
import { rowParsers } from './sql/row-parsers.js'
import { type Tables, tableOptionsShape, tablesOf } from './sql/tables.js'
import { SQLITE, SQLITE_TYPES } from './sqlite/dialect.js'
import { SqliteDriver } from './sqlite/driver-options.js'
import type { SqliteDatabase } from './sqlite/drivers.js'
import { sqliteNotices } from './sqlite/notices.js'
import { migrateSqlite } from './sqlite/schema-version.js'
import { type SaveInTransaction, sharedTransaction } from './sqlite/shared-transaction.js'
import { SAVEPOINT, TRANSACTION, type TransactionStatements, withBusyTimeout } from './sqlite/transactions.js'
import { versionedStatements } from './sqlite/versioned.js'
import { createSqliteWriter } from './sqlite/writer.js'

export type { DirectoryQueries, SqlDirectory } from './sql/directory.js'
export type { Migration } from './sql/migrations.js'
export { type SqliteDirectoryOptions, sqliteDirectory } from './sqlite/directory.js'
export type { SqliteDatabase, SqliteStatement } from './sqlite/drivers.js'

/** The table names of a repository in SQLite. */
export interface SqliteTableOptions {
  /** The prefix of table and index names, `consentry_` by default: up to 30 of `a-z`, `0-9` and `_`. */
  readonly tablePrefix?: string | undefined
}

/** The host's connection and the table names. */
export interface SqliteOptions extends SqliteTableOptions {
  /**
   * An open connection with the journal mode, durability and busy timeout that the host wants.
   * Every call rejects while the host has a transaction open on it, because it could read rows that are rolled back later.
   * Open host transactions on another connection and pass that one to `within`.
   */
  readonly database: SqliteDatabase
}

/** A repository in SQLite. */
export interface SqliteRepository extends NoticeRepository<SqliteDatabase> {
  /**
   * Creates the tables, or updates them to this library's schema version.
   * Idempotent, and safe to run in several processes at once: it waits for another migration, up to 30 seconds or a longer busy timeout.
   * @throws `schema-mismatch` if the tables have a newer version; every other call throws it for any other version.
   * @example Continues sqliteRepository
   * ```ts
   * await repository.migrate() // a second time: nothing to do
   * console.log((await repository.positions()).latest.at) // 0
   * ```
   */
  migrate(): Promise<void>
  /**
   * Returns the same repository inside the transaction that the host has opened on this connection.
   * Its writes commit and roll back with that transaction. A failed call undoes only its own writes, with a savepoint.
   * Without an open transaction every write rejects. Keep the transaction short, and await no slow directory inside it: other writers wait for it.
   * The drivers block, so such a wait can block the whole process.
   * @example Continues sqliteRepository
   * ```ts
   * import { createConsentry } from 'consentry'
   *
   * database.exec('begin immediate')
   * const directory = {
   *   members: (vendor: string) => (vendor === 'classics' ? ['caroline'] : []),
   *   askable: (vendor: string) => (vendor === 'classics' ? ['tom-sawyer'] : []),
   * }
   * const consentry = createConsentry({ repository: repository.within(database), directory })
   * const elizabeth = { user: 'elizabeth', tenant: 'classics', permissions: ['submit' as const], impersonating: null }
   * const associations = [{ users: ['caroline'], tenants: ['tom-sawyer'] }]
   * await consentry.submit(elizabeth, { name: 'SupportAccess', associations })
   * database.exec('commit') // your own rows with it
   * console.log((await repository.factsPage({ tenant: 'tom-sawyer', limit: 10 })).requests.length) // 1
   * ```
   */
  within(database: SqliteDatabase): Repository
}

const Options = z.strictObject({ database: SqliteDriver, tablePrefix: tableOptionsShape.tablePrefix }, 'must be an object with `database`')

/**
 * Returns a repository in this database. Call `migrate()` once before any other method.
 * Each call runs synchronously on the connection, so calls do not interleave. Saves of one turn of the event loop share a transaction.
 * @throws `invalid-input` with every issue of the options, such as a path where a database is meant.
 * @example
 * ```ts
 * import { sqliteRepository } from 'consentry/adapters/sqlite'
 * import Database from 'libsql'
 *
 * const database = new Database(':memory:') // or the path of a file
 * const repository = sqliteRepository({ database })
 * await repository.migrate()
 * console.log(await repository.factsPage({ tenant: 'tom-sawyer', limit: 10 })) // { tenant: 'tom-sawyer', governed: false, requests: [] }
 * ```
 */
export function sqliteRepository(options: SqliteOptions): SqliteRepository {
  const { database, tablePrefix } = unwrap(readRecord(Options, options))
  const tables = tablesOf({ tablePrefix })
  return {
    ...createSqliteRepository(tables, database, TRANSACTION),
    async migrate() {
      withBusyTimeout(database, () => migrateSqlite(tables, database, sqliteMigrations({ tablePrefix })))
    },
    within(inner) {
      const {
        readers: _,
        notices: __,
        ...repository
      } = createSqliteRepository(tables, unwrap(read(SqliteDriver, inner, 'database')), SAVEPOINT)
      return repository
    },
  }
}

/**
 * Returns the SQL of `migrate()`, for a host that runs migrations with its own tool.
 * Run each migration in one transaction.
 * @throws `invalid-input` if `tablePrefix` is invalid.
 * @example
 * ```ts
 * import { sqliteMigrations } from 'consentry/adapters/sqlite'
 *
 * console.log(sqliteMigrations().map(({ version }) => version)) // [ 1, 2 ]
 * ```
 */
export function sqliteMigrations(options: SqliteTableOptions = {}): readonly Migration[] {
  return migrationsOf(tablesOf(options), SQLITE_TYPES, '')
}

function createSqliteRepository(
  tables: Tables,
  database: SqliteDatabase,
  transactionSql: TransactionStatements,
): NoticeRepository<SqliteDatabase> {
  const queries = queriesOf(tables, SQLITE)
  const rows = rowParsers(tables)
  const statements = versionedStatements(tables, database, transactionSql)
  const { select, selectOne } = statements
  const saveInTransaction: SaveInTransaction =
    transactionSql === TRANSACTION ? sharedTransaction(statements) : async (save) => statements.transaction(save)
  const { feedPage, ...reader } = createReader(async (query, values) => {
    return (ONE_ROW.has(query) ? selectOne : select)(queries[query], values)
  }, rows)
  return {
    ...reader,
    ...createSqliteWriter(tables, queries, rows, statements, saveInTransaction),
    ...sqliteNotices(tables, database, rows, statements),
    async readEvents(query) {
      const { after, limit, types } = query
      const typeList = types === undefined ? null : JSON.stringify(types)
      // SQLite runs one writing transaction at a time, so every event with a smaller number is committed.
      const values = { position: after.at, horizon: Number.MAX_SAFE_INTEGER, limit, types: typeList }
      return feedPage(select(queries.readEvents, values), query)
    },
    async positions() {
      const [row] = select(queries.lastPosition, {})
      const last = rows.position(row?.['position'], row?.['id'])
      // For the same reason, no open transaction holds a smaller number.
      return { stable: last, latest: last }
    },
  }
}
