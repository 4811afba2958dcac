/** The decision: a pure function from a question and facts to an answer (SPEC 5.3). */

import type { AccessMethod, Decision, LegacyOptions } from './decision-types.js'
import { evaluate, factsAbout, INVALID_QUESTION, parseAccessQuery } from './evaluate.js'
import { parseFacts, type TenantFacts } from './facts.js'
import type { TenantId, UserId } from './ids.js'
import type { Instant } from './instant.js'
import { ownOptions } from './own.js'

/** The options of a decision. */
export interface DecisionOptions extends LegacyOptions {
  /**
   * The user's own tenant, as the host's login knows it: only its requests count (SPEC 2.7).
   *
   * Without it, or with `null`, every vendor's requests count. Say it wherever you know it: a user who moved to another vendor must not enter
   * by the requests of the old one.
   */
  readonly from?: TenantId | null | undefined
}

/**
 * Whether `user` may enter `tenant` by `method` at `now`, given that tenant's facts (SPEC 5.3).
 *
 * Pure and synchronous. `now` is a `Date` or milliseconds, and `options.from` the user's own tenant. A malformed question is denied with
 * `invalid-question` and does not throw.
 *
 * @throws `invalid-facts` with the issues, for malformed or contradictory facts.
 * @example
 * ```ts
 * import { canImpersonate, type TenantFacts } from 'consentry/decision'
 *
 * const facts: TenantFacts = {
 *   tenant: 'tom-sawyer',
 *   governed: true,
 *   requests: [
 *     {
 *       id: 'r1',
 *       requestingTenant: 'classics',
 *       tenant: 'tom-sawyer',
 *       users: ['caroline'],
 *       removed: [],
 *       sentAt: 0,
 *       state: 'granted',
 *       grantedAt: 1_000,
 *       expiresAt: 9_000,
 *     },
 *   ],
 * }
 * const options = { from: 'classics' }
 * console.log(canImpersonate('caroline', 'tom-sawyer', 'access-request', 8_999, facts, options)) // true
 * console.log(canImpersonate('caroline', 'tom-sawyer', 'access-request', 9_000, facts, options)) // false
 * ```
 */
export function canImpersonate(
  user: UserId,
  tenant: TenantId,
  method: AccessMethod,
  now: Date | Instant,
  facts: TenantFacts,
  options: DecisionOptions = {},
): boolean {
  return decide(user, tenant, method, now, facts, options).allowed
}

/**
 * Answers an access question with the reason (SPEC 5.6).
 *
 * Takes the parameters of `canImpersonate`, which returns `decide(...).allowed`.
 *
 * @throws `invalid-facts` with the issues, for malformed or contradictory facts.
 * @example Continues canImpersonate
 * ```ts
 * import { decide } from 'consentry/decision'
 *
 * const { allowed, reason } = decide('wickham', 'tom-sawyer', 'legacy-support', 8_999, facts, { ...options, legacy: () => true })
 * console.log(allowed, reason) // false legacy-closed
 * ```
 */
export function decide(
  user: UserId,
  tenant: TenantId,
  method: AccessMethod,
  now: Date | Instant,
  facts: TenantFacts,
  options: DecisionOptions = {},
): Decision {
  const { from, legacy, isAskable } = ownOptions(options)
  const question = parseAccessQuery(user, tenant, method, now, from)
  if (question === undefined) return INVALID_QUESTION
  return evaluate(question, factsAbout(question, parseFacts(facts)), { legacy, isAskable })
}
