/** Subscription to a repository's notifications, renewed after each disconnect or failure. */
import type { Repository } from '../ports/repository.js'
import { onAbort, retryDelay, sleep, withTimeout } from './timers.js'

/** The options of `keepSubscribed`. */
export interface SubscriptionOptions {
  /** Ends the subscription when it aborts. */
  readonly signal: AbortSignal
  /** How long subscribing may take, in milliseconds. */
  readonly timeoutMs: number
  /** Called on each notification, and after subscribing. */
  readonly wakeUp: () => void
  /** Called with each failure and disconnect. */
  readonly reportError: (error: unknown) => void
}

/** Stays subscribed until `signal` aborts. Returns at once if the repository has no `subscribe`. */
export async function keepSubscribed(repository: Repository, options: SubscriptionOptions): Promise<void> {
  const { signal, timeoutMs, wakeUp, reportError } = options
  for (let failures = 0; repository.subscribe !== undefined && !signal.aborted; ) {
    const connection = watchConnection(signal)
    try {
      const subscribing = repository.subscribe({ onChange: wakeUp, onDisconnect: connection.onDisconnect })
      const unsubscribe = await withTimeout(() => subscribing, timeoutMs, signal).catch((error) => {
        // A subscription that starts too late must not stay open.
        subscribing.then((unsubscribeLate) => unsubscribeLate()).catch(() => {})
        throw error
      })
      failures = 0
      wakeUp() // changes before the subscription caused no notification
      const error = await connection.ended
      if (!signal.aborted) throw error
      await unsubscribe()
    } catch (error) {
      reportError(error)
      await sleep(retryDelay(failures++), signal)
    } finally {
      connection.dispose()
    }
  }
}

interface ConnectionWatch {
  /** Resolves with the error of the disconnect; on abort, with `undefined`. */
  readonly ended: Promise<unknown>
  readonly onDisconnect: (error: unknown) => void
  /** Stops watching the signal. */
  readonly dispose: () => void
}

function watchConnection(signal: AbortSignal): ConnectionWatch {
  let onDisconnect = (_error: unknown): void => {}
  const ended = new Promise<unknown>((resolve) => {
    onDisconnect = resolve
  })
  return { ended, onDisconnect, dispose: onAbort(signal, () => onDisconnect(undefined)) }
}
