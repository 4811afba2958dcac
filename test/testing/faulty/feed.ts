/** Faults of the event feed: pages, positions and notifications. */
import { compareIds } from '../../../src/domain/ids.js'
import { FEED_START, type FeedEntry, feedChanged, idsInEvent, PAGE_IDS, type Position } from '../../../src/ports/event-feed.js'
import type { Repository } from '../../../src/ports/repository.js'
import {
  allEntries,
  allEvents,
  aroundSaves,
  type Faults,
  type FeedQuery,
  feedPage,
  isAccessLost,
  numbered,
  replacing,
  yieldToOthers,
} from './faults.js'
import { FILLED } from './snapshot.js'

const COMPLETE = 'a reader of the feed gets each event once and each request in order while others save'
const PAGES = 'reading page by page to the end of the feed neither repeats nor skips an event, at any limit'
const FEED_IDS = 'a page of the feed ends at the event with which its events name 5,000 users and tenants'
const TYPES = 'with `types`, other events are left out, and reading on to the end of the feed skips and repeats none'
const EACH_POSITION = 'reading from the position of any event neither repeats nor skips an event'
const EMPTY = 'an empty repository has an empty feed, and reading continues from its end'
const HISTORY = 'reading after an event that is not stored at its position is refused with `feed-changed`'
const LATER = 'events saved later come after every returned position, whatever their dates'
const POSITIONS = 'positions contain the event id and increase, and a page ends at its last event or where it started'
const REACHED = 'a reader of the feed reaches `latest`, even if the last write was refused, repeated or rejected'
const LATEST = '`stable` is not above `latest`, and `latest` is not below any event or returned position'
const NEWEST = 'the `latest` of a page is the newest event, wherever the page begins and ends, and whatever it leaves out'
const EARLIER = 'while others save, every earlier save and every returned event is at or before the `latest` of a page'
const STABLE = 'while others save, no event is added at or before `stable`, and every earlier save is at or before `latest`'

const isAskedBy =
  ({ types }: FeedQuery) =>
  ({ event }: FeedEntry) =>
    types === undefined || types.includes(event.type)

/** Saves and reads of a database that allocates positions before a transaction of some duration. */
function allocatingFirst(inner: Repository) {
  const visible: FeedEntry[] = []
  const open = new Set<{ readonly from: number }>()
  let [allocated, writes] = [0, 0]
  const saves = aroundSaves(inner, async (events, save) => {
    const own = { from: allocated, entries: numbered(structuredClone(events), { at: allocated, event: null }) }
    allocated += events.length
    writes += 1
    open.add(own)
    try {
      for (let turns = writes % 3; turns > 0; turns -= 1) await yieldToOthers()
      const answer: unknown = await save()
      if (answer === 'saved' || Object.hasOwn(Object(answer), 'saved')) visible.push(...own.entries)
      return answer as Awaited<ReturnType<typeof save>>
    } finally {
      open.delete(own)
    }
  })
  const entries = () => visible.toSorted((a, b) => a.position.at - b.position.at)
  const read = (query: FeedQuery, horizon: number) => {
    const { after } = query
    if (after.at > 0 && !visible.some(({ position }) => position.at === after.at && position.event === after.event)) throw feedChanged()
    const some = entries().filter(({ position }) => position.at > after.at && position.at <= horizon)
    return structuredClone(feedPage(some, query))
  }
  return { saves, entries, read, allocated: () => allocated, firstOpen: () => Math.min(allocated, ...[...open].map(({ from }) => from)) }
}

export const feedFaults: Faults = {
  'orders the feed by `at` and id instead of by saving': {
    breaks: [
      LATER,
      'the feed orders the events of one request or session by revision, even if the clock stands still or steps back',
      COMPLETE,
      HISTORY,
      EARLIER,
    ],
    change: replacing('readEvents', (inner) => async (query) => {
      const ordered = (await allEvents(inner)).sort((a, b) => a.at - b.at || compareIds(a.id, b.id))
      return feedPage(numbered(ordered, FEED_START).slice(query.after.at), query)
    }),
  },
  'returns the end of a large submission as the position of a page inside it, and skips the rest': {
    breaks: [PAGES, POSITIONS, COMPLETE, TYPES, FEED_IDS],
    change: (inner) => {
      const ends: Position[] = []
      const saves = aroundSaves(inner, async (_, save) => {
        const answer = await save()
        ends.push((await inner.positions()).latest)
        return answer
      })
      return {
        ...saves,
        async readEvents(query) {
          const { entries, position } = await inner.readEvents(query)
          return { entries, position: ends.find((end) => end.at >= position.at) ?? position }
        },
      }
    },
  },
  'reads from a position instead of after it, and repeats the event there': {
    breaks: [EACH_POSITION, PAGES, POSITIONS, COMPLETE, FEED_IDS],
    change: replacing('readEvents', (inner) => async (query) => {
      const { after } = query
      const page = await inner.readEvents(query)
      if (query.types !== undefined) return page
      const fromIt = (await allEntries(inner)).filter(({ position }) => position.at >= after.at)
      return feedPage(fromIt, query)
    }),
  },
  'returns the position of the next event for an empty page, and skips that event': {
    breaks: [EMPTY, LATER, LATEST, POSITIONS, COMPLETE],
    change: replacing('readEvents', (inner) => async (query) => {
      const { entries, position } = await inner.readEvents(query)
      const isLast = entries.length === 0 && query.types === undefined
      return { entries, position: isLast ? { at: position.at + 1, event: 'the next event' } : position }
    }),
  },
  'omits the end events of sessions that lost access from the feed': {
    breaks: [
      'the feed contains every kind of event exactly as saved, once',
      EMPTY,
      'a session end returns `saved`, and the session and its event are read back exactly, for every cause',
    ],
    change: replacing('readEvents', (inner) => async (query) => {
      await inner.readEvents(query)
      const later = (await allEntries(inner)).filter(({ position }) => position.at > query.after.at)
      return feedPage(
        later.filter(({ event }) => !isAccessLost(event)),
        query,
      )
    }),
  },
  'allocates positions before its transaction, so that a reader passes events that are not visible yet': {
    breaks: [COMPLETE],
    change: (inner) => {
      const { saves, read } = allocatingFirst(inner)
      return { ...saves, readEvents: async (query) => read(query, Number.POSITIVE_INFINITY) }
    },
  },
  'returns the numbers of positions as strings, as drivers do for 64-bit integers': {
    breaks: [POSITIONS, LATEST, EMPTY, NEWEST, FEED_IDS],
    change: replacing('readEvents', (inner) => async ({ after, ...query }) => {
      const { entries, position } = await inner.readEvents({ ...query, after: { ...after, at: Number(after.at) } })
      const asText = (one: Position) => ({ ...one, at: String(one.at) as never })
      return { entries: entries.map((entry) => ({ ...entry, position: asText(entry.position) })), position: asText(position) }
    }),
  },
  'reads on from a position of another history, by its number alone': {
    breaks: [HISTORY],
    change: replacing('readEvents', (inner) => async (query) => {
      const later = (await allEntries(inner)).filter(({ position }) => position.at > query.after.at)
      return feedPage(later, query)
    }),
  },
  'puts the id of the previous event into a position': {
    breaks: [POSITIONS],
    change: replacing('readEvents', (inner) => async (query) => {
      const { after } = query
      const all = await allEntries(inner)
      const misnamed = all.map((entry, n) => ({ ...entry, position: { ...entry.position, event: all[n - 1]?.event.id ?? null } }))
      if (after.at > 0 && misnamed[after.at - 1]?.position.event !== after.event) throw feedChanged()
      return feedPage(misnamed.slice(after.at), query)
    }),
  },
  'returns at most 500 events per page of the feed, whatever the limit': {
    breaks: ['a page of the feed is full while events remain, even inside a large submission'],
    change: (inner) => ({ readEvents: (query) => inner.readEvents({ ...query, limit: Math.min(query.limit, 500) }) }),
  },
  'counts no ids, and returns a page of the feed however many users it names': {
    breaks: [FEED_IDS],
    change: replacing('readEvents', (inner) => async (query) => {
      await inner.readEvents(query)
      const later = (await allEntries(inner)).slice(query.after.at, query.after.at + query.limit)
      const page = feedPage(later, query)
      return later.length === 0 ? page : { entries: later.filter(isAskedBy(query)), position: later.at(-1)?.position ?? query.after }
    }),
  },
  'leaves the event that reaches the number of ids for the next page': {
    breaks: [FEED_IDS],
    change: replacing('readEvents', (inner) => async (query) => {
      const { entries } = await inner.readEvents(query)
      const isCut = entries.length < query.limit && entries.reduce((sum, { event }) => sum + idsInEvent(event), 0) >= PAGE_IDS
      return inner.readEvents(isCut ? { ...query, limit: entries.length - 1 } : query)
    }),
  },
  'stops at the last event of the asked types, and never moves past the others': {
    breaks: [TYPES],
    change: replacing('readEvents', (inner) => async (query) => {
      await inner.readEvents(query)
      const asked = (await allEntries(inner)).filter(({ position }) => position.at > query.after.at).filter(isAskedBy(query))
      return feedPage(asked, query)
    }),
  },
  'filters the feed by type after cutting the page, and continues at the last event it returned': {
    breaks: [TYPES],
    change: replacing('readEvents', (inner) => async (query) => {
      const page = await inner.readEvents(query)
      return { ...page, position: query.types === undefined ? page.position : (page.entries.at(-1)?.position ?? query.after) }
    }),
  },
  'continues behind a whole page of unfiltered events, although it returned more of the asked types': {
    breaks: [TYPES],
    change: replacing('readEvents', (inner) => async (query) => {
      const page = await inner.readEvents(query)
      if (query.types === undefined) return page
      const asked = (await allEntries(inner)).filter((entry) => entry.position.at > query.after.at).filter(isAskedBy(query))
      return { ...page, entries: feedPage(asked, query).entries }
    }),
  },
  'ignores `types` and returns events of every type': {
    breaks: [TYPES, FEED_IDS],
    change: (inner) => ({ readEvents: ({ after, limit }) => inner.readEvents({ after, limit }) }),
  },
  'returns the last allocated number as `stable`, although open transactions allocated lower ones': {
    breaks: [FILLED, STABLE, REACHED],
    change: (inner) => {
      const { saves, entries, read, allocated, firstOpen } = allocatingFirst(inner)
      return {
        ...saves,
        readEvents: async (query) => read(query, firstOpen()),
        async positions() {
          const event = entries().at(-1)?.position.event ?? 'in flight'
          const end = allocated() === 0 ? FEED_START : { at: allocated(), event }
          return { stable: end, latest: end }
        },
      }
    },
  },
  'returns the last event of a page as the newest one': {
    breaks: [NEWEST, EARLIER, FEED_IDS],
    change: (inner) => ({
      readEvents: async (query) => {
        const page = await inner.readEvents(query)
        return { ...page, latest: page.position }
      },
    }),
  },
  'returns the newest event as of the page before': {
    breaks: [EARLIER, NEWEST],
    change: (inner) => {
      let before = FEED_START
      return {
        async readEvents(query) {
          const page = await inner.readEvents(query)
          const latest = before.at < page.position.at ? page.position : before
          before = page.latest
          return { ...page, latest }
        },
      }
    },
  },
  'returns the newest event of the asked types as the newest one': {
    breaks: [NEWEST],
    change: (inner) => ({
      readEvents: async (query) => {
        const page = await inner.readEvents(query)
        const asked = (await allEntries(inner)).filter(isAskedBy(query)).at(-1)?.position ?? FEED_START
        return { ...page, latest: asked.at < page.position.at ? page.position : asked }
      },
    }),
  },
  'returns the end of the feed as of the last read': {
    breaks: [LATEST, STABLE],
    change: (inner) => {
      let latest = FEED_START
      return {
        async readEvents(query) {
          const page = await inner.readEvents(query)
          if (page.position.at > latest.at) latest = page.position
          return page
        },
        positions: async () => ({ stable: latest, latest }),
      }
    },
  },
  'does not notify when a session starts or ends': {
    breaks: ['a subscriber that reads the feed only when notified gets every submission, change, session start and session end'],
    change: (inner) => {
      const listeners = new Set<() => void>()
      const { saveSubmission, saveChanges } = aroundSaves(inner, async (_, save) => {
        const answer = await save()
        for (const notify of listeners) notify()
        return answer
      })
      return {
        saveSubmission,
        saveChanges,
        async subscribe({ onChange }) {
          const own = () => onChange()
          listeners.add(own)
          return async () => void listeners.delete(own)
        },
      }
    },
  },
  'notifies a subscriber that unsubscribed': {
    breaks: ['after it unsubscribes, a subscriber is not notified while another still is, and it can subscribe again'],
    change: replacing('subscribe', (inner) => async (listener) => {
      await inner.subscribe?.(listener)
      return async () => {}
    }),
  },
}
