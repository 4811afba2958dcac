/** The draft of a request: composed step by step, valid only once it is submitted (SPEC 3.1). */
import { produce } from 'immer'
import { ConsentryError } from './error.js'
import type { TenantId, UserId } from './ids.js'

/** A request being composed. What `submit` takes; until then it may be incomplete, and nothing checks it. */
export interface Draft {
  /** As typed; only letters and digits can be submitted (SPEC 3.2). The tenants asked never see it. */
  readonly name: string
  /** For every tenant asked, the same one; `''` is none (SPEC 3.3). */
  readonly message: string
  /** Each says that all its users are to enter all its tenants; numbered from 0, and either list may still be empty (SPEC 3.4). */
  readonly associations: readonly { readonly users: readonly UserId[]; readonly tenants: readonly TenantId[] }[]
}

/** The `users` and `tenants` to assign to an association, or to take away from it; an absent list is an empty one. */
export interface Assignment {
  readonly users?: readonly UserId[]
  readonly tenants?: readonly TenantId[]
}

/** An empty draft. */
export function draftRequest(name = '', message = ''): Draft {
  return produce<Draft>({ name, message, associations: [] }, () => {})
}

/** The draft with one more association, empty unless users and tenants are given. */
export function addAssociation(draft: Draft, { users = [], tenants = [] }: Assignment = {}): Draft {
  return produce(draft, (next) => {
    next.associations.push({ users: [...new Set(users)], tenants: [...new Set(tenants)] })
  })
}

/** The draft without its association number `index`, from 0. Throws `invalid-input` where there is none. */
export function removeAssociation(draft: Draft, index: number): Draft {
  associationAt(draft, index)
  return produce(draft, (next) => {
    next.associations.splice(index, 1)
  })
}

/** The draft with these users and tenants in its association number `index`, from 0. Throws `invalid-input` where there is none. */
export function assign(draft: Draft, index: number, { users = [], tenants = [] }: Assignment): Draft {
  const association = associationAt(draft, index)
  return withAssociation(draft, index, {
    users: [...new Set([...association.users, ...users])],
    tenants: [...new Set([...association.tenants, ...tenants])],
  })
}

/** The draft without these users and tenants in its association number `index`, from 0. Throws `invalid-input` where there is none. */
export function unassign(draft: Draft, index: number, { users = [], tenants = [] }: Assignment): Draft {
  const association = associationAt(draft, index)
  return withAssociation(draft, index, {
    users: association.users.filter((user) => !users.includes(user)),
    tenants: association.tenants.filter((tenant) => !tenants.includes(tenant)),
  })
}

function withAssociation(draft: Draft, index: number, association: { users: UserId[]; tenants: TenantId[] }): Draft {
  return produce(draft, (next) => {
    next.associations[index] = association
  })
}

function associationAt(draft: Draft, index: number): Draft['associations'][number] {
  const association = Number.isInteger(index) ? draft.associations[index] : undefined
  if (association) return association
  const issue = { path: ['associations', index], code: 'invalid', message: `there is no association \`${index}\`` } as const
  throw new ConsentryError(issue.message, { code: 'invalid-input', issues: [issue] })
}
