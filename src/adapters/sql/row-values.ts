/** Conversions of driver values, and the error for values that no command writes (SPEC 5.9). */
import type * as z from 'zod'
import { ConsentryError } from '../../domain/error.js'
import type { Issue } from '../../domain/refusal.js'

/** A row as a driver returns it: numbers may be `bigint` or digits, JSON may be text or parsed. */
export type Row = Readonly<Record<string, unknown>>

/** Parses a value of the row with this key of a table; throws `corrupt` for one that is invalid. */
export type Parse = <S extends z.ZodType>(schema: S, table: string, key: unknown, value: unknown) => z.output<S>

/** Converts a database integer to a number. Returns other values unchanged; validation rejects them. */
export function toNumber(value: unknown): unknown {
  return typeof value === 'bigint' || (typeof value === 'string' && /^-?\d+$/.test(value)) ? Number(value) : value
}

/** Removes the `.` prefix of a text column. Returns `undefined` if it is missing. */
export function unprefixText(text: unknown): unknown {
  return typeof text === 'string' && text.startsWith('.') ? text.slice(1) : undefined
}

/** Parses JSON text. Returns `undefined` for invalid JSON; validation rejects it and reports where. */
export function parseJson(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

/** Creates the `corrupt` error for a row that fails validation; `omitted` counts issues not listed. */
export function corruptRow(table: string, key: unknown, issues: readonly Issue[], omitted = 0): ConsentryError {
  return new ConsentryError(`the row \`${String(key)}\` of \`${table}\` is corrupt: it holds values that no command writes`, {
    code: 'corrupt',
    issues,
    omitted,
  })
}
