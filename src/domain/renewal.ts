/** Renewal: a draft of a new request like an earlier one (SPEC 6.12). */
import { type Actor, checkPermission } from './actor.js'
import { checkIsRequester, eventInstant } from './command-checks.js'
import { addAssociation, type Draft, draftRequest } from './draft.js'
import type { UserId } from './ids.js'
import type { Instant } from './instant.js'
import type { Refusal } from './refusal.js'
import { statusAt } from './status.js'
import type { TenantRequest } from './tenant-request-state.js'

/** Refuses to renew another tenant's request, and one that was never granted. */
export function checkRenewable(request: TenantRequest, actor: Actor, now: Instant): Refusal | undefined {
  const refusal = checkPermission(actor, 'submit') ?? checkIsRequester(request, actor)
  if (refusal !== undefined || 'grantedAt' in request) return refusal
  return { code: 'not-active', status: statusAt(request, eventInstant(request, { now })) }
}

/**
 * Returns a draft with the request's message, `name` and tenant, and its users who are still members.
 *
 * Nobody may be left. Then the association has the tenant alone, and `submit` refuses it until users are assigned.
 */
export function renewalOf(request: TenantRequest, name: string, members: ReadonlySet<UserId>): Draft {
  const users = request.users.filter((user) => members.has(user))
  return addAssociation(draftRequest(name, request.message), { users, tenants: [request.tenant] })
}
