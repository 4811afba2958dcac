/** Another history in databases: a reader is told at its next read, and a feed that cannot tell is refused (SPEC 8.4). */
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { FEED_START, type Position } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { type Databases, libsqlDatabases, type Place, pooledDatabases } from '../databases/places.js'
import { rewriting } from './faulty-postgres-driver.js'
import { ask, serviceOn } from './service.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const endOf = async (repository: Repository): Promise<Position> => (await repository.positions()).latest
const reads = async (repository: Repository, after: Position) =>
  repository.readEvents({ after, limit: 10 }).then(
    ({ entries }) => entries.length,
    (error: { code?: string }) => error.code,
  )

/** By database, the SQL that sets the numbers of events back to `at`, as a restore of the data alone does. */
describe.each<[name: string, databases: () => Databases, setBack: (place: Place, at: number) => string]>([
  ['libsql', libsqlDatabases, (_, at) => `update sqlite_sequence set seq = ${at} where name = 'consentry_events'`],
  ['PostgreSQL', pooledDatabases, ({ of }, at) => `select setval(pg_get_serial_sequence('${of('events')}', 'position'), ${at})`],
])('the feed of %s', (_, databases, setBack) => {
  const all = databases()
  const place = all.place()
  const { repository, query, of } = place
  beforeAll(() => repository.migrate())
  afterAll(() => all.close())

  it('tells a reader whose events are lost, and whose numbers were drawn again for more events than before', async () => {
    const service = serviceOn(repository)
    await ask(service, 'kept')
    const kept = await endOf(repository)
    await ask(service, 'lost')
    const lost = await endOf(repository)
    await query(`delete from ${of('events')} where position > ${kept.at}`)
    await query(setBack(place, kept.at))
    expect(await reads(repository, lost)).toBe('feed-changed')
    for (const tenant of ['again', 'and-again']) await ask(service, tenant)
    expect((await endOf(repository)).at).toBeGreaterThan(lost.at)
    const found = await Promise.all([lost, kept, FEED_START].map((after) => reads(repository, after)))
    expect(found).toEqual(['feed-changed', 4, 6])
  })

  it('tells a reader whose next events were purged before it read them', async () => {
    const service = serviceOn(repository)
    const behind = await endOf(repository)
    for (const tenant of ['purged', 'present']) await ask(service, `${tenant}-later`)
    const newest = await endOf(repository)
    await query(`delete from ${of('events')} where position < ${newest.at}`)
    expect([await reads(repository, behind), await reads(repository, newest)]).toEqual(['feed-changed', 0])
  })
})

describe('the feed is refused', () => {
  const postgres = pooledDatabases()
  const { repository, schema } = postgres.place()
  beforeAll(() => repository.migrate())
  afterAll(() => postgres.close())

  it.each([
    ['by a standby, which shows neither locks nor numbers', /pg_is_in_recovery\(\)/, 'true', 'standby'],
    ['by an engine whose advisory locks do nothing', /pg_advisory_xact_lock_shared\([^)]*\)/, 'null', 'keeps no advisory locks'],
    ['if the server changed between its two statements', /\S+(?= as server,\s+chosen\.position)/, "'x'", 'server changed'],
  ])('%s', async (_, found, replacement, message) => {
    const pool = rewriting(postgres.pool, (sql) => sql.replace(found, replacement))
    const faulty = postgresRepository({ pool, schema, prepare: false })
    await expect(faulty.readEvents({ after: FEED_START, limit: 10 })).rejects.toThrow(message)
    await expect(repository.readEvents({ after: FEED_START, limit: 10 })).resolves.toMatchObject({ entries: [] })
  })

  it('to nobody because of a lock that a role without the right to write events holds', async () => {
    await ask(serviceOn(repository), 'locked')
    const sequence = `"${schema}".consentry_events_position_seq`
    const [row] = await postgres.query(`select '${sequence}'::regclass::oid::int4 as oid`)
    await postgres.query(`do $$ begin create role stranger login password 'stranger'; exception when others then null; end $$`)
    const address = Object.assign(new URL(inject('postgres')), { username: 'stranger', password: 'stranger' })
    const stranger = pooledDatabases(address.href)
    try {
      await stranger.query(`select pg_advisory_lock_shared(${row?.['oid']}, 0)`)
      const { stable, latest } = await repository.positions()
      expect([stable, latest.at > 0]).toEqual([latest, true])
    } finally {
      await stranger.close()
    }
  })
})
