/** All adapters under test, each with a database. */
import { PGlite } from '@electric-sql/pglite'
import Sqlite from 'libsql'
import pg from 'pg'
import { inject } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { type RepositoryFactory, repositoryContract } from '../../src/testing/contract.js'
import { answersIn, type Play } from '../adapters/answers.js'
import { betterSqlite3 } from './better-sqlite3.js'
import { nodeSqlite } from './other-node.js'
import { postgresSchemas } from './postgres-schemas.js'
import { sqliteFiles } from './sqlite-files.js'

/** The kinds of stores. */
export const KINDS = ['memory', 'sqlite', 'postgres', 'pglite'] as const

/** An adapter in this process; every repository is new and empty. */
export interface Store {
  readonly name: string
  readonly kind: (typeof KINDS)[number]
  readonly make: RepositoryFactory
  readonly close: () => Promise<void>
}

/** An adapter in this or another process. */
export interface Adapter {
  readonly name: string
  readonly kind: Store['kind']
  /** Runs the contract test of that name, and rejects if it fails. */
  readonly passes: (test: string) => Promise<void>
  readonly answers: (play: Play) => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

/** The adapters that run in this process. */
export const stores: readonly Store[] = [
  { name: 'memory', kind: 'memory', make: memoryRepository, close: async () => {} },
  ...(betterSqlite3 ? [{ name: 'better-sqlite3', kind: 'sqlite', ...sqliteFiles(betterSqlite3) } satisfies Store] : []),
  { name: 'libsql', kind: 'sqlite', ...sqliteFiles((path) => new Sqlite(path)) },
  {
    name: 'PostgreSQL, a pool',
    kind: 'postgres',
    ...postgresSchemas(async () => {
      const pool = new pg.Pool({ connectionString: inject('postgres'), max: 10 })
      return {
        repository: (schema) => postgresRepository({ pool, schema }),
        execute: (sql) => pool.query(sql),
        end: () => pool.end(),
      }
    }),
  },
  {
    name: 'PostgreSQL, a client',
    kind: 'postgres',
    ...postgresSchemas(async () => {
      const client = new pg.Client({ connectionString: inject('postgres') })
      await client.connect()
      return {
        repository: (schema) => postgresRepository({ client, schema }),
        execute: (sql) => client.query(sql),
        end: () => client.end(),
      }
    }),
  },
  {
    name: 'PGlite',
    kind: 'pglite',
    ...postgresSchemas(async () => {
      const pglite = await PGlite.create()
      return {
        repository: (schema) => postgresRepository({ pglite, schema }),
        execute: (sql) => pglite.exec(sql),
        end: () => pglite.close(),
      }
    }),
  },
]

/** Every adapter. */
export const adapters: readonly Adapter[] = [
  ...stores.map(({ name, kind, make, close }): Adapter => {
    return { name, kind, close, passes: (test) => contractTestNamed(test).check(make), answers: (play) => answersIn(make, play) }
  }),
  { name: 'node:sqlite in Node 24', kind: 'sqlite', ...nodeSqlite() },
]

function contractTestNamed(name: string) {
  const test = repositoryContract.find((one) => one.name === name)
  if (test === undefined) throw new Error(`there is no contract test \`${name}\``)
  return test
}
