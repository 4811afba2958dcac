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
 * One that throws is undone alone. If the whole transaction fails, each runs in its own.
 */
export function sharedTransaction({ transaction, attempt }: Pick<Statements, 'transaction' | 'attempt'>): SaveInTransaction {
  let waiting: Waiting[] = []

  const runWaiting = (): void => {
    const group = waiting
    waiting = []
    let results: readonly (() => unknown)[]
    try {
      // Nothing is saved before this returns.
      results = group.length === 1 ? [] : transaction(() => group.map(({ save }) => attempt(save)))
    } catch {
      results = []
    }
    for (const [n, { save, resolve, reject }] of group.entries()) {
      try {
        resolve((results[n] ?? (() => transaction(save)))())
      } catch (error) {
        reject(error)
      }
    }
  }

  return <Result>(save: () => Result) =>
    new Promise<Result>((resolve, reject) => {
      if (waiting.length === 0) void yieldToEventLoop().then(runWaiting)
      waiting.push({ save, resolve: resolve as Waiting['resolve'], reject })
    })
}
