/** The histories of the memory repository. */
import { freeze } from 'immer'
import type { ConsentryEvent } from '../../domain/event.js'
import { OUTCOME_EVENTS } from '../../domain/event-types.js'
import { upToPageIds } from '../../ports/event-feed.js'
import { type EventKey, isInHistory } from '../../ports/history-query.js'
import { type HistoryRow, idsInHistoryRow, type ListReader } from '../../ports/list-reader.js'
import { page } from '../../ports/page.js'
import type { Change } from '../../ports/repository.js'

/** Returns the history over these events, and a function that keeps the users of an outcome. */
export function memoryHistory(events: readonly ConsentryEvent[], eventPositions: ReadonlyMap<string, number>) {
  /** The users of requests as their outcome events left them, by the events' ids. */
  const outcomes = new Map<string, HistoryRow['request']>()
  // A key whose event is not stored has position 0, before every event.
  const positionOf = ({ id }: EventKey): number => eventPositions.get(id) ?? 0
  const latestFirst = (a: EventKey, b: EventKey): number => b.at - a.at || positionOf(b) - positionOf(a)

  const keepOutcome = ({ event, request: { users, removed } }: Change): void => {
    if ((OUTCOME_EVENTS as readonly string[]).includes(event.type)) outcomes.set(event.id, Object.freeze({ users, removed }))
  }
  const history: ListReader['history'] = async (query) => {
    const { requestingTenant, after, limit } = query
    const found = events.filter((event) => isInHistory(event, query))
    const toRow = (event: ConsentryEvent): HistoryRow => {
      if (event.requestingTenant === requestingTenant) return { event, request: outcomes.get(event.id) ?? null }
      return { event: event.type === 'tenant-request.received' ? { ...event, users: [] } : event, request: null }
    }
    const rows = page(found, latestFirst, after, limit).map((event) => freeze(toRow(event), true))
    return upToPageIds(rows, idsInHistoryRow)
  }
  return { keepOutcome, history }
}
