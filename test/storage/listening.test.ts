/** Subscriptions in PostgreSQL: notified of every commit, disconnected once, without crashes or leaked clients. */
import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { checkOut } from '../../src/adapters/postgres/clients.js'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import type { Repository } from '../../src/ports/repository.js'
import { pooledDatabases } from '../databases/places.js'
import { newSchema } from '../databases/pools.js'
import { rewriting } from './faulty-postgres-driver.js'
import { ask, serviceOn } from './service.js'

vi.setConfig({ testTimeout: 30_000 })

/** How long to wait for a notification that must not come, in milliseconds. */
const A_WHILE = 50

describe('a subscriber in PostgreSQL', () => {
  const postgres = pooledDatabases()
  const { repository, schema, begin, query, prefixed } = postgres.place()
  const opened: { end(): Promise<unknown> }[] = []
  beforeAll(() => repository.migrate())
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.end()
  })
  afterAll(() => postgres.close())

  /** A pool without an `error` listener: an error that reaches it would end the process. */
  function newPool(config: pg.PoolConfig = {}) {
    const pool = new pg.Pool({ connectionString: inject('postgres'), ...config })
    opened.push(pool)
    return pool
  }
  async function newClient() {
    const client = new pg.Client({ connectionString: inject('postgres') })
    opened.push(client)
    await client.connect()
    return client
  }
  async function listening(on: Repository) {
    const heard = { wakes: 0, lost: [] as unknown[] }
    const onChange = () => {
      heard.wakes += 1
    }
    const stop = await on.subscribe?.({ onChange, onDisconnect: (error) => heard.lost.push(error) })
    return { heard, stop: stop ?? expect.unreachable('the repository has no `subscribe`') }
  }
  const saved = () => ask(serviceOn(repository), 'tenant')
  /** Returns the connections that listen on this feed's channel. */
  const backends = async () => {
    const rows = await query(`select pid from pg_stat_activity where query =
      'listen "consentry_events_' || '"${schema}"."consentry_events_position_seq"'::regclass::oid || '"'`)
    return rows.map(({ pid }) => Number(pid))
  }
  const terminate = async (pids: readonly number[]) => {
    expect(pids).not.toEqual([])
    await query(`select pg_terminate_backend(pid) from unnest(array[${pids}]) as pid`)
  }

  it('is notified of a commit, but not of a host transaction, a rollback or another feed', async () => {
    const pool = newPool()
    const { heard, stop } = await listening(postgresRepository({ pool, schema }))
    const other = prefixed('other_')
    await other.migrate()
    await ask(serviceOn(other), 'elsewhere')
    for (const how of ['rollback', 'commit'] as const) {
      const host = await begin()
      for (const tenant of ['one', 'two']) await ask(serviceOn(host.repository), tenant)
      await host.end(how)
    }
    await sleep(A_WHILE)
    expect(heard.wakes).toBe(0)
    await saved()
    await vi.waitFor(() => expect(heard.wakes).toBe(1), { interval: 2 })
    await stop()
    await saved()
    await sleep(A_WHILE)
    expect([heard, pool.totalCount, pool.idleCount]).toEqual([{ wakes: 1, lost: [] }, 1, 1])
    // The released client no longer listens.
    expect((await pool.query('select pg_listening_channels()')).rows).toEqual([])
  })

  it('has a client that listens to errors before anybody can hear of it: with its readiness the server may report its loss', async () => {
    const client = new EventEmitter()
    let heard = 0
    const connect = (taken: (error: undefined, client: EventEmitter) => void) => {
      taken(undefined, client)
      heard = client.listenerCount('error')
    }
    expect([await checkOut({ connect } as never, 1_000), heard]).toEqual([client, 1])
  })

  it('never holds the last client of a pool: with one client, readers poll; with more, one too many is told to raise `max`', async () => {
    const single = postgresRepository({ pool: newPool({ max: 1 }), schema })
    expect(single.subscribe).toBeUndefined()
    const live = createLiveAccess({ repository: single, pollIntervalMs: 10, timeoutMs: 2_000 })
    await live.ready()
    await saved()
    await live.caughtUp()
    await live.close()

    const pool = newPool({ max: 3 })
    const on = postgresRepository({ pool, schema })
    const others = [await listening(on), await listening(postgresRepository({ pool, schema }))]
    await expect(listening(on)).rejects.toThrow('raise its `max` from `3` to at least `4`')
    expect((await on.positions()).latest.at).toBeGreaterThan(0)
    await others[0]?.stop()
    others.push(await listening(on))
    await terminate(await backends())
    await vi.waitFor(() => expect(others[2]?.heard.lost).toHaveLength(1))
    const again = await listening(on)
    for (const { stop } of [...others, again]) await stop()
  })

  it('is disconnected once when its connection is lost, keeps no client, and can subscribe again', async () => {
    const pool = newPool()
    const on = postgresRepository({ pool, schema })
    const { heard, stop } = await listening(on)
    await terminate(await backends())
    await vi.waitFor(() => expect(heard.lost).toEqual([expect.any(Error)]))
    await vi.waitFor(() => expect(pool.totalCount).toBe(0))
    const again = await listening(on)
    await saved()
    await vi.waitFor(() => expect(again.heard.wakes).toBe(1))
    await stop()
    expect(heard).toEqual({ wakes: 0, lost: [expect.objectContaining({ code: '57P01' })] })
    await again.stop()
    await again.stop()
    expect([pool.totalCount, pool.idleCount]).toEqual([1, 1])
  })

  it('is not disconnected after it unsubscribed, even if the connection breaks during that', async () => {
    const pool = newPool()
    // A client released before it breaks is idle in the pool, so the host gets its error.
    pool.on('error', () => {})
    const { heard, stop } = await listening(postgresRepository({ pool, schema }))
    const pids = await backends()
    await Promise.all([terminate(pids), stop()])
    await vi.waitFor(() => expect(pool.totalCount).toBe(pool.idleCount))
    expect(heard).toEqual({ wakes: 0, lost: [] })
  })

  it.each([
    ['a syntax error', 'lisssten', /syntax error/],
    ['a lost connection', 'select pg_terminate_backend(pg_backend_pid())', /terminat/],
  ])('rejects if `listen` fails because of %s, and releases the client', async (_, instead, message) => {
    const pool = newPool()
    const on = postgresRepository({ pool: rewriting(pool, (sql) => sql.replace(/^listen.*/, instead)), schema })
    await expect(listening(on)).rejects.toThrow(message)
    await vi.waitFor(() => expect(pool.totalCount).toBe(pool.idleCount))
  })

  it.each<[how: string, callback: () => never]>([
    ['throw', () => expect.unreachable()],
    ['reject', () => Promise.reject(new Error('of the subscriber')) as never],
  ])('may have callbacks that %s: it is notified again, and nothing of it ends the process', async (_, callback) => {
    const lost = vi.fn()
    for (const event of ['unhandledRejection', 'uncaughtException']) process.on(event, lost)
    const [pglite, client] = [await PGlite.create(), await newClient()]
    opened.push({ end: () => pglite.close() })
    const embedded = postgresRepository({ pglite })
    await embedded.migrate()
    const [{ pid }] = (await client.query('select pg_backend_pid() as pid')).rows
    const repositories: [Repository, () => Promise<readonly number[]>][] = [
      [postgresRepository({ pool: newPool(), schema }), backends],
      [postgresRepository({ client, schema }), async () => [pid]],
      [embedded, async () => []],
    ]
    for (const [on, listeners] of repositories) {
      // Counted by hand: a mock would handle the rejections.
      const calls = { onChange: 0, onDisconnect: 0 }
      const counted = (name: keyof typeof calls) => () => {
        calls[name] += 1
        return callback()
      }
      await on.subscribe?.({ onChange: counted('onChange'), onDisconnect: counted('onDisconnect') })
      for (const times of [1, 2]) {
        await ask(serviceOn(on), `tenant-${times}`)
        await vi.waitFor(() => expect(calls.onChange).toBe(times))
      }
      if (on === embedded) continue
      await terminate(await listeners())
      await vi.waitFor(() => expect(calls.onDisconnect).toBe(1))
    }
    await sleep(A_WHILE)
    for (const event of ['unhandledRejection', 'uncaughtException']) process.off(event, lost)
    expect(lost).not.toHaveBeenCalled()
  })

  it('rejects without tables', async () => {
    await expect(listening(postgresRepository({ pool: newPool(), schema: newSchema() }))).rejects.toMatchObject({ code: 'schema-mismatch' })
  })

  it('shares a client with others: each unsubscribes separately, and all are disconnected once', async () => {
    const client = await newClient()
    const [{ pid }] = (await client.query('select pg_backend_pid() as pid')).rows
    const on = postgresRepository({ client, schema })
    const [first, ...others] = [await listening(on), await listening(on), await listening(postgresRepository({ client, schema }))]
    const woken = () => [first, ...others].map(({ heard }) => heard.wakes)
    await ask(serviceOn(on), 'by-itself')
    await vi.waitFor(() => expect(woken()).toEqual([1, 1, 1]))
    await Promise.all([first.stop(), saved()])
    await saved()
    await vi.waitFor(() => expect(woken()[1]).toBeGreaterThan(1))
    expect(woken()[0]).toBeLessThan(3)
    await terminate([pid])
    await vi.waitFor(() => expect(others.map(({ heard }) => heard.lost.length)).toEqual([1, 1]))
    await Promise.all(others.map(({ stop }) => stop()))
    expect(first.heard.lost).toEqual([])
  })

  it('leaves a client unchanged after all unsubscribed', async () => {
    const client = await newClient()
    const on = postgresRepository({ client, schema })
    const counts = () => ['error', 'end', 'notification'].map((event) => client.listenerCount(event))
    const before = counts()
    for (const { stop } of [await listening(on), await listening(on)]) await stop()
    expect(counts()).toEqual(before)
    expect((await client.query('select pg_listening_channels()')).rows).toEqual([])
  })

  it('cannot subscribe without `prepare`, or within a transaction', async () => {
    const without: Repository[] = [postgresRepository({ pool: newPool(), schema, prepare: false }), repository.within(await newClient())]
    expect(without.map(({ subscribe }) => subscribe)).toEqual([undefined, undefined])
  })
})
