/** SQLite as negative controls need it: each kind leaves out one thing on which the adapter relies. */
import type { SqliteDatabase } from '../../src/adapters/sqlite.js'

/**
 * What is left out: nothing; the comparison of revisions; or transactions, with a moment between a comparison and what follows it, so
 * that another process may come between.
 */
export type DriverFault = 'none' | 'no comparison' | 'no transaction'

const REVISION = 'select revision from '
const BOUNDS = /^(begin|commit|rollback)\b/
const MOMENT = 3

/** The database, with that left out. */
export function faultyDriver(database: SqliteDatabase, carelessness: DriverFault): SqliteDatabase {
  if (carelessness === 'none') return database
  if (carelessness === 'no comparison') {
    // Every contender asks about a request that was at its first revision when the contest began.
    return { exec: (sql) => database.exec(sql), prepare: (sql) => database.prepare(sql.replace(REVISION, 'select 1 as revision from ')) }
  }
  return {
    exec: (sql) => (BOUNDS.test(sql) ? undefined : database.exec(sql)),
    prepare: (sql) => {
      const statement = database.prepare(sql)
      if (!sql.startsWith(REVISION)) return statement
      return {
        run: (...values) => statement.run(...values),
        all: (...values) => {
          const found = statement.all(...values)
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, MOMENT)
          return found
        },
      }
    },
  }
}
