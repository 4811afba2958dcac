/** The feed of a scene: how it is read, in whole and page by page, and what every reading of it must be. */
import type { Event } from '../../domain/event.js'
import type { FeedEntry, Position } from '../../feed.js'
import { same } from './asserting.js'
import { byId } from './expected.js'
import type { Scene } from './scene.js'

const ALL = 1_000

/** All that comes after the position, which in the scenes of the feed is one page. */
export async function after({ repository }: Scene, position: Position): Promise<readonly FeedEntry[]> {
  return (await repository.eventsSince(position, ALL)).entries
}

/** The whole feed, going on from the end of each page until one is empty. */
export async function pages({ repository }: Scene, limit: number): Promise<FeedEntry[]> {
  const all: FeedEntry[] = []
  let start = 0
  while (all.length < ALL) {
    const { entries, position } = await repository.eventsSince(start, limit)
    if (entries.length === 0) return all
    all.push(...entries)
    start = position
  }
  throw new Error('the feed has no end: page after page goes on and finds more')
}

/** Where a reader who begins at the beginning has come once he is at or after the position, or nothing more comes. */
export async function pagesTo({ repository }: Scene, position: Position, limit: number): Promise<Position> {
  let reached = 0
  for (let pagesLeft = ALL; reached < position && pagesLeft > 0; pagesLeft -= 1) {
    const page = await repository.eventsSince(reached, limit)
    if (page.entries.length === 0) return page.position
    reached = page.position
  }
  return reached
}

/** Asserts that exactly these events came, each once; which request or session comes first is nobody's promise. */
export function sameEvents(entries: readonly FeedEntry[], events: readonly Event[], what: string): void {
  same(byId(entries.map(({ event }) => event)), byId(events), what)
}

/** Asserts that of every request and session revision follows revision, from the first on. */
export function inOrder(entries: readonly FeedEntry[]): void {
  const reached = new Map<string, number>()
  for (const { event } of entries) {
    const subject = 'session' in event ? event.session : 'tenantRequest' in event ? event.tenantRequest : `submission ${event.id}`
    same(event.revision, (reached.get(subject) ?? 0) + 1, `the next revision of ${subject}`)
    reached.set(subject, event.revision)
  }
}
