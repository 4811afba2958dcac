/** A live access misses nothing while the server restarts, crashes or drops connections. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import { type PostgresServer, startPostgres } from '../databases/postgres-server.js'
import { withoutOnDisconnect } from './live-readers.js'
import { type Crew, crewOf, type Report, type Setting } from './multi-process-live.js'
import { newSchema, poolOn } from './places.js'
import { type Program, programNamed } from './programs.js'
import { answererOf, ask, serviceOn } from './service.js'

const TROUBLES = Number(process.env['CONSENTRY_LIVE_TROUBLES'] ?? 3)
const SEED = Number(process.env['CONSENTRY_LIVE_SEED'] ?? Date.now() % 1_000_000)

/** The number of commands between two failures. */
const BETWEEN = 10

vi.setConfig({ testTimeout: 60_000 + TROUBLES * 20_000, hookTimeout: 60_000 })

describe('a live access on a failing server', () => {
  let server: PostgresServer
  let program: Program
  beforeAll(async () => {
    ;[server, program] = await Promise.all([startPostgres(), programNamed('multi-process-reader')])
  })
  afterAll(() => Promise.all([server.stop(), program.remove()]))

  const cut = async () => {
    const pool = poolOn(server.connectionString)
    const { rows } = await pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
    )
    await pool.end()
    expect(rows.length).toBeGreaterThan(0)
  }
  const restart = () => server.restart()
  const kill = async () => {
    await server.kill()
    await sleep(Math.random() * 300)
    await server.restart()
  }
  const troubles = [cut, kill, restart]

  async function empty() {
    const [schema, pool] = [newSchema(), poolOn(server.connectionString)]
    const repository = postgresRepository({ pool, schema })
    await repository.migrate()
    return { schema, pool, repository }
  }

  async function granted() {
    const { schema, pool, repository } = await empty()
    const id = await ask(serviceOn(repository), 'tom-sawyer')
    await serviceOn(repository).grant(answererOf('tom-sawyer'), id)
    return { schema, pool, repository, id }
  }

  async function reportOfTrouble(): Promise<Report> {
    const { schema, pool } = await empty()
    await pool.end()
    // Two of the four get no notifications.
    const settings = [true, true, false, false].map((subscribes, n): Setting => {
      return {
        connectionString: server.connectionString,
        schema,
        seed: SEED + n,
        reads: 'soundly',
        subscribes,
        pollIntervalMs: subscribes ? 1_000 : 50,
        held: 0.3,
      }
    })
    let crew: Crew | undefined
    try {
      crew = await crewOf(program, settings)
      const work = crew.work(Number.MAX_SAFE_INTEGER)
      work.catch(() => {})
      for (let n = 0; n < TROUBLES; n++) {
        await crew.progress(BETWEEN)
        await troubles[n % troubles.length]?.()
      }
      await crew.progress(BETWEEN)
      crew.stop()
      await work
      return await crew.compare()
    } finally {
      await crew?.close()
    }
  }

  it('answers like the database afterwards, and allows nothing that has ended', async () => {
    const { accepted, unknown, ends, answers, allowed, differences, errors } = await reportOfTrouble()
    const looked = `${ends} ends looked at, ${allowed.length} still allowed`
    const compared = `${answers} answers compared, ${differences.length} differences`
    console.log(
      `live: ${TROUBLES} troubles in ${accepted} commands, ${unknown.length} of unknown outcome, ${looked}, ${compared} (seed ${SEED})`,
    )
    expect({ allowed, differences }).toEqual({ allowed: [], differences: [] })
    // They noticed the failures, and none of these required a reload.
    expect(unknown.length).toBeGreaterThan(0)
    expect(errors.length).toBeGreaterThan(0)
    expect(errors.filter((error) => error.includes('does not follow'))).toEqual([])
    expect(ends).toBeGreaterThan(BETWEEN * TROUBLES)
  })

  it('sees a revocation after its connection was lost; a negative control without `onDisconnect` keeps allowing', async () => {
    const { schema, repository, id, pool } = await granted()
    const options = { maxStalenessMs: 600_000, pollIntervalMs: 300_000 }
    const [hearing, untold] = [
      createLiveAccess({ ...options, repository }),
      createLiveAccess({ ...options, repository: withoutOnDisconnect(repository) }),
    ]
    const allow = () => [hearing, untold].map((live) => live.canImpersonate('caroline', 'tom-sawyer', 'access-request', Date.now()))
    try {
      await Promise.all([hearing.ready(), untold.ready()])
      // Until both have long had nothing to look for: from then on it is seconds until they look again unless they hear.
      await vi.waitFor(() => expect(Math.min(hearing.stalenessMs, untold.stalenessMs)).toBeGreaterThan(1_500), { timeout: 20_000 })
      await cut()
      const later = poolOn(server.connectionString)
      await serviceOn(postgresRepository({ pool: later, schema })).revoke(answererOf('tom-sawyer'), id)
      await later.end()
      await vi.waitFor(() => expect(allow()).toEqual([false, true]), { timeout: 3_000, interval: 5 })
    } finally {
      await Promise.all([hearing.close(), untold.close()])
      await pool.end()
    }
  })

  it('denies everything when it is stale, and answers again when the server is back', async () => {
    const { repository, pool } = await granted()
    const live = createLiveAccess({ repository, maxStalenessMs: 1_000, pollIntervalMs: 50 })
    const reason = () => live.decide('caroline', 'tom-sawyer', 'access-request', Date.now()).reason
    try {
      await live.ready()
      expect(reason()).toBe('granted')
      await server.kill()
      expect(reason()).toBe('granted')
      await vi.waitFor(() => expect(reason()).toBe('no-facts'), { timeout: 5_000, interval: 20 })
      expect(live.stalenessMs).toBeGreaterThan(1_000)
      await server.restart()
      await vi.waitFor(() => expect(reason()).toBe('granted'), { timeout: 20_000, interval: 20 })
    } finally {
      await live.close()
      await pool.end()
    }
  })
})
