/** The axis of a timeline: which days, months or years are marked, so that their labels have room. */
import type { TickUnit } from './formats.js'
import type { TimeWindow } from './timeline-window.js'
import { instantOfWallTime, wallTimeAt } from './wall-time.js'

/** A mark on the axis. */
export interface Tick {
  readonly at: number
  readonly unit: TickUnit
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** The steps between marks: how many of a unit, and about how long they are. */
const STEPS = [
  ...[1 / 12, 0.25, 1, 3, 6, 12].map((count) => ['hour', count, count * HOUR] as const),
  ...[1, 2, 7, 14].map((count) => ['day', count, count * DAY] as const),
  ...[1, 3, 6].map((count) => ['month', count, count * 30.44 * DAY] as const),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000].map((count) => ['year', count, count * 365.25 * DAY] as const),
]

/** Returns the marks of a window, as the clocks of a zone show them: no more than about `most`. */
export function ticksOf({ from, to }: TimeWindow, timeZone: string, most: number): readonly Tick[] {
  const [unit, count, length] =
    STEPS.find(([, , size]) => (to - from) / size <= most) ?? STEPS[STEPS.length - 1] ?? (['year', 1, DAY] as const)
  const first = new Date(`${wallTimeAt(from, timeZone)}Z`)
  const [year, month] = [first.getUTCFullYear(), first.getUTCMonth()]
  const wallAt = (n: number) => {
    if (unit === 'year') return Date.UTC(Math.floor(year / count) * count + n * count, 0)
    if (unit === 'month') return Date.UTC(year, Math.floor(month / count) * count + n * count)
    return Math.floor(first.getTime() / DAY) * DAY + n * length
  }
  const ticks: Tick[] = []
  // From midnight on, so that a step of less than a day has up to a day before the window.
  for (let n = 0; n <= most + DAY / length + 2; n++) {
    const at = instantOfWallTime(new Date(wallAt(n)).toISOString().slice(0, 16), timeZone)
    if (at !== undefined && at >= from && at < to) ticks.push({ at, unit })
  }
  return ticks
}
