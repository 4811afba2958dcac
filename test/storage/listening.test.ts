/** Whoever listens in PostgreSQL hears of every commit, hears once that he can hear no more, and neither ends the process nor keeps a client. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { type PostgresRepository, postgresRepository } from '../../src/adapters/postgres.js'
import type { Repository } from '../../src/ports/repository.js'
import { rewriting } from './faulty-postgres-driver.js'
import { newSchema, poolOn } from './places.js'
import { ask, serviceOn } from './service.js'

vi.setConfig({ testTimeout: 30_000 })

/** Milliseconds in which a notice that was sent would have come. */
const A_WHILE = 50

describe('whoever listens in PostgreSQL', () => {
  const witness = poolOn(inject('postgres'))
  const schema = newSchema()
  const repository = postgresRepository({ pool: witness, schema })
  const opened: (pg.Pool | pg.Client)[] = []
  beforeAll(() => repository.migrate())
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.end()
  })
  afterAll(async () => {
    await witness.query(`drop schema "${schema}" cascade`)
    await witness.end()
  })

  /** A pool that nobody listens to, as a negligent host has it: an error that reaches it would end the process. */
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
    const stop = await on.subscribe?.({
      onChange: () => {
        heard.wakes += 1
      },
      onDisconnect: (error) => heard.lost.push(error),
    })
    if (stop === undefined) throw new Error('it cannot listen')
    return { heard, stop }
  }
  const saved = () => ask(serviceOn(repository), 'tenant')
  /** The connections of those who listen to this feed; others on this server are none of ours. */
  const backends = async () => {
    const { rows } = await witness.query(`select pid from pg_stat_activity where query =
      'listen "consentry_events_' || '"${schema}"."consentry_events_position_seq"'::regclass::oid || '"'`)
    return rows.map(({ pid }) => Number(pid))
  }
  const terminate = async (pids: readonly number[]) => {
    expect(pids).not.toEqual([])
    await witness.query('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [pids])
  }

  it('is woken by a commit, of a host’s own transaction too, but not before it, nor by what is rolled back or of another feed', async () => {
    const pool = newPool()
    const { heard, stop } = await listening(postgresRepository({ pool, schema }))
    const other = postgresRepository({ pool: witness, schema, tablePrefix: 'other_' })
    await other.migrate()
    await ask(serviceOn(other), 'elsewhere')
    const host = await witness.connect()
    for (const end of ['rollback', 'commit']) {
      await host.query('begin')
      for (const tenant of ['one', 'two']) await ask(serviceOn(repository.within(host)), tenant)
      await sleep(A_WHILE)
      expect(heard.wakes).toBe(0)
      await host.query(end)
    }
    host.release()
    await vi.waitFor(() => expect(heard.wakes).toBe(1), { interval: 2 })
    await saved()
    await vi.waitFor(() => expect(heard.wakes).toBe(2), { interval: 2 })
    await stop()
    await saved()
    await sleep(A_WHILE)
    expect([heard, pool.totalCount, pool.idleCount]).toEqual([{ wakes: 2, lost: [] }, 1, 1])
    // Nobody is still listening on what was given back.
    expect((await pool.query('select pg_listening_channels()')).rows).toEqual([])
  })

  it('hears once that his connection is gone, keeps no client of the pool, and may listen again', async () => {
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

  it('hears of no loss once he has stopped, though the connection breaks while he does', async () => {
    const pool = newPool()
    // What was given back before it breaks is idle, and the host's to hear of.
    pool.on('error', () => {})
    const { heard, stop } = await listening(postgresRepository({ pool, schema }))
    const pids = await backends()
    await Promise.all([terminate(pids), stop()])
    await vi.waitFor(() => expect(pool.totalCount).toBe(pool.idleCount))
    expect(heard).toEqual({ wakes: 0, lost: [] })
  })

  it('where it cannot begin is told so, and the pool has its client back', async () => {
    const pool = newPool()
    const deaf = postgresRepository({ pool: rewriting(pool, (sql) => sql.replace(/^listen/, 'lisssten')), schema })
    const broken = postgresRepository({
      pool: rewriting(pool, (sql) => sql.replace(/^listen.*/, 'select pg_terminate_backend(pg_backend_pid())')),
      schema,
    })
    for (const one of [deaf, broken]) await expect(listening(one)).rejects.toThrow(/syntax error|terminat/)
    await vi.waitFor(() => expect(pool.totalCount).toBe(pool.idleCount))
    await expect(listening(postgresRepository({ pool, schema: newSchema() }))).rejects.toMatchObject({ code: 'schema-mismatch' })
  })

  it('shares a client with others who listen: each stops for himself, and all hear of its end, once', async () => {
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

  it('leaves a client as it was once all have stopped', async () => {
    const client = await newClient()
    const on: PostgresRepository = postgresRepository({ client, schema })
    const counts = () => ['error', 'end', 'notification'].map((event) => client.listenerCount(event))
    const before = counts()
    for (const { stop } of [await listening(on), await listening(on)]) await stop()
    expect(counts()).toEqual(before)
    expect((await client.query('select pg_listening_channels()')).rows).toEqual([])
  })

  it('is nobody where every statement may have another connection, or within a transaction', async () => {
    const pool = newPool()
    const some: Repository[] = [postgresRepository({ pool, schema, prepare: false }), repository.within(await newClient())]
    expect(some.map(({ subscribe }) => subscribe)).toEqual([undefined, undefined])
  })
})
