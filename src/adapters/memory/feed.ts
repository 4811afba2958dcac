/** The events of the memory repository, and the feed over them. */
import type { ConsentryEvent } from '../../domain/event.js'
import { callSafely } from '../../domain/host-calls.js'
import { type EventFeed, FEED_START, feedChanged, idsInEvent, upToPageIds } from '../../ports/event-feed.js'

/** Returns an empty list of events, their positions, a function that records one, and the feed. */
export function memoryFeed() {
  const events: ConsentryEvent[] = []
  /** The position of each event by its id, from 1. */
  const eventPositions = new Map<string, number>()
  const listeners = new Set<{ readonly onChange: () => void }>()

  const record = (event: ConsentryEvent): void => {
    eventPositions.set(event.id, events.push(event))
    // Notify after the whole batch is stored: the save runs synchronously, microtasks run after it.
    for (const listener of listeners) queueMicrotask(() => listeners.has(listener) && callSafely(listener.onChange))
  }
  const newest = () => {
    const event = events.at(-1)
    return event === undefined ? FEED_START : { at: events.length, event: event.id }
  }
  const feed: EventFeed = {
    async readEvents({ after, limit, types }) {
      if (after.at > 0 && events[after.at - 1]?.id !== after.event) throw feedChanged()
      const isAsked = (event: ConsentryEvent) => types === undefined || types.includes(event.type)
      const read = upToPageIds(events.slice(after.at, after.at + limit), (event) => (isAsked(event) ? idsInEvent(event) : 0))
      const entries = read.map((event, n) => ({ position: { at: after.at + n + 1, event: event.id }, event }))
      return { entries: entries.filter(({ event }) => isAsked(event)), position: entries.at(-1)?.position ?? after, latest: newest() }
    },

    async positions() {
      return { stable: newest(), latest: newest() }
    },

    async subscribe({ onChange }) {
      const listener = { onChange }
      listeners.add(listener)
      return async () => void listeners.delete(listener)
    },
  }
  return { events, eventPositions, record, feed }
}
