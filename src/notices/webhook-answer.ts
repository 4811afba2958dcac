/** What becomes of a delivery after a receiver's answer, by Standard Webhooks. */
import type { Instant } from '../domain/instant.js'
import { DeliveryError } from './channel.js'
import type { ReceiverAnswer } from './webhook-network.js'

/** The longest time for which a receiver may put off the next attempt, in milliseconds. */
const MAX_RETRY_AFTER_MS = 86_400_000

/**
 * Throws unless the receiver has accepted the notice.
 * @throws `DeliveryError` by which the delivery goes on; 410 switches off the endpoint, by its `hash`.
 */
export function checkAnswer({ status, retryAfter }: ReceiverAnswer, hash: string, now: Instant): void {
  if (status >= 200 && status < 300) return
  const message = `the receiver answered ${status}${status >= 300 && status < 400 ? ', and redirects are not followed' : ''}`
  if (status === 410) throw new DeliveryError(message, { retry: false, closes: hash })
  throw new DeliveryError(message, { retryAfterMs: retryAfterMs(retryAfter, now) })
}

/**
 * Returns how long a header `retry-after` asks to wait, in milliseconds.
 * It has seconds or an HTTP date. Anything else is 0.
 */
export function retryAfterMs(header: string | undefined, now: Instant): number {
  if (header === undefined) return 0
  const isDate = /^[A-Z][a-z]+, .* GMT$/.test(header)
  const ms = isDate ? Date.parse(header) - now : /^\d+$/.test(header) ? Number(header) * 1_000 : 0
  return Math.min(Math.max(Number.isNaN(ms) ? 0 : ms, 0), MAX_RETRY_AFTER_MS)
}
