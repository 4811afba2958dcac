/** Subscription to the notifications of a feed, renewed after each disconnect or failure. */
import { ignoreRejection } from '../domain/host-calls.js'
import type { EventFeed } from '../ports/event-feed.js'
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

/**
 * Stays subscribed until `signal` aborts. Never rejects.
 *
 * Returns at once if the feed has no `subscribe`.
 */
export async function keepSubscribed(feed: Pick<EventFeed, 'subscribe'>, options: SubscriptionOptions): Promise<void> {
  const { signal, timeoutMs, wakeUp, reportError } = options
  for (let failures = 0; !signal.aborted; ) {
    const connection = watchConnection(signal)
    try {
      if (feed.subscribe === undefined) return
      const unsubscribe = await subscribe(feed, connection.onDisconnect, options)
      failures = 0
      wakeUp() // changes before the subscription caused no notification
      const ending = await connection.ended
      if (ending !== ABORTED) throw ending.error
      // Not by `signal`, which has aborted: a connection that no longer answers must not hold up `close()` for ever.
      await withTimeout(unsubscribe, timeoutMs, new AbortController().signal)
    } catch (error) {
      reportError(error)
      await sleep(retryDelay(failures++), signal)
    } finally {
      connection.dispose()
    }
  }
}

async function subscribe(
  feed: Pick<EventFeed, 'subscribe'>,
  onDisconnect: (error: unknown) => void,
  { signal, timeoutMs, wakeUp }: SubscriptionOptions,
): Promise<() => Promise<void>> {
  const subscribing = (async () => feed.subscribe?.({ onChange: wakeUp, onDisconnect }) as Promise<() => Promise<void>>)()
  return withTimeout(() => subscribing, timeoutMs, signal).catch((error) => {
    // A subscription that starts too late must not stay open.
    subscribing.then((unsubscribeLate) => unsubscribeLate()).catch(() => {})
    throw error
  })
}

const ABORTED = Symbol('aborted')

interface ConnectionWatch {
  /** Resolves with the error of the disconnect, or with `ABORTED`. */
  readonly ended: Promise<{ readonly error: unknown } | typeof ABORTED>
  readonly onDisconnect: (error: unknown) => void
  /** Stops watching the signal. */
  readonly dispose: () => void
}

function watchConnection(signal: AbortSignal): ConnectionWatch {
  let end = (_ending: { readonly error: unknown } | typeof ABORTED): void => {}
  const ended: ConnectionWatch['ended'] = new Promise((resolve) => {
    end = resolve
  })
  const onDisconnect = (error: unknown) => {
    ignoreRejection(error)
    // In an object: a promise resolved with a rejected one, or with a proxy, would reject before anything awaits it.
    end({ error })
  }
  return { ended, onDisconnect, dispose: onAbort(signal, () => end(ABORTED)) }
}
