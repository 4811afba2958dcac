/** A PostgreSQL driver for negative controls, which rewrites every statement. */
import type { PostgresPool, PostgresQuery } from '../../src/adapters/postgres.js'

/** Returns the pool with rewritten statements. */
export function rewriting(pool: PostgresPool, rewritten: (sql: string) => string): PostgresPool {
  const weaker = (query: PostgresQuery) => ({ ...query, text: rewritten(query.text) })
  return {
    query: (query) => pool.query(weaker(query)),
    connect: async () => {
      const client = await pool.connect()
      return {
        query: (query) => client.query(weaker(query)),
        release: (destroy) => client.release(destroy),
        on: (event, listener) => client.on(event, listener),
        off: (event, listener) => client.off(event, listener),
      }
    },
  }
}

/** Removes the comparison of revisions. */
export function withoutComparison(sql: string): string {
  return sql.replace(' and r.revision = c.revision', '')
}

/** Compares revisions without locking the rows. */
export function withoutLock(sql: string): string {
  return sql.replace(' for update of r', '')
}

/** Removes transactions, so that every statement commits by itself. */
export function withoutTransaction(sql: string): string {
  return /^(begin|commit|rollback)\b/.test(sql) ? 'select 1' : sql
}
