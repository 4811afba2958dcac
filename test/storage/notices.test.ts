/** Kept readers and deliveries in databases: races of connections, failures on the way, and rows that cannot be read. */
import { EventEmitter, once } from 'node:events'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { type PostgresConnection, postgresRepository } from '../../src/adapters/postgres.js'
import { migrationTo } from '../../src/adapters/sql/migrations.js'
import { tablesOf } from '../../src/adapters/sql/tables.js'
import { type SqliteDatabase, sqliteRepository } from '../../src/adapters/sqlite.js'
import { MAX_HOLD_MS, type ReaderWrite } from '../../src/ports/feed-readers.js'
import type { NoticeRepository } from '../../src/ports/notice-store.js'
import {
  attemptOf,
  DUE,
  deliveryIds,
  deliveryOf,
  NoticeFixture,
  OURS,
  START,
  standing,
  THEIRS,
} from '../../src/testing/contract/fixtures/notices.js'
import { type Databases, libsqlDatabases, migrated, pooledDatabases } from '../databases/places.js'
import { rewriting } from './faulty-postgres-driver.js'

vi.setConfig({ testTimeout: 60_000 })

const files = libsqlDatabases()
const postgres = pooledDatabases()
afterAll(() => Promise.all([files.close(), postgres.close()]))

const ROUNDS = 30
const many = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `n-${n}`, party: `party-${n % 7}` }))
const move = (fixture: NoticeFixture, write: ReaderWrite<never>) =>
  fixture.readers.move({ ...OURS, from: START, to: standing(1), write: write as ReaderWrite<unknown> })

/** A repository whose pool stops before a statement that matches, until it is let go. */
function stopping(schema: string, at: RegExp) {
  const steps = new EventEmitter()
  let isStopped = false
  const stopped = once(steps, 'stopped')
  const pool = rewriting(postgres.pool, async (sql) => {
    if (isStopped || !at.test(sql)) return sql
    isStopped = true
    const going = once(steps, 'go')
    steps.emit('stopped')
    await going
    return sql
  })
  return { repository: postgresRepository({ pool, schema, prepare: false }), stopped, go: () => steps.emit('go') }
}

describe('connections to PostgreSQL', () => {
  it('take deliveries past those that another is about to take, and wait for nobody', async () => {
    const { repository, schema } = await migrated(postgres)
    await new NoticeFixture(repository).add(...many(6))
    const slow = stopping(schema, /^commit/)
    const first = new NoticeFixture(slow.repository).lease({ limit: 2 })
    await slow.stopped
    const second = await new NoticeFixture(repository).lease({ limit: 2 })
    slow.go()
    expect([deliveryIds(await first), deliveryIds(second)]).toEqual([
      ['n-0', 'n-1'],
      ['n-2', 'n-3'],
    ])
  })

  const raced = async (rewritten?: (sql: string) => string) => {
    const { repository, schema } = await migrated(postgres)
    const pool = rewritten ? rewriting(postgres.pool, rewritten) : postgres.pool
    const racing = new NoticeFixture(postgresRepository({ pool, schema, prepare: !rewritten }))
    const wrong: string[] = []
    await new NoticeFixture(repository).add(...many(ROUNDS * 16))
    for (let round = 0; round < ROUNDS; round += 1) {
      const taken = (await Promise.all([1, 2, 3, 4].map(() => racing.lease({ limit: 4 })))).flat()
      const ids = deliveryIds(taken)
      if (new Set(ids).size < ids.length || taken.some(({ attempt }) => attempt > 1)) wrong.push(`round ${round}: ${ids.join(', ')}`)
    }
    return wrong
  }
  it('race for deliveries, and each is taken once', async () => {
    expect(await raced()).toEqual([])
  })
  it('race for deliveries without locks, a negative control: some are taken twice', async () => {
    expect(await raced((sql) => sql.replace('for update of v skip locked', ''))).not.toEqual([])
  })

  it('race for a reader, and one holds it: another waits for its transaction, and gets nothing', async () => {
    const { repository, schema } = await migrated(postgres)
    const slow = stopping(schema, /^commit/)
    const first = new NoticeFixture(slow.repository).hold(OURS)
    await slow.stopped
    const second = new NoticeFixture(repository).hold(THEIRS)
    await vi.waitFor(async () => {
      const waiting = await postgres.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%${schema}%'`)
      expect(waiting.length).toBe(1)
    })
    slow.go()
    expect([await first, await second]).toEqual([START, undefined])

    const racing = new NoticeFixture(repository)
    for (let round = 0; round < ROUNDS; round += 1) {
      const got = await Promise.all([1, 2, 3, 4].map((owner) => racing.hold({ reader: `r-${round}`, owner: `o-${owner}` })))
      expect(got.filter((state) => state !== undefined).length).toBe(1)
    }
  })

  it('move a reader once, and the one that waits for a move is `lost`', async () => {
    const { repository, schema } = await migrated(postgres)
    const fixture = new NoticeFixture(repository)
    await fixture.hold(OURS)
    const slow = stopping(schema, /^commit/)
    const first = move(new NoticeFixture(slow.repository), fixture.adding({ id: 'first' }) as never)
    await slow.stopped
    const second = move(fixture, fixture.adding({ id: 'second' }) as never)
    slow.go()
    expect([await first, await second]).toEqual(['moved', 'lost'])
    expect(deliveryIds(await fixture.leaseAll())).toEqual(['first'])
  })
})

describe('a move in PostgreSQL', () => {
  it('rejects, and moves nothing, if `write` has caught the error of a statement', async () => {
    const fixture = new NoticeFixture((await migrated(postgres)).repository)
    await fixture.hold(OURS)
    const write: ReaderWrite<PostgresConnection> = async (connection) => {
      await fixture.adding({ id: 'a' })(connection)
      await connection.query('select 1 / 0').catch(() => {})
    }
    await expect(move(fixture, write)).rejects.toMatchObject({ code: '25P02' })
    expect([await fixture.hold(OURS), await fixture.leaseAll()]).toEqual([START, []])
  })

  it('gives `write` the connection of its transaction, which refuses statements after it', async () => {
    const place = await migrated(postgres)
    const fixture = new NoticeFixture(place.repository)
    await fixture.hold(OURS)
    await place.query(`create table ${place.of('effects')} (of_reader text)`)
    let kept: PostgresConnection | undefined
    const write: ReaderWrite<PostgresConnection> = async (connection) => {
      kept = connection
      await connection.query(`insert into ${place.of('effects')} values ($1)`, ['first'])
      expect(await place.query(`select * from ${place.of('effects')}`)).toEqual([])
    }
    expect(await move(fixture, write)).toBe('moved')
    expect(await place.query(`select * from ${place.of('effects')}`)).toEqual([{ of_reader: 'first' }])
    await expect(kept?.query('select 1')).rejects.toThrow('the transaction is over')
  })

  it('that the server ends to break a deadlock calls `write` again, and keeps what the last call did', async () => {
    const { repository, schema } = await migrated(postgres)
    let deadlocks = 2
    const pool = rewriting(postgres.pool, (sql) => {
      if (/^update "storage_\w+"."consentry_feed_readers"/.test(sql) && deadlocks-- > 0)
        throw Object.assign(new Error('deadlock detected'), { code: '40P01' })
      return sql
    })
    const fixture = new NoticeFixture(postgresRepository({ pool, schema, prepare: false }))
    await fixture.hold(OURS)
    let calls = 0
    const write: ReaderWrite<PostgresConnection> = (connection) => {
      calls += 1
      return fixture.adding({ id: `call-${calls}` })(connection)
    }
    expect([await move(fixture, write), calls]).toEqual(['moved', 3])
    expect(deliveryIds(await new NoticeFixture(repository).leaseAll())).toEqual(['call-3'])
  })
})

describe('a move in SQLite and in memory', () => {
  it.each<[string, () => Promise<NoticeRepository<never>>]>([
    ['SQLite', async () => (await migrated(files)).repository as never],
    ['memory', async () => memoryRepository() as never],
  ])('in %s refuses a `write` that returns a promise, also one that rejects, and moves nothing', async (_, make) => {
    const fixture = new NoticeFixture((await make()) as never)
    await fixture.hold(OURS)
    const later: unknown[] = []
    const writes: readonly ReaderWrite<never>[] = [
      async (transaction) => {
        await fixture.adding({ id: 'a' })(transaction)
        await fixture.adding({ id: 'b' })(transaction)
      },
      async () => Promise.reject(new Error('later')),
    ]
    for (const write of writes) {
      await expect(
        move(fixture, (transaction) => {
          const answer = write(transaction) as Promise<void>
          later.push(answer.catch(String))
          return answer
        }),
      ).rejects.toThrow('it must be synchronous')
    }
    await Promise.all(later)
    expect([await fixture.hold(OURS), await fixture.leaseAll()]).toEqual([START, []])
  })

  it('gives `write` the database, in its transaction', async () => {
    const place = await migrated(files)
    const fixture = new NoticeFixture(place.repository)
    await fixture.hold(OURS)
    await place.query('create table effects (of_reader text)')
    const failing: ReaderWrite<SqliteDatabase> = (database) => {
      database.exec(`insert into effects values ('first')`)
      throw new Error('after writing')
    }
    await expect(move(fixture, failing)).rejects.toThrow('after writing')
    expect(await place.query('select * from effects')).toEqual([])
    expect(await move(fixture, (database: SqliteDatabase) => void database.exec(`insert into effects values ('second')`))).toBe('moved')
    expect(await place.query('select of_reader from effects')).toMatchObject([{ of_reader: 'second' }])
  })

  it('rejects, and leaves the reader where it stood, if `write` ends the transaction', async () => {
    const fixture = new NoticeFixture((await migrated(files)).repository)
    await fixture.hold(OURS)
    await expect(move(fixture, (database: SqliteDatabase) => void database.exec('commit'))).rejects.toThrow('has ended the transaction')
    expect(await fixture.hold(OURS)).toEqual(START)
  })

  it('adds nothing without a transaction, and takes nothing inside one of the host', async () => {
    const { repository, database, query } = await migrated(files)
    const fixture = new NoticeFixture(repository)
    expect(() => repository.notices.add(database, [deliveryOf({ id: 'a' })])).toThrow('no transaction is open')
    await query('begin immediate')
    await expect(fixture.lease()).rejects.toThrow('transaction')
    await expect(fixture.deadIds()).rejects.toThrow('use `within`')
    await query('rollback')
    expect(await fixture.leaseAll()).toEqual([])
  })
})

describe.each<[name: string, databases: Databases]>([
  ['SQLite', files],
  ['PostgreSQL', postgres],
])('in %s', (_, databases) => {
  it('a hold that is further ahead than may be is over', async () => {
    const place = await migrated(databases)
    const fixture = new NoticeFixture(place.repository)
    await fixture.hold(OURS, MAX_HOLD_MS * 2)
    expect(await fixture.hold(THEIRS)).toBeUndefined()
    await place.query(`update ${place.of('feed_readers')} set held_until = held_until + 60000`)
    expect(await fixture.hold(THEIRS)).toEqual(START)
  })

  it('a notice that cannot be read is taken with the others, and a list of recipients that cannot is taken for one', async () => {
    const place = await migrated(databases)
    const fixture = new NoticeFixture(place.repository)
    await fixture.add({ id: 'a' }, { id: 'b' }, { id: 'c' })
    await place.query(`update ${place.of('notices')} set notice = '{"says":' where id = 'a'`)
    await place.query(`update ${place.of('notices')} set reached = '[7]' where id = 'b'`)
    const taken = await fixture.leaseAll()
    expect(taken.map(({ id, notices, reached }) => [id, notices, reached])).toEqual([
      ['a', [undefined], []],
      ['b', [undefined], []],
      ['c', [{ says: 'c' }], []],
    ])
    await fixture.givenUp(taken)
    expect((await fixture.notices.dead({ limit: 9 })).map(({ notice }) => notice)).toEqual([undefined, { says: 'b' }, { says: 'c' }])
  })

  it.each<[table: string, key: string, sql: string, call: (fixture: NoticeFixture) => Promise<unknown>]>([
    ['feed_readers', 'notices', `event = 'no id'`, (fixture) => fixture.hold(OURS)],
    ['feed_readers', 'notices', 'mark = 9000000000000001', (fixture) => fixture.hold(OURS)],
    ['notices', 'a', `error = '7'`, (fixture) => fixture.deadIds()],
    ['notices', 'a', 'settled_at = 9000000000000001', (fixture) => fixture.deadIds()],
    ['notice_endpoints', 'text', `endpoint = 'text'`, (fixture) => fixture.notices.closedEndpoints()],
  ])('a row of `%s` that no call has written is reported by its key `%s`: %s', async (table, key, sql, call) => {
    const place = await migrated(databases)
    const fixture = new NoticeFixture(place.repository)
    await fixture.hold(OURS)
    await fixture.add({ id: 'a' })
    await fixture.givenUp(await fixture.leaseAll(), { closes: 'endpoint' })
    await place.query(`update ${place.of(table)} set ${sql}${table === 'feed_readers' ? ` where reader = '${key}'` : ''}`)
    const issues = [{ path: [`consentry_${table}`, key] }]
    await expect(call(fixture)).rejects.toMatchObject({
      code: 'corrupt',
      issues: issues.map(({ path }) => ({ path: expect.arrayContaining(path) })),
    })
  })

  it('tables of another version make every call reject, and `write` is not called', async () => {
    const place = await migrated(databases)
    const fixture = new NoticeFixture(place.repository)
    await fixture.hold(OURS)
    await fixture.add({ id: 'a' })
    const attempt = attemptOf(await fixture.leaseOne())
    await place.query(migrationTo(tablesOf('schema' in place ? { schema: `${place.schema}` } : {}), 9, '').sql)
    let isCalled = false
    const calls: readonly (() => Promise<unknown>)[] = [
      () => fixture.hold(OURS),
      () => fixture.readers.release(OURS),
      () =>
        move(fixture, () => {
          isCalled = true
        }),
      () => fixture.lease(),
      () => fixture.notices.recordReached({ ...attempt, recipient: 'tom' }),
      () => fixture.notices.settle([{ ...attempt, at: DUE, state: 'done' }]),
      () => fixture.notices.closedEndpoints(),
      () => fixture.notices.dead({ limit: 1 }),
      () => fixture.notices.again({ now: DUE }),
      () => fixture.notices.purge({ now: DUE, before: DUE, limit: 1 }),
      () => fixture.notices.count(),
      () => fixture.notices.unanswered({ after: { dueAt: 0, id: '' }, until: DUE, limit: 1 }),
    ]
    for (const call of calls) await expect(call(), String(call)).rejects.toMatchObject({ code: 'schema-mismatch', found: 9 })
    expect(isCalled).toBe(false)
  })

  it('what a delivery holds up is due when it is tried again, and not looked at before', async () => {
    const place = await migrated(databases)
    const fixture = new NoticeFixture(place.repository)
    await fixture.add({ id: 'a', queue: 'queue' }, { id: 'b', queue: 'queue' }, { id: 'c', queue: 'queue', dueAt: 9_000 }, { id: 'd' })
    const [a] = await fixture.leaseAll()
    if (a) await fixture.notices.settle([{ ...attemptOf(a), at: DUE, state: 'waiting', dueAt: 5_000, error: 'busy' }])
    const rows = await place.query(`select id, due_at from ${place.of('notices')} order by seq`)
    expect(rows.map(({ id, due_at }) => [id, Number(due_at)])).toEqual([
      ['a', 5_000],
      ['b', 5_000],
      ['c', 9_000],
      ['d', DUE + 60_000],
    ])
  })
})

it('inside a transaction of the host there are no readers and no notices', async () => {
  const { database } = await migrated(files)
  const { repository: inPostgres } = postgres.place()
  const inner = [sqliteRepository({ database }).within(database), inPostgres.within({ query: async () => ({ rows: [] }) })]
  for (const one of inner) expect(['readers' in one, 'notices' in one]).toEqual([false, false])
})
