/** The stores that the story and the hosts run on, by the name that `--store` gives: memory, a SQLite file, or a PostgreSQL database. */
import { parseArgs } from 'node:util'
import type { Repository } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'
import { postgresRepository } from 'consentry/adapters/postgres'
import { sqliteRepository } from 'consentry/adapters/sqlite'
import { install } from '../../test/install.js'

/** An open store. */
export interface Store {
  /** Whether what is in it is still there when the program has ended. */
  readonly lasting: boolean
  /** The repository in the tables of this prefix, which are made where they are missing; memory has a fresh one for every call. */
  readonly repository: (tablePrefix?: string) => Promise<Repository>
  readonly close: () => Promise<void>
}

/** What a program was started with: its words, and the name that `--store` gives. */
export function asked(): { readonly words: readonly string[]; readonly store: string } {
  const options = { store: { type: 'string', default: 'memory' } } as const
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  return { words: positionals, store: values.store }
}

/** The store of this name; where there is none, says which there are and ends the program. */
export async function openStore(name: string): Promise<Store> {
  if (name === 'memory') return { lasting: false, repository: async () => memoryRepository(), close: async () => {} }
  if (/^sqlite:./.test(name)) return inSqlite(name.slice('sqlite:'.length))
  if (/^postgres(ql)?:\/\/./.test(name)) return inPostgres(name)
  console.error(`there is no store \`${name}\`: take memory, sqlite:<path>, or postgres://<user>:<password>@<host>:<port>/<database>`)
  process.exit(1)
}

async function inSqlite(path: string): Promise<Store> {
  install('examples')
  const { default: Sqlite } = await import('libsql')
  // Whoever finds the file locked by another process waits for it, up to five seconds.
  const database = new Sqlite(path, { timeout: 5000 })
  // Readers and the one who writes do not wait for each other.
  database.pragma('journal_mode = wal')
  return {
    lasting: true,
    repository: (tablePrefix) => migrated(sqliteRepository({ database, tablePrefix })),
    close: async () => void database.close(),
  }
}

async function inPostgres(connectionString: string): Promise<Store> {
  install('examples')
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ connectionString })
  // A connection that breaks while nobody uses it is replaced by the pool; unheard, its error would end the process.
  pool.on('error', (error) => console.error(`a connection was lost: ${error.message}`))
  return {
    lasting: true,
    repository: (tablePrefix) => migrated(postgresRepository({ pool, tablePrefix })),
    close: () => pool.end(),
  }
}

async function migrated(repository: Repository & { migrate(): Promise<void> }): Promise<Repository> {
  await repository.migrate()
  return repository
}
