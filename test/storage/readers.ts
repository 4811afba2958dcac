/** Two readers of the feed in PostgreSQL: the repository's own, and the naive one, which goes on from the greatest number it has seen. */

import type pg from 'pg'
import type { Position } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'

/** One event as a reader got it. */
export interface Got {
  readonly id: string
  /** The request or session it is of; `undefined` for a submission. */
  readonly of: string | undefined
  readonly revision: number
}

/** A reader who remembers where he stands; each call gives what is new to him. */
export type Reader = () => Promise<readonly Got[]>

/** Reads on by `readEvents`, page by page until nothing more comes. */
export function soundReader(repository: Repository, from: Position, limit = 1_000): Reader {
  let position = from
  return async () => {
    const all: Got[] = []
    for (let more = true; more; ) {
      const page = await repository.readEvents({ after: position, limit })
      const got = page.entries.map(({ event }) => {
        const of = 'tenantRequest' in event ? event.tenantRequest : 'session' in event ? event.session : undefined
        return { id: event.id, of, revision: event.revision }
      })
      all.push(...got)
      more = page.entries.length > 0
      position = page.position
    }
    return all
  }
}

/** Reads on from the greatest number seen. */
export function naiveReader(pool: pg.Pool, schema: string, from: Position): Reader {
  let position = from.at
  return async () => {
    const sql = `select position, id, tenant_request, revision from "${schema}".consentry_events where position > $1 order by position`
    const { rows } = await pool.query(sql, [position])
    position = rows.length > 0 ? Number(rows.at(-1).position) : position
    return rows.map((row) => ({ id: row.id, of: row.tenant_request ?? undefined, revision: row.revision }))
  }
}
