/** How long ago something was, by two clocks, of which either may stand still: one that only goes forward, and the system's own. */

/** When something was; the first clock may sleep with the machine, the second may be put back. */
export interface ClockReading {
  readonly monotonic: number
  readonly wall: number
}

/** Before everything. */
export const NEVER: ClockReading = { monotonic: -Infinity, wall: -Infinity }

/** This moment. */
export function readClocks(): ClockReading {
  return { monotonic: performance.now(), wall: Date.now() }
}

/** How many milliseconds have passed since then, by the clock that says more. */
export function elapsedSince({ monotonic, wall }: ClockReading): number {
  return Math.max(performance.now() - monotonic, Date.now() - wall)
}
