/** The list of a user's own access (SPEC 6.3, 6.9). */
import * as z from 'zod'
import type { Actor } from '../domain/actor.js'
import { unwrap } from '../domain/error.js'
import type { TenantId } from '../domain/ids.js'
import { type InstantInput, readRecord } from '../domain/input.js'
import { type MyAccess, myAccessView } from '../domain/my-access-view.js'
import { USER_STATUSES, type UserStatus } from '../domain/status.js'
import type { MyAccessRow } from '../ports/my-access-query.js'
import { parseActor } from './arguments.js'
import { ownRows, type ServiceContext, throwBrokenRepository } from './context.js'
import { expiringNeedsGranted, idsFilter, instantFilter, orderFilter, statusesFilter } from './list-filters.js'
import { type Page, type PageInput, pageInOrder, pageQuery, TenantCursor, TenantExpiryCursor, toPage } from './pages.js'

/** The query of `myAccess` (SPEC 6.3, 6.9). */
export interface MyAccessInput extends PageInput {
  /**
   * Only tenants in which the actor has one of these statuses (SPEC 5.4).
   * By default all. The statuses are those at the instant of the first page.
   */
  readonly status?: UserStatus | readonly UserStatus[] | undefined
  /** Only these tenants. By default all. */
  readonly tenants?: TenantId | readonly TenantId[] | undefined
  /** Only granted rows whose `expiresAt` is before this instant. */
  readonly expiresBefore?: InstantInput | undefined
  /**
   * `newest` by default: by when the actor was first associated with the tenant.
   * `expiring` is earliest `expiresAt` first, no end last, and needs the status `granted`. In `expiring`, a row whose end changes meanwhile may be missed or repeated.
   */
  readonly order?: 'newest' | 'expiring' | undefined
}

const Key = z.union([TenantCursor, TenantExpiryCursor])
const filters = { status: statusesFilter(USER_STATUSES), tenants: idsFilter, expiresBefore: instantFilter, order: orderFilter }
const MyAccessFilters = expiringNeedsGranted(pageQuery('my-access', Key, filters))

/** The list of a user's own access of the service. */
export function createMyAccess({ withRepository, now: readClock }: ServiceContext) {
  return {
    async myAccess(actor: Actor, input: MyAccessInput = {}): Promise<Page<MyAccess>> {
      const { user, tenant: requestingTenant } = parseActor(actor)
      const { status: statuses, limit, cursor, order, list, ...filters } = unwrap(readRecord(MyAccessFilters, input))
      const now = cursor?.now ?? readClock()
      const query = { ...filters, requestingTenant, user, statuses, now, ...pageInOrder(order, cursor, limit + 1) }
      const found = await withRepository((repository) => repository.myAccess(query))
      const rows = ownRows(found, ({ request }) => request.requestingTenant === requestingTenant)
      const view = ({ request, ...details }: MyAccessRow) => myAccessView(user, request, details, now) ?? throwBrokenRepository()
      return toPage(list, rows, limit, view, (row) => ({ now, ...keyOf(row, order) }))
    },
  }
}

type Order = z.output<typeof orderFilter>

function keyOf({ tenant, sentAt, request }: MyAccessRow, order: Order) {
  return order === 'expiring' && 'expiresAt' in request ? { expiresAt: request.expiresAt, tenant } : { sentAt, tenant }
}
