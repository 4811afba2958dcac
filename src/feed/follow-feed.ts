/** A public reader of the feed: its position is stored with what it writes, by one process at a time. */
import * as z from 'zod'
import { unwrap } from '../domain/error.js'
import type { EventType } from '../domain/event.js'
import { EVENT_TYPES } from '../domain/event-types.js'
import { callSafely, oncePerKind } from '../domain/host-calls.js'
import { Id, readRecord } from '../domain/input.js'
import { FEED_START, type FeedEntry } from '../ports/event-feed.js'
import { MAX_DELAY_MS } from '../ports/event-loop.js'
import { MAX_HOLD_MS, type ReaderWrite } from '../ports/feed-readers.js'
import { methodsMessage, missingMethods } from '../ports/methods.js'
import type { ReadersRepository } from '../ports/notice-store.js'
import { repositorySchema } from '../ports/repository-schema.js'
import { KeptReader } from './kept-reader.js'
import { runPollLoop } from './poll-loop.js'
import { readFeed } from './read-feed.js'

/** What a reader does with events: nothing to write, or a function that writes. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without a `return` is as good as one that returns `undefined`.
export type Handled<Transaction> = ReaderWrite<Transaction> | undefined | void

/** The options of `followFeed`. */
export interface FollowFeedOptions<Transaction> {
  /** The library's own repository in SQLite, PostgreSQL or memory, or one that has `readers`. */
  readonly repository: ReadersRepository<Transaction>
  /**
   * The name under which the position is kept, an id (SPEC 3.5).
   * All processes that pass the same name take turns.
   */
  readonly reader: string
  /**
   * Called with the next events, in order.
   * It may await what it likes; the function that it returns then writes.
   *
   * That function gets the transaction in which the position moves: the `database` of SQLite, in which it must be synchronous, or a
   * connection to PostgreSQL. Either both are committed or none is. If it throws, or `handle` does, the same events come again.
   */
  readonly handle: (entries: readonly FeedEntry[]) => Handled<Transaction> | Promise<Handled<Transaction>>
  /**
   * Called when the feed no longer continues from the position: its history has changed (SPEC 8.4).
   * All events come again from the start. The function that it returns removes, in the transaction that moves the position, what was written.
   */
  readonly onFeedChanged?: ((error: unknown) => Handled<Transaction> | Promise<Handled<Transaction>>) | undefined
  /** Where a new reader begins: with the first event, by default, or with the next one. */
  readonly from?: 'start' | 'end' | undefined
  /** Only events of these types. */
  readonly types?: readonly EventType[] | undefined
  /** The most events that `handle` gets at once, by default 100. */
  readonly pageSize?: number | undefined
  /**
   * Whether to follow in the background, by default `true`.
   * Otherwise nothing is read but by `catchUp()`.
   */
  readonly background?: boolean | undefined
  /**
   * The longest time until new events are looked for, in milliseconds, by default 5,000.
   * A repository that notifies wakes the reader.
   */
  readonly pollIntervalMs?: number | undefined
  /** How long others wait for a process that has died, in milliseconds: by default 30,000, up to 300,000. */
  readonly holdMs?: number | undefined
  /** The limit of a call of the repository, in milliseconds, by default 30,000. */
  readonly timeoutMs?: number | undefined
  /** Called with each error; what failed is tried again. By default each kind of error is logged once. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** A reader that follows the feed. */
export interface FeedFollower {
  /**
   * Reads to the end of the feed.
   * Returns whether it did: `false` while another process reads, or takes over.
   * @throws what the repository or `handle` throws.
   * @example Continues followFeed
   * ```ts
   * const another = followFeed({ repository, reader: 'another', background: false, handle: () => {} })
   * console.log(await another.catchUp()) // true
   * ```
   */
  catchUp(): Promise<boolean>
  /**
   * Stops, after the events that are being handled, and lets another process go on at once.
   * @example Continues followFeed
   * ```ts
   * await follower.close() // once more: nothing to do
   * ```
   */
  close(): Promise<void>
}

const callback = <T>() => z.custom<T>((value) => typeof value === 'function', 'must be a function')
const milliseconds = (max: number) =>
  z
    .number('must be a number of milliseconds')
    .positive('must be more than 0')
    .max(max, `must be at most ${max.toLocaleString('en')}`)

/** The options that all readers of the feed share. */
export const followerShape = {
  background: z.boolean('must be true or false').default(true),
  pollIntervalMs: milliseconds(MAX_DELAY_MS).default(5_000),
  holdMs: milliseconds(MAX_HOLD_MS).default(30_000),
  timeoutMs: milliseconds(MAX_DELAY_MS).default(30_000),
  onError: callback<(error: unknown) => void>().default(() =>
    oncePerKind((error) =>
      console.warn('consentry: a reader of the feed met a failure; each kind is said once, `onError` gets every one:', error),
    ),
  ),
}

/** The schema of `readers` of a repository. */
export const readersSchema = z.custom((value) => missingMethods(value, READERS).length === 0, {
  error: ({ input }) => methodsMessage(input, 'the `readers` of a repository', READERS),
})
const READERS = ['hold', 'move', 'release']

const Options = z.strictObject(
  {
    repository: repositorySchema,
    reader: Id,
    handle: callback<FollowFeedOptions<unknown>['handle']>(),
    onFeedChanged: callback<NonNullable<FollowFeedOptions<unknown>['onFeedChanged']>>().optional(),
    from: z.enum(['start', 'end'], 'must be `start` or `end`').default('start'),
    types: z.array(z.enum(EVENT_TYPES, 'must be a type of events')).min(1, 'must name at least one type').optional(),
    pageSize: z.int('must be a whole number').min(1, 'must be at least 1').max(1_000, 'must be at most 1,000').default(100),
    ...followerShape,
  },
  'must be a record with `repository`, `reader` and `handle`',
)

/**
 * Follows the feed: each event is handled once, in order, by one process at a time (SPEC 8.3).
 * The position moves in one transaction with what `handle` writes: after a crash at any instant, either both are there or neither.
 *
 * @throws `invalid-input` with every issue of the options.
 * @example
 * ```ts
 * import { sqliteRepository } from 'consentry/adapters/sqlite'
 * import { followFeed } from 'consentry/feed'
 * import Database from 'libsql'
 *
 * const database = new Database(':memory:')
 * database.exec('create table grants (tenant text, at integer)')
 * const repository = sqliteRepository({ database })
 * await repository.migrate()
 * const follower = followFeed({
 *   repository,
 *   reader: 'grants',
 *   types: ['tenant-request.granted'],
 *   handle: (entries) => (transaction) => {
 *     for (const { event } of entries) transaction.prepare('insert into grants values (?, ?)').run(event.tenant, event.at)
 *   },
 * })
 * await follower.close()
 * ```
 */
export function followFeed<Transaction>(options: FollowFeedOptions<Transaction>): FeedFollower {
  const { handle, onFeedChanged, from, types, pageSize, reader, background, pollIntervalMs, holdMs, timeoutMs, onError } = unwrap(
    readRecord(Options, options, 'options'),
  )
  const { repository } = options
  const { readers } = repository
  unwrap(readRecord(z.object({ readers: readersSchema }), { readers }, 'options', 'repository'))
  const controller = new AbortController()
  const { signal } = controller
  const reportError = (error: unknown) => callSafely(onError, error)
  const start = async () => ({ position: from === 'start' ? FEED_START : (await repository.positions()).stable, mark: null })
  const kept = new KeptReader({ readers, reader, start, holdMs, timeoutMs, signal, reportError })
  const written = (result: Handled<unknown>) => (typeof result === 'function' ? (result as ReaderWrite<Transaction>) : undefined)
  const readOn = () =>
    readFeed(repository, kept, {
      types,
      pageSize,
      handle: async (entries) => written(await handle(entries)),
      beginAnew: async (error) => {
        reportError(error)
        await kept.move({ ...kept.state, position: FEED_START }, written(await onFeedChanged?.(error)))
      },
    })
  const catchUp = async () => {
    try {
      return (await kept.whileHeld(readOn)) !== undefined
    } finally {
      // Nobody prolongs the hold: the next call, in whatever process, need not wait for its end.
      if (!background) await kept.release().catch(reportError)
    }
  }
  const running = background ? runPollLoop(repository, { work: catchUp, pollIntervalMs, timeoutMs, signal, reportError }) : undefined
  return {
    catchUp,
    async close() {
      controller.abort(new Error('the reader is closed'))
      await running
      await kept.release().catch(reportError)
    },
  }
}
