/** Who works where, and names, over the host's tables in SQLite. */
import * as z from 'zod'
import { unwrap } from '../../domain/error.js'
import { readRecord } from '../../domain/input.js'
import { type DirectoryQueries, directoryOver, directoryQueries, type SqlDirectory } from '../sql/directory.js'
import { SQLITE } from './dialect.js'
import { SqliteDriver } from './driver-options.js'
import type { SqliteDatabase } from './drivers.js'
import { preparedOn } from './statements.js'

/** The host's connection, and its queries for users, tenants and recipients. */
export interface SqliteDirectoryOptions extends DirectoryQueries {
  /** An open connection to the database that holds the host's own tables. */
  readonly database: SqliteDatabase
}

const Options = z.strictObject({ database: SqliteDriver, ...directoryQueries }, 'must be an object with `database`, `users` and `tenants`')

/**
 * Returns a directory over the host's tables, with names, a search and addresses (SPEC 2.5).
 * It is the `directory` of `createConsentry`, and the `people` of `consentryApi` and `startNotices`. A search ignores the case of ASCII letters only.
 * @throws `invalid-input` with every issue of the options; a wrong column fails when it is first asked for, as `unavailable`.
 * @example
 * ```ts
 * import { sqliteDirectory } from 'consentry/adapters/sqlite'
 * import Database from 'libsql'
 *
 * const database = new Database(':memory:')
 * database.exec(`
 *   create table users (id text, name text, tenant text);
 *   create table tenants (id text, name text, vendor text);
 *   insert into users values ('caroline', 'Caroline Bingley', 'classics'), ('tom', 'Tom', 'tom-sawyer');
 * `)
 * const directory = sqliteDirectory({
 *   database,
 *   users: 'select id, name, tenant from users',
 *   tenants: 'select id, name, vendor from tenants',
 * })
 * console.log(await directory.members('classics', ['caroline', 'tom'])) // [ 'caroline' ]
 * ```
 */
export function sqliteDirectory(options: SqliteDirectoryOptions): SqlDirectory {
  const { database, ...queries } = unwrap(readRecord(Options, options))
  const prepared = preparedOn(database)
  return directoryOver(queries, SQLITE, async (sql, values) => prepared(sql).all(values))
}
