/** The lists each party may see: pages by a cursor that pins the instant its statuses are of (SPEC §6). */

import * as z from 'zod'
import { type Actor, actorSchema, checkPermission, type Permission } from '../domain/actor.js'
import { unwrap } from '../domain/error.js'
import { type HistoryEntry, historyEntry } from '../domain/history.js'
import type { AccessRequestId } from '../domain/ids.js'
import { combine, Id, read, readRecord } from '../domain/input.js'
import { REQUEST_STATUSES, type RequestStatus, USER_STATUSES, type UserStatus } from '../domain/status.js'
import { type IncomingRequest, incomingView, type MyAccess, myAccessView, type OutgoingRequest, outgoingView } from '../domain/views.js'
import { type ServiceContext, throwIfRefused, unavailable } from './context.js'
import { AfterEvent, AfterRequest, AfterTenant, cursorOf, type ListName, writeCursor } from './cursor.js'

/** One page: `items`, newest first; `next` is the cursor of the next page, `null` on the last. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** Which page of a list: `limit` 1 to 200, 50 where absent; `cursor` as the page before gave it, for the same filters. */
export interface PageInput {
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

/** The incoming list, of one `status` as of the first page's instant; absent is all (SPEC 6.2, 6.5). */
export interface IncomingInput extends PageInput {
  readonly status?: RequestStatus | undefined
}

/** The outgoing list, of one `status` as of the first page's instant and of one `accessRequest`; absent is all (SPEC 6.1, 6.5). */
export interface OutgoingInput extends PageInput {
  readonly status?: RequestStatus | undefined
  readonly accessRequest?: AccessRequestId | undefined
}

/** My access, of one `status` of the actor's own (SPEC 5.4) as of the first page's instant; absent is all (SPEC 6.3, 6.5). */
export interface MyAccessInput extends PageInput {
  readonly status?: UserStatus | undefined
}

/** How many items a page may have. */
export const limit = z.int('must be a whole number').min(1, 'must be at least 1').max(200, 'must be at most 200').default(50)
/** A query's schema: a plain record without unknown keys. */
export const query = <S extends z.ZodRawShape>(shape: S) => z.strictObject(shape, 'must be a query')
const status = z.enum(REQUEST_STATUSES, 'must be a status').optional()
const IncomingQuery = query({ limit, status, cursor: cursorOf('incoming', AfterRequest).optional() })
const OutgoingQuery = query({ limit, status, cursor: cursorOf('outgoing', AfterRequest).optional(), accessRequest: Id.optional() })
const userStatus = z.enum(USER_STATUSES, 'must be a status').optional()
const MyAccessQuery = query({ limit, status: userStatus, cursor: cursorOf('my-access', AfterTenant).optional() })
const HistoryQuery = query({ limit, cursor: cursorOf('history', AfterEvent).optional() })

/** The service's lists. */
export function createLists({ withRepository, now, policy }: ServiceContext) {
  return {
    async incoming(actor: Actor, input: IncomingInput = {}): Promise<Page<IncomingRequest>> {
      const [by, { status, limit, cursor }] = unwrap(combine(read(actorSchema, actor, 'actor'), readRecord(IncomingQuery, input)))
      throwIfRefused(checkPermission(by, 'answer'))
      const at = cursor?.now ?? now()
      const asked = { tenant: by.tenant, status, now: at, after: cursor, limit: limit + 1 }
      const rows = await withRepository((repository) => repository.incoming(asked))
      for (const row of rows) expectOwnRow(row.tenant, by.tenant)
      return toPage(
        'incoming',
        rows,
        limit,
        (row) => incomingView(row, at),
        ({ sentAt, id }) => ({ now: at, sentAt, id }),
      )
    },

    async outgoing(actor: Actor, input: OutgoingInput = {}): Promise<Page<OutgoingRequest>> {
      const [by, { status, limit, cursor, accessRequest }] = unwrap(
        combine(read(actorSchema, actor, 'actor'), readRecord(OutgoingQuery, input)),
      )
      throwIfRefused(checkPermission(by, 'submit'))
      const at = cursor?.now ?? now()
      const asked = { requestingTenant: by.tenant, accessRequest, status, now: at, after: cursor, limit: limit + 1 }
      const rows = await withRepository((repository) => repository.outgoing(asked))
      for (const row of rows) expectOwnRow(row.request.requestingTenant, by.tenant)
      const view = ({ request, name }: (typeof rows)[number]) => outgoingView(request, name, at)
      return toPage('outgoing', rows, limit, view, ({ request: { sentAt, id } }) => ({ now: at, sentAt, id }))
    },

    async myAccess(actor: Actor, input: MyAccessInput = {}): Promise<Page<MyAccess>> {
      const [{ user }, { status, limit, cursor }] = unwrap(combine(read(actorSchema, actor, 'actor'), readRecord(MyAccessQuery, input)))
      const at = cursor?.now ?? now()
      const rows = await withRepository((repository) => repository.myAccess({ user, status, now: at, after: cursor, limit: limit + 1 }))
      const view = ({ tenant, requests }: (typeof rows)[number]) => myAccessView(user, tenant, requests, at) ?? throwBrokenRepository()
      return toPage('my-access', rows, limit, view, ({ sentAt, tenant }) => ({ now: at, sentAt, tenant }))
    },

    async history(actor: Actor, input: PageInput = {}): Promise<Page<HistoryEntry>> {
      const [by, { limit, cursor }] = unwrap(combine(read(actorSchema, actor, 'actor'), readRecord(HistoryQuery, input)))
      throwIfRefused(checkPermission(by, 'submit', 'answer'))
      const tenantIf = (permission: Permission) => (by.permissions.includes(permission) ? by.tenant : undefined)
      const asked = { requestingTenant: tenantIf('submit'), tenant: tenantIf('answer'), after: cursor, limit: limit + 1 }
      const rows = await withRepository((repository) => repository.history(asked))
      const view = (event: (typeof rows)[number]) => historyEntry(event, by.tenant, policy) ?? throwBrokenRepository()
      return toPage('history', rows, limit, view, ({ at, revision, id }) => ({ at, revision, id }))
    },
  }
}

/** The first `limit` rows as items; a row more than that says that there is a next page. */
export function toPage<Row, Item>(
  list: ListName,
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
  key: (row: Row) => object,
): Page<Item> {
  const items = rows.slice(0, limit)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items: items.map(view), next: last === undefined ? null : writeCursor(list, key(last)) }
}

// The repository promised the actor's own rows only; one that is not is shown to nobody.
function expectOwnRow(of: string, tenant: string): void {
  if (of !== tenant) throwBrokenRepository()
}

/** Throws `unavailable`: the repository has broken a promise. */
export function throwBrokenRepository(): never {
  throw unavailable('repository', new TypeError('the repository answered with a row that was not asked for'))
}
