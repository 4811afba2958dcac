/** Whoever follows the feed of a repository: looks when woken and every so often, begins anew where something was missed, and never gives up. */
import { unwrap } from '../domain/error.js'
import { ConsentryEvent } from '../domain/event.js'
import { read } from '../domain/input.js'
import { FEED_START, isPosition, type Position } from '../ports/event-feed.js'
import type { Repository } from '../ports/repository.js'
import { type ClockReading, elapsedSince, NEVER, readClocks } from './clock-reading.js'
import { type LoadedIndex, type LoadProgress, loadSnapshot, readPositions, yieldToEventLoop } from './load-snapshot.js'
import { Patience, retryDelay } from './patience.js'
import { keepSubscribed } from './subscription.js'

/** How one follows. All spans in milliseconds. */
export interface FeedConsumerOptions {
  readonly repository: Repository
  readonly pollIntervalMs: number
  readonly timeoutMs: number
  readonly onProgress: (filling: LoadProgress) => void
  readonly onError: (error: unknown) => void
}

interface Waiter {
  readonly until: () => boolean
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** How many events are taken in at once: a few milliseconds' work. */
const PAGE = 500
/** After a wake it looks again so soon, then after four times as long, and so on: what woke it may not be there to be read yet. */
const FIRST_DELAY_MS = 5

/** Follows from when it is made until it is closed. */
export class FeedConsumer {
  /** What is known; `undefined` where nothing can be relied on. */
  loaded: LoadedIndex | undefined
  /** How far the feed has been taken in. */
  position: Position = FEED_START
  /** When everything was known. */
  private syncedAt: ClockReading = NEVER
  /** Who has come so far in the feed knows all that was saved before `asked`. */
  private syncTarget: { readonly asked: ClockReading; readonly latest: Position } | undefined
  private readonly patience = new Patience()
  private readonly options: FeedConsumerOptions
  private readonly work: Promise<unknown>
  private waiters: readonly Waiter[] = []
  private woken = false
  private soon = Infinity
  private interruptSleep = (): void => {}

  constructor(options: FeedConsumerOptions) {
    this.options = options
    const { patience, wakeUp, reportError } = this
    this.work = Promise.all([
      this.run(),
      keepSubscribed(options.repository, { patience, timeout: options.timeoutMs, wake: wakeUp, tell: reportError }),
    ])
  }

  /** For how many milliseconds something may have happened that is not known. */
  get stalenessMs(): number {
    if (this.patience.ended || this.loaded === undefined) return Infinity
    return elapsedSince(this.syncedAt)
  }

  /** Resolves once `until` says so, which is asked whenever something was taken in. */
  waitUntil(until: () => boolean): Promise<void> {
    this.wakeUp()
    if (this.patience.ended) return Promise.reject(closed())
    if (until()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.waiters = [...this.waiters, { until, resolve, reject }]
    })
  }

  /** Asks the repository, no longer than agreed, and not once closed. */
  callRepository = <T>(call: () => Promise<T>): Promise<T> => this.patience.withTimeout(call, this.options.timeoutMs)

  /** Ends it all. */
  async close(): Promise<void> {
    this.patience.end()
    this.resolveWaiters()
    await this.work
  }

  private wakeUp = (): void => {
    this.woken = true
    this.soon = FIRST_DELAY_MS
    this.interruptSleep()
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.patience.ended; ) {
      try {
        await this.pollOnce()
        failures = 0
      } catch (error) {
        this.syncTarget = undefined
        this.reportError(error)
        await this.patience.sleep(retryDelay(failures++))
      }
    }
  }

  /** One page of news, and a pause where that was all. */
  private async pollOnce(): Promise<void> {
    const { repository, onProgress } = this.options
    if (this.loaded === undefined) {
      const filled = await loadSnapshot(repository, this.callRepository, (filling) => callSafely(() => onProgress(filling)))
      this.position = filled.position
      this.loaded = filled
    }
    this.woken = false
    const asked = readClocks()
    // Who is still saving holds up what was saved behind him: that the feed has no more to give is not yet to know all.
    this.syncTarget ??= { asked, latest: (await readPositions(repository, this.callRepository)).latest }
    if (this.syncTarget.latest.at < this.position.at) this.reset('the feed has gone back')
    const { entries, position } = await this.callRepository(() => repository.readEvents({ after: this.position, limit: PAGE }))
    for (const entry of entries) this.apply(entry.position, unwrap(read(ConsentryEvent, entry.event)))
    this.advance(position)
    const { syncTarget } = this
    if (this.position.at >= syncTarget.latest.at) {
      this.syncedAt = syncTarget.asked
      this.syncTarget = undefined
    }
    if (entries.length >= PAGE || (this.syncTarget === undefined && syncTarget.asked !== asked)) return yieldToEventLoop() // there may be newer
    this.resolveWaiters()
    await this.pause()
  }

  private apply(position: Position, event: ConsentryEvent): void {
    const { loaded } = this
    if (loaded === undefined) return
    this.advance(position) // what is nowhere in the feed is not taken in
    if (!loaded.projection.apply(event) && position.at > loaded.overlapEnd.at) {
      this.reset(`the event \`${event.id}\` does not follow what came before`)
    }
  }

  /** Denies everything until everything was read again. */
  private reset(why: string): never {
    this.loaded = undefined
    this.syncedAt = NEVER
    throw new Error(`${why}: everything is read anew`)
  }

  private advance(position: Position): void {
    if (!isPosition(position) || position.at < this.position.at) throw new TypeError('the feed gave no position to go on from')
    this.position = position
  }

  private async pause(): Promise<void> {
    if (this.woken) return
    const nap = Math.min(this.soon, this.options.pollIntervalMs)
    this.soon *= 4
    await this.patience.sleep(nap, (wake) => {
      this.interruptSleep = wake
    })
  }

  private resolveWaiters(): void {
    const [waiting, ended] = [this.waiters, this.patience.ended]
    this.waiters = waiting.filter(({ until }) => !ended && !until())
    for (const one of waiting) {
      if (ended) one.reject(closed())
      else if (!this.waiters.includes(one)) one.resolve()
    }
  }

  private reportError = (error: unknown): void => {
    if (!this.patience.ended) callSafely(() => this.options.onError(error))
  }
}

function closed(): Error {
  return new Error('the live access is closed')
}

/** The host's log and its bar of progress are its own: what they throw ends nothing. */
function callSafely(call: () => unknown): void {
  const telling = async () => await call()
  telling().catch(() => {})
}
