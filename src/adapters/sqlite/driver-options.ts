/** The option that holds the host's SQLite connection. */
import { driverSchema } from '../sql/driver-schema.js'
import type { SqliteDatabase } from './drivers.js'

/** The schema of a connection, recognised by its methods. */
export const SqliteDriver = driverSchema<SqliteDatabase>(
  'a `Database` of `better-sqlite3` or `libsql`, or a `DatabaseSync`',
  '`new Database(path)`',
  ['prepare', 'exec'],
)
