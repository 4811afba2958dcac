/** The event feed and the snapshot reader: the parts of the repository that fill an index and keep it fresh. */
import type { ConsentryEvent } from '../domain/event.js'
import { isId, type TenantId, type TenantRequestId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { RequestFacts } from '../domain/status.js'

/**
 * A place in the feed: the number `at` and the id of the `event` there; `{ at: 0, event: null }` is before every event. Plain data: it
 * survives JSON. An event keeps its position for good. Numbers grow with the feed, and gaps between them mean nothing.
 */
export interface Position {
  readonly at: number
  readonly event: string | null
}

/** The position before every event. */
export const FEED_START: Position = Object.freeze({ at: 0, event: null })

/** Whether `value` is a position: a whole number, and an event's id at every number but 0. */
export function isPosition(value: unknown): value is Position {
  const { at, event }: { readonly at?: unknown; readonly event?: unknown } = Object(value)
  return Number.isSafeInteger(at) && (at === 0 ? event === null : (at as number) > 0 && isId(event))
}

/** One `event` of the feed, and its `position`, greater than those before. */
export interface FeedEntry {
  readonly position: Position
  readonly event: ConsentryEvent
}

/** Where the feed ends at the moment of the call. */
export interface FeedPositions {
  /** Every event saved after this call comes after this position, and every event up to it can be read. */
  readonly stable: Position
  /**
   * The newest saved event: every event saved before this call is at or before it. It is never below a position that was given out
   * before; a feed that went back, such as one restored from a backup, is another feed.
   */
  readonly latest: Position
}

/** The events as a feed: a reader that continues from the `position` of each page misses none (SPEC 8.3). */
export interface EventFeed {
  /**
   * Returns the first `limit` events after `after`, each once, exactly as saved, those of one request or session in the order of their
   * revisions. The returned `position` is that of the last event of the page, or `after` if the page is empty; the next call continues
   * from it. Events that are saved later come after all that were returned.
   */
  readEvents(query: {
    readonly after: Position
    readonly limit: number
  }): Promise<{ readonly entries: readonly FeedEntry[]; readonly position: Position }>
  /**
   * Returns where the feed ends. `stable` is never above `latest`. A reader that continues reaches `latest` as soon as the transactions
   * that were open meanwhile have ended.
   */
  positions(): Promise<FeedPositions>
  /**
   * Calls `onChange` soon after any process saves events, until the function it resolves to is called; a call without a new event is
   * allowed. Calls `onDisconnect` once, and `onChange` never again, if it can no longer observe changes. A repository without
   * notifications leaves this method out: readers poll.
   */
  subscribe?(listener: { readonly onChange: () => void; readonly onDisconnect: (error: unknown) => void }): Promise<() => Promise<void>>
}

/** Where a page of all requests' facts begins: after the request of this `tenant`, with this `sentAt`, in milliseconds, and this `id`. */
export interface SnapshotKey {
  readonly tenant: TenantId
  readonly sentAt: Instant
  readonly id: TenantRequestId
}

/** All facts there are, page by page, for loading an index. Two pages need not show the same instant. */
export interface SnapshotReader {
  /** The facts of the first `limit` requests of all tenants after the key: by tenant, `sentAt` and `id`, each as last saved. */
  requestPage(query: { readonly after?: SnapshotKey | undefined; readonly limit: number }): Promise<readonly RequestFacts[]>
  /** The first `limit` governed tenants after that tenant, in the order of their ids, even if their requests were purged. */
  governedTenantPage(query: { readonly after?: TenantId | undefined; readonly limit: number }): Promise<readonly TenantId[]>
}
