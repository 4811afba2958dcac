/** The building blocks of the memory repository: frozen copies, indexes, sort orders and pages. */

import { freeze } from 'immer'
import { compareIds, type TenantId, type TenantRequestId, type UserId } from '../../domain/ids.js'
import type { RequestFacts } from '../../domain/status.js'
import type { SnapshotKey } from '../../ports/event-feed.js'
import type { DueKey, OpenSessionKey } from '../../ports/repository.js'
import type { RequestKey } from '../../ports/request-query.js'
import type { SessionKey } from '../../ports/sessions-query.js'

/**
 * Returns a deeply frozen copy of a value.
 * `freeze` skips objects that are already frozen, even if their children are not; the clone is never frozen, so it skips nothing.
 */
export function frozenCopy<T>(value: T): T {
  return freeze(structuredClone(value), true)
}

/** Throws if an id is taken or appears twice in `ids`: storing it would overwrite another value. */
export function assertNewIds(ids: readonly string[], taken: { has(id: string): boolean }): void {
  if (new Set(ids).size !== ids.length || ids.some((id) => taken.has(id)))
    throw new Error('an id is already taken or used twice in one call')
}

/** An index from keys to ids. It uses a `Map`, so `__proto__` is an ordinary key (SPEC 3.5). */
export class MultiMap {
  private readonly ids = new Map<string, Set<string>>()

  /** Adds an id under a key. */
  add(key: string, id: string): void {
    const ids = this.ids.get(key)
    if (ids) ids.add(id)
    else this.ids.set(key, new Set([id]))
  }

  /** Returns the ids under a key. */
  of(key: string): Iterable<string> {
    return this.ids.get(key) ?? []
  }
}

/** Orders a tenant's facts: oldest first, equal instants by id. */
export function oldestFirst(a: RequestKey, b: RequestKey): number {
  return a.sentAt - b.sentAt || compareIds(a.id, b.id)
}

/** Orders due requests: earliest end first, equal instants by id. */
export function earliestDueFirst(a: DueKey, b: DueKey): number {
  return a.dueAt - b.dueAt || compareIds(a.id, b.id)
}

/** Orders session lists: newest start first, equal instants by hash descending. */
export function byStartDesc(a: SessionKey, b: SessionKey): number {
  return b.startedAt - a.startedAt || compareIds(b.hash, a.hash)
}

/** Orders open sessions: earliest end first, equal instants by hash. */
export function earliestEndFirst(a: OpenSessionKey, b: OpenSessionKey): number {
  return a.endsAt - b.endsAt || compareIds(a.hash, b.hash)
}

/** Orders the snapshot of all requests: by tenant, `sentAt` and id. */
export function bySnapshotKey(a: SnapshotKey, b: SnapshotKey): number {
  return compareIds(a.tenant, b.tenant) || a.sentAt - b.sentAt || compareIds(a.id, b.id)
}

/** Returns the ids of those that are pending or granted. */
export function openIds(requests: readonly RequestFacts[]): TenantRequestId[] {
  return requests.flatMap(({ id, state }) => (state === 'pending' || state === 'granted' ? [id] : []))
}

/** Returns one key for a tenant and a user. Ids contain no space (SPEC 3.5). */
export function pairOf(tenant: TenantId, user: UserId): string {
  return `${tenant} ${user}`
}
