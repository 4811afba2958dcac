/** The feed when transactions commit out of order: a reader misses nothing, a naive one does (SPEC 8.3). */

import * as fc from 'fast-check'
import type pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { type PostgresRepository, postgresRepository } from '../../src/adapters/postgres.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import { ledgerOf } from './ledger.js'
import { type Files, newFiles, newSchema, poolOn } from './places.js'
import { outcomeOf, type Program, programNamed } from './programs.js'
import { type Got, naiveReader, type Reader, soundReader } from './readers.js'
import { type Followed, play, schedules } from './schedules.js'
import { answererOf, ask, serviceOn } from './service.js'

vi.setConfig({ testTimeout: 60_000 })

const SCHEDULES = 100

describe('the feed in PostgreSQL', () => {
  const pool = poolOn(inject('postgres'))
  const schema = newSchema()
  const repository = postgresRepository({ pool, schema })
  const opened: pg.PoolClient[] = []
  beforeAll(() => repository.migrate())
  afterEach(async () => {
    for (const client of opened.splice(0)) {
      await client.query('rollback')
      client.release()
    }
  })
  afterAll(async () => {
    await pool.query(`drop schema "${schema}" cascade`)
    await pool.end()
  })

  /** Opens a host transaction, which ends here or with the test. */
  async function transaction(inside: PostgresRepository = repository) {
    const client = await pool.connect()
    opened.push(client)
    await client.query('begin')
    return { client, repository: inside.within(client), service: serviceOn(inside.within(client)) }
  }

  /** Returns a correct and a naive reader that have read everything. */
  async function readers(): Promise<{ readonly sound: Reader; readonly naive: Reader }> {
    const { latest: last } = await repository.positions()
    const both = { sound: soundReader(repository, last), naive: naiveReader(pool, schema, last) }
    expect([await both.sound(), await both.naive()]).toEqual([[], []])
    return both
  }

  const about = (got: readonly Got[]) => got.flatMap(({ of, revision }) => (of === undefined ? [] : `${of} ${revision}`))

  it('returns events that were saved first and committed last; a negative control, the naive reader, misses them', async () => {
    const { sound, naive } = await readers()
    const [slow, fast] = [await transaction(), await transaction()]
    const first = await ask(slow.service, 'first')
    const second = await ask(fast.service, 'second')
    await fast.client.query('commit')
    const seen = [about(await sound()), about(await naive())]
    expect(seen).toEqual([[], [`${second} 1`]])
    await slow.client.query('commit')
    expect(about(await sound())).toEqual([`${first} 1`, `${second} 1`])
    expect(about(await naive())).toEqual([])
  })

  it('has `stable` below the numbers of an open transaction and `latest` above them', async () => {
    const before = await repository.positions()
    const slow = await transaction()
    const late = await ask(slow.service, 'late')
    const early = await ask(serviceOn(repository), 'early')
    const { stable, latest } = await repository.positions()
    expect([before.stable, stable, latest.at]).toEqual([before.latest, before.latest, before.latest.at + 4])
    const stock = (await repository.requestPage({ limit: 10_000 })).map(({ id }) => id)
    expect([late, early].map((id) => stock.includes(id))).toEqual([false, true])
    expect((await repository.readEvents({ after: stable, limit: 100 })).position).toEqual(stable)
    await slow.client.query('commit')
    expect(about(await soundReader(repository, stable)())).toEqual([`${late} 1`, `${early} 1`])
    expect((await repository.readEvents({ after: stable, limit: 100 })).position).toEqual(latest)
    const gone = await transaction()
    await ask(gone.service, 'gone')
    await gone.client.query('rollback')
    const ends = await repository.positions()
    expect([ends.stable, ends.latest]).toEqual([latest, latest])
    expect(await repository.readEvents({ after: latest, limit: 100 })).toEqual({ entries: [], position: ends.latest })
  })

  it('returns events committed before a slow transaction began, while it is open', async () => {
    const { sound } = await readers()
    const before = await ask(serviceOn(repository), 'before')
    const slow = await transaction()
    await ask(slow.service, 'slow')
    expect(about(await sound())).toEqual([`${before} 1`])
  })

  it('never returns rolled-back events, and continues after them', async () => {
    const { sound } = await readers()
    const gone = await transaction()
    await ask(gone.service, 'gone')
    const after = await ask(serviceOn(repository), 'after')
    expect(await sound()).toEqual([])
    await gone.client.query('rollback')
    expect(about(await sound())).toEqual([`${after} 1`])
  })

  it('continues once the connection of a slow transaction is lost', async () => {
    const { sound } = await readers()
    const slow = await transaction()
    slow.client.on('error', () => {})
    await ask(slow.service, 'slow')
    const after = await ask(serviceOn(repository), 'after')
    expect(await sound()).toEqual([])
    const { rows } = await slow.client.query('select pg_backend_pid() as pid')
    const gone = new Promise<void>((resolve) => slow.client.on('end', () => resolve()))
    await pool.query('select pg_terminate_backend($1)', [rows[0].pid])
    await gone
    opened.splice(opened.indexOf(slow.client), 1)
    slow.client.release(true)
    await vi.waitFor(async () => expect(about(await sound())).toEqual([`${after} 1`]), { timeout: 30_000 })
  })

  it('is not delayed by unrelated transactions, such as those of another feed in the same database', async () => {
    const other = postgresRepository({ pool, schema, tablePrefix: 'other_' })
    await other.migrate()
    await pool.query(`create table if not exists "${schema}".notes (note text)`)
    const { sound } = await readers()
    const [writing, reading, elsewhere] = [await transaction(), await transaction(), await transaction(other)]
    await writing.client.query(`insert into "${schema}".notes values ('the host has its own work')`)
    await writing.client.query('select pg_advisory_xact_lock(1), pg_advisory_xact_lock_shared(2, 3)')
    await reading.repository.readEvents({ after: FEED_START, limit: 1 })
    await ask(elsewhere.service, 'elsewhere')
    const id = await ask(serviceOn(repository), 'tenant')
    expect(about(await sound())).toEqual([`${id} 1`])
  })

  it('keeps the order of one request across consecutive transactions', async () => {
    const { sound } = await readers()
    const id = await ask(serviceOn(repository), 'in-turn')
    const [slow, next] = [await transaction(), await transaction()]
    await ask(slow.service, 'slow')
    await next.service.grant(answererOf('in-turn'), id)
    await next.client.query('commit')
    await serviceOn(repository).revoke(answererOf('in-turn'), id)
    const early = await sound()
    await slow.client.query('commit')
    const all = about([...early, ...(await sound())])
    expect(all.filter((one) => one.startsWith(id))).toEqual([`${id} 1`, `${id} 2`, `${id} 3`])
    expect(all.length).toBe(4)
  })

  it('contains nothing of a save that failed inside a host transaction, and everything else', async () => {
    const { sound } = await readers()
    await pool.query(`create table if not exists "${schema}".notes (note text)`)
    const host = await transaction()
    await host.client.query(`insert into "${schema}".notes values ('kept')`)
    const id = await ask(host.service, 'kept')
    const [event] = (await host.repository.history({ tenant: 'kept', limit: 1 })) ?? []
    const clash = serviceOn(host.repository, { newId: () => event?.id ?? '' })
    await expect(clash.grant(answererOf('kept'), id)).rejects.toMatchObject({ code: 'unavailable' })
    await host.service.reject(answererOf('kept'), id)
    await host.client.query('commit')
    expect(about(await sound())).toEqual([`${id} 1`, `${id} 2`])
    expect((await repository.tenantRequest(id))?.state).toBe('rejected')
    expect((await pool.query(`select note from "${schema}".notes where note = 'kept'`)).rows).toEqual([{ note: 'kept' }])
  })

  it(`misses nothing in ${SCHEDULES} schedules of three writers; a negative control, the naive reader, does`, async () => {
    const missedNaively: string[] = []
    const nothing: Followed = { missed: [], tooMuch: [], disordered: [] }
    const property = fc.asyncProperty(schedules, fc.constantFrom(1, 3, 1_000), async (steps, limit) => {
      const { latest: last } = await repository.positions()
      const naive = naiveReader(pool, schema, last)
      const sound = soundReader(repository, last, limit)
      const naively: Got[] = []
      const soundly: Got[] = []
      // Both readers read at the same steps of the same schedule.
      const followed = await play(steps, pool, repository, async () => {
        naively.push(...(await naive()))
        const got = await sound()
        soundly.push(...got)
        return got
      })
      expect(followed).toEqual(nothing)
      const seen = new Set(naively.map(({ id }) => id))
      missedNaively.push(...soundly.map(({ id }) => id).filter((id) => !seen.has(id)))
    })
    await fc.assert(property, { numRuns: SCHEDULES })
    expect(missedNaively.length).toBeGreaterThan(0)
  })
})

describe('the feed in SQLite', () => {
  let files: Files
  let program: Program
  beforeAll(async () => {
    ;[files, program] = await Promise.all([newFiles(), programNamed('writer')])
  })
  afterAll(() => Promise.all([files.close(), program.remove()]))

  it('returns everything that another process saves, once and in order', async () => {
    const repository = sqliteRepository({ database: files.open('followed') })
    await repository.migrate()
    const writer = program.start(files.path('followed'), 'followed', 'transactions', '', '150')
    let over = false
    const outcome = outcomeOf(writer).finally(() => {
      over = true
    })
    const read = soundReader(repository, FEED_START, 10)
    const got: Got[] = []
    let pages = 0
    for (let last = false; !last; ) {
      last = over
      const some = await read()
      pages += some.length > 0 ? 1 : 0
      got.push(...some)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    const { ended, said } = await outcome
    expect(ended).toBe('0')
    expect(got.map(({ id }) => id)).toEqual(ledgerOf(said).acknowledged.flat())
    expect(pages).toBeGreaterThan(1)
  })

  it('contains the events of a host transaction on another connection after its commit, and none after a rollback', async () => {
    const [one, other] = [files.open('host'), files.open('host')]
    const repository = sqliteRepository({ database: one })
    await repository.migrate()
    const read = soundReader(sqliteRepository({ database: other }), FEED_START)
    const inside = repository.within(one)
    one.exec('begin immediate')
    await ask(serviceOn(inside), 'gone')
    expect(await read()).toEqual([])
    one.exec('rollback')
    expect(await read()).toEqual([])
    one.exec('begin immediate')
    const id = await ask(serviceOn(inside), 'kept')
    const [event] = await inside.history({ tenant: 'kept', limit: 1 })
    const clash = serviceOn(inside, { newId: () => event?.id ?? '' })
    await expect(clash.grant(answererOf('kept'), id)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await read()).toEqual([])
    one.exec('commit')
    expect((await read()).filter(({ of }) => of !== undefined)).toEqual([{ id: event?.id, of: id, revision: 1 }])
  })

  it('rejects reads on a connection with an open transaction, except with `within`', async () => {
    const database = files.open('own')
    const repository = sqliteRepository({ database })
    await repository.migrate()
    database.exec('begin immediate')
    const id = await ask(serviceOn(repository.within(database)), 'uncommitted')
    await expect(repository.readEvents({ after: FEED_START, limit: 9 })).rejects.toThrow(/transaction/)
    expect((await repository.within(database).readEvents({ after: FEED_START, limit: 9 })).entries.length).toBe(2)
    database.exec('rollback')
    expect((await repository.readEvents({ after: FEED_START, limit: 9 })).entries).toEqual([])
    expect(await repository.tenantRequest(id)).toBeUndefined()
  })
})
