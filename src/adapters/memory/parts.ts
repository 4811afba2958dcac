/** What the memory repository is put together from: private copies, indexes, the orders of its lists, and pages of them. */
import { freeze } from 'immer'
import { compareIds } from '../../domain/ids.js'
import type { SnapshotKey } from '../../ports/event-feed.js'
import type { EventKey, OpenSessionKey, RequestKey, SessionKey, TenantKey } from '../../ports/repository.js'

/** A copy of a value that nobody else holds, frozen through and through: immer alone would stop at what is frozen already. */
export function frozenCopy<T>(value: T): T {
  return freeze(structuredClone(value), true)
}

/** Refuses ids that are taken, or taken twice at once: two things under one id would be one, and the other lost. */
export function assertNewIds(ids: readonly string[], taken: { has(id: string): boolean }): void {
  if (new Set(ids).size !== ids.length || ids.some((id) => taken.has(id))) throw new Error('an id is used twice')
}

/** Ids by what they are found by; a Map, so that `__proto__` is a key like any other. */
export class MultiMap {
  private readonly ids = new Map<string, Set<string>>()

  /** Makes the id findable by the key. */
  add(key: string, id: string): void {
    const known = this.ids.get(key)
    if (known) known.add(id)
    else this.ids.set(key, new Set([id]))
  }

  /** The ids to be found by the key. */
  of(key: string): Iterable<string> {
    return this.ids.get(key) ?? []
  }
}

/** The first `limit` rows after `after` in that order. */
export function page<Key, Row extends Key>(rows: Row[], order: (a: Key, b: Key) => number, after: Key | undefined, limit: number): Row[] {
  return rows
    .filter((row) => after === undefined || order(after, row) < 0)
    .sort(order)
    .slice(0, limit)
}

/** The order of lists of requests. */
export function newestFirst(a: RequestKey, b: RequestKey): number {
  return b.sentAt - a.sentAt || compareIds(b.id, a.id)
}

/** The order of lists of tenants. */
export function newestTenantFirst(a: TenantKey, b: TenantKey): number {
  return b.sentAt - a.sentAt || compareIds(b.tenant, a.tenant)
}

/** The order of events. */
export function latestFirst(a: EventKey, b: EventKey): number {
  return b.at - a.at || b.revision - a.revision || compareIds(b.id, a.id)
}

/** The order of lists of sessions. */
export function byStartDesc(a: SessionKey, b: SessionKey): number {
  return b.startedAt - a.startedAt || compareIds(b.hash, a.hash)
}

/** The order in which open sessions come to their ends. */
export function earliestEndFirst(a: OpenSessionKey, b: OpenSessionKey): number {
  return a.endsAt - b.endsAt || compareIds(a.hash, b.hash)
}

/** The order of all requests there are. */
export function bySnapshotKey(a: SnapshotKey, b: SnapshotKey): number {
  return compareIds(a.tenant, b.tenant) || a.sentAt - b.sentAt || compareIds(a.id, b.id)
}
