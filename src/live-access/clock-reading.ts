/** How long ago something was, by two clocks, of which either may stand still: one that only goes forward, and the system's own. */

/** When something was; the first clock may sleep with the machine, the second may be put back. */
export interface Moment {
  readonly steady: number
  readonly system: number
}

/** Before everything. */
export const LONG_AGO: Moment = { steady: -Infinity, system: -Infinity }

/** This moment. */
export function now(): Moment {
  return { steady: performance.now(), system: Date.now() }
}

/** How many milliseconds have passed since then, by the clock that says more. */
export function passedSince({ steady, system }: Moment): number {
  return Math.max(performance.now() - steady, Date.now() - system)
}
