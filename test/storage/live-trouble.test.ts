/** A live access misses nothing while the server restarts, crashes or drops connections. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import { migrated, pooledDatabases } from '../databases/places.js'
import { type PostgresServer, startPostgres } from '../databases/postgres-server.js'
import { programNamed } from '../databases/programs.js'
import { crewReport, inWords, type Setting } from './multi-process-live.js'
import { readerOf } from './readers.js'
import { answererOf, ask, askAndGrant, serviceOn, tenantsUpTo } from './service.js'

const TROUBLES = Number(process.env['CONSENTRY_LIVE_TROUBLES'] ?? 3)

const BETWEEN = 30

vi.setConfig({ testTimeout: 60_000 + TROUBLES * 20_000, hookTimeout: 60_000 })

describe('a live access on a failing server', () => {
  let server: PostgresServer
  let databases: ReturnType<typeof pooledDatabases>
  const program = programNamed('../storage/multi-process-reader')
  beforeAll(async () => {
    // A rolled-back transaction is not on the disk within the test; by default that takes a fifth of a second.
    server = await startPostgres({ postgresFlags: ['-c', 'wal_writer_delay=10s'] })
    databases = pooledDatabases(server.connectionString)
  })
  afterAll(() => Promise.all([databases.close().then(server.stop), program.remove()]))

  const disconnectAll = async () => {
    const clients = "pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
    expect((await databases.query(`select pg_terminate_backend(pid) from ${clients}`)).length).toBeGreaterThan(0)
  }
  const crash = async () => {
    await server.kill()
    await sleep(Math.random() * 300)
    await server.restart()
  }
  const troubles = [disconnectAll, crash, () => server.restart()]
  /** Waits until the server answers: the pool may still hold connections to the crashed one. */
  const isBack = () => expect.poll(() => databases.query('select 1').then(() => 'back', String), { timeout: 20_000 }).toBe('back')

  it('answers like the database afterwards, and allows nothing that has ended', async () => {
    const { schema } = await migrated(databases)
    // Two of the four get no notifications.
    const settings = [true, true, false, false].map((subscribes): Setting => {
      return { connectionString: server.connectionString, schema, subscribes, pollIntervalMs: subscribes ? 1_000 : 50 }
    })
    const report = await crewReport(program, settings, Number.MAX_SAFE_INTEGER, async ({ progress, stop }) => {
      for (let n = 0; n < TROUBLES; n++) {
        await progress(BETWEEN)
        await troubles[n % troubles.length]?.()
        await isBack()
      }
      await progress(BETWEEN)
      stop()
    })
    const { accepted, unknown, ends, allowed, differences, errors } = report
    console.log(`live: ${TROUBLES} troubles in ${accepted} commands, ${unknown.length} of unknown outcome, ${inWords(report)}`)
    expect({ allowed, differences }).toEqual({ allowed: [], differences: [] })
    // They noticed the failures, and none of these required a reload.
    expect(unknown.length).toBeGreaterThan(0)
    expect(errors.length).toBeGreaterThan(0)
    expect(errors.filter((error) => error.includes('does not follow'))).toEqual([])
    expect(ends).toBeGreaterThan(BETWEEN * TROUBLES)
  })

  it('misses nothing that is saved under numbers that a crash after a rollback freed', async () => {
    const { repository, begin } = await migrated(databases)
    const id = await askAndGrant(serviceOn(repository), 'tom-sawyer')
    const read = readerOf(repository, FEED_START)
    const live = createLiveAccess({ repository, maxStalenessMs: 600_000 })
    const allows = () => live.canImpersonate('caroline', 'tom-sawyer', 'access-request', Date.now())
    try {
      await live.ready()
      expect(allows()).toBe(true)
      const gone = await begin()
      // More than the server logs in advance, which is 32 numbers.
      for (const tenant of tenantsUpTo(20)) await ask(serviceOn(gone.repository), tenant)
      await gone.end('rollback')
      await live.caughtUp()
      await read()
      await crash()
      await isBack()
      await serviceOn(repository).revoke(answererOf('tom-sawyer'), id)
      expect((await read()).map(({ of, revision }) => [of, revision])).toEqual([[id, 3]])
      await live.caughtUp()
      expect(allows()).toBe(false)
    } finally {
      await live.close()
    }
  })
})
