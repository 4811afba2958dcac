/** All adapters under test, each with a database. */
import { memoryRepository } from '../../src/adapters/memory.js'
import type { NoticeRepository } from '../../src/ports/notice-store.js'
import type { NoticeContractTest, RepositoryFactory } from '../../src/testing/contract.js'
import { answersIn, type Play } from '../adapters/answers.js'
import { betterSqlite3 } from './better-sqlite3.js'
import { nodeSqlite } from './other-node.js'
import { clientDatabases, embeddedDatabases, openLibsql, pooledDatabases } from './places.js'
import { settings } from './pools.js'
import { postgresSchemas } from './postgres-schemas.js'
import { sqliteFiles } from './sqlite-files.js'

export const KINDS = ['memory', 'sqlite', 'postgres', 'pglite'] as const

export interface Adapter {
  readonly name: string
  readonly kind: (typeof KINDS)[number]
  readonly passes: (test: NoticeContractTest) => Promise<void>
  readonly answers: (play: Play) => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

/** A server whose transactions are serializable unless they say otherwise. */
const serializableDatabases = () => pooledDatabases(undefined, settings({ default_transaction_isolation: 'serializable' }))

type Store = { readonly make: RepositoryFactory<NoticeRepository<unknown>>; readonly close: () => Promise<void> }

const here = (name: string, kind: Adapter['kind'], { make, close }: Store): Adapter => {
  return { name, kind, close, passes: ({ check }) => check(make), answers: (play) => answersIn(make, play) }
}

/** Every adapter; every repository is new and empty. */
export const adapters: readonly Adapter[] = [
  here('memory', 'memory', { make: memoryRepository, close: async () => {} }),
  ...(betterSqlite3 ? [here('better-sqlite3', 'sqlite', sqliteFiles(betterSqlite3))] : []),
  here('libsql', 'sqlite', sqliteFiles(openLibsql)),
  here('PostgreSQL, a pool', 'postgres', postgresSchemas(pooledDatabases)),
  here('PostgreSQL, serializable', 'postgres', postgresSchemas(serializableDatabases)),
  here('PostgreSQL, a client', 'postgres', postgresSchemas(clientDatabases)),
  here('PGlite', 'pglite', postgresSchemas(embeddedDatabases)),
  { name: 'node:sqlite in Node 24', kind: 'sqlite', ...nodeSqlite() },
]
