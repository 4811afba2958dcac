/** Fan-out: groups the users of an access request by distinct tenant (SPEC 3.7). */
import type { Association } from './association.js'
import { compareIds, type TenantId, type UserId } from './ids.js'
import type { SubmissionLimits } from './policy.js'
import { type Issue, ok, type Result, refused } from './refusal.js'

/** The users that each tenant is asked about. Tenants and users are ordered by id. */
export type UsersByTenant = ReadonlyMap<TenantId, readonly UserId[]>

// Duplicates cost time before they merge: a small input can name the same pairs thousands of times.
const READ_PER_PAIR = 10

/**
 * Returns, per distinct tenant, the union of the users whose associations name it (SPEC 3.7).
 *
 * More distinct tenants, pairs of a user and a tenant, or users for one tenant than the policy allows are refused with a `too-many`
 * issue. So are more than ten times the pairs allowed, duplicates included (SPEC 3.4).
 * @example
 * ```ts
 * import { fanOut } from 'consentry/domain'
 *
 * const associations = [
 *   { users: ['charlotte'], tenants: ['tom-sawyer', 'hundred-acre'] },
 *   { users: ['caroline'], tenants: ['tom-sawyer'] },
 * ]
 * const fannedOut = fanOut(associations, { maxTenants: 10, maxPairs: 10, maxUsersPerTenant: 10 })
 * console.log(fannedOut.ok && fannedOut.value.get('tom-sawyer')) // [ 'caroline', 'charlotte' ]
 * ```
 */
export function fanOut(associations: readonly Association[], limits: SubmissionLimits): Result<UsersByTenant> {
  const { maxTenants, maxPairs, maxUsersPerTenant } = limits
  const most = READ_PER_PAIR * maxPairs
  if (pairsNamed(associations) > most) return tooMany(`${most} pairs of a user and a tenant, duplicates included`)
  const usersOf = new Map<TenantId, Set<UserId>>()
  // Most tenants are named with one list of users, which they share: ten thousand tenants need one set, sorted once.
  const shared = new Set<Set<UserId>>()
  let pairs = 0
  for (const { users, tenants } of mergeUserLists(associations)) {
    const list = new Set(users)
    shared.add(list)
    for (const tenant of tenants) {
      const others = usersOf.get(tenant)
      const tenantUsers = others === undefined ? list : shared.has(others) ? new Set(others) : others
      usersOf.set(tenant, tenantUsers)
      if (others !== undefined) {
        pairs -= others.size
        for (const user of list) tenantUsers.add(user)
      }
      pairs += tenantUsers.size
      // Checked in the loop, so that a small input with many large associations cannot exhaust memory.
      if (usersOf.size > maxTenants) return tooMany(`${maxTenants} distinct tenants`)
      if (pairs > maxPairs) return tooMany(`${maxPairs} pairs of a user and a tenant`)
      if (tenantUsers.size > maxUsersPerTenant) return tooMany(`${maxUsersPerTenant} distinct users for one tenant`)
    }
  }
  const sorted = new Map([...new Set(usersOf.values())].map((users) => [users, [...users].sort(compareIds)]))
  const inOrder = [...usersOf].sort(([a], [b]) => compareIds(a, b))
  return ok(new Map(inOrder.map(([tenant, users]) => [tenant, sorted.get(users) as UserId[]])))
}

/** Counts the pairs of a user and a tenant, each as often as it is named. */
function pairsNamed(associations: readonly Association[]): number {
  return associations.reduce((pairs, { users, tenants }) => pairs + users.length * tenants.length, 0)
}

/** Merges associations with the same list of users, so that what is repeated is read once. */
function mergeUserLists(associations: readonly Association[]): Iterable<{ users: readonly UserId[]; tenants: Set<TenantId> }> {
  const byUsers = new Map<string, { users: readonly UserId[]; tenants: Set<TenantId> }>()
  for (const { users, tenants } of associations) {
    const list = users.join(' ') // no id has a space
    const merged = byUsers.get(list) ?? { users, tenants: new Set() }
    byUsers.set(list, merged)
    for (const tenant of tenants) merged.tenants.add(tenant)
  }
  return byUsers.values()
}

function tooMany(limit: string): Result<never> {
  const issue: Issue = { path: ['associations'], code: 'too-many', message: `must name at most ${limit}: split the request` }
  return refused({ code: 'invalid-input', issues: [issue] })
}
