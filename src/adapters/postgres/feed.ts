/** The feed in PostgreSQL: readers stop below the lowest number an open transaction may have allocated. */
import type { EventFeed } from '../../ports/event-feed.js'
import type { Queries } from '../sql/queries.js'
import type { RowParsers } from '../sql/row-parsers.js'
import type { Tables } from '../sql/tables.js'
import type { Database } from './connection.js'
import { channelOf } from './subscriptions.js'

const allocatedIn = (sequence: string) => `(select case when is_called then last_value else 0 end from ${sequence})`
// An advisory lock key holds 32 bits of the lower bound. A reader restores the rest from the current sequence value.
const BITS = '2147483647'

/**
 * Returns the SQL that a transaction runs before it allocates its first position.
 * A shared advisory lock, held until the transaction ends, publishes a lower bound of its positions; it blocks nobody.
 * It also notifies subscribers on commit.
 */
export function writerLockSql(tables: Tables): string {
  const sequence = tables.of('events_position_seq')
  return `select pg_advisory_xact_lock_shared('${sequence}'::regclass::oid::int4, (${allocatedIn(sequence)} & ${BITS})::int4),
    pg_notify(${channelOf(tables)}, '')`
}

/** Returns the reading methods of the feed. */
export function postgresFeed(tables: Tables, queries: Queries, rows: RowParsers, { run }: Database): Omit<EventFeed, 'subscribe'> {
  const sequence = tables.of('events_position_seq')
  const events = tables.of('events')
  // Read the allocated number before the locks. A writer that allocated any number up to it took its lock earlier, so its lock is
  // visible or the writer has ended. A writer that takes its lock later allocates greater numbers only.
  const behind = `((allocated.last - l.objid::bigint) & ${BITS})`
  // The newest saved event is another upper bound: after a crash the server may allocate unsaved numbers again.
  const positionsQuery = `with allocated as materialized (select ${allocatedIn(sequence)} as last),
      latest as materialized (select e.position, e.id from ${events} e where e.position > 0 order by e.position desc limit 1),
      horizon as materialized (select least(coalesce((select position from latest), 0), coalesce((
        select min(allocated.last - ${behind}) from pg_locks l
        where ${behind} <= ${BITS} / 2 and l.locktype = 'advisory' and l.objsubid = 2 and l.classid = '${sequence}'::regclass::oid
        and l.database = (select d.oid from pg_database d where d.datname = current_database())), allocated.last)) as at from allocated)
    select h.at as horizon, s.position as stable, s.id as stable_event, l.position as latest, l.id as latest_event
    from horizon h left join latest l on true left join lateral (
      select e.position, e.id from ${events} e where e.position <= h.at order by e.position desc limit 1) s on true`
  return {
    async positions() {
      const [row = {}] = await run(positionsQuery, {})
      return {
        stable: rows.position(row['stable'], row['stable_event']),
        latest: rows.position(row['latest'], row['latest_event']),
      }
    },
    async readEvents({ after, limit }) {
      const [row] = await run(positionsQuery, {})
      const horizon = Number(row?.['horizon'])
      // A separate statement takes a new snapshot, so it sees all events up to the horizon.
      const entries = (await run(queries.readEvents, { position: after.at, horizon, limit })).map(rows.feedEntry)
      return { entries, position: entries.at(-1)?.position ?? after }
    },
  }
}
