/** Messages about malformed ids, numbers, instants and keys: what is wrong, and what to do (SPEC 9.2). */

const ID_FORM = 'an id is 1 to 128 printable ASCII characters without a space'

/** Returns what is wrong with a value that is not an id (SPEC 3.5). */
export function idMessage(input: unknown): string {
  if (typeof input === 'number' || typeof input === 'bigint') return 'is a number; ids are strings: use `String(id)`'
  if (typeof input !== 'string') return `must be an id, as a string: ${ID_FORM}`
  if (input === '') return `is empty: ${ID_FORM}`
  if (input.length > 128) return `has ${input.length} characters; shorten it: ${ID_FORM}`
  if (/\s/.test(input)) return `contains white space; remove it: ${ID_FORM}`
  return `contains other characters than printable ASCII; encode them: ${ID_FORM}`
}

/** Returns the error of a number's schema, which says more of a number that is given as text. */
export function numberError(expected: string): { readonly error: (issue: { readonly input?: unknown }) => string } {
  return { error: ({ input }) => (isNumberAsText(input) ? `is text: use \`Number(...)\`; it ${expected}` : expected) }
}

function isNumberAsText(input: unknown): boolean {
  return typeof input === 'string' && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(input.slice(0, 64))
}

const INSTANT_FORM = 'a valid date, whole milliseconds, or ISO 8601 with seconds and an offset'

/** Returns what is wrong with a value that is not an instant as input. */
export function instantMessage(input: unknown): string {
  if (isNumberAsText(input)) return 'is text: use `Number(...)` for milliseconds, or ISO 8601 such as `2026-12-01T10:00:00Z`'
  if (typeof input === 'string') return isoMessage(input) ?? `must be an instant: ${INSTANT_FORM}`
  if (typeof input === 'number' && Number.isFinite(input) && !Number.isInteger(input)) {
    return 'has a fraction of a millisecond: use `Math.floor(...)`'
  }
  return input instanceof Date ? 'is invalid: check what it was made from' : `must be an instant: ${INSTANT_FORM}`
}

const ISO_LIKE = /^(\d{4})-(\d{2})-(\d{2})(?:([T ])(\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?([Zz]|[+-]\d{2}(?::?\d{2})?)?)?$/

/** Returns what is missing from a text that is nearly ISO 8601, or what is not on the calendar. */
function isoMessage(text: string): string | undefined {
  const [, year, month, day, separator, time, seconds, offset] = ISO_LIKE.exec(text) ?? []
  if (year === undefined) return undefined
  const days = daysIn(Number(year), Number(month))
  if (days === 0) return 'has a month that does not exist: use 01 to 12'
  if (Number(day) < 1 || Number(day) > days) return `has a day that does not exist: ${year}-${month} has ${days} days`
  const faults = [
    separator === ' ' && 'a space instead of `T`',
    time === undefined ? 'no time' : seconds === undefined && 'no seconds',
    offset === undefined ? 'no offset' : !/^(Z|[+-]\d{2}:\d{2})$/.test(offset) && 'an offset in another form',
  ].filter((fault) => fault !== false)
  if (faults.length === 0) return 'has a time that does not exist: use 00:00:00 to 23:59:59'
  const clock = time === undefined ? '00:00:00' : `${time}${seconds ?? ':00'}`
  const complete = `${year}-${month}-${day}T${clock}${offset === undefined ? 'Z' : withColon(offset)}`
  return `has ${faults.join(' and ')}: write \`${complete}\`${offset === undefined ? ', with the time and offset that you mean' : ''}`
}

function daysIn(year: number, month: number): number {
  return month < 1 || month > 12 ? 0 : new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
}

function withColon(offset: string): string {
  return offset.length < 3 ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(3).replace(':', '') || '00'}`
}

/** Returns the message for an unknown key; it names the nearest of the keys that are known. */
export function unknownKeyMessage(key: string, known: readonly string[]): string {
  const plain = (name: string) => name.slice(0, 64).toLowerCase().replaceAll(/[_-]/g, '')
  const given = plain(key)
  const distances = known.map((name) => [editDistance(given, plain(name)), name] as const)
  const [nearest] = distances.filter(([distance, name]) => distance <= Math.min(2, name.length / 3)).sort(([a], [b]) => a - b)
  return nearest ? `is not expected here: did you mean \`${nearest[1]}\`?` : 'is not expected here'
}

/** Counts the letters to insert, remove, replace or swap. Names of very different lengths are 99 apart. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 99
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next[j] = Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1, swapped ? (before[j - 2] as number) + 1 : 99)
    }
    ;[before, row] = [row, next]
  }
  return row[b.length] as number
}
