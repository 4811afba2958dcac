/** Reads the feed on from where a kept reader stands, page by page. */
import { type ConsentryError, isConsentryError, unwrap } from '../domain/error.js'
import { ConsentryEvent, type EventType } from '../domain/event.js'
import { read } from '../domain/input.js'
import { type EventFeed, type FeedEntry, isPosition, type Position } from '../ports/event-feed.js'
import { yieldToEventLoop } from '../ports/event-loop.js'
import type { ReaderWrite } from '../ports/feed-readers.js'
import type { KeptReader } from './kept-reader.js'

/** What is done with the events. */
export interface FeedHandling<Transaction> {
  readonly types: readonly EventType[] | undefined
  /** The number of events per page. */
  readonly pageSize: number
  /** Returns what to write in the transaction that moves the reader past these events. */
  readonly handle: (entries: readonly FeedEntry[]) => Promise<ReaderWrite<Transaction> | undefined>
  /** Moves the reader to where it goes on after the feed has changed (SPEC 8.4). */
  readonly beginAnew: (error: ConsentryError) => Promise<void>
}

/** Reads to the end of the feed, and moves the reader after each page. Returns the number of events. */
export async function readFeed<Transaction>(
  feed: EventFeed,
  kept: KeptReader<Transaction>,
  { types, pageSize, handle, beginAnew }: FeedHandling<Transaction>,
): Promise<number> {
  let handled = 0
  const readOn = async () => {
    for await (const { entries, position } of feedPages(feed, kept.state.position, { types, pageSize, call: kept.call })) {
      const write = entries.length === 0 ? undefined : await handle(entries)
      await kept.move({ ...kept.state, position }, write)
      handled += entries.length
    }
  }
  try {
    await readOn()
  } catch (error) {
    if (!isConsentryError(error, 'feed-changed')) throw error
    await beginAnew(error)
    await readOn()
  }
  return handled
}

/** Yields the pages of the feed after a position, each checked, up to its end. */
export async function* feedPages(
  feed: EventFeed,
  start: Position,
  {
    types,
    pageSize,
    call,
  }: Pick<FeedHandling<unknown>, 'types' | 'pageSize'> & { readonly call: <T>(call: () => Promise<T>) => Promise<T> },
): AsyncGenerator<{ readonly entries: readonly FeedEntry[]; readonly position: Position }> {
  for (let after = start; ; await yieldToEventLoop()) {
    const { entries, position } = await call(() => feed.readEvents({ after, limit: pageSize, types }))
    if (!isPosition(position) || position.at < after.at)
      throw new TypeError('the feed returned an invalid position, or one before the previous')
    if (position.at === after.at) return
    yield { entries: entries.map((entry) => ({ ...entry, event: unwrap(read(ConsentryEvent, entry.event)) })), position }
    after = position
  }
}
