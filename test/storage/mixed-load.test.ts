/** Several processes with clocks that differ run mixed commands on PostgreSQL: typed errors, short calls, and states equal to their events. */
import { afterAll, expect, inject, it, vi } from 'vitest'
import { migrated, pooledDatabases } from '../databases/places.js'
import { programNamed } from '../databases/programs.js'
import { statesUnlikeEvents } from './findings.js'
import type { Call, Office, OfficeFault, OfficeSetting } from './office.js'

const PROCESSES = Number(process.env['CONSENTRY_LOAD_PROCESSES'] ?? 3)
const SECONDS = Number(process.env['CONSENTRY_LOAD_SECONDS'] ?? 3)
/** How far the clocks of the first and the last process are off, how long 99 % of the calls may take, and how long a statement. */
const [MOST_SKEW_MS, P99_MS, TIMEOUT_MS] = [3_000, 2_000, 10_000]
/** The methods of the service that the processes call. */
const METHODS = `submit grant reject setExpiry revoke withdraw removeUser startImpersonation checkImpersonation endImpersonation recordDue
  incoming outgoing myAccess sessions history decide authorize tenantsFor usersFor facts`.split(/\s+/)
/** What a call may be refused for, since others act between what it reads and what it asks, by other clocks. */
const REFUSALS = ['not-found', 'not-pending', 'not-active', 'expires-too-soon', 'access-denied', 'session-ended']
/** The number of runs in which a negative control must find its fault. */
const AT_MOST = 10

vi.setConfig({ testTimeout: 120_000 + SECONDS * 3_000, hookTimeout: 60_000 })

const postgres = pooledDatabases()
const program = programNamed('../storage/office')
afterAll(() => Promise.all([postgres.close(), program.remove()]))

const skewOf = (n: number, processes: number) => Math.round(MOST_SKEW_MS * ((2 * n) / (processes - 1) - 1))

async function load(processes: number, seconds: number, fault: OfficeFault = 'none') {
  const place = await migrated(postgres)
  const settings = Array.from({ length: processes }, (_, n): OfficeSetting => {
    return { connectionString: inject('postgres'), schema: place.schema, skewMs: skewOf(n, processes), timeoutMs: TIMEOUT_MS, fault }
  })
  const offices = await Promise.all(settings.map((setting) => program.start<Office>([JSON.stringify(setting)])))
  try {
    await Promise.all(offices.map((office) => office.call('ready')))
    const calls = (await Promise.all(offices.map((office) => office.call('work', seconds)))).flat()
    return { calls, figures: figuresOf(calls), unlike: await statesUnlikeEvents(place) }
  } finally {
    await Promise.all(offices.map((office) => office.end()))
  }
}

function figuresOf(calls: readonly Call[]) {
  const sorted = [...calls].sort((a, b) => a.ms - b.ms)
  const [at99, last] = [sorted[Math.floor(calls.length * 0.99)], sorted.at(-1)]
  return { p99: at99?.ms ?? Infinity, longest: last?.ms ?? Infinity, longestKind: last?.kind }
}

it('mixed commands by processes whose clocks are off by up to three seconds: each state equals its events, and no call fails or is slow', async () => {
  const { calls, figures, unlike } = await load(PROCESSES, SECONDS)
  const unexpected = calls.filter(({ outcome }) => outcome !== 'done' && !REFUSALS.includes(outcome))
  const shown = `p99 ${figures.p99.toFixed(0)} ms, longest ${figures.longest.toFixed(0)} ms (${figures.longestKind})`
  const done = calls.filter(({ outcome }) => outcome === 'done')
  console.log(
    `mixed load: ${calls.length} calls by ${PROCESSES} processes in ${SECONDS} s, ${done.length} done, ${unexpected.length} failed, ${shown}, ${unlike.length} states unlike their events`,
  )
  expect(unexpected.map(({ kind, outcome }) => `${kind}: ${outcome}`)).toEqual([])
  expect(unlike).toEqual([])
  expect(figures.p99).toBeLessThanOrEqual(P99_MS)
  expect(figures.longest).toBeLessThan(TIMEOUT_MS)
  expect([...new Set(calls.map(({ kind }) => kind))].sort()).toEqual([...METHODS].sort())
  // In a short run, chance may leave some kinds without a success.
  expect(new Set(done.map(({ kind }) => kind)).size).toBeGreaterThan(METHODS.length - 6)
})

it('a negative control: without the comparison of revisions, states differ from their events', async () => {
  let unlike: readonly string[] = []
  for (let n = 0; unlike.length === 0 && n < AT_MOST; n++) unlike = (await load(3, 1, 'no comparison')).unlike
  expect(unlike.length).toBeGreaterThan(0)
})

it('a negative control: a few slow statements are seen in the 99th percentile', async () => {
  expect((await load(2, 2, 'slow')).figures.p99).toBeGreaterThan(P99_MS)
})
