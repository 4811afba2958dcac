/** The notices: gathered from the feed, sent by channels; by one process at a time. */
import * as z from 'zod'
import { unwrap } from '../domain/error.js'
import { askHost, callSafely } from '../domain/host-calls.js'
import { Id, read, readRecord } from '../domain/input.js'
import { clockInstant, type Instant } from '../domain/instant.js'
import { KeptReader } from '../feed/kept-reader.js'
import { runPollLoop } from '../feed/poll-loop.js'
import { feedPages, readFeed } from '../feed/read-feed.js'
import { FEED_START, type FeedEntry } from '../ports/event-feed.js'
import type { DeadKey } from '../ports/notice-store.js'
import { noticesOfEvents } from './gather.js'
import { type NoticesOptions, parseNoticesOptions } from './options.js'
import { remindersDue } from './reminders.js'
import { Sender } from './send.js'
import { type DeadNotice, deadNotice, deliveriesOf, type PlannedNotice } from './stored-notice.js'

/** The notices of a host. */
export interface Notices {
  /**
   * Records what is due, and gathers the notices of new events and the reminders.
   * Returns whether it did: `false` while another process works.
   * @throws what the repository or the service throws.
   * @example Continues startNotices
   * ```ts
   * console.log(await notices.gather()) // true
   * ```
   */
  gather(): Promise<boolean>
  /**
   * Sends what is due, and waits until nothing is on its way. Returns the number of attempts.
   * Each failure is the trouble of one delivery, and tried again later.
   * @throws what the repository throws.
   * @example Continues startNotices
   * ```ts
   * console.log(await notices.send()) // 0
   * ```
   */
  send(): Promise<number>
  /**
   * Returns up to `limit` deliveries that were given up, 100 by default, oldest first.
   * `after` is the last one of the page before.
   * @example Continues startNotices
   * ```ts
   * console.log(await notices.dead()) // []
   * ```
   */
  dead(query?: { readonly after?: DeadKey | undefined; readonly limit?: number | undefined }): Promise<readonly DeadNotice[]>
  /**
   * Makes deliveries that were given up due again, of these ids or all.
   * An endpoint that they switched off is on again.
   * Returns how many there were.
   * @example Continues startNotices
   * ```ts
   * console.log(await notices.again()) // 0
   * ```
   */
  again(ids?: readonly string[]): Promise<number>
  /**
   * Returns how many deliveries wait and how many were given up.
   * @example Continues startNotices
   * ```ts
   * console.log(await notices.count()) // { waiting: 0, dead: 0 }
   * ```
   */
  count(): Promise<{ readonly waiting: number; readonly dead: number }>
  /**
   * Stops, after what is on its way, and lets another process go on at once.
   * @example Continues startNotices
   * ```ts
   * await notices.close()
   * ```
   */
  close(): Promise<void>
}

/** The number of events per page, and of what is recorded or removed at once. */
const [PAGE_SIZE, RECORDED_AT_ONCE, PURGED_AT_ONCE] = [100, 100, 1_000]
/** How old an event may be that is gathered after the history of the feed has changed, in milliseconds. */
const ANEW_MS = 7 * 86_400_000
/** The age of the mark at which it moves though no reminder is due, in milliseconds. */
const MARK_MS = 86_400_000

const DeadQuery = z.strictObject({
  after: z.object({ at: z.number(), id: z.string(), channel: z.string() }).optional(),
  limit: z.int('must be a whole number').min(1, 'must be at least 1').max(1_000, 'must be at most 1,000').default(100),
})
const IdsAgain = z.array(Id, 'must be a list of ids').max(10_000, 'must be at most 10,000').optional()

/**
 * Starts the notices: each party is told of each event at least once (SPEC §12).
 *
 * Call it in every process: one of them works, and another one takes over when it ends. The first call ever begins with the events after it.
 *
 * @throws `invalid-input` with every issue of the options, and what the repository throws.
 * @example
 * ```ts
 * import { createConsentry } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 * import { startNotices } from 'consentry/notices'
 *
 * const repository = memoryRepository()
 * const directory = { members: () => ['caroline'], askable: () => ['tom-sawyer'] }
 * const consentry = createConsentry({ repository, directory })
 * const log = { name: 'log', roles: ['tenant'] as const, digests: false, send: async () => {} } // or `mail(...)`, `webhook(...)`
 * // A server leaves out `background`: everything then happens by itself.
 * const notices = await startNotices({ consentry, repository, deliver: [log], background: false })
 * ```
 */
export async function startNotices<Transaction>(options: NoticesOptions<Transaction>): Promise<Notices> {
  const parsed = parseNoticesOptions(options)
  const { consentry, repository, deliver: channels, people, reader, onError, holdMs, timeoutMs, sendTimeoutMs, onDead } = parsed
  const { remind: remindMs, unanswered: unansweredMs, digest: digestMs = null, keep: keepMs } = parsed
  const { readers, notices: store } = repository
  const controller = new AbortController()
  const { signal } = controller
  const reportError = (error: unknown) => callSafely(onError, error)
  const now = (): Instant => clockInstant(askHost(parsed.clock))
  const start = async () => ({ position: (await repository.positions()).stable, mark: now() })
  const kept = new KeptReader({ readers, reader, start, holdMs, timeoutMs, signal, reportError })
  const sender = new Sender({ repository, store, channels, people, sendTimeoutMs, now, onDead, reportError })
  const gathering = { repository, policy: consentry.policy, reportError }

  const written = async (planned: readonly PlannedNotice[]) => {
    const deliveries = await deliveriesOf(planned, { reader, channels, digestMs, now: now() })
    return deliveries.length === 0 ? undefined : (transaction: never) => store.add(transaction, deliveries)
  }
  const noticesOf = async (entries: readonly FeedEntry[]) => written(await noticesOfEvents(entries, now(), gathering))
  const everyEvent = { types: undefined, pageSize: PAGE_SIZE, call: kept.call }
  const readOn = () =>
    readFeed(repository, kept, {
      ...everyEvent,
      handle: noticesOf,
      // What was gathered before is known by its ids. The position moves at the end: if this process dies on the way, the next one does it all again.
      beginAnew: async (error) => {
        reportError(error)
        let end = FEED_START
        for await (const { entries, position } of feedPages(repository, FEED_START, everyEvent)) {
          const recent = entries.filter(({ event }) => event.at >= now() - ANEW_MS)
          if (recent.length > 0) await kept.move(kept.state, await noticesOf(recent))
          end = position
        }
        await kept.move({ ...kept.state, position: end })
      },
    })
  const remind = async () => {
    const [at, { mark }] = [now(), kept.state]
    const age = mark === null ? MARK_MS : at - mark
    // A clock that went back: what it would say again is known by its id.
    const since = age < 0 ? 0 : (mark ?? at)
    let isMoving = age < 0 || age >= MARK_MS
    for await (const planned of remindersDue(since, at, { repository, store, reportError, remindMs, unansweredMs })) {
      isMoving = true
      if (planned.length > 0) await kept.move(kept.state, await written(planned))
    }
    if (isMoving) await kept.move({ ...kept.state, mark: at })
  }
  const recordDue = async () => {
    for (;;) if ((await consentry.recordDue({ limit: RECORDED_AT_ONCE })).length < RECORDED_AT_ONCE) return
  }
  const gather = async () => {
    await recordDue()
    const count = await readOn()
    await remind()
    while ((await store.purge({ now: now(), before: now() - keepMs, limit: PURGED_AT_ONCE })) === PURGED_AT_ONCE) signal.throwIfAborted()
    return count
  }
  const gatherIfHeld = async () => {
    try {
      return (await kept.whileHeld(gather)) !== undefined
    } finally {
      // Nobody prolongs the hold: the next call, in whatever process, need not wait for its end.
      if (!parsed.background) await kept.release().catch(reportError)
    }
  }
  // What is due by the clock waits for the interval: a look soon after a command reads events only.
  const work = async (isDue: boolean) => {
    const count = await kept.whileHeld(isDue ? gather : readOn)
    if (count === undefined) return false
    if (isDue || count > 0) void sender.sendDue().catch(reportError)
    return true
  }
  // From here on, no event is missed, whether this process works or another.
  await kept.whileHeld(async () => {})
  const { pollIntervalMs } = parsed
  const running = parsed.background ? runPollLoop(repository, { work, pollIntervalMs, timeoutMs, signal, reportError }) : undefined
  return {
    gather: gatherIfHeld,
    send: () => sender.sendDue(),
    dead: async (query = {}) => (await store.dead(unwrap(readRecord(DeadQuery, query)))).map(deadNotice),
    again: async (ids) => store.again({ now: now(), ids: unwrap(read(IdsAgain, ids, 'ids')) }),
    count: () => store.count(),
    async close() {
      controller.abort(new Error('the notices are closed'))
      await running
      await sender.close()
      await kept.release().catch(reportError)
    },
  }
}
