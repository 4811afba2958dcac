/** The kept readers of the memory repository. */
import { type FeedReaders, MAX_HOLD_MS, type ReaderState } from '../../ports/feed-readers.js'
import { writeSynchronously } from '../synchronous-write.js'
import { frozenCopy } from './parts.js'

/** What the `write` of a kept reader gets of a memory repository, to pass on to `notices.add`. */
export interface MemoryTransaction {
  /** Takes what is to be stored as the reader moves; it is dropped if `write` throws. */
  readonly onMove: (store: () => void) => void
}

interface Held {
  owner: string
  heldUntil: number
  state: ReaderState
}

/** Returns readers that are kept in memory. */
export function memoryReaders(): FeedReaders<MemoryTransaction> {
  const held = new Map<string, Held>()
  return {
    async hold({ reader, owner, forMs, start }) {
      const now = Date.now()
      const known = held.get(reader)
      if (known && known.owner !== owner && known.heldUntil > now && known.heldUntil <= now + MAX_HOLD_MS) return undefined
      const state = known?.state ?? frozenCopy(start)
      held.set(reader, { owner, heldUntil: now + Math.min(forMs, MAX_HOLD_MS), state })
      return state
    },

    async move({ reader, owner, from, to, write }) {
      const known = held.get(reader)
      if (known?.owner !== owner || !isSameState(known.state, from)) return 'lost'
      const state = frozenCopy(to)
      const stores: (() => void)[] = []
      writeSynchronously(write, { onMove: (store) => void stores.push(store) })
      Object.freeze(stores) // so that a later `add` throws, and is not lost
      for (const store of stores) store()
      known.state = state
      return 'moved'
    },

    async release({ reader, owner }) {
      const known = held.get(reader)
      if (known?.owner === owner) known.heldUntil = 0
    },
  }
}

function isSameState(a: ReaderState, b: ReaderState): boolean {
  return a.position.at === b.position.at && a.position.event === b.position.event && a.mark === b.mark
}
