/** The facts of a stored tenant request (SPEC 5.2). */
import type { RequestFacts } from './status.js'
import type { TenantRequest } from './tenant-request-state.js'

/**
 * Returns the facts that a decision needs: no messages, no answerer (SPEC 5.2).
 * @example Continues initialState
 * ```ts
 * import { toFacts } from 'consentry/repository'
 *
 * console.log(Object.keys(toFacts(pending)).join()) // id,requestingTenant,tenant,users,removed,sentAt,state,answerBy
 * ```
 */
export function toFacts(request: TenantRequest): RequestFacts {
  const { id, requestingTenant, tenant, users, removed, sentAt } = request
  const facts = { id, requestingTenant, tenant, users, removed, sentAt }
  switch (request.state) {
    case 'pending':
      return { ...facts, state: request.state, answerBy: request.answerBy }
    case 'lapsed':
      return { ...facts, state: request.state, answerBy: request.answerBy }
    case 'rejected':
    case 'withdrawn':
      return { ...facts, state: request.state, endedAt: request.endedAt }
    case 'granted':
      return { ...facts, state: request.state, grantedAt: request.grantedAt, expiresAt: request.expiresAt }
    case 'expired':
      return { ...facts, state: request.state, grantedAt: request.grantedAt, expiresAt: request.expiresAt }
    case 'revoked':
      return { ...facts, state: request.state, grantedAt: request.grantedAt, expiresAt: request.expiresAt, endedAt: request.endedAt }
  }
}
