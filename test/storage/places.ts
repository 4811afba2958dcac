/** Places to keep things in for a test: schemas of the run's PostgreSQL server, and files of SQLite. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'libsql'
import pg from 'pg'

/** A name for a schema that no other process takes. */
export function newSchema(): string {
  return `storage_${randomBytes(6).toString('hex')}`
}

/** A pool whose idle clients may be lost, as every host must take it. */
export function poolOn(connectionString: string, config: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 10, ...config })
  pool.on('error', () => {})
  return pool
}

/** Settings for every connection of a pool. */
export function settings(values: Readonly<Record<string, string>>): pg.PoolConfig {
  const options = Object.entries(values).map(([name, value]) => `-c ${name}=${value}`)
  return { options: options.join(' ') }
}

/** A folder for files of SQLite, and all that was opened there. */
export interface Files {
  readonly path: (name: string) => string
  readonly open: (name: string) => Sqlite.Database
  readonly close: () => Promise<void>
}

/** A new folder. */
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
