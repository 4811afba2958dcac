/** A loop that works when the feed has something new, and every so often, until it is closed. */
import type { EventFeed } from '../ports/event-feed.js'
import { keepSubscribed } from './subscription.js'
import { retryDelay, sleep } from './timers.js'

/** The options of a poll loop. */
export interface PollLoopOptions {
  /**
   * Does what there is to do.
   * `isDue` is whether the interval has passed since the last such call: calls soon after a wake-up come between.
   * Returns whether it could: else it is called again only after the interval, woken or not.
   */
  readonly work: (isDue: boolean) => Promise<boolean>
  readonly pollIntervalMs: number
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Called with each failure of the work or the subscription. */
  readonly reportError: (error: unknown) => void
}

/** The milliseconds before the second poll after a wake-up; each further delay is 4 times longer. */
// Several polls, because the event behind a notification may not be readable yet.
export const FIRST_DELAY_MS = 5

/** Runs the loop until `signal` aborts. Never rejects. */
export async function runPollLoop(feed: Pick<EventFeed, 'subscribe'>, options: PollLoopOptions): Promise<void> {
  const { work, pollIntervalMs, timeoutMs, signal, reportError } = options
  let isWoken = false
  let nextDelayMs = Number.POSITIVE_INFINITY
  let dueAt = performance.now()
  let interruptSleep = (): void => {}
  const wakeUp = () => {
    isWoken = true
    nextDelayMs = FIRST_DELAY_MS
    interruptSleep()
  }
  const run = async () => {
    for (let failures = 0; !signal.aborted; ) {
      isWoken = false
      try {
        const isDue = performance.now() >= dueAt
        const couldWork = await work(isDue)
        failures = 0
        if (isDue) dueAt = performance.now() + pollIntervalMs
        if (!couldWork) await sleep(pollIntervalMs, signal)
        else if (!isWoken) {
          const delayMs = Math.min(nextDelayMs, Math.ceil(dueAt - performance.now()))
          nextDelayMs *= 4
          await sleep(delayMs, signal, (wake) => {
            interruptSleep = wake
          })
        }
      } catch (error) {
        if (!signal.aborted) reportError(error)
        await sleep(retryDelay(failures++), signal)
      }
    }
  }
  await Promise.all([run(), keepSubscribed(feed, { signal, timeoutMs, wakeUp, reportError })])
}
