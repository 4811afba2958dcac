/** A PostgreSQL whose packets are swallowed: every call ends in time, its client is given up, and the pool recovers. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { type PostgresPool, postgresRepository } from '../../src/adapters/postgres.js'
import { isConsentryError } from '../../src/domain/error.js'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import type { Repository } from '../../src/ports/repository.js'
import { startForwarder } from '../databases/forwarder.js'
import { pooledDatabases } from '../databases/places.js'
import { answererOf, ask, askAndGrant, asking, elizabeth, serviceOn, tenantsUpTo } from './service.js'

vi.setConfig({ testTimeout: 30_000 })

const LIMIT = 300
/** How much later than its limit a call may end on a busy machine. */
const SLACK = 5_000
const NO_ANSWER = `the database gave no answer within ${LIMIT} milliseconds: its connection is closed`
const question = { user: 'caroline', tenant: 'tom-sawyer', method: 'access-request', from: 'classics' } as const

const lost = vi.fn()
const ENDINGS = ['unhandledRejection', 'uncaughtException']

describe('a server whose packets are swallowed', () => {
  const postgres = pooledDatabases()
  const { repository: direct, schema, query } = postgres.place()
  const opened: { end(): Promise<unknown> }[] = []
  let forwarder: Awaited<ReturnType<typeof startForwarder>>
  let request: string
  beforeAll(async () => {
    for (const event of ENDINGS) process.on(event, lost)
    forwarder = await startForwarder()
    forwarder.switchTo(inject('postgres'))
    await direct.migrate()
    request = await askAndGrant(serviceOn(direct), 'tom-sawyer')
  })
  afterEach(async () => {
    forwarder.forward()
    for (const one of opened.splice(0)) await one.end()
    await sleep(5)
    expect(lost).not.toHaveBeenCalled()
  })
  afterAll(async () => {
    for (const event of ENDINGS) process.off(event, lost)
    forwarder.switchTo()
    forwarder.close()
    await postgres.close()
  })

  let names = 0
  /** Connections through the forwarder, by a name of their own. */
  function settings() {
    const application_name = `half-open-${++names}`
    return { connectionString: forwarder.address(inject('postgres')), application_name }
  }
  function newPool(config: pg.PoolConfig = {}) {
    const pool = new pg.Pool({ ...settings(), max: 3, connectionTimeoutMillis: LIMIT, ...config })
    pool.on('error', () => {})
    opened.push(pool)
    return pool
  }
  const on = (pool: PostgresPool) => postgresRepository({ pool, schema, timeoutMs: LIMIT })
  const connectionsOf = async ({ options }: pg.Pool) =>
    (await query(`select pid from pg_stat_activity where application_name = '${options.application_name}'`)).length
  /** Returns the error of a call, which must come in time. */
  async function endsInTime(call: Promise<unknown>): Promise<unknown> {
    const began = performance.now()
    const error = await Promise.race([
      call.then(
        () => 'resolved',
        (thrown: unknown) => thrown,
      ),
      sleep(SLACK, 'hangs'),
    ])
    expect(performance.now() - began).toBeGreaterThan(LIMIT / 2)
    return error
  }
  const causeOf = (error: unknown) => isConsentryError(error) && [error.code, (error.cause as Error).message]

  it('ends every call with a typed error, however many clients the pool has; afterwards all calls succeed, and no connection is left', async () => {
    const pool = newPool()
    const service = serviceOn(on(pool))
    const calls = () => [
      service.authorize(question),
      service.incoming(answererOf('tom-sawyer')),
      service.setExpiry(answererOf('tom-sawyer'), request, { expiresAt: Date.now() + 3_600_000 }),
    ]
    await Promise.all(calls())
    await sleep(100) // until the notice of what was saved is sent, too
    expect(pool.idleCount).toBe(3)
    forwarder.swallow()
    const errors = await Promise.all(calls().map(endsInTime))
    expect(errors.map(causeOf)).toEqual([
      ['facts-unavailable', NO_ANSWER],
      ['unavailable', NO_ANSWER],
      ['unavailable', NO_ANSWER],
    ])
    // Their clients are gone, and new ones cannot connect.
    expect(pool.totalCount).toBe(0)
    expect((await Promise.all(calls().map(endsInTime))).map((error) => causeOf(error) && (error as { code: string }).code)).toEqual([
      'facts-unavailable',
      'unavailable',
      'unavailable',
    ])
    forwarder.forward()
    await Promise.all(calls())
    expect(pool.totalCount).toBeLessThanOrEqual(3)
    await vi.waitFor(async () => expect(await connectionsOf(pool)).toBe(pool.totalCount))
  })

  it.each(['begin', 'for key share', 'insert', 'commit'])(
    'gives up a client in a transaction at its `%s`, and rolls back',
    async (statement) => {
      const pool = newPool()
      const at = (sql: string) => {
        if (sql.startsWith(statement) || sql.includes(statement)) forwarder.swallow()
      }
      const swallowing: PostgresPool = {
        connect: async () => {
          const client = await pool.connect()
          return Object.assign(Object.create(client), {
            query: (config: { text: string }) => {
              at(config.text)
              return client.query(config)
            },
          })
        },
      }
      // So many that they are saved in a transaction of several statements.
      const tenants = tenantsUpTo(101, `tenant-of-${statement.replaceAll(' ', '-')}`)
      const error = await endsInTime(serviceOn(on(swallowing)).submit(elizabeth, asking(tenants)))
      expect(causeOf(error)).toEqual(['unavailable', NO_ANSWER])
      expect(pool.totalCount).toBe(0)
      forwarder.forward()
      await vi.waitFor(async () => expect(await connectionsOf(pool)).toBe(0))
      expect((await direct.factsPage({ tenant: tenants[0] as string, limit: 10 })).requests).toEqual([])
      expect((await serviceOn(on(pool)).submit(elizabeth, asking(tenants))).sent).toHaveLength(101)
    },
  )

  it('gives up a client on which `listen` or `unlisten` is not answered', async () => {
    const pool = newPool()
    const subscribe = (repository: Repository) => repository.subscribe?.({ onChange: () => {}, onDisconnect: () => {} })
    const unsubscribe = await subscribe(on(pool))
    forwarder.swallow()
    await unsubscribe?.()
    expect(pool.totalCount - pool.idleCount).toBe(0)
    await endsInTime(subscribe(on(pool)) ?? expect.unreachable())
    forwarder.forward()
    await vi.waitFor(async () => expect(await connectionsOf(pool)).toBe(pool.totalCount))
    const again = await subscribe(on(pool))
    await again?.()
  })

  it('says what to set if the pool has no client in time; one that it has later is given back', async () => {
    const pool = newPool({ max: 1, connectionTimeoutMillis: 0 })
    const held = await pool.connect()
    const error = await endsInTime(on(pool).governedTenantPage({ limit: 1 }))
    expect(String(error)).toBe(
      `Error: the pool gave no client within ${LIMIT} milliseconds: raise its \`max\`, and set its \`connectionTimeoutMillis\``,
    )
    held.release()
    await vi.waitFor(() => expect([pool.totalCount, pool.idleCount, pool.waitingCount]).toEqual([1, 1, 0]))
    await on(pool).governedTenantPage({ limit: 1 })
  })

  it('closes a client of the host, whose later calls fail at once and whose subscribers are told', async () => {
    const client = new pg.Client(settings())
    await client.connect()
    opened.push(client)
    const repository = postgresRepository({ client, schema, timeoutMs: LIMIT })
    const onDisconnect = vi.fn()
    await repository.subscribe?.({ onChange: () => {}, onDisconnect })
    forwarder.swallow()
    const calls = [repository.governedTenantPage({ limit: 1 }), ask(serviceOn(repository), 'nobody'), repository.positions()]
    const [first, ...others] = await Promise.all(calls.map((call) => call.catch((error: unknown) => error)))
    expect(String(first)).toBe(`Error: ${NO_ANSWER}`)
    expect(others).toEqual([expect.any(Error), expect.any(Error)])
    await vi.waitFor(() => expect(onDisconnect).toHaveBeenCalledTimes(1))
  })

  it('is what a live access recovers from by itself: it denies meanwhile, and `close` waits for no answer', async () => {
    const pool = newPool()
    const live = createLiveAccess({ repository: on(pool), maxStalenessMs: LIMIT, timeoutMs: 2 * LIMIT, onError: () => {} })
    await live.ready()
    const allows = () => live.canImpersonate('caroline', 'tom-sawyer', 'access-request', Date.now(), 'classics')
    forwarder.swallow()
    await vi.waitFor(() => expect(allows()).toBe(false), { timeout: SLACK })
    forwarder.forward()
    await vi.waitFor(() => expect(allows()).toBe(true), { timeout: 2 * SLACK, interval: 5 })
    forwarder.swallow()
    expect(await Promise.race([live.close(), sleep(SLACK, 'hangs')])).toBeUndefined()
    forwarder.forward()
    await vi.waitFor(async () => expect(await connectionsOf(pool)).toBeLessThanOrEqual(pool.totalCount))
  })
})

it('a limit is a positive number of milliseconds, or `Infinity` for none', () => {
  const pool = { connect: () => expect.unreachable() }
  for (const timeoutMs of [0, -1, Number.NaN, '30s', null, 5n, {}])
    expect(() => postgresRepository({ pool, timeoutMs } as never)).toThrow(
      expect.objectContaining({ code: 'invalid-input', issues: [expect.objectContaining({ path: ['timeoutMs'] })] }),
    )
  for (const timeoutMs of [1, 0.5, 2 ** 40, Infinity, undefined]) postgresRepository({ pool, timeoutMs })
})

it('a limit longer than the longest timer, or none, ends no call', async () => {
  for (const timeoutMs of [2 ** 40, Infinity]) {
    const client = { query: async () => ({ rows: [] }), on: () => {}, off: () => {}, release: () => {} }
    const { governedTenantPage } = postgresRepository({ pool: { connect: () => sleep(5).then(() => client) }, timeoutMs })
    await expect(governedTenantPage({ limit: 1 })).rejects.toMatchObject({ code: 'schema-mismatch' })
  }
})
