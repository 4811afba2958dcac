/** Associations: some users × some tenants, as input and stored (SPEC 3.4). */
import type * as z from 'zod'
import { bounded, elementsOf, idsOf, type Report, reportAt } from './bounded-lists.js'
import type { TenantId, UserId } from './ids.js'

/** An association: all its `users` × all its `tenants`, at least one of each (SPEC §1). */
export interface Association {
  readonly users: readonly UserId[]
  readonly tenants: readonly TenantId[]
}

const LIST = { expected: 'must be a list of associations', empty: 'is not allowed: add at least one association' }
const USERS = { expected: 'must be a list of users', empty: 'is not allowed: add at least one user' }
const TENANTS = { expected: 'must be a list of tenants', empty: 'is not allowed: add at least one tenant' }

/** The associations of a request, as input and stored: at least one (SPEC 3.4). */
export const Associations: z.ZodType<readonly Association[], readonly Association[]> = bounded((value, report) =>
  Object.freeze(elementsOf(value, LIST, report).map((association, index) => associationOf(association, reportAt(report, index)))),
)

function associationOf(value: unknown, report: Report): Association {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report(value, 'must be an association: an object with `users` and `tenants`')
    return { users: [], tenants: [] }
  }
  const { users, tenants } = value as Partial<Association>
  const association = {
    users: idsOf(users, USERS, reportAt(report, 'users')),
    tenants: idsOf(tenants, TENANTS, reportAt(report, 'tenants')),
  }
  for (const key of Object.keys(value)) if (key !== 'users' && key !== 'tenants') report(key)
  return Object.freeze(association)
}
