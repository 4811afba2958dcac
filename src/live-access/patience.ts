/** Waiting that ends: for an answer no longer than agreed, for a while unless woken, and for nothing once all is over. */

/** The longest that a timer can be set for, in milliseconds: one set for longer would go off at once. */
const LONGEST = 2 ** 31 - 1

/** Some waiting, all of which `end` ends at once. */
export class Patience {
  /** Whether nobody waits any more. */
  ended = false
  /** Resolves once all waiting has ended. */
  readonly over: Promise<void>
  private readonly ends = new Set<() => void>()

  constructor() {
    this.over = new Promise((resolve) => this.ends.add(resolve))
  }

  /** Ends all waiting, now and later: naps are over, and who waits for an answer is told that there will be none. */
  end(): void {
    this.ended = true
    for (const one of this.ends) one()
    this.ends.clear()
  }

  /** Waits for so many milliseconds, or until the function handed to `onNap` is called. */
  sleep(milliseconds: number, onNap: (wake: () => void) => void = () => {}): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(wake, Math.min(milliseconds, LONGEST))
      const { ends } = this
      function wake(): void {
        clearTimeout(timer)
        ends.delete(wake)
        resolve()
      }
      ends.add(wake)
      onNap(wake)
      if (this.ended) wake()
    })
  }

  /** The answer, or an error where none came within so many milliseconds, or all was over before: then nobody is asked. */
  async withTimeout<T>(call: () => Promise<T>, milliseconds: number): Promise<T> {
    if (this.ended) throw new Error('it was closed')
    let over = (): void => {}
    const late = this.sleep(milliseconds, (wake) => {
      over = wake
    }).then((): never => {
      throw new Error(this.ended ? 'it was closed' : `no answer within ${milliseconds} milliseconds`)
    })
    try {
      return await Promise.race([call(), late])
    } finally {
      late.catch(() => {})
      over()
    }
  }
}

/** How long to wait after so many failures in a row, in milliseconds: longer each time, and never all at once. */
export function retryDelay(failures: number): number {
  return Math.min(5_000, 50 * 2 ** failures) * (0.5 + Math.random() / 2)
}
