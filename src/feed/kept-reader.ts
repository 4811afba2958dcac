/** A kept reader while this process holds it: one process at a time, prolonged as long as it works. */
import { FEED_START } from '../ports/event-feed.js'
import type { FeedReaders, ReaderState, ReaderWrite } from '../ports/feed-readers.js'
import { withTimeout } from './timers.js'

/** The options of a kept reader. */
export interface KeptReaderOptions<Transaction> {
  readonly readers: FeedReaders<Transaction>
  readonly reader: string
  /** Returns where a reader begins that is not known yet. */
  readonly start: () => Promise<ReaderState>
  /** How long a hold lasts, in milliseconds: after a process has died, another one goes on after that. */
  readonly holdMs: number
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Called with each failure to prolong a hold. */
  readonly reportError: (error: unknown) => void
}

/** The error of a move by a process that no longer holds the reader: another one goes on. */
class ReaderLost extends Error {
  constructor(reader: string) {
    super(`another process reads on as \`${reader}\``)
    this.name = 'ReaderLost'
  }
}

/** A reader of the feed whose position is stored. */
export class KeptReader<Transaction> {
  /** Where it stands, as of the last hold or move. */
  state: ReaderState = { position: FEED_START, mark: null }
  private readonly options: KeptReaderOptions<Transaction>
  private readonly identity: { readonly reader: string; readonly owner: string }
  private begins: ReaderState | undefined
  /** Until when `state` is taken for that of the store; `move` finds out if it is not. */
  private knownUntil = Number.NEGATIVE_INFINITY
  private last: Promise<unknown> = Promise.resolve()

  constructor(options: KeptReaderOptions<Transaction>) {
    this.options = options
    this.identity = { reader: options.reader, owner: crypto.randomUUID() }
  }

  /**
   * Does the work while this process holds the reader, after all earlier work of this object.
   * Returns `undefined`, without doing it, while another process holds it, and if one takes it over meanwhile.
   */
  whileHeld<T>(work: () => Promise<T>): Promise<T | undefined> {
    const result = this.last.then(async () => {
      const { holdMs, reportError } = this.options
      // A look soon after another one writes nothing.
      if (performance.now() >= this.knownUntil) {
        const state = await this.hold()
        if (state === undefined) return undefined
        this.state = state
        this.knownUntil = performance.now() + holdMs / 3
      }
      const prolonging = setInterval(() => this.hold().catch(reportError), holdMs / 3)
      try {
        return await work()
      } catch (error) {
        // A move that failed may have been committed.
        this.knownUntil = Number.NEGATIVE_INFINITY
        if (error instanceof ReaderLost) return undefined
        throw error
      } finally {
        clearInterval(prolonging)
      }
    })
    this.last = result.catch(() => {})
    return result
  }

  /**
   * Moves the reader, in one transaction with what `write` writes.
   * @throws `ReaderLost` if another process has taken it over.
   */
  async move(to: ReaderState, write?: ReaderWrite<Transaction>): Promise<void> {
    const { readers, reader } = this.options
    const from = this.state
    if ((await this.call(() => readers.move({ ...this.identity, from, to, write }))) === 'lost') throw new ReaderLost(reader)
    this.state = to
  }

  /** Calls the repository with the timeout. */
  call = <T>(call: () => Promise<T>): Promise<T> => withTimeout(call, this.options.timeoutMs, this.options.signal)

  /** Lets another process go on at once, after all work. */
  async release(): Promise<void> {
    await this.last
    this.knownUntil = Number.NEGATIVE_INFINITY
    await withTimeout(() => this.options.readers.release(this.identity), this.options.timeoutMs, new AbortController().signal)
  }

  private async hold(): Promise<ReaderState | undefined> {
    const { readers, holdMs, start } = this.options
    this.begins ??= await start()
    const { begins } = this
    return this.call(() => readers.hold({ ...this.identity, forMs: holdMs, start: begins }))
  }
}
