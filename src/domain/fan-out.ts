/** Fan-out: one access request in, the users of each distinct tenant out. */
import type { Association } from './event.js'
import { compareIds, type TenantId, type UserId } from './ids.js'
import type { Policy } from './policy.js'
import { type Issue, ok, type Result, refused } from './refusal.js'

/** The users each tenant is asked about; tenants and users in the order of their ids. */
export type UsersByTenant = ReadonlyMap<TenantId, readonly UserId[]>

/**
 * For each distinct tenant the union of the users over the associations that name it (SPEC 3.7); refused with `too-many`
 * beyond the policy's distinct tenants or distinct (user, tenant) pairs (SPEC 3.4).
 */
export function fanOut(associations: readonly Association[], limits: Pick<Policy, 'maxTenants' | 'maxPairs'>): Result<UsersByTenant> {
  const usersOf = new Map<TenantId, Set<UserId>>()
  let pairs = 0
  for (const { users, tenants } of associations) {
    for (const tenant of tenants) {
      const known = usersOf.get(tenant) ?? new Set()
      usersOf.set(tenant, known)
      pairs -= known.size
      for (const user of users) known.add(user)
      pairs += known.size
      // Counted as they come, so that a small text of many large associations cannot make us build more than is allowed.
      if (usersOf.size > limits.maxTenants) return tooMany(`names more than ${limits.maxTenants} tenants`)
      if (pairs > limits.maxPairs) return tooMany(`names more than ${limits.maxPairs} pairs of a user and a tenant`)
    }
  }
  const inOrder = [...usersOf].sort(([a], [b]) => compareIds(a, b))
  return ok(new Map(inOrder.map(([tenant, users]) => [tenant, [...users].sort(compareIds)])))
}

function tooMany(message: string): Result<never> {
  const issue: Issue = { path: ['associations'], code: 'too-many', message }
  return refused({ code: 'invalid-input', issues: [issue] })
}
