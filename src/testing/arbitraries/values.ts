/** Generators of valid values: ids, instants, names, messages, actors and submissions. */
import * as fc from 'fast-check'
import type { Actor, Permission } from '../../domain/actor.js'
import type { Association } from '../../domain/association.js'
import { type AccessMethod, METHODS } from '../../domain/decision-types.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { SubmissionInput } from '../../domain/submission.js'

/** The users and tenants that a generator chooses from, at least one of each. */
export interface Cast {
  /** Ids of users. */
  readonly users: readonly UserId[]
  /** Ids of tenants. */
  readonly tenants: readonly TenantId[]
}

/** The instants from `min` to `max`, inclusive, in milliseconds; by default the range of `Date`. */
export interface InstantOptions {
  readonly min?: Instant | undefined
  readonly max?: Instant | undefined
}

/** The default users and tenants: ids that differ only in case, and property names of every object. */
export const CAST: Cast = {
  users: ['caroline', 'Caroline', 'charlotte', '__proto__', 'constructor', 'elizabeth'],
  tenants: ['tom-sawyer', 'Tom-Sawyer', '__proto__', 'hundred-acre', 'constructor'],
}

/** Generates records with `Object.prototype`, so that they equal object literals in strict comparisons. */
export const PLAIN = { noNullPrototype: true } as const

const MAX_INSTANT = 8.64e15
const [YEAR_2000, YEAR_2100] = [946_684_800_000, 4_102_444_800_000]

const printable = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code))
const anyId = fc.oneof({ weight: 9, arbitrary: fc.string({ unit: printable, minLength: 1, maxLength: 128 }) }, fc.constant('~'.repeat(128)))

/**
 * Generates a user id: any valid one, or one of a fixed list with near-duplicates (SPEC 3.5).
 * @example
 * ```ts
 * import { userId } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * fc.assert(fc.property(userId(), (id) => id.length >= 1 && id.length <= 128))
 * ```
 */
export function userId(): fc.Arbitrary<UserId> {
  return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...CAST.users) }, anyId)
}

/**
 * Generates a tenant id: any valid one, or one of a fixed list with near-duplicates (SPEC 3.5).
 * @example
 * ```ts
 * import { tenantId } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * fc.assert(fc.property(tenantId(), (id) => id.length >= 1 && id.length <= 128))
 * ```
 */
export function tenantId(): fc.Arbitrary<TenantId> {
  return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...CAST.tenants) }, anyId)
}

/**
 * Generates an instant in whole milliseconds within `min` and `max`, mostly of this century.
 * @example
 * ```ts
 * import { instant } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * fc.assert(fc.property(instant({ min: 0 }), (at) => new Date(at).getTime() === at))
 * ```
 */
export function instant({ min = -MAX_INSTANT, max = MAX_INSTANT }: InstantOptions = {}): fc.Arbitrary<Instant> {
  const any = fc.integer({ min, max })
  const [from, to] = [Math.max(min, YEAR_2000), Math.min(max, YEAR_2100)]
  return from > to ? any : fc.oneof({ weight: 3, arbitrary: fc.integer({ min: from, max: to }) }, any)
}

/**
 * Generates one of the three methods (SPEC 5.1).
 * @example
 * ```ts
 * import { method } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * fc.assert(fc.property(method(), (one) => one === 'access-request' || one.startsWith('legacy-')))
 * ```
 */
export function method(): fc.Arbitrary<AccessMethod> {
  return fc.constantFrom(...METHODS)
}

const PERMISSIONS: readonly Permission[] = ['submit', 'answer']

/**
 * Generates a well-formed actor with any permissions, sometimes impersonating (SPEC 2.1).
 * @example
 * ```ts
 * import { actor } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * fc.assert(fc.property(actor({ users: ['caroline'], tenants: ['classics'] }), ({ user }) => user === 'caroline'))
 * ```
 */
export function actor({ users, tenants }: Cast = CAST): fc.Arbitrary<Actor> {
  const inside = fc.record({ tenant: fc.constantFrom(...tenants), method: method() }, PLAIN)
  return fc.record(
    {
      user: fc.constantFrom(...users),
      tenant: fc.constantFrom(...tenants),
      permissions: fc.subarray([...PERMISSIONS]),
      impersonating: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, inside),
    },
    PLAIN,
  )
}

const LETTERS = ['A', 'z', '0', '7', 'é', 'e\u0301', 'ß', '語', 'م', '٣', 'ก', '𝒜'] as const
const MARKS = ['\u0301', '\u0e49', '\u093e'] as const

/**
 * Generates a request name: 1 to 64 letters and digits of several scripts, composed or not (SPEC 3.2).
 * @example
 * ```ts
 * import { requestName } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * fc.assert(fc.property(requestName(), (name) => !name.includes(' ')))
 * ```
 */
export function requestName(): fc.Arbitrary<string> {
  const letter = fc.constantFrom(...LETTERS)
  const rest = fc.oneof({ weight: 4, arbitrary: letter }, fc.constantFrom(...MARKS))
  const any = fc.tuple(letter, fc.string({ unit: rest, maxLength: 63 })).map(([first, others]) => first + others)
  return fc.oneof(fc.constantFrom('SupportAccess', 'constructor', 'N'.repeat(64)), any)
}

/**
 * Generates a message: up to 1,000 code points; of control characters only LF and tab (SPEC 3.3).
 * @example
 * ```ts
 * import { message } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * fc.assert(fc.property(message(), (text) => [...text].length <= 1_000))
 * ```
 */
export function message(): fc.Arbitrary<string> {
  const any = fc.string({ unit: 'binary', maxLength: 1000 }).map((text) => text.replace(/[^\P{Cc}\n\t]/gu, '\n'))
  return fc.oneof(fc.constantFrom('', 'Welcome.', 'Caroline and\n\tCharlotte'), any, {
    weight: 1,
    arbitrary: fc.constant('😀'.repeat(1000)),
  })
}

/**
 * Generates a well-formed submission, often with duplicates and overlaps (SPEC §3).
 * @example
 * ```ts
 * import { parseSubmission } from 'consentry/domain'
 * import { submission } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * fc.assert(fc.property(submission(), (input) => parseSubmission(input, { maxTenants: 100, maxPairs: 1_000, maxUsersPerTenant: 100 }).ok))
 * ```
 */
export function submission({ users, tenants }: Cast = CAST): fc.Arbitrary<SubmissionInput> {
  return fc.record(
    {
      id: fc.oneof(fc.constantFrom('order-1', 'Order-1', '__proto__'), anyId),
      name: requestName(),
      message: message(),
      associations: associations({ users, tenants }),
    },
    { ...PLAIN, requiredKeys: ['name', 'associations'] },
  )
}

/** Generates one to three associations with up to `most` users and tenants each (SPEC 3.4). */
export function associations({ users, tenants }: Cast, most = Number.POSITIVE_INFINITY): fc.Arbitrary<Association[]> {
  return fc.array(fc.record({ users: some(users, most), tenants: some(tenants, most) }, PLAIN), { minLength: 1, maxLength: 3 })
}

function some<T>(all: readonly T[], most: number): fc.Arbitrary<T[]> {
  const subset = fc.shuffledSubarray([...all], { minLength: 1, maxLength: Math.min(most, all.length) })
  return fc.oneof({ weight: 4, arbitrary: subset }, { weight: 1, arbitrary: subset.map((chosen) => [...chosen, ...chosen.slice(0, 1)]) })
}
