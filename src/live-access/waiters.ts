/** Promises that wait for a condition of the feed consumer, and the failures that end the wait. */
import { type ErrorCode, isConsentryError } from '../domain/error.js'

interface Waiter {
  readonly isDone: () => boolean
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Promises, each with the condition that resolves it. */
export class Waiters {
  private waiting: readonly Waiter[] = []

  /** Returns a promise that resolves at a `settle()` for which `isDone` returns true. */
  add(isDone: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting = [...this.waiting, { isDone, resolve, reject }]
    })
  }

  /** Resolves every promise whose condition is true. */
  settle(): void {
    const { waiting } = this
    this.waiting = waiting.filter(({ isDone }) => !isDone())
    for (const waiter of waiting) if (!this.waiting.includes(waiter)) waiter.resolve()
  }

  /** Rejects every promise. */
  rejectAll(error: unknown): void {
    const { waiting } = this
    this.waiting = []
    for (const { reject } of waiting) reject(error)
  }
}

/** Failures of a store that must be migrated, repaired or replaced. A retry may mend any other. */
const LASTING: readonly ErrorCode[] = ['schema-mismatch', 'feed-unsupported', 'corrupt', 'invalid-facts', 'invalid-input']

/** Whether no retry mends the failure. The error may be a proxy whose traps throw. */
export function isLasting(error: unknown): boolean {
  try {
    return isConsentryError(error) && LASTING.includes(error.code)
  } catch {
    return false
  }
}
