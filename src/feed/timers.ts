/** Timers that end on abort: a wakeable sleep, a call with a timeout, and the delay before a retry. */

import { MAX_DELAY_MS } from '../ports/event-loop.js'

interface AbortCallbacks {
  readonly callbacks: Set<() => void>
  readonly callAll: () => void
}

const abortCallbacks = new WeakMap<AbortSignal, AbortCallbacks>()

/**
 * Calls `callback` when `signal` aborts, until the returned function is called.
 * All callbacks share one listener: Node warns about a leak at the eleventh listener, and concurrent calls need more.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const { callbacks, callAll } = abortCallbacks.get(signal) ?? listenForAbort(signal)
  callbacks.add(callback)
  return () => {
    if (!callbacks.delete(callback) || callbacks.size > 0) return
    signal.removeEventListener('abort', callAll)
    abortCallbacks.delete(signal)
  }
}

function listenForAbort(signal: AbortSignal): AbortCallbacks {
  const callbacks = new Set<() => void>()
  const callAll = () => {
    for (const callback of callbacks) callback()
  }
  const added = { callbacks, callAll }
  abortCallbacks.set(signal, added)
  signal.addEventListener('abort', callAll)
  return added
}

/**
 * Resolves after `ms` milliseconds, or earlier on abort or when woken.
 * `onStart` receives the function that wakes. A delay longer than 2^31 - 1 ms is shortened to that.
 */
export function sleep(ms: number, signal: AbortSignal, onStart: (wake: () => void) => void = () => {}): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(wake, Math.min(ms, MAX_DELAY_MS))
    const stopListening = onAbort(signal, wake)
    function wake(): void {
      clearTimeout(timer)
      stopListening()
      resolve()
    }
    onStart(wake)
  })
}

/**
 * Returns the result of `call`.
 * @throws the abort reason if `signal` aborts before the result; if it is aborted already, `call` is not called.
 * @throws an error if there is no result within `ms` milliseconds.
 */
export async function withTimeout<T>(call: () => Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  let stopTimer = (): void => {}
  const timeout = sleep(ms, signal, (wake) => {
    stopTimer = wake
  }).then((): never => {
    signal.throwIfAborted()
    throw new Error(`no answer within ${ms} milliseconds`)
  })
  try {
    return await Promise.race([call(), timeout])
  } finally {
    // Stopping the timer rejects `timeout`, which is no longer awaited.
    timeout.catch(() => {})
    stopTimer()
  }
}

/** Returns the delay in milliseconds after consecutive failures: exponential up to 5 s, with jitter. */
export function retryDelay(failures: number): number {
  return Math.min(5_000, 50 * 2 ** failures) * (0.5 + Math.random() / 2)
}
