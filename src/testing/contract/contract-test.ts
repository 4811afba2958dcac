/** A law: one promise of the repository port, and the check that finds it kept or broken, whatever runs it. */
import type { Repository } from '../../ports/repository.js'
import { brokenPromise } from './fixtures/assert.js'
import { Fixture } from './fixtures/fixture.js'

/** Makes a repository that is fresh and empty at every call, and shares nothing with those it made before. */
export type RepositoryFactory = () => Repository | Promise<Repository>

/** One promise of the repository port, checkable without a test runner. */
export interface ContractTest {
  /** The promise, as a sentence; unique among the laws. */
  readonly name: string
  /**
   * Resolves where the repository keeps the promise, else rejects with an `AssertionError` that says what was promised and what came
   * instead; whatever the repository threw is its `cause`. Calls `makeRepository` at least once, and needs an empty repository each time.
   */
  readonly check: (makeRepository: RepositoryFactory) => Promise<void>
}

/** A law about what one repository does in one scene. */
export function contractTest(name: string, check: (scene: Fixture) => Promise<void>): ContractTest {
  return Object.freeze({
    name,
    check: async (makeRepository: RepositoryFactory) => {
      try {
        await check(new Fixture(await makeRepository()))
      } catch (error) {
        throw brokenPromise(`promised: ${name}`, error)
      }
    },
  })
}
