/** The query and the conditions of a request, as the routes read them. */
import type * as z from 'zod'
import { combine, Revision, read, readRecord } from '../domain/input.js'
import { type Issue, ok, type Result, refused } from '../domain/refusal.js'

/** A query as pairs, decoded; `undefined` for a malformed escape. */
type Pairs = readonly (readonly [key: string, value: string])[]

/** Returns the pairs of a query, in their order; `undefined` if it is not UTF-8 behind its escapes. */
export function queryPairs(search: string): Pairs | undefined {
  const decode = (text: string) => decodeURIComponent(text.replaceAll('+', ' '))
  try {
    const parts = search.replace(/^\?/, '').split('&')
    return parts
      .filter((part) => part !== '')
      .map((part) => {
        const [key = '', ...value] = part.split('=')
        return [decode(key), decode(value.join('='))]
      })
  } catch {
    return undefined
  }
}

/**
 * Parses a query. A list takes its key several times, anything else once.
 * Numbers are read from their digits. A key that the schema does not know is refused.
 */
export function parseQuery(schema: z.ZodType, search: string): Result<unknown> {
  if (search === '') return parseEmptyQuery(schema)
  const pairs = queryPairs(search)
  if (pairs === undefined) return refusedQuery([], 'the query has a malformed escape')
  const { shape } = schema as z.ZodObject
  const record: Record<string, unknown> = Object.create(null)
  const repeated: Result<unknown>[] = []
  for (const [key, value] of pairs) {
    const kind = Object.hasOwn(shape, key) ? kindOf(shape[key] as z.core.$ZodType) : 'string'
    const before = record[key]
    if (kind === 'array' && Array.isArray(before)) before.push(value)
    else if (kind === 'array') record[key] = [value]
    else if (before !== undefined) repeated.push(refusedQuery([key], 'is given twice: say it once'))
    else record[key] = kind === 'number' && /^\d{1,15}$/.test(value) ? Number(value) : value
  }
  const parsed = readRecord(schema, record)
  const all = combine<unknown[]>(...repeated, parsed)
  return all.ok ? parsed : all
}

/** What an absent query is, by schema: most requests have none. */
const emptyQueries = new WeakMap<z.ZodType, Result<unknown>>()

function parseEmptyQuery(schema: z.ZodType): Result<unknown> {
  const query = emptyQueries.get(schema) ?? readRecord(schema, {})
  emptyQueries.set(schema, query)
  return query
}

const EXACT_TAG = /^"(0|[1-9]\d*)"$/

/** Parses `If-Match`: one revision in quotes. Weak tags, lists and `*` are refused. */
export function readIfMatch(headers: Headers): Result<number | undefined> {
  const given = headers.get('if-match')
  if (given === null) return ok(undefined)
  const [, digits] = EXACT_TAG.exec(given) ?? []
  const revision = digits === undefined ? undefined : read(Revision, Number(digits))
  return revision?.ok ? revision : refusedQuery(['If-Match'], 'must be a revision in quotes, such as `"7"`')
}

function refusedQuery(path: Issue['path'], message: string): Result<never> {
  return refused({ code: 'invalid-input', issues: [{ path, code: 'invalid', message }] })
}

function kindOf(schema: z.core.$ZodType): string {
  const { def } = schema._zod
  return 'innerType' in def ? kindOf(def.innerType as z.core.$ZodType) : def.type
}
