/** Hosts with their own table and transactions, one per driver, in the database of the repository. */
import { PGlite } from '@electric-sql/pglite'
import Sqlite from 'libsql'
import { inject } from 'vitest'
import { type PostgresConnection, postgresRepository } from '../../src/adapters/postgres.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import type { Repository } from '../../src/ports/repository.js'
import { betterSqlite3 } from '../databases/better-sqlite3.js'
import type { OpenDatabase } from '../databases/sqlite-files.js'
import { newFiles, newSchema, poolOn } from './places.js'

/** An open host transaction. */
export interface Transaction {
  readonly repository: Repository
  /** Another repository in the same transaction over a different connection object, so its calls are not queued. */
  readonly outOfTurn: () => Repository
  /** Writes a row of the host. */
  readonly note: (note: string) => Promise<void>
}

/** A host application. */
export interface Host {
  /** The repository outside transactions. */
  readonly repository: Repository
  /** Runs the work in a transaction; if it rejects, rolls back and rejects too. */
  readonly transaction: <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>
  readonly notes: () => Promise<readonly string[]>
  readonly close: () => Promise<unknown>
}

const TABLE = 'create table notes (note text)'

/** The hosts, by driver name. */
export const hosts: readonly { readonly name: string; readonly start: () => Promise<Host> }[] = [
  ...[betterSqlite3].flatMap((open) => (open ? [{ name: 'better-sqlite3', start: () => hostInFile(open) }] : [])),
  { name: 'libsql', start: () => hostInFile((path) => new Sqlite(path)) },
  {
    name: 'pg, a client from a pool',
    start: async () => {
      const pool = poolOn(inject('postgres'))
      const schema = newSchema()
      const repository = postgresRepository({ pool, schema })
      await repository.migrate()
      await pool.query(TABLE.replace('notes', `"${schema}".notes`))
      return {
        repository,
        transaction: async (work) => {
          const client = await pool.connect()
          try {
            await client.query('begin')
            const result = await work(inTransaction(client, repository, `"${schema}".notes`))
            await client.query('commit')
            return result
          } catch (error) {
            await client.query('rollback')
            throw error
          } finally {
            client.release()
          }
        },
        notes: async () => (await pool.query(`select note from "${schema}".notes order by note`)).rows.map(({ note }) => note),
        close: async () => {
          await pool.query(`drop schema "${schema}" cascade`)
          await pool.end()
        },
      }
    },
  },
  {
    name: 'PGlite',
    start: async () => {
      const pglite = await PGlite.create()
      const repository = postgresRepository({ pglite })
      await repository.migrate()
      await pglite.exec(TABLE)
      return {
        repository,
        transaction: (work) => pglite.transaction((inner) => work(inTransaction(inner, repository, 'notes'))),
        notes: async () => (await pglite.query<{ note: string }>('select note from notes order by note')).rows.map(({ note }) => note),
        close: () => pglite.close(),
      }
    },
  },
]

function inTransaction(
  connection: PostgresConnection,
  repository: { readonly within: (connection: PostgresConnection) => Repository },
  table: string,
): Transaction {
  return {
    repository: repository.within(connection),
    outOfTurn: () => repository.within({ query: (text, values) => connection.query(text, values) }),
    note: async (note) => {
      await connection.query(`insert into ${table} values ($1)`, [note])
    },
  }
}

async function hostInFile(open: (path: string) => OpenDatabase): Promise<Host> {
  const files = await newFiles()
  const database = open(files.path('host'))
  const repository = sqliteRepository({ database })
  await repository.migrate()
  database.exec(TABLE)
  return {
    repository,
    transaction: async (work) => {
      database.exec('begin immediate')
      try {
        const result = await work({
          repository: repository.within(database),
          outOfTurn: () => repository.within(database),
          note: async (note) => database.exec(`insert into notes values ('${note}')`) as undefined,
        })
        database.exec('commit')
        return result
      } catch (error) {
        database.exec('rollback')
        throw error
      }
    },
    notes: async () => (database.prepare('select note from notes order by note').all({}) as { note: string }[]).map(({ note }) => note),
    close: async () => {
      database.close()
      await files.close()
    },
  }
}
