/** Instants on their way: RFC 3339 on the wire, milliseconds for the caller. */
import { ConsentryError } from '../domain/error.js'

/** The names of fields that hold an instant, in bodies, queries and answers. */
export const INSTANT_FIELDS = /^(at|from|to|after|latest|latestExpiry|answerBy|expiresBefore|governedSince|[a-z]+At)$/

/**
 * Returns a value of the input as it goes over the wire.
 *
 * @throws `invalid-input` for a date that is none. As JSON it would be `null`, which is a grant without an end.
 */
export function sentValue(value: unknown, ...path: readonly (string | number)[]): unknown {
  const isInstant = value instanceof Date || (typeof value === 'number' && INSTANT_FIELDS.test(String(path.at(-1))))
  if (!isInstant) return mapped(value, (one, at) => sentValue(one, ...path, at))
  try {
    return new Date(value).toISOString()
  } catch {
    throw invalidInput('must be an instant', ...path)
  }
}

/** Returns the error of an input that the client refuses itself. */
export function invalidInput(message: string, ...path: readonly (string | number)[]): ConsentryError {
  return new ConsentryError(`${path.join('.')}: ${message}`, { code: 'invalid-input', issues: [{ path, code: 'invalid', message }] })
}

/**
 * Returns a value of an answer as the service has it.
 *
 * @throws for an instant that the API cannot have sent.
 */
export function receivedValue(value: unknown, key: string | number = ''): unknown {
  if (Object(value) === value) return mapped(value, receivedValue)
  if (value === null || !INSTANT_FIELDS.test(String(key))) return value
  const ms = Date.parse(String(value))
  // What is no date throws here.
  if (new Date(ms).toISOString() !== value) throw new TypeError('no instant')
  return ms
}

function mapped(value: unknown, change: (value: unknown, key: string | number) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change)
  return Object(value) === value ? Object.fromEntries(Object.entries(value as object).map(([key, one]) => [key, change(one, key)])) : value
}
