/** The storage benchmark: fan-out, answer and decision through the service, compared with bare SQL. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Actor, type Consentry, createConsentry, type Repository } from 'consentry'
import { postgresRepository } from 'consentry/adapters/postgres'
import { sqliteRepository } from 'consentry/adapters/sqlite'
import Sqlite from 'libsql'
import pg from 'pg'
import { startPostgres } from '../databases/postgres-server.js'
import { median } from './median.js'

const TENANTS = 10_000
const USERS = 10
const MESSAGE = 'Caroline and Charlotte look after your account.'

/** A store, and the minimal SQL for the same work. */
interface Bench {
  readonly name: string
  readonly repository: Repository
  /** Inserts one row per tenant, with its users in one column, in the fastest known way. */
  readonly insert: (tenants: readonly string[], users: readonly string[]) => Promise<unknown> | unknown
  /** Inserts one row per pair, each with its own statement. */
  readonly insertPair: (tenant: string, user: string) => Promise<unknown> | unknown
  /** Reads the rows of one decision with one prepared, indexed query. */
  readonly query: (tenant: string, user: string) => Promise<unknown> | unknown
  readonly close: () => Promise<unknown>
}

/** One figure: the measurement, the store, and the ratio to bare SQL. */
export interface StoreFigure {
  readonly store: string
  readonly what: string
  readonly figures: Readonly<Record<string, number>>
}

const requester: Actor = { user: 'elizabeth', tenant: 'vendor', permissions: ['submit'], impersonating: null }
const answererOf = (tenant: string): Actor => ({ user: 'an-admin', tenant, permissions: ['answer'], impersonating: null })
const directory = {
  members: (_tenant: string, users: readonly string[]) => users.filter((user) => user !== 'an-admin'),
  askable: (_tenant: string, tenants: readonly string[]) => tenants,
}
const FACTS = `select r.id, r.state, r.removed, r.sent_at, r.granted_at, r.expires_at, r.ended_at, g.since from consentry_user_sets t
  join consentry_tenant_requests r on r.access_request_seq = t.access_request_seq and r.user_set = t.user_set left join consentry_governed_tenants g on g.tenant = r.tenant`

/** Measures every store; calls `say` with each figure. */
export async function benchStores(rounds: number, say: (line: string) => void): Promise<StoreFigure[]> {
  const figures: StoreFigure[] = []
  for (const open of [inSqlite, inPostgres]) {
    const bench = await open()
    try {
      for (const measure of [fanOut, deciding, answering]) {
        const figure = {
          store: bench.name,
          ...(await measure(bench, createConsentry({ repository: bench.repository, directory }), rounds)),
        }
        figures.push(figure)
        const shown = Object.entries(figure.figures).map(([unit, value]) => `${value < 10 ? value.toFixed(2) : Math.round(value)} ${unit}`)
        say(`${bench.name}, ${figure.what}: ${shown.join(', ')}`)
      }
    } finally {
      await bench.close()
    }
  }
  return figures
}

async function fanOut({ insert, insertPair }: Bench, consentry: Consentry, rounds: number) {
  const [service, bare, pairs]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < rounds + 1; round++) {
    const tenants = ids(TENANTS)
    const users = ids(USERS)
    const through = await timed(() => consentry.submit(requester, { name: 'Bench', message: MESSAGE, associations: [{ users, tenants }] }))
    const barely = await timed(() => insert(tenants, users))
    const some = await timed(async () => {
      for (const tenant of tenants.slice(0, 100)) for (const user of users.slice(0, 5)) await insertPair(tenant, user)
    })
    if (round === 0) continue // warm-up, until code is compiled and files have grown
    service.push(through)
    bare.push(barely)
    pairs.push(some * ((TENANTS * USERS) / 500))
  }
  const figures = {
    'ms through the service': median(service),
    'ms by one bare statement': median(bare),
    '× the bare': median(service.map((one, n) => one / (bare[n] ?? Number.NaN))),
    '× faster than row by row': median(service.map((one, n) => (pairs[n] ?? Number.NaN) / one)),
  }
  return { what: `fan-out of ${TENANTS.toLocaleString('en-US')} tenants × ${USERS} users`, figures }
}

async function deciding({ name, query }: Bench, consentry: Consentry, rounds: number) {
  const tenants = ids(1_000)
  const users = ids(USERS)
  const { sent } = await consentry.submit(requester, { name: 'Decide', associations: [{ users, tenants }] })
  for (const { id, tenant } of sent) await consentry.grant(answererOf(tenant), id)
  const asked = (n: number) => ({ tenant: tenants[n % 1_000] ?? '', user: users[n % USERS] ?? '' })
  const times = name === 'PostgreSQL' ? 500 : 10_000
  const [service, bare]: [number[], number[]] = [[], []]
  for (let round = 0; round < 2 * rounds + 1; round++) {
    const barely = await timed(async () => {
      for (let n = 0; n < times; n++) await query(asked(n).tenant, asked(n).user)
    })
    const through = await timed(async () => {
      for (let n = 0; n < times; n++) await consentry.decide({ ...asked(n), method: 'access-request' })
    })
    if (round === 0) continue
    bare.push((barely * 1000) / times)
    service.push((through * 1000) / times)
  }
  const figures = {
    'µs a decision': median(service),
    'µs a bare prepared query': median(bare),
    '× the bare': median(service.map((one, n) => one / (bare[n] ?? Number.NaN))),
  }
  return { what: 'decide', figures }
}

async function answering(_: Bench, consentry: Consentry, rounds: number) {
  const oneByOne: number[] = []
  const tenAtOnce: number[] = []
  for (let round = 0; round < rounds + 1; round++) {
    const { sent } = await consentry.submit(requester, { name: 'Answer', associations: [{ users: ids(USERS), tenants: ids(1_000) }] })
    const waiting = sent.slice(200)
    const grant = ({ id, tenant }: (typeof sent)[number]) => consentry.grant(answererOf(tenant), id)
    const alone = await timed(async () => {
      for (const one of sent.slice(0, 200)) await grant(one)
    })
    const together = await timed(() =>
      Promise.all(
        Array.from({ length: 10 }, async () => {
          for (let one = waiting.pop(); one; one = waiting.pop()) await grant(one)
        }),
      ),
    )
    if (round === 0) continue
    oneByOne.push((200 / alone) * 1000)
    tenAtOnce.push((800 / together) * 1000)
  }
  return { what: 'answers', figures: { 'a second one by one': median(oneByOne), 'a second ten at once': median(tenAtOnce) } }
}

async function inSqlite(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'consentry-bench-'))
  const database = new Sqlite(join(folder, 'bench.db'))
  database.exec('pragma journal_mode = wal; pragma synchronous = full')
  const repository = sqliteRepository({ database })
  await repository.migrate()
  database.exec(`create table bare (tenant text, users text, message text, state text); create index bare_tenant on bare (tenant);
    create table pairs (tenant text, user_id text, message text, state text, primary key (tenant, user_id)) without rowid`)
  const row = database.prepare("insert into bare values (?, ?, ?, 'pending')")
  const pair = database.prepare("insert into pairs values (?, ?, ?, 'pending')")
  const query = database.prepare(`${FACTS} where t.user_id = ? and r.tenant = ?`)
  const insert = database.transaction((tenants: readonly string[], users: readonly string[]) => {
    const list = JSON.stringify(users)
    for (const tenant of tenants) row.run(tenant, list, MESSAGE)
  })
  return {
    name: 'SQLite',
    repository,
    insert,
    insertPair: (tenant, user) => pair.run(tenant, user, MESSAGE),
    query: (tenant, user) => query.all(user, tenant),
    close: async () => {
      database.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function inPostgres(): Promise<Bench> {
  const server = await startPostgres()
  const pool = new pg.Pool({ connectionString: server.connectionString, max: 10 })
  pool.on('error', () => {}) // the server stops while connections are open
  const repository = postgresRepository({ pool })
  await repository.migrate()
  await pool.query('create table bare (tenant text collate "C", users text[], message text, state text); create index on bare (tenant)')
  await pool.query(
    'create table pairs (tenant text collate "C", user_id text collate "C", message text, state text, primary key (tenant, user_id))',
  )
  return {
    name: 'PostgreSQL',
    repository,
    insert: (tenants, users) =>
      pool.query("insert into bare select t, $2, $3, 'pending' from unnest($1::text[]) as t", [tenants, users, MESSAGE]),
    insertPair: (tenant, user) =>
      pool.query({ name: 'pair', text: "insert into pairs values ($1, $2, $3, 'pending')", values: [tenant, user, MESSAGE] }),
    query: (tenant, user) => pool.query({ name: 'facts', text: `${FACTS} where t.user_id = $1 and r.tenant = $2`, values: [user, tenant] }),
    close: async () => {
      await pool.end()
      await server.stop()
    },
  }
}

function ids(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID())
}

async function timed(work: () => Promise<unknown> | unknown): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
