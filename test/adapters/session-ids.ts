/** Deterministic session ids: random ones would change the order of lists and every cursor. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'

const counting = new AsyncLocalStorage<{ count: number }>()
const byChance = crypto.getRandomValues.bind(crypto)
/** The number of random bytes of a session id, which only the service requests. */
const LENGTH = 32

function drawn(array: Uint8Array): Uint8Array {
  const play = counting.getStore()
  if (play === undefined || array.length !== LENGTH) return byChance(array)
  play.count += 1
  array.set(createHash('sha256').update(`session ${play.count}`).digest())
  return array
}

/** Runs the work with the same session ids in every run; other random values stay random. */
export function withSettledSessionIds<T>(play: () => Promise<T>): Promise<T> {
  Object.defineProperty(crypto, 'getRandomValues', { value: drawn, configurable: true, writable: true })
  return counting.run({ count: 0 }, play)
}
