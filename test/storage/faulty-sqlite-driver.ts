/** A SQLite driver for negative controls, which omits one thing that the adapter relies on. */
import type { SqliteDatabase } from '../../src/adapters/sqlite.js'

/** What is omitted. Without transactions it also waits after each comparison, so that another process can write in between. */
export type DriverFault = 'none' | 'no comparison' | 'no transaction'

const REVISION = 'select revision from '
const BOUNDS = /^(begin|commit|rollback)\b/
const MOMENT = 3

/** Returns the database without that. */
export function faultyDriver(database: SqliteDatabase, carelessness: DriverFault): SqliteDatabase {
  if (carelessness === 'none') return database
  if (carelessness === 'no comparison') {
    // Every request of the race was at revision 1 when the race began.
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
