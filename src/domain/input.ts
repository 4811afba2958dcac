/** Reading input: the pieces every schema is made of, and one way to say all that is wrong at once. */
import { parseISO } from 'date-fns/parseISO'
import * as z from 'zod'
import { isId } from './ids.js'
import { type Instant, isInstant, toInstant } from './instant.js'
import { type Issue, ok, printable, type Result, refused } from './refusal.js'

/** A zod schema under a name of this package, so that a host's declarations can name it without zod. */
export interface Schema<Output> extends z.ZodType<Output> {}

const ID_EXPECTED = 'must be an id: 1 to 128 printable ASCII characters without a space'

/** An id as input (SPEC 3.5). */
export const Id = z.string(ID_EXPECTED).refine(isId, ID_EXPECTED)

/** A message: up to 1,000 code points, no control characters but line feed and tab, no lone surrogates; kept exactly (SPEC 3.3). */
export const Message = z
  .string('must be a text')
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\n\t]){0,1000}$/u, 'must be up to 1,000 characters, without control characters and lone surrogates')

/** An instant as input: a valid `Date`, whole milliseconds, or ISO 8601 with seconds and offset, `2026-02-28T12:00:00+01:00`. */
export type InstantInput = Date | Instant | string

const INSTANT_EXPECTED = 'must be a valid date, whole milliseconds, or ISO 8601 with an offset'

/** Reads an instant as input to whole milliseconds, a fraction of one cut off. */
export const instantSchema = z.unknown().transform((value, context): Instant => {
  const ms = typeof value === 'string' ? isoInstant(value) : toInstant(value)
  if (ms !== undefined && Number.isInteger(ms)) return ms + 0 // no negative zero: it would not survive storage
  context.addIssue({ code: 'custom', message: INSTANT_EXPECTED, input: value })
  return z.NEVER
})

/** A stored instant: whole milliseconds. */
export const StoredInstant = z.number('must be whole milliseconds').refine((ms) => isInstant(ms) && Number.isInteger(ms))

/** A revision: 1 for the first event of a request, one more for every further one. */
export const Revision = z.int('must be a revision').min(1, 'must be a revision')

const Iso = z.iso.datetime({ offset: true })

// zod checks the form and the calendar (no 30 February), date-fns does the arithmetic; neither is asked to guess a zone, or to
// round: what is finer than a millisecond is cut off, since rounding up would let access live longer than was said.
function isoInstant(text: string): Instant | undefined {
  return Iso.safeParse(text).success ? toInstant(parseISO(text.replace(/(\.\d{3})\d+/, '$1'))) : undefined
}

/** The value that `schema` reads from `input`, or `invalid-input` with every issue and its path, beginning with `at` (SPEC 9.1). */
export function read<S extends z.ZodType>(schema: S, input: unknown, ...at: Issue['path']): Result<z.output<S>> {
  return catchUnreadable(at, () => {
    const parsed = schema.safeParse(input)
    if (parsed.success) return ok(parsed.data)
    // Only now with its input reported, which makes reading many times as dear: most of what is read is right.
    const { error } = schema.safeParse(input, { reportInput: true })
    return error ? invalid(error.issues.flatMap((issue) => issuesOf(issue, at))) : unreadable(at)
  })
}

/**
 * Reads a record. A `Date`, a `Map` or the like is none: it has no key of its own to be refused for, and would pass for a record that
 * says nothing, a grant without an end for one.
 */
export function readRecord<S extends z.ZodType>(schema: S, input: unknown, ...at: Issue['path']): Result<z.output<S>> {
  return catchUnreadable(at, () => {
    const odd = typeof input === 'object' && input !== null && !Array.isArray(input) && tagOf(input) !== '[object Object]'
    return odd
      ? invalid([{ path: at, code: 'invalid', message: `${quoteInput(input)} must be a plain record` }])
      : read(schema, input, ...at)
  })
}

// A getter or a proxy that throws while it is read: what cannot be read is not valid.
function catchUnreadable<T>(at: Issue['path'], reading: () => Result<T>): Result<T> {
  try {
    return reading()
  } catch {
    return unreadable(at)
  }
}

function unreadable(at: Issue['path']): Result<never> {
  return invalid([{ path: at, code: 'invalid', message: 'could not be read' }])
}

function invalid(issues: readonly Issue[]): Result<never> {
  return refused({ code: 'invalid-input', issues })
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value)
}

/** All that was read, or the issues of all of it at once. */
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
  if (issue.input === undefined) return [{ path, code: 'missing', message: 'is required' }]
  return [{ path, code: 'invalid', message: `${quoteInput(issue.input)} ${issue.message}` }]
}

/** The offending input in backticks, short and on one line, for a message (SPEC 9.2). */
export function quoteInput(input: unknown): string {
  if (Array.isArray(input)) return input.length === 0 ? 'an empty list' : 'a list'
  if (typeof input === 'object' && input !== null) return input instanceof Date ? 'the date' : 'a record'
  return `\`${printable(String(input))}\``
}
