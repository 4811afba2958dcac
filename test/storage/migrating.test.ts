/** Migrations run once, however many processes start them, and never touch tables of unknown versions. */
import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import Sqlite from 'libsql'
import { afterAll, describe, expect, inject, it, vi } from 'vitest'
import { postgresMigrations, postgresRepository } from '../../src/adapters/postgres.js'
import { migrationTo } from '../../src/adapters/sql/migrations.js'
import { tablesOf } from '../../src/adapters/sql/tables.js'
import { sqliteMigrations, sqliteRepository } from '../../src/adapters/sqlite.js'
import type { Consentry } from '../../src/consentry.js'
import { isConsentryError } from '../../src/domain/error.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { factsIn, requestIn } from '../../src/testing/contract/fixtures/reads.js'
import { type Databases, libsqlDatabases, migrated, type Place, pooledDatabases } from '../databases/places.js'
import { newSchema, poolOn } from '../databases/pools.js'
import { programNamed } from '../databases/programs.js'
import { rewriting } from './faulty-postgres-driver.js'
import type { Migrator } from './migrator.js'
import * as services from './service.js'

const { answererOf, ask, askAndGrant, CLASSICS, caroline, commandsOf, listsOf, mayEnter, questionsOf, serviceOn } = services

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const TEN = 10
const EXPECTED = 2
const NEXT = EXPECTED + 1
const TABLES = [
  'access_requests',
  'events',
  'feed_readers',
  'governed_tenants',
  'migrations',
  'notice_endpoints',
  'notices',
  'requesters',
  'session_users',
  'sessions',
  'tenant_requests',
  'user_sets',
  'user_spans',
]

const files = libsqlDatabases()
const postgres = pooledDatabases()
const { pool } = postgres
const program = programNamed('../storage/migrator')
afterAll(() => Promise.all([files.close(), postgres.close(), program.remove()]))

async function expectMismatch(repository: Repository, found: number | null): Promise<void> {
  const cause = { code: 'schema-mismatch', found, expected: EXPECTED }
  const reads: readonly services.Call[] = [
    () => repository.accessRequest(CLASSICS, 'id'),
    () => repository.readEvents({ after: FEED_START, limit: 1 }),
    () => repository.dueRequests({ now: 0, limit: 1 }),
  ]
  for (const read of reads) await expect(read()).rejects.toMatchObject(cause)
  const service = serviceOn(repository)
  const others = [...listsOf(service, 'tenant'), ...commandsOf(service, 'tenant', 'id')]
  for (const call of questionsOf(service, 'tenant')) await expect(call()).rejects.toMatchObject({ code: 'facts-unavailable', cause })
  for (const call of others) await expect(call()).rejects.toMatchObject({ code: 'unavailable', port: 'repository', cause })
}

const nextRelease = (place: Place, sql = '') => migrationTo(tablesOf('schema' in place ? { schema: `${place.schema}` } : {}), NEXT, sql).sql
const eventsIn = async ({ repository }: Place) => (await repository.readEvents({ after: FEED_START, limit: 99 })).entries.length

describe.each<[name: string, databases: Databases, tables: string, objects: string]>([
  [
    'SQLite',
    files,
    `select name from sqlite_master where type = 'table' and name not like 'sqlite%'`,
    `select name, sql from sqlite_master order by name`,
  ],
  [
    'PostgreSQL',
    postgres,
    `select tablename as name from pg_tables where schemaname = '$schema'`,
    `select relname as name, relkind from pg_class where relnamespace = '"$schema"'::regnamespace order by 1`,
  ],
])('migrations in %s', (_, databases, tables, objects) => {
  const tablesIn = async ({ query, address }: Place) => {
    const rows = await query(`${tables.replace('$schema', address.at(-1) ?? '')} order by 1`)
    return rows.map(({ name }) => name)
  }
  const TABLE_NAMES = TABLES.map((table) => `consentry_${table}`)

  it('are idempotent, by the same and another repository, and keep stored data', async () => {
    const place = await migrated(databases)
    const id = await ask(serviceOn(place.repository), 'tenant')
    await place.repository.migrate()
    await place.prefixed().migrate()
    expect(await tablesIn(place)).toEqual(TABLE_NAMES)
    expect((await requestIn(place.prefixed(), id))?.tenant).toBe('tenant')
  })

  it(`run once if ${TEN} processes start them concurrently`, async () => {
    const place = databases.place()
    const migrators = await Promise.all(Array.from({ length: TEN }, () => program.start<Migrator>(place.address)))
    await Promise.all(migrators.map((one) => one.call('ready')))
    await Promise.all(migrators.map((one) => one.call('migrate')))
    await Promise.all(migrators.map((one) => one.end()))
    expect(await tablesIn(place)).toEqual(TABLE_NAMES)
    // The primary key of the table rejects the same version twice.
    await expect(place.query(`insert into ${place.of('migrations')} (version) values (${EXPECTED})`)).rejects.toThrow(/unique/i)
    expect(await ask(serviceOn(place.repository), 'tenant')).toBeTruthy()
  })

  it('are complete when the host runs the exported SQL', async () => {
    const place = databases.place()
    const exported = 'schema' in place ? postgresMigrations({ schema: `${place.schema}` }) : sqliteMigrations()
    for (const { sql } of exported) await place.query(sql)
    const before = await tablesIn(place)
    await place.repository.migrate()
    expect(await tablesIn(place)).toEqual(before)
    const service = serviceOn(place.repository)
    await askAndGrant(service, 'tenant')
    expect((await service.decide(mayEnter('tenant'))).allowed).toBe(true)
  })

  it('from version 1 to 2 keep what is stored, and everything works after them', async () => {
    const objectsIn = async (place: Place) => JSON.stringify(await place.query(objects.replace('$schema', place.address.at(-1) ?? '')))
    const first = databases.place()
    const [step] = 'schema' in first ? postgresMigrations({ schema: `${first.schema}` }) : sqliteMigrations()
    await first.query(step?.sql ?? '')

    const place = await migrated(databases)
    const service = serviceOn(place.repository)
    const [granted, asked] = [await askAndGrant(service, 'tenant'), await ask(service, 'other')]
    const rows = async () => {
      const stored = ['access_requests', 'events', 'tenant_requests', 'user_sets', 'user_spans', 'governed_tenants']
      return JSON.stringify(await Promise.all(stored.map((table) => place.query(`select * from ${place.of(table)} order by 1, 2`))))
    }
    const before = await rows()
    for (const table of ['feed_readers', 'notices', 'notice_endpoints']) await place.query(`drop table ${place.of(table)}`)
    await place.query(`drop index ${place.of('tenant_requests_unanswered')}`)
    await place.query(`update ${place.of('migrations')} set version = 1`)
    expect(await objectsIn(place)).toBe(await objectsIn(first))
    await expectMismatch(place.prefixed(), 1)

    await place.repository.migrate()
    expect(await tablesIn(place)).toEqual(TABLE_NAMES)
    expect(await rows()).toBe(before)
    const { notices, readers } = place.repository
    expect((await serviceOn(place.repository).decide(mayEnter('tenant'))).allowed).toBe(true)
    expect((await requestIn(place.repository, granted))?.state).toBe('granted')
    const unanswered = await notices.unanswered({ after: { dueAt: 0, id: '' }, until: Date.now() + 1, limit: 9 })
    expect(unanswered.map(({ id }) => id)).toEqual([asked])
    const start = { position: FEED_START, mark: null }
    expect(await readers.hold({ reader: 'reader', owner: 'owner', forMs: 1_000, start })).toEqual(start)
  })

  it('that are missing make every call reject, and the same repository works after them', async () => {
    const { repository } = databases.place()
    await expectMismatch(repository, null)
    await repository.migrate()
    expect(await ask(serviceOn(repository), 'tenant')).toBeTruthy()
  })

  it('of a newer version make every call reject, and are not changed', async () => {
    const place = await migrated(databases)
    await ask(serviceOn(place.repository), 'tenant')
    await place.query(`insert into ${place.of('migrations')} (version) values (7)`)
    const before = await tablesIn(place)
    const newer = place.prefixed()
    await expect(newer.migrate()).rejects.toMatchObject({ code: 'schema-mismatch', found: 7, expected: EXPECTED })
    await expectMismatch(newer, 7)
    expect(await tablesIn(place)).toEqual(before)
    await place.query(`delete from ${place.of('migrations')} where version = 7`)
    expect((await newer.incoming({ tenant: 'tenant', now: 0, limit: 9 })).length).toBe(1)
  })

  it.each<[what: string, found: number | null, sql: (place: Place) => string]>([
    ['of the next release', NEXT, nextRelease],
    [
      'of another shape',
      NEXT,
      (place) => nextRelease(place, `alter table ${place.of('tenant_requests')} rename column user_set to people`),
    ],
    ['without a version', null, ({ of }) => `delete from ${of('migrations')}`],
    ['without their table of versions', null, ({ of }) => `drop table ${of('migrations')}`],
  ])('to tables %s make every call of a running process reject', async (_, found, sql) => {
    const place = await migrated(databases)
    await ask(serviceOn(place.repository), 'tenant')
    await place.query(sql(place))
    await expectMismatch(place.repository, found)
    await expect(place.repository.migrate()).rejects.toThrow(found === null ? /exist/ : /version `3`/)
  })

  it.each<[save: 'saveSubmission' | 'saveChanges' | 'saveSessionChanges', command: (service: Consentry, id: string) => Promise<unknown>]>([
    ['saveSubmission', (service) => ask(service, 'other')],
    ['saveChanges', (service, id) => service.revoke(answererOf('tenant'), id)],
    ['saveSessionChanges', (service) => service.startImpersonation(caroline, { tenant: 'tenant', method: 'access-request' })],
  ])('that arrive between the reads of a command and its `%s` make it reject, also in a transaction of the host', async (save, command) => {
    const place = await migrated(databases)
    const id = await askAndGrant(serviceOn(place.repository), 'tenant')
    const saved = await eventsIn(place)
    for (const begin of [place.begin, async () => ({ repository: place.repository, end: async () => {} })]) {
      const { repository, end } = await begin()
      const saving = async (given: never): Promise<unknown> => {
        await place.query(nextRelease(place))
        return repository[save](given)
      }
      await expect(command(serviceOn({ ...repository, [save]: saving }), id)).rejects.toMatchObject({
        code: 'unavailable',
        cause: { code: 'schema-mismatch', found: NEXT, expected: EXPECTED },
      })
      await end('commit')
      await place.query(`update ${place.of('migrations')} set version = ${EXPECTED}`)
      expect(await eventsIn(place)).toBe(saved)
    }
  })

  it('with two prefixes are independent', async () => {
    const place = databases.place()
    const [one, other] = [place.prefixed('one_'), place.prefixed('other_')]
    await one.migrate()
    await expect(factsIn(other, 'tenant')).rejects.toMatchObject({ code: 'schema-mismatch', found: null })
    await other.migrate()
    expect((await tablesIn(place)).length).toBe(2 * TABLES.length)
    const id = await askAndGrant(serviceOn(one), 'tenant')
    expect(await requestIn(other, id)).toBeUndefined()
    expect(await factsIn(other, 'tenant')).toEqual({ tenant: 'tenant', governed: false, requests: [] })
    expect((await other.readEvents({ after: FEED_START, limit: 9 })).entries).toEqual([])
    expect((await one.readEvents({ after: FEED_START, limit: 9 })).entries.length).toBe(3)
  })
})

it('of version 1 are byte for byte what was released', () => {
  const released = [sqliteMigrations(), postgresMigrations(), postgresMigrations({ schema: 'x' })].map(([first]) => first?.sql ?? '')
  const hashes = released.map((sql) => createHash('sha256').update(sql).digest('hex').slice(0, 16))
  expect(hashes).toEqual(['ef5372bd98d9dcb6', '6987e05a8d234d3e', '4a4bec29570d7783'])
})

it('invalid table names throw `invalid-input` with all issues', () => {
  const issuesOf = (make: () => unknown) => {
    try {
      make()
    } catch (error) {
      if (isConsentryError(error, 'invalid-input')) return error.issues.map(({ path }) => path)
    }
    return expect.unreachable('they were taken')
  }
  const bad = ['', 'Consentry', 'a-b', 'a b', '1a', '"', 'a;drop', 'ä', 'a'.repeat(31), 7, null, {}] as string[]
  for (const name of bad) {
    expect(issuesOf(() => postgresRepository({ pool, schema: name, tablePrefix: name }))).toEqual([['tablePrefix'], ['schema']])
    expect(issuesOf(() => postgresMigrations({ schema: name }))).toEqual([['schema']])
    expect(issuesOf(() => sqliteRepository({ database: new Sqlite(':memory:'), tablePrefix: name }))).toEqual([['tablePrefix']])
    expect(issuesOf(() => sqliteMigrations({ tablePrefix: name }))).toEqual([['tablePrefix']])
  }
})

describe('in PostgreSQL', () => {
  it('table names of the maximum length create all tables and indexes, none truncated to the name of another', async () => {
    const longest = 'a'.repeat(30)
    await postgres.query(`drop schema if exists "${longest}" cascade`)
    const place = postgres.place(longest)
    const counts: unknown[] = []
    for (const prefix of [longest, `${longest.slice(1)}b`]) {
      await place.prefixed(prefix).migrate()
      const indexes = await place.query(`select relname from pg_class where relnamespace = '"${longest}"'::regnamespace
        and relkind = 'i' and relname like '${prefix}%'`)
      counts.push(indexes.length)
    }
    expect(counts[0]).toBeGreaterThan(10)
    expect(counts[0]).toBe(counts[1])
  })

  it('columns that hold ids compare them byte for byte, and instants have the full range of `Date`; no column is of another kind', async () => {
    const INSTANTS = /\.(at|since|mark|held_until|keep_until|lasts_until|open_until|access_until|answer_by|.*_at)$/
    const JSON_LISTS = /^consentry_sessions\.granted_by$/
    const IDS =
      /\.(id|hash|tenant|requesting_tenant|access_request|tenant_request|session|granted_by|user_id|reader|owner|event|channel|party|queue|closes|endpoint|.*_by_user|.*_by_tenant)$/
    const OTHERS =
      /\.(access_request_seq|seq|position|user_set|user_count|removed_count|end_rank|ids|submissions|starts|revision|tenant_revision|version|state|type|cause|method|name|reason|.*message|data|associations|bundled|bundle_of|attempts|notice|reached|error)$/
    const place = await migrated(postgres)
    const columns = await place.query(`select c.relname || '.' || a.attname as name,
        format_type(a.atttypid, a.atttypmod) || coalesce(' collate ' || l.collname, '') as type
      from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_collation l on l.oid = a.attcollation
      where c.relnamespace = '"${place.schema}"'::regnamespace and c.relkind = 'r' and a.attnum > 0 order by 1`)
    const wrong = columns.filter(({ name, type }) => {
      const is = (kind: RegExp) => kind.test(String(name))
      if (is(INSTANTS)) return type !== 'bigint'
      return is(IDS) && !is(JSON_LISTS) ? type !== 'text collate C' : !is(OTHERS) && !is(JSON_LISTS)
    })
    expect(wrong).toEqual([])
    expect(columns.filter(({ type }) => type === 'text collate C').length).toBeGreaterThan(20)
    expect(columns.filter(({ type }) => type === 'bigint').length).toBeGreaterThan(10)
  })

  it('two concurrent migrations both succeed if the second checks the version before the first commits, then waits for it', async () => {
    const { schema } = postgres.place()
    const steps = new EventEmitter()
    const [atItsCommit, gate] = [once(steps, 'at its commit'), once(steps, 'commit')]
    const slow = rewriting(pool, async (sql) => {
      if (sql === 'commit') {
        steps.emit('at its commit')
        await gate
      }
      return sql
    })
    const first = postgresRepository({ pool: slow, schema }).migrate()
    await atItsCommit
    const alone = poolOn(inject('postgres'), { max: 1 })
    try {
      const [{ pid }] = (await alone.query('select pg_backend_pid() as pid')).rows
      const second = postgresRepository({ pool: alone, schema }).migrate()
      const waiting = `select 1 from pg_locks where locktype = 'advisory' and not granted and pid = ${pid}`
      await vi.waitFor(async () => expect((await postgres.query(waiting)).length).toBe(1), { timeout: 30_000 })
      steps.emit('commit')
      expect(await Promise.all([first, second])).toEqual([undefined, undefined])
    } finally {
      steps.emit('commit')
      await alone.end()
    }
  })

  it('a migration waits for an open save, and a save that begins meanwhile waits for it and is refused', async () => {
    const place = await migrated(postgres)
    const blocked = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%${place.schema}%'`
    const untilBlocked = () => vi.waitFor(async () => expect((await postgres.query(blocked)).length).toBe(1), { timeout: 30_000 })
    const open = await place.begin()
    await ask(serviceOn(open.repository), 'before')
    const next = await pool.connect()
    try {
      await next.query('begin')
      const migrating = next.query(nextRelease(place))
      await untilBlocked()
      await open.end('commit')
      await migrating
      expect(await eventsIn(place)).toBe(2)
      const late = ask(serviceOn(place.repository), 'after')
      late.catch(() => {})
      await untilBlocked()
      await next.query('commit')
      await expect(late).rejects.toMatchObject({ cause: { code: 'schema-mismatch', found: NEXT } })
    } finally {
      next.release()
    }
    await postgres.query(`update ${place.of('migrations')} set version = ${EXPECTED}`)
    expect(await eventsIn(place)).toBe(2)
  })

  it('a save in a transaction of the host whose snapshot is older than a migration is refused', async () => {
    const place = await migrated(postgres)
    const { repository, query, end } = await place.begin()
    await query('set transaction isolation level repeatable read')
    expect((await factsIn(repository, 'tenant')).requests).toEqual([])
    await postgres.query(nextRelease(place))
    await expect(ask(serviceOn(repository), 'tenant')).rejects.toMatchObject({ code: 'unavailable', cause: { code: '40001' } })
    await end('commit')
    await postgres.query(`update ${place.of('migrations')} set version = ${EXPECTED}`)
    expect(await eventsIn(place)).toBe(0)
  })

  it('a role that may not create tables starts and works if they exist', async () => {
    const { schema } = await migrated(postgres)
    const role = newSchema()
    await postgres.query(`create role "${role}" login password 'nothing'`)
    const url = new URL(inject('postgres'))
    Object.assign(url, { username: role, password: 'nothing' })
    const theirs = pooledDatabases(url.href)
    try {
      const { repository } = theirs.place(schema)
      // A role without privileges sees no tables, or gets a permission error.
      await expect(repository.migrate()).rejects.toThrow()
      await postgres.query(`grant usage on schema "${schema}" to "${role}"`)
      await postgres.query(`grant select, insert, update on all tables in schema "${schema}" to "${role}"`)
      await postgres.query(`grant usage, select on all sequences in schema "${schema}" to "${role}"`)
      await repository.migrate()
      const service = serviceOn(repository)
      await askAndGrant(service, 'tenant')
      expect((await service.decide(mayEnter('tenant'))).allowed).toBe(true)
      expect((await repository.readEvents({ after: FEED_START, limit: 9 })).entries.length).toBe(3)
      await expect(theirs.place().repository.migrate()).rejects.toMatchObject({ code: '42501' })
    } finally {
      await theirs.close()
      await postgres.query(`drop owned by "${role}"`)
      await postgres.query(`drop role "${role}"`)
    }
  })
})
