/** Elapsed time by two clocks, the monotonic one and the system's, because either may stop or go back. */

/**
 * A reading of both clocks.
 * The monotonic clock may stop while the machine sleeps; the wall clock may be set back.
 */
export interface ClockReading {
  readonly monotonic: number
  readonly wall: number
}

/** A reading before every other: the time elapsed since then is infinite. */
export const NEVER: ClockReading = { monotonic: -Infinity, wall: -Infinity }

/** Reads both clocks. */
export function readClocks(): ClockReading {
  return { monotonic: performance.now(), wall: Date.now() }
}

/** Returns the milliseconds since a reading, by the clock that shows more. */
export function elapsedSince({ monotonic, wall }: ClockReading): number {
  return Math.max(performance.now() - monotonic, Date.now() - wall)
}
