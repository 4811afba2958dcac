/** Consumes the event feed: polls on a timer and on notification, reloads after a gap, retries forever. */
import { PROJECTED_EVENTS } from '../access-index/access-projection.js'
import { isConsentryError, unwrap } from '../domain/error.js'
import { ConsentryEvent } from '../domain/event.js'
import { callSafely } from '../domain/host-calls.js'
import { read } from '../domain/input.js'
import { FIRST_DELAY_MS } from '../feed/poll-loop.js'
import { keepSubscribed } from '../feed/subscription.js'
import { retryDelay, sleep, withTimeout } from '../feed/timers.js'
import { FEED_START, type FeedPage, isPosition, type Position } from '../ports/event-feed.js'
import { yieldToEventLoop } from '../ports/event-loop.js'
import type { Repository } from '../ports/repository.js'
import { type ClockReading, elapsedSince, NEVER, readClocks } from './clock-reading.js'
import { type LoadedIndex, type LoadProgress, loadSnapshot } from './load-snapshot.js'
import { isLasting, Waiters } from './waiters.js'

/** The options of a feed consumer. */
export interface FeedConsumerOptions {
  readonly repository: Repository
  readonly pollIntervalMs: number
  readonly timeoutMs: number
  readonly onProgress: (progress: LoadProgress) => void
  readonly onError: (error: unknown) => void
}

/** The number of events per page: a few milliseconds of work. */
const PAGE_SIZE = 500

const HISTORY_CHANGED = 'the history of the feed has changed'

/** Reaching `latest` means that every event saved before `requestedAt` is applied. */
interface SyncTarget {
  readonly requestedAt: ClockReading
  readonly latest: Position
}

/** A consumer that runs from its creation until `close()`. */
export class FeedConsumer {
  /** The loaded projection; `undefined` before the first load and after a gap. */
  loaded: LoadedIndex | undefined
  /** The feed position up to which events are applied. */
  position: Position = FEED_START
  /** The furthest event that the snapshot may show: the feed must lead through it (SPEC 8.4). */
  private awaited: Position | undefined
  /** The clock reading before which every saved event is applied. */
  private syncedAt: ClockReading = NEVER
  /** The oldest target that is not reached. */
  private syncTarget: SyncTarget | undefined
  private readonly controller = new AbortController()
  private readonly signal = this.controller.signal
  private readonly options: FeedConsumerOptions
  private readonly work: Promise<unknown>
  private readonly waiters = new Waiters()
  private wakeRequested = false
  private nextDelayMs = Infinity
  private interruptSleep = (): void => {}

  constructor(options: FeedConsumerOptions) {
    this.options = options
    const { signal, wakeUp, reportError } = this
    const { repository, timeoutMs } = options
    this.work = Promise.all([this.run(), keepSubscribed(repository, { signal, timeoutMs, wakeUp, reportError })])
  }

  /** For how many milliseconds events may have been missed; `Infinity` if not loaded or closed. */
  get stalenessMs(): number {
    if (this.signal.aborted || this.loaded === undefined) return Infinity
    return elapsedSince(this.syncedAt)
  }

  /**
   * Wakes the consumer, and resolves once `isDone` returns true after a poll.
   * Rejects on close, and on a failure that no retry mends; the consumer retries all the same.
   */
  waitUntil(isDone: () => boolean): Promise<void> {
    this.wakeUp()
    if (this.signal.aborted) return Promise.reject(this.signal.reason)
    if (isDone()) return Promise.resolve()
    return this.waiters.add(isDone)
  }

  /** Calls the repository with the timeout. Rejects without calling it after `close()`. */
  callRepository = <T>(call: () => Promise<T>): Promise<T> => withTimeout(call, this.options.timeoutMs, this.signal)

  /** Stops polling, rejects all waiters, and resolves once the subscription has ended. */
  async close(): Promise<void> {
    this.controller.abort(new Error('the live access is closed'))
    this.waiters.rejectAll(this.signal.reason)
    await this.work
  }

  private wakeUp = (): void => {
    this.wakeRequested = true
    this.nextDelayMs = FIRST_DELAY_MS
    this.interruptSleep()
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.signal.aborted; ) {
      try {
        await this.pollOnce()
        failures = 0
      } catch (error) {
        this.syncTarget = undefined
        this.reportError(error)
        if (isLasting(error)) this.waiters.rejectAll(error)
        await sleep(retryDelay(failures++), this.signal)
      }
    }
  }

  /** Applies one page of events, and sleeps unless there may be more. */
  private async pollOnce(): Promise<void> {
    const { repository, onProgress } = this.options
    if (this.loaded === undefined) {
      const loaded = await loadSnapshot(repository, this.callRepository, (progress) => callSafely(onProgress, progress))
      this.position = loaded.position
      this.awaited = loaded.overlapEnd.at > loaded.position.at ? loaded.overlapEnd : undefined
      this.loaded = loaded
    }
    this.wakeRequested = false
    const requestedAt = readClocks()
    const { entries, position, latest } = await this.readPage()
    const isEmpty = position.at === this.position.at
    for (const entry of entries) this.apply(entry.position, unwrap(read(ConsentryEvent, entry.event)))
    this.advance(position)
    this.recordSync({ requestedAt, latest })
    // A page may end early.
    if (this.syncTarget !== undefined && !isEmpty) return yieldToEventLoop()
    this.waiters.settle()
    await this.pause()
  }

  /** Records what is proved by the page read last, which gave this target. */
  // An open transaction holds back later events, so an empty page does not prove that all saved events are applied.
  private recordSync(target: SyncTarget): void {
    const reached = [target, this.syncTarget].find((one) => one !== undefined && this.position.at >= one.latest.at)
    if (reached !== undefined) this.syncedAt = reached.requestedAt
    if (reached === target) this.syncTarget = undefined
    else if (reached !== undefined || this.syncTarget === undefined) this.syncTarget = target
  }

  /** Reads one page of events. A feed of another history is reloaded, and denies at once. */
  private async readPage(): Promise<FeedPage> {
    const { position: after, awaited, syncTarget } = this
    // The awaited event may be of any type; until it is read, nothing may be left out (SPEC 8.4).
    const types = awaited === undefined ? PROJECTED_EVENTS : undefined
    const page = await this.callRepository(() => this.options.repository.readEvents({ after, limit: PAGE_SIZE, types })).catch((error) => {
      if (isConsentryError(error, 'feed-changed')) this.reset(HISTORY_CHANGED)
      throw error
    })
    const { position, latest } = page
    if (!isPosition(latest)) throw new TypeError('the feed returned a page without `latest`, the position of its newest event')
    // The newest event is never purged: so one that was read, shown by the snapshot or the newest before is gone.
    if (latest.at < Math.max((awaited ?? after).at, syncTarget?.latest.at ?? 0)) this.reset(HISTORY_CHANGED)
    if (latest.at < position.at) throw new TypeError('the feed returned a page beyond its newest event')
    return page
  }

  private apply(position: Position, event: ConsentryEvent): void {
    const { loaded, awaited } = this
    if (loaded === undefined) return
    this.advance(position) // before applying: an event with an invalid position must not change the index
    if (awaited !== undefined && position.at >= awaited.at) {
      if (position.at > awaited.at || event.id !== awaited.event) this.reset(HISTORY_CHANGED)
      this.awaited = undefined
    }
    if (!loaded.projection.apply(event) && position.at > loaded.overlapEnd.at) {
      this.reset(`the event \`${event.id}\` does not follow the events before it`)
    }
  }

  /** Drops the projection, so that everything is denied until the next load. */
  private reset(why: string): never {
    this.loaded = undefined
    this.position = FEED_START
    this.syncedAt = NEVER
    throw new Error(`${why}: reloading everything`)
  }

  private advance(position: Position): void {
    if (!isPosition(position) || position.at < this.position.at)
      throw new TypeError('the feed returned an invalid position, or one before the previous')
    this.position = position
  }

  private async pause(): Promise<void> {
    if (this.wakeRequested) return
    const delayMs = Math.min(this.nextDelayMs, this.options.pollIntervalMs)
    this.nextDelayMs *= 4
    await sleep(delayMs, this.signal, (wake) => {
      this.interruptSleep = wake
    })
  }

  /** Calls `onError`, unless closed. */
  reportError = (error: unknown): void => {
    if (!this.signal.aborted) callSafely(this.options.onError, error)
  }
}
