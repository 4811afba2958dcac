/** Saves of one turn of the event loop, in one transaction: its write to the disk is most of what a save costs. */
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
export function sharedTransaction({ transaction, nested }: Pick<Statements, 'transaction' | 'nested'>): SaveInTransaction {
  let waiting: Waiting[] = []

  const runTogether = (group: readonly Waiting[]): void => {
    let settled: readonly (() => void)[]
    try {
      settled = transaction(() =>
        group.map(({ save, resolve, reject }) => {
          try {
            const result = nested(save)
            return () => resolve(result)
          } catch (error) {
            return () => reject(error)
          }
        }),
      )
    } catch {
      settled = group.map((one) => () => runAlone(one))
    }
    // Only now is it saved.
    for (const settle of settled) settle()
  }
  const runAlone = ({ save, resolve, reject }: Waiting): void => {
    try {
      resolve(transaction(save))
    } catch (error) {
      reject(error)
    }
  }
  const runWaiting = (): void => {
    const group = waiting
    waiting = []
    const [first, ...more] = group
    if (first !== undefined && more.length === 0) runAlone(first)
    else runTogether(group)
  }

  return <Result>(save: () => Result) =>
    new Promise<Result>((resolve, reject) => {
      if (waiting.length === 0) void yieldToEventLoop().then(runWaiting)
      waiting.push({ save, resolve: resolve as Waiting['resolve'], reject })
    })
}
