/** The window of time that a timeline shows: a range around today, or days of a person's own. */
import { dayOf, laterDay, startOfDay } from './wall-time.js'

/** The ranges of a timeline, in their order. */
export const TIMELINE_RANGES = ['month', 'quarter', 'year'] as const

/** A range around today: 30 days, 90 days or a year. */
export type TimelineRange = (typeof TIMELINE_RANGES)[number]

/** An edge of a window: a day such as `2026-11-26`, or an instant in milliseconds. */
export type TimelineEdge = string | number

/** A window of time in milliseconds: `from` is in it, `to` is not. */
export interface TimeWindow {
  readonly from: number
  readonly to: number
}

const DAYS = { month: 30, quarter: 90, year: 365 } as const
const DAY_TEXT = /^\d{4}-\d\d-\d\d$/
const INSTANT_TEXT = /^-?\d{1,16}$/

/**
 * Returns the window of a range, so many of its lengths later.
 *
 * A quarter of it is ahead of today, for the ends that are planned.
 */
export function rangeWindow(range: TimelineRange, steps: number, now: number, timeZone: string): TimeWindow | undefined {
  const days = DAYS[range]
  const first = laterDay(dayOf(now, timeZone), Math.floor(days / 4) + 1 + (steps - 1) * days)
  return ownWindow(first, laterDay(first, days - 1), timeZone)
}

/** Returns the window between two edges, the last day included; `undefined` for what is none. */
export function ownWindow(first: TimelineEdge, last: TimelineEdge, timeZone: string): TimeWindow | undefined {
  const from = edgeInstant(first, 0, timeZone)
  const to = edgeInstant(last, 1, timeZone)
  return from !== undefined && to !== undefined && from < to ? { from, to } : undefined
}

/** Returns the edges of the window before or after, of the same length. */
export function shiftedEdges(first: TimelineEdge, last: TimelineEdge, by: 1 | -1): readonly [TimelineEdge, TimelineEdge] {
  if (isDay(first) && isDay(last)) {
    const days = Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000) + 1
    return [laterDay(first, by * days), laterDay(last, by * days)]
  }
  const length = Number(last) - Number(first)
  return [Number(first) + by * length, Number(last) + by * length]
}

function edgeInstant(edge: TimelineEdge, days: number, timeZone: string): number | undefined {
  if (isDay(edge)) {
    const day = laterDay(edge, days)
    // The day after the last of four digits has five.
    return isInCalendar(edge) && isDay(day) ? startOfDay(day, timeZone) : undefined
  }
  const isInstant = INSTANT_TEXT.test(String(edge)) && Math.abs(Number(edge)) <= LAST
  return isInstant ? Number(edge) : undefined
}

/** The last instant that has a date of four digits, beyond which the API takes none. */
export const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** A `Date` may take the 30th of February for the 2nd of March. */
const isInCalendar = (day: string): boolean => !Number.isNaN(Date.parse(day)) && laterDay(day, 0) === day

const isDay = (edge: TimelineEdge): edge is string => typeof edge === 'string' && DAY_TEXT.test(edge)
