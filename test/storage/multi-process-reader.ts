/** A child process that runs commands and compares its live access with the database. */
import { setTimeout as sleep } from 'node:timers/promises'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { isConsentryError } from '../../src/domain/error.js'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import type { Position } from '../../src/ports/event-feed.js'
import { obey, say } from '../databases/orders.js'
import { poolOn } from '../databases/pools.js'
import { type Compared, compared, legacy, stillAllowed, TENANTS, USERS } from './live-comparison.js'
import { naivePostgres, withoutNotifications } from './live-readers.js'
import type { Ending, Setting } from './multi-process-live.js'
import { type Ended, randomCommands } from './random-commands.js'

/** The findings of a process: its commands, its live access, and ended access that was allowed. */
export interface Report extends Compared {
  readonly accepted: number
  readonly refused: number
  readonly unknown: readonly string[]
  /** The number of ends it checked. */
  readonly ends: number
  readonly allowed: readonly string[]
  /** The status messages of the live access. */
  readonly errors: readonly string[]
}

/** The number of concurrent commands per process. */
const LANES = 3
/** The share of commands that run inside an open host transaction, and how long it may stay open, in milliseconds. */
const HELD = { share: 0.3, atMost: 15 }
/** The refusals of commands that another process was faster than. */
const REFUSALS = ['not-pending', 'not-active', 'expires-too-soon', 'access-denied', 'session-ended', 'not-found']

const { connectionString, schema, reads, subscribes, pollIntervalMs }: Setting = JSON.parse(process.argv[2] ?? '')
const pool = poolOn(connectionString, { connectionTimeoutMillis: 10_000 })
const repository = reads === 'naively' ? naivePostgres(pool, schema) : postgresRepository({ pool, schema })
const errors: string[] = []
const live = createLiveAccess({
  repository: subscribes ? repository : withoutNotifications(repository),
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
const checks: Promise<void>[] = []
let left = 0

/** Runs a command inside a host transaction that stays open for a while, and is sometimes rolled back. */
async function heldCommand(): Promise<readonly Ended[]> {
  const client = await pool.connect()
  const ignore = () => {}
  client.on('error', ignore)
  let broken = true
  try {
    await client.query('begin')
    const ended = await command(repository.within(client))
    await sleep(Math.random() * HELD.atMost)
    const kept = Math.random() < 0.8
    await client.query(kept ? 'commit' : 'rollback')
    broken = false
    return kept ? ended : []
  } finally {
    client.off('error', ignore)
    // Closing a broken connection rolls back.
    client.release(broken)
  }
}

/** Runs a command, and returns the access it ended; `undefined` if it was refused or failed. */
async function attempt(): Promise<readonly Ended[] | undefined> {
  try {
    const ended = await (Math.random() < HELD.share ? heldCommand() : command(repository))
    count.accepted += 1
    return ended
  } catch (error) {
    if (isConsentryError(error) && REFUSALS.includes(error.code)) {
      count.refused += 1
      left += 1
      return undefined
    }
    if (isConsentryError(error) && !['unavailable', 'facts-unavailable'].includes(error.code)) throw error
    unknown.push(String(error))
    await sleep(100)
    return undefined
  }
}

async function lane(): Promise<void> {
  while (left > 0) {
    left -= 1
    const ended = await attempt()
    if (ended === undefined || ended.length === 0) continue
    const ending: Ending = [ended, (await patiently(() => repository.positions())).latest]
    say(ending)
    orders.check(...ending)
  }
}

const orders = {
  ready: () => live.ready(),
  /** Runs that many commands. */
  work: async (commands: number) => {
    left = commands
    await Promise.all(Array.from({ length: LANES }, lane))
  },
  stop: () => {
    left = 0
  },
  /** Waits until this process has read the end, then checks the answer. */
  check: (ended: readonly Ended[], position: Position) => {
    const check = async () => {
      await live.caughtUp(position)
      count.ends += ended.length
      allowed.push(...(await patiently(() => stillAllowed(live, repository, ended))))
    }
    checks.push(check())
  },
  compare: async (): Promise<Report> => {
    await Promise.all(checks)
    await patiently(() => live.caughtUp())
    return { ...count, unknown, errors, allowed, ...(await patiently(() => compared(live, repository))) }
  },
}

/** The orders of this program. */
export type Reader = typeof orders

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
