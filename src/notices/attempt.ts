/** One attempt to deliver: what the channel is told, and what becomes of it. */
import { callSafely } from '../domain/host-calls.js'
import type { Instant } from '../domain/instant.js'
import { withTimeout } from '../feed/timers.js'
import type { AttemptOutcome, LeasedDelivery, NoticeStore } from '../ports/notice-store.js'
import type { People } from '../ports/people.js'
import type { Repository } from '../ports/repository.js'
import { DeliveryError, type NoticeChannel, type NoticeDelivery } from './channel.js'
import { requestsById } from './gather.js'
import { isStillTrue } from './reminders.js'
import { MAX_ATTEMPTS, nextAttemptAt } from './retry-schedule.js'
import { type DeadNotice, deadNotice, parseStoredNotice, type StoredNotice } from './stored-notice.js'

/** What an attempt needs. */
export interface AttemptContext {
  readonly repository: Repository
  readonly store: Pick<NoticeStore<never>, 'recordReached'>
  readonly channels: readonly NoticeChannel[]
  readonly people: People | undefined
  /** How long an attempt may take, in milliseconds. */
  readonly sendTimeoutMs: number
  readonly now: () => Instant
  readonly onDead: (delivery: DeadNotice) => void
  readonly reportError: (error: unknown) => void
  /** Aborts when the notices are closed. */
  readonly signal: AbortSignal
  /** The endpoints that are switched off. */
  readonly closedEndpoints: Set<string>
}

const MAX_ERROR_LENGTH = 300

/** Calls the channel, and returns what became of it. Rejects never. */
export async function attemptDelivery(leased: LeasedDelivery, context: AttemptContext): Promise<AttemptOutcome> {
  const { id, channel, party, attempt: count } = leased
  const { now, signal, onDead, closedEndpoints } = context
  const outcome = { id, channel, attempt: count }
  try {
    if (count > MAX_ATTEMPTS) throw new DeliveryError('the process died at each attempt', { retry: false })
    await call(leased, context)
    return { ...outcome, at: now(), state: 'done' }
  } catch (thrown) {
    const [error, at] = [shortText(thrown), now()]
    const { retry = true, retryAfterMs = 0, closes } = thrown instanceof DeliveryError ? thrown : {}
    // One that was given up by closing is due at once for the process that takes over.
    const next = signal.aborted ? at : nextAttemptAt(id, count, at, retryAfterMs)
    if (retry && next !== undefined) return { ...outcome, at, state: 'waiting', dueAt: next, error }
    if (closes !== undefined) closedEndpoints.add(closes)
    callSafely(onDead, deadNotice({ id, channel, party, notice: leased.notices[0], attempts: count, error, at }))
    return { ...outcome, at, state: 'dead', error, closes }
  }
}

async function call({ id, channel: name, attempt, notices, reached }: LeasedDelivery, context: AttemptContext): Promise<void> {
  const { channels, people, store, sendTimeoutMs, now, signal, closedEndpoints } = context
  const channel = channels.find((one) => one.name === name)
  if (channel === undefined) throw new DeliveryError(`there is no channel \`${name}\``, { retry: false })
  const [first, ...others] = readable(notices, context)
  if (first === undefined || !(await isTrueNow(first, context))) return
  const delivery: NoticeDelivery = { id, to: first.notice.to, notices: [first.notice, ...others.map(({ notice }) => notice)], attempt }
  const limit = AbortSignal.timeout(sendTimeoutMs)
  const send = async () =>
    channel.send(delivery, {
      people,
      now: now(),
      signal: AbortSignal.any([signal, limit]),
      reached,
      recordReached: (recipient) => store.recordReached({ id, channel: name, attempt, recipient }),
      isClosed: (endpoint) => closedEndpoints.has(endpoint),
    })
  await withTimeout(send, sendTimeoutMs, signal)
}

/** Returns the notices that can be read; the first one must be. */
function readable(notices: readonly unknown[], { reportError }: AttemptContext): readonly StoredNotice[] {
  return notices.flatMap((stored, index) => {
    try {
      return [parseStoredNotice(stored)]
    } catch (cause) {
      if (index === 0) throw new DeliveryError('the stored notice cannot be read', { retry: false, cause })
      reportError(cause)
      return []
    }
  })
}

async function isTrueNow({ notice, reminderOf }: StoredNotice, context: AttemptContext): Promise<boolean> {
  if (reminderOf === null) return true
  const requests = await requestsById([reminderOf], context)
  return isStillTrue(notice, requests.get(reminderOf), context.now())
}

/** Returns the text of an error, short enough to be listed. */
function shortText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.length > MAX_ERROR_LENGTH ? `${text.slice(0, MAX_ERROR_LENGTH - 1)}…` : text
}
