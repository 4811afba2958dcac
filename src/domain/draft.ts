/** Drafts: immutable access requests being composed, validated only when submitted (SPEC 3.1). */
import { produce } from 'immer'
import { ConsentryError } from './error.js'
import type { TenantId, UserId } from './ids.js'

/**
 * An access request being composed, in the shape that `submit` takes.
 *
 * It may be incomplete; only `submit` validates it.
 */
export interface Draft {
  /**
   * The name as typed.
   *
   * Submitting accepts letters and digits only (SPEC 3.2). The tenants asked never see it.
   */
  readonly name: string
  /** The message to every tenant asked; `''` for none (SPEC 3.3). */
  readonly message: string
  /**
   * Each association asks access for all its users to all its tenants.
   *
   * Either list may be empty in a draft (SPEC 3.4).
   */
  readonly associations: readonly { readonly users: readonly UserId[]; readonly tenants: readonly TenantId[] }[]
}

/** The `users` and `tenants` to add to or remove from an association. Both default to empty lists. */
export interface Assignment {
  readonly users?: readonly UserId[]
  readonly tenants?: readonly TenantId[]
}

/**
 * Returns a draft without associations.
 * @example
 * ```ts
 * import { draftRequest } from 'consentry'
 *
 * const empty = draftRequest('SupportAccess', 'Caroline looks after your account.')
 * console.log(empty.associations) // []
 * ```
 */
export function draftRequest(name = '', message = ''): Draft {
  return produce<Draft>({ name, message, associations: [] }, () => {})
}

/**
 * Returns the draft with one more association. It is empty by default.
 * @example Continues draftRequest
 * ```ts
 * import { addAssociation } from 'consentry'
 *
 * const draft = addAssociation(empty, { users: ['caroline'], tenants: ['tom-sawyer'] })
 * console.log(draft.associations) // [ { users: [ 'caroline' ], tenants: [ 'tom-sawyer' ] } ]
 * ```
 */
export function addAssociation(draft: Draft, { users = [], tenants = [] }: Assignment = {}): Draft {
  return produce(draft, (next) => {
    next.associations.push({ users: [...new Set(users)], tenants: [...new Set(tenants)] })
  })
}

/**
 * Returns the draft without the association at `index`, counted from 0.
 *
 * @throws `invalid-input` if the draft has no association at `index`.
 * @example Continues addAssociation
 * ```ts
 * import { removeAssociation } from 'consentry'
 *
 * console.log(removeAssociation(draft, 0).associations) // []
 * ```
 */
export function removeAssociation(draft: Draft, index: number): Draft {
  associationAt(draft, index)
  return produce(draft, (next) => {
    next.associations.splice(index, 1)
  })
}

/**
 * Returns the draft with users and tenants added to the association at `index`, counted from 0.
 *
 * @throws `invalid-input` if the draft has no association at `index`.
 * @example Continues addAssociation
 * ```ts
 * import { assign } from 'consentry'
 *
 * const assigned = assign(draft, 0, { users: ['charlotte'] })
 * console.log(assigned.associations[0]?.users) // [ 'caroline', 'charlotte' ]
 * ```
 */
export function assign(draft: Draft, index: number, { users = [], tenants = [] }: Assignment): Draft {
  const association = associationAt(draft, index)
  return withAssociation(draft, index, {
    users: [...new Set([...association.users, ...users])],
    tenants: [...new Set([...association.tenants, ...tenants])],
  })
}

/**
 * Returns the draft with users and tenants removed from the association at `index`, counted from 0.
 *
 * @throws `invalid-input` if the draft has no association at `index`.
 * @example Continues assign
 * ```ts
 * import { unassign } from 'consentry'
 *
 * console.log(unassign(assigned, 0, { users: ['caroline'] }).associations[0]?.users) // [ 'charlotte' ]
 * ```
 */
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
  const issue = {
    path: ['associations', index],
    code: 'invalid',
    message: `the draft has no association \`${index}\`: count from 0`,
  } as const
  throw new ConsentryError(issue.message, { code: 'invalid-input', issues: [issue] })
}
