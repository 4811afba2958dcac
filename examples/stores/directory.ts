/** A host's own tables with a few rows, in PostgreSQL and in SQLite, and the directory over them. */
import type { Directory } from 'consentry'
import { postgresDirectory } from 'consentry/adapters/postgres'
import { sqliteDirectory } from 'consentry/adapters/sqlite'
import type { Database } from 'libsql'
import type { Pool } from 'pg'

/** The host's tables: `prefix` is a schema and a dot, or nothing. */
const tables = (prefix: string) => `
  create table if not exists ${prefix}employees (id text primary key, name text, tenant text);
  create table if not exists ${prefix}companies (id text primary key, name text, vendor text);
  insert into ${prefix}employees values ('elizabeth', 'Elizabeth Bennet', 'classics'), ('caroline', 'Caroline Bingley', 'classics'),
    ('tom', 'Tom Sawyer', 'tom-sawyer') on conflict do nothing;
  insert into ${prefix}companies values ('classics', 'Classics, Inc.', null), ('tom-sawyer', 'Tom Sawyer Fence Painting Co.', 'classics')
    on conflict do nothing;`

const queries = (prefix: string) => ({
  users: `select id, name, tenant from ${prefix}employees`,
  tenants: `select id, name, vendor from ${prefix}companies`,
})

/** Creates the tables in this schema, and returns the directory over them. */
export async function directoryInPostgres(pool: Pool, schema: string): Promise<Directory> {
  await pool.query(tables(`${schema}.`))
  return postgresDirectory({ pool, ...queries(`${schema}.`) })
}

/** Creates the tables in this database, and returns the directory over them. */
export function directoryInSqlite(database: Database): Directory {
  database.exec(tables(''))
  return sqliteDirectory({ database, ...queries('') })
}
