/** Databases under test: a repository in a new place, plain SQL, and transactions of the host. */
import { PGlite } from '@electric-sql/pglite'
import Sqlite from 'libsql'
import pg from 'pg'
import { inject } from 'vitest'
import { type PostgresConnection, type PostgresRepository, postgresRepository } from '../../src/adapters/postgres.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import type { NoticeRepository } from '../../src/ports/notice-store.js'
import type { Repository } from '../../src/ports/repository.js'
import { newSchema, poolOn } from './pools.js'
import { type OpenDatabase, sqliteFiles } from './sqlite-files.js'

export type Query = (sql: string) => Promise<readonly Record<string, unknown>[]>

export interface Transaction {
  readonly repository: Repository
  /** Another repository in the same transaction over a different connection object, so its calls are not queued. */
  readonly outOfTurn: () => Repository
  readonly query: Query
  readonly end: (how: 'commit' | 'rollback') => Promise<unknown>
}

export interface Place {
  readonly repository: NoticeRepository<unknown> & { migrate(): Promise<void> }
  readonly prefixed: (tablePrefix?: string) => Place['repository']
  readonly query: Query
  readonly of: (table: string) => string
  readonly begin: () => Promise<Transaction>
  readonly address: readonly string[]
}

export interface PostgresPlace extends Place {
  readonly repository: PostgresRepository
  readonly schema: string
}

export interface Databases<P extends Place = Place> {
  readonly place: (at?: string) => P
  readonly close: () => Promise<unknown>
}

export async function migrated<P extends Place>({ place }: Databases<P>): Promise<P> {
  const made = place()
  await made.repository.migrate()
  return made
}

export function sqliteDatabases<D extends OpenDatabase>(driver: (path: string) => D): Databases<Place & { database: D; path: string }> {
  const files = sqliteFiles(driver)
  return {
    close: files.close,
    place: (path = files.newPath()) => {
      const database = files.open(path)
      const prefixed = (tablePrefix?: string) => sqliteRepository({ database, tablePrefix })
      const repository = prefixed()
      const query: Query = async (sql) => {
        if (/^(select|pragma)/.test(sql)) return database.prepare(sql).all({}) as Record<string, unknown>[]
        database.exec(sql)
        return []
      }
      const begin = async () => {
        await query('begin immediate')
        const inside = () => repository.within(database)
        return { repository: inside(), outOfTurn: inside, query, end: query }
      }
      return { database, path, repository, prefixed, query, of: (table) => `consentry_${table}`, begin, address: ['sqlite', path] }
    },
  }
}

export const openLibsql = (path: string) => new Sqlite(path)

export const libsqlDatabases = () => sqliteDatabases(openLibsql)

/** Tolerates the loss of a connection, as every host must. */
const ignore = () => {}

interface Connected {
  readonly driver: { readonly pool: pg.Pool } | { readonly client: pg.Client } | { readonly pglite: PGlite }
  readonly query: Query
  readonly begin: (repository: PostgresRepository) => Promise<Transaction>
  readonly close: () => Promise<unknown>
}

// Schemas are not dropped: the server is deleted after the run.
function postgresDatabases({ driver, query, begin, close }: Connected): Databases<PostgresPlace> & { readonly query: Query } {
  return {
    query,
    close,
    place: (schema = newSchema()) => {
      const prefixed = (tablePrefix?: string) => postgresRepository({ ...driver, schema, tablePrefix })
      const repository = prefixed()
      const of = (table: string) => `"${schema}".consentry_${table}`
      const address = ['postgres', inject('postgres'), schema]
      return { schema, repository, prefixed, query, of, begin: () => begin(repository), address }
    },
  }
}

/** Returns the databases of a server, by default the run's, over a pool. */
export function pooledDatabases(connectionString = inject('postgres'), config: pg.PoolConfig = {}) {
  const pool = poolOn(connectionString, config)
  const begin: Connected['begin'] = async (repository) => {
    const client = await pool.connect()
    client.on('error', ignore)
    await client.query('begin')
    const end: Transaction['end'] = async (how) => {
      await client.query(how).finally(() => client.release())
      client.off('error', ignore)
    }
    return transactionOn(client, repository, end)
  }
  const connected = { driver: { pool }, query: async (sql: string) => (await pool.query(sql)).rows, begin, close: () => pool.end() }
  return { pool, ...postgresDatabases(connected) }
}

/** Returns the databases of the run's server over one client, which has no transaction of a host. */
export async function clientDatabases() {
  const client = new pg.Client({ connectionString: inject('postgres') })
  await client.connect()
  const begin = () => Promise.reject(new Error('the only client has no transaction of a host'))
  const query = async (sql: string) => (await client.query(sql)).rows
  return postgresDatabases({ driver: { client }, query, begin, close: () => client.end() })
}

export async function embeddedDatabases() {
  const pglite = await PGlite.create()
  const begin: Connected['begin'] = (repository) =>
    new Promise((opened) => {
      const over: Promise<unknown> = pglite.transaction(async (inner) => {
        const how = await new Promise((resolve) => {
          const end: Transaction['end'] = (how) => {
            resolve(how)
            return over
          }
          opened(transactionOn(inner, repository, end))
        })
        if (how === 'rollback') await inner.rollback()
      })
    })
  const query: Query = async (sql) => (await pglite.query<Record<string, unknown>>(sql)).rows
  return postgresDatabases({ driver: { pglite }, query, begin, close: () => pglite.close() })
}

function transactionOn(connection: PostgresConnection, { within }: PostgresRepository, end: Transaction['end']): Transaction {
  return {
    repository: within(connection),
    outOfTurn: () => within({ query: (text, values) => connection.query(text, values) }),
    query: async (sql) => (await connection.query(sql)).rows as Record<string, unknown>[],
    end,
  }
}
