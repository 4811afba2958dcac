/** Database failures: calls reject with a typed error, nothing is half done, and later calls work. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'libsql'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import { isConsentryError } from '../../src/domain/error.js'
import { type PostgresServer, startPostgres } from '../databases/postgres-server.js'
import { rewriting, withoutTransaction } from './faulty-postgres-driver.js'
import { faultyDriver } from './faulty-sqlite-driver.js'
import { feedOf } from './findings.js'
import { type Files, newFiles, newSchema, poolOn, settings } from './places.js'
import { answererOf, ask, asking, elizabeth, serviceOn, tenantsUpTo } from './service.js'
import { doorOf, type Fixture, fixtureOf, readingFails, worksAgain, writingFails } from './trouble.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** The timeout of calls that must give up, in milliseconds. */
const SOON = 60
const WIDTH = 3_000
/** A submission that does not fit on the small disk. */
const WIDE = asking(tenantsUpTo(WIDTH), ['caroline'], 'x'.repeat(1_000))
const UNAVAILABLE = { code: 'unavailable', port: 'repository' }
const DISK_FULL = '53100'

describe('PostgreSQL', () => {
  const witness = poolOn(inject('postgres'))
  const schemas: string[] = []
  const pools: pg.Pool[] = []
  afterAll(async () => {
    for (const pool of pools) await pool.end()
    for (const schema of schemas) await witness.query(`drop schema "${schema}" cascade`)
    await witness.end()
  })

  /** A fixture, and a service over a pool of one client that is made to fail. */
  async function failing(config: pg.PoolConfig) {
    const schema = newSchema()
    schemas.push(schema)
    const sound = postgresRepository({ pool: witness, schema })
    await sound.migrate()
    const fixture = await fixtureOf(sound, async (sql) => (await witness.query(sql)).rows, `"${schema}".consentry_`)
    const pool = poolOn(inject('postgres'), { max: 1, ...config })
    pools.push(pool)
    return { fixture, pool, schema, service: serviceOn(postgresRepository({ pool, schema })) }
  }

  it('that is unreachable fails every call', async () => {
    const { fixture, schema } = await failing({})
    const nobody = poolOn('postgres://postgres@127.0.0.1:1/postgres')
    const service = serviceOn(postgresRepository({ pool: nobody, schema }))
    await writingFails(service, fixture)
    await readingFails(service)
    await nobody.end()
  })

  it('whose pool is exhausted fails every call, until a client is released', async () => {
    const { fixture, pool, service } = await failing({ connectionTimeoutMillis: SOON })
    const client = await pool.connect()
    await writingFails(service, fixture)
    await readingFails(service)
    client.release()
    await worksAgain(service, fixture)
  })

  it('whose tables are locked longer than `statement_timeout` fails every call, until the lock is released', async () => {
    const { fixture, schema, service } = await failing(settings({ statement_timeout: String(SOON) }))
    const holder = await witness.connect()
    await holder.query(`begin; lock table "${schema}".consentry_tenant_requests in access exclusive mode`)
    const outcome = Promise.all([readingFails(service), expectUnavailable(service, fixture)])
    await outcome.finally(() => holder.query('rollback'))
    holder.release()
    await worksAgain(service, fixture)
  })

  it('that times out in the middle of a fan-out saves nothing of it', async () => {
    const { fixture, schema, service } = await failing(settings({ statement_timeout: String(SOON) }))
    const holder = await witness.connect()
    // Requests are written before events.
    await holder.query(`begin; lock table "${schema}".consentry_events in share mode`)
    await writingFails(service, fixture).finally(() => holder.query('rollback'))
    holder.release()
    await worksAgain(service, fixture)
  })

  it('a negative control: without a transaction a part of it is saved', async () => {
    const { fixture, pool, schema } = await failing(settings({ statement_timeout: String(SOON) }))
    const service = serviceOn(postgresRepository({ pool: rewriting(pool, withoutTransaction), schema }))
    const holder = await witness.connect()
    const before = await fixture.stored()
    await holder.query(`begin; lock table "${schema}".consentry_events in share mode`)
    await expect(service.submit(elizabeth, asking(['half']))).rejects.toMatchObject(UNAVAILABLE)
    await holder.query('rollback')
    holder.release()
    expect(await fixture.stored()).not.toEqual(before)
  })

  it('that is read-only fails every command, and decides', async () => {
    const { fixture, pool, service } = await failing(settings({ default_transaction_read_only: 'on' }))
    await writingFails(service, fixture)
    expect(await doorOf(service)).toBe(200)
    await pool.query('set default_transaction_read_only = off')
    await worksAgain(service, fixture)
  })
})

/** Runs a command that waits for a lock that also blocks reads. */
async function expectUnavailable(service: ReturnType<typeof serviceOn>, { pending }: Fixture): Promise<void> {
  await expect(service.grant(answererOf('pending'), pending)).rejects.toMatchObject(UNAVAILABLE)
  await expect(service.submit(elizabeth, asking(['late']))).rejects.toMatchObject(UNAVAILABLE)
}

describe('a PostgreSQL server that fails as a whole', () => {
  let server: PostgresServer
  const pools: pg.Pool[] = []
  beforeAll(async () => {
    // WAL segments of 1 MB, so that the file size limit can be small and still above them.
    server = await startPostgres({ initdbFlags: ['--wal-segsize=1'], postgresFlags: ['-c', 'autovacuum=off', '-c', 'fsync=off'] })
  })
  let disk: Disk | undefined
  afterAll(async () => {
    for (const pool of pools) await pool.end()
    await server.stop()
    disk?.unmount()
  })

  async function scened(config: pg.PoolConfig = {}) {
    const pool = poolOn(server.connectionString, config)
    pools.push(pool)
    const schema = newSchema()
    const repository = postgresRepository({ pool, schema })
    await repository.migrate()
    const fixture = await fixtureOf(repository, async (sql) => (await pool.query(sql)).rows, `"${schema}".consentry_`)
    return { pool, schema, repository, fixture, service: serviceOn(repository) }
  }

  it('restarted between calls fails none of them', async () => {
    const { fixture, service } = await scened()
    await Promise.all(tenantsUpTo(10).map((tenant) => ask(service, tenant)))
    await server.restart()
    await worksAgain(service, fixture)
  })

  /** Runs ten callers until the first one fails, and returns what was wrong with their results. */
  async function during({ service, repository }: Awaited<ReturnType<typeof scened>>, end: () => Promise<void>) {
    const acknowledged: string[] = []
    const failed: unknown[] = []
    const callers = tenantsUpTo(10).map(async (tenant) => {
      while (failed.length === 0) {
        await ask(service, tenant).then(
          (id) => acknowledged.push(id),
          (error) => failed.push(error),
        )
      }
    })
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(20), { timeout: 30_000 })
    await end()
    await Promise.all(callers)
    return async () => {
      const stored = new Set((await feedOf(repository)).map((event) => ('tenantRequest' in event ? event.tenantRequest : '')))
      const untyped = failed.filter((error) => !isConsentryError(error, 'unavailable'))
      return { untyped, lost: acknowledged.filter((id) => !stored.has(id)) }
    }
  }

  it('restarted during calls fails some with a typed error, loses no acknowledged one, and the pool works afterwards', async () => {
    const on = await scened()
    const wrong = await during(on, server.restart)
    expect(await wrong()).toEqual({ untyped: [], lost: [] })
    await worksAgain(on.service, on.fixture)
  })

  it('restarted disconnects a subscriber once, which can subscribe again', async () => {
    const { repository, service, pool } = await scened()
    const heard: string[] = []
    const listen = async () =>
      repository.subscribe?.({
        onChange: () => heard.push('wake'),
        onDisconnect: (error) => heard.push(`lost, ${String(error instanceof Error)}`),
      })
    const stop = await listen()
    await server.restart()
    await vi.waitFor(() => expect(heard).toEqual(['lost, true']))
    await stop?.()
    const again = await listen()
    await ask(service, 'again')
    await vi.waitFor(() => expect(heard).toEqual(['lost, true', 'wake']))
    await again?.()
    expect(pool.totalCount).toBe(pool.idleCount)
  })

  it('killed during calls fails them with a typed error until it restarts, loses no acknowledged one, and the pool works afterwards', async () => {
    const on = await scened()
    const wrong = await during(on, server.kill)
    await readingFails(on.service)
    await expectUnavailable(on.service, on.fixture)
    await server.restart()
    expect(await wrong()).toEqual({ untyped: [], lost: [] })
    await worksAgain(on.service, on.fixture)
  })

  it('whose disk is full in the middle of a fan-out saves nothing of it, and works again once there is space', async ({ skip }) => {
    disk = smallDisk()
    skip(disk === undefined, 'to mount takes rights that few have; the test after this one needs none')
    const elsewhere = poolOn(server.connectionString)
    await elsewhere.query(`create tablespace small location '${disk?.path}'`).finally(() => elsewhere.end())
    const { pool, fixture, service } = await scened(settings({ default_tablespace: 'small' }))
    await pool.query('create table filler (text text)')
    for (let rows = 1_000; rows > 0; ) {
      const full = await pool.query(`insert into filler select repeat('x', 1000) from generate_series(1, ${rows})`).catch((error) => error)
      if (full instanceof Error) {
        expect(full).toMatchObject({ code: DISK_FULL })
        rows = Math.floor(rows / 4)
      }
    }
    const before = await fixture.stored()
    await expect(service.submit(elizabeth, WIDE)).rejects.toMatchObject({ ...UNAVAILABLE, cause: { code: DISK_FULL } })
    expect(await fixture.stored()).toEqual(before)
    expect(await doorOf(service)).toBe(200)
    await pool.query('drop table filler')
    await worksAgain(service, fixture)
  })

  it.skipIf(process.platform !== 'linux')('that reaches the file size limit in the middle of a fan-out saves nothing of it', async () => {
    const { pool, schema, fixture, service } = await scened({ max: 1 })
    const [{ pid }] = (await pool.query('select pg_backend_pid() as pid')).rows
    const limit = 2 * 1024 * 1024
    const events = `"${schema}".consentry_events`
    await pool.query(
      `create table filler as select id, type, at, revision, requesting_tenant, tenant, tenant_request, data from ${events} limit 1`,
    )
    // Fills the file up to the limit; the rows are deleted before they are read.
    await pool.query(`insert into ${events} (id, type, at, revision, requesting_tenant, tenant, tenant_request, data)
      select repeat('x', 400) || n, type, at, revision, requesting_tenant, tenant, tenant_request, data from filler, generate_series(1, 4000) n`)
    await pool.query(`delete from ${events} where id like 'xxx%'`)
    const { rows } = await pool.query(`select pg_relation_size('${events}') as size`)
    expect(Number(rows[0].size)).toBeGreaterThan(limit)
    const before = await fixture.stored()
    limitFiles(pid, `${limit}:`)
    await expect(service.submit(elizabeth, WIDE)).rejects.toMatchObject({ ...UNAVAILABLE, cause: { message: /could not extend file/ } })
    expect(await fixture.stored()).toEqual(before)
    expect(await doorOf(service)).toBe(200)
    limitFiles(pid, 'unlimited:')
    await worksAgain(service, fixture)
  })
})

/** Sets the file size limit of a server process, which only its own user can do. */
function limitFiles(pid: number, limit: string): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${limit}`], { ...ownerOf(pid) })
}

function ownerOf(pid: number): { readonly uid: number; readonly gid: number } {
  const { uid, gid } = statSync(`/proc/${pid}`)
  return { uid, gid }
}

interface Disk {
  readonly path: string
  readonly unmount: () => void
}

/** Mounts a disk of a few megabytes for the owner of the servers, if this process may mount. */
function smallDisk(): Disk | undefined {
  if (process.getuid?.() !== 0) return undefined
  const path = mkdtempSync(join(tmpdir(), 'consentry-small-'))
  const [uid, gid] = ['-u', '-g'].map((flag) => execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }).trim())
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=4m,mode=700,uid=${uid},gid=${gid}`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    rmSync(path, { recursive: true })
    return undefined
  }
  return {
    path,
    unmount: () => {
      execFileSync('umount', ['-l', path])
      rmSync(path, { recursive: true })
    },
  }
}

describe('SQLite', () => {
  let files: Files
  let count = 0
  beforeAll(async () => {
    files = await newFiles()
  })
  afterAll(() => files.close())

  /** A fixture, and a second connection that is made to fail. */
  async function failing({ timeout = 5_000, mode }: { timeout?: number; mode?: 'ro' } = {}, journal = 'wal') {
    count += 1
    const name = `failing-${count}`
    const witness = files.open(name)
    witness.exec(`pragma journal_mode = ${journal}`)
    const sound = sqliteRepository({ database: witness })
    await sound.migrate()
    const query = async (sql: string) => witness.prepare(sql).all() as Record<string, unknown>[]
    const fixture = await fixtureOf(sound, query, 'consentry_')
    const database = new Sqlite(mode === undefined ? files.path(name) : `file:${files.path(name)}?mode=${mode}`, { timeout })
    return { fixture, witness, database, service: serviceOn(sqliteRepository({ database })), name }
  }

  it('that is read-only fails every command, and decides', async () => {
    const { fixture, database, service, name } = await failing({ mode: 'ro' })
    await writingFails(service, fixture)
    expect(await doorOf(service)).toBe(200)
    database.close()
    await worksAgain(serviceOn(sqliteRepository({ database: files.open(name) })), fixture)
  })

  it('that is write-locked longer than the busy timeout fails every command, and decides', async () => {
    const { fixture, database, service, name } = await failing({ timeout: 20 })
    const other = files.open(name)
    other.exec('begin immediate')
    await writingFails(service, fixture).finally(() => other.exec('rollback'))
    await worksAgain(service, fixture)
    database.close()
  })

  it('that is exclusively locked longer than the busy timeout fails every call', async () => {
    const { fixture, witness, database, service } = await failing({ timeout: 20 }, 'delete')
    const before = await fixture.stored()
    witness.exec('begin exclusive')
    try {
      await readingFails(service)
      await expectUnavailable(service, fixture)
    } finally {
      witness.exec('rollback')
    }
    expect(await fixture.stored()).toEqual(before)
    await worksAgain(service, fixture)
    database.close()
  })

  it('whose disk is full in the middle of a fan-out saves nothing of it, and works again once there is space', async () => {
    const { fixture, database, service } = await failing()
    const before = await fixture.stored()
    const [{ page_count: pages }] = database.prepare('pragma page_count').all() as [{ page_count: number }]
    database.exec(`pragma max_page_count = ${pages + 20}`)
    await expect(service.submit(elizabeth, WIDE)).rejects.toMatchObject({ ...UNAVAILABLE, cause: { code: 'SQLITE_FULL' } })
    expect(await fixture.stored()).toEqual(before)
    expect(database.inTransaction).toBe(false)
    expect(await doorOf(service)).toBe(200)
    database.exec('pragma max_page_count = 1000000')
    await worksAgain(service, fixture)
    expect((await service.submit(elizabeth, WIDE)).sent.length).toBe(WIDTH)
    database.close()
  })

  it('a negative control: without a transaction a part of it is saved', async () => {
    const { fixture, database } = await failing()
    const before = await fixture.stored()
    const [{ page_count: pages }] = database.prepare('pragma page_count').all() as [{ page_count: number }]
    database.exec(`pragma max_page_count = ${pages + 20}`)
    const service = serviceOn(sqliteRepository({ database: faultyDriver(database, 'no transaction') }))
    await expect(service.submit(elizabeth, WIDE)).rejects.toMatchObject({ ...UNAVAILABLE, cause: { code: 'SQLITE_FULL' } })
    expect(await fixture.stored()).not.toEqual(before)
    database.close()
  })
})
