/** The rules of the decision, in order, over the facts about one user (SPEC 5.3). */

import { type AccessMethod, type Decision, type DenyReason, isAccessMethod, type LegacyOptions, type LegacyRule } from './decision-types.js'
import type { TenantFacts } from './facts.js'
import { ignoreRejection } from './host-calls.js'
import { isId, type TenantId, type TenantRequestId, type UserId } from './ids.js'
import { coveredUntil, type Instant, toInstant } from './instant.js'
import {
  grantsOf,
  holdingGrants,
  isGrant,
  isPending,
  lifecycleEnd,
  type RequestLifecycle,
  requestsOfUser,
  requestsSentBy,
  type UserRequest,
} from './status.js'
import { userStatusAt } from './user-status.js'

const DENIALS = new Map<DenyReason, Decision>()

/** A well-formed question: valid ids, a known method, and a finite instant in milliseconds. */
export interface AccessQuery {
  readonly user: UserId
  readonly tenant: TenantId
  readonly method: AccessMethod
  readonly now: Instant
  /** The user's own tenant; `null` if the question does not say it (SPEC 2.7). */
  readonly from: TenantId | null
}

/** The part of a tenant's facts that decides one question. */
export interface UserFacts {
  /** Whether the tenant is governed; `undefined` without facts about the tenant. */
  readonly governed: boolean | undefined
  /** The tenant's requests that name or named the user, sent by the question's `from` if it says one. */
  readonly requests: readonly UserRequest<RequestLifecycle>[]
}

/** The denial of a malformed question (SPEC 5.3.1). */
export const INVALID_QUESTION: Decision = deny('invalid-question', null)

/** The denial of a legacy method for which the host's rule is not asked (SPEC 5.3.6). */
export const NEVER_ASKED: Decision = deny('legacy-not-permitted', null)

/** The denial of a legacy method without facts about the tenant (SPEC 5.3.4). */
export const NO_FACTS: Decision = deny('no-facts', null)

/** The host's say, and who is told what is wrong with it. */
export interface HostRule extends LegacyOptions {
  /** Called with an answer of the rule that is no boolean, or with what it or `isAskable` threw. */
  readonly reportRule?: ((wrong: unknown, thrown: boolean) => void) | undefined
}

/** Returns the parsed question, or `undefined` if it is malformed (SPEC 5.3.1). */
export function parseAccessQuery(user: unknown, tenant: unknown, method: unknown, now: unknown, from: unknown): AccessQuery | undefined {
  const [at, own] = [toInstant(now), from ?? null]
  const wellFormed = isId(user) && isId(tenant) && isAccessMethod(method) && at !== undefined && (own === null || isId(own))
  return wellFormed ? { user, tenant, method, now: at, from: own } : undefined
}

/** Returns the facts that decide the question; none if they are another tenant's. */
export function factsAbout({ user, tenant, from }: AccessQuery, facts: TenantFacts) {
  if (facts.tenant !== tenant) return { governed: undefined, requests: [] }
  return { governed: facts.governed, requests: requestsOfUser(user, requestsSentBy(from, facts.requests)) }
}

/** Answers a question from the user's facts; the first matching rule wins (SPEC 5.3.2-5.3.6). */
export function evaluate(question: AccessQuery, facts: UserFacts, host: HostRule): Decision {
  const { user, tenant, method, now, from } = question
  return decideByFacts(question, facts) ?? decideByRule(user, tenant, method, now, from, host)
}

/** Answers a question from the facts alone; `undefined` if it is for the host's rule (SPEC 5.3.5). */
export function decideByFacts(question: AccessQuery, { governed, requests }: UserFacts): Decision | undefined {
  const { method, now } = question
  const status = userStatusAt(requests, now)
  const changesAt = nextChange(question, requests, status)
  if (status === 'granted') return granted(requests, now, changesAt)
  if (method === 'access-request') return deny(status, changesAt)
  if (governed === undefined) return NO_FACTS
  if (governed) return deny('legacy-closed', changesAt)
  return undefined
}

/**
 * Answers by the host's rule, asked only if the question's `from` may ask the tenant (SPEC 5.3.6).
 *
 * Takes the parts of the question one by one, and asks without `askHost`, so that `canImpersonate` makes no object. Of a function that
 * throws, the answer is no.
 */
export function decideByRule(
  user: UserId,
  tenant: TenantId,
  method: AccessMethod,
  now: Instant,
  from: TenantId | null,
  { legacy, isAskable, reportRule }: HostRule,
): Decision {
  let decision = NEVER_ASKED
  let answer: unknown = false
  try {
    if (legacy === undefined || (from !== null && ignoreRejection(isAskable?.(from, tenant)) !== true)) return decision
    decision = LEGACY_NOT_PERMITTED
    // `access-request` is decided by the facts.
    answer = ignoreRejection(legacy(user, tenant, method as Parameters<LegacyRule>[2], now))
  } catch (error) {
    reportRule?.(error, true)
  }
  if (answer === true) return LEGACY_PERMITTED
  if (answer !== false) reportRule?.(answer, false)
  return decision
}

/** Returns the next instant at which the clock alone changes the answer, or `null` (SPEC 5.6). */
function nextChange({ method, now }: AccessQuery, requests: readonly UserRequest<RequestLifecycle>[], status: string): Instant | null {
  if (status === 'granted') return endOfAccess(requests, now)
  let next = Infinity
  // The user is pending until the last request lapses. A grant of no length is pending until it starts, which is when it expires.
  let pendingUntil = now
  for (const { request, removedAt } of requests) {
    if (removedAt !== null) continue
    if (isPending(request, now)) pendingUntil = Math.max(pendingUntil, lifecycleEnd(request))
    if (!isGrant(request) || request.grantedAt <= now) continue
    const { grantedAt } = request
    pendingUntil = Math.max(pendingUntil, grantedAt)
    if (grantedAt < lifecycleEnd(request)) next = Math.min(next, grantedAt)
  }
  if (next < Infinity) return next
  return method === 'access-request' && pendingUntil > now && pendingUntil < Infinity ? pendingUntil : null
}

/** Returns the end of the grants that hold and of those that follow without a gap; `null` for none. */
function endOfAccess(requests: readonly UserRequest<RequestLifecycle>[], now: Instant): Instant | null {
  const intervals = grantsOf(requests).map((grant) => ({ from: grant.grantedAt, until: lifecycleEnd(grant) }))
  const end = coveredUntil(intervals, now)
  return end === Infinity ? null : end
}

/** The allow by the host's rule. */
export const LEGACY_PERMITTED: Decision = Object.freeze({ allowed: true, reason: 'legacy-permitted' })

/** The denial by the host's rule. */
export const LEGACY_NOT_PERMITTED: Decision = Object.freeze({ allowed: false, reason: 'legacy-not-permitted' })

function granted(requests: readonly UserRequest<RequestLifecycle>[], now: Instant, changesAt: Instant | null): Decision {
  const grantedBy = holdingGrants(requests, now).map(({ id }) => id) as [TenantRequestId, ...TenantRequestId[]]
  return Object.freeze({ allowed: true, reason: 'granted', grantedBy: Object.freeze(grantedBy), changesAt })
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
