/** A contract test: one promise of the repository port and its check, for any test runner. */
import type { Repository } from '../../ports/repository.js'
import { brokenPromise } from './fixtures/assert.js'
import { Fixture } from './fixtures/fixture.js'

/** Creates a new, empty repository at every call. Repositories share no data. */
export type RepositoryFactory = () => Repository | Promise<Repository>

/** A promise of the repository port that can be checked without a test runner. */
export interface ContractTest {
  /** The promise, as a sentence. Names are unique. */
  readonly name: string
  /**
   * Resolves if the repository keeps the promise.
   * Calls `makeRepository` at least once; every call must return a new, empty repository.
   *
   * @throws `AssertionError` with the promise and the difference. If the repository threw, that error is its `cause`.
   */
  readonly check: (makeRepository: RepositoryFactory) => Promise<void>
}

/** Creates a contract test that runs on a fixture over one repository. */
export function contractTest(name: string, check: (fixture: Fixture) => Promise<void>): ContractTest {
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
