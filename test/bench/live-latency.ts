/** The latency benchmark: from an acknowledged revocation to the denial in every other process. */
import type { Consentry } from 'consentry'
import { loadBuild, openOnPostgres } from './builds.js'
import { startChild } from './child.js'
import { answererOf, requester } from './host.js'
import type { Latency } from './live-latency-process.js'
import { type Measured, print } from './measure.js'
import { withDatabases } from './stores.js'

const PROCESSES = 4
const REVOCATIONS = 300
/** Warm-up rounds, until code is compiled and query plans are cached. */
export const WARM_UP = 20

/** A process that follows the database with a live access. */
export type Follower = ReturnType<typeof startFollower>

/** A granted request. */
export interface Granted {
  readonly id: string
  readonly tenant: string
}

/** Measures both ways of notification on a new server, in milliseconds from the acknowledgement to the last denial. */
export function benchLatency(): Promise<Measured[]> {
  return withDatabases(async ({ PostgreSQL }) => [await measure(PostgreSQL, 'listening'), await measure(PostgreSQL, 'polling')])
}

async function measure(connectionString: string, how: string): Promise<Measured> {
  const build = await loadBuild()
  const { consentry, close } = await openOnPostgres(build, connectionString)
  const grants = await grantedIn(
    consentry,
    Array.from({ length: WARM_UP + REVOCATIONS }, (_, n) => `${how}-${n}`),
  )
  await close()
  const times: number[] = []
  await withFollowers(build.folder, connectionString, how, async (followers) => {
    for (const [n, grant] of grants.entries()) times.push(await latencyOf(followers, grant, n))
  })
  const what = `PostgreSQL, from a revocation until ${PROCESSES} processes deny, ${how}, of ${REVOCATIONS}`
  const { p50, p99, most } = percentiles(times.slice(WARM_UP))
  return print(what, { 'ms p50': p50, 'ms p99': p99, 'ms at most': most })
}

export function percentiles(times: readonly number[]): Readonly<Record<'p50' | 'p99' | 'most', number>> {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99), most: at(1) }
}

export async function grantedIn(consentry: Consentry, tenants: readonly string[]): Promise<readonly Granted[]> {
  const { sent } = await consentry.submit(requester, { name: 'Latency', associations: [{ users: ['caroline'], tenants }] })
  for (const { id, tenant } of sent) await consentry.grant(answererOf(tenant), id, { expiresAt: null })
  return sent
}

/** Starts processes that follow the database with a build, and stops them after the work. */
export async function withFollowers<Result>(
  folder: string,
  connectionString: string,
  how: string,
  work: (followers: readonly Follower[]) => Promise<Result>,
): Promise<Result> {
  const followers = Array.from({ length: PROCESSES }, () => startFollower(folder, connectionString, how))
  try {
    await Promise.all(followers.map(({ call }) => call('load')))
    return await work(followers)
  } finally {
    for (const { stop } of followers) await stop()
  }
}

export function startFollower(folder: string, connectionString: string, how: string) {
  return startChild<Latency>('live-latency-process.ts', [folder, connectionString, how])
}

/** Revokes in one process, and returns the milliseconds from its acknowledgement until the last process denies. */
export async function latencyOf(followers: readonly Follower[], { id, tenant }: Granted, n: number): Promise<number> {
  await Promise.all(followers.map(({ call }) => call('watch', tenant)))
  const denied = Promise.all(followers.map(({ call }) => call('denied')))
  const acknowledged = (await followers[n % followers.length]?.call('revoke', id, tenant)) ?? Number.NaN
  return Math.max(...(await denied)) - acknowledged
}
