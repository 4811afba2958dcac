/** The ends by the clock, recorded: a grant's expiry and a pending request's lapse (SPEC 4.3, 4.9). */
import type { CommandContext } from './command-checks.js'
import type { TenantRequestEvent } from './event.js'
import { ok, type Result, refused } from './refusal.js'
import { envelopeOf } from './request-event.js'
import { statusAt } from './status.js'
import type { TenantRequest } from './tenant-request-state.js'

/**
 * Records the expiry of a grant, dated at `expiresAt` itself; this changes no answer (SPEC 4.3).
 * @example Continues evolve
 * ```ts
 * import { expire } from 'consentry/domain'
 *
 * const expired = expire(granted, { now: 10_000, newId })
 * console.log(expired.ok && expired.value.at) // 9000
 * ```
 */
export function expire(request: TenantRequest, context: Omit<CommandContext, 'actor'>): Result<TenantRequestEvent> {
  if (request.state !== 'granted' || request.expiresAt === null || context.now < request.expiresAt) {
    return refused({ code: 'not-due', status: statusAt(request, context.now) })
  }
  return ok({ ...envelopeOf(request, context.newId), at: request.expiresAt, by: 'clock', type: 'tenant-request.expired' })
}

/**
 * Records that a request was not answered in time, dated at `answerBy` itself (SPEC 4.9).
 * @example Continues initialState
 * ```ts
 * import { lapse } from 'consentry/domain'
 *
 * const lapsed = lapse({ ...pending, answerBy: 5_000 }, { now: 6_000, newId: () => crypto.randomUUID() })
 * console.log(lapsed.ok && lapsed.value.at) // 5000
 * ```
 */
export function lapse(request: TenantRequest, context: Omit<CommandContext, 'actor'>): Result<TenantRequestEvent> {
  if (request.state !== 'pending' || request.answerBy === null || context.now < request.answerBy) {
    return refused({ code: 'not-due', status: statusAt(request, context.now) })
  }
  return ok({ ...envelopeOf(request, context.newId), at: request.answerBy, by: 'clock', type: 'tenant-request.lapsed' })
}
