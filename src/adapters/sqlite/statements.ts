/** Prepared statements of one connection, each prepared once. */
import type { SqliteDatabase, SqliteStatement } from './drivers.js'

/** Returns the function that prepares a statement, or returns the one it has prepared before. */
export function preparedOn(database: SqliteDatabase): (sql: string) => SqliteStatement {
  const statements = new Map<string, SqliteStatement>()
  return (sql) => {
    const cached = statements.get(sql)
    if (cached) return cached
    const statement = database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
}
