/**
 * The feed in PostgreSQL, where a number drawn first may be committed last: a reader stops before whatever a transaction still running may
 * have drawn.
 */
import type { EventFeed, FeedPositions } from '../../ports/event-feed.js'
import type { Queries } from '../sql/queries.js'
import type { RowParsers } from '../sql/row-parsers.js'
import type { Tables } from '../sql/tables.js'
import type { Database } from './connection.js'
import { channelOf } from './subscriptions.js'

const allocatedIn = (sequence: string) => `(select case when is_called then last_value else 0 end from ${sequence})`
// An advisory lock has 32 bits to say where the numbers stood; whoever reads them knows the rest.
const BITS = '2147483647'

/**
 * Run before a transaction draws its first number: until its end it shows, as a lock that keeps nobody waiting, that all it will draw is
 * greater than what was drawn so far. Once it is committed, whoever listens gets a notice.
 */
export function writerLockSql(tables: Tables): string {
  const sequence = tables.of('events_position_seq')
  return `select pg_advisory_xact_lock_shared('${sequence}'::regclass::oid::int4, (${allocatedIn(sequence)} & ${BITS})::int4),
    pg_notify(${channelOf(tables)}, '')`
}

/** The reading of the feed. */
export function postgresFeed(tables: Tables, queries: Queries, rows: RowParsers, { run }: Database): Omit<EventFeed, 'subscribe'> {
  const sequence = tables.of('events_position_seq')
  // What was drawn is looked at first: whoever drew any of it had announced himself before, and is found among the locks, or has ended. Who
  // announced himself since stands ahead of it, and draws nothing of it.
  const behind = `((drawn.last - l.objid::bigint) & ${BITS})`
  // Nor does a reader go on beyond what was saved: numbers drawn in vain are drawn again where the server crashes before it has noted them.
  const horizonQuery = `with drawn as materialized (select ${allocatedIn(sequence)} as last),
      saved as materialized (select coalesce(max(e.position), 0) as last from ${tables.of('events')} e)
    select least(saved.last, coalesce((select min(drawn.last - ${behind}) from pg_locks l
      where ${behind} <= ${BITS} / 2 and l.locktype = 'advisory' and l.objsubid = 2 and l.classid = '${sequence}'::regclass::oid
      and l.database = (select d.oid from pg_database d where d.datname = current_database())), drawn.last)) as horizon, saved.last
    from drawn, saved`
  const ends = async (): Promise<FeedPositions> => {
    const [row] = await run(horizonQuery, {})
    return { stable: Number(row?.['horizon']), latest: Number(row?.['last']) }
  }
  return {
    // A lock is let go only after what was saved is there for all to see: a later statement sees all up to the horizon.
    positions: ends,
    async readEvents(position, limit) {
      const { stable: horizon } = await ends()
      // A statement of its own, and so a later look: whoever has ended between the two is seen whole.
      const entries = (await run(queries.readEvents, { position, horizon, limit })).map(rows.feedEntry)
      return { entries, position: entries.length < limit ? Math.max(position, horizon) : (entries.at(-1)?.position ?? position) }
    },
  }
}
