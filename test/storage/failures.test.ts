/** Database failures: calls reject with a typed error, nothing is half done, and later calls work. */
import Sqlite from 'libsql'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import type { Consentry } from '../../src/consentry.js'
import { isConsentryError } from '../../src/domain/error.js'
import { withConsentryGuard } from '../../src/guard/web.js'
import { requestIn } from '../../src/testing/contract/fixtures/reads.js'
import { libsqlDatabases, type Place, pooledDatabases } from '../databases/places.js'
import { poolOn, settings } from '../databases/pools.js'
import { TABLES } from '../databases/postgres-schemas.js'
import { type PostgresServer, startPostgres } from '../databases/postgres-server.js'
import { rewriting, withoutTransaction } from './faulty-postgres-driver.js'
import { faultyDriver } from './faulty-sqlite-driver.js'
import { feedOf } from './findings.js'
import * as services from './service.js'

const { answererOf, ask, askAndGrant, asking, caroline, commandsOf, elizabeth, listsOf, questionsOf, serviceOn, tenantsUpTo } = services

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** The timeout of calls that must give up, in milliseconds. */
const SOON = 150
const WIDTH = 3_000
const WIDE = asking(tenantsUpTo(WIDTH), ['caroline'], 'x'.repeat(1_000))
const UNAVAILABLE = { code: 'unavailable', port: 'repository' }
const FAN_OUT = tenantsUpTo(50, 'fan')

type Fixture = Awaited<ReturnType<typeof fixtureOf>>

/** Migrates a place, and makes a granted and a pending request. */
async function fixtureOf<P extends Place>(place: P) {
  const { repository, query, of } = place
  await repository.migrate()
  await askAndGrant(serviceOn(repository), 'granted')
  const pending = await ask(serviceOn(repository), 'pending')
  /** Returns everything stored, over a connection that does not fail. */
  const stored = async () => {
    const counts: unknown[] = []
    for (const table of TABLES) counts.push([table, (await query(`select count(*) as n from ${of(table)}`))[0]?.['n']])
    return { counts, feed: await feedOf(repository), request: await requestIn(repository, pending) }
  }
  return { place, pending, stored }
}

async function writingFails(service: Consentry, { pending }: Fixture): Promise<void> {
  const commands = commandsOf(service, 'pending', pending, asking(FAN_OUT, ['caroline'], 'x'.repeat(1_000)))
  for (const command of commands) await expect(command()).rejects.toMatchObject({ ...UNAVAILABLE, cause: expect.any(Error) })
}

async function readingFails(service: Consentry): Promise<void> {
  const expected = { code: 'facts-unavailable', cause: expect.any(Error) }
  for (const question of questionsOf(service, 'granted')) await expect(question()).rejects.toMatchObject(expected)
  for (const list of listsOf(service, 'granted')) await expect(list()).rejects.toMatchObject(UNAVAILABLE)
  expect(await doorOf(service)).toBe(503)
}

async function worksAgain(service: Consentry, { pending }: Fixture): Promise<void> {
  expect(await doorOf(service)).toBe(200)
  expect((await service.grant(answererOf('pending'), pending, { expiresAt: null })).status).toBe('granted')
  expect((await service.submit(elizabeth, asking(FAN_OUT))).sent.length).toBe(FAN_OUT.length)
  expect((await service.incoming(answererOf('granted'))).items.length).toBe(1)
}

async function doorOf(consentry: Consentry): Promise<number> {
  const options = { consentry, actor: () => caroline, tenant: () => 'granted', method: () => 'access-request' as const }
  const handler = withConsentryGuard(options, () => new Response('inside'))
  return (await handler(new Request('http://localhost/'))).status
}

interface Failing {
  readonly fixture: Fixture
  readonly service: Consentry
  /** The service to use after the failure, by default the same. */
  readonly afterwards?: Consentry
  readonly fail?: () => unknown
  readonly repair?: () => unknown
}

type Calls = 'all' | 'commands' | { readonly wide: object }

/** Asserts that these calls fail with typed errors and store nothing, and that all calls work afterwards. */
async function expectFailure({ fixture, service, afterwards = service, fail, repair }: Failing, calls: Calls): Promise<void> {
  const before = await fixture.stored()
  await fail?.()
  try {
    if (typeof calls === 'string') await writingFails(service, fixture)
    else await expect(service.submit(elizabeth, WIDE)).rejects.toMatchObject({ ...UNAVAILABLE, cause: calls.wide })
    if (calls === 'all') await readingFails(service)
    else expect(await doorOf(service)).toBe(200)
  } finally {
    await repair?.()
  }
  expect(await fixture.stored()).toEqual(before)
  await worksAgain(afterwards, fixture)
}

describe('PostgreSQL', () => {
  const postgres = pooledDatabases()
  const pools: pg.Pool[] = []
  afterAll(() => Promise.all([postgres.close(), ...pools.map((pool) => pool.end())]))

  async function over(config: pg.PoolConfig, connectionString = inject('postgres')) {
    const fixture = await fixtureOf(postgres.place())
    const pool = poolOn(connectionString, { max: 1, ...config })
    pools.push(pool)
    return { fixture, pool, service: serviceOn(postgresRepository({ pool, schema: fixture.place.schema })) }
  }

  /** The same with tables that can be locked for longer than `statement_timeout`. */
  async function withLock(mode: string, ...tables: readonly string[]) {
    const { fixture, ...rest } = await over(settings({ statement_timeout: String(SOON) }))
    const holder = await postgres.pool.connect()
    const fail = () => holder.query(`begin; lock table ${tables.map(fixture.place.of)} in ${mode} mode`)
    const repair = async () => {
      await holder.query('rollback')
      holder.release()
    }
    return { fixture, fail, repair, ...rest }
  }

  it('that is unreachable fails every call', async () => {
    const failing = await over({}, 'postgres://postgres@127.0.0.1:1/postgres')
    await expectFailure({ ...failing, afterwards: serviceOn(failing.fixture.place.repository) }, 'all')
  })

  it('whose pool is exhausted fails every call, until a client is released', async () => {
    const { fixture, pool, service } = await over({ connectionTimeoutMillis: SOON })
    const client = await pool.connect()
    await expectFailure({ fixture, service, repair: () => client.release() }, 'all')
  })

  it('whose tables are locked longer than `statement_timeout` fails every call, until the lock is released', async () => {
    await expectFailure(await withLock('access exclusive', 'tenant_requests', 'events'), 'all')
  })

  // Requests are written before events.
  it('that times out in the middle of a fan-out saves nothing of it', async () => {
    await expectFailure(await withLock('share', 'events'), 'commands')
  })

  it('a negative control: without a transaction a part of it is saved', async () => {
    const { fixture, pool, fail, repair } = await withLock('share', 'events')
    const before = await fixture.stored()
    await fail()
    const service = serviceOn(postgresRepository({ pool: rewriting(pool, withoutTransaction), schema: fixture.place.schema }))
    // So many that they are saved by several statements.
    await expect(service.submit(elizabeth, asking(tenantsUpTo(101, 'half')))).rejects.toMatchObject(UNAVAILABLE)
    await repair()
    expect(await fixture.stored()).not.toEqual(before)
  })

  it('whose disk is full in the middle of a fan-out saves nothing of it', async () => {
    const { fixture, service } = await over({})
    const { query, of, schema } = fixture.place
    const full = `"${schema}".full_disk()`
    await query(`create function ${full} returns trigger as 'begin raise disk_full; end' language plpgsql`)
    const middle = `for each row when (new.tenant = 'tenant-${WIDTH / 2}')`
    const fail = () => query(`create trigger full_disk before insert on ${of('events')} ${middle} execute function ${full}`)
    const repair = () => query(`drop trigger full_disk on ${of('events')}`)
    await expectFailure({ fixture, service, fail, repair }, { wide: { code: '53100' } })
  })

  it('that is read-only fails every command, and decides', async () => {
    const { fixture, pool, service } = await over({})
    const set = (value: string) => pool.query(`set default_transaction_read_only = ${value}`)
    await expectFailure({ fixture, service, fail: () => set('on'), repair: () => set('off') }, 'commands')
  })
})

describe('a PostgreSQL server that fails as a whole', () => {
  let server: PostgresServer
  let databases: ReturnType<typeof pooledDatabases>
  beforeAll(async () => {
    server = await startPostgres({ postgresFlags: ['-c', 'autovacuum=off', '-c', 'fsync=off'] })
    databases = pooledDatabases(server.connectionString)
  })
  afterAll(() => databases.close().then(server.stop))

  async function fixtureAndService() {
    const fixture = await fixtureOf(databases.place())
    return { fixture, service: serviceOn(fixture.place.repository) }
  }

  it('restarted between calls fails none of them', async () => {
    const { fixture, service } = await fixtureAndService()
    await Promise.all(tenantsUpTo(10).map((tenant) => ask(service, tenant)))
    await server.restart()
    await worksAgain(service, fixture)
  })

  it.each(['restarted', 'killed'] as const)(
    '%s during calls fails them with a typed error, loses no acknowledged one, and works afterwards',
    async (how) => {
      const { fixture, service } = await fixtureAndService()
      const acknowledged: string[] = []
      const failed: unknown[] = []
      const callers = tenantsUpTo(10).map(async (tenant) => {
        const failing = (error: unknown) => failed.push(error)
        while (failed.length === 0) await ask(service, tenant).then((id) => acknowledged.push(id), failing)
      })
      await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(20), { timeout: 30_000 })
      await (how === 'killed' ? server.kill() : server.restart())
      await Promise.all(callers)
      if (how === 'killed') {
        await readingFails(service)
        await writingFails(service, fixture)
        await server.restart()
      }
      const stored = new Set((await feedOf(fixture.place.repository)).map((event) => ('tenantRequest' in event ? event.tenantRequest : '')))
      expect(failed.filter((error) => !isConsentryError(error, 'unavailable'))).toEqual([])
      expect(acknowledged.filter((id) => !stored.has(id))).toEqual([])
      await worksAgain(service, fixture)
    },
  )
})

describe('SQLite', () => {
  const files = libsqlDatabases()
  const opened: Sqlite.Database[] = []
  afterAll(async () => {
    for (const database of opened) database.close()
    await files.close()
  })

  async function over({ timeout = 5_000, readOnly = false, journal = 'wal' } = {}) {
    const place = files.place()
    place.database.exec(`pragma journal_mode = ${journal}`)
    const fixture = await fixtureOf(place)
    const database = new Sqlite(readOnly ? `file:${place.path}?mode=ro` : place.path, { timeout })
    opened.push(database)
    return { fixture, database, service: serviceOn(sqliteRepository({ database })) }
  }

  async function withLock(kind: 'immediate' | 'exclusive', journal: string): Promise<Failing> {
    const { fixture, service } = await over({ timeout: 20, journal })
    const { query } = fixture.place
    return { fixture, service, fail: () => query(`begin ${kind}`), repair: () => query('rollback') }
  }

  async function withSmallDisk() {
    const { database, ...rest } = await over()
    const fail = () => {
      const [{ page_count: pages }] = database.prepare('pragma page_count').all() as [{ page_count: number }]
      database.exec(`pragma max_page_count = ${pages + 20}`)
    }
    const repair = () => {
      expect(database.inTransaction).toBe(false)
      database.exec('pragma max_page_count = 1000000')
    }
    return { database, fail, repair, ...rest }
  }

  it('that is read-only fails every command, and decides', async () => {
    const failing = await over({ readOnly: true })
    await expectFailure({ ...failing, afterwards: serviceOn(failing.fixture.place.repository) }, 'commands')
  })

  it('that is write-locked longer than the busy timeout fails every command, and decides', async () => {
    await expectFailure(await withLock('immediate', 'wal'), 'commands')
  })

  it('that is exclusively locked longer than the busy timeout fails every call', async () => {
    await expectFailure(await withLock('exclusive', 'delete'), 'all')
  })

  it('whose disk is full in the middle of a fan-out saves nothing of it, and works again once there is space', async () => {
    const failing = await withSmallDisk()
    await expectFailure(failing, { wide: { code: 'SQLITE_FULL' } })
    expect((await failing.service.submit(elizabeth, WIDE)).sent.length).toBe(WIDTH)
  })

  it('a negative control: without a transaction a part of it is saved', async () => {
    const { fixture, database, fail } = await withSmallDisk()
    const before = await fixture.stored()
    await fail()
    const service = serviceOn(sqliteRepository({ database: faultyDriver(database, 'no transaction') }))
    await expect(service.submit(elizabeth, WIDE)).rejects.toMatchObject({ ...UNAVAILABLE, cause: { code: 'SQLITE_FULL' } })
    expect(await fixture.stored()).not.toEqual(before)
  })
})
