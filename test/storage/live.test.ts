/** Four processes with live access to one PostgreSQL answer like the database, and allow nothing that has ended. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, inject, it, vi } from 'vitest'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import { migrated, pooledDatabases } from '../databases/places.js'
import { programNamed } from '../databases/programs.js'
import { compared, legacy, stillAllowed, TENANTS, USERS } from './live-comparison.js'
import { crewReport, inWords, type Setting } from './multi-process-live.js'
import { naivePostgres } from './readers.js'
import { answererOf, ask, serviceOn } from './service.js'

const COMMANDS = Number(process.env['CONSENTRY_LIVE_COMMANDS'] ?? 200)
const PROCESSES = 4

vi.setConfig({ testTimeout: 60_000 + COMMANDS * 100, hookTimeout: 60_000 })

const postgres = pooledDatabases()
// A separate pool: a prepared statement's name must not be reused for another text on one connection.
const naiveReaders = pooledDatabases()
const program = programNamed('../storage/multi-process-reader')
afterAll(() => Promise.all([postgres.close(), naiveReaders.close(), program.remove()]))

it('four processes that write and read the feed answer like the database, and allow nothing that has ended, once up to date', async () => {
  const { schema } = await migrated(postgres)
  const setting: Setting = { connectionString: inject('postgres'), schema, subscribes: true, pollIntervalMs: 1_000 }
  const crew = Array<Setting>(PROCESSES).fill(setting)
  // Meanwhile another one joins them, which has to be filled first.
  const report = await crewReport(program, crew, COMMANDS, async ({ progress, join }) => {
    await progress(COMMANDS / 10)
    await join(setting)
  })
  const { accepted, refused, ends, answers, ...found } = report
  console.log(`live: ${accepted} commands by ${PROCESSES} processes, ${inWords(report)} (${refused} refused)`)
  expect(found).toEqual({ unknown: [], errors: [], allowed: [], differences: [] })
  expect(accepted).toBeGreaterThanOrEqual(COMMANDS)
  expect(ends).toBeGreaterThan(COMMANDS / 2)
  expect(answers).toBeGreaterThan(10_000)
})

it('the same comparisons find nothing after a revocation that commits late; a negative control, a naive reader, still allows', async () => {
  const { repository, begin, schema } = await migrated(postgres)
  const [tenant = '', user = ''] = [TENANTS[0], USERS[0]]
  const id = await ask(serviceOn(repository), tenant, [user])
  await serviceOn(repository).grant(answererOf(tenant), id, { expiresAt: null })
  const readers = [repository, naivePostgres(naiveReaders.pool, schema)]
  const accesses = readers.map((reader) => createLiveAccess({ repository: reader, legacy, maxStalenessMs: 600_000 }))
  try {
    await Promise.all(accesses.map((live) => live.ready()))
    const slow = await begin()
    await serviceOn(slow.repository).revoke(answererOf(tenant), id)
    await ask(serviceOn(repository), 'hundred-acre')
    await accesses[1]?.caughtUp()
    // A correct reader waits for the slow transaction.
    await Promise.race([accesses[0]?.caughtUp(), sleep(50)])
    await slow.end('commit')
    await Promise.all(accesses.map((live) => live.caughtUp()))
    const ended = [{ tenant, user, request: id, granted: true }]
    const [sound, naive] = await Promise.all(
      accesses.map(async (live) => [await stillAllowed(live, repository, ended), (await compared(live, repository)).differences]),
    )
    expect(sound).toEqual([[], []])
    expect(naive?.map((found) => found.join())).toEqual(Array(2).fill(expect.stringContaining(`${user} ${tenant}`)))
  } finally {
    await Promise.all(accesses.map((live) => live.close()))
  }
})
