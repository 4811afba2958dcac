/** Input parsing: shared schemas, and the conversion of zod issues to Consentry issues (SPEC 9.1). */
import { parseISO } from 'date-fns/parseISO'
import * as z from 'zod'
import { isId } from './ids.js'
import { type Instant, isStoredInstant, toInstant } from './instant.js'
import { idMessage, instantMessage, numberError, unknownKeyMessage } from './issue-messages.js'
import { knownKeys } from './known-keys.js'
import { ownOptions, ownRecord } from './own.js'
import { type Issue, type IssueList, listsIssue, ok, printable, type Result, refused } from './refusal.js'

/** A zod schema under a name of this package, so that a host's declarations can name it without zod. */
export interface Schema<Output> extends z.ZodType<Output> {}

const idError = { error: ({ input }: { readonly input?: unknown }) => idMessage(input) }

/** An id as input (SPEC 3.5). */
export const Id = z.string(idError).refine(isId, idError)

/**
 * An instant as input: a valid `Date`, whole milliseconds, or ISO 8601 with seconds and an offset.
 *
 * For example, `2026-02-28T12:00:00+01:00`.
 */
export type InstantInput = Date | Instant | string

/** Parses an instant to whole milliseconds. A fraction of a millisecond in ISO 8601 is cut off. */
export const instantSchema = z.unknown().transform((value, context): Instant => {
  const ms = typeof value === 'string' ? isoInstant(value) : toInstant(value)
  if (ms !== undefined && Number.isInteger(ms)) return ms + 0 // turns -0 into 0: -0 does not survive storage
  context.addIssue({ code: 'custom', message: instantMessage(value), input: value })
  return z.NEVER
})

/** A stored instant: whole milliseconds since 1970. */
export const StoredInstant = z.number('must be whole milliseconds').refine(isStoredInstant)

/** A revision: the number of events of a request or a session so far. No store holds more than 32 bits. */
export const Revision = z
  .int(numberError('must be a revision: a whole number from 1'))
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
 * Invalid input is refused with its first 100 issues and the number of the others; each path starts with `at` (SPEC 9.1).
 */
export function read<S extends z.ZodType>(schema: S, input: unknown, ...at: Issue['path']): Result<z.output<S>> {
  return catchUnreadable(at, () => {
    const parsed = schema.safeParse(input)
    if (parsed.success) return ok(parsed.data)
    // Parsed again to have the input in the issues. Reporting it always would slow down valid rows and events.
    const again = readOnce(schema, input, at)
    return again.ok ? unreadable(at) : again
  })
}

function readOnce<S extends z.ZodType>(schema: S, input: unknown, at: Issue['path']): Result<z.output<S>> {
  const { success, data, error } = schema.safeParse(input, { reportInput: true })
  return success ? ok(data) : invalid(issuesOf(error.issues, at, schema))
}

/** Parses `input`, which may be a secret: its text is in no message. */
export function readSecret<S extends z.ZodType>(schema: S, input: unknown, ...at: Issue['path']): Result<z.output<S>> {
  return mapIssues(read(schema, input, ...at), unquoted)
}

/** Returns the result with each issue changed. */
export function mapIssues<T>(result: Result<T>, change: (issue: Issue) => Issue): Result<T> {
  if (result.ok || result.refusal.code !== 'invalid-input') return result
  return refused({ ...result.refusal, issues: result.refusal.issues.map(change) })
}

/** Returns the issue without the input that its message quotes. */
export function unquoted(issue: Issue): Issue {
  return { ...issue, message: issue.message.replace(/^`[^`]*` /, '') }
}

/**
 * Parses a plain object with `schema`, by its own properties.
 *
 * A `Date`, a `Map` and other built-in objects are refused. They have no own keys to refuse, so they would pass for an empty object, such
 * as an answer without a message.
 */
export function readRecord<S extends z.ZodType>(schema: S, input: unknown, ...at: Issue['path']): Result<z.output<S>> {
  return catchUnreadable(at, () => {
    if (!isRecord(input)) return withOwnOptions(readOnce(schema, input, at))
    if (tagOf(input) !== '[object Object]')
      return invalid({ issues: [{ path: at, code: 'invalid', message: `${quoteInput(input)} must be a plain object` }] })
    return withOwnOptions(readOnce(schema, ownRecord(input), at))
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
  return invalid({ issues: [{ path: at, code: 'invalid', message: 'could not be read: a property threw an error' }] })
}

function invalid(list: IssueList): Result<never> {
  return refused({ code: 'invalid-input', ...list })
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value)
}

/** Combines results into one: all values, or the issues of all results. */
export function combine<T extends readonly unknown[]>(...results: { [K in keyof T]: Result<T[K]> }): Result<T> {
  return combineAll<unknown>(results) as Result<unknown> as Result<T>
}

/** Combines a list of results into one: all values, or the first issues and the number of the others. */
export function combineAll<T>(results: readonly Result<T>[]): Result<T[]> {
  const list: IssueList = { issues: [] }
  for (const result of results) {
    if (result.ok || result.refusal.code !== 'invalid-input') continue
    for (const issue of result.refusal.issues) if (listsIssue(list)) list.issues.push(issue)
    countOmitted(list, result.refusal.omitted)
  }
  if (list.issues.length > 0) return invalid(list)
  return ok(results.flatMap((result) => (result.ok ? [result.value] : [])))
}

function issuesOf(issues: readonly z.core.$ZodIssue[], at: Issue['path'], schema: z.core.$ZodType): IssueList {
  const list: IssueList = { issues: [] }
  for (const issue of issues) {
    const pathOf = (...keys: string[]) => [...at, ...issue.path, ...keys].map((key) => (typeof key === 'symbol' ? String(key) : key))
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(schema, issue.path)
      for (const key of issue.keys)
        if (listsIssue(list))
          list.issues.push({ path: pathOf(key), code: 'unknown-key', message: `${quoteInput(key)} ${unknownKeyMessage(key, known)}` })
    } else if (issue.code === 'custom' && issue.params !== undefined && Object.hasOwn(issue.params, 'omitted'))
      countOmitted(list, issue.params['omitted'])
    else if (listsIssue(list)) list.issues.push(issueOf(issue, pathOf()))
  }
  return list
}

function issueOf(issue: z.core.$ZodIssue, path: Issue['path']): Issue {
  const { message } = issue
  const input = wrongPartOf(issue)
  if (input === undefined) return { path, code: 'missing', message: path.length === 0 ? 'the input is required' : 'is required' }
  return { path, code: isMissing(issue) ? 'missing' : 'invalid', message: `${quoteInput(input)} ${message}` }
}

/** Of a record whose discriminator is none of a union's, the discriminator is what is wrong. */
function wrongPartOf(issue: z.core.$ZodIssue): unknown {
  const isNone = issue.code === 'invalid_union' && issue.discriminator !== undefined
  return isNone ? (issue.input as Record<string, unknown>)[issue.discriminator] : issue.input
}

function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'custom' && issue.params?.['isMissing'] === true
}

function countOmitted(list: IssueList, omitted: number | undefined): void {
  if (omitted !== undefined) list.omitted = (list.omitted ?? 0) + omitted
}

/** What values are called that have no text of their own. */
const NAMES_OF_VALUES = new Map([
  ['[object Date]', 'a date'],
  ['[object Map]', 'a map'],
  ['[object Promise]', 'a promise'],
  ['[object Set]', 'a set'],
])

/** Quotes the offending input for a message: in backticks, shortened, on one line (SPEC 9.2). */
export function quoteInput(input: unknown): string {
  if (Array.isArray(input)) return input.length === 0 ? 'an empty list' : 'a list'
  if (typeof input === 'object' && input !== null) return NAMES_OF_VALUES.get(tagOf(input)) ?? 'an object'
  if (typeof input === 'function') return 'a function'
  return `\`${printable(String(input))}\``
}
