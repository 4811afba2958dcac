/** Run as a process of its own: migrates a database once its parent says so, together with others, and says how that went. */
import Sqlite from 'libsql'
import pg from 'pg'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'

const [kind = '', where = '', schema = ''] = process.argv.slice(2)

async function migrate(): Promise<void> {
  if (kind === 'sqlite') {
    // A connection that would give up at once: the adapter waits all the same.
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
