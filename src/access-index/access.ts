/** Many tenants' facts, ready to be asked: one look-up by tenant and one by user, however many grants there are. */
import { type DecisionOptions, evaluate, INVALID_QUESTION, legacyAllows } from '../domain/decision.js'
import { type AccessMethod, type Decision, type Granted, isAccessMethod } from '../domain/decision-types.js'
import { parseAllFacts, type TenantFacts } from '../domain/facts.js'
import { compareIds, isId, type TenantId, type UserId } from '../domain/ids.js'
import { type Instant, toInstant } from '../domain/instant.js'
import { AccessIndex } from './access-index.js'
import { NOT_FOUND } from './id-interner.js'

/** Options of an access. */
export interface AccessOptions extends DecisionOptions {
  /** Declares that no tenant was left out, so that one without facts is not governed; else the legacy tool is denied there (SPEC 5.3.4). */
  readonly everyTenant?: boolean | undefined
}

/** Decisions over the facts it was made from. It never changes: make another when the facts do. `now` is a `Date` or milliseconds. */
export interface Access {
  /** Whether `user` may enter `tenant` by `method` at `now` (SPEC §5). A malformed question is denied; never throws. */
  canImpersonate(user: UserId, tenant: TenantId, method: AccessMethod, now: Date | Instant): boolean
  /** The same question, answered with its grounds (SPEC 5.6). Never throws. */
  decide(user: UserId, tenant: TenantId, method: AccessMethod, now: Date | Instant): Decision
  /** The tenants `user` may enter by `access-request` at `now`, in the order of their ids; none for a malformed question (SPEC 5.8). */
  tenantsFor(user: UserId, now: Date | Instant): TenantId[]
  /** The users who may enter `tenant` by `access-request` at `now`, in the order of their ids; none for a malformed question (SPEC 5.8). */
  usersFor(tenant: TenantId, now: Date | Instant): UserId[]
}

/** How many answers are kept to be given again: whoever is inside is asked about at every request of his. */
const DECISION_CACHE_SIZE = 1024

/**
 * An access over these facts, copied when handed over: what happens to them later does not reach it. Facts of one tenant may
 * come in several pieces, in any order. Throws `invalid-facts` where they mix tenants, contradict themselves or are malformed (SPEC 5.2).
 */
export function accessFrom(facts: readonly TenantFacts[], options: AccessOptions = {}): Access {
  const standings = new AccessIndex()
  for (const { tenant, governed, requests } of parseAllFacts(facts)) {
    standings.setTenant(tenant, governed)
    for (const request of requests) standings.release(standings.add(request))
  }
  return accessOnIndex(standings, options)
}

/** An access over these standings, as they are at each question. */
export function accessOnIndex(standings: AccessIndex, { legacy, everyTenant }: AccessOptions): Access {
  const { userGrants } = standings
  const { grants } = userGrants
  const isGoverned = (tenant: number) => standings.isGoverned(tenant) ?? (everyTenant === true ? false : undefined)
  const decisionCache: Granted[] = []
  const grantedDecision = (course: number): Decision => {
    const [id, until] = [grants.requestId(course), grants.endsAt(course)]
    const changesAt = until === Infinity ? null : until
    const known = decisionCache[course % DECISION_CACHE_SIZE]
    if (known !== undefined && known.grantedBy[0] === id && known.changesAt === changesAt) return known
    const made: Granted = Object.freeze({ allowed: true, reason: 'granted', grantedBy: Object.freeze([id] as const), changesAt })
    decisionCache[course % DECISION_CACHE_SIZE] = made
    return made
  }

  return {
    canImpersonate: (user, tenant, method, now) => {
      const at = toInstant(now)
      if (at === undefined || !isAccessMethod(method)) return false
      const where = standings.tenantIndex(tenant)
      if (where !== NOT_FOUND && userGrants.holds(standings.userIndex(user), where, at)) return true
      if (method === 'access-request' || legacy === undefined || isGoverned(where) !== false) return false
      return isId(user) && isId(tenant) && legacyAllows(legacy, user, tenant, method, at)
    },
    decide: (user, tenant, method, now) => {
      const at = toInstant(now)
      const who = standings.userIndex(user)
      const where = standings.tenantIndex(tenant)
      // Who and what is known was named by facts that were checked; so that only strangers need be looked at.
      const isQuestion =
        at !== undefined && isAccessMethod(method) && (who !== NOT_FOUND || isId(user)) && (where !== NOT_FOUND || isId(tenant))
      if (!isQuestion) return INVALID_QUESTION
      const only = userGrants.singleGrantOf(who, where)
      if (only !== NOT_FOUND && grants.holds(only, at)) return grantedDecision(only)
      return evaluate(
        { user, tenant, method, now: at },
        { governed: isGoverned(where), requests: userGrants.requestsOf(who, where) },
        legacy,
      )
    },
    tenantsFor: (user, now) => {
      const [who, at] = [standings.userIndex(user), toInstant(now)]
      return at === undefined ? [] : standings.tenantsOf(who, at).sort(compareIds)
    },
    usersFor: (tenant, now) => {
      const [where, at] = [standings.tenantIndex(tenant), toInstant(now)]
      return at === undefined ? [] : standings.usersOf(where, at).sort(compareIds)
    },
  }
}
