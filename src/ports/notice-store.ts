/** The port of the notices: deliveries that wait, are sent, or are dead. */
import type { Instant } from '../domain/instant.js'
import type { FeedReaders } from './feed-readers.js'
import type { DueKey, Repository } from './repository.js'

/** A delivery to add: one notice for one party by one channel. */
export interface NewDelivery {
  /** The id of the notice. It is the same whenever the same notice is gathered again. */
  readonly id: string
  /** The name of the channel. `id` and `channel` together are unique. */
  readonly channel: string
  /** The party, as one text. Its own deliveries hold up nobody else's. */
  readonly party: string
  /** The queue: those of one channel and queue are sent one by one, in the order of adding. */
  readonly queue: string
  /** Whether it is sent together with others of its queue that are due. */
  readonly bundled: boolean
  /** The instant from which it may be sent, in milliseconds. */
  readonly dueAt: Instant
  /**
   * The instant until which it is kept after it was sent, in milliseconds, or `null`.
   * So long it is not added again.
   */
  readonly keepUntil: Instant | null
  /** The notice: a record of JSON. */
  readonly notice: unknown
}

/** Which attempt of which delivery. */
export interface DeliveryAttempt {
  /** The id of the delivery. */
  readonly id: string
  /** The name of its channel. */
  readonly channel: string
  /** The number of the attempt, from 1. */
  readonly attempt: number
}

/** A delivery that was taken to be sent. */
export interface LeasedDelivery extends DeliveryAttempt {
  /** The party, as it was added. */
  readonly party: string
  /** The notice as it was added, and after it those that are sent with it. */
  readonly notices: readonly unknown[]
  /** The recipients that an earlier attempt has reached. */
  readonly reached: readonly string[]
}

/** What became of an attempt. Instants are in milliseconds. */
export type AttemptOutcome = DeliveryAttempt & { readonly at: Instant } & (
    | { readonly state: 'done' }
    | { readonly state: 'waiting'; readonly dueAt: Instant; readonly error: string }
    | {
        readonly state: 'dead'
        readonly error: string /** The endpoint that is switched off with it. */
        readonly closes?: string | undefined
      }
  )

/** A delivery that was given up. Instants are in milliseconds. */
export interface DeadDelivery {
  /** The id of the delivery. */
  readonly id: string
  /** The name of its channel. */
  readonly channel: string
  /** The party, as it was added. */
  readonly party: string
  /** The notice as it was added. */
  readonly notice: unknown
  /** How many attempts there were. */
  readonly attempts: number
  /** What the last attempt said. */
  readonly error: string
  /** When it was given up. */
  readonly at: Instant
}

/** The key of a dead delivery. A page begins after it. */
export interface DeadKey {
  /** When it was given up, in milliseconds. */
  readonly at: Instant
  /** The id of the delivery. */
  readonly id: string
  /** The name of its channel. */
  readonly channel: string
}

/**
 * How far ahead a delivery may be due, in milliseconds.
 * One that is due later is due now: the clock went back.
 */
export const MAX_WAIT_MS = 40 * 86_400_000

/** Stores the deliveries of notices (SPEC §12). */
export interface NoticeStore<Transaction> {
  /**
   * Adds deliveries within the transaction of a kept reader, in this order.
   * One whose `id` and `channel` are there already, sent or not, is left as it is.
   */
  add(transaction: Transaction, deliveries: readonly NewDelivery[]): void | Promise<void>
  /**
   * Takes up to `limit` deliveries that are due at `now`: earliest due first, then first added.
   * One that is due further ahead than `MAX_WAIT_MS` is due. Only the first waiting delivery of each queue of a channel is taken, up to
   * `perParty` of one party by one channel, and none of `except`, by channel and party. It may take fewer than it could, but none only if it
   * may take none. Each counts the attempt, and is due again at `until`: so no other call takes it before. Of concurrent calls, one takes a
   * delivery. One that is `bundled` comes with those of its queue that are due then and `bundled`, up to `maxBundle` in all; the next
   * attempts come with the same ones.
   */
  lease(query: {
    readonly now: Instant
    readonly until: Instant
    readonly limit: number
    readonly perParty: number
    readonly except: readonly { readonly channel: string; readonly party: string }[]
    readonly maxBundle: number
  }): Promise<readonly LeasedDelivery[]>
  /** Records that an attempt has reached a recipient, once each. */
  recordReached(attempt: DeliveryAttempt & { readonly recipient: string }): Promise<void>
  /**
   * Records what became of these attempts, and of what was bundled with them.
   * Only of a delivery that waits, and whose last attempt it was: else a later attempt says what becomes of it.
   */
  settle(outcomes: readonly AttemptOutcome[]): Promise<void>
  /** Returns the endpoints that are switched off. */
  closedEndpoints(): Promise<readonly string[]>
  /**
   * Returns the first `limit` dead deliveries after `after`, oldest first.
   * They are ordered by `at`, `id` and `channel`. What was bundled is with the first.
   */
  dead(query: { readonly after?: DeadKey | undefined; readonly limit: number }): Promise<readonly DeadDelivery[]>
  /**
   * Makes dead deliveries wait again, due at `now`, and counts their attempts from 1.
   * Those whom they have reached stay reached. The endpoints that they switched off are on again. Returns how many there were, of those named or of all.
   */
  again(query: { readonly now: Instant; readonly ids?: readonly string[] | undefined }): Promise<number>
  /**
   * Removes up to `limit` deliveries that were sent or given up before `before`.
   * Those with a later `keepUntil` than `now` are kept. Returns how many.
   */
  purge(query: { readonly now: Instant; readonly before: Instant; readonly limit: number }): Promise<number>
  /** Returns how many deliveries wait and are dead. What was bundled counts with the first. */
  count(): Promise<{ readonly waiting: number; readonly dead: number }>
  /**
   * Returns the keys of pending requests sent after `after` and until `until`.
   * `dueAt` is the instant at which it was sent. The first `limit`, by that instant and id.
   */
  unanswered(query: { readonly after: DueKey; readonly until: Instant; readonly limit: number }): Promise<readonly DueKey[]>
}

/** A repository that keeps readers of its feed. */
export interface ReadersRepository<Transaction> extends Repository {
  /** The kept readers. */
  readonly readers: FeedReaders<Transaction>
}

/** A repository with what notices need. The library's own have it. */
export interface NoticeRepository<Transaction> extends ReadersRepository<Transaction> {
  /** The deliveries of notices. */
  readonly notices: NoticeStore<Transaction>
}
