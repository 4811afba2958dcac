/** Many tenants' facts, ready to be asked: one look-up by tenant and one by user, however many grants there are. */
import { answer, type DecisionOptions, INVALID_QUESTION, permits } from '../domain/decision.js'
import { type Decision, type Granted, isMethod, type Method } from '../domain/decision-types.js'
import { checkAllFacts, type TenantFacts } from '../domain/facts.js'
import { compareIds, isId, type TenantId, type UserId } from '../domain/ids.js'
import { type Instant, toInstant } from '../domain/instant.js'
import { Standings } from './access-index.js'
import { NONE } from './id-interner.js'

/** Options of an access. */
export interface AccessOptions extends DecisionOptions {
  /** Declares that no tenant was left out, so that one without facts is not governed; else the legacy tool is denied there (SPEC 5.3.4). */
  readonly everyTenant?: boolean | undefined
}

/** Decisions over the facts it was made from. It never changes: make another when the facts do. `now` is a `Date` or milliseconds. */
export interface Access {
  /** Whether `user` may enter `tenant` by `method` at `now` (SPEC §5). A malformed question is denied; never throws. */
  canImpersonate(user: UserId, tenant: TenantId, method: Method, now: Date | Instant): boolean
  /** The same question, answered with its grounds (SPEC 5.6). Never throws. */
  decide(user: UserId, tenant: TenantId, method: Method, now: Date | Instant): Decision
  /** The tenants `user` may enter by `access-request` at `now`, in the order of their ids; none for a malformed question (SPEC 5.8). */
  tenantsFor(user: UserId, now: Date | Instant): TenantId[]
  /** The users who may enter `tenant` by `access-request` at `now`, in the order of their ids; none for a malformed question (SPEC 5.8). */
  usersFor(tenant: TenantId, now: Date | Instant): UserId[]
}

/** How many answers are kept to be given again: whoever is inside is asked about at every request of his. */
const RECENT = 1024

/**
 * An access over these facts, copied when handed over: what happens to them later does not reach it. Facts of one tenant may
 * come in several pieces, in any order. Throws `invalid-facts` where they mix tenants, contradict themselves or are malformed (SPEC 5.2).
 */
export function accessFrom(facts: readonly TenantFacts[], options: AccessOptions = {}): Access {
  const standings = new Standings()
  for (const { tenant, governed, requests } of checkAllFacts(facts)) {
    standings.tell(tenant, governed)
    for (const request of requests) standings.letGo(standings.add(request))
  }
  return accessOver(standings, options)
}

/** An access over these standings, as they are at each question. */
export function accessOver(standings: Standings, { legacy, everyTenant }: AccessOptions): Access {
  const { stakes } = standings
  const { courses } = stakes
  const governs = (tenant: number) => standings.isGoverned(tenant) ?? (everyTenant === true ? false : undefined)
  const recent: Granted[] = []
  const grantedBy = (course: number): Decision => {
    const [id, until] = [courses.id(course), courses.until(course)]
    const changesAt = until === Infinity ? null : until
    const known = recent[course % RECENT]
    if (known !== undefined && known.grantedBy[0] === id && known.changesAt === changesAt) return known
    const made: Granted = Object.freeze({ allowed: true, reason: 'granted', grantedBy: Object.freeze([id] as const), changesAt })
    recent[course % RECENT] = made
    return made
  }

  return {
    canImpersonate: (user, tenant, method, now) => {
      const at = toInstant(now)
      if (at === undefined || !isMethod(method)) return false
      const where = standings.tenant(tenant)
      if (where !== NONE && stakes.holds(standings.user(user), where, at)) return true
      if (method === 'access-request' || legacy === undefined || governs(where) !== false) return false
      return isId(user) && isId(tenant) && permits(legacy, user, tenant, method, at)
    },
    decide: (user, tenant, method, now) => {
      const at = toInstant(now)
      const who = standings.user(user)
      const where = standings.tenant(tenant)
      // Who and what is known was named by facts that were checked; so that only strangers need be looked at.
      const isQuestion = at !== undefined && isMethod(method) && (who !== NONE || isId(user)) && (where !== NONE || isId(tenant))
      if (!isQuestion) return INVALID_QUESTION
      const only = stakes.only(who, where)
      if (only !== NONE && courses.holds(only, at)) return grantedBy(only)
      return answer({ user, tenant, method, now: at }, { governed: governs(where), stakes: stakes.of(who, where) }, legacy)
    },
    tenantsFor: (user, now) => {
      const [who, at] = [standings.user(user), toInstant(now)]
      return at === undefined ? [] : standings.tenantsOf(who, at).sort(compareIds)
    },
    usersFor: (tenant, now) => {
      const [where, at] = [standings.tenant(tenant), toInstant(now)]
      return at === undefined ? [] : standings.usersOf(where, at).sort(compareIds)
    },
  }
}
