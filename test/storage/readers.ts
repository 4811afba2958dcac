/** Readers of the feed, and a naive repository in PostgreSQL whose feed misses what commits late. */
import type pg from 'pg'
import { type PostgresRepository, postgresRepository } from '../../src/adapters/postgres.js'
import { SCHEMA_VERSION } from '../../src/adapters/sql/migrations.js'
import type { ConsentryEvent } from '../../src/domain/event.js'
import type { Position } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { rewriting } from './faulty-postgres-driver.js'

/** A reader that remembers its position; each call returns the new events. */
export type Reader = ReturnType<typeof readerOf>
export type Got = Awaited<ReturnType<Reader>>[number]

/** Returns a reader that uses `readEvents`, page by page, until a page is empty. */
export function readerOf(repository: Repository, from: Position, limit = 1_000) {
  let position = from
  return async () => {
    const all: ConsentryEvent[] = []
    for (let more = true; more; ) {
      const page = await repository.readEvents({ after: position, limit })
      all.push(...page.entries.map(({ event }) => event))
      more = page.entries.length > 0
      position = page.position
    }
    return all.map((event) => {
      // Its request or session; a submission has neither.
      const of = 'tenantRequest' in event ? event.tenantRequest : 'session' in event ? event.session : undefined
      return { id: event.id, of, revision: event.revision }
    })
  }
}

/** Returns a repository whose feed ends at the greatest committed number, ignoring open transactions. */
export function naivePostgres(pool: pg.Pool, schema: string): PostgresRepository {
  const greatest = `select coalesce(e.position, 0) as horizon, e.position as stable, e.id as stable_event, e.position as latest, e.id as latest_event,
      false as standby, pg_postmaster_start_time()::text as server, true as present, ${SCHEMA_VERSION} as schema_version
    from (select 1) one left join (select position, id from "${schema}".consentry_events order by position desc limit 1) e on true`
  return postgresRepository({ pool: rewriting(pool, (sql) => (sql.includes('pg_locks l') ? greatest : sql)), schema })
}
