/** Many tenants' facts, ready to be asked: one look-up by tenant and one by user, however many grants there are. */
import { answer, type DecisionOptions, INVALID_QUESTION, permits, readQuestion, type Standing } from './decision.js'
import { checkAllFacts, type TenantFacts } from './facts.js'
import { compareIds, type TenantId, type UserId } from './ids.js'
import { type Instant, toInstant } from './instant.js'
import type { Decision, Method } from './question.js'
import { holds, type Stake } from './status.js'

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

interface TenantAccess {
  readonly governed: boolean
  readonly byUser: ReadonlyMap<UserId, readonly Stake[]>
}

const NO_STAKES: readonly Stake[] = Object.freeze([])
const UNGOVERNED: Standing = Object.freeze({ governed: false, stakes: NO_STAKES })

/**
 * An access over these facts, copied when handed over: what happens to them later does not reach it. Facts of one tenant may
 * come in several pieces, in any order. Throws `invalid-facts` where they mix tenants, contradict themselves or are malformed (SPEC 5.2).
 */
export function accessFrom(facts: readonly TenantFacts[], options: AccessOptions = {}): Access {
  const { legacy, everyTenant } = options
  const byTenant = new Map(checkAllFacts(facts).map((one) => [one.tenant, indexed(one)]))
  const tenantsOf = reversed(byTenant)
  const unknown = everyTenant === true ? UNGOVERNED : undefined

  const standingOf = (user: UserId, tenant: TenantId): Standing | undefined => {
    const known = byTenant.get(tenant)
    return known ? { governed: known.governed, stakes: known.byUser.get(user) ?? NO_STAKES } : unknown
  }
  const enters = (user: UserId, tenant: TenantId, now: Instant): boolean =>
    byTenant
      .get(tenant)
      ?.byUser.get(user)
      ?.some((stake) => holds(stake, now)) ?? false

  return {
    canImpersonate: (user, tenant, method, now) => {
      const question = readQuestion(user, tenant, method, now)
      if (question === undefined) return false
      if (enters(user, tenant, question.now)) return true
      if (method === 'access-request' || legacy === undefined) return false
      const standing = byTenant.get(tenant) ?? unknown
      return standing !== undefined && !standing.governed && permits(legacy, user, tenant, method, question.now)
    },
    decide: (user, tenant, method, now) => {
      const question = readQuestion(user, tenant, method, now)
      return question === undefined ? INVALID_QUESTION : answer(question, standingOf(user, tenant), legacy)
    },
    tenantsFor: (user, now) => {
      const at = toInstant(now)
      if (at === undefined) return []
      return (tenantsOf.get(user) ?? []).filter((tenant) => enters(user, tenant, at)).sort(compareIds)
    },
    usersFor: (tenant, now) => {
      const at = toInstant(now)
      if (at === undefined) return []
      return [...(byTenant.get(tenant)?.byUser.keys() ?? [])].filter((user) => enters(user, tenant, at)).sort(compareIds)
    },
  }
}

function indexed({ governed, requests }: TenantFacts): TenantAccess {
  const byUser = new Map<UserId, Stake[]>()
  const add = (user: UserId, stake: Stake) => {
    const stakes = byUser.get(user)
    if (stakes) stakes.push(stake)
    else byUser.set(user, [stake])
  }
  for (const request of requests) {
    const named: Stake = { request, removedAt: null }
    for (const user of new Set(request.users)) add(user, named)
    for (const { user, at } of request.removed) add(user, { request, removedAt: at })
  }
  return { governed, byUser }
}

function reversed(byTenant: ReadonlyMap<TenantId, TenantAccess>): Map<UserId, TenantId[]> {
  const tenantsOf = new Map<UserId, TenantId[]>()
  for (const [tenant, { byUser }] of byTenant) {
    for (const user of byUser.keys()) {
      const tenants = tenantsOf.get(user)
      if (tenants) tenants.push(tenant)
      else tenantsOf.set(user, [tenant])
    }
  }
  return tenantsOf
}
