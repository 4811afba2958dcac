/** A child process that runs commands and compares its live access with the database. */

import { setTimeout as sleep } from 'node:timers/promises'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import type { Position } from '../../src/ports/event-feed.js'
import { compared, legacy, stillAllowed } from './live-comparison.js'
import { naivePostgres, withoutNotifications } from './live-readers.js'
import { type Ended, liveOffice } from './multi-process-commands.js'
import type { Order, Setting, Told } from './multi-process-live.js'
import { poolOn } from './places.js'

/** The number of concurrent commands per process. */
const LANES = 3
/** Longer than a server restart, so that a stale denial is not mistaken for a seen revocation. */
const STALENESS = 600_000

const setting: Setting = JSON.parse(process.argv[2] ?? '')
const { connectionString, schema, reads, subscribes, pollIntervalMs, held } = setting
const pool = poolOn(connectionString, { connectionTimeoutMillis: 10_000 })
const repository = reads === 'naively' ? naivePostgres(pool, schema) : postgresRepository({ pool, schema })
const errors: string[] = []
const live = createLiveAccess({
  repository: subscribes ? repository : withoutNotifications(repository),
  legacy,
  maxStalenessMs: STALENESS,
  pollIntervalMs: pollIntervalMs,
  onError: (error) => errors.push(String(error)),
})

const chance = chanceFrom(setting.seed)
const office = liveOffice(repository, pool, chance, held)
const count = { accepted: 0, refused: 0, ends: 0 }
const unknown: string[] = []
const allowed: string[] = []
const checks: Promise<void>[] = []
let left = 0

const tell = (told: Told) => process.send?.(told)

/** Waits until this process has read the end, then checks the answer. */
async function check(ended: readonly Ended[], position: Position): Promise<void> {
  await live.caughtUp(position)
  count.ends += ended.length
  allowed.push(...(await patiently(() => stillAllowed(live, repository, ended))))
}

async function lane(): Promise<void> {
  while (left > 0) {
    left -= 1
    const outcome = await office()
    if (outcome === 'refused') {
      count.refused += 1
      left += 1
    } else if ('unknown' in outcome) {
      unknown.push(outcome.unknown)
      await sleep(100)
    } else {
      count.accepted += 1
      const { ended } = outcome
      if (ended.length === 0) continue
      const position = (await patiently(() => repository.positions())).latest
      tell({ kind: 'ended', ended, position })
      checks.push(check(ended, position))
    }
  }
}

async function obey(order: Order): Promise<void> {
  if (order.kind === 'stop') left = 0
  if (order.kind === 'check') checks.push(check(order.ended, order.position))
  if (order.kind === 'work') {
    left = order.commands
    await Promise.all(Array.from({ length: LANES }, lane))
    tell({ kind: 'worked' })
  }
  if (order.kind === 'compare') {
    await Promise.all(checks)
    await patiently(() => live.caughtUp())
    tell({ kind: 'compared', ...count, unknown, errors, allowed, ...(await patiently(() => compared(live, repository))) })
  }
}

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

/** Returns a seeded random number generator (mulberry32). */
function chanceFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

process.on('message', (order: Order) => void obey(order))
process.on('disconnect', () => process.exit())
void live.ready().then(() => tell({ kind: 'ready' }))
