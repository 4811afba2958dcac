/** When a failed delivery is tried again: the schedule of Standard Webhooks, with jitter. */

import type { Instant } from '../domain/instant.js'
import { textHash } from '../domain/text-hash.js'

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000]

/** The delay after each attempt, in milliseconds: ten attempts in about three days. */
const DELAYS_MS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]

/** The attempt after which a delivery is not begun again: at each of so many, the process has died. */
export const MAX_ATTEMPTS = 2 * (DELAYS_MS.length + 1)

/** Returns when to try again after this attempt, in milliseconds; `undefined` if it was the last one. */
export function nextAttemptAt(id: string, attempt: number, now: Instant, retryAfterMs: number): Instant | undefined {
  const delay = DELAYS_MS[attempt - 1]
  if (delay === undefined) return undefined
  // Up to a fifth later, by the id: deliveries that failed together do not come back together.
  const jitter = 1 + (textHash(`${id} ${attempt}`) % 1_000) / 5_000
  return now + Math.max(Math.round(delay * jitter), retryAfterMs)
}
