/** Migrations run once, however many processes start them, and never touch tables of unknown versions. */

import { once } from 'node:events'
import Sqlite from 'libsql'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { type PostgresPool, postgresMigrations, postgresRepository } from '../../src/adapters/postgres.js'
import { sqliteMigrations, sqliteRepository } from '../../src/adapters/sqlite.js'
import { isConsentryError } from '../../src/domain/error.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { type Files, newFiles, newSchema, poolOn } from './places.js'
import { type Program, programNamed } from './programs.js'
import { answererOf, ask, asking, CLASSICS, caroline, elizabeth, serviceOn } from './service.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const TEN = 10
const EXPECTED = 1
const TABLES = ['access_requests', 'events', 'governed_tenants', 'migrations', 'sessions', 'tenant_requests', 'user_sets']

type Migrating = Repository & { migrate(): Promise<void> }

/** A database for one test, with plain SQL access. */
interface Place {
  readonly repository: (tablePrefix?: string) => Migrating
  readonly sql: (statement: string) => Promise<unknown>
  readonly tables: () => Promise<readonly string[]>
  /** Returns the quoted name of a table. */
  readonly of: (table: string) => string
  /** Runs the exported migrations, one by one. */
  readonly printed: () => readonly string[]
  /** The arguments of a child process that migrates it. */
  readonly address: readonly string[]
}

let files: Files
let program: Program
let pool: pg.Pool
const schemas: string[] = []
let count = 0
beforeAll(async () => {
  ;[files, program] = await Promise.all([newFiles(), programNamed('migrator')])
  pool = poolOn(inject('postgres'))
})
afterAll(async () => {
  for (const schema of schemas) await pool.query(`drop schema if exists "${schema}" cascade`)
  await Promise.all([files.close(), program.remove(), pool.end()])
})

const places: readonly { readonly name: string; readonly make: () => Place }[] = [
  {
    name: 'SQLite',
    make: () => {
      count += 1
      const name = `migrating-${count}`
      const database = files.open(name)
      return {
        repository: (tablePrefix) => sqliteRepository({ database, tablePrefix }),
        sql: async (statement) => database.exec(statement),
        tables: async () => {
          const sql = `select name from sqlite_master where type = 'table' and name not like 'sqlite%' order by name`
          return (database.prepare(sql).all() as { name: string }[]).map((row) => row.name)
        },
        of: (table) => `consentry_${table}`,
        printed: () => sqliteMigrations().map(({ sql }) => sql),
        address: ['sqlite', files.path(name)],
      }
    },
  },
  {
    name: 'PostgreSQL',
    make: () => {
      const schema = newSchema()
      schemas.push(schema)
      return {
        repository: (tablePrefix) => postgresRepository({ pool, schema, tablePrefix }),
        sql: (statement) => pool.query(statement),
        tables: async () => {
          const sql = 'select table_name as name from information_schema.tables where table_schema = $1 order by 1'
          return (await pool.query(sql, [schema])).rows.map(({ name }) => name)
        },
        of: (table) => `"${schema}".consentry_${table}`,
        printed: () => postgresMigrations({ schema }).map(({ sql }) => sql),
        address: ['postgres', inject('postgres'), schema],
      }
    },
  },
]

/** Returns the error that a call rejects with. */
async function failure(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => expect.unreachable('it did not reject'),
    (error: unknown) => error,
  )
}

/** Asserts that every call rejects because of that schema version. */
async function mismatchesIn(repository: Repository, found: number | null): Promise<void> {
  const cause = { code: 'schema-mismatch', found, expected: EXPECTED }
  const service = serviceOn(repository)
  const question = { user: 'caroline', tenant: 'tenant', method: 'access-request' } as const
  const calls: readonly (readonly [object, readonly (() => Promise<unknown>)[]])[] = [
    [
      cause,
      [
        () => repository.tenantRequest('id'),
        () => repository.accessRequest(CLASSICS, 'id'),
        () => repository.facts('tenant'),
        () => repository.factsOfUser('caroline'),
        () => repository.history({ tenant: 'tenant', limit: 1 }),
        () => repository.readEvents({ after: FEED_START, limit: 1 }),
        () => repository.session('0'.repeat(64)),
        () => repository.dueRequests(0, 1),
      ],
    ],
    [
      { code: 'facts-unavailable', cause },
      [
        () => service.decide(question),
        () => service.authorize(question),
        () => service.facts('tenant'),
        () => service.tenantsFor({ user: 'caroline' }),
        () => service.usersFor({ tenant: 'tenant' }),
        () => service.startImpersonation(caroline, { tenant: 'tenant', method: 'legacy-support' }),
      ],
    ],
    [
      { code: 'unavailable', port: 'repository', cause },
      [
        () => service.submit(elizabeth, asking(['tenant'])),
        () => service.grant(answererOf('tenant'), 'id'),
        () => service.outgoing(elizabeth),
        () => service.recordDue(),
      ],
    ],
  ]
  for (const [expected, each] of calls) for (const call of each) expect(await failure(call())).toMatchObject(expected)
}

for (const { name, make } of places) {
  describe(`migrations in ${name}`, () => {
    it('are idempotent, by the same and another repository, and keep stored data', async () => {
      const { repository, tables } = make()
      const one = repository()
      await one.migrate()
      const id = await ask(serviceOn(one), 'tenant')
      await one.migrate()
      await repository().migrate()
      expect(await tables()).toEqual(TABLES.map((table) => `consentry_${table}`))
      expect((await repository().tenantRequest(id))?.tenant).toBe('tenant')
    })

    it(`run once if ${TEN} processes start them concurrently`, async () => {
      const { address, repository, sql, tables, of } = make()
      const migrators = Array.from({ length: TEN }, () => program.start(...address))
      await Promise.all(migrators.map((one) => once(one, 'message')))
      const told = migrators.map((one) => once(one, 'message').then(([said]) => said))
      for (const one of migrators) one.send('migrate')
      expect(await Promise.all(told)).toEqual(Array(TEN).fill('migrated'))
      expect(await tables()).toEqual(TABLES.map((table) => `consentry_${table}`))
      // The primary key of the table rejects the same version twice.
      await expect(sql(`insert into ${of('migrations')} (version) values (${EXPECTED})`)).rejects.toThrow(/unique/i)
      expect(await ask(serviceOn(repository()), 'tenant')).toBeTruthy()
    })

    it('are complete when the host runs the exported SQL', async () => {
      const { repository, sql, printed, tables } = make()
      for (const step of printed()) await sql(step)
      const before = await tables()
      await repository().migrate()
      expect(await tables()).toEqual(before)
      const service = serviceOn(repository())
      const id = await ask(service, 'tenant')
      await service.grant(answererOf('tenant'), id)
      expect((await service.decide({ user: 'caroline', tenant: 'tenant', method: 'access-request' })).allowed).toBe(true)
    })

    it('that are missing make every call reject, and the same repository works after them', async () => {
      const { repository } = make()
      const one = repository()
      await mismatchesIn(one, null)
      await one.migrate()
      expect(await ask(serviceOn(one), 'tenant')).toBeTruthy()
    })

    it('of a newer version make every call reject, and are not changed', async () => {
      const { repository, sql, of, tables } = make()
      await repository().migrate()
      await ask(serviceOn(repository()), 'tenant')
      await sql(`insert into ${of('migrations')} (version) values (7)`)
      const before = await tables()
      const one = repository()
      expect(await failure(one.migrate())).toMatchObject({ code: 'schema-mismatch', found: 7, expected: EXPECTED })
      await mismatchesIn(one, 7)
      expect(await tables()).toEqual(before)
      await sql(`delete from ${of('migrations')} where version = 7`)
      expect((await one.incoming({ tenant: 'tenant', now: 0, limit: 9 })).length).toBe(1)
    })

    it('with two prefixes are independent', async () => {
      const { repository, tables } = make()
      const [one, other] = [repository('one_'), repository('other_')]
      await one.migrate()
      expect(await failure(other.facts('tenant'))).toMatchObject({ code: 'schema-mismatch', found: null })
      await other.migrate()
      expect((await tables()).length).toBe(2 * TABLES.length)
      const id = await ask(serviceOn(one), 'tenant')
      await serviceOn(one).grant(answererOf('tenant'), id)
      expect(await other.tenantRequest(id)).toBeUndefined()
      expect(await other.facts('tenant')).toEqual({ tenant: 'tenant', governed: false, requests: [] })
      expect((await other.readEvents({ after: FEED_START, limit: 9 })).entries).toEqual([])
      expect((await one.readEvents({ after: FEED_START, limit: 9 })).entries.length).toBe(3)
    })

    it('keep ids distinct that differ only in case or that a collation treats as equal', async () => {
      const { repository } = make()
      const one = repository()
      await one.migrate()
      const ids = ['tenant', 'Tenant', 'TENANT', 'ten-ant', 'ten.ant', 'tenant_', '`e', "'e", '^e', 'e', '~e', 'tenant-2', 'tenant-10']
      const { sent } = await serviceOn(one).submit(elizabeth, asking(ids))
      expect(sent.map(({ tenant }) => tenant)).toEqual([...ids].sort())
      for (const { id, tenant } of sent) {
        await serviceOn(one).grant(answererOf(tenant), id)
        expect((await one.incoming({ tenant, now: 0, limit: 9 })).map((request) => request.id)).toEqual([id])
      }
      const [first] = sent
      expect((await one.tenantRequestsOf(CLASSICS, (await one.tenantRequest(first?.id ?? ''))?.accessRequest ?? '')).length).toBe(
        ids.length,
      )
      expect((await one.factsOfUser('caroline')).map(({ tenant }) => tenant)).toEqual([...ids].sort())
      expect(await one.factsOfUser('Caroline')).toEqual([])
    })
  })
}

describe('invalid table names', () => {
  const told = (make: () => unknown) => {
    try {
      make()
    } catch (error) {
      if (isConsentryError(error, 'invalid-input')) return error.issues.map(({ path }) => path)
    }
    return expect.unreachable('they were taken')
  }

  it('throw `invalid-input` with all issues', () => {
    const bad = ['', 'Consentry', 'a-b', 'a b', '1a', '"', 'a;drop', 'ä', 'a'.repeat(31), 7, null, {}] as string[]
    for (const name of bad) {
      expect(told(() => postgresRepository({ pool, schema: name, tablePrefix: name }))).toEqual([['tablePrefix'], ['schema']])
      expect(told(() => postgresMigrations({ schema: name }))).toEqual([['schema']])
      expect(told(() => sqliteRepository({ database: new Sqlite(':memory:'), tablePrefix: name }))).toEqual([['tablePrefix']])
      expect(told(() => sqliteMigrations({ tablePrefix: name }))).toEqual([['tablePrefix']])
    }
  })

  it('of the maximum length create all tables and indexes, none truncated to the name of another', async () => {
    const longest = 'a'.repeat(30)
    await pool.query(`drop schema if exists "${longest}" cascade`)
    schemas.push(longest)
    for (const tablePrefix of [longest, `${longest.slice(1)}b`]) await postgresRepository({ pool, schema: longest, tablePrefix }).migrate()
    const sql = `select relname as name from pg_class where relnamespace = $1::regnamespace and relkind = 'i' and relname like $2`
    const [one, other] = await Promise.all([`${longest}%`, `${longest.slice(1)}b%`].map((like) => pool.query(sql, [longest, like])))
    expect(one?.rows.length).toBeGreaterThan(10)
    expect(one?.rows.length).toBe(other?.rows.length)
  })
})

describe('the columns in PostgreSQL', () => {
  interface Column {
    readonly name: string
    readonly type: string
    readonly collation: string | null
  }
  let columns: readonly Column[]
  beforeAll(async () => {
    const schema = newSchema()
    schemas.push(schema)
    await postgresRepository({ pool, schema }).migrate()
    const sql = `select c.relname || '.' || a.attname as name, format_type(a.atttypid, a.atttypmod) as type, l.collname as collation
      from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_collation l on l.oid = a.attcollation
      where c.relnamespace = $1::regnamespace and c.relkind = 'r' and a.attnum > 0 order by 1`
    columns = (await pool.query<Column>(sql, [schema])).rows
  })
  const IDS = /\.(id|hash|tenant|requesting_tenant|access_request|tenant_request|granted_by|user_id|.*_by_user|.*_by_tenant)$/
  const INSTANTS = /\.(at|since|lasts_until|.*_at|ends_at)$/
  const JSON_LISTS = ['consentry_sessions.granted_by']

  it('that hold ids compare them byte for byte', () => {
    const ids = columns.filter(({ name }) => IDS.test(name) && !JSON_LISTS.includes(name))
    expect(ids.length).toBeGreaterThan(20)
    expect(ids.filter(({ type, collation }) => type !== 'text' || collation !== 'C')).toEqual([])
  })

  it('that hold instants hold milliseconds in the full range of `Date`', () => {
    const instants = columns.filter(({ name }) => INSTANTS.test(name))
    expect(instants.length).toBeGreaterThan(10)
    expect(instants.filter(({ type }) => type !== 'bigint')).toEqual([])
  })

  it('are all ids, instants or of a known type', () => {
    const rest = columns.filter(({ name }) => !INSTANTS.test(name) && (!IDS.test(name) || JSON_LISTS.includes(name)))
    const kinds =
      /\.(access_request_seq|seq|position|user_set|revision|version|state|type|cause|method|name|reason|.*message|data|users|removed|associations|granted_by)$/
    expect(rest.filter(({ name }) => !kinds.test(name))).toEqual([])
  })
})

describe('two concurrent migrations of one PostgreSQL schema', () => {
  it('both succeed if the second checks the version before the first commits, then waits for it', async () => {
    const schema = newSchema()
    schemas.push(schema)
    let goOn = () => {}
    const gate = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const { slow, atItsCommit } = slowToCommit(gate)
    const first = postgresRepository({ pool: slow, schema }).migrate()
    await atItsCommit
    const alone = poolOn(inject('postgres'), { max: 1 })
    try {
      const [{ pid }] = (await alone.query('select pg_backend_pid() as pid')).rows
      const second = postgresRepository({ pool: alone, schema }).migrate()
      const waiting = `select 1 from pg_locks where locktype = 'advisory' and not granted and pid = $1`
      await vi.waitFor(async () => expect((await pool.query(waiting, [pid])).rows.length).toBe(1), { timeout: 30_000 })
      goOn()
      expect(await Promise.allSettled([first, second])).toEqual([
        { status: 'fulfilled', value: undefined },
        { status: 'fulfilled', value: undefined },
      ])
    } finally {
      goOn()
      await alone.end()
    }
  })
})

/** Returns a pool whose commits wait for the gate. */
function slowToCommit(gate: Promise<void>): { readonly slow: PostgresPool; readonly atItsCommit: Promise<void> } {
  let arrived = () => {}
  const atItsCommit = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const slow: PostgresPool = {
    query: (query) => pool.query(query),
    connect: async () => {
      const client = await pool.connect()
      return {
        query: async (query) => {
          if (query.text === 'commit') {
            arrived()
            await gate
          }
          return client.query(query)
        },
        release: (destroy) => client.release(destroy),
        on: (event, listener) => client.on(event, listener),
        off: (event, listener) => client.off(event, listener),
      }
    },
  }
  return { slow, atItsCommit }
}

describe('a PostgreSQL role that may not create tables', () => {
  it('starts and works if the tables exist', async () => {
    const [schema, role] = [newSchema(), newSchema()]
    schemas.push(schema)
    await postgresRepository({ pool, schema }).migrate()
    await pool.query(`create role "${role}" login password 'nothing'`)
    const url = new URL(inject('postgres'))
    url.username = role
    url.password = 'nothing'
    const theirs = poolOn(url.href)
    try {
      const repository = postgresRepository({ pool: theirs, schema })
      // A role without privileges sees no tables, or gets a permission error.
      expect(await failure(repository.migrate())).toBeInstanceOf(Error)
      await pool.query(`grant usage on schema "${schema}" to "${role}"`)
      await pool.query(`grant select, insert, update on all tables in schema "${schema}" to "${role}"`)
      await pool.query(`grant usage, select on all sequences in schema "${schema}" to "${role}"`)
      await repository.migrate()
      const service = serviceOn(repository)
      const id = await ask(service, 'tenant')
      await service.grant(answererOf('tenant'), id)
      expect((await service.decide({ user: 'caroline', tenant: 'tenant', method: 'access-request' })).allowed).toBe(true)
      expect((await repository.readEvents({ after: FEED_START, limit: 9 })).entries.length).toBe(3)
      const missing = newSchema()
      await expect(postgresRepository({ pool: theirs, schema: missing }).migrate()).rejects.toMatchObject({ code: '42501' })
    } finally {
      await theirs.end()
      await pool.query(`drop owned by "${role}"`)
      await pool.query(`drop role "${role}"`)
    }
  })
})
