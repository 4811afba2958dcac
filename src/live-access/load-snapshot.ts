/** Loading of all facts of a repository into a projection, page by page, while others keep saving. */

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
import { yieldToEventLoop } from '../ports/event-loop.js'

/** How much of the snapshot is loaded. */
export interface LoadProgress {
  /** The number of requests read so far, ended ones included. */
  readonly requests: number
  /** The number of (user, tenant) pairs that these requests name. */
  readonly pairs: number
}

/**
 * A loaded projection.
 * Events after `position` are still to be applied; it may already contain those up to `overlapEnd`.
 */
export interface LoadedIndex {
  readonly projection: AccessProjection
  readonly position: Position
  readonly overlapEnd: Position
}

/** The number of rows per page: small enough to process a page within milliseconds. */
const PAGE_SIZE = 500

/** Wraps each call of the repository, for example in a timeout. */
type CallRepository = <T>(call: () => Promise<T>) => Promise<T>

/** Reads where the feed ends. Throws if the answer is malformed. */
export async function readPositions(repository: EventFeed, callRepository: CallRepository): Promise<FeedPositions> {
  const { stable, latest } = await callRepository(() => repository.positions())
  if (!isPosition(stable) || !isPosition(latest) || stable.at > latest.at) throw new TypeError('the feed returned no valid positions')
  return { stable, latest }
}

/** Loads all requests and governed tenants. Yields to the event loop between pages. */
export async function loadSnapshot(
  repository: EventFeed & SnapshotReader,
  callRepository: CallRepository,
  onProgress: (progress: LoadProgress) => void,
): Promise<LoadedIndex> {
  // Read before the first page: the feed then repeats every change made while the pages are read.
  const { stable } = await readPositions(repository, callRepository)
  const projection = new AccessProjection()
  let [requests, pairs] = [0, 0]
  await forEachPage<RequestFacts, SnapshotKey>(
    (after) => callRepository(() => repository.requestPage({ after, limit: PAGE_SIZE })),
    ({ tenant, sentAt, id }) => ({ tenant, sentAt, id }),
    (page) => {
      for (const request of page) {
        // `governed: true` because facts with a grant require it. Whether the tenant is governed, the projection decides.
        for (const checked of parseFacts({ tenant: request.tenant, governed: true, requests: [request] }).requests) projection.load(checked)
        requests += 1
        pairs += request.users.length
      }
      onProgress({ requests, pairs })
    },
  )
  await forEachPage<TenantId, TenantId>(
    (after) => callRepository(() => repository.governedTenantPage({ after, limit: PAGE_SIZE })),
    (tenant) => tenant,
    (page) => {
      for (const tenant of page) projection.markGoverned(parseFacts({ tenant, governed: true, requests: [] }).tenant)
    },
  )
  return { projection, position: stable, overlapEnd: (await readPositions(repository, callRepository)).latest }
}

async function forEachPage<Row, Key>(
  read: (after: Key | undefined) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
  processPage: (page: readonly Row[]) => void,
): Promise<void> {
  for (let reading = read(undefined); ; ) {
    const page = await reading
    const last = page.at(-1)
    if (last === undefined) return
    // Requested before this page is processed, so that a remote database works in parallel.
    reading = read(keyOf(last))
    reading.catch(() => {}) // never awaited if `processPage` throws
    processPage(page)
    await yieldToEventLoop()
  }
}
