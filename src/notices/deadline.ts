/** The time that an attempt may take. */
import { DeliveryError } from './channel.js'

/**
 * Runs `run` with a signal that aborts after `ms` milliseconds, or with `outer`.
 * @throws `DeliveryError` as soon as it aborts, whatever `run` does then.
 */
export async function withDeadline<T>(ms: number, outer: AbortSignal, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const inner = new AbortController()
  const stopped = new Promise<never>((_resolve, reject) => inner.signal.addEventListener('abort', () => reject(inner.signal.reason)))
  const timer = setTimeout(() => inner.abort(new DeliveryError(`there was no answer within ${ms} ms`)), ms)
  const stop = () => inner.abort(new DeliveryError('the attempt was stopped'))
  outer.addEventListener('abort', stop)
  if (outer.aborted) stop()
  try {
    return await Promise.race([stopped, run(inner.signal)])
  } finally {
    clearTimeout(timer)
    outer.removeEventListener('abort', stop)
  }
}
