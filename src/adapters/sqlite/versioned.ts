/** Statements on a SQLite connection that refuse tables of another version. */
import { checkVersion, SCHEMA_VERSION, versionIn, versionSql } from '../sql/migrations.js'
import type { Row } from '../sql/row-values.js'
import type { Value } from '../sql/rows.js'
import type { Tables } from '../sql/tables.js'
import type { Values } from '../sql/work.js'
import type { SqliteDatabase } from './drivers.js'
import { sqliteSchemaVersion } from './schema-version.js'
import { preparedOn } from './statements.js'
import { inSqliteTransaction, isInTransaction, TRANSACTION, type TransactionStatements } from './transactions.js'

/** Runs SQL statements, each prepared once. */
export interface Statements {
  /** Runs one query, unless the tables have another version. */
  readonly select: (sql: string, values: Values) => readonly Row[]
  /** Runs one query that returns one row, unless the tables have another version. */
  readonly selectOne: (sql: string, values: Values) => readonly Row[]
  readonly all: (sql: string, values: Values) => readonly Row[]
  readonly run: (sql: string, values: readonly Value[]) => void
  /** Runs the work in a transaction, and rolls back if it throws. */
  readonly transaction: <T>(work: () => T) => T
}

/** Returns the statements of a connection. They throw `schema-mismatch` on tables of another version. */
export function versionedStatements(tables: Tables, database: SqliteDatabase, transactionSql: TransactionStatements): Statements {
  const prepared = preparedOn(database)
  const all = (sql: string, values: Values): readonly Row[] => prepared(sql).all(values) as Row[]
  const newest = versionSql(tables)
  const versioned = new Map<string, string>()
  // Reads nothing from tables of another version. Versions only grow, so a later look-up explains why.
  const onVersion = (sql: string) => {
    const text = versioned.get(sql) ?? `select * from (${sql}) found where (${newest}) = ${SCHEMA_VERSION}`
    versioned.set(sql, text)
    return text
  }
  const foundVersion = () => {
    try {
      return versionIn(all(newest, {}))
    } catch {
      return sqliteSchemaVersion(tables, database)
    }
  }

  // Half of what a small query costs is the driver's, and `get` costs it less than `all`.
  const one = (sql: string, values: Values): readonly Row[] => {
    const statement = prepared(sql)
    if (statement.get === undefined) return statement.all(values) as Row[]
    const row = statement.get(values) as Row | null | undefined
    return row === undefined || row === null ? [] : [row]
  }
  const selectBy = (run: typeof all) => (sql: string, values: Values) => {
    if (transactionSql === TRANSACTION && isInTransaction(database))
      throw new Error('the connection has an open transaction: use `within` to read inside it')
    try {
      const found = run(onVersion(sql), values)
      if (found.length === 0) checkVersion(foundVersion())
      return found
    } catch (error) {
      // A table or column that does not exist may be one of another version.
      if (/no such/.test(String(error))) checkVersion(foundVersion())
      throw error
    }
  }

  return {
    all,
    select: selectBy(all),
    selectOne: selectBy(one),
    run: (sql, values) => void prepared(sql).run(...values),
    transaction: (work) =>
      inSqliteTransaction(database, transactionSql, () => {
        checkVersion(foundVersion())
        return work()
      }),
  }
}
