/** The model check over databases: the same commands and questions as in memory must have the oracle's answers. */

import * as fc from 'fast-check'
import Sqlite from 'libsql'
import { afterAll, expect, it, vi } from 'vitest'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import type { Repository } from '../../src/ports/repository.js'
import { pooledDatabases } from '../databases/places.js'
import { postgresSchemas } from '../databases/postgres-schemas.js'
import { checkHistory, histories, neverMet } from '../model/access-history.js'
import { Duel, plays, Tally } from '../model/model-check.js'
import { steadyRule, turnsOf, Visits } from '../model/session-model.js'

vi.setConfig({ testTimeout: 1_800_000 })

const LOGS = Number(process.env['CONSENTRY_STORED_LOGS'] ?? 40)
const SEED = Number(process.env['CONSENTRY_SEED'] ?? 20_260_101)
const QUESTIONS_A_COMMAND = 30

const schemas = postgresSchemas(() => pooledDatabases())
afterAll(() => schemas.close())

/** Returns an empty repository in memory of this process, by SQLite. */
async function emptySqlite(): Promise<Repository> {
  const repository = sqliteRepository({ database: new Sqlite(':memory:') })
  await repository.migrate()
  return repository
}

const STORES: readonly [string, () => Promise<Repository>][] = [
  ['SQLite', emptySqlite],
  ['PostgreSQL', schemas.make],
]

it.each(STORES)('laws 10 and 12 in %s: the service and the oracle agree on every command, question and list', async (store, make) => {
  const tally = new Tally()
  const property = fc.asyncProperty(plays, async ([setting, log]) => new Duel(setting, QUESTIONS_A_COMMAND, tally, await make()).run(log))
  await fc.assert(property, { seed: SEED, numRuns: LOGS })
  const [commands, decisions] = [tally.total('outcome'), tally.of('asked everywhere')]
  console.log(`${store}: ${commands} commands and ${decisions} decisions by the store, 0 divergences | ${tally.line('outcome')}`)
  const wanted = [
    'removeUser ok',
    'withdraw ok',
    'recordDue ok',
    'grant ok',
    'revoke ok',
    'submit ok',
    'issue too-many-open',
    'reason lapsed',
  ]
  expect(wanted.filter((what) => tally.of(what) < LOGS / 50)).toEqual([])
  expect(decisions).toBeGreaterThan(LOGS * 10)
  expect(tally.of('asked together')).toBeGreaterThan(LOGS * 10)
})

it.each(STORES)(
  'law 25 in %s: a session is live exactly until its user ends it, its end comes, or the decision denies once',
  async (store, make) => {
    const counts = new Map<string, number>()
    const property = fc.asyncProperty(turnsOf(), fc.boolean(), async (log, ruled) => {
      const on = new Visits({ counts, repository: await make(), ...(ruled && { legacy: steadyRule }) })
      for (const turn of log) {
        await on.play(turn)
        for (const visit of on.visits) await on.check(visit)
      }
    })
    await fc.assert(property, { seed: SEED, numRuns: LOGS })
    console.log(`${store}: sessions | ${[...counts].map(([what, count]) => `${what} ${count}`).join(', ')}`)
    const causes = ['ended-by-user', 'expired', 'access-lost'].flatMap((cause) => [`end ${cause}`, `check ${cause}`])
    const wanted = ['start', 'start short', 'start by the rule', 'record', 'check live', 'cut by removal', ...causes]
    expect(wanted.filter((what) => (counts.get(what) ?? 0) < 1)).toEqual([])
  },
)

it.each(STORES)(
  'in %s, the pages of access are the intervals of the whole feed, and these are the oracle’s (SPEC 13.1)',
  async (store, make) => {
    const tally = new Tally()
    const property = fc.asyncProperty(histories, async (history) => checkHistory(history, tally, await make()))
    await fc.assert(property, { seed: SEED, numRuns: LOGS })
    console.log(`${store}: ${tally.of('pages outgoing')} spans of users and ${tally.of('pages incoming')} of tenants asked`)
    expect(neverMet(tally, LOGS / 60)).toEqual([])
  },
)
