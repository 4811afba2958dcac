/** Texts about a number of things. */
import type { Formats } from '../formats.js'

/**
 * Returns a text about one thing or several, by the language's plural rules.
 *
 * It is called when the text is asked for: a call that made the text could not be dropped from a bundle without this language.
 */
export function counted(count: number, formats: Formats, one: string, other: (count: string) => string): string {
  return formats.plural(count, { one, other: other(formats.number(count)) })
}
