/** Two readers of the PostgreSQL feed: the repository's, and a naive one that uses the greatest number seen. */
import type { Position } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import type { Place } from '../databases/places.js'

/** An event as a reader received it. */
export interface Got {
  readonly id: string
  /** The id of its request or session; `undefined` for a submission. */
  readonly of: string | undefined
  readonly revision: number
}

/** A reader that remembers its position; each call returns the new events. */
export type Reader = () => Promise<readonly Got[]>

/** Returns a reader that uses `readEvents`, page by page, until a page is empty. */
export function soundReader(repository: Repository, from: Position, limit = 1_000): Reader {
  let position = from
  return async () => {
    const all: Got[] = []
    for (let more = true; more; ) {
      const page = await repository.readEvents({ after: position, limit })
      for (const { event } of page.entries) {
        const of = 'tenantRequest' in event ? event.tenantRequest : 'session' in event ? event.session : undefined
        all.push({ id: event.id, of, revision: event.revision })
      }
      more = page.entries.length > 0
      position = page.position
    }
    return all
  }
}

/** Returns a reader that continues from the greatest number seen. */
export function naiveReader({ query, of }: Place, from: Position): Reader {
  let position = from.at
  return async () => {
    const columns = 'position, id, tenant_request as request, revision'
    const rows = await query(`select ${columns} from ${of('events')} where position > ${position} order by position`)
    position = Number(rows.at(-1)?.['position'] ?? position)
    return rows.map(({ id, request, revision }) => ({ id, of: request ?? undefined, revision }) as Got)
  }
}
