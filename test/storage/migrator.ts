/** A child process that migrates a database on its parent's command. */
import Sqlite from 'libsql'
import pg from 'pg'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import { obey } from '../databases/orders.js'

const [kind = '', where = '', schema = ''] = process.argv.slice(2)

const orders = {
  ready: () => {},
  migrate: async () => {
    // A connection without a busy timeout: the adapter waits nevertheless.
    if (kind === 'sqlite') return sqliteRepository({ database: new Sqlite(where, { timeout: 0 }) }).migrate()
    const pool = new pg.Pool({ connectionString: where, max: 1 })
    await postgresRepository({ pool, schema }).migrate()
  },
}

export type Migrator = typeof orders

obey(orders)
