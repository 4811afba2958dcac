/** A repository in the memory of one process, for tests, examples and single-process hosts. */
import { freeze } from 'immer'
import type { AccessRequest } from '../domain/access-request.js'
import { TENANT_EVENTS } from '../domain/event.js'
import type { TenantFacts } from '../domain/facts.js'
import { type AccessRequestId, compareIds, type TenantId, type TenantRequestId, type UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import { type RequestFacts, requestsOfUser, requestsSentBy, statusAt, userStatusAt } from '../domain/status.js'
import { type TenantRequest, toFacts } from '../domain/tenant-request-state.js'
import type { EventKey, MyAccessRow } from '../ports/list-reader.js'
import type { Repository } from '../ports/repository.js'
import { memoryFeed } from './memory/feed.js'
import { assertNewIds, bySnapshotKey, frozenCopy, MultiMap, newestFirst, newestTenantFirst, page } from './memory/parts.js'
import { memorySessions } from './memory/sessions.js'

/**
 * Returns an empty repository whose data is lost when the process ends.
 * It copies its arguments and returns frozen values, so a caller cannot change stored data.
 * @example
 * ```ts
 * import { createConsentry } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 *
 * const directory = { members: () => ['caroline'], askable: () => ['tom-sawyer'] }
 * export const consentry = createConsentry({ repository: memoryRepository(), directory })
 * ```
 */
export function memoryRepository(): Repository {
  const accessRequests = new Map<TenantId, Map<string, AccessRequest>>()
  const tenantRequests = new Map<TenantRequestId, TenantRequest>()
  const requestFacts = new Map<TenantRequestId, RequestFacts>()
  const byTenant = new MultiMap()
  const byRequester = new MultiMap()
  const byUser = new MultiMap()
  const byPair = new MultiMap()
  const governed = new Map<TenantId, Instant>()
  const { events, eventPositions, record, feed } = memoryFeed()
  // A key whose event is not stored has position 0, before every event.
  const positionOf = ({ id }: EventKey): number => eventPositions.get(id) ?? 0
  const latestFirst = (a: EventKey, b: EventKey): number => b.at - a.at || positionOf(b) - positionOf(a)
  const store = (request: TenantRequest): void => {
    tenantRequests.set(request.id, request)
    requestFacts.set(request.id, freeze(toFacts(request)))
  }
  const load = (ids: Iterable<TenantRequestId>): TenantRequest[] => [...ids].flatMap((id) => tenantRequests.get(id) ?? [])
  const factsOf = (tenant: TenantId, ids: Iterable<TenantRequestId>): TenantFacts =>
    freeze({ tenant, governed: governed.has(tenant), requests: freeze([...ids].flatMap((id) => requestFacts.get(id) ?? [])) })
  const factsFor = (tenant: TenantId, user: UserId): TenantFacts => factsOf(tenant, byPair.of(pairOf(tenant, user)))
  const byTenantOf = (user: UserId, from: TenantId | null = null): [TenantId, TenantRequest[]][] => {
    const groups = new Map<TenantId, TenantRequest[]>()
    for (const request of requestsSentBy(from, load(byUser.of(user))))
      groups.set(request.tenant, [...(groups.get(request.tenant) ?? []), request])
    return [...groups].sort(([a], [b]) => compareIds(a, b))
  }

  return {
    ...feed,
    ...memorySessions({ eventIds: eventPositions, record, factsFor, governedSince: (tenant) => governed.get(tenant) ?? null }),

    async saveSubmission(submitted) {
      const { request, tenantRequests: sent, events: newEvents } = frozenCopy(submitted)
      const ofRequester = accessRequests.get(request.requestingTenant)
      const existing = ofRequester?.get(request.id)
      if (existing) return { existing }
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
      for (const { request, event } of changes) {
        store(request)
        record(event)
        if (event.type === 'tenant-request.granted')
          governed.set(request.tenant, Math.min(event.at, governed.get(request.tenant) ?? event.at))
      }
      return 'saved'
    },

    accessRequest: async (requestingTenant, id) => accessRequests.get(requestingTenant)?.get(id),

    tenantRequest: async (id) => tenantRequests.get(id),

    async tenantRequestsOf(requestingTenant, accessRequest) {
      return load(byRequester.of(requestingTenant))
        .filter((request) => request.accessRequest === accessRequest)
        .sort((a, b) => compareIds(a.tenant, b.tenant))
    },

    async openRequestsNaming(requestingTenant, user) {
      return load(byUser.of(user))
        .filter((request) => request.requestingTenant === requestingTenant && request.users.includes(user))
        .filter(({ state }) => state === 'pending' || state === 'granted')
        .sort((a, b) => compareIds(a.id, b.id))
    },

    async dueRequests(now, limit) {
      return [...tenantRequests.values()]
        .filter((request) => request.state === 'granted')
        .flatMap((request) => (request.expiresAt !== null && request.expiresAt <= now ? [{ request, expiresAt: request.expiresAt }] : []))
        .sort((a, b) => a.expiresAt - b.expiresAt || compareIds(a.request.id, b.request.id))
        .slice(0, limit)
        .map(({ request }) => request)
    },

    async facts(tenant) {
      return factsOf(tenant, byTenant.of(tenant))
    },

    async factsFor(tenant, user) {
      return factsFor(tenant, user)
    },

    async factsOfUser(user) {
      return byTenantOf(user).map(([tenant]) => factsFor(tenant, user))
    },

    async incoming({ tenant, status, now, after, limit }) {
      const rows = load(byTenant.of(tenant)).filter((request) => status === undefined || statusAt(request, now) === status)
      return page(rows, newestFirst, after, limit)
    },

    async outgoing({ requestingTenant, accessRequest, status, now, after, limit }) {
      const rows = load(byRequester.of(requestingTenant))
        .filter((request) => accessRequest === undefined || request.accessRequest === accessRequest)
        .filter((request) => status === undefined || statusAt(request, now) === status)
      const nameOf = (id: AccessRequestId) => accessRequests.get(requestingTenant)?.get(id)?.name ?? ''
      return page(rows, newestFirst, after, limit).map((request) => ({ request, name: nameOf(request.accessRequest) }))
    },

    async myAccess({ requestingTenant, user, status, now, after, limit }) {
      const rows = byTenantOf(user, requestingTenant)
        .filter(([, requests]) => status === undefined || userStatusAt(requestsOfUser(user, requests), now) === status)
        .map(([tenant, requests]): MyAccessRow => ({ tenant, sentAt: Math.min(...requests.map(({ sentAt }) => sentAt)), requests }))
      return page(rows, newestTenantFirst, after, limit)
    },

    async history({ requestingTenant, tenant, after, limit }) {
      const shown: readonly string[] = TENANT_EVENTS
      const rows = events.filter(
        (event) => event.requestingTenant === requestingTenant || (event.tenant === tenant && shown.includes(event.type)),
      )
      return page(rows, latestFirst, after, limit)
    },

    async requestPage({ after, limit }) {
      return page([...requestFacts.values()], bySnapshotKey, after, limit)
    },

    async governedTenantPage({ after, limit }) {
      return page([...governed.keys()], compareIds, after, limit)
    },
  }
}

/** Returns one key for a tenant and a user. Ids contain no space (SPEC 3.5). */
function pairOf(tenant: TenantId, user: UserId): string {
  return `${tenant} ${user}`
}
