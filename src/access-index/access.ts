/** Decisions over the facts of many tenants, with one lookup by tenant and one by user. */
import type { LegacyOptions } from '../domain/decision-types.js'
import { type AccessMethod, type Decision, type Granted, isAccessMethod } from '../domain/decision-types.js'
import { decideByRule, evaluate, type HostRule, INVALID_QUESTION } from '../domain/evaluate.js'
import { parseAllFacts, type TenantFacts } from '../domain/facts.js'
import { compareIds, isId, type TenantId, type UserId } from '../domain/ids.js'
import { type Instant, toInstant } from '../domain/instant.js'
import { ownOptions } from '../domain/own.js'
import { AccessIndex } from './access-index.js'
import { NOT_FOUND } from './id-interner.js'

/** The options of `accessFrom`. */
export interface AccessOptions extends LegacyOptions {
  /**
   * Declares that the facts cover every tenant: a tenant without facts is then not governed.
   * By default the legacy methods are denied for such a tenant (SPEC 5.3.4).
   */
  readonly everyTenant?: boolean | undefined
}

/**
 * Decisions over fixed facts: create another one when the facts change.
 *
 * `now` is a `Date` or milliseconds. `from` is the user's own tenant, as the host's login knows it: only requests of that requesting
 * tenant count (SPEC 2.7). Without it, or with `null`, every vendor's count.
 */
export interface Access {
  /**
   * Returns whether `user` may enter `tenant` by `method` at `now` (SPEC §5).
   * Denies a malformed question; never throws.
   * @example Continues accessFrom
   * ```ts
   * console.log(access.canImpersonate('wickham', 'tom-sawyer', 'legacy-support', 8_999)) // false
   * ```
   */
  canImpersonate(user: UserId, tenant: TenantId, method: AccessMethod, now: Date | Instant, from?: TenantId | null): boolean
  /**
   * Answers the same question with the reason (SPEC 5.6). Never throws.
   * @example Continues accessFrom
   * ```ts
   * const { reason, ...rest } = access.decide('caroline', 'tom-sawyer', 'access-request', 8_999, 'classics')
   * console.log(reason, rest) // granted { allowed: true, grantedBy: [ 'r1' ], changesAt: 9000 }
   * console.log(access.decide('caroline', 'tom-sawyer', 'access-request', 8_999, 'novels').reason) // not-associated
   * ```
   */
  decide(user: UserId, tenant: TenantId, method: AccessMethod, now: Date | Instant, from?: TenantId | null): Decision
  /**
   * Returns the tenants `user` may enter by `access-request` at `now`, sorted by id.
   * Returns none for a malformed question (SPEC 5.8).
   * @example Continues accessFrom
   * ```ts
   * console.log(access.tenantsFor('caroline', 8_999), access.tenantsFor('caroline', 9_000)) // [ 'tom-sawyer' ] []
   * ```
   */
  tenantsFor(user: UserId, now: Date | Instant, from?: TenantId | null): TenantId[]
  /**
   * Returns the users who may enter `tenant` by `access-request` at `now`, sorted by id.
   * Returns none for a malformed question (SPEC 5.8).
   * @example Continues accessFrom
   * ```ts
   * console.log(access.usersFor('tom-sawyer', 8_999)) // [ 'caroline' ]
   * ```
   */
  usersFor(tenant: TenantId, now: Date | Instant, from?: TenantId | null): UserId[]
}

/** How many decisions are cached: a guard asks for the same decision on every request of a session. */
const DECISION_CACHE_SIZE = 1024

/**
 * Creates an access from a copy of the facts: changing them later has no effect.
 * The facts of one tenant may come in several pieces, in any order.
 * @throws `invalid-facts` if the facts mix tenants, contradict each other or are malformed (SPEC 5.2).
 * @example
 * ```ts
 * import { accessFrom } from 'consentry/decision'
 *
 * const access = accessFrom([
 *   {
 *     tenant: 'tom-sawyer',
 *     governed: true,
 *     requests: [
 *       {
 *         id: 'r1',
 *         requestingTenant: 'classics',
 *         tenant: 'tom-sawyer',
 *         users: ['caroline'],
 *         removed: [],
 *         sentAt: 0,
 *         state: 'granted',
 *         grantedAt: 1_000,
 *         expiresAt: 9_000,
 *       },
 *     ],
 *   },
 * ])
 * console.log(access.canImpersonate('caroline', 'tom-sawyer', 'access-request', 8_999, 'classics')) // true
 * ```
 */
export function accessFrom(facts: readonly TenantFacts[], options: AccessOptions = {}): Access {
  const index = new AccessIndex()
  for (const { tenant, governed, requests } of parseAllFacts(facts)) {
    index.setTenant(tenant, governed)
    for (const request of requests) index.grants.release(index.add(request))
  }
  return accessOnIndex(index, options)
}

/** Creates an access over an index. Each question reads the index as it is then. */
export function accessOnIndex(index: AccessIndex, options: AccessOptions, reportRule?: HostRule['reportRule']): Access {
  const { everyTenant, legacy, isAskable } = ownOptions(options)
  const host = { legacy, isAskable, reportRule }
  const isGoverned = (tenantIndex: number) => index.isGoverned(tenantIndex) ?? (everyTenant === true ? false : undefined)
  const decisionCache: Granted[] = []
  const grantedDecision = (grant: number): Decision => {
    const id = index.grants.requestId(grant)
    const endsAt = index.grants.endsAt(grant)
    const changesAt = endsAt === Infinity ? null : endsAt
    const cached = decisionCache[grant % DECISION_CACHE_SIZE]
    if (cached !== undefined && cached.grantedBy[0] === id && cached.changesAt === changesAt) return cached
    const decision: Granted = Object.freeze({ allowed: true, reason: 'granted', grantedBy: Object.freeze([id] as const), changesAt })
    decisionCache[grant % DECISION_CACHE_SIZE] = decision
    return decision
  }

  return {
    canImpersonate: (user, tenant, method, now, from = null) => {
      const at = toInstant(now)
      if (at === undefined || !isAccessMethod(method)) return false
      const tenantIndex = index.tenantIndex(tenant)
      const holds = tenantIndex !== NOT_FOUND && index.userGrants.holds(index.userIndex(user), tenantIndex, at, index.requesterIndex(from))
      if (holds || method === 'access-request' || isGoverned(tenantIndex) !== false) return holds
      const wellFormed = isId(user) && isId(tenant) && (from === null || isId(from))
      return wellFormed && decideByRule(user, tenant, method, at, from, host).allowed
    },
    decide: (user, tenant, method, now, from = null) => {
      const at = toInstant(now)
      const userIndex = index.userIndex(user)
      const tenantIndex = index.tenantIndex(tenant)
      const requester = index.requesterIndex(from)
      // The index contains only valid ids, so only unknown ones need checking.
      const userIsValid = userIndex !== NOT_FOUND || isId(user)
      const tenantIsValid = tenantIndex !== NOT_FOUND || isId(tenant)
      const requesterIsValid = requester !== NOT_FOUND || isId(from)
      if (at === undefined || !isAccessMethod(method) || !userIsValid || !tenantIsValid || !requesterIsValid) return INVALID_QUESTION
      const grant = index.userGrants.onlyGrantAt(userIndex, tenantIndex, at, requester)
      if (grant !== NOT_FOUND) return grantedDecision(grant)
      const requests = index.userGrants.requestsOf(userIndex, tenantIndex, requester)
      return evaluate({ user, tenant, method, now: at, from }, { governed: isGoverned(tenantIndex), requests }, host)
    },
    tenantsFor: (user, now, from) => {
      const at = toInstant(now)
      return at === undefined ? [] : index.tenantsOf(index.userIndex(user), at, index.requesterIndex(from)).sort(compareIds)
    },
    usersFor: (tenant, now, from) => {
      const at = toInstant(now)
      return at === undefined ? [] : index.usersOf(index.tenantIndex(tenant), at, index.requesterIndex(from)).sort(compareIds)
    },
  }
}
