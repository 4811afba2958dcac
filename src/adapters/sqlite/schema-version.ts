/** The schema version in SQLite: looking it up, and running migrations. */
import { type Migration, stepsFrom, versionIn, versionSql } from '../sql/migrations.js'
import type { Row } from '../sql/row-values.js'
import type { Tables } from '../sql/tables.js'
import type { SqliteDatabase } from './drivers.js'
import { inSqliteTransaction, TRANSACTION } from './transactions.js'

/** Runs the migrations that the tables lack. */
export function migrateSqlite(tables: Tables, database: SqliteDatabase, migrations: readonly Migration[]): void {
  if (stepsFrom(sqliteSchemaVersion(tables, database), migrations).length === 0) return
  inSqliteTransaction(database, TRANSACTION, () => {
    for (const { sql } of stepsFrom(sqliteSchemaVersion(tables, database), migrations)) database.exec(sql)
  })
}

/** Returns the version of the tables: `null` if there are none. */
export function sqliteSchemaVersion(tables: Tables, database: SqliteDatabase): number | null {
  const name = tables.nameOf('migrations')
  const [table] = database.prepare(`select name from sqlite_master where type = 'table' and name = :name`).all({ name })
  if (table === undefined) return null
  return versionIn(database.prepare(versionSql(tables)).all({}) as Row[])
}
