/** Terminal output: headings, lists and columns in 100 characters, with colours only in a terminal. */
import { stripVTControlCharacters, styleText } from 'node:util'

const { NO_COLOR, FORCE_COLOR } = process.env
const asked = FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0'
const colours = !NO_COLOR && (asked || process.stdout.isTTY === true)

type Style = Parameters<typeof styleText>[0]

const paint = (style: Style, text: string): string => (colours ? styleText(style, text, { validateStream: false }) : text)

export const bold = (text: string): string => paint('bold', text)
export const dim = (text: string): string => paint('dim', text)
export const good = (text: string): string => paint('green', text)
export const bad = (text: string): string => paint('red', text)

/** Pads the text with spaces to the visible `width`. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stripVTControlCharacters(text).length))
}

/** Prints a line, indented by two spaces. */
export function line(text = ''): void {
  console.log(text === '' ? '' : `  ${text}`)
}

/** Prints a heading with a rule. */
export function heading(text: string): void {
  console.log(`\n${bold(`── ${text} `)}${dim('─'.repeat(Math.max(0, 96 - text.length)))}\n`)
}

/** Prints a titled list, or `nothing` if it is empty. */
export function list(title: string, lines: readonly string[], nothing = 'nothing'): void {
  line(bold(title))
  for (const text of lines.length === 0 ? [dim(nothing)] : lines) line(`  ${text}`)
}

/** Prints rows of columns with these widths; the last column has no width. */
export function columns(rows: readonly (readonly string[])[], widths: readonly number[]): void {
  for (const row of rows) line(row.map((cell, index) => (index < row.length - 1 ? pad(cell, widths[index] ?? 0) : cell)).join(''))
}

/** Formats an instant in UTC, with milliseconds only if they are not 0. */
export function moment(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('.000Z', '').replace('Z', '').replace(/:00$/, '')
}
