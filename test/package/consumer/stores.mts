/** How a host's compiler meets the stores: every driver handed over as it comes, and what is no driver refused. */
import { PGlite } from '@electric-sql/pglite'
import BetterSqlite3 from 'better-sqlite3'
import { createConsentry, type Directory } from 'consentry'
import {
  type Migration,
  type PostgresRepository,
  postgresDirectory,
  postgresMigrations,
  postgresRepository,
} from 'consentry/adapters/postgres'
import { type SqlDirectory, type SqliteRepository, sqliteDirectory, sqliteMigrations, sqliteRepository } from 'consentry/adapters/sqlite'
import { consentryApi } from 'consentry/http'
import type { FeedEntry, Repository } from 'consentry/repository'
import Libsql from 'libsql'
import pg from 'pg'

const directory: Directory = { members: (tenant, users) => (tenant === 'classics' ? users : []), askable: (_tenant, tenants) => tenants }

/** Each driver, and what becomes of it. */
export function stores(): readonly (SqliteRepository | PostgresRepository)[] {
  const pool = new pg.Pool({ max: 10 })
  const repositories = [
    sqliteRepository({ database: new BetterSqlite3(':memory:') }),
    sqliteRepository({ database: new Libsql(':memory:'), tablePrefix: 'impersonation_' }),
    postgresRepository({ pool, schema: 'consentry', prepare: false }),
    postgresRepository({ client: new pg.Client() }),
    postgresRepository({ pglite: new PGlite() }),
  ]
  for (const repository of repositories) createConsentry({ repository, directory })
  // @ts-expect-error a driver must be given
  postgresRepository({ schema: 'consentry' })
  // @ts-expect-error a connection string is no driver
  postgresRepository({ pool: 'postgres://localhost' })
  // @ts-expect-error SQLite has no schemas
  sqliteRepository({ database: new BetterSqlite3(':memory:'), schema: 'consentry' })
  return repositories
}

/** A directory by each driver: the service's, and the API's people. */
export function directories(): readonly SqlDirectory[] {
  const queries = { users: 'select id, name, tenant from users', tenants: 'select id, name, vendor from tenants' }
  const all = [
    sqliteDirectory({ database: new BetterSqlite3(':memory:'), ...queries }),
    sqliteDirectory({ database: new Libsql(':memory:'), ...queries }),
    postgresDirectory({ pool: new pg.Pool(), ...queries }),
    postgresDirectory({ client: new pg.Client(), prepare: false, ...queries }),
    postgresDirectory({ pglite: new PGlite(), ...queries }),
  ]
  const [repository] = stores()
  for (const one of repository ? all : []) {
    const consentry = createConsentry({ repository: repository as SqliteRepository, directory: one })
    consentryApi({ consentry, people: one, person: () => null })
  }
  // @ts-expect-error both queries must be given
  sqliteDirectory({ database: new Libsql(':memory:'), users: queries.users })
  // @ts-expect-error a connection string is no driver
  postgresDirectory({ pool: 'postgres://localhost', ...queries })
  return all
}

/** The host's own transaction, by each driver. */
export async function together(pool: pg.Pool, pglite: PGlite): Promise<readonly Repository[]> {
  const client = await pool.connect()
  const inPool: Repository = postgresRepository({ pool }).within(client)
  const database = new BetterSqlite3(':memory:')
  const inFile: Repository = sqliteRepository({ database }).within(database)
  return pglite.transaction(async (transaction) => [inPool, inFile, postgresRepository({ pglite }).within(transaction)])
}

/** The feed, and the schema as SQL. */
export async function followed(repository: PostgresRepository): Promise<readonly string[]> {
  await repository.migrate()
  const { entries, position } = await repository.readEvents({ after: { at: 0, event: null }, limit: 100 })
  const last: FeedEntry | undefined = entries.at(-1)
  // @ts-expect-error a position is a record
  await repository.readEvents({ after: 0, limit: 100 })
  const steps: readonly Migration[] = [...postgresMigrations({ schema: 'consentry' }), ...sqliteMigrations()]
  return [String((last?.position ?? position).at), ...steps.map(({ version, sql }) => `-- ${version}\n${sql}`)]
}
