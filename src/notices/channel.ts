/** A channel: how notices reach a party, such as by mail or by a webhook. */
import type { Instant } from '../domain/instant.js'
import type { People } from '../ports/people.js'
import type { Notice, NoticeParty, NoticeRole } from './notice.js'

/** A delivery: one notice, or several that go together, for one party. */
export interface NoticeDelivery {
  /**
   * The id of the delivery, the same at each attempt: 43 characters of `A-Z`, `a-z`, `0-9`, `-` and `_`.
   * It is that of its first notice.
   */
  readonly id: string
  /** Whom it is for. */
  readonly to: NoticeParty
  /** The notices, in order: more than one only for a digest. */
  readonly notices: readonly [Notice, ...Notice[]]
  /** The number of this attempt, from 1. */
  readonly attempt: number
}

/** What a channel may use while it sends. */
export interface SendContext {
  /** The host's names and addresses. */
  readonly people: People | undefined
  /** Now, in milliseconds, by the clock of the notices. */
  readonly now: Instant
  /** Aborts when the attempt has taken too long, or the notices are closed. */
  readonly signal: AbortSignal
  /** The recipients that an earlier attempt has reached. */
  readonly reached: readonly string[]
  /** Records that this recipient was reached, so that a later attempt leaves it out. */
  readonly recordReached: (recipient: string) => Promise<void>
  /** Whether the endpoint was switched off by an earlier delivery. */
  readonly isClosed: (endpoint: string) => boolean
}

/**
 * How notices reach a party. `mail` and `webhook` return one, and a host may write its own.
 *
 * Each notice is delivered by each channel on its own: what fails by one is not repeated by another.
 */
export interface NoticeChannel {
  /** The name, an id (SPEC 3.5): it is stored with each delivery, and must not change. */
  readonly name: string
  /** Which roles it serves. */
  readonly roles: readonly NoticeRole[]
  /** Whether the requester's notices come in digests, if the host asks for them. */
  readonly digests: boolean
  /**
   * Delivers to this party; resolves once all that it reaches have it, also where it reaches nobody.
   * If it rejects, it is called again by the schedule, with the same id. A `DeliveryError` says otherwise.
   */
  send(delivery: NoticeDelivery, context: SendContext): Promise<void>
}

/** How a failed attempt goes on. */
export interface DeliveryErrorOptions {
  /** Whether to try again; by default it is. */
  readonly retry?: boolean | undefined
  /** The earliest time of the next attempt, in milliseconds from now. */
  readonly retryAfterMs?: number | undefined
  /**
   * The endpoint to switch off: a text, such as a hash of its address.
   * Later deliveries find it by `isClosed`.
   */
  readonly closes?: string | undefined
  /** The error behind it. */
  readonly cause?: unknown
}

/**
 * The error by which a channel says how a failed attempt goes on.
 *
 * @example
 * ```ts
 * import { DeliveryError } from 'consentry/notices'
 *
 * const refused = new DeliveryError('the address does not exist', { retry: false })
 * console.log(refused.retry) // false
 * ```
 */
export class DeliveryError extends Error {
  /** Whether to try again. */
  readonly retry: boolean
  /** The earliest time of the next attempt, in milliseconds from now. */
  readonly retryAfterMs: number
  /** The endpoint to switch off. */
  readonly closes: string | undefined

  constructor(message: string, { retry = true, retryAfterMs = 0, closes, cause }: DeliveryErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'DeliveryError'
    this.retry = retry
    this.retryAfterMs = retryAfterMs
    this.closes = closes
  }
}
