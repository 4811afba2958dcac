/** Saves of one turn of the event loop, in one transaction: its write to the disk costs most. */
import { yieldToEventLoop } from '../../ports/event-loop.js'
import type { Statements } from './versioned.js'

interface Waiting {
  readonly save: () => unknown
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Runs a save in a transaction, perhaps together with others. Rejects if it throws. */
export type SaveInTransaction = <Result>(save: () => Result) => Promise<Result>

/**
 * Returns a function that runs saves in one transaction if they come in one turn of the event loop.
 * If one throws, nothing of them is saved so, and each runs in a transaction of its own.
 */
export function sharedTransaction({ transaction }: Pick<Statements, 'transaction'>): SaveInTransaction {
  let waiting: Waiting[] = []

  const runWaiting = (): void => {
    const group = waiting
    waiting = []
    const results = group.length === 1 ? [] : resultsOf(group)
    for (const [n, { save, resolve, reject }] of group.entries()) {
      try {
        resolve(n in results ? results[n] : transaction(save))
      } catch (error) {
        reject(error)
      }
    }
  }
  /** Returns the results of all, none if the transaction failed. */
  const resultsOf = (group: readonly Waiting[]): readonly unknown[] => {
    try {
      return transaction(() => group.map(({ save }) => save()))
    } catch {
      return []
    }
  }

  return <Result>(save: () => Result) =>
    new Promise<Result>((resolve, reject) => {
      if (waiting.length === 0) void yieldToEventLoop().then(runWaiting)
      waiting.push({ save, resolve: resolve as Waiting['resolve'], reject })
    })
}
