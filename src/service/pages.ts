/** Pagination: page limits, query schemas, and cursors that pin the instant of statuses (SPEC 6.5). */

import * as z from 'zod'
import { Id, StoredInstant } from '../domain/input.js'
import type { Instant } from '../domain/instant.js'
import { numberError } from '../domain/issue-messages.js'
import { sessionHashSchema } from '../domain/session-hash.js'
import { textHash } from '../domain/text-hash.js'

/** One page: `items`, newest first, and `next`, the cursor of the next page (`null` on the last). */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** The page to return. */
export interface PageInput {
  /**
   * The `next` of the previous page, used with the same filters.
   * Without it, or with `null`, the first page is returned.
   */
  readonly cursor?: string | null | undefined
  /** The maximum number of items: 1 to 200, by default 50. */
  readonly limit?: number | undefined
}

/** The list a cursor belongs to. A cursor of another list is refused. */
export type ListName = 'incoming' | 'outgoing' | 'requests' | 'my-access' | 'history' | 'sessions' | 'access'

/** A page's `limit` as input. */
const PageLimit = z.int(numberError('must be a whole number')).min(1, 'must be at least 1').max(200, 'must be at most 200').default(50)

/** The key of a list of tenant requests: the last one returned. */
export const RequestCursor = z.strictObject({ now: StoredInstant, sentAt: StoredInstant, id: Id })
/** The key of a list of grants by their end: the last one returned. */
export const ExpiryCursor = z.strictObject({ now: StoredInstant, expiresAt: StoredInstant.nullable(), id: Id })
/** The key of a list of tenants: the last one returned. */
export const TenantCursor = z.strictObject({ now: StoredInstant, sentAt: StoredInstant, tenant: Id })
/** The key of a list of tenants by the end of access: the last one returned. */
export const TenantExpiryCursor = z.strictObject({ now: StoredInstant, expiresAt: StoredInstant.nullable(), tenant: Id })
/** The key of a list of events: the last one returned. */
export const EventCursor = z.strictObject({ at: StoredInstant, id: Id })
/** The key of a list of granted requests: the last one returned. */
export const GrantCursor = z.strictObject({ grantedAt: StoredInstant, id: Id })
/** The key of a list of sessions: the last one returned. */
export const SessionCursor = z.strictObject({ now: StoredInstant, startedAt: StoredInstant, hash: sessionHashSchema })

/**
 * Returns the schema of a list's query: `limit`, the list's own filters, and `cursor`.
 * Unknown keys are refused, and so is a cursor of another list or of other filters (SPEC 6.5). The output has `list`, for `toPage`.
 */
export function pageQuery<Key extends z.ZodType, Filters extends z.ZodRawShape>(name: ListName, key: Key, filters: Filters) {
  const cursor = cursorSchema(name, key).nullish()
  const input = z.strictObject({ limit: PageLimit, ...filters, cursor }, 'must be a record of filters, `limit` and `cursor`')
  return input.transform((parsed, context) => {
    const { cursor, ...query } = parsed as typeof parsed & {
      readonly cursor?: { readonly list: FilteredList; readonly key: z.output<Key> } | null
    }
    const values = Object.keys(filters).map((filter) => Reflect.get(query, filter) ?? null)
    const list: FilteredList = `${name}.${textHash(JSON.stringify(values)).toString(36)}`
    if (cursor === undefined || cursor === null || cursor.list === list) return { ...query, list, cursor: cursor?.key }
    context.addIssue({ code: 'custom', message: 'was made with other filters', input: 'cursor', path: ['cursor'] })
    return z.NEVER
  })
}

/** A list with a hash of its filters, as its cursors name it. Many filters would not fit into a URL. */
type FilteredList = string

/**
 * Returns the page of the first `limit` rows.
 * Query one row more than `limit`: it shows that there is a next page. `more` says so where a page ended early.
 */
export function toPage<Row, Item>(
  list: FilteredList,
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
  keyOf: (row: Row) => object,
  more = false,
): Page<Item> {
  const items = rows.slice(0, limit)
  const last = more || rows.length > limit ? items.at(-1) : undefined
  return { items: items.map(view), next: last === undefined ? null : encodeCursor(list, keyOf(last)) }
}

// A cursor is base64url, so it fits into a URL. It contains only the list, a hash of its filters, and values of a row that its reader has
// seen.
function encodeCursor(list: FilteredList, key: object): string {
  return btoa(JSON.stringify([list, key]))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

function cursorSchema<Key extends z.ZodType>(name: ListName, key: Key) {
  return z.unknown().transform((text, context): { readonly list: FilteredList; readonly key: z.output<Key> } => {
    const [list, value] = decodeCursor(text, name)
    const parsed = key.safeParse(value)
    if (parsed.success) return { list, key: parsed.data }
    context.addIssue({ code: 'custom', message: 'is not a cursor of this list', input: text })
    return z.NEVER
  })
}

function decodeCursor(text: unknown, name: ListName): readonly [list: FilteredList, key: unknown] {
  if (typeof text !== 'string' || text.length > 4096) return ['', undefined]
  try {
    const [list, key] = JSON.parse(atob(text.replaceAll('-', '+').replaceAll('_', '/')))
    return String(list).startsWith(`${name}.`) ? [list, key] : ['', undefined]
  } catch {
    return ['', undefined]
  }
}

interface Newest {
  readonly sentAt: Instant
}
interface Expiring {
  readonly expiresAt: Instant | null
}

/** A page of a list in one of its orders, each with a key of its own. */
type PageInOrder<Cursor> =
  | { readonly order?: 'newest' | undefined; readonly after: Extract<Cursor, Newest> | undefined; readonly limit: number }
  | { readonly order: 'expiring'; readonly after: Extract<Cursor, Expiring> | undefined; readonly limit: number }

/**
 * Returns the page of `limit` rows after a cursor.
 * The cursor counts only in the order that it was made for.
 */
export function pageInOrder<Cursor extends Newest | Expiring>(
  order: 'newest' | 'expiring',
  cursor: Cursor | undefined,
  limit: number,
): PageInOrder<Cursor> {
  const after = cursor !== undefined && (order === 'expiring' ? 'expiresAt' : 'sentAt') in cursor ? cursor : undefined
  return { ...(order === 'expiring' && { order }), after, limit } as PageInOrder<Cursor>
}
