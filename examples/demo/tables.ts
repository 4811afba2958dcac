/** The demo's own tables: people with their logins and addresses, tenants, contracts, and a customer's data. */
import { hashSync } from 'bcryptjs'
import type { Database } from 'libsql'
import { ADMINISTRATORS, CLASSICS, FIRMS, PICKWICK, PORTFOLIOS, STORY_PEOPLE, WICKHAM } from './people.js'

/** Everybody's password in the demo. */
export const PASSWORD = 'whitewash'

const FENCES = [
  ['tom-sawyer', 'thirty yards, nine feet high', 'to be whitewashed'],
  ['hundred-acre', 'round the Six Pine Trees', 'blown over'],
]

/** A person of the demo, with the name of their tenant. */
export interface Somebody {
  readonly id: string
  readonly name: string
  readonly tenant: string
  readonly permissions: readonly ('submit' | 'answer')[]
}

/** A row of the users, with the id of their tenant. */
interface User extends Somebody {
  readonly legacyTool: boolean
}

/** Everybody, those of the story first. */
export const USERS: readonly User[] = [
  ...ADMINISTRATORS.map(([id, name]) => user(id, name, CLASSICS.id, true, 'submit')),
  ...[...PORTFOLIOS.flatMap(({ staff }) => staff), WICKHAM].map(([id, name]) => user(id, name, CLASSICS.id, true)),
  user(...PICKWICK.administrator, PICKWICK.id, false, 'submit'),
  ...PICKWICK.staff.map(([id, name]) => user(id, name, PICKWICK.id, true)),
  ...FIRMS.flatMap((firm) => firm.people.map(([id, name]) => user(id, name, firm.id, false, 'answer'))),
].toSorted((a, b) => placeOf(a) - placeOf(b))

function user(id: string, name: string, tenant: string, legacyTool: boolean, ...permissions: User['permissions']): User {
  return { id, name, tenant, permissions, legacyTool }
}

function placeOf({ id }: User): number {
  const place = STORY_PEOPLE.indexOf(id)
  return place < 0 ? STORY_PEOPLE.length : place
}

/** Creates the tables with their rows. Your application has its own. */
export function createTables(database: Database): void {
  database.exec(`
    create table users (
      id text primary key, name text, tenant text, permissions text, email text, legacy_tool integer, password text, session text);
    create table companies (id text primary key, name text);
    create table contracts (vendor text, customer text, primary key (customer, vendor));
    create view tenants as select id, name, vendor from companies left join contracts on customer = id;
    create view logins as select id as user, password,
      json_object('user', id, 'tenant', tenant, 'permissions', json(permissions), 'session', session) as person from users;
    create table fences (tenant text, length text, state text);`)
  const insert = (table: string, row: readonly unknown[]) =>
    database.prepare(`insert into ${table} values (${row.map(() => '?').join(', ')})`).run(...row)
  const password = hashSync(PASSWORD, 10)
  for (const { id, name } of [CLASSICS, PICKWICK, ...FIRMS]) insert('companies', [id, name])
  for (const { id } of FIRMS) insert('contracts', [CLASSICS.id, id])
  for (const customer of PICKWICK.customers) insert('contracts', [PICKWICK.id, customer])
  for (const { id, name, tenant, permissions, legacyTool } of USERS)
    insert('users', [id, name, tenant, JSON.stringify(permissions), `${id}@${tenant}.example`, Number(legacyTool), password, null])
  for (const row of FENCES) insert('fences', row)
}

/** Returns everybody, those of the story first. */
export function everybody(database: Database): readonly Somebody[] {
  const sql = 'select u.id, u.name, c.name as tenant, u.permissions from users u join companies c on c.id = u.tenant order by u.rowid'
  const rows = database.prepare(sql).all() as (Omit<Somebody, 'permissions'> & { permissions: string })[]
  return rows.map((row) => ({ ...row, permissions: JSON.parse(row.permissions) }))
}
