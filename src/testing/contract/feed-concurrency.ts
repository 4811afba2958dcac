/** Contract tests of reading the feed during writes: a reader misses no event (SPEC 8.3). */
import type { ConsentryEvent } from '../../domain/event.js'
import { FEED_START, type FeedEntry, type FeedPage } from '../../ports/event-feed.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { entriesAfter, inOrder, sameEvents } from './fixtures/feed.js'
import { CAROLINE, CHARLOTTE, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { grantAt, removeUserAt, revokeAt } from './fixtures/transitions.js'

const FOUR = [0, 1, 2, 3]
const TWENTY = Array.from({ length: 20 }, (_, n) => `tenant-${n}`)

export const feedConcurrencyTests: readonly ContractTest[] = [
  contractTest('a reader of the feed gets each event once and each request in order while others save', async (fixture) => {
    const readers = await whileOthersSave(fixture, (isOver) => [3, 40, 1_000].map((limit) => follow(fixture, limit, isOver)))
    for (const entries of readers) {
      sameEvents(entries, fixture.events, 'the events that the reader got')
      inOrder(entries)
    }
  }),

  contractTest('while others save, every earlier save and every returned event is at or before the `latest` of a page', async (fixture) => {
    const [pages = []] = await whileOthersSave(fixture, (isOver) => [readRepeatedly(fixture, isOver)])
    const positions = new Map((await entriesAfter(fixture, FEED_START)).map(({ event, position }) => [event.id, position]))
    for (const { entries, latest, saved } of pages) {
      const [last] = entries.slice(-1)
      assertEqual((last?.position.at ?? 0) <= latest.at, true, `the last event of a page is not after \`latest\`, ${latest.at}`)
      const beyond = saved.filter(({ id }) => (positions.get(id)?.at ?? Number.POSITIVE_INFINITY) > latest.at)
      assertEqual(beyond, [], `events saved before the call, but after \`latest\`, ${latest.at}`)
    }
  }),
]

/** Runs the work on an empty repository while twelve writers save over several event-loop turns. */
export async function whileOthersSave<T>(fixture: Fixture, begin: (isOver: () => boolean) => readonly Promise<T>[]): Promise<T[]> {
  let over = false
  const working = begin(() => over)
  const saving = Promise.all([
    ...FOUR.map((n) => submitAndChange(fixture, n)),
    ...FOUR.map((n) => saveOneByOne(fixture, n)),
    ...FOUR.map((n) => startAndEnd(fixture, n)),
  ])
  const [done] = await Promise.all([
    Promise.all(working),
    saving.finally(() => {
      over = true
    }),
  ])
  return done
}

/** Returns all entries that a reader gets who reads until the writers are done, and then to the end. */
async function follow(fixture: Fixture, limit: number, isOver: () => boolean): Promise<FeedEntry[]> {
  const all: FeedEntry[] = []
  let start = FEED_START
  let empty = 0
  let pagesLeft = 1_000
  while (pagesLeft > 0) {
    // Read before the page. Otherwise events saved between the page and this check would be missed.
    const last = isOver()
    const { entries, position } = await fixture.repository.readEvents({ after: start, limit })
    empty = entries.length === 0 ? empty + 1 : 0
    // After an empty page, read once more: it must be empty again.
    if (last && empty >= 2) return all
    if (last) pagesLeft -= 1
    all.push(...entries)
    start = position
    await yieldToWriters()
  }
  throw new Error('the feed does not end: every page returned more events')
}

/** A page of the feed, and the events saved before it was asked for. */
interface ObservedPage extends FeedPage {
  readonly saved: readonly ConsentryEvent[]
}

/** Reads on by pages of one event to the end, and again and again from there. */
async function readRepeatedly({ repository, events }: Fixture, isOver: () => boolean): Promise<ObservedPage[]> {
  const pages: ObservedPage[] = []
  for (let after = FEED_START; !isOver(); await yieldToWriters()) {
    const saved = [...events]
    const page = await repository.readEvents({ after, limit: 1 })
    pages.push({ ...page, saved })
    if (page.entries.length > 0) after = page.position
  }
  return pages
}

/** Saves large submissions, which other writers overtake. Later writers use earlier dates. */
async function submitAndChange(fixture: Fixture, n: number): Promise<void> {
  const at = 9_000 - 1_000 * n
  const sent = await fixture.submit({ tenants: TWENTY, users: [CAROLINE, CHARLOTTE], at })
  await yieldToWriters()
  await fixture.saveTransitions(sent, removeUserAt(CHARLOTTE, at))
  for (const request of sent.slice(0, 5)) {
    await yieldToWriters()
    await fixture.applyTransitions(request, grantAt(at), revokeAt(at))
  }
}

async function saveOneByOne(fixture: Fixture, n: number): Promise<void> {
  for (const tenant of [TOM, HUNDRED, 'green-gables', 'kellynch']) {
    const request = await fixture.submitOne(tenant, { by: n % 2 ? 'rival' : 'legacy', at: 1_000 + n })
    await yieldToWriters()
    await fixture.applyTransitions(request, grantAt(2_000 - n))
  }
}

async function startAndEnd(fixture: Fixture, n: number): Promise<void> {
  for (const tenant of [TOM, HUNDRED, 'green-gables', 'kellynch']) {
    const sessions = await fixture.startSessions({ tenant, at: 5_000 - n }, { tenant, user: CHARLOTTE, at: 5_000 })
    await yieldToWriters()
    await fixture.endSessions(sessions, { at: 6_000, cause: 'ended-by-user' })
  }
}

/**
 * Yields to the event loop.
 * Without it, an in-process repository would finish all writes before the first read.
 */
export function yieldToWriters(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
