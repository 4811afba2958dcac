/** The decision: question and facts in, answer out, in the order of SPEC 5.3. */

import { type AccessMethod, type Decision, type DenyReason, isAccessMethod, type LegacyRule } from './decision-types.js'
import { parseFacts, type TenantFacts } from './facts.js'
import { isId, type TenantId, type TenantRequestId, type UserId } from './ids.js'
import { type Instant, toInstant } from './instant.js'
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

/** What the host adds to the facts. Without `legacy`, the legacy tool is denied wherever it is not closed (SPEC 5.3.6). */
export interface DecisionOptions {
  readonly legacy?: LegacyRule | undefined
}

/**
 * Whether `user` may enter `tenant` by `method` at `now` (SPEC 5.3), from that tenant's facts. Pure and synchronous.
 * `now` is a `Date` or milliseconds. A malformed question is denied and never throws; malformed facts throw `invalid-facts`.
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

/** The same question, answered with its grounds (SPEC 5.6): `canImpersonate` is `decide(...).allowed` for every question. */
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
  const { tenant: known, governed, requests } = parseFacts(facts)
  const standing = known === tenant ? { governed, requests: requestsOfUser(user, requests) } : { governed: undefined, requests: [] }
  return evaluate(question, standing, options.legacy)
}

/** A question that can be answered: well-formed ids, a known method, a finite instant. */
export interface AccessQuery {
  readonly user: UserId
  readonly tenant: TenantId
  readonly method: AccessMethod
  readonly now: Instant
}

/** The part of a tenant's facts that one user's questions depend on. */
export interface UserFacts {
  /** Whether the tenant is governed; `undefined` where no facts of it are there. */
  readonly governed: boolean | undefined
  readonly requests: readonly UserRequest<RequestLifecycle>[]
}

/** The answer to whatever cannot be answered (SPEC 5.3.1). */
export const INVALID_QUESTION: Decision = deny('invalid-question', null)

/** The answer of whoever has no facts of the tenant (SPEC 5.3.4). */
export const NO_FACTS: Decision = deny('no-facts', null)

/** The question, or `undefined` where it is malformed (SPEC 5.3.1). */
export function parseAccessQuery(user: unknown, tenant: unknown, method: unknown, now: unknown): AccessQuery | undefined {
  const at = toInstant(now)
  return isId(user) && isId(tenant) && isAccessMethod(method) && at !== undefined ? { user, tenant, method, now: at } : undefined
}

/** The answer (SPEC 5.3.2-5.3.6), from the user's standing in the tenant. */
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

/** Whether the host's rule says exactly `true`: a throw, a promise or anything else does not (SPEC 5.3.6). */
export function legacyAllows(legacy: LegacyRule, ...question: Parameters<LegacyRule>): boolean {
  try {
    const said: unknown = legacy(...question)
    // A rule that was made async by mistake must deny without also bringing the host down by an unhandled rejection.
    if (said instanceof Promise) said.catch(() => {})
    return said === true
  } catch {
    return false
  }
}

/** The first instant after `now` at which the clock alone changes the answer: where a grant begins or ends, and it matters (SPEC 5.6). */
function nextChange({ method, now }: AccessQuery, stakes: readonly UserRequest<RequestLifecycle>[]): Instant | null {
  let next = Infinity
  for (const { request } of stakes) {
    if (!isGrant(request)) continue
    for (const at of [request.grantedAt, request.expiresAt ?? now]) {
      if (at > now && at < next && relevantStatusAt(at, method, stakes) !== relevantStatusAt(now, method, stakes)) next = at
    }
  }
  return next === Infinity ? null : next
}

// By a legacy method it matters whether something holds, by the other what the user is, too.
function relevantStatusAt(
  at: Instant,
  method: AccessMethod,
  stakes: readonly UserRequest<RequestLifecycle>[],
): UserStatus | 'not-associated' | boolean {
  return method === 'access-request' ? userStatusAt(stakes, at) : stakes.some((stake) => userGrantHolds(stake, at))
}

const LEGACY_PERMITTED: Decision = Object.freeze({ allowed: true, reason: 'legacy-permitted' })
const LEGACY_NOT_PERMITTED: Decision = Object.freeze({ allowed: false, reason: 'legacy-not-permitted' })

function granted(stakes: readonly UserRequest<RequestLifecycle>[], now: Instant, changesAt: Instant | null): Decision {
  const ids = holdingGrants(stakes, now).map(({ id }) => id) as [TenantRequestId, ...TenantRequestId[]]
  return Object.freeze({ allowed: true, reason: 'granted', grantedBy: Object.freeze(ids), changesAt })
}

function deny(reason: Exclude<DenyReason, 'legacy-not-permitted'>, changesAt: Instant | null): Decision
function deny(reason: 'legacy-not-permitted', changesAt: null): Decision
function deny(reason: DenyReason, changesAt: Instant | null): Decision {
  // Most denials are one of a few, which are made once.
  const known = changesAt === null ? DENIALS.get(reason) : undefined
  if (known) return known
  const denial = Object.freeze({ allowed: false, reason, changesAt }) as Decision
  if (changesAt === null) DENIALS.set(reason, denial)
  return denial
}
