/** A repository in SQLite, over the host's own `better-sqlite3`, `libsql` or `node:sqlite`. */
import type { Repository } from '../ports/repository.js'
import { checkVersion, type Migration, migrationsOf, stepsFrom } from './sql/migrations.js'
import { queriesOf } from './sql/queries.js'
import { createReader } from './sql/reader.js'
import { rowParsers } from './sql/row-parsers.js'
import type { Row } from './sql/row-values.js'
import type { Value } from './sql/rows.js'
import { type Tables, tablesOf } from './sql/tables.js'
import { createSqliteWriter } from './sqlite/writer.js'

export type { Migration } from './sql/migrations.js'

/** What is needed of a prepared statement. */
export interface SqliteStatement {
  /** All rows of a query; its values come as one record, by their names. */
  all(...values: unknown[]): unknown[]
  /** Executes a command; its values in their order. */
  run(...values: unknown[]): unknown
}

/** What is needed of a connection: the `Database` of `better-sqlite3` and of `libsql`, and the `DatabaseSync` of `node:sqlite`, have it. */
export interface SqliteDatabase {
  /** Prepares one statement. */
  prepare(sql: string): SqliteStatement
  /** Executes statements that give nothing back. */
  exec(sql: string): unknown
  /** Whether a transaction is open on it, as `better-sqlite3` and `libsql` say it. */
  readonly inTransaction?: boolean
  /** The same as `node:sqlite` says it. */
  readonly isTransaction?: boolean
}

/** How the tables of a repository in SQLite are named. */
export interface SqliteTableOptions {
  /** Begins the name of every table and index: lower-case letters, digits and underscores; `consentry_` where absent. */
  readonly tablePrefix?: string | undefined
}

/** A connection of the host's own, and how the tables are named. */
export interface SqliteOptions extends SqliteTableOptions {
  /**
   * Open, with the journal mode, durability and busy timeout the host wants. While a transaction of the host's is open on it, every call is
   * refused: it would see what may never be committed. Open such a transaction on a connection of its own, and use `within`.
   */
  readonly database: SqliteDatabase
}

/** A repository in SQLite. */
export interface SqliteRepository extends Repository {
  /**
   * Makes the tables, or brings them up to this library's version. Harmless to repeat, and safe in several processes at once. Tables of a
   * newer version are refused as `schema-mismatch`, here as in every other call.
   */
  migrate(): Promise<void>
  /**
   * The same repository inside the transaction that the host has opened on this connection: what is saved is there once the host commits,
   * and gone if it rolls back. What fails leaves the host's own rows as they were. Wait for nothing slow meanwhile, a slow directory
   * included: whoever else would write waits too, and with the drivers' blocking calls all of a process may.
   */
  within(database: SqliteDatabase): Repository
}

/** A repository in this database; call `migrate()` before anything else. Each call is one step: another on the connection never comes between. */
export function sqliteRepository({ database, ...options }: SqliteOptions): SqliteRepository {
  const tables = tablesOf(options)
  return {
    ...createSqliteRepository(tables, database, TRANSACTION),
    async migrate() {
      withBusyTimeout(database, () => migrateSqlite(tables, database, sqliteMigrations(options)))
    },
    within: (inner) => createSqliteRepository(tables, inner, SAVEPOINT),
  }
}

/** How a transaction is begun and ended. */
interface TransactionStatements {
  readonly begin: string
  readonly commit: string
  readonly rollback: string
}

const TRANSACTION: TransactionStatements = { begin: 'begin immediate', commit: 'commit', rollback: 'rollback' }
/** A part of the host's transaction, which stays usable whatever becomes of the part. */
const SAVEPOINT: TransactionStatements = {
  begin: 'savepoint consentry',
  commit: 'release consentry',
  rollback: 'rollback to consentry; release consentry',
}

/** The steps `migrate()` takes, as SQL for a host that applies them by a tool of its own; each is to be applied whole or not at all. */
export function sqliteMigrations(options: SqliteTableOptions = {}): readonly Migration[] {
  const types = {
    id: 'text',
    text: 'text',
    instant: 'integer',
    count: 'integer',
    json: 'text',
    numbered: 'integer primary key autoincrement',
    endOfTable: ' strict',
  }
  return migrationsOf(tablesOf(options), types, '')
}

function createSqliteRepository(tables: Tables, database: SqliteDatabase, bounds: TransactionStatements): Repository {
  const queries = queriesOf(tables, { list: 'json_array', gather: 'json_group_array' })
  const rows = rowParsers(tables)
  const statements = new Map<string, SqliteStatement>()
  const prepared = (sql: string) => {
    const known = statements.get(sql)
    if (known) return known
    if (statements.size === 0) checkVersion(sqliteSchemaVersion(tables, database))
    const statement = database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  const all = (sql: string, values: Readonly<Record<string, Value>>) => prepared(sql).all(values) as Row[]
  const run = (sql: string, values: readonly Value[]) => void prepared(sql).run(...values)

  const transaction = <T>(work: () => T) => inSqliteTransaction(database, bounds, work)
  const read = (query: keyof typeof queries, values: Readonly<Record<string, Value>>) => {
    const foreign = bounds === TRANSACTION && (database.inTransaction ?? database.isTransaction) === true
    if (foreign) throw new Error('a transaction is open on this connection, and what it has done may never be: use `within`')
    return all(queries[query], values)
  }

  return {
    ...createReader(async (query, values) => read(query, values), rows),
    ...createSqliteWriter(tables, queries, rows, { all, run, transaction }),
    async readEvents({ after, limit }) {
      const entries = read('readEvents', { position: after.at, horizon: Number.MAX_SAFE_INTEGER, limit }).map(rows.feedEntry)
      // SQLite runs one writing transaction at a time, so every smaller number is saved already.
      return { entries, position: entries.at(-1)?.position ?? after }
    },
    async positions() {
      const [row] = read('lastPosition', {})
      const last = rows.position(row?.['position'], row?.['id'])
      // For the same reason no event with a smaller number is still being saved.
      return { stable: last, latest: last }
    },
  }
}

/** Does all of the work, or nothing of it. */
function inSqliteTransaction<T>(database: SqliteDatabase, { begin, commit, rollback }: TransactionStatements, work: () => T): T {
  database.exec(begin)
  try {
    const result = work()
    database.exec(commit)
    return result
  } catch (error) {
    try {
      database.exec(rollback)
    } catch {
      // Some errors have rolled back already, a full disk for one.
    }
    throw error
  }
}

function migrateSqlite(tables: Tables, database: SqliteDatabase, migrations: readonly Migration[]): void {
  if (stepsFrom(sqliteSchemaVersion(tables, database), migrations).length === 0) return
  inSqliteTransaction(database, TRANSACTION, () => {
    for (const { sql } of stepsFrom(sqliteSchemaVersion(tables, database), migrations)) database.exec(sql)
  })
}

function sqliteSchemaVersion({ nameOf, of }: Tables, database: SqliteDatabase): number | null {
  const name = nameOf('migrations')
  const [table] = database.prepare(`select name from sqlite_master where type = 'table' and name = :name`).all({ name })
  if (table === undefined) return null
  const [row] = database.prepare(`select max(version) as version from ${of('migrations')}`).all({}) as Row[]
  return row === undefined || row['version'] === null ? null : Number(row['version'])
}

/** Waits for whoever else migrates, also where the host's connection would give up at once. */
function withBusyTimeout(database: SqliteDatabase, work: () => void): void {
  const [row] = database.prepare('pragma busy_timeout').all({}) as Row[]
  const timeout = Number(row?.['timeout'] ?? 0)
  database.exec(`pragma busy_timeout = ${Math.max(timeout, MIGRATION_TIMEOUT_MS)}`)
  try {
    work()
  } finally {
    database.exec(`pragma busy_timeout = ${timeout}`)
  }
}

/** How long a migration waits for another, in milliseconds. */
const MIGRATION_TIMEOUT_MS = 30_000
