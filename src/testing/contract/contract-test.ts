/** A law: one promise of the repository port, and the check that finds it kept or broken, whatever runs it. */
import type { Repository } from '../../ports/repository.js'
import { broken } from './fixtures/assert.js'
import { Scene } from './fixtures/fixture.js'

/** Makes a repository that is fresh and empty at every call, and shares nothing with those it made before. */
export type RepositoryFactory = () => Repository | Promise<Repository>

/** One promise of the repository port, checkable without a test runner. */
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
  return Object.freeze({
    name,
    check: async (makeRepository: RepositoryFactory) => {
      try {
        await check(new Scene(await makeRepository()))
      } catch (error) {
        throw broken(`promised: ${name}`, error)
      }
    },
  })
}
