/** Repositories in PostgreSQL as followers may find them: without notices, and naive, going by the greatest number that is committed. */
import type pg from 'pg'
import { type PostgresRepository, postgresRepository } from '../../src/adapters/postgres.js'
import type { Repository } from '../../src/ports/repository.js'
import { rewriting } from './faulty-postgres-driver.js'

/** A repository whose feed goes up to the greatest number committed, whatever was drawn before it and is not committed yet. */
export function naivePostgres(pool: pg.Pool, schema: string): PostgresRepository {
  const greatest = `select coalesce(e.position, 0) as horizon, e.position as stable, e.id as stable_event, e.position as latest, e.id as latest_event
    from (select 1) one left join (select position, id from "${schema}".consentry_events order by position desc limit 1) e on true`
  return postgresRepository({ pool: rewriting(pool, (sql) => (sql.includes('pg_locks') ? greatest : sql)), schema })
}

/** The repository, of which nobody hears that anything was saved. */
export function deaf(repository: Repository): Repository {
  return { ...repository, subscribe: async () => async () => {} }
}

/** The repository, where nobody can listen at all. */
export function mute({ subscribe: _, ...repository }: Repository): Repository {
  return repository
}

/** The repository, where whoever listens is not told that he hears no more. */
export function untoldOfLoss(repository: Repository): Repository {
  const { subscribe, ...rest } = repository
  return subscribe === undefined ? rest : { ...rest, subscribe: ({ onChange }) => subscribe({ onChange, onDisconnect: () => {} }) }
}
