/** The latency benchmark: from an acknowledged revocation to the denial in every other process. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createConsentry } from 'consentry'
import { postgresRepository } from 'consentry/adapters/postgres'
import pg from 'pg'
import { startPostgres } from '../databases/postgres-server.js'
import type { LatencyOrder, LatencyTold } from './live-latency-process.js'

const PROGRAM = fileURLToPath(new URL('live-latency-process.ts', import.meta.url))
const PROCESSES = 4
const REVOCATIONS = 300
/** Warm-up rounds, until code is compiled and query plans are cached. */
const WARM_UP = 20

/** The latency of one way of notification: milliseconds from the acknowledgement to the last denial. */
export interface LatencyFigure {
  readonly how: 'listening' | 'polling'
  readonly processes: number
  readonly revocations: number
  readonly p50: number
  readonly p99: number
  readonly most: number
}

/** Measures both ways on a new server; calls `print` with each figure. */
export async function benchLatency(print: (line: string) => void): Promise<readonly LatencyFigure[]> {
  const server = await startPostgres()
  try {
    const figures: LatencyFigure[] = []
    for (const how of ['listening', 'polling'] as const) {
      const sorted = (await latencies(server.connectionString, how)).sort((a, b) => a - b)
      const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
      const figure = { how, processes: PROCESSES, revocations: sorted.length, p50: at(0.5), p99: at(0.99), most: at(1) }
      figures.push(figure)
      const shown = [`p50 ${figure.p50.toFixed(1)}`, `p99 ${figure.p99.toFixed(1)}`, `most ${figure.most.toFixed(1)} ms`].join(', ')
      print(`PostgreSQL, from a revocation until ${PROCESSES} processes deny, ${how}: ${shown}, of ${figure.revocations}`)
    }
    return figures
  } finally {
    await server.stop()
  }
}

async function latencies(connectionString: string, how: LatencyFigure['how']): Promise<number[]> {
  const grants = await granted(
    connectionString,
    Array.from({ length: WARM_UP + REVOCATIONS }, (_, n) => `${how}-${n}`),
  )
  const processes = Array.from({ length: PROCESSES }, () => fork(PROGRAM, [connectionString, how]))
  try {
    await Promise.all(processes.map((one) => heard(one, (told) => told === 'filled')))
    const measured: number[] = []
    for (const [n, { id, tenant }] of grants.entries()) {
      const watching = processes.map((one) => heard(one, (told) => told === 'watching'))
      const denied = processes.map((one) => heard(one, (told) => typeof told === 'object' && 'denied' in told && told.denied))
      for (const one of processes) give(one, { watch: tenant })
      await Promise.all(watching)
      const revoking = processes[n % PROCESSES] as ChildProcess
      const acknowledged = heard(revoking, (told) => typeof told === 'object' && 'acknowledged' in told && told.acknowledged)
      give(revoking, { revoke: id, tenant })
      measured.push(Math.max(...(await Promise.all(denied))) - (await acknowledged))
    }
    return measured.slice(WARM_UP)
  } finally {
    for (const one of processes) if (one.connected) one.disconnect()
  }
}

async function granted(connectionString: string, tenants: readonly string[]) {
  const pool = new pg.Pool({ connectionString, max: 4 })
  const repository = postgresRepository({ pool })
  await repository.migrate()
  const directory = {
    members: (_: string, users: readonly string[]) => users.filter((user) => user === 'caroline'),
    askable: () => tenants,
  }
  const consentry = createConsentry({ repository, directory })
  const requester = { user: 'elizabeth', tenant: 'vendor', permissions: ['submit' as const], impersonating: null }
  const { sent } = await consentry.submit(requester, { name: 'Latency', associations: [{ users: ['caroline'], tenants }] })
  for (const { id, tenant } of sent) await consentry.grant({ user: 'tom', tenant, permissions: ['answer'], impersonating: null }, id)
  await pool.end()
  return sent
}

function give(child: ChildProcess, order: LatencyOrder): void {
  child.send(order)
}

/** Returns the next message that `of` accepts; rejects if the process exits first. */
function heard<T>(child: ChildProcess, of: (told: LatencyTold) => T | false): Promise<T> {
  return new Promise((resolve, reject) => {
    const hear = (told: LatencyTold) => {
      const found = of(told)
      if (found === false) return
      child.off('message', hear)
      child.off('exit', gone)
      resolve(found)
    }
    const gone = () => reject(new Error('a process that follows has ended'))
    child.on('message', hear)
    child.on('exit', gone)
  })
}
