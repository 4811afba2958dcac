/** Pagination: page limits, query schemas, and cursors that pin the instant of statuses (SPEC 6.5). */

import * as z from 'zod'
import { sessionHashSchema } from '../domain/event.js'
import { Id, Revision, StoredInstant } from '../domain/input.js'

/** One page: `items`, newest first, and `next`, the cursor of the next page (`null` on the last). */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** The page to return. */
export interface PageInput {
  /** The `next` of the previous page, used with the same filters. Without it, the first page is returned. */
  readonly cursor?: string | undefined
  /** The maximum number of items: 1 to 200, by default 50. */
  readonly limit?: number | undefined
}

/** The list a cursor belongs to. A cursor of another list is refused. */
export type ListName = 'incoming' | 'outgoing' | 'my-access' | 'history' | 'sessions'

/** A page's `limit` as input. */
const PageLimit = z.int('must be a whole number').min(1, 'must be at least 1').max(200, 'must be at most 200').default(50)

/** The key of a list of tenant requests: the last one returned. */
export const RequestCursor = z.strictObject({ now: StoredInstant, sentAt: StoredInstant, id: Id })
/** The key of a list of tenants: the last one returned. */
export const TenantCursor = z.strictObject({ now: StoredInstant, sentAt: StoredInstant, tenant: Id })
/** The key of a list of events: the last one returned. */
export const EventCursor = z.strictObject({ at: StoredInstant, revision: Revision, id: Id })
/** The key of a list of sessions: the last one returned. */
export const SessionCursor = z.strictObject({ now: StoredInstant, startedAt: StoredInstant, hash: sessionHashSchema })

/**
 * Returns the schema of a list's query: `limit`, the list's own filters, and `cursor`.
 * Unknown keys are refused, and so is a cursor of another list or of other filters (SPEC 6.9). The output has `list`, for `toPage`.
 */
export function pageQuery<Key extends z.ZodType, Filters extends z.ZodRawShape>(name: ListName, key: Key, filters: Filters) {
  const input = z.strictObject(
    { limit: PageLimit, ...filters, cursor: z.unknown().optional() },
    'must be a record of filters, `limit` and `cursor`',
  )
  return input.transform((query, context) => {
    const { cursor: text, ...rest } = query as typeof query & { readonly cursor?: unknown }
    const given = Object.keys(filters).map((filter) => Reflect.get(rest, filter) ?? null)
    const list: FilteredList = JSON.stringify([name, ...given])
    if (text === undefined) return { ...rest, list, cursor: undefined }
    const parsed = key.safeParse(decodeCursor(text, list))
    if (parsed.success) return { ...rest, list, cursor: parsed.data }
    context.addIssue({ code: 'custom', message: 'is not a cursor of this list with these filters', input: text, path: ['cursor'] })
    return z.NEVER
  })
}

/** A list with its filters, as its cursors name it. */
type FilteredList = string

/**
 * Returns the page of the first `limit` rows.
 * Query one row more than `limit`: it shows that there is a next page.
 */
export function toPage<Row, Item>(
  list: FilteredList,
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
  keyOf: (row: Row) => object,
): Page<Item> {
  const items = rows.slice(0, limit)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items: items.map(view), next: last === undefined ? null : encodeCursor(list, keyOf(last)) }
}

// A cursor is base64url, so it fits into a URL. It contains only the list, its filters, and values of a row that its reader has seen.
function encodeCursor(list: FilteredList, key: object): string {
  return btoa(JSON.stringify([list, key]))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

function decodeCursor(text: unknown, list: FilteredList): unknown {
  if (typeof text !== 'string' || text.length > 4096) return undefined
  try {
    const [of, key] = JSON.parse(atob(text.replaceAll('-', '+').replaceAll('_', '/')))
    return of === list ? key : undefined
  } catch {
    return undefined
  }
}
