/** Instants: integer milliseconds since 1970-01-01T00:00Z, compared as finite numbers and never as objects. */

/**
 * A moment, in milliseconds since the Unix epoch. A number rather than a `Date`, because a `Date` inside a frozen answer
 * can still be set, and because text and microseconds sort and round differently from one store to the next.
 */
export type Instant = number

/** The farthest a `Date` reaches to either side of the epoch, in milliseconds. */
export const MAX_INSTANT = 8.64e15

/** Whether `value` is a finite number of milliseconds that a `Date` could hold. */
export function isInstant(value: unknown): value is Instant {
  return typeof value === 'number' && value >= -MAX_INSTANT && value <= MAX_INSTANT
}

/** The instant of a `Date` or of a number of milliseconds; `undefined` for an invalid `Date` and everything else. */
export function toInstant(value: unknown): Instant | undefined {
  const ms = typeof value === 'object' ? timeOf(value) : value
  return isInstant(ms) ? ms : undefined
}

// Asked of Date itself, not of the value: a look-alike or a proxy has no time of its own, and must not make the question throw.
function timeOf(value: object | null): number | undefined {
  try {
    return Date.prototype.getTime.call(value)
  } catch {
    return undefined
  }
}
