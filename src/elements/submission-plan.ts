/** What a request asks of each tenant: associations, merged as the service does it (SPEC 3.7). */
import type { Chosen } from './chosen.js'

/** Some users and some tenants. */
export interface AssociationDraft {
  /** Tells it from the others, whatever becomes of them. */
  readonly key: number
  readonly users: Chosen
  readonly tenants: Chosen
}

/** The merged associations. */
export interface SubmissionPlan {
  /** The tenants, each of which gets a request of its own. */
  readonly tenants: readonly string[]
  /**
   * Returns the users whom a tenant is asked about.
   *
   * It is one list for all tenants of the same associations.
   */
  readonly usersOf: (tenant: string) => readonly string[]
  /** How many pairs of a user and a tenant there are. */
  readonly pairs: number
  /** How many users the tenant has that is asked about most. */
  readonly mostUsers: number
  /** Whether a pair was named more than once. */
  readonly isMerged: boolean
}

/**
 * The associations that name a tenant.
 *
 * Tenants of the same associations share one, so that thousands cost little more than one.
 */
interface Group {
  readonly users: readonly string[]
  /** The same associations and one more, by its place. */
  readonly and: Map<number, Group>
}

/** Merges associations. */
export function submissionPlan(associations: readonly AssociationDraft[]): SubmissionPlan {
  const nobody: Group = { users: [], and: new Map() }
  const groups = new Map<string, Group>()
  let named = 0
  for (const [index, { users, tenants }] of associations.entries()) {
    const [userIds, tenantIds] = [users.ids, tenants.ids]
    if (userIds.length === 0) continue
    named += userIds.length * tenantIds.length
    for (const tenant of tenantIds) {
      const before = groups.get(tenant) ?? nobody
      const group = before.and.get(index) ?? { users: [...new Set([...before.users, ...userIds])], and: new Map() }
      before.and.set(index, group)
      groups.set(tenant, group)
    }
  }
  const lengths = [...groups.values()].map(({ users }) => users.length)
  const pairs = lengths.reduce((sum, length) => sum + length, 0)
  const mostUsers = lengths.reduce((most, length) => Math.max(most, length), 0)
  const usersOf = (tenant: string) => groups.get(tenant)?.users ?? []
  return { tenants: [...groups.keys()], usersOf, pairs, mostUsers, isMerged: named > pairs }
}
