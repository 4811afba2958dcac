/** A child process that runs commands and compares its live access with the database. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { isConsentryError } from '../../src/domain/error.js'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import { FEED_START, type Position } from '../../src/ports/event-feed.js'
import { obey } from '../databases/orders.js'
import { poolOn } from '../databases/pools.js'
import { compared, endedBy, legacy, stillAllowed, TENANTS, USERS } from './live-comparison.js'
import type { Setting } from './multi-process-live.js'
import { randomCommands } from './random-commands.js'

const LANES = 3
/** The share of commands that run inside an open host transaction, and how long it may stay open, in milliseconds. */
const HELD = { share: 0.3, atMost: 15 }
/** The refusals of commands that another process was faster than. */
const REFUSALS = ['not-pending', 'not-active', 'expires-too-soon', 'access-denied', 'session-ended', 'not-found']

const { connectionString, schema, subscribes, pollIntervalMs }: Setting = JSON.parse(process.argv[2] ?? '')
const pool = poolOn(connectionString, { connectionTimeoutMillis: 10_000 })
const repository = postgresRepository({ pool, schema })
const errors: string[] = []
const live = createLiveAccess({
  // Without notifications it only polls.
  repository: subscribes ? repository : { ...repository, subscribe: async () => async () => {} },
  legacy,
  // Longer than a server restart, so that a stale denial is not mistaken for a seen revocation.
  maxStalenessMs: 600_000,
  pollIntervalMs,
  onError: (error) => errors.push(String(error)),
})

const command = randomCommands({ vendors: ['classics', 'novels', 'poems'], tenants: TENANTS, users: USERS, brief: true })
const count = { accepted: 0, refused: 0, ends: 0 }
const unknown: string[] = []
const allowed: string[] = []
let left = 0

/** Runs a command inside a host transaction that stays open for a while, and is sometimes rolled back. */
async function heldCommand(): Promise<void> {
  const ignore = () => {}
  // Listening before a promise resolves: the server may report its loss together with its readiness.
  const client = await new Promise<PoolClient>((resolve, reject) =>
    pool.connect((error, connected) => {
      if (connected === undefined) return reject(error)
      connected.on('error', ignore)
      resolve(connected)
    }),
  )
  let broken = true
  try {
    await client.query('begin')
    await command(repository.within(client))
    await sleep(Math.random() * HELD.atMost)
    await client.query(Math.random() < 0.8 ? 'commit' : 'rollback')
    broken = false
  } finally {
    // A broken connection is closed, which rolls back; until then it may still report its loss.
    if (!broken) client.off('error', ignore)
    client.release(broken)
  }
}

/** A command that saves several times inside a host's transaction locks rows in any order; the host then runs its transaction again. */
const isDeadlock = (cause: unknown) => cause instanceof Error && 'code' in cause && cause.code === '40P01'

async function lane(): Promise<void> {
  while (left > 0) {
    left -= 1
    const held = Math.random() < HELD.share
    try {
      await (held ? heldCommand() : command(repository))
      count.accepted += 1
    } catch (error) {
      if (isConsentryError(error) && (REFUSALS.includes(error.code) || (held && isDeadlock(error.cause)))) {
        count.refused += 1
        left += 1
        continue
      }
      if (isConsentryError(error) && !['unavailable', 'facts-unavailable'].includes(error.code)) throw error
      unknown.push(`${error}, because of ${error instanceof Error ? error.cause : undefined}`)
      await sleep(100)
    }
  }
}

let checked: Position = FEED_START
/** Checks every end of access that the feed returns, as soon as this process has read it too. */
async function check(): Promise<number> {
  const { entries, position } = await patiently(() => repository.readEvents({ after: checked, limit: 100 }))
  await live.caughtUp(position)
  for (const { event } of entries) {
    const ended = await patiently(() => endedBy(event, repository))
    count.ends += ended.length
    allowed.push(...(await patiently(() => stillAllowed(live, repository, ended))))
  }
  checked = position
  return entries.length
}

const orders = {
  ready: () => live.ready(),
  work: async (commands: number) => {
    left = commands
    const lanes = Promise.all(Array.from({ length: LANES }, lane)).then(() => 'done')
    while ((await Promise.race([lanes, sleep(5)])) !== 'done') await check()
  },
  stop: () => {
    left = 0
  },
  count: () => count,
  compare: async () => {
    while ((await check()) > 0);
    await patiently(() => live.caughtUp())
    return { ...count, unknown, errors, allowed, ...(await patiently(() => compared(live, repository))) }
  },
}

export type Reader = typeof orders
/** The findings of a process: its commands, its live access, and ended access that was allowed. */
export type Report = Awaited<ReturnType<Reader['compare']>>

/** Retries a query, because the pool may hold connections from before a server restart. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + 30_000; ; await sleep(50)) {
    try {
      return await call()
    } catch (error) {
      if (Date.now() > until) throw error
    }
  }
}

obey(orders)
