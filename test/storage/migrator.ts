/** A child process that migrates a database on its parent's command, and reports the result. */
import Sqlite from 'libsql'
import pg from 'pg'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'

const [kind = '', where = '', schema = ''] = process.argv.slice(2)

async function migrate(): Promise<void> {
  if (kind === 'sqlite') {
    // A connection without a busy timeout: the adapter waits nevertheless.
    const database = new Sqlite(where, { timeout: 0 })
    return sqliteRepository({ database }).migrate()
  }
  const pool = new pg.Pool({ connectionString: where, max: 1 })
  await postgresRepository({ pool, schema })
    .migrate()
    .finally(() => pool.end())
}

process.on('message', async () => {
  const told = await migrate().then(
    () => 'migrated',
    (error) => String(error),
  )
  process.send?.(told, () => process.exit())
})
process.send?.('ready')
