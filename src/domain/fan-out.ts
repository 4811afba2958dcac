/** Fan-out: groups the users of an access request by distinct tenant (SPEC 3.7). */
import type { Association } from './event.js'
import { compareIds, type TenantId, type UserId } from './ids.js'
import type { Policy } from './policy.js'
import { type Issue, ok, type Result, refused } from './refusal.js'

/** The users that each tenant is asked about. Tenants and users are ordered by id. */
export type UsersByTenant = ReadonlyMap<TenantId, readonly UserId[]>

/**
 * Returns, per distinct tenant, the union of the users whose associations name it (SPEC 3.7).
 *
 * More distinct tenants or (user, tenant) pairs than the policy allows are refused with a `too-many` issue (SPEC 3.4).
 * @example
 * ```ts
 * import { fanOut } from 'consentry/domain'
 *
 * const associations = [
 *   { users: ['charlotte'], tenants: ['tom-sawyer', 'hundred-acre'] },
 *   { users: ['caroline'], tenants: ['tom-sawyer'] },
 * ]
 * const fannedOut = fanOut(associations, { maxTenants: 10, maxPairs: 10 })
 * console.log(fannedOut.ok && fannedOut.value.get('tom-sawyer')) // [ 'caroline', 'charlotte' ]
 * ```
 */
export function fanOut(associations: readonly Association[], limits: Pick<Policy, 'maxTenants' | 'maxPairs'>): Result<UsersByTenant> {
  const usersOf = new Map<TenantId, Set<UserId>>()
  let pairs = 0
  for (const { users, tenants } of associations) {
    for (const tenant of tenants) {
      const tenantUsers = usersOf.get(tenant) ?? new Set()
      usersOf.set(tenant, tenantUsers)
      pairs -= tenantUsers.size
      for (const user of users) tenantUsers.add(user)
      pairs += tenantUsers.size
      // Checked in the loop, so that a small input with many large associations cannot exhaust memory.
      if (usersOf.size > limits.maxTenants) return tooMany(`must name at most ${limits.maxTenants} distinct tenants: split the request`)
      if (pairs > limits.maxPairs) return tooMany(`must name at most ${limits.maxPairs} pairs of a user and a tenant: split the request`)
    }
  }
  const inOrder = [...usersOf].sort(([a], [b]) => compareIds(a, b))
  return ok(new Map(inOrder.map(([tenant, users]) => [tenant, [...users].sort(compareIds)])))
}

function tooMany(message: string): Result<never> {
  const issue: Issue = { path: ['associations'], code: 'too-many', message }
  return refused({ code: 'invalid-input', issues: [issue] })
}
