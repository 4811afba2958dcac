/** Variants of the PostgreSQL repository: without notifications, and a naive one by greatest committed number. */
import type pg from 'pg'
import { type PostgresRepository, postgresRepository } from '../../src/adapters/postgres.js'
import type { Repository } from '../../src/ports/repository.js'
import { rewriting } from './faulty-postgres-driver.js'

/** Returns a repository whose feed ends at the greatest committed number, ignoring open transactions. */
export function naivePostgres(pool: pg.Pool, schema: string): PostgresRepository {
  const greatest = `select coalesce(e.position, 0) as horizon, e.position as stable, e.id as stable_event, e.position as latest, e.id as latest_event
    from (select 1) one left join (select position, id from "${schema}".consentry_events order by position desc limit 1) e on true`
  return postgresRepository({ pool: rewriting(pool, (sql) => (sql.includes('pg_locks') ? greatest : sql)), schema })
}

/** Returns the repository without notifications. */
export function withoutNotifications(repository: Repository): Repository {
  return { ...repository, subscribe: async () => async () => {} }
}
