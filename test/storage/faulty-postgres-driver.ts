/** PostgreSQL as negative controls need it: every statement is first rewritten. */
import type { PostgresPool, PostgresQuery } from '../../src/adapters/postgres.js'

/** The pool, with the statements rewritten. */
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

/** Compares no revisions. */
export function withoutComparison(sql: string): string {
  return sql.replace(' and r.revision = c.revision', '')
}

/** Compares revisions, but lets others change them afterwards. */
export function withoutLock(sql: string): string {
  return sql.replace(' for update of r', '')
}

/** Begins nothing, so that every statement is on its own. */
export function withoutTransaction(sql: string): string {
  return /^(begin|commit|rollback)\b/.test(sql) ? 'select 1' : sql
}
