/** The decision over given facts: what no command brings about (SPEC 5.2, 5.3). */
import { describe, expect, it, vi } from 'vitest'
import type { AccessMethod, Decision, LegacyRule, TenantFacts } from '../../src/decision.js'
import { accessFrom, canImpersonate, decide } from '../../src/decision.js'
import { decideByFacts } from '../../src/domain/evaluate.js'
import type { RequestFacts } from '../../src/domain/status.js'
import { TOM } from '../story/cast.js'
import { allow, deny, permitted } from '../story/scenario.js'
import { grantFacts, pendingFacts } from './requests.js'

const METHODS = ['access-request', 'legacy-configure', 'legacy-support']
const facts = (requests: readonly RequestFacts[], governed = requests.length > 0): TenantFacts => ({ tenant: TOM, governed, requests })

/** Asks the plain functions and an access index, and expects the same answer of all. */
function ask(of: TenantFacts, now: unknown, method: unknown = 'access-request', legacy?: LegacyRule, user: unknown = 'caroline'): Decision {
  const question = [user as string, TOM, method as AccessMethod, now as Date] as const
  const decision = decide(...question, of, { legacy })
  const access = accessFrom([of], { legacy })
  expect(access.decide(...question)).toEqual(decision)
  expect(canImpersonate(...question, of, { legacy })).toBe(decision.allowed)
  expect(access.canImpersonate(...question)).toBe(decision.allowed)
  return decision
}

describe('`changesAt` (SPEC 5.6)', () => {
  const [empty, emptier] = [grantFacts('e', 20, 20), grantFacts('f', 30, 25)]
  const removed = { ...grantFacts('g', 0, 40), users: [], removed: [{ user: 'caroline', at: 5 }] } as RequestFacts
  const soon = grantFacts('s', 15, 18)
  const rows: readonly (readonly [
    what: string,
    requests: readonly RequestFacts[],
    now: number,
    byRequest: number | null,
    byLegacy: number | null,
  ])[] = [
    ['a grant that holds: its end', [grantFacts('r', 0, 50)], 10, 50, 50],
    ['one without an end', [grantFacts('r', 0)], 10, null, null],
    ['one that starts now', [grantFacts('r', 10, 50)], 10, 50, 50],
    ['one that starts when another ends: the end of both', [grantFacts('r', 0, 20), grantFacts('s', 20, 30)], 10, 30, 30],
    ['one that starts later', [soon], 10, 15, 15],
    ['the first of several that start later', [grantFacts('r', 17), soon], 10, 15, 15],
    ['one of no length before one that starts later', [grantFacts('r', 12, 12), soon], 10, 15, 15],
    ['one of no length: it expires at its start', [empty], 10, 20, null],
    ['the last of several of no length', [emptier, empty], 10, 30, null],
    ['one of no length that starts now', [grantFacts('r', 10, 10)], 10, null, null],
    ['one of no length beside a pending request', [empty, pendingFacts('p')], 10, null, null],
    ['a pending request', [pendingFacts('p')], 10, null, null],
    ['a grant from which the user was removed', [removed], 10, null, null],
    ['a grant to another user', [{ ...grantFacts('r', 0, 50), users: ['charlotte'] }], 10, null, null],
  ]
  it.each(rows)('is for %s', (_, requests, now, byRequest, byLegacy) => {
    const at = (method: string) => (ask(facts(requests, true), now, method) as { changesAt: number | null }).changesAt
    expect(METHODS.map(at)).toEqual([byRequest, byLegacy, byLegacy])
  })
})

describe('the cost of a decision grows by no more than n log n with the grants of one user', () => {
  /** Counts how often a decision reads the instants of `n` grants, in an order that is neither by start nor by end. */
  function readsOf(n: number, now: number): number {
    let reads = 0
    const counted = (value: number) => ({
      enumerable: true,
      get: () => {
        reads += 1
        return value
      },
    })
    const requests = Array.from({ length: n }, (_, index) => {
      const start = (index * 7919) % n
      const grant = { ...grantFacts(`r${index}`, 0), users: ['caroline'] }
      const request = Object.defineProperties(grant, { grantedAt: counted(start), expiresAt: counted(2 * n - start) })
      return { request, removedAt: null }
    })
    decideByFacts({ user: 'caroline', tenant: TOM, method: 'access-request', now, from: null }, { governed: true, requests })
    return reads
  }

  it.each<[string, (n: number) => number]>([
    ['all of which hold', (n) => n],
    ['all of which start later', () => -1],
    ['all of which have expired', (n) => 2 * n],
  ])('%s', (_, now) => {
    const [few, many] = [1_000, 8_000].map((n) => readsOf(n, now(n))) as [number, number]
    expect(few).toBeGreaterThan(1_000)
    // Eight times the grants: 8 × log(8,000) / log(1,000) is 10.4, and their square would be 64.
    expect(many / few).toBeLessThan(12)
  })
})

it('a malformed `from` is asked of nobody (SPEC 2.7, 5.3.1)', () => {
  const host = { legacy: () => true, isAskable: () => true }
  for (const from of ['', 'a b', 7, true]) {
    const question = ['wickham', TOM, 'legacy-support', 5] as const
    expect(accessFrom([facts([])], host).canImpersonate(...question, from as never)).toBe(false)
    expect(decide(...question, facts([]), { ...host, from: from as never })).toEqual(deny('invalid-question'))
  }
})

describe('a malformed question (SPEC 5.3.1)', () => {
  const of = facts([grantFacts('r', 0)])
  const trap = () => {
    throw new Error('trap')
  }

  it('is denied for an instant that no date can hold, and for an object that throws when read', () => {
    for (const now of [8.64e15 + 1, -8.64e15 - 1, undefined, new Proxy({}, { getPrototypeOf: trap, get: trap })])
      for (const method of METHODS) expect(ask(of, now, method, () => true)).toEqual(deny('invalid-question'))
  })

  it('is denied for a list or an object that reads like an id or a method', () => {
    for (const user of [['caroline'], { toString: () => 'caroline' }])
      expect(ask(of, 10, 'legacy-support', () => true, user)).toEqual(deny('invalid-question'))
    expect(ask(of, 10, ['access-request'], () => true)).toEqual(deny('invalid-question'))
  })

  it('is denied for a malformed tenant, whatever the facts', () => {
    expect(decide('caroline', 'a b', 'access-request', 10, of)).toEqual(deny('invalid-question'))
    expect(decide('caroline', 'a b', 'access-request', 10, 'rubbish' as never)).toEqual(deny('invalid-question'))
    expect(accessFrom([of], { legacy: () => true, everyTenant: true }).canImpersonate('caroline', '', 'legacy-support', 10)).toBe(false)
  })

  it('may be about the earliest and latest instants, as numbers or dates', () => {
    expect(ask(of, 8.64e15).allowed).toBe(true)
    expect(ask(of, -8.64e15)).toEqual(deny('pending', 0))
    expect(ask(of, new Date(8.64e15)).allowed).toBe(true)
  })
})

it('a grant that ends as it begins changes the reason of `access-request`, but no legacy answer (SPEC 5.6)', () => {
  const of = facts([grantFacts('a', 100, 100)])
  expect(ask(of, 50)).toEqual(deny('pending', 100))
  expect(ask(of, 100)).toEqual(deny('expired'))
  for (const method of METHODS.slice(1)) expect(ask(of, 50, method)).toEqual(deny('legacy-closed'))
})

it('the order of the facts does not matter: latest end first, then latest granted, then by id (SPEC 5.7)', () => {
  const grants = [grantFacts('b', 5, 900), grantFacts('old', 0), grantFacts('later', 6, 900), grantFacts('a', 5, 900), grantFacts('new', 1)]
  for (const order of [grants, [...grants].reverse()])
    for (const method of METHODS) expect(ask(facts(order), 100, method)).toEqual(allow(['new', 'old', 'later', 'a', 'b']))
})

describe('the legacy methods', () => {
  it('are denied without facts, unless the facts were declared to cover every tenant (SPEC 5.3.4)', () => {
    const other = { ...facts([]), tenant: 'other' }
    expect(decide('caroline', TOM, 'legacy-support', 10, other, { legacy: () => true })).toEqual(deny('no-facts'))
    expect(decide('caroline', TOM, 'access-request', 10, other)).toEqual(deny('not-associated'))
    for (const everyTenant of [undefined, false, true, 1 as never]) {
      const expected = everyTenant === true ? permitted : deny('no-facts')
      const access = accessFrom([], { legacy: () => true, everyTenant })
      expect(access.decide('caroline', TOM, 'legacy-support', 10)).toEqual(expected)
      expect(access.canImpersonate('caroline', TOM, 'legacy-support', 10)).toBe(expected.allowed)
      expect(access.decide('caroline', TOM, 'access-request', 10)).toEqual(deny('not-associated'))
    }
  })

  it('are closed in a governed tenant, even after its requests were purged (SPEC 5.3.5)', () => {
    const rule = vi.fn(() => true)
    for (const method of METHODS.slice(1)) expect(ask(facts([], true), 10, method, rule)).toEqual(deny('legacy-closed'))
    expect(rule).not.toHaveBeenCalled()
  })

  it('otherwise call the host’s rule with user, tenant, method and instant (SPEC 5.3.6)', () => {
    const rule = vi.fn(() => true)
    expect(decide('caroline', TOM, 'legacy-configure', new Date(10), facts([]), { legacy: rule })).toEqual(permitted)
    expect(rule.mock.calls).toEqual([['caroline', TOM, 'legacy-configure', 10]])
    expect(ask(facts([]), 10, 'access-request', rule)).toEqual(deny('not-associated'))
    expect(rule).toHaveBeenCalledTimes(1)
  })

  it('are denied by a rule whose promise rejects, and no rejection is left unhandled: it would end the host’s process', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const rule = (() => Promise.reject(new Error('down'))) as never
    expect(ask(facts([]), 10, 'legacy-support', rule).allowed).toBe(false)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})
