/** The whole stock of a repository, read page by page while others go on saving. */

import { AccessProjection } from '../access-index/access-projection.js'
import { parseFacts } from '../domain/facts.js'
import type { TenantId } from '../domain/ids.js'
import type { RequestFacts } from '../domain/status.js'
import {
  type EventFeed,
  type FeedPositions,
  isPosition,
  type Position,
  type SnapshotKey,
  type SnapshotReader,
} from '../ports/event-feed.js'

/** How far filling has come. */
export interface LoadProgress {
  /** The requests read so far, whatever became of them. */
  readonly requests: number
  /** The pairs of a user and a tenant that they name. */
  readonly pairs: number
}

/** What an index begins with: it goes on from `position`, and what comes up to `overlap` it may know already. */
export interface LoadedIndex {
  readonly projection: AccessProjection
  readonly position: Position
  readonly overlapEnd: Position
}

/** How many requests are read at once: few enough that a page is taken in within milliseconds. */
const PAGE = 500

/** Stands between each call and the repository. */
type CallRepository = <T>(call: () => Promise<T>) => Promise<T>

/** Reads where the feed ends, and rejects an answer that is malformed. */
export async function readPositions(repository: EventFeed, ask: CallRepository): Promise<FeedPositions> {
  const { stable, latest } = await ask(() => repository.positions())
  if (!isPosition(stable) || !isPosition(latest) || stable.at > latest.at) throw new TypeError('the feed returned no valid positions')
  return { stable, latest }
}

/** Reads everything there is; between two pages everybody else has his turn. */
export async function loadSnapshot(
  repository: EventFeed & SnapshotReader,
  ask: CallRepository,
  onProgress: (filling: LoadProgress) => void,
): Promise<LoadedIndex> {
  // Before anything is read: whatever changes meanwhile comes again from the feed.
  const { stable } = await readPositions(repository, ask)
  const following = new AccessProjection()
  let [requests, pairs] = [0, 0]
  await pages<RequestFacts, SnapshotKey>(
    (after) => ask(() => repository.requestPage({ after, limit: PAGE })),
    ({ tenant, sentAt, id }) => ({ tenant, sentAt, id }),
    (page) => {
      for (const request of page) {
        // Whoever granted is governed, whether the list of those has it or not.
        for (const checked of parseFacts({ tenant: request.tenant, governed: true, requests: [request] }).requests) following.load(checked)
        requests += 1
        pairs += request.users.length
      }
      onProgress({ requests, pairs })
    },
  )
  await pages<TenantId, TenantId>(
    (after) => ask(() => repository.governedTenantPage({ after, limit: PAGE })),
    (tenant) => tenant,
    (page) => {
      for (const tenant of page) following.markGoverned(parseFacts({ tenant, governed: true, requests: [] }).tenant)
    },
  )
  return { projection: following, position: stable, overlapEnd: (await readPositions(repository, ask)).latest }
}

async function pages<Row, Key>(
  read: (after: Key | undefined) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
  take: (page: readonly Row[]) => void,
): Promise<void> {
  for (let reading = read(undefined); ; ) {
    const page = await reading
    const last = page.at(-1)
    const more = page.length >= PAGE && last !== undefined
    if (more) {
      // Asked for before this page is taken in, so that a database elsewhere works meanwhile.
      reading = read(keyOf(last))
      reading.catch(() => {}) // heard below, unless this page is not to be believed
    }
    take(page)
    if (!more) return
    await yieldToEventLoop()
  }
}

/** Lets everybody else have his turn, whom a repository that answers without leaving the process would never let. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => later(resolve))
}

// In Node a timer that is set while timers run may run among them, with nobody in between; elsewhere there is nothing else.
const later: (then: () => void) => unknown = globalThis.setImmediate ?? setTimeout
