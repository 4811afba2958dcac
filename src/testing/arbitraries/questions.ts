/** Generators of well-formed questions near the instants that matter, and of malformed questions. */
import * as fc from 'fast-check'
import type { AccessQuery } from '../../domain/evaluate.js'
import type { TenantFacts } from '../../domain/facts.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import { instant, method, PLAIN, tenantId, userId } from './values.js'

/** The users, tenants and instants that generated questions concentrate on. */
export interface AccessQueryOptions {
  /** The users of most questions. If absent or empty, those that the facts in `around` name or named. */
  readonly users?: readonly UserId[] | undefined
  /** The tenants of most questions. If absent or empty, those of the facts in `around`. */
  readonly tenants?: readonly TenantId[] | undefined
  /** The users' own tenants. If absent or empty, the requesters of the facts in `around`. */
  readonly from?: readonly TenantId[] | undefined
  /** Facts, and instants in milliseconds. Most questions are within 1 ms of one of their instants. */
  readonly around?: readonly (TenantFacts | Instant)[] | undefined
}

/** A question of five parts, at least one of them malformed (SPEC 5.3.1). */
export type MalformedAccessQuery = Readonly<Record<keyof AccessQuery, unknown>>

/**
 * Generates a well-formed question (SPEC §5).
 * It mostly has the given users and tenants, or those of the facts, and a `now` within 1 ms of a given instant.
 * `now` is in milliseconds; half of the questions do not say `from`, which is then `null` (SPEC 2.7).
 * @example
 * ```ts
 * import { decide } from 'consentry/decision'
 * import { accessQuery } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * const nothing = { tenant: 'tom-sawyer', governed: false, requests: [] }
 * const query = accessQuery({ users: ['caroline'], tenants: ['tom-sawyer'] })
 * fc.assert(fc.property(query, ({ user, tenant, method, now, from }) => !decide(user, tenant, method, now, nothing, { from }).allowed))
 * ```
 */
export function accessQuery({ users = [], tenants = [], from = [], around = [] }: AccessQueryOptions = {}): fc.Arbitrary<AccessQuery> {
  const facts = around.filter((one) => typeof one === 'object')
  const people = users.length > 0 ? users : facts.flatMap(({ requests }) => requests.flatMap(peopleOf))
  const places = tenants.length > 0 ? tenants : facts.map(({ tenant }) => tenant)
  const vendors = from.length > 0 ? from : facts.flatMap(({ requests }) => requests.map(({ requestingTenant }) => requestingTenant))
  const turns = around.flatMap((one) => (typeof one === 'object' ? one.requests.flatMap(instantsOf) : [one]))
  return fc.record(
    {
      user: mostly(people, userId()),
      tenant: mostly(places, tenantId()),
      method: method(),
      now: mostly(
        turns.flatMap((at) => [at - 1, at, at + 1]),
        instant(),
      ),
      from: fc.option(mostly(vendors, tenantId()), { freq: 1 }),
    },
    PLAIN,
  )
}

/**
 * Generates a question with at least one malformed field.
 * Fields can be invalid ids (SPEC 3.5), unknown methods or invalid instants.
 * Some values are objects that throw on access.
 * With any facts, `decide` must deny it with `invalid-question` and must not throw (SPEC 5.3.1).
 * @example
 * ```ts
 * import { decide } from 'consentry/decision'
 * import { malformedAccessQuery, tenantFacts } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * fc.assert(
 *   fc.property(malformedAccessQuery(), tenantFacts(), ({ user, tenant, method, now, from }, facts) => {
 *     const question = [user, tenant, method, now] as [string, string, 'access-request', number]
 *     return decide(...question, facts, { from: from as string }).reason === 'invalid-question'
 *   }),
 * )
 * ```
 */
export function malformedAccessQuery(): fc.Arbitrary<MalformedAccessQuery> {
  const wellFormed = fc.record(
    { user: userId(), tenant: tenantId(), method: method(), now: instant(), from: fc.option(tenantId(), { freq: 1 }) },
    PLAIN,
  )
  // A `from` that is `null` or `undefined` is as not said (SPEC 2.7).
  const from = notAnId().filter((value) => value !== null && value !== undefined)
  const malformed = fc.record({ user: notAnId(), tenant: notAnId(), method: notAMethod(), now: notAnInstant(), from }, PLAIN)
  const parts = fc.subarray(['user', 'tenant', 'method', 'now', 'from'] as const, { minLength: 1 })
  return fc
    .tuple(wellFormed, malformed, parts)
    .map(([right, wrong, chosen]): MalformedAccessQuery => ({ ...right, ...Object.fromEntries(chosen.map((part) => [part, wrong[part]])) }))
}

function notAnId(): fc.Arbitrary<unknown> {
  const text = fc.constantFrom('', ' ', 'tom sawyer', 'tom\n', 'é', '\u0000', '\ud800', '\u007f', 'x'.repeat(129))
  const lookAlike = fc.constantFrom<unknown>(['caroline'], Object('caroline'), { toString: () => 'caroline' }, 1, Number.NaN)
  return fc.oneof(text, lookAlike, notAPrimitive())
}

function notAMethod(): fc.Arbitrary<unknown> {
  const text = fc.constantFrom('', 'root', 'Access-Request', 'access-request ', 'legacy', 'constructor', '__proto__')
  return fc.oneof(text, fc.constantFrom<unknown>(['access-request'], Object('access-request'), 0), notAPrimitive())
}

function notAnInstant(): fc.Arbitrary<unknown> {
  const number = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 8.64e15 + 1, Number.MAX_VALUE)
  const text = fc.constantFrom('', '0', '2026-01-01T00:00:00Z', 'now')
  // Created for each run, so that no test can change the value of another.
  const date = fc.constantFrom<() => unknown>(
    () => new Date(Number.NaN),
    () => Object.create(Date.prototype),
    () => ({ getTime: () => 0, valueOf: () => 0 }),
    () => Object.setPrototypeOf({ valueOf: () => 0 }, Date.prototype),
    () => new Proxy(new Date(0), {}),
    () => Object(0),
    () => [0],
  )
  return fc.oneof(
    number,
    text,
    date.map((make) => make()),
    notAPrimitive(),
  )
}

function notAPrimitive(): fc.Arbitrary<unknown> {
  const fail = () => {
    throw new Error('the value was accessed')
  }
  // fast-check reads its own symbols from values, and prints values when a test fails.
  const onAccess = (_target: object, key: string | symbol) => (typeof key === 'symbol' && key !== Symbol.toPrimitive ? undefined : fail())
  return fc
    .constantFrom<() => unknown>(
      () => null,
      () => undefined,
      () => true,
      () => 1n,
      () => Symbol('consentry'),
      () => fail,
      () => ({ valueOf: fail, toString: fail, [Symbol.toPrimitive]: fail }),
      () => Object.defineProperty({}, 'length', { get: fail }),
      () => new Proxy({}, { get: onAccess, ownKeys: fail, getOwnPropertyDescriptor: fail }),
      () => new Proxy(() => 0, { get: onAccess, apply: fail }),
    )
    .map((make) => make())
}

function peopleOf({ users, removed }: TenantFacts['requests'][number]): UserId[] {
  return [...users, ...removed.map(({ user }) => user)]
}

function instantsOf(request: TenantFacts['requests'][number]): Instant[] {
  const grant = 'grantedAt' in request ? [request.grantedAt, ...(request.expiresAt === null ? [] : [request.expiresAt])] : []
  const end = 'endedAt' in request ? [request.endedAt] : []
  const lapse = 'answerBy' in request && request.answerBy !== null ? [request.answerBy] : []
  return [request.sentAt, ...grant, ...end, ...lapse, ...request.removed.map(({ at }) => at)]
}

function mostly<T>(known: readonly T[], any: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return known.length === 0 ? any : fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...known) }, any)
}
