/** Facts that some sequence of commands could have left behind: every state, removed users, grants that touch, overlap and tie. */
import * as fc from 'fast-check'
import type { TenantFacts } from '../../domain/facts.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { RemovedUser, RequestFacts } from '../../domain/status.js'
import { CAST, PLAIN } from './values.js'

/** Whose facts, how many requests, and whom these may name. */
export interface FactsOptions {
  /** The tenant all of it is about; `tom-sawyer` where absent. */
  readonly tenant?: TenantId | undefined
  /** Whom requests may name or have removed, at least one user; the well-known ones of `userId` where absent. */
  readonly users?: readonly UserId[] | undefined
  /** At most so many requests; 5 where absent, 9 at most. */
  readonly maxRequests?: number | undefined
}

const STATES = ['pending', 'granted', 'granted', 'granted', 'expired', 'revoked', 'rejected', 'withdrawn'] as const
const IDS = ['r-b', 'R-b', 'r-a', '__proto__', 'constructor', '9', '10', '~', 'request-with-a-longer-id']

/** What a request is to look like, before the instants that all requests of a tenant share are known. */
interface Plan {
  readonly state: (typeof STATES)[number]
  /** Steps along the shared instants: to the answer, to the end, to the expiry. */
  readonly steps: readonly [start: number, answer: number, end: number, expiry: number]
  readonly endless: boolean
  /** For each user of the cast: named, removed, or neither. */
  readonly parts: readonly ('named' | 'removed' | 'neither')[]
}

/** One request's facts, consistent in themselves; instants in milliseconds (SPEC 5.2). */
export function requestFacts({ tenant = 'tom-sawyer', users = CAST.users }: FactsOptions = {}): fc.Arbitrary<RequestFacts> {
  return fc.tuple(fc.constantFrom(...IDS), plan(users), grid()).map(([id, one, instants]) => built(id, tenant, users, one, instants))
}

/**
 * A tenant's facts, valid and consistent: up to `maxRequests` requests in every state, whose instants come from a few that all
 * share, so that grants follow each other without a gap, overlap, and end together (SPEC 4.2, 5.2, 5.4). A tenant without a grant
 * may be governed all the same: requests are purged, `governed` is not.
 */
export function tenantFacts(options: FactsOptions = {}): fc.Arbitrary<TenantFacts> {
  const { tenant = 'tom-sawyer', users = CAST.users, maxRequests = 5 } = options
  const ids = fc.shuffledSubarray(IDS, { minLength: IDS.length })
  const plans = fc.array(plan(users), { maxLength: Math.min(maxRequests, IDS.length), size: 'max' })
  return fc.tuple(ids, plans, grid(), fc.boolean()).map(([names, chosen, instants, purged]) => {
    const requests = chosen.map((one, index) => built(names[index] ?? String(index), tenant, users, one, instants))
    return { tenant, governed: purged || requests.some((request) => 'grantedAt' in request), requests }
  })
}

function plan(users: readonly UserId[]): fc.Arbitrary<Plan> {
  const step = fc.nat(2)
  const part = fc.constantFrom('named', 'named', 'removed', 'neither')
  return fc.record(
    {
      state: fc.constantFrom(...STATES),
      steps: fc.tuple(step, step, step, step),
      endless: fc.boolean(),
      parts: fc.array(part, { minLength: users.length, maxLength: users.length }),
    },
    PLAIN,
  )
}

/** Nine instants, each after the one before, often by a single millisecond. */
function grid(): fc.Arbitrary<Instant[]> {
  const gap = fc.constantFrom(1, 1, 2, 1000, 86_400_000)
  const start = fc.constantFrom(0, 1000, 1_767_225_600_000, -86_400_000)
  return fc.tuple(start, fc.array(gap, { minLength: 8, maxLength: 8 })).map(([first, gaps]) => {
    const instants: Instant[] = [first]
    for (const more of gaps) instants.push((instants.at(-1) ?? first) + more)
    return instants
  })
}

function built(id: string, tenant: TenantId, users: readonly UserId[], { state, steps, endless, parts }: Plan, grid: readonly Instant[]) {
  const at = (index: number) => grid[Math.min(index, grid.length - 1)] ?? 0
  const [start, answer, end, expiry] = steps
  const sentAt = at(start)
  const grantedAt = at(start + answer)
  const endedAt = at(start + answer + end)
  // A grant ends after it began, and was revoked while it held: the expiry is later than either.
  const expiresAt = at(start + answer + (state === 'revoked' ? end : 0) + 1 + expiry)

  const of = (wanted: Plan['parts'][number]) => users.filter((_, index) => parts[index] === wanted)
  // Only what was withdrawn or revoked when its last user left names nobody.
  const emptied = (state === 'withdrawn' || state === 'revoked') && of('named').length === 0 && of('removed').length > 0
  const named = of('named').length > 0 || emptied ? of('named') : users.slice(0, 1)
  const leftAt = (index: number) => (emptied && index === of('removed').length - 1 ? endedAt : index % 2 === 0 ? sentAt : grantedAt)
  const removed = of('removed')
    .map((user, index): RemovedUser => ({ user, at: state === 'pending' ? sentAt : leftAt(index) }))
    .filter(({ user }) => !named.includes(user))

  const facts = { id, tenant, users: named, removed, sentAt }
  switch (state) {
    case 'pending':
      return { ...facts, state }
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
