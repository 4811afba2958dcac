/** The write of a kept reader, where the store has one transaction at a time. */
import { ignoreRejection } from '../domain/host-calls.js'
import type { ReaderWrite } from '../ports/feed-readers.js'

/**
 * Calls `write`, which must be synchronous.
 * What it did later would no longer be in the transaction.
 * @throws `TypeError` if it returns a promise, whose rejection is handled.
 */
export function writeSynchronously<Transaction>(write: ReaderWrite<Transaction> | undefined, transaction: Transaction): void {
  const answer: unknown = write?.(transaction)
  if (typeof answer !== 'object' || answer === null || !('then' in answer)) return
  ignoreRejection(answer)
  throw new TypeError('`write` returned a promise: with this repository it must be synchronous')
}
