/** The part of the repository that an index elsewhere is filled from and kept fresh by: each sentence a promise, each promise a law. */
import type { ConsentryEvent } from '../domain/event.js'
import type { TenantId, TenantRequestId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { RequestFacts } from '../domain/status.js'

/** Where a reader of the feed stands: 0 before everything, else what the feed gave. An event keeps its own for good; gaps mean nothing. */
export type Position = number

/** One `event` of the feed, and its `position`, greater than those before. */
export interface FeedEntry {
  readonly position: Position
  readonly event: ConsentryEvent
}

/** Where the feed ends for now. */
export interface FeedPositions {
  /** All that is saved after this call comes after it, and all up to it is there to be read: whoever fills an index goes on from here. */
  readonly stable: Position
  /**
   * All that was saved before this call is at or before it: whoever has come so far knows of everything that was. Never below a position
   * given out before: a feed that has gone back, as one restored from a backup, is another.
   */
  readonly latest: Position
}

/** The events as a feed: whoever goes on from the `position` of each page misses none (SPEC 8.3). */
export interface EventFeed {
  /**
   * The first `limit` events after the position, whoever's, each once, exactly as saved, those of one request or session in the order of
   * their revisions; and the `position` to go on from, never below the one asked from. What may yet be saved comes after all given out.
   */
  readEvents(position: Position, limit: number): Promise<{ readonly entries: readonly FeedEntry[]; readonly position: Position }>
  /**
   * Where the feed ends. `settled` is never above `latest`, and a reader who goes on comes to a position at or after `latest` as soon as
   * whatever is being saved meanwhile is saved or given up.
   */
  positions(): Promise<FeedPositions>
  /**
   * Calls `wake` soon after anything is saved, in whatever process, until the function it resolves to is called; a wake may come for
   * nothing. Calls `lost` once, and `wake` no more, where it can no longer tell. Absent where the store cannot tell at all: readers poll.
   */
  subscribe?(wake: () => void, lost: (error: unknown) => void): Promise<() => Promise<void>>
}

/** Where a page of all requests' facts begins: after the request of this `tenant`, with this `sentAt`, in milliseconds, and this `id`. */
export interface SnapshotKey {
  readonly tenant: TenantId
  readonly sentAt: Instant
  readonly id: TenantRequestId
}

/** All facts there are, as an index elsewhere begins with them; no page is of one instant with another. */
export interface SnapshotReader {
  /** The facts of the first `limit` requests after the key, whoever's: by tenant, `sentAt` and `id`, each as last saved. */
  requestPage(query: { readonly after?: SnapshotKey | undefined; readonly limit: number }): Promise<readonly RequestFacts[]>
  /** The first `limit` governed tenants after that tenant, in the order of their ids, whatever was purged. */
  governedTenantPage(query: { readonly after?: TenantId | undefined; readonly limit: number }): Promise<readonly TenantId[]>
}
