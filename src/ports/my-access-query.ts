/** The query of a user's own access, and its rows over requests held as objects (SPEC 6.3, 6.9). */
import { decidingRequest, decisiveRequests } from '../domain/decisive-requests.js'
import { compareIds, type TenantId, type UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import { toFacts } from '../domain/request-facts.js'
import { type RequestFacts, requestsOfUser, statusAt, USER_STATUSES, type UserRequest, type UserStatus } from '../domain/status.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import { userStatusAt } from '../domain/user-status.js'
import { isOneOf } from './history-query.js'
import { compareExpiries, page } from './page.js'

/** The key of a `tenant` in my access, with `sentAt` in milliseconds. A page begins after it. */
export interface TenantKey {
  readonly sentAt: Instant
  readonly tenant: TenantId
}

/**
 * The key of a `tenant` in the order `expiring`, after which a page begins.
 * `expiresAt` is in milliseconds, `null` for no end.
 */
export interface TenantExpiryKey {
  readonly expiresAt: Instant | null
  readonly tenant: TenantId
}

/** A user's standing in one tenant. */
export interface MyAccessRow {
  /** The tenant. */
  readonly tenant: TenantId
  /** The earliest `sentAt` of all requests there that name or named the user, in milliseconds. */
  readonly sentAt: Instant
  /**
   * The request that decides the user's status at `now` (SPEC 5.4), narrowed to the user.
   * It is the `decidingRequest` of the user's requests there.
   */
  readonly request: RequestFacts
  /** The message of its grant; `''` without one. */
  readonly message: string
  /** Whether the status at `now` is `granted`, and another request that names the user there is pending. */
  readonly renewalPending: boolean
}

/**
 * Whose access: that of `user`, by the requests of `requestingTenant` that name or named them.
 * `now` is the instant of the statuses, in milliseconds.
 */
export interface MyAccessOwner {
  readonly requestingTenant: TenantId
  readonly user: UserId
  readonly now: Instant
}

/**
 * The query of one page of my access: the first `limit` tenants after `after` that match all filters.
 * Without a filter, every tenant matches.
 * `newest` is by `sentAt` and `tenant`, both descending. `expiring` has only tenants whose status is `granted`, by the `expiresAt` of the
 * deciding grant, no end last, then `tenant`.
 */
export type MyAccessQuery = MyAccessOwner & {
  /** The user's statuses at `now`, of which a tenant has one. */
  readonly statuses?: readonly UserStatus[] | undefined
  readonly tenants?: readonly TenantId[] | undefined
  /**
   * The first `expiresAt` that is too late, in milliseconds.
   * Only tenants match whose status is `granted` and whose grant has an end.
   */
  readonly expiresBefore?: Instant | undefined
  readonly limit: number
} & (
    | { readonly order?: 'newest' | undefined; readonly after?: TenantKey | undefined }
    | { readonly order: 'expiring'; readonly after?: TenantExpiryKey | undefined }
  )

/** How many tenants have each status of a user. */
export type UserStatusCounts = Readonly<Record<UserStatus, number>>

type Standing = MyAccessRow & { readonly status: UserStatus; readonly expiresAt: Instant | null }

/**
 * Returns a page of a user's access.
 * `requests` are all of the requesting tenant that name or named the user; others are left out.
 * @example Continues initialState
 * ```ts
 * import { myAccessOver } from 'consentry/repository'
 *
 * const owner = { requestingTenant: 'classics', user: 'caroline', now: pending.sentAt }
 * const [row] = myAccessOver([pending], { ...owner, statuses: ['pending'], limit: 10 })
 * console.log(row?.tenant) // tom-sawyer
 * ```
 */
export function myAccessOver(requests: readonly TenantRequest[], query: MyAccessQuery): MyAccessRow[] {
  const { statuses, tenants, expiresBefore, limit } = query
  const matching = standingsOf(requests, query)
    .filter(({ tenant, status }) => isOneOf(statuses, status) && isOneOf(tenants, tenant))
    .filter(({ expiresAt }) => expiresBefore === undefined || (expiresAt !== null && expiresAt < expiresBefore))
    .filter(({ status }) => query.order !== 'expiring' || status === 'granted')
  const rows =
    query.order === 'expiring'
      ? page<TenantExpiryKey, Standing>(matching, (a, b) => compareExpiries(a, b) || compareIds(a.tenant, b.tenant), query.after, limit)
      : page<TenantKey, Standing>(matching, (a, b) => b.sentAt - a.sentAt || compareIds(b.tenant, a.tenant), query.after, limit)
  return rows.map(({ status: _, expiresAt: __, ...row }) => row)
}

/**
 * Counts the tenants of a user's access by status, each up to `limit`.
 * @example Continues myAccessOver
 * ```ts
 * import { countMyAccessOver } from 'consentry/repository'
 *
 * console.log(countMyAccessOver([pending], { ...owner, limit: 10 }).pending) // 1
 * ```
 */
export function countMyAccessOver(requests: readonly TenantRequest[], query: MyAccessOwner & { readonly limit: number }): UserStatusCounts {
  const found = standingsOf(requests, query).map(({ status }) => status)
  const counts = USER_STATUSES.map((status) => [status, Math.min(found.filter((one) => one === status).length, query.limit)] as const)
  return Object.fromEntries(counts) as Record<UserStatus, number>
}

function standingsOf(requests: readonly TenantRequest[], { requestingTenant, user, now }: MyAccessOwner): Standing[] {
  const byTenant = new Map<TenantId, UserRequest<TenantRequest>[]>()
  for (const one of requestsOfUser(user, requests)) {
    if (one.request.requestingTenant !== requestingTenant) continue
    const { tenant } = one.request
    byTenant.set(tenant, [...(byTenant.get(tenant) ?? []), one])
  }
  return [...byTenant].map(([tenant, own]) => standingIn(tenant, user, own, now))
}

function standingIn(tenant: TenantId, user: UserId, own: readonly UserRequest<TenantRequest>[], now: Instant): Standing {
  const { request } = decidingRequest(own, now) as UserRequest<TenantRequest> // never without a request
  const [facts] = decisiveRequests(user, [toFacts(request)], now) as [RequestFacts]
  const status = userStatusAt(own, now) as UserStatus
  const isWaiting = own.some(({ request: one, removedAt }) => removedAt === null && statusAt(one, now) === 'pending')
  return {
    tenant,
    sentAt: Math.min(...own.map((one) => one.request.sentAt)),
    request: facts,
    message: 'grantMessage' in request ? request.grantMessage : '',
    renewalPending: status === 'granted' && isWaiting,
    status,
    expiresAt: status === 'granted' && 'expiresAt' in request ? request.expiresAt : null,
  }
}
