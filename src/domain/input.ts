/** Input parsing: shared schemas, and the conversion of zod issues to Consentry issues (SPEC 9.1). */
import { parseISO } from 'date-fns/parseISO'
import * as z from 'zod'
import { isId } from './ids.js'
import { type Instant, isInstant, toInstant } from './instant.js'
import { ownOptions, ownRecord } from './own.js'
import { type Issue, ok, printable, type Result, refused } from './refusal.js'

/** A zod schema under a name of this package, so that a host's declarations can name it without zod. */
export interface Schema<Output> extends z.ZodType<Output> {}

const ID_EXPECTED = 'must be an id: 1 to 128 printable ASCII characters without a space'

/** An id as input (SPEC 3.5). */
export const Id = z
  .string({ error: ({ input }) => (typeof input === 'number' ? 'must be a string, not a number: use `String(id)`' : ID_EXPECTED) })
  .refine(isId, ID_EXPECTED)

/**
 * A message of up to 1,000 code points, kept exactly (SPEC 3.3).
 *
 * Control characters other than line feed and tab are refused, and so are lone surrogates.
 */
export const Message = z
  .string('must be a string')
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\n\t]){0,1000}$/u, 'must be up to 1,000 characters, without control characters or lone surrogates')

/**
 * An instant as input: a valid `Date`, whole milliseconds, or ISO 8601 with seconds and an offset.
 *
 * For example, `2026-02-28T12:00:00+01:00`.
 */
export type InstantInput = Date | Instant | string

const INSTANT_EXPECTED = 'must be an instant: a valid date, whole milliseconds, or ISO 8601 with seconds and an offset'

/** Parses an instant to whole milliseconds. A fraction of a millisecond in ISO 8601 is cut off. */
export const instantSchema = z.unknown().transform((value, context): Instant => {
  const ms = typeof value === 'string' ? isoInstant(value) : toInstant(value)
  if (ms !== undefined && Number.isInteger(ms)) return ms + 0 // turns -0 into 0: -0 does not survive storage
  context.addIssue({ code: 'custom', message: INSTANT_EXPECTED, input: value })
  return z.NEVER
})

/** A stored instant: whole milliseconds since 1970. */
export const StoredInstant = z.number('must be whole milliseconds').refine((ms) => isInstant(ms) && Number.isInteger(ms))

/** A revision: the number of events of a request or a session so far. No store holds more than 32 bits. */
export const Revision = z
  .int('must be a revision: a whole number from 1')
  .min(1)
  .max(2 ** 31 - 1)

const Iso = z.iso.datetime({ offset: true })

// zod validates the form and the calendar (no 30 February); date-fns does the arithmetic. The offset is required, so neither guesses a
// zone. Digits beyond milliseconds are cut off, because rounding up would prolong access.
function isoInstant(text: string): Instant | undefined {
  return Iso.safeParse(text).success ? toInstant(parseISO(text.replace(/(\.\d{3})\d+/, '$1'))) : undefined
}

/**
 * Parses `input` with `schema`.
 *
 * Invalid input is refused with every issue, and each path starts with `at` (SPEC 9.1).
 */
export function read<S extends z.ZodType>(schema: S, input: unknown, ...at: Issue['path']): Result<z.output<S>> {
  return catchUnreadable(at, () => {
    const parsed = schema.safeParse(input)
    if (parsed.success) return ok(parsed.data)
    // Parsed again to have the input in the issues. Reporting it always would slow down valid input many times.
    const { error } = schema.safeParse(input, { reportInput: true })
    return error ? invalid(error.issues.flatMap((issue) => issuesOf(issue, at))) : unreadable(at)
  })
}

/**
 * Parses a plain object with `schema`, by its own properties.
 *
 * A `Date`, a `Map` and other built-in objects are refused. They have no own keys to refuse, so they would pass for an empty object, such
 * as an answer without a message.
 */
export function readRecord<S extends z.ZodType>(schema: S, input: unknown, ...at: Issue['path']): Result<z.output<S>> {
  return catchUnreadable(at, () => {
    if (!isRecord(input)) return withOwnOptions(read(schema, input, ...at))
    if (tagOf(input) !== '[object Object]')
      return invalid([{ path: at, code: 'invalid', message: `${quoteInput(input)} must be a plain object` }])
    return withOwnOptions(read(schema, ownRecord(input), ...at))
  })
}

// What the input leaves out must not be inherited when the result is read, either.
function withOwnOptions<T>(result: Result<T>): Result<T> {
  return result.ok && isRecord(result.value) ? ok(Object.freeze(ownOptions(result.value))) : result
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// A getter or a proxy in the input can throw.
function catchUnreadable<T>(at: Issue['path'], parse: () => Result<T>): Result<T> {
  try {
    return parse()
  } catch {
    return unreadable(at)
  }
}

function unreadable(at: Issue['path']): Result<never> {
  return invalid([{ path: at, code: 'invalid', message: 'could not be read: a property threw an error' }])
}

function invalid(issues: readonly Issue[]): Result<never> {
  return refused({ code: 'invalid-input', issues })
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value)
}

/** Combines results into one: all values, or the issues of all results. */
export function combine<T extends readonly unknown[]>(...results: { [K in keyof T]: Result<T[K]> }): Result<T> {
  const issues = results.flatMap((result) => (result.ok || result.refusal.code !== 'invalid-input' ? [] : result.refusal.issues))
  if (issues.length > 0) return invalid(issues)
  return ok(results.flatMap((result) => (result.ok ? [result.value] : [])) as unknown as T)
}

function issuesOf(issue: z.core.$ZodIssue, at: Issue['path']): Issue[] {
  const path = [...at, ...issue.path].map((key) => (typeof key === 'symbol' ? String(key) : key))
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], code: 'unknown-key', message: `${quoteInput(key)} is not expected here` }))
  }
  if (issue.input === undefined) return [{ path, code: 'missing', message: path.length === 0 ? 'the input is required' : 'is required' }]
  return [{ path, code: 'invalid', message: `${quoteInput(issue.input)} ${issue.message}` }]
}

/** Quotes the offending input for a message: in backticks, shortened, on one line (SPEC 9.2). */
export function quoteInput(input: unknown): string {
  if (Array.isArray(input)) return input.length === 0 ? 'an empty list' : 'a list'
  if (typeof input === 'object' && input !== null) return input instanceof Date ? 'a date' : 'an object'
  return `\`${printable(String(input))}\``
}
