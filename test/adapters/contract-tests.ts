/** Runs the contract tests on every adapter of a kind. */
import { afterAll, describe, expect, it } from 'vitest'
import { noticeContract, repositoryContract } from '../../src/testing/contract.js'
import { type Adapter, adapters } from '../databases/adapters.js'
import { betterSqlite3, NO_BETTER_SQLITE3 } from '../databases/better-sqlite3.js'

/** The timeout of a test, in milliseconds. A fan-out to 1,000 tenants is slow on a busy machine. */
const TIMEOUT_MS = 120_000

/** Whether to run all contract tests on every adapter, as `npm run evidence` does. */
const ALL = process.env['CONSENTRY_LAWS'] === 'all'
/** By default a second driver of the same database runs only every fourth test of the repository contract. */
const SECOND_DRIVERS = ['better-sqlite3', 'PostgreSQL, serializable', 'PostgreSQL, a client', 'PGlite']

export function contractTestsIn(kind: Adapter['kind']): void {
  if (kind === 'sqlite' && betterSqlite3 === undefined) {
    console.log(NO_BETTER_SQLITE3)
    describe.skip(NO_BETTER_SQLITE3, () => {
      for (const { name } of [...repositoryContract, ...noticeContract]) it(name, () => {})
    })
  }
  for (const { name, passes, close } of adapters.filter((one) => one.kind === kind)) {
    describe(`the repository in ${name}`, () => {
      const finished: string[] = []
      afterAll(close, TIMEOUT_MS)

      const ofRepository = repositoryContract.filter((_, n) => ALL || !SECOND_DRIVERS.includes(name) || n % 4 === 0)
      const tests = [...ofRepository, ...noticeContract]
      for (const test of tests) it(test.name, () => passes(test).finally(() => finished.push(test.name)), TIMEOUT_MS)

      const count = repositoryContract.length + noticeContract.length
      it(`ran ${tests.length} of ${count} contract tests`, () => {
        console.log(`contract tests: ${finished.length} of ${count} run on ${name}`)
        expect(finished).toEqual(tests.map((test) => test.name))
        expect(finished.length).toBeGreaterThanOrEqual(60)
      })
    })
  }
}
