/** Who works where, and names, over the host's tables in PostgreSQL. */
import { unwrap } from '../../domain/error.js'
import { readRecord } from '../../domain/input.js'
import { type DirectoryQueries, directoryOver, type SqlDirectory } from '../sql/directory.js'
import { connect } from './connect.js'
import { POSTGRES } from './dialect.js'
import type { PostgresDriverOptions } from './driver-options.js'
import { DirectoryOptions } from './options.js'

/** The host's driver, and its queries for users, tenants and recipients. */
export type PostgresDirectoryOptions = DirectoryQueries & PostgresDriverOptions

/**
 * Returns a directory over the host's tables, with names, a search and addresses (SPEC 2.5).
 * It is the `directory` of `createConsentry`, and the `people` of `consentryApi` and `startNotices`.
 * @throws `invalid-input` with every issue of the options; a wrong column fails when it is first asked for, as `unavailable`.
 * @example
 * ```ts
 * import { PGlite } from '@electric-sql/pglite'
 * import { postgresDirectory } from 'consentry/adapters/postgres'
 *
 * const pglite = new PGlite() // or `pool`, a `Pool` of `pg`
 * await pglite.exec(`
 *   create table users (id int, name text, tenant text);
 *   create table tenants (id text, name text, vendor text);
 *   insert into users values (17, 'Caroline Bingley', 'classics'), (18, 'Tom', 'tom-sawyer');
 * `)
 * const directory = postgresDirectory({
 *   pglite,
 *   users: 'select id::text, name, tenant from users', // ids are text
 *   tenants: 'select id, name, vendor from tenants',
 * })
 * console.log(await directory.members('classics', ['17', '18'])) // [ '17' ]
 * ```
 */
export function postgresDirectory(options: PostgresDirectoryOptions): SqlDirectory {
  const { users, tenants, recipients, ...driver } = unwrap(readRecord(DirectoryOptions, options))
  const { database } = connect(driver)
  return directoryOver({ users, tenants, recipients }, POSTGRES, database.run)
}
