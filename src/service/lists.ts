/** A user's own access, and the history that each party may see (SPEC 6.3, 6.6). */
import type { Actor, Permission } from '../domain/actor.js'
import { unwrap } from '../domain/error.js'
import { type HistoryEntry, historyEntry } from '../domain/history.js'
import { readRecord } from '../domain/input.js'
import { USER_STATUSES, type UserStatus } from '../domain/status.js'
import { type MyAccess, myAccessView } from '../domain/views.js'
import { reachPageIds } from '../ports/event-feed.js'
import { idsInHistoryRow } from '../ports/list-reader.js'
import { parseActor, parseReader } from './arguments.js'
import { ownRows, type ServiceContext, throwBrokenRepository } from './context.js'
import { EventCursor, type Page, type PageInput, pageQuery, statusFilter, TenantCursor, toPage } from './pages.js'

/** The query of `myAccess` (SPEC 6.3, 6.5). */
export interface MyAccessInput extends PageInput {
  /**
   * Only tenants in which the actor has this status at the instant of the first page (SPEC 5.4).
   * By default all.
   */
  readonly status?: UserStatus | undefined
}

const MyAccessQuery = pageQuery('my-access', TenantCursor, { status: statusFilter(USER_STATUSES) })
const HistoryQuery = pageQuery('history', EventCursor, {})

/** The list methods of the service. */
export function createLists(context: ServiceContext) {
  const { withRepository, policy } = context

  return {
    async myAccess(actor: Actor, input: MyAccessInput = {}): Promise<Page<MyAccess>> {
      const { user, tenant: requestingTenant } = parseActor(actor)
      const { status, limit, cursor, list } = unwrap(readRecord(MyAccessQuery, input))
      const now = cursor?.now ?? context.now()
      const query = { requestingTenant, user, status, now, after: cursor, limit: limit + 1 }
      const found = await withRepository((repository) => repository.myAccess(query))
      const rows = ownRows(found, ({ request }) => request.requestingTenant === requestingTenant)
      const view = ({ request, message }: (typeof rows)[number]) => myAccessView(user, request, message, now) ?? throwBrokenRepository()
      return toPage(list, rows, limit, view, ({ sentAt, tenant }) => ({ now, sentAt, tenant }))
    },

    async history(actor: Actor, input: PageInput = {}): Promise<Page<HistoryEntry>> {
      const by = parseReader(actor, 'submit', 'answer')
      const { limit, cursor, list } = unwrap(readRecord(HistoryQuery, input))
      const tenantIf = (permission: Permission) => (by.permissions.includes(permission) ? by.tenant : undefined)
      const query = { requestingTenant: tenantIf('submit'), tenant: tenantIf('answer'), after: cursor, limit: limit + 1 }
      const rows = await withRepository((repository) => repository.history(query))
      const view = ({ event, request }: (typeof rows)[number]) =>
        historyEntry(event, by.tenant, policy, request?.users) ?? throwBrokenRepository()
      // A page that names many users and tenants ends early, although more events remain.
      const more = reachPageIds(rows, idsInHistoryRow)
      return toPage(list, rows, limit, view, ({ event: { at, id } }) => ({ at, id }), more)
    },
  }
}
