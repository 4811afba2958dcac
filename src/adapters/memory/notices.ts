/** The deliveries of notices of the memory repository. */
import { compareIds } from '../../domain/ids.js'
import { type DeadKey, type LeasedDelivery, MAX_WAIT_MS, type NewDelivery, type NoticeStore } from '../../ports/notice-store.js'
import { page } from '../../ports/page.js'
import type { DueKey } from '../../ports/repository.js'
import { earliestDueFirst, frozenCopy } from './parts.js'
import type { MemoryTransaction } from './readers.js'

interface Stored {
  readonly added: NewDelivery
  /** The first delivery of the bundle: itself, or another one. */
  head: Stored | undefined
  state: 'waiting' | 'done' | 'dead'
  dueAt: number
  attempts: number
  reached: readonly string[]
  error: string
  settledAt: number
  closes: string | undefined
}

/** Returns deliveries that are kept in memory; `pendingRequests` are those without an answer. */
export function memoryNotices(pendingRequests: () => readonly DueKey[]): NoticeStore<MemoryTransaction> {
  /** By id and channel, in the order in which they were added. */
  const stored = new Map<string, Stored>()
  const closed = new Set<string>()

  const inState = (state: Stored['state']) => [...stored.values()].filter((one) => one.state === state)
  const isCounted = (one: Stored) => one.head === undefined || one.head === one
  const bundleOf = (head: Stored) => (head.head === head ? [...stored.values()].filter((one) => one.head === head) : [head])
  const deadKey = ({ added: { id, channel }, settledAt }: Stored): DeadKey => ({ at: settledAt, id, channel })

  /** Returns the first waiting delivery of each queue of a channel. */
  const firstOfQueues = (): readonly Stored[] => {
    const heads = new Map<string, Stored>()
    for (const one of inState('waiting')) {
      const queue = channelKey(one.added.channel, one.added.queue)
      if (!heads.has(queue)) heads.set(queue, one)
    }
    return [...heads.values()]
  }

  return {
    add(transaction, deliveries) {
      const copies = frozenCopy(deliveries)
      transaction.onMove(() => {
        for (const added of copies) {
          const key = channelKey(added.channel, added.id)
          if (stored.has(key)) continue
          const fresh = { head: undefined, state: 'waiting', attempts: 0, reached: [], error: '', settledAt: 0, closes: undefined } as const
          stored.set(key, { added, ...fresh, dueAt: added.dueAt })
        }
      })
    },

    async lease({ now, until, limit, perParty, except, maxBundle }) {
      const isDue = ({ dueAt }: Stored) => dueAt <= now || dueAt > now + MAX_WAIT_MS
      const parties = new Map(except.map(({ channel, party }) => [channelKey(channel, party), perParty]))
      const taken: Stored[] = []
      for (const head of firstOfQueues()
        .filter(isDue)
        .sort((a, b) => a.dueAt - b.dueAt)) {
        const party = channelKey(head.added.channel, head.added.party)
        const ofParty = parties.get(party) ?? 0
        if (taken.length === limit || ofParty >= perParty) continue
        parties.set(party, ofParty + 1)
        taken.push(head)
      }
      return taken.map((head) => {
        if (head.added.bundled && head.head === undefined) {
          const others = inState('waiting').filter((one) => one.added.bundled && one.head === undefined && isDue(one))
          const bundle = others.filter(({ added }) => added.channel === head.added.channel && added.queue === head.added.queue)
          for (const one of bundle.slice(0, maxBundle)) one.head = head
        }
        head.attempts += 1
        head.dueAt = until
        return leasedDelivery(head, bundleOf(head))
      })
    },

    async recordReached({ id, channel, recipient }) {
      const one = stored.get(channelKey(channel, id))
      if (one) one.reached = [...new Set([...one.reached, recipient])]
    },

    async settle(outcomes) {
      for (const outcome of outcomes) {
        const head = stored.get(channelKey(outcome.channel, outcome.id))
        if (head?.state !== 'waiting' || head.attempts !== outcome.attempt) continue
        if (outcome.state === 'waiting') {
          head.dueAt = outcome.dueAt
          continue
        }
        for (const one of bundleOf(head)) Object.assign(one, { state: outcome.state, settledAt: outcome.at })
        if (outcome.state === 'done') continue
        Object.assign(head, { error: outcome.error, closes: outcome.closes })
        if (outcome.closes !== undefined) closed.add(outcome.closes)
      }
    },

    closedEndpoints: async () => [...closed],

    async dead({ after, limit }) {
      const rows = inState('dead')
        .filter(isCounted)
        .map((one) => ({ ...deadKey(one), one }))
      return page<DeadKey, (typeof rows)[number]>(rows, earliestDeadFirst, after, limit).map(({ one, ...key }) => {
        const { party, notice } = one.added
        return Object.freeze({ ...key, party, notice, attempts: one.attempts, error: one.error })
      })
    },

    async again({ now, ids }) {
      const heads = inState('dead').filter((one) => isCounted(one) && (ids === undefined || ids.includes(one.added.id)))
      for (const head of heads) {
        for (const one of bundleOf(head)) Object.assign(one, { state: 'waiting', dueAt: now, attempts: 0 })
        if (head.closes !== undefined) closed.delete(head.closes)
      }
      return heads.length
    },

    async purge({ now, before, limit }) {
      const isOver = ({ state, settledAt, added: { keepUntil } }: Stored) =>
        state !== 'waiting' && settledAt < before && (keepUntil === null || keepUntil <= now)
      const over = [...stored].filter(([, one]) => isOver(one)).sort(([, a], [, b]) => a.settledAt - b.settledAt)
      const removed = over.slice(0, limit)
      for (const [key] of removed) stored.delete(key)
      return removed.length
    },

    async count() {
      return { waiting: inState('waiting').filter(isCounted).length, dead: inState('dead').filter(isCounted).length }
    },

    async unanswered({ after, until, limit }) {
      const sent = pendingRequests().filter(({ dueAt }) => dueAt <= until)
      return page(sent, earliestDueFirst, after, limit)
    },
  }
}

// Of JSON, because a party or a queue is any text.
function channelKey(channel: string, of: string): string {
  return JSON.stringify([channel, of])
}

function leasedDelivery({ added: { id, channel, party }, attempts, reached }: Stored, bundle: readonly Stored[]): LeasedDelivery {
  return Object.freeze({
    id,
    channel,
    attempt: attempts,
    party,
    notices: Object.freeze(bundle.map(({ added }) => added.notice)),
    reached: Object.freeze([...reached]),
  })
}

function earliestDeadFirst(a: DeadKey, b: DeadKey): number {
  return a.at - b.at || compareIds(a.id, b.id) || compareIds(a.channel, b.channel)
}
