/** The databases of the benchmarks. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresRepository } from 'consentry/adapters/postgres'
import { sqliteRepository } from 'consentry/adapters/sqlite'
import Sqlite from 'libsql'
import pg from 'pg'
import { type PostgresOptions, startPostgres } from '../databases/postgres-server.js'
import type { Measured } from './measure.js'

/** Where a database is: the path of a SQLite file, or the connection string of a PostgreSQL server. */
export type Places = Readonly<Record<'SQLite' | 'PostgreSQL', string>>

export async function withDatabases<Result>(use: (places: Places) => Promise<Result>, options: PostgresOptions = {}): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'consentry-bench-'))
  const server = await startPostgres(options)
  try {
    return await use({ SQLite: join(folder, 'bench.db'), PostgreSQL: server.connectionString })
  } finally {
    await server.stop()
    await rm(folder, { recursive: true })
  }
}

export function withEachStore(measure: (store: keyof Places, place: string) => Promise<Measured[]>): Promise<Measured[]> {
  return withDatabases(async (places) => [...(await measure('SQLite', places.SQLite)), ...(await measure('PostgreSQL', places.PostgreSQL))])
}

export async function openSqlite(path: string) {
  const database = new Sqlite(path)
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 60000')
  const repository = sqliteRepository({ database })
  await repository.migrate()
  return { database, repository, close: async () => void database.close() }
}

export async function openPostgres(connectionString: string) {
  const pool = new pg.Pool({ connectionString, max: 10 })
  pool.on('error', () => {}) // the server stops while connections are open
  const repository = postgresRepository({ pool })
  await repository.migrate()
  return { pool, repository, close: () => pool.end() }
}

export function openStore(store: keyof Places, place: string) {
  return store === 'SQLite' ? openSqlite(place) : openPostgres(place)
}
