/** Law 29: after a kill during writes, every acknowledged command is stored and nothing is half done. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { libsqlDatabases, migrated, pooledDatabases } from '../databases/places.js'
import { poolOn, settings } from '../databases/pools.js'
import { type PostgresServer, startPostgres } from '../databases/postgres-server.js'
import { outcomeOf, programNamed } from '../databases/programs.js'
import { type Findings, findingsIn, totalOf } from './findings.js'
import { type Ledger, ledgerOf, linesOf, type Said, telling } from './ledger.js'
import { officeNamed, upTo } from './random-commands.js'
import { ask, serviceOn, tenantsUpTo } from './service.js'
import type { Writing } from './writer.js'

const SQLITE_CYCLES = Number(process.env['CONSENTRY_KILLS_SQLITE'] ?? 2)
const POSTGRES_CYCLES = Number(process.env['CONSENTRY_KILLS_POSTGRES'] ?? 1)
/** The number of cycles in which a negative control must find its fault; at least about every second one does. */
const AT_MOST = 20

vi.setConfig({ testTimeout: 60_000 + 5_000 * (SQLITE_CYCLES + POSTGRES_CYCLES), hookTimeout: 60_000 })

async function cyclesOf(database: string, count: number, cycle: (n: number) => Promise<Findings>): Promise<Findings> {
  const cycles: Findings[] = []
  for (let n = 0; n < count; n++) cycles.push(await cycle(n))
  const all = totalOf(cycles)
  const found = `${all.acknowledged} acknowledged commands, ${all.lost} lost, ${all.halves.length} states without their event`
  console.log(`kills: ${count} cycles on ${database}, ${found}`)
  return all
}

describe('a process that writes to a file of SQLite and is killed', () => {
  const files = libsqlDatabases()
  const program = programNamed('../storage/writer')
  afterAll(() => Promise.all([files.close(), program.remove()]))

  /** Runs a writer until it kills itself before a statement, or is killed after a number of acknowledgements. */
  async function cycle(transactions: boolean, end: { readonly lastStatement: number } | { readonly acknowledgements: number }) {
    const place = await migrated(files)
    const writing: Writing = { path: place.path, transactions, ...end }
    const writer = (await program.start([JSON.stringify(writing)])).process
    if ('acknowledgements' in end) {
      let left = end.acknowledgements
      writer.stdout?.on('data', (some: Buffer) => {
        left -= some.toString().split('acknowledged').length - 1
        if (left <= 0) setTimeout(() => writer.kill('SIGKILL'), Math.random() * 3)
      })
    }
    const { ended, said } = await outcomeOf(writer)
    expect(ended).toBe('SIGKILL')
    const findings = await findingsIn(place, [ledgerOf(linesOf(said))])
    expect(await ask(serviceOn(place.repository), 'afterwards')).toBeTruthy()
    return findings
  }

  it('law 29: loses no acknowledged command and leaves nothing half done', async () => {
    const { acknowledged, ...found } = await cyclesOf('SQLite', SQLITE_CYCLES, (n) =>
      cycle(true, n % 2 ? { lastStatement: upTo(300) } : { acknowledgements: 10 + upTo(50) }),
    )
    expect(found).toEqual({ lost: 0, noPrefix: 0, halves: [] })
    expect(acknowledged).toBeGreaterThan(SQLITE_CYCLES)
  })

  it('law 29, a negative control: without transactions it leaves states without their event', async () => {
    let halves: readonly string[] = []
    for (let n = 0; halves.length === 0 && n < AT_MOST; n++) halves = (await cycle(false, { lastStatement: 20 + upTo(200) })).halves
    expect(halves.length).toBeGreaterThan(0)
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
    const databases = pooledDatabases(server.connectionString)
    const pool = poolOn(server.connectionString, settings(config))
    try {
      const place = await migrated(databases)
      await place.query('checkpoint')
      let left = 20 + upTo(60)
      let killing: Promise<void> | undefined
      const offices = tenantsUpTo(4, 'office').map(async (name): Promise<Ledger> => {
        const log: Said[] = []
        const command = officeNamed(name)
        const repository = telling(postgresRepository({ pool, schema: place.schema }), (said) => log.push(said))
        try {
          while (true) {
            await command(repository)
            log.push('acknowledged')
            left -= 1
            if (left <= 0) killing ??= sleep(Math.random() * 5).then(server.kill)
          }
        } catch {
          // The server is down; the last command may or may not be stored.
          expect(killing).toBeDefined()
          return ledgerOf(log)
        }
      })
      const ledgers = await Promise.all(offices)
      await killing
      await server.restart()
      const findings = await findingsIn(place, ledgers)
      expect(await ask(serviceOn(place.repository), 'afterwards')).toBeTruthy()
      return findings
    } finally {
      await Promise.all([pool.end(), databases.close()])
    }
  }

  it('law 29: loses no acknowledged command and leaves nothing half done', async () => {
    const { acknowledged, ...found } = await cyclesOf('PostgreSQL', POSTGRES_CYCLES, () => cycle({}))
    expect(found).toEqual({ lost: 0, noPrefix: 0, halves: [] })
    expect(acknowledged).toBeGreaterThan(POSTGRES_CYCLES)
  })

  it('law 29, a negative control: with `synchronous_commit` off it loses acknowledged commands', async () => {
    let lost = 0
    for (let n = 0; lost === 0 && n < AT_MOST; n++) lost = (await cycle({ synchronous_commit: 'off' })).lost
    expect(lost).toBeGreaterThan(0)
  })
})
