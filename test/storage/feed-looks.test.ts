/** Looks at the feed in PostgreSQL while nothing is new: one statement, after which no event is missed (SPEC 8.3, 8.4). */
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { isConsentryError } from '../../src/domain/error.js'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import { type EventFeed, FEED_START, type FeedPage, type Position } from '../../src/ports/event-feed.js'
import { migrated, pooledDatabases, type Query, type Transaction } from '../databases/places.js'
import { startPostgres } from '../databases/postgres-server.js'
import { rewriting } from './faulty-postgres-driver.js'
import { ask, serviceOn, vendorOf } from './service.js'

const SCHEDULES = Number(process.env['CONSENTRY_SCHEDULES'] ?? 25)
const WRITERS = [0, 1, 2] as const

vi.setConfig({ testTimeout: 60_000 + SCHEDULES * 1_000, hookTimeout: 60_000 })

type Step =
  | { readonly writer: (typeof WRITERS)[number]; readonly does: 'saves' | 'commit' | 'rollback' }
  | { readonly writer?: undefined; readonly does: 'reads' }
  /** Open transactions end, the newest events are lost, and the numbers may be set back: as by a restore. */
  | { readonly writer?: undefined; readonly does: 'loses'; readonly events: number; readonly setsBack: boolean }

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ writer: fc.constantFrom(...WRITERS), does: fc.constantFrom('saves', 'saves', 'commit', 'rollback') }),
    },
    { weight: 4, arbitrary: fc.constant({ does: 'reads' } as const) },
    {
      weight: 2,
      arbitrary: fc.record({ does: fc.constant('loses' as const), events: fc.integer({ min: 1, max: 5 }), setsBack: fc.boolean() }),
    },
  ),
  { minLength: 12, maxLength: 24 },
)

/** A reader that starts again when it is told that the history has changed; with the events that it knows, in order. */
function readerThatStartsAgain({ readEvents }: Pick<EventFeed, 'readEvents'>) {
  const reader = { position: FEED_START, latest: FEED_START, known: [] as string[], told: 0, read }
  return reader
  async function read(): Promise<void> {
    try {
      for (let page = await readOn(); page.position.at !== reader.position.at; page = await readOn()) {
        reader.known.push(...page.entries.map(({ event }) => event.id))
        reader.position = page.position
      }
    } catch (error) {
      if (!isConsentryError(error, 'feed-changed')) throw error
      Object.assign(reader, { position: FEED_START, known: [], told: reader.told + 1 })
      await read()
    }
  }
  async function readOn(): Promise<FeedPage> {
    const page = await readEvents({ after: reader.position, limit: 3 })
    reader.latest = page.latest
    return page
  }
}

/** A faulty feed that takes a number of the sequence, merely seen at an earlier look, for what was read. */
function comparingNumbers(feed: Pick<EventFeed, 'readEvents'>, lastNumber: () => Promise<unknown>): Pick<EventFeed, 'readEvents'> {
  let [seen, at]: [unknown, Position | undefined] = [undefined, undefined]
  return {
    async readEvents(query) {
      const last = await lastNumber()
      if (last === seen && at?.at === query.after.at) return { entries: [], position: query.after, latest: query.after }
      const page = await feed.readEvents(query)
      ;[seen, at] = [last, page.position]
      return page
    },
  }
}

const idsIn = async (query: Query, events: string) =>
  (await query(`select id from ${events} order by position`)).map(({ id }) => String(id))

describe('a reader in PostgreSQL that looks first whether its event is the newest', () => {
  const postgres = pooledDatabases()
  afterAll(() => postgres.close())

  it(`knows in ${SCHEDULES} schedules what one knows that always looks at the locks; a negative control, by numbers, misses events`, async () => {
    const counts = { idle: 0, told: 0, missedByNumbers: 0, runs: 0 }
    const property = fc.asyncProperty(steps, async (schedule) => {
      const place = await migrated(postgres)
      const [events, sequence] = [place.of('events'), place.of('events_position_seq')]
      const neverNewest = rewriting(postgres.pool, (sql) => sql.replace('select true as is_newest', 'select false as is_newest'))
      const lastNumber = async () => (await place.query(`select last_value::text || is_called as last from ${sequence}`))[0]?.['last']
      const fast = readerThatStartsAgain(place.repository)
      const plain = readerThatStartsAgain(postgresRepository({ pool: neverNewest, schema: place.schema, prepare: false }))
      const byNumbers = readerThatStartsAgain(comparingNumbers(place.repository, lastNumber))
      const open = new Map<number, Transaction>()
      let saves = 0

      const readAll = async () => {
        const before = fast.position
        for (const reader of [fast, plain, byNumbers]) await reader.read()
        expect([fast.position, fast.latest, fast.known, fast.told]).toEqual([plain.position, plain.latest, plain.known, plain.told])
        const stored = await idsIn(place.query, events)
        // What it says of itself: it is at the newest event, so it knows everything saved before.
        if (fast.position.at === fast.latest.at) expect(fast.known).toEqual(stored)
        if (before.at > 0 && fast.position.at === before.at) counts.idle += 1
        if (byNumbers.position.at === byNumbers.latest.at && byNumbers.known.join() !== stored.join()) counts.missedByNumbers += 1
      }
      const end = async (writer: number, how: 'commit' | 'rollback') => {
        await open.get(writer)?.end(how)
        open.delete(writer)
      }
      try {
        for (const step of schedule) {
          if (step.does === 'reads') await readAll()
          else if (step.does === 'loses') {
            for (const writer of [...open.keys()]) await end(writer, 'rollback')
            const kept = `coalesce((select position from ${events} order by position desc offset ${step.events} limit 1), 0)`
            await place.query(`delete from ${events} where position > ${kept}`)
            const set = `setval('${sequence}', greatest(max(position), 1), max(position) is not null)`
            if (step.setsBack) await place.query(`select ${set} from ${events}`)
          } else if (step.does === 'saves') {
            const transaction = open.get(step.writer) ?? (await place.begin())
            open.set(step.writer, transaction)
            saves += 1
            await ask(serviceOn(transaction.repository), `tenant-${saves}`, ['caroline'], vendorOf(`writer-${step.writer}`))
          } else await end(step.writer, step.does)
        }
        for (const writer of [...open.keys()]) await end(writer, 'commit')
        await readAll()
        expect(fast.known).toEqual(await idsIn(place.query, events))
      } finally {
        for (const writer of [...open.keys()]) await end(writer, 'rollback')
      }
      counts.runs += 1
      counts.told += fast.told
    })
    await fc.assert(property, { numRuns: SCHEDULES })
    console.log(
      `feed: ${counts.runs} schedules, ${counts.idle} looks with nothing new, ${counts.told} changed histories, ${counts.missedByNumbers} times events missed by numbers`,
    )
    expect(counts.idle).toBeGreaterThan(0)
    expect(counts.told).toBeGreaterThan(0)
    expect(counts.missedByNumbers).toBeGreaterThan(0)
  })

  it('goes on after a crash of the server, which draws again the numbers of a transaction that was open', async () => {
    const server = await startPostgres()
    const databases = pooledDatabases(server.connectionString)
    try {
      const place = await migrated(databases)
      const reader = readerThatStartsAgain(place.repository)
      await ask(serviceOn(place.repository), 'kept')
      await reader.read()
      const lost = await place.begin()
      await ask(serviceOn(lost.repository), 'lost')
      await reader.read()
      await server.kill()
      await lost.end('rollback').catch(() => {})
      await server.restart()
      await vi.waitFor(() => reader.read(), { timeout: 30_000 })
      expect([reader.known.length, reader.position]).toEqual([2, reader.latest])
      await ask(serviceOn(place.repository), 'again')
      await reader.read()
      expect([reader.known.length, reader.told]).toEqual([4, 0])
      expect(reader.known).toEqual(await idsIn(place.query, place.of('events')))
    } finally {
      await databases.close()
      await server.stop()
    }
  })
})

describe('the statements of a poll', () => {
  const postgres = pooledDatabases()
  const place = postgres.place()
  const statements: string[] = []
  const pool = rewriting(postgres.pool, (sql) => {
    statements.push(sql)
    return sql
  })
  const { subscribe: _, ...repository } = postgresRepository({ pool, schema: place.schema, prepare: false })
  const scans = () => statements.filter((sql) => sql.includes('pg_locks')).length
  beforeAll(() => place.repository.migrate())
  afterAll(() => postgres.close())

  it('are one while nothing is new, which looks at no lock', async () => {
    await ask(serviceOn(place.repository), 'known')
    const { position } = await repository.readEvents({ after: FEED_START, limit: 100 })
    statements.length = 0
    expect(await repository.readEvents({ after: position, limit: 100 })).toEqual({ entries: [], position, latest: position })
    expect([statements.length, scans()]).toEqual([1, 0])
  })

  it('look at the locks once if there is something new, or if an open transaction holds it back', async () => {
    const { latest } = await repository.positions()
    const slow = await place.begin()
    await ask(serviceOn(slow.repository), 'slow')
    statements.length = 0
    // Nothing that is saved is new, though a transaction has drawn numbers.
    expect((await repository.readEvents({ after: latest, limit: 100 })).latest).toEqual(latest)
    expect([statements.length, scans()]).toEqual([1, 0])
    await ask(serviceOn(place.repository), 'early', ['caroline'], vendorOf('novels'))
    statements.length = 0
    const held = await repository.readEvents({ after: latest, limit: 100 })
    expect([held.entries, held.position, held.latest.at]).toEqual([[], latest, latest.at + 4])
    expect([statements.length, scans()]).toEqual([3, 1])
    await slow.end('commit')
    statements.length = 0
    const page = await repository.readEvents({ after: latest, limit: 100 })
    expect([page.entries.length, page.position]).toEqual([4, page.latest])
    expect(scans()).toBe(1)
  })

  it('of a live access are one while nothing is new, and it stays fresh', async () => {
    const live = createLiveAccess({ repository, pollIntervalMs: 5, maxStalenessMs: 60_000 })
    await live.ready()
    await live.caughtUp()
    statements.length = 0
    await vi.waitFor(() => expect(statements.length).toBeGreaterThan(20), { timeout: 20_000 })
    expect(scans()).toBe(0)
    expect(new Set(statements).size).toBe(1)
    expect(live.stalenessMs).toBeLessThan(20_000)
    await live.close()
  })

  it('refuse a standby also after the server was known as a primary', async () => {
    let isStandby = false
    const other = rewriting(postgres.pool, (sql) => (isStandby ? sql.replaceAll('pg_is_in_recovery()', 'true') : sql))
    const feed = postgresRepository({ pool: other, schema: place.schema, prepare: false })
    const { latest } = await feed.positions()
    await expect(feed.readEvents({ after: latest, limit: 1 })).resolves.toMatchObject({ entries: [] })
    isStandby = true
    await expect(feed.readEvents({ after: latest, limit: 1 })).rejects.toMatchObject({ code: 'feed-unsupported' })
  })

  it('find that an engine keeps no locks, also where nothing is new', async () => {
    const { latest } = await place.repository.positions()
    const other = rewriting(postgres.pool, (sql) => sql.replace(/pg_advisory_xact_lock_shared\([^)]*\)/, 'null'))
    const feed = postgresRepository({ pool: other, schema: place.schema, prepare: false })
    for (let reads = 0; reads < 2; reads++)
      await expect(feed.readEvents({ after: latest, limit: 1 })).rejects.toMatchObject({ code: 'feed-unsupported' })
  })
})
