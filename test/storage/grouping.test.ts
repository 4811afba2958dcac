/** Concurrent saves of one process share a transaction: a lone one never waits, and one that fails spoils no other. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, it, vi } from 'vitest'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import type { Consentry } from '../../src/consentry.js'
import type { Repository } from '../../src/ports/repository.js'
import { libsqlDatabases, migrated, pooledDatabases } from '../databases/places.js'
import { rewriting } from './faulty-postgres-driver.js'
import { statesUnlikeEvents } from './findings.js'
import { answererOf, ask, asking, caroline, elizabeth, serviceOn, tenantsUpTo } from './service.js'

vi.setConfig({ testTimeout: 60_000 })

const TENANTS = tenantsUpTo(50)
const postgres = pooledDatabases()
const files = libsqlDatabases()
afterAll(() => Promise.all([postgres.close(), files.close()]))

/** A place in PostgreSQL, with a request in each tenant, and the statements that a service runs. */
async function inPostgres() {
  const place = await migrated(postgres)
  const { sent } = await serviceOn(place.repository).submit(elizabeth, asking(TENANTS))
  const statements: string[] = []
  const counted = rewriting(postgres.pool, (sql) => {
    if (!sql.includes('pg_notify')) statements.push(sql)
    return sql
  })
  return { ...place, sent, statements, service: serviceOn(postgresRepository({ pool: counted, schema: place.schema })) }
}

async function inSqlite() {
  const place = await migrated(files)
  const { sent } = await serviceOn(place.repository).submit(elizabeth, asking(TENANTS))
  const statements: string[] = []
  const { database } = place
  const counted = {
    prepare: (sql: string) => database.prepare(sql),
    exec: (sql: string) => {
      statements.push(sql)
      database.exec(sql)
    },
  }
  return { ...place, sent, statements, service: serviceOn(sqliteRepository({ database: counted })) }
}

type Sent = Awaited<ReturnType<typeof inPostgres>>['sent']

/** Grants all at once, and returns the tenants in which that failed. */
async function grantAll(service: Consentry, sent: Sent): Promise<readonly string[]> {
  const outcomes = sent.map(({ id, tenant }) =>
    service.grant(answererOf(tenant), id, { expiresAt: null }).then(
      () => [],
      () => [tenant],
    ),
  )
  return (await Promise.all(outcomes)).flat().sort()
}

const saves = (statements: readonly string[]) => statements.filter((sql) => /complete as|^commit$/.test(sql)).length

it('a lone grant in PostgreSQL is two statements: it reads its request, and saves', async () => {
  const { service, sent, statements } = await inPostgres()
  const [one, two] = sent
  await service.grant(answererOf(one?.tenant ?? ''), one?.id ?? '', { expiresAt: null })
  expect(statements).toHaveLength(2)
  await service.reject(answererOf(two?.tenant ?? ''), two?.id ?? '')
  expect(statements).toHaveLength(4)
})

it('a small submission in PostgreSQL is one statement, and a start or an end of a session is saved by one', async () => {
  const { service, statements } = await inPostgres()
  await ask(service, 'another')
  expect(statements).toHaveLength(1)
  const id = await ask(service, 'granting')
  await service.grant(answererOf('granting'), id, { expiresAt: null })
  statements.length = 0
  const { id: session } = await service.startImpersonation(caroline, { tenant: 'granting', method: 'access-request' })
  expect(statements.filter((sql) => sql.includes('starting as'))).toHaveLength(1)
  await service.endImpersonation(caroline, session)
  expect(statements.filter((sql) => sql.includes('starting as'))).toHaveLength(2)
  expect(statements.filter((sql) => /^(begin|commit)/.test(sql))).toEqual([])
})

it.each([
  ['PostgreSQL', inPostgres],
  ['SQLite', inSqlite],
])('fifty grants at once in %s share few transactions, and each is saved with its event', async (_, open) => {
  const place = await open()
  place.statements.length = 0
  expect(await grantAll(place.service, place.sent)).toEqual([])
  expect(saves(place.statements)).toBeGreaterThan(0)
  expect(saves(place.statements)).toBeLessThan(20)
  expect((await place.repository.governedTenantPage({ limit: 100 })).length).toBe(TENANTS.length)
  expect(await statesUnlikeEvents(place)).toEqual([])
})

it('a grant that fails in PostgreSQL fails alone', async () => {
  const place = await inPostgres()
  const { query, of, schema } = place
  await query(`create function "${schema}".refuse() returns trigger as 'begin raise exception $$no$$; end' language plpgsql`)
  const when = `for each row when (new.tenant in ('tenant-7', 'tenant-33') and new.type = 'tenant-request.granted')`
  await query(`create trigger refuse before insert on ${of('events')} ${when} execute function "${schema}".refuse()`)
  expect(await grantAll(place.service, place.sent)).toEqual(['tenant-33', 'tenant-7'])
  expect((await place.repository.governedTenantPage({ limit: 100 })).length).toBe(TENANTS.length - 2)
  expect(await statesUnlikeEvents(place)).toEqual([])
})

it('a grant that fails in SQLite fails alone', async () => {
  const place = await inSqlite()
  place.database.exec(`create trigger refuse before insert on consentry_events
    when new.tenant in ('tenant-7', 'tenant-33') and new.type = 'tenant-request.granted' begin select raise(abort, 'no'); end`)
  expect(await grantAll(place.service, place.sent)).toEqual(['tenant-33', 'tenant-7'])
  expect((await place.repository.governedTenantPage({ limit: 100 })).length).toBe(TENANTS.length - 2)
  expect(await statesUnlikeEvents(place)).toEqual([])
})

it('a transaction that SQLite gives up whole fails no save that it does not concern', async () => {
  const place = await inSqlite()
  place.database.exec(`create trigger refuse before insert on consentry_events
    when new.tenant = 'tenant-7' and new.type = 'tenant-request.granted' begin select raise(rollback, 'no'); end`)
  expect(await grantAll(place.service, place.sent)).toEqual(['tenant-7'])
  expect((await place.repository.governedTenantPage({ limit: 100 })).length).toBe(TENANTS.length - 1)
  expect(await statesUnlikeEvents(place)).toEqual([])
})

it('a grant that waits for a lock of a host keeps no other waiting, and is saved once the lock is gone', async () => {
  const { service, sent, query, of, begin, repository } = await inPostgres()
  const host = await begin()
  await host.query(`select 1 from ${of('tenant_requests')} where tenant in ('tenant-7', 'tenant-33') for update`)
  let isWaiting = true
  const granting = grantAll(service, sent).finally(() => {
    isWaiting = false
  })
  const governed = async () => (await repository.governedTenantPage({ limit: 100 })).length
  await vi.waitFor(async () => expect(await governed()).toBe(TENANTS.length - 2), { timeout: 10_000 })
  await sleep(50)
  expect([isWaiting, await governed()]).toEqual([true, TENANTS.length - 2])
  // A new lone save does not wait for them either.
  const id = await ask(service, 'another')
  await service.grant(answererOf('another'), id, { expiresAt: null })
  await host.end('rollback')
  expect(await granting).toEqual([])
  expect(await governed()).toBe(TENANTS.length + 1)
  expect(Number((await query(`select count(*) as n from ${of('events')} where type = 'tenant-request.granted'`))[0]?.['n'])).toBe(
    TENANTS.length + 1,
  )
})

it('a grant that waits for the first grant of its tenant by a host keeps no other waiting', async () => {
  const { service, sent, begin, repository } = await inPostgres()
  const id = await ask(service, 'tenant-7')
  const host = await begin()
  await serviceOn(host.repository).grant(answererOf('tenant-7'), id, { expiresAt: null })
  const granting = grantAll(service, sent)
  const governed = async () => (await repository.governedTenantPage({ limit: 100 })).length
  await vi.waitFor(async () => expect(await governed()).toBe(TENANTS.length - 1), { timeout: 10_000 })
  await host.end('commit')
  expect(await granting).toEqual([])
  expect(await governed()).toBe(TENANTS.length)
})

it('a start is not let in by an end that shares its statement and is not saved', async () => {
  const { query, of, begin, repository } = await inPostgres()
  const held: (() => void)[] = []
  const holding: Repository = {
    ...repository,
    saveSessionChanges: (...call) =>
      new Promise((resolve, reject) => held.push(() => repository.saveSessionChanges(...call).then(resolve, reject))),
  }
  const policy = { maxLiveSessions: 1 }
  const service = serviceOn(repository, { policy })
  for (const tenant of ['one', 'two', 'three']) {
    const id = await ask(service, tenant, ['caroline', 'charlotte'])
    await service.grant(answererOf(tenant), id, { expiresAt: null })
  }
  const { id } = await service.startImpersonation(caroline, { tenant: 'one', method: 'access-request' })
  const host = await begin()
  await host.query(`select 1 from ${of('sessions')} for update`)

  const later = serviceOn(holding, { policy })
  const outcomeOf = (call: Promise<unknown>) =>
    call.then(
      () => 'done',
      (error: { code: string }) => error.code,
    )
  const started = outcomeOf(later.startImpersonation({ ...caroline, user: 'charlotte' }, { tenant: 'three', method: 'access-request' }))
  await vi.waitFor(() => expect(held).toHaveLength(1))
  const ended = outcomeOf(later.endImpersonation(caroline, id))
  await vi.waitFor(() => expect(held).toHaveLength(2))
  const second = outcomeOf(later.startImpersonation(caroline, { tenant: 'two', method: 'access-request' }))
  await vi.waitFor(() => expect(held).toHaveLength(3))
  // The first is on its way alone; the other two share a statement, which leaves out the end of the locked session.
  for (const save of held) save()
  expect(await Promise.all([started, second])).toEqual(['done', 'too-many-sessions'])
  await host.end('rollback')
  expect(await ended).toBe('done')
  expect(await query(`select user_id, state from ${of('sessions')} order by user_id`)).toEqual([
    { user_id: 'caroline', state: 'ended' },
    { user_id: 'charlotte', state: 'open' },
  ])
})
