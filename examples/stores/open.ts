/** The stores of the story and the hosts, chosen with `--store`: memory, SQLite or PostgreSQL. */
import { parseArgs } from 'node:util'
import type { Repository } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'
import { postgresRepository } from 'consentry/adapters/postgres'
import { sqliteRepository } from 'consentry/adapters/sqlite'
import { install } from '../../test/install.js'

/** An open store. */
export interface Store {
  /** Whether its data survives the program. */
  readonly lasting: boolean
  /** Opens the repository with this table prefix, and creates missing tables. Memory returns a new one each time. */
  readonly repository: (tablePrefix?: string) => Promise<Repository>
  readonly close: () => Promise<void>
}

/** Parses the command line: positional arguments, and the value of `--store`. */
export function asked(): { readonly words: readonly string[]; readonly store: string } {
  const options = { store: { type: 'string', default: 'memory' } } as const
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  return { words: positionals, store: values.store }
}

/** Opens the named store; for an unknown name it prints the choices and exits. */
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
  // Waits up to five seconds if another process has locked the file.
  const database = new Sqlite(path, { timeout: 5000 })
  // In WAL mode readers and the writer do not block each other.
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
  // The pool replaces a broken idle connection. Node exits on an `error` event without a listener, so attach one.
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
