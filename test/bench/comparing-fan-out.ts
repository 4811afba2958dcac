/** The fan-out of one large submission by two builds, beside the barest insert of its rows into the same tables. */
import type { Consentry } from 'consentry'
import { openOnPostgres, openOnSqlite } from './builds.js'
import { compare, type Line, ofEach, type Pair } from './compared.js'
import { requester } from './host.js'
import { timed } from './measure.js'
import type { Compared } from './writes.js'
import { ids } from './writing-load.js'

const TENANTS = 10_000
const USERS = 10
const TARGET = '≤ 600 ms, ≤ 2 × floor'
/** The tables that a submission fills, and the condition by which the rows of the last one are found. */
const TABLES: Readonly<Record<string, string>> = {
  access_requests: 'seq = (select max(seq) from consentry_access_requests)',
  user_sets: 'user_set >= (select max(seq) from consentry_access_requests) * 1048576',
  tenant_requests: 'access_request_seq = (select max(seq) from consentry_access_requests)',
  events: 'access_request_seq = (select max(seq) from consentry_access_requests)',
}
const FLOOR = 'floor_'

export async function compareFanOut(places: Pair<Compared>, rounds: number): Promise<Line[]> {
  const sqlite = await ofEach(places, ({ build, sqlitePath }) => openOnSqlite(build, sqlitePath))
  const { database } = sqlite.now
  await sqlite.now.build.sqliteRepository({ database, tablePrefix: FLOOR }).migrate()
  const inSqlite = await fanOut('SQLite', sqlite, rounds, '', async (sql) => void database.exec(sql))
  await ofEach(sqlite, ({ close }) => close())

  const postgres = await ofEach(places, ({ build, connectionString }) => openOnPostgres(build, connectionString))
  const { pool } = postgres.now
  await postgres.now.build.postgresRepository({ pool, tablePrefix: FLOOR }).migrate()
  const inPostgres = await fanOut('PostgreSQL', postgres, rounds, 'overriding system value', (sql) => pool.query(sql))
  await ofEach(postgres, ({ close }) => close())
  return [inSqlite, inPostgres]
}

async function fanOut(
  store: string,
  opened: Pair<{ readonly consentry: Consentry }>,
  rounds: number,
  overriding: string,
  exec: (sql: string) => Promise<unknown>,
): Promise<Line> {
  const submit = async ({ consentry }: { readonly consentry: Consentry }) => {
    const associations = [{ users: ids(USERS), tenants: ids(TENANTS) }]
    return timed(() => consentry.submit(requester, { name: 'Large', message: 'Look after your account.', associations }))
  }
  /** Inserts rows that lie ready in the database, in the order in which they were stored. */
  const floor = async () => {
    await submit(opened.now)
    for (const [table, condition] of Object.entries(TABLES))
      await exec(`drop table if exists ready_${table}; create table ready_${table} as select * from consentry_${table} where ${condition}`)
    const inserts = Object.keys(TABLES).map((table) => `insert into ${FLOOR}${table} ${overriding} select * from ready_${table};`)
    return timed(() => exec(`begin; ${inserts.join(' ')} commit`))
  }
  await floor()
  const what = `${store}, fan-out of ${TENANTS * USERS} pairs, ms`
  return compare(what, opened, submit, { rounds: Math.ceil(rounds / 2), target: TARGET, floor })
}
