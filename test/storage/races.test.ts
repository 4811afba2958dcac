/** Law 22 in databases: of concurrent answers to one request, exactly one wins. */
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { type PostgresPool, postgresRepository } from '../../src/adapters/postgres.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import { answered, CONTENDERS, contests } from './contest.js'
import { rewriting, withoutComparison, withoutLock } from './faulty-postgres-driver.js'
import type { DriverFault } from './faulty-sqlite-driver.js'
import { type Files, newFiles, newSchema, poolOn } from './places.js'
import { type Program, programNamed } from './programs.js'
import { serviceOn } from './service.js'

/** The number of rounds in which a negative control must find its fault. */
const FEW = 8
const ROUNDS = Number(process.env['CONSENTRY_RACES'] ?? 200)

vi.setConfig({ testTimeout: 60_000 + ROUNDS * 100 })

function told(database: string, wrong: readonly string[]): void {
  console.log(`races: ${ROUNDS} rounds x ${CONTENDERS} on ${database}, ${wrong.length} without exactly one winner`)
}

describe('concurrent answers in PostgreSQL, over a pool of ten', () => {
  const pool = poolOn(inject('postgres'))
  afterAll(() => pool.end())

  async function wrongIn(rounds: number, contended: PostgresPool, prepare = true): Promise<readonly string[]> {
    const schema = newSchema()
    const repository = postgresRepository({ pool, schema })
    await repository.migrate()
    const service = serviceOn(postgresRepository({ pool: contended, schema, prepare }))
    const wrong = await contests(rounds, repository, (attempts) => Promise.all(attempts.map((one) => answered(service, one))))
    await pool.query(`drop schema "${schema}" cascade`)
    return wrong
  }

  it('law 22: have exactly one winner, the others are `not-pending`, and there is one event', async () => {
    const wrong = await wrongIn(ROUNDS, pool)
    told('PostgreSQL', wrong)
    expect(wrong).toEqual([])
  })

  it('law 22, a negative control: without the comparison of revisions several win', async () => {
    expect((await wrongIn(FEW, rewriting(pool, withoutComparison), false)).join('\n')).toMatch(/won won/)
  })

  it('law 22, a negative control: without the lock several win, though revisions are compared', async () => {
    expect((await wrongIn(FEW, rewriting(pool, withoutLock), false)).join('\n')).toMatch(/won won/)
  })
})

describe('concurrent answers in SQLite, by processes that share a file', () => {
  let files: Files
  let program: Program
  let count = 0
  beforeAll(async () => {
    ;[files, program] = await Promise.all([newFiles(), programNamed('contender')])
  })
  afterAll(() => Promise.all([files.close(), program.remove()]))

  async function wrongIn(rounds: number, carelessness: DriverFault, processes: number): Promise<readonly string[]> {
    count += 1
    const name = `races-${count}`
    const repository = sqliteRepository({ database: files.open(name) })
    await repository.migrate()
    const contenders = Array.from({ length: processes }, () => program.start(files.path(name), carelessness))
    await Promise.all(contenders.map((one) => once(one, 'message')))
    const wrong = await contests(rounds, repository, async (attempts) => {
      const share = attempts.length / processes
      const outcomes = contenders.map(async (one, n) => {
        const told = once(one, 'message')
        one.send(attempts.slice(n * share, (n + 1) * share))
        return (await told)[0] as readonly string[]
      })
      return (await Promise.all(outcomes)).flat()
    })
    const gone = contenders.map((one) => once(one, 'exit'))
    for (const one of contenders) one.disconnect()
    await Promise.all(gone)
    return wrong
  }

  it('law 22: have exactly one winner, the others are `not-pending`, and there is one event', async () => {
    const wrong = await wrongIn(ROUNDS, 'none', 4)
    told('SQLite', wrong)
    expect(wrong).toEqual([])
  })

  it('law 22, a negative control: without the comparison of revisions several win', async () => {
    expect((await wrongIn(FEW, 'no comparison', 2)).join('\n')).toMatch(/won won/)
  })

  it('law 22, a negative control: without transactions several win, though revisions are compared', async () => {
    expect((await wrongIn(FEW, 'no transaction', 2)).join('\n')).toMatch(/won won/)
  })
})
