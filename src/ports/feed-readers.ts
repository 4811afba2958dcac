/** Kept readers of the feed: where each stands, who reads for it, and what it writes as it moves on. */
import type { Instant } from '../domain/instant.js'
import type { Position } from './event-feed.js'

/** Where a reader stands. */
export interface ReaderState {
  /** The position of the last event that it has handled. */
  readonly position: Position
  /** An instant that the reader keeps beside it, in milliseconds, or `null`. */
  readonly mark: Instant | null
}

/** Which reader, and for which owner: one running reader, with an id of its own. */
export interface ReaderOwner {
  /** The name of the reader, an id (SPEC 3.5). */
  readonly reader: string
  /** The id of the running reader. */
  readonly owner: string
}

/**
 * What a reader writes as it moves on, in the transaction that moves it.
 * Over SQLite and in memory it must be synchronous, and a promise is refused: the connection has one transaction at a time.
 * PostgreSQL ends a transaction to break a deadlock, and then the repository runs it again: `write` is called once more, and what the first
 * call did is rolled back.
 */
export type ReaderWrite<Transaction> = (transaction: Transaction) => void | Promise<void>

/** The longest time for which an owner may hold a reader, in milliseconds. */
export const MAX_HOLD_MS = 300_000

/**
 * Stores kept readers of the feed (SPEC 8.3).
 * `Transaction` is what a reader's `write` gets: the database of SQLite, a connection to PostgreSQL.
 */
export interface FeedReaders<Transaction> {
  /**
   * Makes the owner hold the reader for `forMs` milliseconds, up to `MAX_HOLD_MS`.
   * They begin now, by the store's clock. An unknown reader is created at `start`. Returns where it stands, or `undefined` while another
   * owner holds it. Of concurrent calls by several owners, one gets it. The owner that holds it prolongs it so. A hold further ahead than
   * `MAX_HOLD_MS` is over: the clock went back.
   */
  hold(query: ReaderOwner & { readonly forMs: number; readonly start: ReaderState }): Promise<ReaderState | undefined>
  /**
   * In one transaction, moves the reader from where it stood to where it stands, and calls `write`.
   * Returns `moved`; or `lost`, with nothing written, unless the owner was the last to hold the reader and it stands at `from`. If `write`
   * throws, the call rejects, and nothing is moved or written.
   */
  move(
    query: ReaderOwner & { readonly from: ReaderState; readonly to: ReaderState; readonly write?: ReaderWrite<Transaction> | undefined },
  ): Promise<'moved' | 'lost'>
  /** Lets the reader go at once, if this owner holds it. */
  release(query: ReaderOwner): Promise<void>
}
