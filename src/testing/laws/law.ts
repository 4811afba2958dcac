/** A law: one promise of the repository port, and the check that finds it kept or broken, whatever runs it. */
import { AssertionError, deepEqual } from 'node:assert/strict'
import type { Repository } from '../../repository.js'
import { Scene } from './scene.js'

/** Makes a repository that is fresh and empty at every call, and shares nothing with those it made before. */
export type RepositoryFactory = () => Repository | Promise<Repository>

/** One promise of `consentry`'s repository port, checkable without a test runner. */
export interface Law {
  /** The promise, as a sentence; unique among the laws. */
  readonly name: string
  /**
   * Resolves where the repository keeps the promise, else rejects with an `AssertionError` that says what was promised and what came
   * instead; whatever the repository threw is its `cause`. Calls `makeRepository` at least once, and needs an empty repository each time.
   */
  readonly check: (makeRepository: RepositoryFactory) => Promise<void>
}

/** A law about what one repository does in one scene. */
export function law(name: string, check: (scene: Scene) => Promise<void>): Law {
  return {
    name,
    check: async (makeRepository) => {
      try {
        await check(new Scene(await makeRepository()))
      } catch (error) {
        throw broken(`promised: ${name}`, error)
      }
    },
  }
}

/** Asserts that `actual` equals `expected`, deeply and strictly; `what` was looked at. */
export function same(actual: unknown, expected: unknown, what: string): void {
  try {
    deepEqual(actual, expected)
  } catch (error) {
    throw broken(what, error)
  }
}

/** Asserts that the promise rejects, with whatever it likes; a rejection has no form, only a consequence. */
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
  const [one] = list
  if (one === undefined) throw new AssertionError({ message: `${what}: exactly one` })
  return one
}

// The promise comes first, since a reader of a failed run must learn what was promised before he learns what differed.
function broken(promise: string, error: unknown): AssertionError {
  const { actual, expected, operator } = error instanceof AssertionError ? error : { actual: error, expected: undefined, operator: 'law' }
  const message = `${promise}\n${error instanceof Error ? error.message : String(error)}`
  return Object.assign(new AssertionError({ message, actual, expected, operator }), { cause: error })
}
