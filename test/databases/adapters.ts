/** All adapters, each with a store to put it to: what holds for one must hold for every other. */
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

/** What adapters keep things in. */
export const KINDS = ['memory', 'sqlite', 'postgres', 'pglite'] as const

/** An adapter that runs in this process; every repository is fresh and empty. */
export interface Store {
  readonly name: string
  readonly kind: (typeof KINDS)[number]
  readonly make: RepositoryFactory
  readonly close: () => Promise<void>
}

/** An adapter, wherever it runs. */
export interface Adapter {
  readonly name: string
  readonly kind: Store['kind']
  /** Rejects as the law does. */
  readonly passes: (law: string) => Promise<void>
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
    return { name, kind, close, passes: (law) => contractTestNamed(law).check(make), answers: (play) => answersIn(make, play) }
  }),
  { name: 'node:sqlite in Node 24', kind: 'sqlite', ...nodeSqlite() },
]

function contractTestNamed(name: string) {
  const law = repositoryContract.find((one) => one.name === name)
  if (law === undefined) throw new Error(`there is no law \`${name}\``)
  return law
}
