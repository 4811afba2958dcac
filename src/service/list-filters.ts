/** The filters of lists, as input (SPEC 6.9). */
import * as z from 'zod'
import { bounded, elementsOf } from '../domain/bounded-lists.js'
import { compareIds, isId } from '../domain/ids.js'
import { instantSchema } from '../domain/input.js'
import { idMessage } from '../domain/issue-messages.js'
import { sessionHashSchema } from '../domain/session-hash.js'

/** The most values of one filter. */
const MAX_VALUES = 100

/** Returns the schema of a filter by one status or several: a sorted list without duplicates. */
export function statusesFilter<S extends string>(statuses: readonly [S, ...S[]]) {
  return anyOfFilter('status', statuses)
}

/**
 * Returns the schema of a filter by one of these values or several: a sorted list without duplicates.
 * `name` is the filter's.
 */
export function anyOfFilter<T extends string>(name: string, allowed: readonly T[]) {
  const message = `must be one of ${allowed.map((value) => `\`${value}\``).join(', ')}, or a list of them; leave \`${name}\` out to list all`
  return valuesFilter<T>(
    (value): value is T => (allowed as readonly unknown[]).includes(value),
    () => message,
  )
}

/** The schema of a filter by one id or several: a sorted list without duplicates. */
export const idsFilter = valuesFilter<string>(isId, idMessage)

/** The schema of a filter by an instant, as input. */
export const instantFilter = instantSchema.optional()

/** The schema of a filter by the public hash of a session. */
export const sessionFilter = z.string('must be the hash of a session').pipe(sessionHashSchema).optional()

/** The schema of a filter by the first letters and digits of a name, which is compared in NFC. */
export const namePrefixFilter = z
  .string('must be the first letters of a name')
  .max(256, 'must have at most 256 characters')
  .transform((text) => text.normalize('NFC'))
  .pipe(z.string().regex(/^[\p{L}\p{M}\p{Nd}]+$/u, 'must be the first letters or digits of a name; leave `name` out to list all'))
  .optional()

/** The schema of a list's order. */
export const orderFilter = z.enum(['newest', 'expiring'], 'must be `newest` or `expiring`').default('newest')

/** Returns a schema that refuses the order `expiring` unless the status is `granted` (SPEC 6.9). */
export function expiringNeedsGranted<S extends z.ZodType<{ readonly order: string; readonly status?: readonly string[] | undefined }>>(
  schema: S,
): S {
  return schema.superRefine(({ order, status }, context) => {
    if (order === 'expiring' && (status?.length !== 1 || status[0] !== 'granted'))
      context.addIssue({ code: 'custom', message: 'needs `status` to be `granted`: others do not expire', input: order, path: ['order'] })
  })
}

// One value, or a list that is not empty: nothing says whether an empty list means none or all.
function valuesFilter<T extends string>(isValue: (value: unknown) => value is T, messageOf: (value: unknown) => string) {
  return bounded((value, report): readonly T[] => {
    const values: unknown[] = Array.isArray(value)
      ? elementsOf(value, { expected: '', empty: 'is not allowed: leave the filter out to list all' }, report)
      : [value]
    if (values.length > MAX_VALUES) report(value, `must have at most ${MAX_VALUES} values`)
    else
      for (const [index, one] of values.entries()) if (!isValue(one)) report(one, messageOf(one), ...(Array.isArray(value) ? [index] : []))
    return Object.freeze([...new Set(values as T[])].sort(compareIds))
  }).optional()
}
