/** The feed when transactions commit out of order: a reader misses nothing, a naive one does (SPEC 8.3). */
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { FEED_START } from '../../src/ports/event-feed.js'
import { libsqlDatabases, migrated, pooledDatabases } from '../databases/places.js'
import { outcomeOf, programNamed } from '../databases/programs.js'
import { ledgerOf, linesOf } from './ledger.js'
import { type Got, naivePostgres, readerOf } from './readers.js'
import { play, type Step, schedules } from './schedules.js'
import { ask, serviceOn, vendorOf } from './service.js'
import type { Writing } from './writer.js'

const SCHEDULES = Number(process.env['CONSENTRY_SCHEDULES'] ?? 25)

vi.setConfig({ testTimeout: 60_000 + SCHEDULES * 1_000 })

describe('the feed in PostgreSQL', () => {
  const postgres = pooledDatabases()
  const place = postgres.place()
  const { repository, begin, query, schema } = place
  // A separate pool: a prepared statement's name must not be reused for another text on one connection.
  const { pool, close } = pooledDatabases()
  const naiveRepository = naivePostgres(pool, schema)
  beforeAll(() => repository.migrate())
  afterAll(() => Promise.all([postgres.close(), close()]))

  /** Runs a schedule with a correct and a naive reader, which read at the same steps. */
  async function playBoth(steps: readonly Step[], limit?: number) {
    const { latest } = await repository.positions()
    const [sound, naive] = [readerOf(repository, latest, limit), readerOf(naiveRepository, latest)]
    const seen = new Set<string>()
    const soundly: Got[] = []
    const followed = await play(steps, place, async () => {
      for (const { id } of await naive()) seen.add(id)
      const got = await sound()
      soundly.push(...got)
      return got
    })
    return { followed, missedNaively: soundly.filter(({ id }) => !seen.has(id)).length }
  }

  const flawless = { missed: [], tooMuch: [], disordered: [] }

  const rows: readonly { readonly title: string; readonly steps: readonly Step[]; readonly reads: readonly (readonly string[])[] }[] = [
    {
      title: 'that were saved first and committed last come first, after their commit',
      steps: ['0 asks', '1 asks', '1 commits', 'reads', '0 commits'],
      reads: [[], ['tenant-1 1', 'tenant-2 1']],
    },
    {
      title: 'that were committed before a slow transaction began come while it is open',
      steps: ['0 asks', '0 commits', '1 asks', 'reads'],
      reads: [['tenant-1 1'], ['tenant-2 1']],
    },
    {
      title: 'that are rolled back never come, and hold up later ones only until then',
      steps: ['0 asks', '1 asks', '1 commits', 'reads', '0 rolls back'],
      reads: [[], ['tenant-2 1']],
    },
    {
      title: 'of one request keep their order across consecutive transactions',
      steps: ['0 asks', '0 commits', '1 asks', '2 answers', '2 commits', 'reads', '1 commits'],
      reads: [['tenant-1 1'], ['tenant-2 1', 'tenant-1 2']],
    },
  ]
  it.each(rows)('returns events $title', async ({ steps, reads }) => {
    expect((await playBoth(steps)).followed).toEqual({ reads, ...flawless })
  })

  it('a negative control: the naive reader misses events that were saved first and committed last', async () => {
    expect((await playBoth(rows[0]?.steps ?? [])).missedNaively).toBe(2)
  })

  it(`misses nothing in ${SCHEDULES} schedules of three writers; a negative control, the naive reader, does`, async () => {
    let missed = 0
    const property = fc.asyncProperty(schedules, fc.constantFrom(1, 3, 1_000), async (steps, limit) => {
      const { followed, missedNaively } = await playBoth(steps, limit)
      expect(followed).toEqual({ reads: followed.reads, ...flawless })
      missed += missedNaively
    })
    await fc.assert(property, { numRuns: SCHEDULES })
    console.log(`feed: ${SCHEDULES} schedules of three writers, 0 events missed, ${missed} by a naive reader`)
    expect(missed).toBeGreaterThan(0)
  })

  it('has `stable` below the numbers of an open transaction and `latest` above them', async () => {
    // Numbers that a rolled-back transaction drew are gone: the newest event has the last one.
    await ask(serviceOn(repository), 'first')
    const before = await repository.positions()
    const slow = await begin()
    const late = await ask(serviceOn(slow.repository), 'late')
    const early = await ask(serviceOn(repository), 'early', ['caroline'], vendorOf('novels'))
    const { stable, latest } = await repository.positions()
    expect([before.stable, stable, latest.at]).toEqual([before.latest, before.latest, before.latest.at + 4])
    const stock = (await repository.requestPage({ limit: 10_000 })).map(({ id }) => id)
    expect([late, early].map((id) => stock.includes(id))).toEqual([false, true])
    expect((await repository.readEvents({ after: stable, limit: 100 })).position).toEqual(stable)
    await slow.end('commit')
    expect((await repository.readEvents({ after: stable, limit: 100 })).position).toEqual(latest)
    const gone = await begin()
    await ask(serviceOn(gone.repository), 'gone')
    await gone.end('rollback')
    expect(await repository.positions()).toEqual({ stable: latest, latest })
    expect(await repository.readEvents({ after: latest, limit: 100 })).toEqual({ entries: [], position: latest, latest })
  })

  it('continues once the connection of a slow transaction is lost', async () => {
    const read = readerOf(repository, (await repository.positions()).latest)
    const slow = await begin()
    await ask(serviceOn(slow.repository), 'slow')
    const after = await ask(serviceOn(repository), 'after', ['caroline'], vendorOf('novels'))
    expect(await read()).toEqual([])
    const [backend] = await slow.query('select pg_backend_pid() as pid')
    await query(`select pg_terminate_backend(${backend?.['pid']})`)
    await vi.waitFor(async () => expect((await read()).at(-1)).toMatchObject({ of: after, revision: 1 }), { timeout: 30_000 })
    await expect(slow.end('rollback')).rejects.toThrow()
  })

  it('is not delayed by unrelated transactions, such as those of another feed in the same database', async () => {
    const read = readerOf(repository, (await repository.positions()).latest)
    const other = await migrated(postgres)
    await query(`create table ${place.of('notes')} (note text)`)
    const [writing, reading, elsewhere] = [await begin(), await begin(), await other.begin()]
    await writing.query(`insert into ${place.of('notes')} values ('the host has its own work')`)
    await writing.query('select pg_advisory_xact_lock(1), pg_advisory_xact_lock_shared(2, 3)')
    await reading.repository.readEvents({ after: FEED_START, limit: 1 })
    await ask(serviceOn(elsewhere.repository), 'elsewhere')
    const id = await ask(serviceOn(repository), 'tenant')
    expect((await read()).map(({ of }) => of)).toEqual([undefined, id])
    for (const { end } of [writing, reading, elsewhere]) await end('rollback')
  })
})

describe('the feed in SQLite', () => {
  const files = libsqlDatabases()
  const program = programNamed('../storage/writer')
  afterAll(() => Promise.all([files.close(), program.remove()]))

  it('returns everything that another process saves, once and in order', async () => {
    const { repository, path } = await migrated(files)
    const writing: Writing = { path, transactions: true, lastCommand: 150 }
    let over = false
    const outcome = outcomeOf((await program.start([JSON.stringify(writing)])).process).finally(() => {
      over = true
    })
    const read = readerOf(repository, FEED_START, 10)
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
    expect(got.map(({ id }) => id)).toEqual(ledgerOf(linesOf(said)).acknowledged.flat())
    expect(pages).toBeGreaterThan(1)
  })

  it('rejects reads on a connection with an open transaction, except with `within`', async () => {
    const { repository, begin } = await migrated(files)
    const inside = await begin()
    await ask(serviceOn(inside.repository), 'uncommitted')
    await expect(repository.readEvents({ after: FEED_START, limit: 9 })).rejects.toThrow(/transaction/)
    expect((await inside.repository.readEvents({ after: FEED_START, limit: 9 })).entries.length).toBe(2)
    await inside.end('rollback')
    expect((await repository.readEvents({ after: FEED_START, limit: 9 })).entries).toEqual([])
  })
})
