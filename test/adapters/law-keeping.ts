/** Every law as a test of every adapter of a kind, wherever that runs. */
import { afterAll, describe, expect, it } from 'vitest'
import { repositoryLaws } from '../../src/testing/laws.js'
import { type Adapter, adapters } from '../databases/adapters.js'

/** Milliseconds; a database on a busy machine takes its time for a fan-out to a thousand. */
const PATIENCE = 120_000

/** Tests of the adapters of this kind: they need none of the contract of their own. */
export function everyLawIsKeptIn(kind: Adapter['kind']): void {
  for (const { name, keeps, close } of adapters.filter((one) => one.kind === kind)) {
    describe(`the repository in ${name}`, () => {
      const tried: string[] = []
      afterAll(close, PATIENCE)

      for (const { name: law } of repositoryLaws) it(law, () => keeps(law).finally(() => tried.push(law)), PATIENCE)

      it('was held to every law', () => expect(tried).toEqual(repositoryLaws.map((law) => law.name)))
    })
  }
}
