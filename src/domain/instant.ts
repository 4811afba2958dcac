/** Instants: milliseconds since 1970-01-01T00:00Z, as finite numbers. */

/**
 * An instant, in milliseconds since the Unix epoch.
 *
 * It is not a `Date`, because a `Date` inside a frozen object is still mutable. It is not text or microseconds, because databases sort
 * and round those differently.
 */
export type Instant = number

/** The latest instant of a `Date`, in milliseconds; the earliest is its negative. */
export const MAX_INSTANT = 8.64e15

/** Whether `value` is a number of milliseconds within the range of `Date`. */
export function isInstant(value: unknown): value is Instant {
  return typeof value === 'number' && value >= -MAX_INSTANT && value <= MAX_INSTANT
}

/** Whether `value` is an instant as stores keep it: whole milliseconds. */
export function isStoredInstant(value: unknown): value is Instant {
  return isInstant(value) && Number.isInteger(value)
}

/**
 * Converts a `Date` or a number of milliseconds to an instant.
 *
 * Returns `undefined` for an invalid `Date` or anything else.
 */
export function toInstant(value: unknown): Instant | undefined {
  const ms = typeof value === 'object' ? timeOf(value) : value
  return isInstant(ms) ? ms : undefined
}

const YEAR_2000 = 946_684_800_000

/**
 * Returns what a clock of the host answered, in whole milliseconds.
 *
 * An instant before the year 2000 is a clock that counts seconds, or one that was never set: nothing would expire.
 * @throws `TypeError`, which says what it answered and what is wanted.
 */
export function clockInstant(answer: unknown): Instant {
  const now = toInstant(answer)
  if (now === undefined) throw new TypeError('`clock` must return a valid date or milliseconds, such as `Date.now()`')
  if (now >= YEAR_2000) return Math.floor(now)
  const year = new Date(now).getUTCFullYear()
  throw new TypeError(`\`clock\` returned \`${now}\`, an instant of ${year}: return milliseconds, which are seconds times 1,000`)
}

// Calls the method of `Date.prototype`, not the value's own: it throws for a look-alike or a proxy without running their code.
function timeOf(value: object | null): number | undefined {
  try {
    return Date.prototype.getTime.call(value)
  } catch {
    return undefined
  }
}

/** An interval of instants, in milliseconds; `until` is exclusive. */
export interface Interval {
  readonly from: Instant
  readonly until: Instant
}

/** Returns the end of the intervals that cover `start` without a gap; `start` itself if none does. */
export function coveredUntil(intervals: readonly Interval[], start: Instant): Instant {
  const sorted = [...intervals].sort((a, b) => a.from - b.from)
  return sorted.reduce((end, { from, until }) => (from <= end ? Math.max(end, until) : end), start)
}
