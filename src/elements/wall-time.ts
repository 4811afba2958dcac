/** Wall times in a time zone, such as `2026-12-03T23:59`, as instants in milliseconds, and back. */

const DAY = 86_400_000
const WALL_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)$/

const clocks = new Map<string, Intl.DateTimeFormat>()

/** Returns what the clocks of a zone show at an instant, as if it were an instant in UTC. */
function shownAt(instant: number, timeZone: string): number {
  const fields = 'year month day hour minute second'.split(' ')
  const options = Object.fromEntries(fields.map((field) => [field, 'numeric']))
  const clock =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', { ...options, hourCycle: 'h23', timeZone } as Intl.DateTimeFormatOptions)
  clocks.set(timeZone, clock)
  const parts = new Map(clock.formatToParts(instant).map(({ type, value }) => [type as string, Number(value)]))
  const [year = 0, month = 1, ...rest] = fields.map((field) => parts.get(field) ?? 0)
  return Date.UTC(year, month - 1, ...rest)
}

/**
 * Returns the instant of a wall time in a zone, in milliseconds.
 *
 * A wall time that the clocks show twice is the earlier one. One that they never show is `undefined`, such as an hour that they skip, and so
 * is a text that is no wall time.
 * @example
 * ```ts
 * import { instantOfWallTime } from 'consentry/elements'
 *
 * console.log(instantOfWallTime('2026-12-03T23:59', 'Europe/Paris') === Date.UTC(2026, 11, 3, 22, 59)) // true
 * console.log(instantOfWallTime('2026-03-29T02:30', 'Europe/Paris')) // undefined
 * ```
 */
export function instantOfWallTime(text: string, timeZone: string): number | undefined {
  const [year, month = 0, ...rest] = (WALL_TIME.exec(text) ?? []).slice(1).map(Number)
  if (year === undefined) return undefined
  const wanted = Date.UTC(year, month - 1, ...rest)
  // `Date.UTC` takes the 31st of June for the 1st of July.
  if (new Date(wanted).toISOString().slice(0, 16) !== text) return undefined
  // No clock changes twice within two days, so that one of these three offsets from UTC is in force at the instant.
  const offsets = [-DAY, 0, DAY].map((days) => shownAt(wanted + days, timeZone) - (wanted + days))
  const found = offsets.map((offset) => wanted - offset).filter((instant) => shownAt(instant, timeZone) === wanted)
  return found.length > 0 ? Math.min(...found) : undefined
}

/** Returns what the clocks of a zone show at an instant, to the minute. */
export function wallTimeAt(instant: number, timeZone: string): string {
  return new Date(shownAt(instant, timeZone)).toISOString().slice(0, 16)
}

/** Returns the day of an instant, as its zone has it, such as `2026-12-03`. */
export const dayOf = (instant: number, timeZone: string): string => wallTimeAt(instant, timeZone).slice(0, 10)

/** Returns a day that comes some days later, or earlier: both as `2026-12-03`. */
export function laterDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + days * DAY).toISOString().slice(0, 10)
}

/** Returns the last minute of a later day; `undefined` if the zone has left that day out. */
export function endOfDay(instant: number, days: number, timeZone: string): number | undefined {
  return instantOfWallTime(`${laterDay(dayOf(instant, timeZone), days)}T23:59`, timeZone)
}

/**
 * Returns the first instant of a day such as `2026-12-03` in a zone, in milliseconds.
 *
 * The clocks may skip midnight. Of a day that the zone has left out, it is the first instant after it. The day must be one of the calendar.
 */
export function startOfDay(day: string, timeZone: string): number {
  const midnight = Date.parse(`${day}T00:00Z`)
  // What skips midnight are the clocks of the day before.
  return instantOfWallTime(`${day}T00:00`, timeZone) ?? 2 * midnight - DAY - shownAt(midnight - DAY, timeZone)
}
