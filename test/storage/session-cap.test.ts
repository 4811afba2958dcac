/** Concurrent starts of sessions in databases never go beyond the cap of a user's live ones (SPEC 7.1). */
import { afterAll, expect, it, vi } from 'vitest'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import { isConsentryError } from '../../src/domain/error.js'
import type { Repository } from '../../src/ports/repository.js'
import { libsqlDatabases, migrated, openLibsql, pooledDatabases } from '../databases/places.js'
import { person } from '../story/cast.js'
import { rewriting } from './faulty-postgres-driver.js'
import { CLASSICS, serviceOn } from './service.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const ROUNDS = 20
const CAP = 3
const STARTERS = 8

const postgres = pooledDatabases()
const files = libsqlDatabases()
afterAll(() => Promise.all([postgres.close(), files.close()]))

/** Eight processes' starts of one user at once, a user a round; returns the rounds that did not end with exactly the cap. */
async function starts(repositories: readonly Repository[]): Promise<readonly string[]> {
  const policy = { maxLiveSessions: CAP }
  const services = repositories.map((repository) => serviceOn(repository, { policy, legacy: () => true }))
  const wrong: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const user = person(`user-${round}`, CLASSICS)
    const start = async (n: number) => {
      const answer = await services[n % services.length]
        ?.startImpersonation(user, { tenant: `tenant-${n % 3}`, method: 'legacy-support' })
        .catch((error: unknown) => (isConsentryError(error) ? error.code : String(error)))
      return typeof answer === 'string' ? answer : 'started'
    }
    const outcomes = await Promise.all(Array.from({ length: STARTERS }, (_, n) => start(n)))
    const rows = await repositories[0]?.sessions({ user: user.user, now: Date.now(), limit: 100 })
    const expected = [...Array(CAP).fill('started'), ...Array(STARTERS - CAP).fill('too-many-sessions')]
    if (outcomes.sort().join() !== expected.join() || rows?.length !== CAP) wrong.push(`${outcomes.join()}: ${rows?.length} stored`)
  }
  return wrong
}

async function inPostgres(rewritten: (sql: string) => string = (sql) => sql): Promise<readonly string[]> {
  const { schema } = await migrated(postgres)
  const pool = rewriting(postgres.pool, rewritten)
  return starts([1, 2].map(() => postgresRepository({ pool, schema, prepare: false })))
}

async function inSqlite(): Promise<readonly string[]> {
  const { repository, path } = await migrated(files)
  const database = openLibsql(path)
  const wrong = await starts([repository, sqliteRepository({ database })])
  database.close()
  return wrong
}

it.each([
  ['PostgreSQL', inPostgres],
  ['SQLite by two connections', inSqlite],
] as const)('of eight concurrent starts in %s exactly the cap is live, and the others are `too-many-sessions`', async (_, race) => {
  expect(await race()).toEqual([])
})

it('a negative control: without the lock of a user’s starts, concurrent ones in PostgreSQL go beyond the cap', async () => {
  const unlocked = (sql: string) => sql.replace(' where u.starts = excluded.starts - 1', '')
  expect((await inPostgres(unlocked)).join('\n')).toMatch(/started,started,started,started/)
})
