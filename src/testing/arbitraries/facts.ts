/** Generators of valid facts: every state, removed users, grants that touch, overlap and tie. */
import * as fc from 'fast-check'
import type { TenantFacts } from '../../domain/facts.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { RemovedUser, RequestFacts } from '../../domain/status.js'
import { CAST, PLAIN } from './values.js'

/** The tenant, the users and the number of requests of generated facts. */
export interface FactsOptions {
  /** The tenant of the facts, `tom-sawyer` by default. */
  readonly tenant?: TenantId | undefined
  /** The users that requests name or have removed, at least one. By default a fixed list. */
  readonly users?: readonly UserId[] | undefined
  /** The maximum number of requests, 5 by default, 9 at most. */
  readonly maxRequests?: number | undefined
}

const STATES = [
  'pending',
  'granted',
  'granted',
  'granted',
  'granted',
  'granted',
  'expired',
  'revoked',
  'revoked',
  'rejected',
  'withdrawn',
  'lapsed',
] as const
const REQUESTERS = ['classics', 'classics', 'novels', 'constructor']
const IDS = ['r-b', 'R-b', 'r-a', '__proto__', 'constructor', '9', '10', '~', 'request-with-a-longer-id']

/** The shape of a request, before the instants that the tenant's requests share are known. */
interface Plan {
  readonly state: (typeof STATES)[number]
  readonly requestingTenant: TenantId
  /** Steps along the shared instants: to the sending, the answer, the end and the expiry. */
  readonly steps: readonly [start: number, answer: number, end: number, expiry: number]
  readonly endless: boolean
  /** The part of each user: named, removed, or neither. */
  readonly parts: readonly ('named' | 'removed' | 'neither')[]
}

/**
 * Generates the consistent facts of one request; instants in milliseconds (SPEC 5.2).
 * @example
 * ```ts
 * import { decide } from 'consentry/decision'
 * import { requestFacts } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * const oneRequest = requestFacts({ tenant: 'tom-sawyer', users: ['caroline'] })
 * fc.assert(
 *   fc.property(oneRequest, (request) => {
 *     const facts = { tenant: 'tom-sawyer', governed: true, requests: [request] }
 *     return !decide('wickham', 'tom-sawyer', 'legacy-support', 0, facts, { legacy: () => true }).allowed
 *   }),
 * )
 * ```
 */
export function requestFacts({ tenant = 'tom-sawyer', users = CAST.users }: FactsOptions = {}): fc.Arbitrary<RequestFacts> {
  return fc.tuple(fc.constantFrom(...IDS), plan(users), grid()).map(([id, one, instants]) => buildFacts(id, tenant, users, one, instants))
}

/**
 * Generates the valid, consistent facts of one tenant, with up to `maxRequests` requests.
 * The requests share a few instants, so that grants touch, overlap and end together (SPEC 4.2, 5.2, 5.4).
 * A tenant without a grant can be governed: requests may be purged, `governed` is not.
 * @example
 * ```ts
 * import { accessFrom, decide } from 'consentry/decision'
 * import { accessQuery, tenantFacts } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * const factsAndQuery = tenantFacts().chain((facts) => fc.tuple(fc.constant(facts), accessQuery({ around: [facts] })))
 * fc.assert(
 *   fc.property(factsAndQuery, ([facts, { user, tenant, method, now, from }]) => {
 *     const access = accessFrom([facts])
 *     return access.canImpersonate(user, tenant, method, now, from) === decide(user, tenant, method, now, facts, { from }).allowed
 *   }),
 * )
 * ```
 */
export function tenantFacts(options: FactsOptions = {}): fc.Arbitrary<TenantFacts> {
  const { tenant = 'tom-sawyer', users = CAST.users, maxRequests = 5 } = options
  const ids = fc.shuffledSubarray(IDS, { minLength: IDS.length })
  const plans = fc.array(plan(users), { maxLength: Math.min(maxRequests, IDS.length), size: 'max' })
  return fc.tuple(ids, plans, grid(), fc.boolean()).map(([names, chosen, instants, purged]) => {
    const requests = chosen.map((one, index) => buildFacts(names[index] ?? String(index), tenant, users, one, instants))
    return { tenant, governed: purged || requests.some((request) => 'grantedAt' in request), requests }
  })
}

function plan(users: readonly UserId[]): fc.Arbitrary<Plan> {
  const step = fc.nat(2)
  const part = fc.constantFrom('named', 'named', 'removed', 'neither')
  return fc.record(
    {
      state: fc.constantFrom(...STATES),
      requestingTenant: fc.constantFrom(...REQUESTERS),
      steps: fc.tuple(step, step, step, step),
      endless: fc.boolean(),
      parts: fc.array(part, { minLength: users.length, maxLength: users.length }),
    },
    PLAIN,
  )
}

/** Generates nine increasing instants, often 1 ms apart. */
function grid(): fc.Arbitrary<Instant[]> {
  const gap = fc.constantFrom(1, 1, 2, 1000, 86_400_000)
  const start = fc.constantFrom(0, 1000, 1_767_225_600_000, -86_400_000)
  return fc.tuple(start, fc.array(gap, { minLength: 8, maxLength: 8 })).map(([first, gaps]) => {
    const instants: Instant[] = [first]
    for (const more of gaps) instants.push((instants.at(-1) ?? first) + more)
    return instants
  })
}

function buildFacts(
  id: string,
  tenant: TenantId,
  users: readonly UserId[],
  { state, requestingTenant, steps, endless, parts }: Plan,
  grid: readonly Instant[],
) {
  const at = (index: number) => grid[Math.min(index, grid.length - 1)] ?? 0
  const [start, answer, end, expiry] = steps
  const sentAt = at(start)
  const grantedAt = at(start + answer)
  const endedAt = at(start + answer + end)
  // A grant is revoked while it holds, so the expiry is after the grant and after the revocation.
  const expiresAt = at(start + answer + (state === 'revoked' ? end : 0) + 1 + expiry)

  const answerBy = at(start + 1 + expiry)

  const of = (wanted: Plan['parts'][number]) => users.filter((_, index) => parts[index] === wanted)
  // Only a request that was withdrawn or revoked by removing its last user names nobody.
  const emptied = (state === 'withdrawn' || state === 'revoked') && of('named').length === 0 && of('removed').length > 0
  const named = of('named').length > 0 || emptied ? of('named') : users.slice(0, 1)
  const leftAt = (index: number) => (emptied && index === of('removed').length - 1 ? endedAt : index % 2 === 0 ? sentAt : grantedAt)
  const removed = of('removed')
    .map((user, index): RemovedUser => ({ user, at: state === 'pending' || state === 'lapsed' ? sentAt : leftAt(index) }))
    .filter(({ user }) => !named.includes(user))

  const facts = { id, requestingTenant, tenant, users: named, removed, sentAt }
  switch (state) {
    case 'pending':
      return { ...facts, state, answerBy: endless ? null : answerBy }
    case 'lapsed':
      return { ...facts, state, answerBy }
    case 'rejected':
    case 'withdrawn':
      return { ...facts, state, endedAt }
    case 'granted':
      return { ...facts, state, grantedAt, expiresAt: endless ? null : expiresAt }
    case 'expired':
      return { ...facts, state, grantedAt, expiresAt }
    case 'revoked':
      return { ...facts, state, grantedAt, expiresAt: endless ? null : expiresAt, endedAt }
  }
}
