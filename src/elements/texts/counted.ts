/** Texts about a number of things. */
import type { Formats } from '../formats.js'

/** Returns a text about one thing or several, by the language's plural rules. */
export function counted(one: string, other: (count: string) => string): (count: number, formats: Formats) => string {
  return (count, formats) => formats.plural(count, { one, other: other(formats.number(count)) })
}
