/** The feed in PostgreSQL: readers stop below the lowest number an open transaction may have allocated. */
import { ConsentryError } from '../../domain/error.js'
import type { EventFeed, Position } from '../../ports/event-feed.js'
import type { Queries } from '../sql/queries.js'
import type { ReadPart } from '../sql/reader.js'
import type { RowParsers } from '../sql/row-parsers.js'
import type { Row } from '../sql/row-values.js'
import type { Tables } from '../sql/tables.js'
import type { Connection, Database } from './connection.js'

const allocatedIn = (sequence: string) => `(select case when is_called then last_value else 0 end from ${sequence})`
// An advisory lock key holds 32 bits of the lower bound. A reader restores the rest from the current sequence value.
const BITS = '2147483647'

/**
 * Returns the SQL expression that a transaction evaluates before it allocates its first position.
 * A shared advisory lock, held until the transaction ends, publishes a lower bound of its positions; it blocks nobody.
 */
export function writerLock(tables: Tables): string {
  const sequence = tables.of('events_position_seq')
  return `pg_advisory_xact_lock_shared('${sequence}'::regclass::oid::int4, (${allocatedIn(sequence)} & ${BITS})::int4)`
}

/**
 * Throws on an engine that accepts advisory locks and keeps none.
 * Its readers would miss what is saved out of order.
 */
async function requireLocks({ run }: Connection, sequence: string): Promise<void> {
  // Another kind of key than the writers' (objsubid 1), so that no reader waits for it.
  await run(`select pg_advisory_xact_lock_shared('${sequence}'::regclass::oid::bigint)`, {})
  const [row] = await run(
    `select exists (select from pg_locks where locktype = 'advisory' and objsubid = 1 and pid = pg_backend_pid()) as kept`,
    {},
  )
  if (row?.['kept'] !== true) throw unsupported('the database keeps no advisory locks, on which the feed relies: use PostgreSQL itself')
}

function unsupported(message: string): ConsentryError {
  return new ConsentryError(message, { code: 'feed-unsupported' })
}

/** Returns the reading methods of the feed. */
export function postgresFeed(
  tables: Tables,
  queries: Queries,
  rows: RowParsers,
  feedPage: ReadPart['feedPage'],
  { run, transaction }: Database,
): Omit<EventFeed, 'subscribe'> {
  const sequence = tables.of('events_position_seq')
  const events = tables.of('events')
  // Read the allocated number before the locks. A writer that allocated any number up to it took its lock earlier, so its lock is
  // visible or the writer has ended. A writer that takes its lock later allocates greater numbers only.
  const behind = `((allocated.last - l.objid::bigint) & ${BITS})`
  // The newest saved event is another upper bound: after a crash the server may allocate unsaved numbers again.
  const positionsQuery = `with allocated as materialized (select ${allocatedIn(sequence)} as last),
      latest as materialized (select e.position, e.id from ${events} e where e.position > 0 order by e.position desc limit 1),
      horizon as materialized (select least(coalesce((select position from latest), 0), coalesce((
        select min(allocated.last - ${behind}) from pg_locks l left join pg_stat_activity a on a.pid = l.pid
        where ${behind} <= ${BITS} / 2 and l.locktype = 'advisory' and l.objsubid = 2 and l.classid = '${sequence}'::regclass::oid
        and l.database = (select d.oid from pg_database d where d.datname = current_database())
        and (a.usesysid is null or has_table_privilege(a.usesysid, '${events}'::regclass, 'insert'))), allocated.last)) as at from allocated)
    select h.at as horizon, s.position as stable, s.id as stable_event, l.position as latest, l.id as latest_event,
      pg_is_in_recovery() as standby, pg_postmaster_start_time()::text as server
    from horizon h left join latest l on true left join lateral (
      select e.position, e.id from ${events} e where e.position <= h.at order by e.position desc limit 1) s on true`
  let locksAreKept = false
  const readPositions = async (): Promise<Row> => {
    const [row = {}] = await run(positionsQuery, {})
    if (row['standby'] !== false)
      throw unsupported(
        'the feed cannot be read from a standby, which shows neither the locks of the writers nor their numbers: read the primary',
      )
    if (!locksAreKept) await transaction((connection) => requireLocks(connection, sequence))
    locksAreKept = true
    return row
  }
  // Returns a row if the newest saved event is the reader's, on a primary. Then no page has anything, whatever numbers open transactions
  // hold, and nobody needs to know the horizon. The empty page leaves the reader where it is: what they save comes at a later look.
  // Not compared with the sequence: its number says nothing of what is saved, and it can be set back.
  const newestQuery = `select true as is_newest from (select e.position, e.id from ${events} e order by e.position desc limit 1) e
    where e.position = :position and e.id = :event and not pg_is_in_recovery()`
  const isNewest = async ({ at, event }: Position): Promise<boolean> =>
    locksAreKept && event !== null && (await run(newestQuery, { position: at, event }))[0]?.['is_newest'] === true
  return {
    async positions() {
      const row = await readPositions()
      return {
        stable: rows.position(row['stable'], row['stable_event']),
        latest: rows.position(row['latest'], row['latest_event']),
      }
    },
    async readEvents(query) {
      const { after, limit, types } = query
      if (await isNewest(after)) return { entries: [], position: after, latest: after }
      const { horizon, server } = await readPositions()
      const typeList = types === undefined ? null : JSON.stringify(types)
      // A separate statement takes a new snapshot, so it sees all events up to the horizon.
      const page = await run(queries.readEvents, { position: after.at, horizon: Number(horizon), limit, types: typeList })
      if (page[0]?.['server'] !== server) throw new Error('the server changed while the feed was read: its horizon was of another one')
      return feedPage(page, query)
    },
  }
}
