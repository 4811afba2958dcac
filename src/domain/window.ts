/** Windows of time, as input (SPEC 13.1). */
import * as z from 'zod'
import type { Span } from './access-span.js'
import { type Instant, toInstant } from './instant.js'

/** Parses an instant as the pure functions take it: a `Date` or milliseconds. */
export const pureInstantSchema = z.unknown().transform((value, context): Instant => {
  const instant = toInstant(value)
  if (instant !== undefined) return instant
  context.addIssue({ code: 'custom', message: 'must be a valid date or milliseconds', input: value })
  return z.NEVER
})

/** Returns a schema that refuses a window without an instant: `to` must be after `from`. */
export function windowSchema<S extends z.ZodType<Span>>(schema: S): S {
  return schema.superRefine(({ from, to }, context) => {
    if (!(from < to)) context.addIssue({ code: 'custom', path: ['to'], message: 'must be after `from`', input: to })
  })
}
