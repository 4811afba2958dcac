/** What laws assert with: an error first says what was promised or looked at, and then what differed. */
import { AssertionError, deepEqual } from 'node:assert/strict'

/** Asserts that `actual` equals `expected`, deeply and strictly; `what` was looked at. */
export function same(actual: unknown, expected: unknown, what: string): void {
  try {
    deepEqual(actual, expected)
  } catch (error) {
    throw broken(what, error)
  }
}

/** Asserts that the promise rejects, with whatever it likes: the port promises a rejection and its consequence, not its form. */
export async function rejects(doing: () => Promise<unknown>, what: string): Promise<void> {
  const outcome = await doing().then(
    () => 'resolved',
    () => 'rejected',
  )
  same(outcome, 'rejected', what)
}

/** The one element of a list that must have exactly one. */
export function only<T>(list: readonly T[], what: string): T {
  same(list.length, 1, `${what}: exactly one`)
  return the(list[0], what)
}

/** The value, which the scene itself must have: without it the law would pass by looking at nothing. */
export function the<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new AssertionError({ message: `the scene has no ${what}` })
  return value
}

/** The error as an `AssertionError` that begins with `promise`; what was thrown, where it was no assertion, is its `cause`. */
export function broken(promise: string, error: unknown): AssertionError {
  const message = `${promise}\n${error instanceof Error ? error.message : String(error)}`
  if (!(error instanceof AssertionError)) return Object.assign(new AssertionError({ message, operator: 'law' }), { cause: error })
  const { actual, expected, cause } = error
  // Not the operator of before: with it, the difference that `message` already tells would be told a second time.
  return Object.assign(new AssertionError({ message, actual, expected, operator: 'law' }), cause === undefined ? {} : { cause })
}
