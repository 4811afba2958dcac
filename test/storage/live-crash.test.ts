/** The feed after a server crash: events saved under re-allocated numbers are not missed. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import { type PostgresServer, startPostgres } from '../databases/postgres-server.js'
import { newSchema, poolOn } from './places.js'
import { soundReader } from './readers.js'
import { answererOf, ask, serviceOn, tenantsUpTo } from './service.js'

describe('a server that crashes after a rollback', () => {
  let server: PostgresServer
  beforeAll(async () => {
    // What nobody waits for is not on the disk within the test; by default it takes a fifth of a second.
    server = await startPostgres({ postgresFlags: ['-c', 'wal_writer_delay=10s'] })
  }, 60_000)
  afterAll(() => server.stop())

  it('hides nothing from a reader that read before the crash', async () => {
    const pool = poolOn(server.connectionString)
    const repository = postgresRepository({ pool, schema: newSchema() })
    await repository.migrate()
    const service = serviceOn(repository)
    const id = await ask(service, 'tom-sawyer')
    await service.grant(answererOf('tom-sawyer'), id)
    const read = soundReader(repository, FEED_START)
    const live = createLiveAccess({ repository, maxStalenessMs: 600_000 })
    const allows = () => live.canImpersonate('caroline', 'tom-sawyer', 'access-request', Date.now())
    try {
      await live.ready()
      expect(allows()).toBe(true)
      // More than the server logs in advance, which is 32 numbers.
      const client = await pool.connect()
      client.on('error', () => {})
      await client.query('begin')
      for (const tenant of tenantsUpTo(20)) await ask(serviceOn(repository.within(client)), tenant)
      await client.query('rollback')
      client.release()
      await live.caughtUp()
      await read()
      await server.kill()
      await server.restart()
      // The pool may still hold connections to the crashed server.
      await expect.poll(() => repository.positions().then(() => 'back', String), { timeout: 20_000 }).toBe('back')
      await service.revoke(answererOf('tom-sawyer'), id)
      expect((await read()).map(({ of, revision }) => [of, revision])).toEqual([[id, 3]])
      await live.caughtUp()
      expect(allows()).toBe(false)
    } finally {
      await live.close()
      await pool.end()
    }
  }, 60_000)
})
