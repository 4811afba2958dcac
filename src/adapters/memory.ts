/** A repository in the memory of one process, for tests, examples and single-process hosts. */
import { freeze } from 'immer'
import type { AccessRequest } from '../domain/access-request.js'
import { isOpen } from '../domain/decisive-requests.js'
import { compareIds, type TenantId, type TenantRequestId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import { toFacts } from '../domain/request-facts.js'
import { lifecycleEnd, type RequestFacts } from '../domain/status.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import { idsInRequest, upToPageIds } from '../ports/event-feed.js'
import { countMyAccessOver, myAccessOver } from '../ports/my-access-query.js'
import type { NoticeRepository } from '../ports/notice-store.js'
import { page } from '../ports/page.js'
import { requestListsOver } from '../ports/request-lists.js'
import { memoryFacts } from './memory/facts.js'
import { memoryFeed } from './memory/feed.js'
import { memoryHistory } from './memory/history.js'
import { memoryNotices } from './memory/notices.js'
import { assertNewIds, bySnapshotKey, earliestDueFirst, frozenCopy, MultiMap, openIds, pairOf } from './memory/parts.js'
import { type MemoryTransaction, memoryReaders } from './memory/readers.js'
import { memorySessions, type Shared } from './memory/sessions.js'

export type { MemoryTransaction } from './memory/readers.js'

/**
 * Returns an empty repository whose data is lost when the process ends.
 * It copies its arguments and returns frozen values, so a caller cannot change stored data.
 * @example
 * ```ts
 * import { createConsentry } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 *
 * const directory = {
 *   members: (vendor: string) => (vendor === 'classics' ? ['caroline'] : []),
 *   askable: (vendor: string) => (vendor === 'classics' ? ['tom-sawyer'] : []),
 * }
 * export const consentry = createConsentry({ repository: memoryRepository(), directory })
 * ```
 */
export function memoryRepository(): NoticeRepository<MemoryTransaction> {
  const accessRequests = new Map<TenantId, Map<string, AccessRequest>>()
  const tenantRequests = new Map<TenantRequestId, TenantRequest>()
  const requestFacts = new Map<TenantRequestId, RequestFacts>()
  const byTenant = new MultiMap()
  const byRequester = new MultiMap()
  const byUser = new MultiMap()
  const byPair = new MultiMap()
  const governed = new Map<TenantId, Instant>()
  const { events, eventPositions, record, feed } = memoryFeed()
  const { history, keepOutcome } = memoryHistory(events, eventPositions)
  const store = (request: TenantRequest): void => {
    tenantRequests.set(request.id, request)
    requestFacts.set(request.id, freeze(toFacts(request)))
  }
  const load = (ids: Iterable<TenantRequestId>): TenantRequest[] => [...ids].flatMap((id) => tenantRequests.get(id) ?? [])
  const loadFacts = (ids: Iterable<TenantRequestId>): RequestFacts[] => [...ids].flatMap((id) => requestFacts.get(id) ?? [])
  const sentTo = (tenant: TenantId, requestingTenant: TenantId) =>
    loadFacts(byTenant.of(tenant)).filter((request) => request.requestingTenant === requestingTenant)
  const shared: Shared = {
    eventIds: eventPositions,
    record,
    requestsOf: (tenant, user) => loadFacts(byPair.of(pairOf(tenant, user))),
    factsOf: (tenant, requests) => freeze({ tenant, governed: governed.has(tenant), requests }, true),
    governedSince: (tenant) => governed.get(tenant) ?? null,
  }

  const lists = requestListsOver({
    requestsTo: (tenant) => load(byTenant.of(tenant)),
    requestsBy: (requestingTenant) => load(byRequester.of(requestingTenant)),
    submissionsBy: (requestingTenant) => accessRequests.get(requestingTenant) ?? new Map(),
    governedSince: shared.governedSince,
  })

  return {
    readers: memoryReaders(),
    notices: memoryNotices(() =>
      [...tenantRequests.values()].flatMap(({ id, state, sentAt }) => (state === 'pending' ? [{ id, dueAt: sentAt }] : [])),
    ),
    ...feed,
    ...memorySessions(shared),
    ...memoryFacts(
      shared,
      (tenant) => loadFacts(byTenant.of(tenant)),
      (user) => loadFacts(byUser.of(user)),
    ),

    async saveSubmission(submitted, cap) {
      const { request, tenantRequests: sent, events: newEvents } = frozenCopy(submitted)
      const ofRequester = accessRequests.get(request.requestingTenant)
      const existing = ofRequester?.get(request.id)
      if (existing) return { existing }
      const openIn = (tenant: TenantId, now: Instant) => sentTo(tenant, request.requestingTenant).filter((one) => isOpen(one, now)).length
      const tooManyOpen = sent.map(({ tenant }) => tenant).filter((tenant) => cap !== undefined && openIn(tenant, cap.now) >= cap.maxOpen)
      if (tooManyOpen.length > 0) return { tooManyOpen: tooManyOpen.sort(compareIds) }
      assertNewIds(
        sent.map(({ id }) => id),
        tenantRequests,
      )
      assertNewIds(
        newEvents.map(({ id }) => id),
        eventPositions,
      )
      if (ofRequester) ofRequester.set(request.id, request)
      else accessRequests.set(request.requestingTenant, new Map([[request.id, request]]))
      for (const one of sent) {
        store(one)
        byTenant.add(one.tenant, one.id)
        byRequester.add(one.requestingTenant, one.id)
        for (const user of one.users) {
          byUser.add(user, one.id)
          byPair.add(pairOf(one.tenant, user), one.id)
        }
      }
      for (const event of newEvents) record(event)
      return { saved: true }
    },

    async saveChanges(input) {
      const changes = frozenCopy(input)
      const current = changes.every(({ request }) => tenantRequests.get(request.id)?.revision === request.revision - 1)
      if (!current || new Set(changes.map(({ request }) => request.id)).size < changes.length) return 'conflict'
      assertNewIds(
        changes.map(({ event }) => event.id),
        eventPositions,
      )
      changes.forEach(keepOutcome)
      for (const { request, event } of changes) {
        store(request)
        record(event)
        if (event.type === 'tenant-request.granted')
          governed.set(request.tenant, Math.min(event.at, governed.get(request.tenant) ?? event.at))
      }
      return 'saved'
    },

    history,

    accessRequest: async (requestingTenant, id) => accessRequests.get(requestingTenant)?.get(id),

    tenantRequests: async (ids, party) =>
      load(new Set(ids)).filter(({ tenant, requestingTenant }) => party === undefined || party === tenant || party === requestingTenant),

    async tenantRequestsOf(requestingTenant, accessRequest) {
      return load(byRequester.of(requestingTenant))
        .filter((request) => request.accessRequest === accessRequest)
        .sort((a, b) => compareIds(a.tenant, b.tenant))
        .map(({ id, tenant }) => ({ id, tenant }))
    },

    async openRequestsNaming({ requestingTenant, user, after, limit }) {
      const own = load(byUser.of(user)).filter((request) => request.requestingTenant === requestingTenant)
      return page(openIds(own.filter(({ users }) => users.includes(user))), compareIds, after, limit)
    },

    async openRequestsBetween({ requestingTenant, tenant, after, limit }) {
      return page(openIds(sentTo(tenant, requestingTenant)), compareIds, after, limit)
    },

    async tenantSummaries({ requestingTenant, tenants, now }) {
      return [...new Set(tenants)].sort(compareIds).map((tenant) => {
        const sent = sentTo(tenant, requestingTenant)
        const open = sent.filter((request) => isOpen(request, now)).length
        return { tenant, open, everGranted: sent.some((request) => 'grantedAt' in request) }
      })
    },

    async dueRequests({ now, after, limit }) {
      const due = [...tenantRequests.values()]
        .filter((request) => (request.state === 'granted' || request.state === 'pending') && lifecycleEnd(request) <= now)
        .map((request) => ({ dueAt: lifecycleEnd(request), id: request.id }))
      return page(due, earliestDueFirst, after, limit)
    },

    incoming: async (query) => freeze(lists.incoming(query), true),
    outgoing: async (query) => freeze(lists.outgoing(query), true),
    accessRequests: async (query) => freeze(lists.accessRequests(query), true),
    countRequests: async (query) => freeze(lists.countRequests(query)),
    grants: async (query) => freeze(lists.grants(query), true),

    async myAccess(query) {
      return freeze(myAccessOver(load(byUser.of(query.user)), query), true)
    },

    async countMyAccess(query) {
      return freeze(countMyAccessOver(load(byUser.of(query.user)), query))
    },

    async requestPage({ after, limit }) {
      return upToPageIds(page([...requestFacts.values()], bySnapshotKey, after, limit), idsInRequest)
    },

    async governedTenantPage({ after, limit }) {
      return page([...governed.keys()], compareIds, after, limit)
    },
  }
}
