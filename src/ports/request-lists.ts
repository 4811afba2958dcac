/** The lists of requests and their counts, for repositories that hold requests as objects. */

import type { AccessRequest } from '../domain/access-request.js'
import { cutSpan, grantSpan } from '../domain/access-span.js'
import { type AccessRequestId, compareIds, type TenantId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import { REQUEST_STATUSES, type RequestStatus, statusAt } from '../domain/status.js'
import type { RequestWithoutUsers, TenantRequest } from '../domain/tenant-request-state.js'
import { idsInAssociations, upToPageIds } from './event-feed.js'
import type { GrantKey, GrantRow } from './grants-query.js'
import { isOneOf } from './history-query.js'
import type { ListReader } from './list-reader.js'
import { compareExpiries, page } from './page.js'
import type { AccessRequestRow, ExpiryKey, OutgoingRow, RequestFilters, RequestKey, RequestPage, StatusCounts } from './request-query.js'

/** What the lists are made of; each in any order. */
export interface RequestListSource {
  /** Returns the tenant requests that ask a tenant. */
  readonly requestsTo: (tenant: TenantId) => readonly TenantRequest[]
  /** Returns the tenant requests that a tenant sent. */
  readonly requestsBy: (requestingTenant: TenantId) => readonly TenantRequest[]
  /** Returns the access requests that a tenant sent, by id. */
  readonly submissionsBy: (requestingTenant: TenantId) => ReadonlyMap<AccessRequestId, AccessRequest>
  /** Returns the instant of a tenant's first grant, in milliseconds; `null` if it never granted. */
  readonly governedSince: (tenant: TenantId) => Instant | null
}

/** The lists of requests of a repository, without promises. */
export type RequestLists = {
  readonly [M in 'incoming' | 'outgoing' | 'accessRequests' | 'countRequests' | 'grants']: (
    ...args: Parameters<ListReader[M]>
  ) => Awaited<ReturnType<ListReader[M]>>
}

/**
 * Returns the lists of requests over objects: filters, orders and pages as the port promises.
 * @example Continues initialState
 * ```ts
 * import { requestListsOver } from 'consentry/repository'
 *
 * const requests = () => [pending]
 * const lists = requestListsOver({ requestsTo: requests, requestsBy: requests, submissionsBy: () => new Map(), governedSince: () => null })
 * const found = lists.incoming({ tenant: 'tom-sawyer', now: 2_000, statuses: ['pending'], limit: 10 })
 * console.log(found.length) // 1
 * ```
 */
export function requestListsOver({ requestsTo, requestsBy, submissionsBy, governedSince }: RequestListSource): RequestLists {
  return {
    incoming(query) {
      const { tenant, requestingTenants } = query
      const asking = requestsTo(tenant).filter(({ requestingTenant }) => isOneOf(requestingTenants, requestingTenant))
      return pageOfRequests(asking, query).map(({ users: _, removed: __, ...row }) => row)
    },

    outgoing(query) {
      const { requestingTenant, accessRequest, tenants, users, namePrefix = '' } = query
      const submissions = submissionsBy(requestingTenant)
      const nameOf = (request: TenantRequest) => submissions.get(request.accessRequest)?.name ?? ''
      const own = requestsBy(requestingTenant)
        .filter((request) => accessRequest === undefined || request.accessRequest === accessRequest)
        .filter((request) => isOneOf(tenants, request.tenant) && nameOf(request).startsWith(namePrefix))
        .filter((request) => users === undefined || request.users.some((user) => users.includes(user)))
      return pageOfRequests(own, query).map((request): OutgoingRow => ({ request, name: nameOf(request) }))
    },

    accessRequests(query) {
      const { requestingTenant, now, id, users, tenants, statuses, namePrefix = '', from = -Infinity, to = Infinity, after, limit } = query
      const sent = requestsBy(requestingTenant)
      const matching = sent.filter((one) => isOneOf(tenants, one.tenant) && isOneOf(statuses, statusAt(one, now)))
      const found = tenants || statuses ? new Set(matching.map(({ accessRequest }) => accessRequest)) : undefined
      const own = [...submissionsBy(requestingTenant).values()]
        .filter((request) => (id === undefined || request.id === id) && request.sentAt >= from && request.sentAt < to)
        .filter((request) => request.name.startsWith(namePrefix) && (found === undefined || found.has(request.id)))
        .filter(({ associations }) => users === undefined || associations.some((one) => one.users.some((user) => users.includes(user))))
      const rows = page(own, newestFirst, after, limit).map((request): AccessRequestRow => {
        const ofRequest = sent.filter(({ accessRequest }) => accessRequest === request.id)
        return { request, statuses: countEach(ofRequest.map((one) => statusAt(one, now))) }
      })
      return upToPageIds(rows, ({ request }) => idsInAssociations(request.associations))
    },

    countRequests({ now, limit, ...party }) {
      if (party.tenant !== undefined)
        return countEach(
          requestsTo(party.tenant).map((request) => statusAt(request, now)),
          limit,
        )
      const sent = requestsBy(party.requestingTenant).map((request) => [statusAt(request, now), request.accessRequest] as const)
      // Ids contain no space (SPEC 3.5).
      const counted = party.each === 'tenant-request' ? sent : new Map(sent.map((pair) => [pair.join(' '), pair])).values()
      return countEach(
        Array.from(counted, ([status]) => status),
        limit,
      )
    },

    grants({ requestingTenant, tenant, other, from, to, after, limit }) {
      const isOther = (opposite: TenantId) => other === undefined || opposite === other
      const submissions = requestingTenant === undefined ? new Map<AccessRequestId, AccessRequest>() : submissionsBy(requestingTenant)
      const sent = requestingTenant === undefined ? [] : requestsBy(requestingTenant).filter((one) => isOther(one.tenant))
      const asking = tenant === undefined ? [] : requestsTo(tenant).filter((one) => isOther(one.requestingTenant))
      const found = [...sent, ...asking.filter((one) => one.requestingTenant !== requestingTenant)].flatMap((request) => {
        const span = grantSpan(request)
        return span && cutSpan(span, { from, to }) ? [{ grantedAt: span.from, id: request.id, request }] : []
      })
      const rows = page(found, latestGrantFirst, after, limit).map(({ request }): GrantRow => {
        const { users: _, removed: __, ...withoutUsers } = request
        if (request.requestingTenant !== requestingTenant) return { party: 'tenant', request: withoutUsers }
        return { party: 'requester', request, name: submissions.get(request.accessRequest)?.name ?? '' }
      })
      return { rows, governedSince: tenant === undefined ? null : governedSince(tenant) }
    },
  }
}

/** Orders request lists: newest first, equal instants by id descending. */
export function newestFirst(a: RequestKey, b: RequestKey): number {
  return b.sentAt - a.sentAt || compareIds(b.id, a.id)
}

/** Orders granted requests: latest grant first, equal instants by id descending. */
function latestGrantFirst(a: GrantKey, b: GrantKey): number {
  return b.grantedAt - a.grantedAt || compareIds(b.id, a.id)
}

function pageOfRequests(requests: readonly TenantRequest[], query: RequestFilters & RequestPage): TenantRequest[] {
  const matching = requests.filter((request) => matches(request, query))
  if (query.order !== 'expiring') return page(matching, newestFirst, query.after, query.limit)
  const holding = matching.flatMap((one) => (one.state === 'granted' && statusAt(one, query.now) === 'granted' ? [one] : []))
  return page<ExpiryKey, (typeof holding)[number]>(
    holding,
    (a, b) => compareExpiries(a, b) || compareIds(a.id, b.id),
    query.after,
    query.limit,
  )
}

function matches(request: RequestWithoutUsers, filters: RequestFilters): boolean {
  const { now, id, statuses, from = -Infinity, to = Infinity, expiresBefore } = filters
  const status = statusAt(request, now)
  if ((id !== undefined && request.id !== id) || !isOneOf(statuses, status) || request.sentAt < from || request.sentAt >= to) return false
  if (expiresBefore === undefined) return true
  // A grant in the future is shown as pending, without its end.
  return 'expiresAt' in request && request.expiresAt !== null && request.expiresAt < expiresBefore && status !== 'pending'
}

function countEach(statuses: readonly RequestStatus[], limit = Infinity): StatusCounts<RequestStatus> {
  const counts = REQUEST_STATUSES.map((status) => [status, Math.min(limit, statuses.filter((one) => one === status).length)])
  return Object.fromEntries(counts)
}
