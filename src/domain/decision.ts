/** The decision: a pure function from a question and facts to an answer (SPEC 5.3). */

import { type AccessMethod, type Decision, type DenyReason, isAccessMethod, type LegacyRule } from './decision-types.js'
import { parseFacts, type TenantFacts } from './facts.js'
import { isId, type TenantId, type TenantRequestId, type UserId } from './ids.js'
import { type Instant, toInstant } from './instant.js'
import { own } from './own.js'
import {
  holdingGrants,
  isGrant,
  type RequestLifecycle,
  requestsOfUser,
  type UserRequest,
  type UserStatus,
  userGrantHolds,
  userStatusAt,
} from './status.js'

const DENIALS = new Map<DenyReason, Decision>()

/** The options of a decision. */
export interface DecisionOptions {
  /**
   * The host's legacy rule.
   *
   * Without it, the legacy methods are denied in tenants that are not governed (SPEC 5.3.6).
   */
  readonly legacy?: LegacyRule | undefined
}

/**
 * Whether `user` may enter `tenant` by `method` at `now`, given that tenant's facts (SPEC 5.3).
 *
 * Pure and synchronous. `now` is a `Date` or milliseconds. A malformed question is denied with `invalid-question` and does not throw.
 *
 * @throws `invalid-facts` with every issue, for malformed or contradictory facts.
 * @example
 * ```ts
 * import { canImpersonate, type TenantFacts } from 'consentry/decision'
 *
 * const facts: TenantFacts = {
 *   tenant: 'tom-sawyer',
 *   governed: true,
 *   requests: [
 *     { id: 'r1', tenant: 'tom-sawyer', users: ['caroline'], removed: [], sentAt: 0, state: 'granted', grantedAt: 1_000, expiresAt: 9_000 },
 *   ],
 * }
 * console.log(canImpersonate('caroline', 'tom-sawyer', 'access-request', 8_999, facts)) // true
 * console.log(canImpersonate('caroline', 'tom-sawyer', 'access-request', 9_000, facts)) // false
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
 * @throws `invalid-facts` with every issue, for malformed or contradictory facts.
 * @example Continues canImpersonate
 * ```ts
 * import { decide } from 'consentry/decision'
 *
 * const { allowed, reason } = decide('wickham', 'tom-sawyer', 'legacy-support', 8_999, facts, { legacy: () => true })
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
  const question = parseAccessQuery(user, tenant, method, now)
  if (question === undefined) return INVALID_QUESTION
  const { tenant: factsTenant, governed, requests } = parseFacts(facts)
  const userFacts = factsTenant === tenant ? { governed, requests: requestsOfUser(user, requests) } : { governed: undefined, requests: [] }
  return evaluate(question, userFacts, own(options, 'legacy'))
}

/** A well-formed question: valid ids, a known method, and a finite instant in milliseconds. */
export interface AccessQuery {
  readonly user: UserId
  readonly tenant: TenantId
  readonly method: AccessMethod
  readonly now: Instant
}

/** The part of a tenant's facts that decides one user's questions. */
export interface UserFacts {
  /** Whether the tenant is governed; `undefined` without facts about the tenant. */
  readonly governed: boolean | undefined
  /** The tenant's requests that name or named the user. */
  readonly requests: readonly UserRequest<RequestLifecycle>[]
}

/** The denial of a malformed question (SPEC 5.3.1). */
export const INVALID_QUESTION: Decision = deny('invalid-question', null)

/** The denial of a legacy method without facts about the tenant (SPEC 5.3.4). */
export const NO_FACTS: Decision = deny('no-facts', null)

/** Returns the parsed question, or `undefined` if it is malformed (SPEC 5.3.1). */
export function parseAccessQuery(user: unknown, tenant: unknown, method: unknown, now: unknown): AccessQuery | undefined {
  const at = toInstant(now)
  return isId(user) && isId(tenant) && isAccessMethod(method) && at !== undefined ? { user, tenant, method, now: at } : undefined
}

/** Answers a question from the user's facts; the first matching rule wins (SPEC 5.3.2-5.3.6). */
export function evaluate(question: AccessQuery, { governed, requests }: UserFacts, legacy: LegacyRule | undefined): Decision {
  const { user, tenant, method, now } = question
  const status = userStatusAt(requests, now)
  const changesAt = nextChange(question, requests)
  if (status === 'granted') return granted(requests, now, changesAt)
  if (method === 'access-request') return deny(status, changesAt)
  if (governed === undefined) return NO_FACTS
  if (governed) return deny('legacy-closed', changesAt)
  if (legacy === undefined) return deny('legacy-not-permitted', null)
  return legacyAllows(legacy, user, tenant, method, now) ? LEGACY_PERMITTED : LEGACY_NOT_PERMITTED
}

/**
 * Whether the host's rule returns exactly `true`.
 *
 * A throw, a promise or any other value denies (SPEC 5.3.6).
 */
export function legacyAllows(legacy: LegacyRule, ...question: Parameters<LegacyRule>): boolean {
  try {
    const result: unknown = legacy(...question)
    // A rule made async by mistake denies. Its rejection is handled here, so that it does not end the host's process.
    if (result instanceof Promise) result.catch(() => {})
    return result === true
  } catch {
    return false
  }
}

/** Returns the first grant start or end after `now` that changes the answer, or `null` (SPEC 5.6). */
function nextChange({ method, now }: AccessQuery, requests: readonly UserRequest<RequestLifecycle>[]): Instant | null {
  let next = Infinity
  for (const { request } of requests) {
    if (!isGrant(request)) continue
    for (const at of [request.grantedAt, request.expiresAt ?? now]) {
      if (at > now && at < next && relevantStatusAt(at, method, requests) !== relevantStatusAt(now, method, requests)) next = at
    }
  }
  return next === Infinity ? null : next
}

// The answer to a legacy method depends only on whether a grant holds; the answer to `access-request` on the exact status.
function relevantStatusAt(
  at: Instant,
  method: AccessMethod,
  requests: readonly UserRequest<RequestLifecycle>[],
): UserStatus | 'not-associated' | boolean {
  return method === 'access-request' ? userStatusAt(requests, at) : requests.some((request) => userGrantHolds(request, at))
}

const LEGACY_PERMITTED: Decision = Object.freeze({ allowed: true, reason: 'legacy-permitted' })
const LEGACY_NOT_PERMITTED: Decision = Object.freeze({ allowed: false, reason: 'legacy-not-permitted' })

function granted(requests: readonly UserRequest<RequestLifecycle>[], now: Instant, changesAt: Instant | null): Decision {
  const ids = holdingGrants(requests, now).map(({ id }) => id) as [TenantRequestId, ...TenantRequestId[]]
  return Object.freeze({ allowed: true, reason: 'granted', grantedBy: Object.freeze(ids), changesAt })
}

function deny(reason: Exclude<DenyReason, 'legacy-not-permitted'>, changesAt: Instant | null): Decision
function deny(reason: 'legacy-not-permitted', changesAt: null): Decision
function deny(reason: DenyReason, changesAt: Instant | null): Decision {
  // Denials without `changesAt` are interned: there is one frozen object per reason.
  const known = changesAt === null ? DENIALS.get(reason) : undefined
  if (known) return known
  const denial = Object.freeze({ allowed: false, reason, changesAt }) as Decision
  if (changesAt === null) DENIALS.set(reason, denial)
  return denial
}
