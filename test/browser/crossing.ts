/** Values on their way into a page and out of it: what Playwright carries, and besides it dates that are none, and errors. */
import { ConsentryError, type Failure } from '../../src/domain/error.js'

const DATE = 'milliseconds of a date'
const ERROR = 'fields of an error'

/** Returns a value as plain data. */
export function packed(value: unknown): unknown {
  if (value instanceof Date) return { [DATE]: value.getTime() }
  if (value instanceof Error) return { [ERROR]: mapped({ ...value, name: value.name, message: value.message }, packed) }
  return mapped(value, packed)
}

/** Returns the value of plain data; an error with a code is a `ConsentryError` again. */
export function unpacked(data: unknown): unknown {
  if (Object(data) !== data) return data
  const { [DATE]: date, [ERROR]: error } = data as Readonly<Record<string, unknown>>
  if (typeof date === 'number') return new Date(date)
  if (error === undefined) return mapped(data, unpacked)
  const { message, ...fields } = mapped(error, unpacked) as { readonly message: string; readonly code?: string }
  return 'code' in fields ? new ConsentryError(message, fields as Failure) : Object.assign(new Error(message), fields)
}

function mapped(value: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change)
  return Object(value) === value ? Object.fromEntries(Object.entries(value as object).map(([key, one]) => [key, change(one)])) : value
}
