/** Law 22 in databases: of concurrent answers to one request, exactly one wins. */
import { afterAll, expect, it, vi } from 'vitest'
import { postgresRepository } from '../../src/adapters/postgres.js'
import type { Consentry } from '../../src/consentry.js'
import { libsqlDatabases, migrated, pooledDatabases } from '../databases/places.js'
import { programNamed } from '../databases/programs.js'
import type { Contender } from './contender.js'
import { answered, CONTENDERS, contests } from './contest.js'
import { rewriting, withoutComparison, withoutLock } from './faulty-postgres-driver.js'
import type { DriverFault } from './faulty-sqlite-driver.js'
import { serviceOn } from './service.js'

/** The number of rounds in which a negative control must find its fault. */
const FEW = 8
const ROUNDS = Number(process.env['CONSENTRY_RACES'] ?? 40)

vi.setConfig({ testTimeout: 60_000 + ROUNDS * 100 })

const postgres = pooledDatabases()
const files = libsqlDatabases()
const program = programNamed('../storage/contender')
afterAll(() => Promise.all([postgres.close(), files.close(), program.remove()]))

async function inPostgres(rounds: number, rewritten?: (sql: string) => string): Promise<readonly string[]> {
  const { repository, schema } = await migrated(postgres)
  const pool = rewritten ? rewriting(postgres.pool, rewritten) : postgres.pool
  // Several repositories, as in several processes: saves of one share a statement, and those of the same request take turns.
  const services = Array.from({ length: CONTENDERS / 2 }, () => serviceOn(postgresRepository({ pool, schema, prepare: !rewritten })))
  return contests(rounds, repository, (attempts) =>
    Promise.all(attempts.map((one, n) => answered(services[n % services.length] as Consentry, one))),
  )
}

async function inSqlite(rounds: number, fault: DriverFault = 'none', processes = 2): Promise<readonly string[]> {
  const { repository, path } = await migrated(files)
  const contenders = await Promise.all(Array.from({ length: processes }, () => program.start<Contender>([path, fault])))
  await Promise.all(contenders.map((one) => one.call('ready')))
  const share = CONTENDERS / processes
  const wrong = await contests(rounds, repository, async (attempts) => {
    const outcomes = contenders.map((one, n) => one.call('answer', attempts.slice(n * share, (n + 1) * share)))
    return (await Promise.all(outcomes)).flat()
  })
  await Promise.all(contenders.map((one) => one.end()))
  return wrong
}

it.each([
  ['PostgreSQL', () => inPostgres(ROUNDS)],
  ['SQLite', () => inSqlite(ROUNDS, 'none', 4)],
])(
  'law 22: concurrent answers in %s have exactly one winner, the others are `not-pending`, and there is one event',
  async (database, race) => {
    const wrong = await race()
    console.log(`races: ${ROUNDS} rounds x ${CONTENDERS} on ${database}, ${wrong.length} without exactly one winner`)
    expect(wrong).toEqual([])
  },
)

it.each([
  ['PostgreSQL without the comparison of revisions', () => inPostgres(FEW, withoutComparison)],
  ['PostgreSQL without the lock, though revisions are compared', () => inPostgres(FEW, withoutLock)],
  ['SQLite without the comparison of revisions', () => inSqlite(FEW, 'no comparison')],
  ['SQLite without transactions, though revisions are compared', () => inSqlite(FEW, 'no transaction')],
])('law 22, a negative control: of concurrent answers in %s several win', async (_, race) =>
  expect((await race()).join('\n')).toMatch(/won won/),
)
