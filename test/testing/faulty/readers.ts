/** Faults of kept readers: who holds one, and what a move does. */
import { FEED_START } from '../../../src/ports/event-feed.js'
import type { ReaderState } from '../../../src/ports/feed-readers.js'
import { yieldToOthers } from './faults.js'
import { type NoticeFaults, ofReaders, type Readers } from './notice-faults.js'

const START: ReaderState = { position: FEED_START, mark: null }

/** Follows who was the last to hold each reader, and where it stands. */
function following(readers: Readers) {
  const owners = new Map<string, string>()
  const states = new Map<string, ReaderState>()
  const followed: Pick<Readers, 'hold' | 'move'> = {
    async hold(query) {
      const state = await readers.hold(query)
      if (state) {
        owners.set(query.reader, query.owner)
        states.set(query.reader, state)
      }
      return state
    },
    async move(query) {
      const answer = await readers.move(query)
      if (answer === 'moved') states.set(query.reader, query.to)
      return answer
    },
  }
  return { owners, states, ...followed }
}

export const readerFaults: NoticeFaults = {
  'creates a reader at the start of the feed': {
    breaks: [
      'a reader that is held for the first time stands at `start`',
      'a move from where the reader does not stand is `lost`, and writes nothing',
    ],
    change: ofReaders(({ hold }) => ({ hold: (query) => hold({ ...query, start: START }) })),
  },
  'returns `start` of a known reader, too': {
    breaks: [
      'a reader that is known stands where it was moved to, with its mark, whatever `start` says',
      'a move adds what it writes, and the reader stands where it moved to',
      'a move by an owner that was the last to hold the reader is `moved`, also if its hold is over',
      'a move from where the reader does not stand is `lost`, and writes nothing',
      'if `write` throws, the move rejects, nothing is moved or written, and the next move works',
      'of concurrent moves from one position, exactly one is `moved`, with what it writes',
    ],
    change: ofReaders(({ hold }) => ({
      hold: async (query) => {
        const state = await hold(query)
        return state && query.reader === 'notices' ? query.start : state
      },
    })),
  },
  'forgets the mark': {
    breaks: [
      'a reader that is known stands where it was moved to, with its mark, whatever `start` says',
      'a reader that is held for the first time stands at `start`',
      'a move adds what it writes, and the reader stands where it moved to',
      'a move from where the reader does not stand is `lost`, and writes nothing',
    ],
    change: ofReaders(({ hold, move }) => ({
      hold: async (query) => {
        const state = await hold({ ...query, start: { ...query.start, mark: null } })
        return state && state.position.at === 0 ? { ...state, mark: query.start.mark } : state
      },
      move: ({ from, to, ...query }) => move({ ...query, from: { ...from, mark: null }, to: { ...to, mark: null } }),
    })),
  },
  'gives a reader to every owner': {
    breaks: [
      'while an owner holds a reader, another gets `undefined`',
      'an owner that holds a reader again prolongs its hold',
      'a hold is over after its time, and then another owner gets the reader',
      'only the owner that holds a reader releases it',
      'one reader does not change another',
      'the names of readers and the ids of owners are compared exactly',
    ],
    change: ofReaders(({ hold, release }) => ({
      hold: async (query) => {
        const state = await hold(query)
        if (state) await release(query)
        return state
      },
    })),
  },
  'does not prolong the hold of its owner': {
    breaks: ['an owner that holds a reader again prolongs its hold', 'the last hold of an owner counts, also if it is shorter'],
    change: ofReaders(({ hold }) => {
      const untils = new Map<string, number>()
      return {
        hold: async (query) => {
          const key = JSON.stringify([query.reader, query.owner])
          const left = (untils.get(key) ?? 0) - Date.now()
          const state = await hold(left > 0 ? { ...query, forMs: left } : query)
          if (state && left <= 0) untils.set(key, Date.now() + query.forMs)
          return state
        },
      }
    }),
  },
  'holds a reader for the longest time': {
    breaks: [
      'a hold is over after its time, and then another owner gets the reader',
      'the last hold of an owner counts, also if it is shorter',
      'a move by an owner that another has followed is `lost`, and writes nothing',
    ],
    change: ofReaders(({ hold }) => ({ hold: (query) => hold({ ...query, forMs: 300_000 }) })),
  },
  'lets a hold end by itself only': {
    breaks: ['a reader that its owner has released may be held by another at once'],
    change: ofReaders(() => ({ release: async () => {} })),
  },
  'lets anybody release a reader': {
    breaks: ['only the owner that holds a reader releases it'],
    change: ofReaders((readers) => {
      const { owners, hold } = following(readers)
      return { hold, release: ({ reader, owner }) => readers.release({ reader, owner: owners.get(reader) ?? owner }) }
    }),
  },
  'lets an owner release all its readers': {
    breaks: ['one reader does not change another', 'only the owner that holds a reader releases it'],
    change: ofReaders((readers) => {
      const { owners, hold } = following(readers)
      return {
        hold,
        release: async ({ owner }) => {
          for (const [reader, by] of owners) if (by === owner) await readers.release({ reader, owner })
        },
      }
    }),
  },
  'looks who holds a reader, and takes it later': {
    breaks: ['of concurrent holds by several owners, exactly one gets the reader'],
    change: ofReaders((readers) => {
      const { owners, hold } = following(readers)
      return {
        hold: async (query) => {
          if (owners.has(query.reader)) return hold(query)
          await yieldToOthers()
          const by = owners.get(query.reader)
          if (by !== undefined) await readers.release({ ...query, owner: by })
          return hold(query)
        },
      }
    }),
  },
  'compares the ids of owners without case': {
    breaks: ['the names of readers and the ids of owners are compared exactly'],
    change: ofReaders(({ hold }) => ({ hold: (query) => hold({ ...query, owner: query.owner.toLowerCase() }) })),
  },
  'moves a reader without what it writes': {
    breaks: [
      'a move adds what it writes, and the reader stands where it moved to',
      'a move by an owner that was the last to hold the reader is `moved`, also if its hold is over',
      'if `write` throws, the move rejects, nothing is moved or written, and the next move works',
      'a `write` that returns a promise is awaited, or the move rejects and nothing is moved or written',
      'if `write` returns a promise that rejects, the move rejects, and nothing is moved or written',
      'of concurrent moves from one position, exactly one is `moved`, with what it writes',
      'changing what was passed in, or what was returned, changes nothing stored',
    ],
    change: ofReaders(({ move }) => ({ move: (query) => move(query.reader === 'notices' ? { ...query, write: undefined } : query) })),
  },
  'moves first, and writes then': {
    breaks: [
      'if `write` throws, the move rejects, nothing is moved or written, and the next move works',
      'a `write` that returns a promise is awaited, or the move rejects and nothing is moved or written',
      'if `write` returns a promise that rejects, the move rejects, and nothing is moved or written',
    ],
    change: ofReaders(({ move }) => ({
      async move(query) {
        const answer = await move({ ...query, write: undefined })
        return answer === 'moved' ? move({ ...query, from: query.to }) : answer
      },
    })),
  },
  'lets an owner move a reader that another has taken over': {
    breaks: ['a move by an owner that another has followed is `lost`, and writes nothing'],
    change: ofReaders((readers) => {
      const { owners, hold } = following(readers)
      return { hold, move: (query) => readers.move({ ...query, owner: owners.get(query.reader) ?? query.owner }) }
    }),
  },
  'lets only an owner move a reader whose hold is not over': {
    breaks: [
      'a move by an owner that was the last to hold the reader is `moved`, also if its hold is over',
      'a move of a reader that nobody has held is `lost`, and writes nothing',
    ],
    change: ofReaders((readers) => ({
      async move(query) {
        const other = { reader: query.reader, owner: 'probe' }
        const isFree = (await readers.hold({ ...other, forMs: 1, start: query.from })) !== undefined
        return isFree ? 'lost' : readers.move(query)
      },
    })),
  },
  'moves a reader from wherever it stands': {
    breaks: ['a move from where the reader does not stand is `lost`, and writes nothing'],
    change: ofReaders((readers) => {
      const { states, hold, move } = following(readers)
      return { hold, move: (query) => move({ ...query, from: states.get(query.reader) ?? query.from }) }
    }),
  },
  'does not compare the mark': {
    breaks: ['a move from where the reader does not stand is `lost`, and writes nothing'],
    change: ofReaders((readers) => {
      const { states, hold, move } = following(readers)
      return { hold, move: (query) => move({ ...query, from: { ...query.from, mark: states.get(query.reader)?.mark ?? null } }) }
    }),
  },
  'moves a reader that nobody has held': {
    breaks: ['a move of a reader that nobody has held is `lost`, and writes nothing'],
    change: ofReaders((readers) => {
      const { owners, hold } = following(readers)
      return {
        hold,
        async move(query) {
          if (!owners.has(query.reader)) await readers.hold({ ...query, forMs: 0, start: query.from })
          return readers.move(query)
        },
      }
    }),
  },
  'moves a reader although `write` has thrown': {
    breaks: ['if `write` throws, the move rejects, nothing is moved or written, and the next move works'],
    change: ofReaders(({ move }) => ({
      move: ({ write, ...query }) =>
        move({
          ...query,
          write: (transaction) => {
            try {
              return write?.(transaction)
            } catch {
              return undefined
            }
          },
        }),
    })),
  },
  'does not wait for a `write` that returns a promise': {
    breaks: [
      'a `write` that returns a promise is awaited, or the move rejects and nothing is moved or written',
      'if `write` returns a promise that rejects, the move rejects, and nothing is moved or written',
    ],
    change: ofReaders(({ move }) => ({
      move: ({ write, ...query }) =>
        move({
          ...query,
          write: (transaction) => {
            const answer: unknown = write?.(transaction)
            if (answer instanceof Promise) answer.catch(() => {})
          },
        }),
    })),
  },
  'writes although the move is lost': {
    breaks: [
      'a move by an owner that another has followed is `lost`, and writes nothing',
      'a move from where the reader does not stand is `lost`, and writes nothing',
      'a move of a reader that nobody has held is `lost`, and writes nothing',
      'of concurrent moves from one position, exactly one is `moved`, with what it writes',
    ],
    change: ofReaders(({ hold, move }) => ({
      async move(query) {
        const answer = await move(query)
        if (answer === 'moved') return answer
        const own = { reader: 'of the fault', owner: 'of the fault' }
        const from = (await hold({ ...own, forMs: 1_000, start: START })) ?? START
        await move({ ...own, from, to: from, write: query.write })
        return answer
      },
    })),
  },
}
