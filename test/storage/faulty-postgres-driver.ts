/** A PostgreSQL driver for negative controls, which rewrites every statement. */
import type { PostgresPool, PostgresQuery } from '../../src/adapters/postgres.js'

/** Returns the pool with rewritten statements, which may also be delayed. */
export function rewriting(pool: PostgresPool, rewritten: (sql: string) => string | Promise<string>): PostgresPool {
  const other = async (query: PostgresQuery) => ({ ...query, text: await rewritten(query.text) })
  return {
    connect: async () => {
      const client = await pool.connect()
      return {
        query: async (query) => client.query(await other(query)),
        release: (destroy) => client.release(destroy),
        on: (event, listener) => client.on(event, listener),
        off: (event, listener) => client.off(event, listener),
      }
    },
  }
}

export const withoutComparison = (sql: string) => sql.replace(' and r.revision = k.revision', '')

/** Also waits a moment in the statement, whose snapshot is taken before: else few statements would meet. */
export const withoutLock = (sql: string) =>
  sql
    .replace(/ for update of r( skip locked)?/, '')
    .replace('cross join asked k', 'cross join (select pg_sleep(0.02)) moment cross join asked k')

export const withoutTransaction = (sql: string) => (/^(begin|commit|rollback)\b/.test(sql) ? 'select 1' : sql)
