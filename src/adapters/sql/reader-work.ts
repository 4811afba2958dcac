/** The work of kept readers of the feed, in SQL that SQLite and PostgreSQL share. */
import { type FeedReaders, MAX_HOLD_MS, type ReaderOwner, type ReaderState } from '../../ports/feed-readers.js'
import type { RowParsers } from './row-parsers.js'
import { NO_END } from './rows.js'
import type { SqlDialect } from './sql-dialect.js'
import type { Tables } from './tables.js'
import type { Work } from './work.js'

/** What a kept reader moves with. */
export type ReaderMove = ReaderOwner & { readonly from: ReaderState; readonly to: ReaderState }

/**
 * Returns the work of kept readers in these tables.
 * Each statement returns rows, so that every driver runs it alike.
 */
export function readerWork({ of }: Tables, { clock, lock }: SqlDialect, rows: RowParsers) {
  const readers = of('feed_readers')
  const isOwn = 'r.reader = :reader and r.owner = :owner'
  // A hold further ahead than is allowed was made before the clock went back.
  const hold = `insert into ${readers} as r (reader, owner, held_until, position, event, mark)
    values (:reader, :owner, ${clock} + :forMs, :position, :event, :mark)
    on conflict (reader) do update set owner = excluded.owner, held_until = ${clock} + :forMs
    where r.owner = excluded.owner or r.held_until <= ${clock} or r.held_until > ${clock} + ${MAX_HOLD_MS}
    returning position, event, mark`
  const find = `select r.position from ${readers} r where ${isOwn} and r.position = :position
    and coalesce(r.event, '') = coalesce(cast(:event as text), '') and coalesce(r.mark, ${NO_END}) = coalesce(cast(:mark as bigint), ${NO_END})${lock}`
  const move = `update ${readers} as r set position = :position, event = :event, mark = :mark where ${isOwn} returning position`
  const release = `update ${readers} as r set held_until = 0 where ${isOwn} returning position`
  const stateValues = ({ position, mark }: ReaderState) => ({ position: position.at, event: position.event, mark })

  return {
    *hold({ reader, owner, forMs, start }: Parameters<FeedReaders<never>['hold']>[0]): Work<ReaderState | undefined> {
      const [row] = yield [hold, { reader, owner, forMs: Math.min(forMs, MAX_HOLD_MS), ...stateValues(start) }]
      return row && rows.readerState(reader, row)
    },

    /**
     * Returns whether the owner was the last to hold the reader, and it stands at `from`.
     * Nobody else moves it until the transaction ends.
     */
    *isWhereItStood({ reader, owner, from }: ReaderMove): Work<boolean> {
      return (yield [find, { reader, owner, ...stateValues(from) }]).length > 0
    },

    /**
     * Moves the reader.
     * It does so after `write`: if that has caught the error of a statement, PostgreSQL fails here, and else would commit nothing.
     */
    *moveTo({ reader, owner, to }: ReaderMove): Work<void> {
      yield [move, { reader, owner, ...stateValues(to) }]
    },

    *release({ reader, owner }: ReaderOwner): Work<void> {
      yield [release, { reader, owner }]
    },
  }
}
