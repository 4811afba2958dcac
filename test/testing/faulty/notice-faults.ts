/** What the faulty stores of readers and notices share: the form of a fault, and ways to make one. */
import type { MemoryTransaction } from '../../../src/adapters/memory.js'
import { FEED_START } from '../../../src/ports/event-feed.js'
import type { FeedReaders } from '../../../src/ports/feed-readers.js'
import type { LeasedDelivery, NewDelivery, NoticeRepository, NoticeStore } from '../../../src/ports/notice-store.js'

export type Inner = NoticeRepository<MemoryTransaction>
export type Readers = FeedReaders<MemoryTransaction>
export type Notices = NoticeStore<MemoryTransaction>
export type LeaseQuery = Parameters<Notices['lease']>[0]

/** The faults by name; `breaks` lists the contract tests that fail, the most specific first. */
export type NoticeFaults = Readonly<Record<string, { readonly breaks: readonly [string, ...string[]]; readonly change: NoticeChange }>>

export type NoticeChange = (inner: Inner) => { readonly readers?: Partial<Readers>; readonly notices?: Partial<Notices> }

export const ofReaders =
  (change: (readers: Readers, inner: Inner) => Partial<Readers>): NoticeChange =>
  (inner) => ({ readers: change(inner.readers, inner) })

export const ofNotices =
  (change: (notices: Notices, inner: Inner) => Partial<Notices>): NoticeChange =>
  (inner) => ({ notices: change(inner.notices, inner) })

/** Changes the deliveries that are added. */
export const adding = (change: (one: NewDelivery) => NewDelivery): NoticeChange =>
  ofNotices((notices) => ({ add: (transaction, deliveries) => notices.add(transaction, deliveries.map(change)) }))

/** Changes the query of a lease. */
export const leasing = (change: (query: LeaseQuery) => LeaseQuery): NoticeChange =>
  ofNotices((notices) => ({ lease: (query) => notices.lease(change(query)) }))

/** Changes what a lease returns. */
export const leased = (change: (one: LeasedDelivery, query: LeaseQuery) => LeasedDelivery): NoticeChange =>
  ofNotices((notices) => ({ lease: async (query) => (await notices.lease(query)).map((one) => change(one, query)) }))

export const nameOf = ({ id, channel }: { readonly id: string; readonly channel: string }) => JSON.stringify([channel, id])

/** Lets go of a delivery that was taken. */
export const untake = ({ settle }: Notices, now: number, { id, channel, attempt }: LeasedDelivery) =>
  settle([{ id, channel, attempt, at: now, state: 'waiting', dueAt: now, error: '' }])

/** Adds deliveries by a reader of its own. */
export async function addLater({ readers, notices }: Inner, deliveries: readonly NewDelivery[]): Promise<void> {
  const own = { reader: 'of the fault', owner: 'of the fault' }
  const start = { position: FEED_START, mark: null }
  const from = await readers.hold({ ...own, forMs: 1_000, start })
  if (from === undefined) throw new Error('nobody else holds this reader')
  await readers.move({ ...own, from, to: from, write: (transaction) => notices.add(transaction, deliveries) })
}

/** Remembers the deliveries that were added; the first of a name counts. */
export function remembering(notices: Notices) {
  const known = new Map<string, NewDelivery>()
  const add: Notices['add'] = (transaction, deliveries) => {
    for (const one of structuredClone(deliveries)) if (!known.has(nameOf(one))) known.set(nameOf(one), one)
    return notices.add(transaction, deliveries)
  }
  return { known, add }
}

/** Gives concurrent calls the answer of one of them. */
export function shared<Query, T>(call: (query: Query) => Promise<T>): (query: Query) => Promise<T> {
  let running: Promise<T> | undefined
  return (query) => {
    running ??= call(query).finally(() => {
      running = undefined
    })
    return running
  }
}
