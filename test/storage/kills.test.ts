/** Law 29: after a kill during writes, every acknowledged command is stored and nothing is half done. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import { type PostgresServer, startPostgres } from '../databases/postgres-server.js'
import { type Findings, findingsIn } from './findings.js'
import { emptyLedger, type Ledger, ledgerOf, takeDown, telling } from './ledger.js'
import { type Files, newFiles, newSchema, poolOn, settings } from './places.js'
import { outcomeOf, type Program, programNamed } from './programs.js'
import { busyOffice } from './random-service.js'
import { ask, serviceOn } from './service.js'

const SQLITE_CYCLES = Number(process.env['CONSENTRY_KILLS_SQLITE'] ?? 10)
const POSTGRES_CYCLES = Number(process.env['CONSENTRY_KILLS_POSTGRES'] ?? 3)
/** The number of cycles in which a negative control must find its fault. */
const SQLITE_FEW = 4
const OFFICES = 4

vi.setConfig({ testTimeout: 60_000 + 5_000 * (SQLITE_CYCLES + POSTGRES_CYCLES), hookTimeout: 60_000 })

const upTo = (limit: number) => 1 + Math.floor(Math.random() * limit)

function sum(cycles: readonly Findings[]) {
  return {
    acknowledged: cycles.reduce((all, { acknowledged }) => all + acknowledged, 0),
    lost: cycles.reduce((all, { lost }) => all + lost, 0),
    noPrefix: cycles.reduce((all, { noPrefix }) => all + noPrefix, 0),
    halves: cycles.flatMap(({ halves }) => halves),
  }
}

function told(database: string, cycles: readonly Findings[]) {
  const all = sum(cycles)
  const found = `${all.acknowledged} acknowledged commands, ${all.lost} lost, ${all.halves.length} states without their event`
  console.log(`kills: ${cycles.length} cycles on ${database}, ${found}`)
  return all
}

async function cyclesOf(count: number, cycle: (n: number) => Promise<Findings>): Promise<Findings[]> {
  const cycles: Findings[] = []
  for (let n = 0; n < count; n++) cycles.push(await cycle(n))
  return cycles
}

describe('a process that writes to a file of SQLite and is killed', () => {
  let files: Files
  let program: Program
  let count = 0
  beforeAll(async () => {
    ;[files, program] = await Promise.all([newFiles(), programNamed('writer')])
  })
  afterAll(() => Promise.all([files.close(), program.remove()]))

  /** Runs a writer until it kills itself before a statement, or is killed after a number of acknowledgements. */
  async function cycle(bounds: 'transactions' | 'none', end: { readonly statement: number } | { readonly acknowledgements: number }) {
    count += 1
    const name = `kills-${count}`
    const database = files.open(name)
    const repository = sqliteRepository({ database })
    await repository.migrate()
    const writer = program.start(files.path(name), name, bounds, 'statement' in end ? String(end.statement) : '')
    if ('acknowledgements' in end) {
      let left = end.acknowledgements
      writer.stdout?.on('data', (some: Buffer) => {
        left -= some.toString().split('acknowledged').length - 1
        if (left <= 0) setTimeout(() => writer.kill('SIGKILL'), Math.random() * 3)
      })
    }
    const { ended, said } = await outcomeOf(writer)
    expect(ended).toBe('SIGKILL')
    const query = async (sql: string) => database.prepare(sql).all() as Record<string, unknown>[]
    const findings = await findingsIn(repository, query, 'consentry_', [ledgerOf(said)])
    expect(await ask(serviceOn(repository), 'afterwards')).toBeTruthy()
    database.close()
    return findings
  }

  it('law 29: loses no acknowledged command and leaves nothing half done', async () => {
    const cycles = await cyclesOf(SQLITE_CYCLES, (n) =>
      cycle('transactions', n % 2 ? { statement: upTo(300) } : { acknowledgements: upTo(60) }),
    )
    const { acknowledged, ...found } = told('SQLite', cycles)
    expect(found).toEqual({ lost: 0, noPrefix: 0, halves: [] })
    expect(acknowledged).toBeGreaterThan(SQLITE_CYCLES)
  })

  it('law 29, a negative control: without transactions it leaves states without their event', async () => {
    const cycles = await cyclesOf(SQLITE_FEW, () => cycle('none', { statement: 20 + upTo(200) }))
    expect(sum(cycles).halves.length).toBeGreaterThan(0)
  })
})

describe('a PostgreSQL server that is killed, with every process of it', () => {
  let server: PostgresServer
  beforeAll(async () => {
    // With a slow WAL writer, asynchronous commits lose up to ten seconds; synchronous ones lose nothing.
    server = await startPostgres({ postgresFlags: ['-c', 'wal_writer_delay=10s', '-c', 'autovacuum=off'] })
  })
  afterAll(() => server.stop())

  /** Runs concurrent writers until the server is killed, restarts it, and runs all checks. */
  async function cycle(config: Readonly<Record<string, string>>): Promise<Findings> {
    const schema = newSchema()
    const [pool, later] = [poolOn(server.connectionString, settings(config)), poolOn(server.connectionString)]
    try {
      await postgresRepository({ pool: later, schema }).migrate()
      await later.query('checkpoint')
      let left = 20 + upTo(60)
      let killing: Promise<void> | undefined
      const offices = Array.from({ length: OFFICES }, async (_, n): Promise<Ledger> => {
        const ledger = emptyLedger()
        const service = serviceOn(telling(postgresRepository({ pool, schema }), (said) => takeDown(ledger, said)))
        const next = busyOffice(`office-${n}`, service, Math.random)
        try {
          while (true) {
            await next()
            takeDown(ledger, 'acknowledged')
            left -= 1
            if (left <= 0) killing ??= wait(Math.random() * 5).then(server.kill)
          }
        } catch {
          // The server is down; the last command may or may not be stored.
          return ledger
        }
      })
      const ledgers = await Promise.all(offices)
      await killing
      await server.restart()
      const repository = postgresRepository({ pool: later, schema })
      const findings = await findingsIn(repository, async (sql) => (await later.query(sql)).rows, `${schema}.consentry_`, ledgers)
      expect(await ask(serviceOn(repository), 'afterwards')).toBeTruthy()
      return findings
    } finally {
      await Promise.all([pool.end(), later.end()])
    }
  }

  it('law 29: loses no acknowledged command and leaves nothing half done', async () => {
    const cycles = await cyclesOf(POSTGRES_CYCLES, () => cycle({}))
    const { acknowledged, ...found } = told('PostgreSQL', cycles)
    expect(found).toEqual({ lost: 0, noPrefix: 0, halves: [] })
    expect(acknowledged).toBeGreaterThan(20 * POSTGRES_CYCLES)
  })

  it('law 29, a negative control: with `synchronous_commit` off it loses acknowledged commands', async () => {
    expect((await cycle({ synchronous_commit: 'off' })).lost).toBeGreaterThan(0)
  })
})

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
