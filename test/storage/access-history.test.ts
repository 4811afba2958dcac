/** What was, in databases: the pages of access are the intervals of the whole feed, and these are the oracle's (SPEC 13.1). */
import * as fc from 'fast-check'
import Sqlite from 'libsql'
import { afterAll, expect, it } from 'vitest'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import type { Repository } from '../../src/ports/repository.js'
import { pooledDatabases } from '../databases/places.js'
import { postgresSchemas } from '../databases/postgres-schemas.js'
import { checkHistory, histories, neverMet } from '../model/access-history.js'
import { Tally } from '../model/model-check.js'

const LOGS = Number(process.env['CONSENTRY_STORED_LOGS'] ?? 60)
const SEED = Number(process.env['CONSENTRY_SEED'] ?? 20_260_101)

const schemas = postgresSchemas(() => pooledDatabases())
afterAll(() => schemas.close())

async function emptySqlite(): Promise<Repository> {
  const repository = sqliteRepository({ database: new Sqlite(':memory:') })
  await repository.migrate()
  return repository
}

it.each<[string, () => Promise<Repository>]>([
  ['SQLite', emptySqlite],
  ['PostgreSQL', schemas.make],
])('in %s, pages of access and decisions as they were agree with the oracle', { timeout: 1_800_000 }, async (store, make) => {
  const tally = new Tally()
  const property = fc.asyncProperty(histories, async (history) => checkHistory(history, tally, await make()))
  await fc.assert(property, { seed: SEED, numRuns: LOGS })
  console.log(`${store}: ${tally.of('pages outgoing')} spans of users and ${tally.of('pages incoming')} of tenants asked`)
  expect(neverMet(tally, LOGS / 60)).toEqual([])
})
