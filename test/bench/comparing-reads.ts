/** What two builds send to the database: statements a command; a decision and an idle poll beside one bare query. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor } from 'consentry'
import pg from 'pg'
import { openOnPostgres, openOnSqlite } from './builds.js'
import { compare, type Line, ofEach, type Pair, printLine } from './compared.js'
import { answererOf, requester } from './host.js'
import { timed } from './measure.js'
import type { Compared } from './writes.js'
import { ids } from './writing-load.js'

type Opened = Pick<Awaited<ReturnType<typeof openOnPostgres>>, 'consentry' | 'close'>

const TENANTS = 1_000
const USERS = 10
const TARGETS: Readonly<Record<string, string>> = {
  'a grant': '2 statements',
  SQLite: '≤ 2 × bare query',
  PostgreSQL: '≤ 1.25 × bare query',
  poll: '≤ 1.5 × bare look-up',
}

/** Counts the statements of a connection, those that begin and end transactions included. */
class CountingClient extends pg.Client {
  static sent = 0
  override query = ((...args: Parameters<pg.Client['query']>) => {
    CountingClient.sent++
    return pg.Client.prototype.query.apply(this, args)
  }) as pg.Client['query']
}

export async function compareStatements(places: Pair<Compared>): Promise<Line[]> {
  const { before, now } = await ofEach(places, statementsOf)
  return Object.entries(now).map(([what, count]) => {
    const was = before?.[what]
    return printLine({
      what: `PostgreSQL, ${what}, statements until it is answered`,
      before: was,
      now: count,
      ratio: was && count / was,
      target: TARGETS[what],
    })
  })
}

async function statementsOf({ build, connectionString }: Compared): Promise<Record<string, number>> {
  const { repository, consentry, close } = await openOnPostgres(build, connectionString, { Client: CountingClient } as pg.PoolConfig)
  const counts: Record<string, number> = {}
  const counting = async <Result>(what: string, command: () => Promise<Result>): Promise<Result> => {
    // What an earlier command has left to be sent, such as its notice, is not this one's.
    await sleep(200)
    const before = CountingClient.sent
    const result = await command()
    counts[what] = CountingClient.sent - before
    return result
  }
  const [user, tenant, other] = ids(3) as [string, string, string]
  const answerer = answererOf(tenant)
  const submission = () => ({ name: 'Count', associations: [{ users: [user], tenants: [tenant] }] })
  const inside: Actor = { user, tenant: requester.tenant, permissions: [], impersonating: null }
  // The first of each kind prepares, and looks up the version of the tables.
  await consentry.submit(requester, { name: 'Count', associations: [{ users: [user], tenants: [other] }] })
  const [first] = (await counting('a submission', () => consentry.submit(requester, submission()))).sent
  const [second] = (await consentry.submit(requester, submission())).sent
  const id = first?.id ?? ''
  await counting('a grant', () => consentry.grant(answerer, id, { expiresAt: null }))
  await counting('a rejection', () => consentry.reject(answerer, second?.id ?? ''))
  await counting('an expiry', () => consentry.setExpiry(answerer, id, { expiresAt: Date.now() + 86_400_000 }))
  const session = await counting('a session start', () => consentry.startImpersonation(inside, { tenant, method: 'access-request' }))
  await counting('a session check', () => consentry.checkImpersonation(inside, session.id))
  await counting('a session end', () => consentry.endImpersonation(inside, session.id))
  await counting('a revocation', () => consentry.revoke(answerer, id))
  await sleep(200)
  const poll = await build.idlePoll(repository)
  await poll()
  await counting('an idle poll', poll)
  await close()
  return counts
}

/** Measures decisions in both stores, and an idle poll of the feed in PostgreSQL: each is divided by one bare query. */
export async function compareReads(places: Pair<Compared>, rounds: number): Promise<Line[]> {
  const sqlite = await ofEach(places, async ({ build, sqlitePath }) => {
    const opened = await openOnSqlite(build, sqlitePath)
    const query = opened.database.prepare(`${build.factsQuery} where t.user_id = ? and r.tenant = ?`)
    return deciding(opened, 5_000, async (user, tenant) => query.all(user, tenant))
  })
  const postgres = await ofEach(places, async ({ build, connectionString }) => {
    const opened = await openOnPostgres(build, connectionString)
    const text = `${build.factsQuery} where t.user_id = $1 and r.tenant = $2`
    const lookUp = { name: 'look-up', text: 'select version from consentry_migrations where version = 1' }
    const measured = await deciding(opened, 500, (user, tenant) => opened.pool.query({ name: 'facts', text, values: [user, tenant] }))
    await opened.pool.query('analyze')
    return {
      ...measured,
      poll: await build.idlePoll(opened.repository),
      lookUp: () => opened.pool.query(lookUp),
    }
  })
  const options = (what: string) => ({ rounds, target: TARGETS[what] })
  const lines = [
    await compare('SQLite, decide ÷ one bare query', sqlite, ({ measure }) => measure(), options('SQLite')),
    await compare('PostgreSQL, decide ÷ one bare query', postgres, ({ measure }) => measure(), options('PostgreSQL')),
    await compare(
      'PostgreSQL, an idle poll of the feed ÷ one bare look-up',
      postgres,
      ({ poll, lookUp }) => quotient(500, poll, lookUp),
      options('poll'),
    ),
  ]
  await ofEach(sqlite, ({ close }) => close())
  await ofEach(postgres, ({ close }) => close())
  return lines
}

/** Grants what is asked about, and returns what measures decisions about it. */
async function deciding({ consentry, close }: Opened, times: number, bare: (user: string, tenant: string) => Promise<unknown>) {
  const [tenants, users] = [ids(TENANTS), ids(USERS)]
  const { sent } = await consentry.submit(requester, { name: 'Decide', associations: [{ users, tenants }] })
  for (const { id, tenant } of sent) await consentry.grant(answererOf(tenant), id, { expiresAt: null })
  const pair = (n: number) => [users[n % USERS] ?? '', tenants[n % TENANTS] ?? ''] as const
  const decide = (n: number) => {
    const [user, tenant] = pair(n)
    return consentry.decide({ user, tenant, method: 'access-request' })
  }
  return { close, measure: () => quotient(times, decide, (n) => bare(...pair(n))) }
}

/** Returns the time of the one divided by that of the other, each done so many times. */
async function quotient(times: number, one: (n: number) => Promise<unknown>, other: (n: number) => Promise<unknown>): Promise<number> {
  const repeated = (work: (n: number) => Promise<unknown>) =>
    timed(async () => {
      for (let n = 0; n < times; n++) await work(n)
    })
  return (await repeated(one)) / (await repeated(other))
}
