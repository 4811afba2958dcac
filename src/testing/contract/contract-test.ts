/** A contract test: one promise of the repository port and its check, for any test runner. */
import type { NoticeRepository } from '../../ports/notice-store.js'
import type { Repository } from '../../ports/repository.js'
import { brokenPromise } from './fixtures/assert.js'
import { Fixture } from './fixtures/fixture.js'
import { NoticeFixture } from './fixtures/notices.js'

/** Creates a new, empty repository at every call. Repositories share no data. */
export type RepositoryFactory<Made extends Repository = Repository> = () => Made | Promise<Made>

/** A promise of the repository port that can be checked without a test runner. */
export interface ContractTest<Made extends Repository = Repository> {
  /** The promise, as a sentence. Names are unique. */
  readonly name: string
  /**
   * Resolves if the repository keeps the promise.
   * Calls `makeRepository` at least once; every call must return a new, empty repository.
   *
   * @throws `AssertionError` with the promise and the difference. If the repository threw, that error is its `cause`.
   */
  readonly check: (makeRepository: RepositoryFactory<Made>) => Promise<void>
}

/** A contract test of what notices need of a repository. */
export type NoticeContractTest = ContractTest<NoticeRepository<unknown>>

/** Creates a contract test that runs on a fixture over one repository. */
export function contractTest(name: string, check: (fixture: Fixture) => Promise<void>): ContractTest {
  return testOn(name, (repository) => new Fixture(repository), check)
}

/** Creates a contract test that runs on a fixture over one repository with readers and notices. */
export function noticeTest(name: string, check: (fixture: NoticeFixture) => Promise<void>): NoticeContractTest {
  return testOn(name, (repository) => new NoticeFixture(repository), check)
}

function testOn<Made extends Repository, On>(
  name: string,
  fixtureOver: (repository: Made) => On,
  check: (fixture: On) => Promise<void>,
): ContractTest<Made> {
  return Object.freeze({
    name,
    check: async (makeRepository: RepositoryFactory<Made>) => {
      try {
        await check(fixtureOver(await makeRepository()))
      } catch (error) {
        throw brokenPromise(`promised: ${name}`, error)
      }
    },
  })
}
