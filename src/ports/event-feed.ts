/** The event feed and the snapshot reader, which load an index and keep it current. */
import type { Association } from '../domain/association.js'
import { ConsentryError } from '../domain/error.js'
import type { ConsentryEvent, EventType } from '../domain/event.js'
import { isId, type TenantId, type TenantRequestId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { RequestFacts } from '../domain/status.js'

/** A position in the feed, plain data that survives JSON. That of an event never changes. */
export interface Position {
  /** A number that grows with the feed. Gaps have no meaning. */
  readonly at: number
  /** The id of the event at this position. */
  readonly event: string | null
}

/** The position before every event. */
export const FEED_START: Position = Object.freeze({ at: 0, event: null })

/**
 * Returns the error of `readEvents` for a position of another history (SPEC 8.4).
 *
 * @example
 * ```ts
 * import { feedChanged } from 'consentry/repository'
 *
 * console.log(feedChanged().code) // feed-changed
 * ```
 */
export function feedChanged(): ConsentryError {
  return new ConsentryError('the feed does not continue from this position: its history has changed, so reload everything', {
    code: 'feed-changed',
  })
}

/** Returns whether `value` is a position: a whole number with an event's id, or 0 with `null`. */
export function isPosition(value: unknown): value is Position {
  const { at, event }: { readonly at?: unknown; readonly event?: unknown } = Object(value)
  return Number.isSafeInteger(at) && (at === 0 ? event === null : (at as number) > 0 && isId(event))
}

/**
 * The number of ids at which a page of the feed, the snapshot or a history ends early.
 * No page then costs more than milliseconds.
 * The row that reaches the number is still on the page.
 */
export const PAGE_IDS = 5_000

/**
 * Returns the number of ids that an event lists: users, or the users and tenants of a submission.
 * @example Continues initialState
 * ```ts
 * import { idsInEvent } from 'consentry/repository'
 *
 * console.log(idsInEvent(received)) // 2
 * ```
 */
export function idsInEvent(event: ConsentryEvent): number {
  if (event.type === 'tenant-request.received') return event.users.length
  if (event.type === 'tenant-request.granted') return event.removedUsers.length
  if (event.type !== 'access-request.submitted') return 0
  return idsInAssociations(event.associations)
}

/**
 * Returns the number of ids that the associations of a submission list.
 * @example
 * ```ts
 * import { idsInAssociations } from 'consentry/repository'
 *
 * console.log(idsInAssociations([{ users: ['caroline', 'charlotte'], tenants: ['tom-sawyer'] }])) // 3
 * ```
 */
export function idsInAssociations(associations: readonly Association[]): number {
  return associations.reduce((sum, { users, tenants }) => sum + users.length + tenants.length, 0)
}

/**
 * Returns the number of ids that a request lists.
 * @example
 * ```ts
 * import { idsInRequest } from 'consentry/repository'
 *
 * console.log(idsInRequest({ users: ['caroline'], removed: [{ user: 'charlotte', at: 1 }] })) // 2
 * ```
 */
export function idsInRequest({ users, removed }: Pick<RequestFacts, 'users' | 'removed'>): number {
  return users.length + removed.length
}

/**
 * Returns the rows of a page up to the one that reaches `PAGE_IDS`.
 * @example
 * ```ts
 * import { idsInRequest, upToPageIds } from 'consentry/repository'
 *
 * const fat = { users: Array.from({ length: 3_000 }, (_, n) => `user-${n}`), removed: [] }
 * console.log(upToPageIds([fat, fat, fat], idsInRequest).length) // 2
 * ```
 */
export function upToPageIds<Row>(rows: readonly Row[], idsIn: (row: Row) => number): readonly Row[] {
  let ids = 0
  const end = rows.findIndex((row) => {
    ids += idsIn(row)
    return ids >= PAGE_IDS
  })
  return end < 0 ? rows : rows.slice(0, end + 1)
}

/** Whether rows hold `PAGE_IDS` ids: their page ended early, and more rows may follow. */
export function reachPageIds<Row>(rows: readonly Row[], idsIn: (row: Row) => number): boolean {
  return rows.reduce((ids, row) => ids + idsIn(row), 0) >= PAGE_IDS
}

/** One `event` of the feed, with its `position`. Positions ascend. */
export interface FeedEntry {
  readonly position: Position
  readonly event: ConsentryEvent
}

/** A page of the feed. */
export interface FeedPage {
  /** The events, in order. */
  readonly entries: readonly FeedEntry[]
  /** The position of the last event read, or that of the query for an empty page: continue from it. */
  readonly position: Position
  /**
   * The newest saved event as of this read, never before `position`.
   * Every event saved before the call is at or before it. A page may not show it yet, while an earlier transaction is open.
   */
  readonly latest: Position
}

/** The end of the feed at the time of the call. */
export interface FeedPositions {
  /** All events up to this position can be read, and every event saved after the call comes after it. */
  readonly stable: Position
  /**
   * The newest event saved before the call.
   * It is never below a position returned before: a feed that went back, such as that of a restored backup, is another feed.
   */
  readonly latest: Position
}

/** The events as a feed: who continues from the `position` of each page misses none (SPEC 8.3). */
export interface EventFeed {
  /**
   * Returns the first `limit` events after `after`, each once and exactly as saved.
   * Events of one request or session are in the order of their revisions. Events saved later come after all that were returned. A page ends
   * early once its events name `PAGE_IDS` users and tenants; one that leaves the position where it was is the end.
   *
   * With `types`, other events are left out, and count as read: the page's `position` may be that of an event that was left out.
   *
   * A position belongs to one history: after a restored backup, a promoted standby or numbers set back, a reader must not read on past what
   * it has not seen (SPEC 8.4). So the event at `after` is looked up in the same read; `FEED_START` is in every history.
   *
   * @throws `feed-changed` (`feedChanged`) if the event that `after` names is not stored at that position.
   */
  readEvents(query: {
    readonly after: Position
    readonly limit: number
    readonly types?: readonly EventType[] | undefined
  }): Promise<FeedPage>
  /**
   * Returns the end of the feed.
   * `stable` is never above `latest`. A reader that continues reaches `latest` as soon as all transactions that were open during the call
   * have ended.
   */
  positions(): Promise<FeedPositions>
  /**
   * Calls `onChange` soon after any process saves events, until the returned function is called.
   * Calls without a new event are allowed. If it can no longer observe changes, it calls `onDisconnect` once and `onChange` never again. A
   * repository without notifications omits this method: readers poll.
   */
  subscribe?(listener: { readonly onChange: () => void; readonly onDisconnect: (error: unknown) => void }): Promise<() => Promise<void>>
}

/** The key of a request in the snapshot: `tenant`, `sentAt` in milliseconds, `id`. */
export interface SnapshotKey {
  readonly tenant: TenantId
  readonly sentAt: Instant
  readonly id: TenantRequestId
}

/**
 * Reads the facts of all tenants page by page, to load an index.
 * Pages need not be of the same instant.
 */
export interface SnapshotReader {
  /**
   * Returns the facts of the first `limit` requests after `after`, as last saved.
   * Ordered by `tenant`, `sentAt` and `id`. A page ends early once its requests name or named `PAGE_IDS` users; an empty page is the end.
   */
  requestPage(query: { readonly after?: SnapshotKey | undefined; readonly limit: number }): Promise<readonly RequestFacts[]>
  /**
   * Returns the first `limit` governed tenants after `after`, ordered by id.
   * Includes tenants whose requests were purged.
   */
  governedTenantPage(query: { readonly after?: TenantId | undefined; readonly limit: number }): Promise<readonly TenantId[]>
}
