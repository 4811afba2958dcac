/** Sends what is due: takes it, counts the attempt, calls the channel, and records what became of it. */
import { sleep } from '../feed/timers.js'
import { yieldToEventLoop } from '../ports/event-loop.js'
import type { AttemptOutcome, LeasedDelivery, NoticeStore } from '../ports/notice-store.js'
import { type AttemptContext, attemptDelivery } from './attempt.js'

/** What sending needs. */
export interface SendingContext extends Omit<AttemptContext, 'signal' | 'closedEndpoints'> {
  readonly store: NoticeStore<never>
}

/** The number of deliveries on their way at once, and of one party by one channel. */
const [SLOTS, SLOTS_PER_PARTY] = [64, 8]
/** The number of free slots that are filled at once. */
const FILL_AT = 16
/** The most notices of a digest. */
const MAX_DIGEST = 200
/**
 * How long it takes after a pause to double what is on its way at once, in milliseconds.
 * A delivery that kills its process shall not take those along that are due before it.
 */
const DOUBLING_MS = 50
/** How long `close` waits for what is on its way, in milliseconds. */
const CLOSING_MS = 5_000

/** Deliveries on their way. */
export class Sender {
  private readonly context: SendingContext
  private readonly attempts: AttemptContext
  private readonly inFlight = new Map<Promise<void>, LeasedDelivery>()
  private readonly closedEndpoints = new Set<string>()
  private readonly outcomes: AttemptOutcome[] = []
  private settling: Promise<void> | undefined
  private running: Promise<number> | undefined
  private isAskedAgain = false
  private isClosed = false
  private readonly closing = new AbortController()
  private interrupt = (): void => {}
  private beganAt = 0

  constructor(context: SendingContext) {
    this.context = context
    this.attempts = { ...context, signal: this.closing.signal, closedEndpoints: this.closedEndpoints }
  }

  /** Sends until nothing is due and nothing on its way. Returns the number of attempts that were begun. */
  sendDue(): Promise<number> {
    this.isAskedAgain = true
    this.interrupt()
    this.running ??= this.run().finally(() => {
      this.running = undefined
    })
    return this.running
  }

  /** Takes nothing more, waits for what is on its way, and gives it up after a while: it is due again. */
  async close(): Promise<void> {
    this.isClosed = true
    const ended = (async () => {
      await this.running?.catch(() => {})
    })()
    await Promise.race([ended, sleep(CLOSING_MS, this.closing.signal)])
    this.closing.abort(new Error('the notices are closed'))
    await ended
  }

  private async run(): Promise<number> {
    const { store } = this.context
    this.closedEndpoints.clear()
    for (const endpoint of await store.closedEndpoints()) this.closedEndpoints.add(endpoint)
    this.beganAt = performance.now()
    for (let begun = 0; ; ) {
      this.isAskedAgain = false
      const leased = this.isClosed ? [] : await this.lease()
      for (const one of leased) this.begin(one)
      begun += leased.length
      if (leased.length > 0 && this.inFlight.size <= this.slots() - FILL_AT) continue
      if (this.inFlight.size === 0) {
        await this.settling
        if (this.isAskedAgain && !this.isClosed) continue
        return begun
      }
      const asked = new Promise<void>((resolve) => Object.assign(this, { interrupt: resolve }))
      const grown = this.slots() < SLOTS ? [sleep(DOUBLING_MS, this.closing.signal)] : []
      await Promise.race([...this.inFlight.keys(), asked, ...grown])
      // Many end at nearly the same time, and are replaced by one statement.
      if (SLOTS - this.inFlight.size < FILL_AT) await sleep(5, this.closing.signal)
    }
  }

  /** Returns how many may be on their way: one at first, and soon all. */
  private slots(): number {
    return Math.min(SLOTS, 2 ** Math.floor((performance.now() - this.beganAt) / DOUBLING_MS))
  }

  private lease(): Promise<readonly LeasedDelivery[]> {
    const { store, now, sendTimeoutMs } = this.context
    const counts = new Map<string, { readonly channel: string; readonly party: string; count: number }>()
    for (const { channel, party } of this.inFlight.values()) {
      const key = `${channel} ${party}`
      counts.set(key, { channel, party, count: (counts.get(key)?.count ?? 0) + 1 })
    }
    const except = [...counts.values()].filter(({ count }) => count >= SLOTS_PER_PARTY).map(({ channel, party }) => ({ channel, party }))
    const limit = this.slots() - this.inFlight.size
    const at = now()
    if (limit <= 0) return Promise.resolve([])
    return store.lease({ now: at, until: at + 2 * sendTimeoutMs, limit, perParty: SLOTS_PER_PARTY, except, maxBundle: MAX_DIGEST })
  }

  private begin(leased: LeasedDelivery): void {
    const sending: Promise<void> = attemptDelivery(leased, this.attempts)
      .then((outcome) => this.settle(outcome))
      // Not recorded: it is due again once its lease is over.
      .catch(this.context.reportError)
      .finally(() => this.inFlight.delete(sending))
    this.inFlight.set(sending, leased)
  }

  /** Records the outcome with all that come at nearly the same time: one transaction for many. */
  private async settle(outcome: AttemptOutcome): Promise<void> {
    this.outcomes.push(outcome)
    while (this.outcomes.includes(outcome)) {
      this.settling ??= this.settleAll().finally(() => {
        this.settling = undefined
      })
      await this.settling
    }
  }

  private async settleAll(): Promise<void> {
    await yieldToEventLoop()
    await this.context.store.settle(this.outcomes.splice(0))
  }
}
