/** The history that each party may see (SPEC 6.6, 6.9). */
import type { Actor } from '../domain/actor.js'
import { unwrap } from '../domain/error.js'
import type { EventType } from '../domain/event.js'
import { EVENT_TYPES } from '../domain/event-types.js'
import { type HistoryEntry, historyEntry } from '../domain/history.js'
import type { TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import { Id, type InstantInput, readRecord } from '../domain/input.js'
import type { SessionHash } from '../domain/session-hash.js'
import { reachPageIds } from '../ports/event-feed.js'
import { idsInHistoryRow } from '../ports/list-reader.js'
import { parseReader, partiesOf } from './arguments.js'
import { type ServiceContext, throwBrokenRepository } from './context.js'
import { anyOfFilter, idsFilter, instantFilter, sessionFilter } from './list-filters.js'
import { EventCursor, type Page, type PageInput, pageQuery, toPage } from './pages.js'

/**
 * The query of `history` (SPEC 6.6, 6.9). Without a filter, all entries match.
 * A filter matches only what the entry shows to the actor's tenant.
 */
export interface HistoryInput extends PageInput {
  /** Only entries of these types. */
  readonly types?: EventType | readonly EventType[] | undefined
  /** Only entries at this instant or later. */
  readonly from?: InstantInput | undefined
  /** Only entries before this instant. */
  readonly to?: InstantInput | undefined
  /** Only entries with this `tenantRequest`. */
  readonly tenantRequest?: TenantRequestId | undefined
  /** Only entries with this `session`. */
  readonly session?: SessionHash | undefined
  /** Only entries whose `user` is one of these, and of the actor's own tenant. */
  readonly users?: UserId | readonly UserId[] | undefined
  /** Only entries whose `tenant` is one of these: entries of the requesting tenant show it. */
  readonly tenants?: TenantId | readonly TenantId[] | undefined
  /** Only entries whose `requestingTenant` is one of these. */
  readonly requestingTenants?: TenantId | readonly TenantId[] | undefined
}

const HistoryFilters = pageQuery('history', EventCursor, {
  types: anyOfFilter('types', EVENT_TYPES),
  from: instantFilter,
  to: instantFilter,
  tenantRequest: Id.optional(),
  session: sessionFilter,
  users: idsFilter,
  tenants: idsFilter,
  requestingTenants: idsFilter,
})

/** The history of the service. */
export function createHistory({ withRepository, policy }: ServiceContext) {
  return {
    async history(actor: Actor, input: HistoryInput = {}): Promise<Page<HistoryEntry>> {
      const by = parseReader(actor, 'submit', 'answer')
      const { limit, cursor: after, list, ...filters } = unwrap(readRecord(HistoryFilters, input))
      const query = { ...filters, ...partiesOf(by), after, limit: limit + 1 }
      const rows = await withRepository((repository) => repository.history(query))
      const view = ({ event, request }: (typeof rows)[number]) =>
        historyEntry(event, by.tenant, policy, request?.users) ?? throwBrokenRepository()
      // A page that names many users and tenants ends early, although more events remain.
      const more = reachPageIds(rows, idsInHistoryRow)
      return toPage(list, rows, limit, view, ({ event: { at, id } }) => ({ at, id }), more)
    },
  }
}
