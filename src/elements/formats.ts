/** Numbers, instants and spans as people read them, by the platform's own `Intl`. */

/** What texts and elements format with: one language and one time zone. */
export interface Formats {
  /** A number with its separators. */
  readonly number: (value: number) => string
  /** A day and a time, such as `26 Nov 2026, 18:04`. */
  readonly instant: (ms: number) => string
  /** The time of an instant, such as `18:04`; with its day if it is half a day or more from another one. */
  readonly time: (ms: number, from: number) => string
  /** A day, such as `26 Nov 2026`. */
  readonly day: (ms: number) => string
  /** An instant on an axis, as short as its unit allows: `18:00`, `26 Nov`, `Nov` or `2026`. */
  readonly tick: Readonly<Record<TickUnit, (ms: number) => string>>
  /** A day and a time with the day of the week. */
  readonly weekday: (ms: number) => string
  /** A day with the day of the week, such as `Thursday 26 November 2026`. */
  readonly longDay: (ms: number) => string
  /** The time zone and how far it is from UTC then, such as `Europe/Paris (UTC+1)`. */
  readonly zone: (ms: number) => string
  /** How far an instant is from now, such as `in 5 days`. */
  readonly relative: (ms: number, now: number) => string
  /** Several texts as one, such as `Caroline, Charlotte and Elizabeth`. */
  readonly list: (texts: readonly string[]) => string
  /** The text for a count, by the language's plural rules; `other` has no rule of its own. */
  readonly plural: (count: number, texts: { readonly [Rule in Intl.LDMLPluralRule]?: string } & { readonly other: string }) => string
}

/** The units of an axis of time. */
export type TickUnit = 'hour' | 'day' | 'month' | 'year'

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

const HALF_A_DAY = 43_200_000

const made = new Map<string, Formats>()

/** Returns the formats of a language and a time zone. */
export function formatsOf(locale: string, timeZone: string): Formats {
  const key = `${locale} ${timeZone}`
  const formats = made.get(key) ?? createFormats(locale, timeZone)
  made.set(key, formats)
  return formats
}

function createFormats(locale: string, timeZone: string): Formats {
  const numbers = new Intl.NumberFormat(locale)
  const plurals = new Intl.PluralRules(locale)
  const spans = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const fields = { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone } as const
  const instants = new Intl.DateTimeFormat(locale, fields)
  const times = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone })
  const format = (options: Intl.DateTimeFormatOptions) => {
    const one = new Intl.DateTimeFormat(locale, { ...options, timeZone })
    return (ms: number) => one.format(ms)
  }
  const weekdays = new Intl.DateTimeFormat(locale, { ...fields, weekday: 'short' })
  const lists = new Intl.ListFormat(locale)
  const offsets = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'shortOffset' })
  return {
    number: (value) => numbers.format(value),
    instant: (ms) => instants.format(ms),
    time: (ms, from) => (Math.abs(ms - from) < HALF_A_DAY ? times : instants).format(ms),
    day: format({ day: 'numeric', month: 'short', year: 'numeric' }),
    tick: {
      hour: (ms) => times.format(ms),
      day: format({ day: 'numeric', month: 'short' }),
      month: format({ month: 'short' }),
      year: format({ year: 'numeric' }),
    },
    weekday: (ms) => weekdays.format(ms),
    longDay: format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    zone: (ms) => {
      const offset = offsets.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? ''
      // Everywhere but in Britain people know it as UTC.
      const utc = offset.replace('GMT', 'UTC')
      return utc === timeZone ? utc : `${timeZone.replaceAll('_', ' ')} (${utc})`
    },
    relative: (ms, now) => {
      const [unit, length] = UNITS.find(([, size]) => Math.abs(ms - now) >= 2 * size) ?? UNITS[2]
      // A span that still runs is not rounded up: what ends in 47 hours does not end in two days.
      return spans.format(Math.trunc((ms - now) / length), unit)
    },
    list: (texts) => lists.format(texts),
    plural: (count, texts) => texts[plurals.select(count)] ?? texts.other,
  }
}
