/** The demo's own tables: the people of the story, their tenants, and a customer's data. */
import { hashSync } from 'bcryptjs'
import type { Database } from 'libsql'

/** Everybody's password in the demo. */
export const PASSWORD = 'whitewash'

const TENANTS = [
  ['classics', 'Classics, Inc.', null],
  ['tom-sawyer', 'Tom Sawyer Fence Painting Co.', 'classics'],
  ['hundred-acre', 'Hundred Acre Wood Art Gallery', 'classics'],
]
/** Users: id, name, tenant, permissions, and whether they have the legacy tool. */
const USERS: readonly (readonly [string, string, string, readonly string[], number])[] = [
  ['elizabeth', 'Elizabeth Bennet', 'classics', ['submit'], 1],
  ['caroline', 'Caroline Bingley', 'classics', [], 1],
  ['charlotte', 'Charlotte Lucas', 'classics', [], 1],
  ['wickham', 'George Wickham', 'classics', [], 1],
  ['tom', 'Tom Sawyer', 'tom-sawyer', ['answer'], 0],
  ['christopher', 'Christopher Robin', 'hundred-acre', ['answer'], 0],
]
const FENCES = [
  ['tom-sawyer', 'thirty yards, nine feet high', 'to be whitewashed'],
  ['hundred-acre', 'round the Six Pine Trees', 'blown over'],
]

/** A person of the demo. */
export interface Somebody {
  readonly id: string
  readonly name: string
  readonly tenant: string
}

/** Creates the tables with their rows. Your application has its own. */
export function createTables(database: Database): void {
  database.exec(`
    create table users (id text primary key, name text, tenant text, permissions text, legacy_tool integer, password text, session text);
    create table tenants (id text primary key, name text, vendor text);
    create table fences (tenant text, length text, state text);`)
  const insert = (table: string, row: readonly unknown[]) =>
    database.prepare(`insert into ${table} values (${row.map(() => '?').join(', ')})`).run(...row)
  const password = hashSync(PASSWORD, 10)
  for (const row of TENANTS) insert('tenants', row)
  for (const [id, name, tenant, permissions, tool] of USERS)
    insert('users', [id, name, tenant, JSON.stringify(permissions), tool, password, null])
  for (const row of FENCES) insert('fences', row)
}

/** Returns everybody, with the name of their tenant. */
export function everybody(database: Database): readonly Somebody[] {
  const sql = 'select u.id, u.name, t.name as tenant from users u join tenants t on t.id = u.tenant order by u.rowid'
  return database.prepare(sql).all() as Somebody[]
}
