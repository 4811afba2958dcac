/** Transactions, savepoints and the busy timeout of a SQLite connection. */
import type { Row } from '../sql/row-values.js'
import type { SqliteDatabase } from './drivers.js'

/** The SQL that begins and ends a transaction. */
export interface TransactionStatements {
  readonly begin: string
  readonly commit: string
  readonly rollback: string
}

/** A transaction of its own. */
export const TRANSACTION: TransactionStatements = { begin: 'begin immediate', commit: 'commit', rollback: 'rollback' }
/** A savepoint: rolling it back leaves the host's transaction usable. */
export const SAVEPOINT: TransactionStatements = {
  begin: 'savepoint consentry',
  commit: 'release consentry',
  rollback: 'rollback to consentry; release consentry',
}

/** Whether the driver says that a transaction is open on the connection. */
export function isInTransaction(database: SqliteDatabase): boolean {
  return (database.inTransaction ?? database.isTransaction) === true
}

/** Whether the driver says that no transaction is open on the connection. Some drivers say neither. */
export function isWithoutTransaction(database: SqliteDatabase): boolean {
  return (database.inTransaction ?? database.isTransaction) === false
}

/**
 * Runs the work in a transaction, and rolls back if it throws.
 * A savepoint outside a transaction would begin and commit one of its own, whatever becomes of the host's rows: it is refused.
 */
export function inSqliteTransaction<T>(database: SqliteDatabase, statements: TransactionStatements, work: () => T): T {
  if (statements === SAVEPOINT && !isInTransaction(database))
    throw new Error('no transaction is open on the connection: begin one before you save with `within`')
  const { begin, commit, rollback } = statements
  database.exec(begin)
  try {
    const result = work()
    database.exec(commit)
    return result
  } catch (error) {
    try {
      database.exec(rollback)
    } catch {
      // SQLite rolls back by itself on some errors, such as a full disk.
    }
    throw error
  }
}

/** Raises the busy timeout for the work, so a migration waits for one in another process. */
export function withBusyTimeout(database: SqliteDatabase, work: () => void): void {
  const [row] = database.prepare('pragma busy_timeout').all({}) as Row[]
  const timeout = Number(row?.['timeout'] ?? 0)
  database.exec(`pragma busy_timeout = ${Math.max(timeout, MIGRATION_TIMEOUT_MS)}`)
  try {
    work()
  } finally {
    database.exec(`pragma busy_timeout = ${timeout}`)
  }
}

/** How long a migration waits for another one, in milliseconds. */
const MIGRATION_TIMEOUT_MS = 30_000
