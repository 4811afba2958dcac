/** Session ids without chance: ids and their hashes order lists and stand in cursors, so that chance would make every answer differ. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'

const counting = new AsyncLocalStorage<{ count: number }>()
const byChance = crypto.getRandomValues.bind(crypto)
/** What the service draws for a session's id, and nobody else. */
const LENGTH = 32

function drawn(array: Uint8Array): Uint8Array {
  const play = counting.getStore()
  if (play === undefined || array.length !== LENGTH) return byChance(array)
  play.count += 1
  array.set(createHash('sha256').update(`session ${play.count}`).digest())
  return array
}

/** Runs a play in which the sessions started have the same ids in every run; whatever else runs meanwhile has chance as ever. */
export function withSettledSessionIds<T>(play: () => Promise<T>): Promise<T> {
  Object.defineProperty(crypto, 'getRandomValues', { value: drawn, configurable: true, writable: true })
  return counting.run({ count: 0 }, play)
}
