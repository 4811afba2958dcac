/** The storage benchmark: fan-out, decision and answer through the service, compared with bare SQL. */
import { randomUUID } from 'node:crypto'
import { type Consentry, createConsentry } from 'consentry'
import { answererOf, directory, requester } from './host.js'
import { inRounds, inWords, type Measured, median, print, ratio, timed } from './measure.js'
import { openPostgres, openSqlite, type openStore, withEachStore } from './stores.js'

const TENANTS = 10_000
const USERS = 10
const ids = (count: number) => Array.from({ length: count }, () => randomUUID())
const MESSAGE = 'Caroline and Charlotte look after your account.'

/** A store, the minimal SQL for the same work, and how many decisions make a round. */
interface Bench extends Pick<Awaited<ReturnType<typeof openStore>>, 'repository' | 'close'> {
  /** Inserts one row per tenant, with its users in one column, in the fastest known way. */
  readonly insert: (tenants: readonly string[], users: readonly string[]) => unknown
  readonly insertPair: (tenant: string, user: string) => unknown
  /** Reads the rows of one decision with one prepared, indexed query. */
  readonly query: (tenant: string, user: string) => unknown
  readonly decisions: number
}

const FACTS = `select r.id, r.state, r.sent_at, r.granted_at, r.expires_at, r.ended_at, g.since from consentry_user_sets t
  join consentry_tenant_requests r on r.user_set = t.user_set left join consentry_governed_tenants g on g.tenant = r.tenant`

export function benchStores(rounds: number): Promise<Measured[]> {
  return withEachStore(async (store, place) => {
    const bench = await (store === 'SQLite' ? inSqlite : inPostgres)(place)
    const consentry = createConsentry({ repository: bench.repository, directory })
    const all = [
      print(`${store}, fan-out of ${inWords(TENANTS)} tenants × ${USERS} users`, await fanOut(bench, consentry, rounds)),
      print(`${store}, decide`, await deciding(bench, consentry, rounds)),
      print(`${store}, answers`, await answering(consentry, rounds)),
    ]
    await bench.close()
    return all
  })
}

async function fanOut({ insert, insertPair }: Bench, consentry: Consentry, rounds: number) {
  const { service, bare, pairs } = await inRounds(rounds, async () => {
    const [tenants, users] = [ids(TENANTS), ids(USERS)]
    const submission = { name: 'Bench', message: MESSAGE, associations: [{ users, tenants }] }
    const service = await timed(() => consentry.submit(requester, submission))
    const bare = await timed(() => insert(tenants, users))
    const some = await timed(async () => {
      for (const tenant of tenants.slice(0, 100)) for (const user of users.slice(0, 5)) await insertPair(tenant, user)
    })
    return { service, bare, pairs: some * ((TENANTS * USERS) / 500) }
  })
  return {
    'ms through the service': median(service),
    'ms by one bare statement': median(bare),
    '× the bare': ratio(service, bare),
    '× faster than row by row': ratio(pairs, service),
  }
}

async function deciding({ query, decisions }: Bench, consentry: Consentry, rounds: number) {
  const [tenants, users] = [ids(1_000), ids(USERS)]
  const { sent } = await consentry.submit(requester, { name: 'Decide', associations: [{ users, tenants }] })
  for (const { id, tenant } of sent) await consentry.grant(answererOf(tenant), id, { expiresAt: null })
  const microseconds = async (decide: (tenant: string, user: string) => unknown) => {
    const milliseconds = await timed(async () => {
      for (let n = 0; n < decisions; n++) await decide(tenants[n % 1_000] ?? '', users[n % USERS] ?? '')
    })
    return (milliseconds * 1_000) / decisions
  }
  const { service, bare } = await inRounds(2 * rounds, async () => ({
    bare: await microseconds(query),
    service: await microseconds((tenant, user) => consentry.decide({ tenant, user, method: 'access-request' })),
  }))
  return { 'µs a decision': median(service), 'µs a bare prepared query': median(bare), '× the bare': ratio(service, bare) }
}

async function answering(consentry: Consentry, rounds: number) {
  const { oneByOne, tenAtOnce } = await inRounds(rounds, async () => {
    const { sent } = await consentry.submit(requester, { name: 'Answer', associations: [{ users: ids(USERS), tenants: ids(1_000) }] })
    const [first, waiting] = [sent.slice(0, 200), sent.slice(200)]
    const grant = ({ id, tenant }: (typeof sent)[number]) => consentry.grant(answererOf(tenant), id, { expiresAt: null })
    const alone = await timed(async () => {
      for (const one of first) await grant(one)
    })
    const grantWaiting = async () => {
      for (let one = waiting.pop(); one; one = waiting.pop()) await grant(one)
    }
    const together = await timed(() => Promise.all(Array.from({ length: 10 }, grantWaiting)))
    return { oneByOne: 200_000 / alone, tenAtOnce: 800_000 / together }
  })
  return { 'a second one by one': median(oneByOne), 'a second ten at once': median(tenAtOnce) }
}

async function inSqlite(path: string): Promise<Bench> {
  const { database, repository, close } = await openSqlite(path)
  database.exec(`create table bare (tenant text, users text, message text, state text); create index bare_tenant on bare (tenant);
    create table pairs (tenant text, user_id text, message text, state text, primary key (tenant, user_id)) without rowid`)
  const row = database.prepare("insert into bare values (?, ?, ?, 'pending')")
  const pair = database.prepare("insert into pairs values (?, ?, ?, 'pending')")
  const query = database.prepare(`${FACTS} where t.user_id = ? and r.tenant = ?`)
  const insert = database.transaction((tenants: readonly string[], users: readonly string[]) => {
    const list = JSON.stringify(users)
    for (const tenant of tenants) row.run(tenant, list, MESSAGE)
  })
  const insertPair = (tenant: string, user: string) => pair.run(tenant, user, MESSAGE)
  return { repository, insert, insertPair, query: (tenant, user) => query.all(user, tenant), decisions: 10_000, close }
}

async function inPostgres(connectionString: string): Promise<Bench> {
  const { pool, repository, close } = await openPostgres(connectionString)
  await pool.query(`create table bare (tenant text collate "C", users text[], message text, state text); create index on bare (tenant);
    create table pairs (tenant text collate "C", user_id text collate "C", message text, state text, primary key (tenant, user_id))`)
  return {
    repository,
    insert: (tenants, users) =>
      pool.query("insert into bare select t, $2, $3, 'pending' from unnest($1::text[]) as t", [tenants, users, MESSAGE]),
    insertPair: (tenant, user) =>
      pool.query({ name: 'pair', text: "insert into pairs values ($1, $2, $3, 'pending')", values: [tenant, user, MESSAGE] }),
    query: (tenant, user) => pool.query({ name: 'facts', text: `${FACTS} where t.user_id = $1 and r.tenant = $2`, values: [user, tenant] }),
    decisions: 500,
    close,
  }
}
