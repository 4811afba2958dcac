/** Every law as a test of every adapter of a kind, wherever that runs. */
import { afterAll, describe, expect, it } from 'vitest'
import { repositoryContract } from '../../src/testing/contract.js'
import { type Adapter, adapters } from '../databases/adapters.js'
import { betterSqlite3, NO_BETTER_SQLITE3 } from '../databases/better-sqlite3.js'

/** Milliseconds; a database on a busy machine takes its time for a fan-out to a thousand. */
const PATIENCE = 120_000

/** Where nobody asks for all laws, further ways to one kind of database are held to every third, which are more than sixty: `npm run evidence` asks. */
const ALL = process.env['CONSENTRY_LAWS'] === 'all'
const AGAIN = ['PostgreSQL, a client', 'PGlite']

/** Tests of the adapters of this kind: they need none of the contract of their own. */
export function contractTestsIn(kind: Adapter['kind']): void {
  if (kind === 'sqlite' && betterSqlite3 === undefined) {
    console.log(NO_BETTER_SQLITE3)
    describe.skip(NO_BETTER_SQLITE3, () => {
      for (const { name } of repositoryContract) it(name, () => {})
    })
  }
  for (const { name, passes, close } of adapters.filter((one) => one.kind === kind)) {
    describe(`the repository in ${name}`, () => {
      const tried: string[] = []
      afterAll(close, PATIENCE)

      const laws = repositoryContract.filter((_, n) => ALL || !AGAIN.includes(name) || n % 3 === 0)
      for (const { name: law } of laws) it(law, () => passes(law).finally(() => tried.push(law)), PATIENCE)

      it(`was held to ${laws.length} of ${repositoryContract.length} laws`, () => {
        console.log(`laws: ${tried.length} of ${repositoryContract.length} tried in ${name}`)
        expect(tried).toEqual(laws.map((law) => law.name))
        expect(tried.length).toBeGreaterThanOrEqual(60)
      })
    })
  }
}
