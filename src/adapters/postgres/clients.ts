/** Clients of the host's driver: checked out, given back, and closed if the server does not answer. */
import { callSafely } from '../../domain/host-calls.js'
import { MAX_DELAY_MS } from '../../ports/event-loop.js'
import type { PostgresClient, PostgresPool, PostgresPoolClient, PostgresQuery } from './drivers.js'

/** Runs a statement of the driver. */
export type RunQuery = (query: PostgresQuery) => Promise<{ rows: unknown[] }>

type CheckOut = (taken: (error: unknown, client?: PostgresPoolClient) => void) => Promise<PostgresPoolClient> | undefined

/**
 * Checks out a client of the pool, which listens to `error` from its first moment on.
 * Node exits on an `error` event without a listener. A server that shuts down can report the loss of a connection together with its
 * readiness: once a promise has resolved, it is too late to listen. A pool that takes no callback answers with a promise.
 * @throws if the pool has no client within `timeoutMs`; one that it has later is given back.
 */
export function checkOut(pool: PostgresPool, timeoutMs: number): Promise<PostgresPoolClient> {
  return new Promise((resolve, reject) => {
    let isLate = false
    const stopTimer = startTimer(timeoutMs, () => {
      isLate = true
      reject(
        new Error(`the pool gave no client within ${timeoutMs} milliseconds: raise its \`max\`, and set its \`connectionTimeoutMillis\``),
      )
    })
    const taken: Parameters<CheckOut>[0] = (error, client) => {
      stopTimer()
      if (client === undefined) return reject(error)
      if (isLate) return client.release()
      client.on('error', ignore)
      resolve(client)
    }
    const connecting = async () => (pool.connect as CheckOut).call(pool, taken)
    connecting().then((client) => client && taken(undefined, client), taken)
  })
}

/** Gives a client back. A broken one is closed, and keeps its listener, since it may still report. */
export function giveBack(client: PostgresPoolClient, broken: boolean | undefined): void {
  if (broken !== true) client.off('error', ignore)
  client.release(broken)
}

/**
 * Returns a function that runs statements on the client, each for at most `timeoutMs` milliseconds.
 * After a time-out the connection is of no use, as the server may be out of reach: every further statement rejects at once.
 */
export function limitedQuery(client: PostgresClient, timeoutMs: number, onTimeout: () => void): RunQuery {
  let timedOut: Error | undefined
  return async (query) => {
    if (timedOut) throw timedOut
    let stopTimer = ignore
    const timeout = new Promise<never>((_, reject) => {
      stopTimer = startTimer(timeoutMs, () => {
        timedOut = new Error(`the database gave no answer within ${timeoutMs} milliseconds: its connection is closed`)
        reject(timedOut)
        onTimeout()
      })
    })
    try {
      return await Promise.race([client.query(query), timeout])
    } finally {
      stopTimer()
    }
  }
}

/** Runs statements on the host's own client, which is closed after a time-out: its later calls fail. */
export function limitedClient(client: PostgresClient, timeoutMs: number): RunQuery {
  return limitedQuery(client, timeoutMs, () => callSafely(() => client.end?.()))
}

/** Calls back after `ms` milliseconds, never if that is `Infinity`. Returns the function that stops it. */
function startTimer(ms: number, callback: () => void): () => void {
  if (ms === Infinity) return ignore
  const timer = setTimeout(callback, Math.min(ms, MAX_DELAY_MS))
  return () => clearTimeout(timer)
}

/** Does nothing. Used as a listener or rejection handler that must exist. */
export function ignore(): void {}
