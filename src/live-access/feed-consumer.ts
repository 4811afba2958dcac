/** Whoever follows the feed of a repository: looks when woken and every so often, begins anew where something was missed, and never gives up. */
import { must } from '../domain/error.js'
import { Event } from '../domain/event.js'
import { read } from '../domain/input.js'
import type { Position } from '../ports/event-feed.js'
import type { Repository } from '../ports/repository.js'
import { LONG_AGO, type Moment, now, passedSince } from './clock-reading.js'
import { endsOf, type Filled, type Filling, fill, turn } from './load-snapshot.js'
import { backOff, Patience } from './patience.js'
import { keepListening } from './subscription.js'

/** How one follows. All spans in milliseconds. */
export interface FollowerOptions {
  readonly repository: Repository
  readonly pollEvery: number
  readonly timeout: number
  readonly onProgress: (filling: Filling) => void
  readonly onError: (error: unknown) => void
}

interface Waiting {
  readonly until: () => boolean
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** How many events are taken in at once: a few milliseconds' work. */
const PAGE = 500
/** After a wake it looks again so soon, then after four times as long, and so on: what woke it may not be there to be read yet. */
const SOON = 5

/** Follows from when it is made until it is closed. */
export class Follower {
  /** What is known; `undefined` where nothing can be relied on. */
  filled: Filled | undefined
  /** How far the feed has been taken in. */
  position: Position = 0
  /** When everything was known. */
  private fresh: Moment = LONG_AGO
  /** Who has come so far in the feed knows all that was saved before `asked`. */
  private goal: { readonly asked: Moment; readonly latest: Position } | undefined
  private readonly patience = new Patience()
  private readonly options: FollowerOptions
  private readonly work: Promise<unknown>
  private waiting: readonly Waiting[] = []
  private woken = false
  private soon = Infinity
  private rouse = (): void => {}

  constructor(options: FollowerOptions) {
    this.options = options
    const { patience, wake, tell } = this
    this.work = Promise.all([this.follow(), keepListening(options.repository, { patience, timeout: options.timeout, wake, tell })])
  }

  /** For how many milliseconds something may have happened that is not known. */
  get staleness(): number {
    if (this.patience.ended || this.filled === undefined) return Infinity
    return passedSince(this.fresh)
  }

  /** Resolves once `until` says so, which is asked whenever something was taken in. */
  when(until: () => boolean): Promise<void> {
    this.wake()
    if (this.patience.ended) return Promise.reject(closed())
    if (until()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.waiting = [...this.waiting, { until, resolve, reject }]
    })
  }

  /** Asks the repository, no longer than agreed, and not once closed. */
  ask = <T>(call: () => Promise<T>): Promise<T> => this.patience.answer(call, this.options.timeout)

  /** Ends it all. */
  async close(): Promise<void> {
    this.patience.end()
    this.settle()
    await this.work
  }

  private wake = (): void => {
    this.woken = true
    this.soon = SOON
    this.rouse()
  }

  private async follow(): Promise<void> {
    for (let failures = 0; !this.patience.ended; ) {
      try {
        await this.takeIn()
        failures = 0
      } catch (error) {
        this.goal = undefined
        this.tell(error)
        await this.patience.nap(backOff(failures++))
      }
    }
  }

  /** One page of news, and a pause where that was all. */
  private async takeIn(): Promise<void> {
    const { repository, onProgress } = this.options
    if (this.filled === undefined) {
      const filled = await fill(repository, this.ask, (filling) => attempt(() => onProgress(filling)))
      this.position = filled.position
      this.filled = filled
    }
    this.woken = false
    const asked = now()
    // Who is still saving holds up what was saved behind him: that the feed has no more to give is not yet to know all.
    this.goal ??= { asked, latest: (await endsOf(repository, this.ask)).latest }
    if (this.goal.latest < this.position) this.beginAnew('the feed has gone back')
    const { entries, position } = await this.ask(() => repository.eventsSince(this.position, PAGE))
    for (const entry of entries) this.apply(entry.position, must(read(Event, entry.event)))
    this.advance(position)
    const { goal } = this
    if (this.position >= goal.latest) {
      this.fresh = goal.asked
      this.goal = undefined
    }
    if (entries.length >= PAGE || (this.goal === undefined && goal.asked !== asked)) return turn() // there may be newer
    this.settle()
    await this.pause()
  }

  private apply(position: Position, event: Event): void {
    const { filled } = this
    if (filled === undefined) return
    this.advance(position) // what is nowhere in the feed is not taken in
    if (!filled.following.apply(event) && position > filled.overlap) {
      this.beginAnew(`the event \`${event.id}\` does not follow what came before`)
    }
  }

  /** Denies everything until everything was read again. */
  private beginAnew(why: string): never {
    this.filled = undefined
    this.fresh = LONG_AGO
    throw new Error(`${why}: everything is read anew`)
  }

  private advance(position: Position): void {
    if (!Number.isSafeInteger(position) || position < this.position) throw new TypeError('the feed gave no position to go on from')
    this.position = position
  }

  private async pause(): Promise<void> {
    if (this.woken) return
    const nap = Math.min(this.soon, this.options.pollEvery)
    this.soon *= 4
    await this.patience.nap(nap, (wake) => {
      this.rouse = wake
    })
  }

  private settle(): void {
    const [waiting, ended] = [this.waiting, this.patience.ended]
    this.waiting = waiting.filter(({ until }) => !ended && !until())
    for (const one of waiting) {
      if (ended) one.reject(closed())
      else if (!this.waiting.includes(one)) one.resolve()
    }
  }

  private tell = (error: unknown): void => {
    if (!this.patience.ended) attempt(() => this.options.onError(error))
  }
}

function closed(): Error {
  return new Error('the live access is closed')
}

/** The host's log and its bar of progress are its own: what they throw ends nothing. */
function attempt(call: () => unknown): void {
  const telling = async () => await call()
  telling().catch(() => {})
}
