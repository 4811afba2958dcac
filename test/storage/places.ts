/** Stores for a test: schemas of the run's PostgreSQL server, and SQLite files. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'libsql'
import pg from 'pg'

/** Returns a schema name that no other process uses. */
export function newSchema(): string {
  return `storage_${randomBytes(6).toString('hex')}`
}

/** Returns a pool that tolerates the loss of idle clients, as every host must. */
export function poolOn(connectionString: string, config: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 10, ...config })
  pool.on('error', () => {})
  return pool
}

/** Returns the settings of every connection of a pool. */
export function settings(values: Readonly<Record<string, string>>): pg.PoolConfig {
  const options = Object.entries(values).map(([name, value]) => `-c ${name}=${value}`)
  return { options: options.join(' ') }
}

/** A folder of SQLite files, and the databases opened in it. */
export interface Files {
  readonly path: (name: string) => string
  readonly open: (name: string) => Sqlite.Database
  readonly close: () => Promise<void>
}

/** Creates a folder. */
export async function newFiles(): Promise<Files> {
  const folder = await mkdtemp(join(tmpdir(), 'consentry-storage-'))
  const opened: Sqlite.Database[] = []
  const path = (name: string) => join(folder, `${name}.db`)
  return {
    path,
    open: (name) => {
      const database = new Sqlite(path(name))
      opened.push(database)
      database.exec('pragma journal_mode = wal; pragma synchronous = off')
      return database
    },
    close: async () => {
      for (const database of opened) database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
