/** A correct store of readers and notices that uses every freedom of the port, so that no contract test checks more. */
import type { MemoryTransaction } from '../../src/adapters/memory.js'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { FeedReaders } from '../../src/ports/feed-readers.js'
import type { NewDelivery, NoticeRepository, NoticeStore } from '../../src/ports/notice-store.js'
import { yieldToOthers } from './faulty/faults.js'

/** What a `write` of this store gets. It waits for a `write` that returns a promise. */
interface Later {
  readonly added: NewDelivery[]
}

export function liberalNotices(): NoticeRepository<Later> {
  const { readers, notices, ...repository } = memoryRepository()
  return { ...repository, readers: liberalReaders(readers, notices), notices: liberalStore(notices) }
}

function liberalReaders(
  { hold, move, release }: FeedReaders<MemoryTransaction>,
  { add }: NoticeStore<MemoryTransaction>,
): FeedReaders<Later> {
  return {
    hold: late(hold),
    release: late(release),
    async move({ write, ...query }) {
      const added: NewDelivery[] = []
      // Called before it is known whether the move is lost, and twice: what it did the first time is rolled back.
      await write?.({ added: [] })
      await write?.({ added })
      return move({ ...query, write: (transaction) => add(transaction, added) })
    },
  }
}

function liberalStore(notices: NoticeStore<MemoryTransaction>): NoticeStore<Later> {
  return {
    async add({ added }, deliveries) {
      await yieldToOthers()
      added.push(...structuredClone(deliveries))
    },
    // Takes fewer than it could.
    lease: late((query) => notices.lease({ ...query, limit: Math.ceil(query.limit / 3), perParty: Math.ceil(query.perParty / 2) })),
    recordReached: late(notices.recordReached),
    settle: late(notices.settle),
    closedEndpoints: async () => (await notices.closedEndpoints()).toReversed(),
    dead: late(notices.dead),
    again: late(notices.again),
    purge: late(notices.purge),
    count: late(notices.count),
    unanswered: late(notices.unanswered),
  }
}

/** Answers later, with a copy that may be changed. */
function late<Args extends readonly unknown[], T>(call: (...args: Args) => Promise<T>): (...args: Args) => Promise<T> {
  return async (...args) => {
    await yieldToOthers()
    return structuredClone(await call(...args))
  }
}
