/** The latency benchmark: from an acknowledged revocation to the denial in every other process. */
import { createConsentry } from 'consentry'
import { startChild } from './child.js'
import { answererOf, directory, requester } from './host.js'
import type { Latency } from './live-latency-process.js'
import { type Measured, print } from './measure.js'
import { openPostgres, withDatabases } from './stores.js'

const PROCESSES = 4
const REVOCATIONS = 300
/** Warm-up rounds, until code is compiled and query plans are cached. */
const WARM_UP = 20

/** Measures both ways of notification on a new server, in milliseconds from the acknowledgement to the last denial. */
export function benchLatency(): Promise<Measured[]> {
  return withDatabases(async ({ PostgreSQL }) => [await measure(PostgreSQL, 'listening'), await measure(PostgreSQL, 'polling')])
}

async function measure(connectionString: string, how: string): Promise<Measured> {
  const sorted = (await latencies(connectionString, how)).sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
  const what = `PostgreSQL, from a revocation until ${PROCESSES} processes deny, ${how}, of ${sorted.length}`
  return print(what, { 'ms p50': at(0.5), 'ms p99': at(0.99), 'ms at most': at(1) })
}

async function latencies(connectionString: string, how: string): Promise<number[]> {
  const tenants = Array.from({ length: WARM_UP + REVOCATIONS }, (_, n) => `${how}-${n}`)
  const grants = await granted(connectionString, tenants)
  const children = Array.from({ length: PROCESSES }, () => startChild<Latency>('live-latency-process.ts', [connectionString, how]))
  try {
    await Promise.all(children.map(({ call }) => call('load')))
    const measured: number[] = []
    for (const [n, { id, tenant }] of grants.entries()) {
      await Promise.all(children.map(({ call }) => call('watch', tenant)))
      const denied = Promise.all(children.map(({ call }) => call('denied')))
      const acknowledged = (await children[n % PROCESSES]?.call('revoke', id, tenant)) ?? Number.NaN
      measured.push(Math.max(...(await denied)) - acknowledged)
    }
    return measured.slice(WARM_UP)
  } finally {
    for (const child of children) await child.stop()
  }
}

async function granted(connectionString: string, tenants: readonly string[]) {
  const { repository, close } = await openPostgres(connectionString)
  const consentry = createConsentry({ repository, directory })
  const { sent } = await consentry.submit(requester, { name: 'Latency', associations: [{ users: ['caroline'], tenants }] })
  for (const { id, tenant } of sent) await consentry.grant(answererOf(tenant), id, { expiresAt: null })
  await close()
  return sent
}
