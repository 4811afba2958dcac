/** A directory over a host's own tables, in PostgreSQL and in SQLite: who works for whom, and who may ask whom. */
import type { Directory } from 'consentry'
import type { Database } from 'libsql'
import type { Pool } from 'pg'

/** The host's tables, with a few rows: `prefix` is a schema and a dot, or nothing. */
const tables = (prefix: string) => `
  create table if not exists ${prefix}employees (id text primary key, tenant text);
  create table if not exists ${prefix}customers (vendor text, tenant text, primary key (vendor, tenant));
  insert into ${prefix}employees values ('elizabeth', 'classics'), ('caroline', 'classics'), ('tom', 'tom-sawyer') on conflict do nothing;
  insert into ${prefix}customers values ('classics', 'tom-sawyer') on conflict do nothing;`

/** Returns the directory over the tables in this schema. `id::text` makes strings of ids of any type. */
export async function postgresDirectory(pool: Pool, schema: string): Promise<Directory> {
  await pool.query(tables(`${schema}.`))
  const idsIn = async (sql: string, tenant: string, ids: readonly string[]) =>
    (await pool.query<{ id: string }>(sql, [tenant, ids])).rows.map(({ id }) => id)
  const members = `select id::text from ${schema}.employees where tenant = $1 and id::text = any($2)`
  const askable = `select tenant::text as id from ${schema}.customers where vendor = $1 and tenant::text = any($2)`
  return { members: (vendor, users) => idsIn(members, vendor, users), askable: (vendor, tenants) => idsIn(askable, vendor, tenants) }
}

/** Returns the directory over the tables in this database. SQLite takes a list as JSON. */
export function sqliteDirectory(database: Database): Directory {
  database.exec(tables(''))
  const members = database.prepare('select id from employees where tenant = ? and id in (select value from json_each(?))')
  const askable = database.prepare('select tenant as id from customers where vendor = ? and tenant in (select value from json_each(?))')
  const idsIn = (statement: typeof members, tenant: string, ids: readonly string[]) =>
    (statement.all(tenant, JSON.stringify(ids)) as { id: string }[]).map(({ id }) => id)
  return { members: (vendor, users) => idsIn(members, vendor, users), askable: (vendor, tenants) => idsIn(askable, vendor, tenants) }
}
