/** The decision, by the plain function and by an access index: order, reasons and boundaries (SPEC 5.3). */
import { describe, expect, it, vi } from 'vitest'
import {
  type AccessMethod,
  accessFrom,
  canImpersonate,
  type Decision,
  decide,
  type LegacyRule,
  type TenantFacts,
} from '../../src/decision.js'
import type { RequestFacts } from '../../src/domain/status.js'
import { TOM } from '../story/cast.js'
import { endedFacts, grantFacts, pendingFacts, removedFacts, revokedFacts } from './requests.js'

const facts = (requests: readonly RequestFacts[], governed = requests.some((request) => 'grantedAt' in request)): TenantFacts => ({
  tenant: TOM,
  governed,
  requests,
})

/** Asks the plain functions and an access index, and expects the same answer of all. */
function ask(of: TenantFacts, now: unknown, method: unknown = 'access-request', legacy?: LegacyRule, user: unknown = 'caroline'): Decision {
  const [who, how, at] = [user as string, method as AccessMethod, now as Date]
  const decision = decide(who, TOM, how, at, of, { legacy })
  const access = accessFrom([of], { legacy })
  expect(access.decide(who, TOM, how, at)).toEqual(decision)
  expect(canImpersonate(who, TOM, how, at, of, { legacy })).toBe(decision.allowed)
  expect(access.canImpersonate(who, TOM, how, at)).toBe(decision.allowed)
  expect(Object.isFrozen(decision)).toBe(true)
  return decision
}
const deny = (reason: string, changesAt: number | null = null) => ({ allowed: false, reason, changesAt })
const allow = (grantedBy: readonly string[], changesAt: number | null = null) => ({
  allowed: true,
  reason: 'granted',
  grantedBy,
  changesAt,
})

describe('a malformed question (SPEC 5.3.1)', () => {
  const of = facts([grantFacts('r', 0)])
  const proxy = new Proxy(
    {},
    {
      getPrototypeOf: () => {
        throw new Error('trap')
      },
      get: () => {
        throw new Error('trap')
      },
    },
  )
  for (const now of [
    Number.NaN,
    Infinity,
    -Infinity,
    8.64e15 + 1,
    -8.64e15 - 1,
    new Date(Number.NaN),
    '2026-01-01',
    null,
    undefined,
    {},
    true,
    10n,
    proxy,
    Object.create(Date.prototype),
  ]) {
    it(`is denied for the instant ${typeof now === 'object' ? 'of an object' : String(now)}`, () => {
      expect(ask(of, now)).toEqual(deny('invalid-question'))
    })
  }
  for (const method of ['root', '', 'Access-request', null, 0, ['access-request'], '__proto__']) {
    it(`is denied for the method ${JSON.stringify(method)}`, () => {
      expect(ask(of, 10, method, () => true)).toEqual(deny('invalid-question'))
    })
  }
  for (const user of ['', 'a b', 'é', 'a\u0000', 'x'.repeat(129), null, 7, ['caroline'], { toString: () => 'caroline' }]) {
    it(`is denied for the user ${JSON.stringify(user)}`, () => {
      expect(ask(of, 10, 'legacy-support', () => true, user)).toEqual(deny('invalid-question'))
    })
  }

  it('is denied without a method', () => {
    expect(decide('caroline', TOM, undefined as never, 10, of)).toEqual(deny('invalid-question'))
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

describe('a grant (SPEC 4.2)', () => {
  it('holds from its instant on, and no earlier', () => {
    expect(ask(facts([grantFacts('r', 1000)]), 999)).toEqual(deny('pending', 1000))
    expect(ask(facts([grantFacts('r', 1000)]), 1000)).toEqual(allow(['r']))
  })

  it('holds until 1 ms before its expiry, and no longer', () => {
    const of = facts([grantFacts('r', 1000, 2000)])
    expect(ask(of, 1999)).toEqual(allow(['r'], 2000))
    expect(ask(of, 2000)).toEqual(deny('expired'))
    expect(ask(of, 2001)).toEqual(deny('expired'))
  })

  it('gives the same answers whether or not its expiry was recorded', () => {
    const recorded = facts([{ ...grantFacts('r', 1000, 2000), state: 'expired' } as RequestFacts])
    for (const now of [999, 1000, 1999, 2000]) expect(ask(recorded, now)).toEqual(ask(facts([grantFacts('r', 1000, 2000)]), now))
  })

  it('allows every method', () => {
    for (const method of ['access-request', 'legacy-configure', 'legacy-support']) {
      expect(ask(facts([grantFacts('r', 1000)]), 1000, method)).toEqual(allow(['r']))
    }
  })

  it('of another user never allows', () => {
    expect(ask(facts([grantFacts('r', 0)]), 10, 'access-request', undefined, 'wickham')).toEqual(deny('not-associated'))
    expect(ask(facts([removedFacts('r', 5)]), 10, 'access-request', undefined, 'wickham')).toEqual(deny('not-associated'))
  })

  it('that was revoked allows at no instant', () => {
    const of = facts([revokedFacts('r', 1000, 1500)])
    for (const now of [500, 1000, 1200, 1500, 9000]) {
      expect(ask(of, now)).toEqual(deny('revoked'))
      expect(ask(of, now, 'legacy-support', () => true)).toEqual(deny('legacy-closed'))
    }
  })

  it('is listed with all that hold: latest end first, then latest granted, then by id', () => {
    const of = facts([
      grantFacts('short', 0, 500),
      grantFacts('b', 5, 900),
      grantFacts('a', 5, 900),
      grantFacts('later', 6, 900),
      grantFacts('old', 0),
      grantFacts('new', 1),
      grantFacts('future', 400, 9000),
    ])
    expect(ask(of, 100)).toEqual(allow(['new', 'old', 'later', 'a', 'b', 'short']))
  })
})

describe('changesAt (SPEC 5.6)', () => {
  it('is the end of the union of grants, not of the first', () => {
    const of = facts([grantFacts('a', 0, 100), grantFacts('b', 50, 200), grantFacts('c', 200, 300)])
    expect(ask(of, 10)).toEqual(allow(['a'], 300))
    expect(ask(of, 60)).toEqual(allow(['b', 'a'], 300))
    expect(ask(of, 200)).toEqual(allow(['c'], 300))
    for (const method of ['legacy-configure', 'legacy-support']) expect(ask(of, 60, method)).toEqual(allow(['b', 'a'], 300))
  })

  it('depends on the method: a grant that ends as it begins changes the reason, but not a legacy answer', () => {
    const of = facts([grantFacts('a', 100, 100)])
    expect(ask(of, 50)).toEqual(deny('pending', 100))
    expect(ask(of, 100)).toEqual(deny('expired'))
    for (const method of ['legacy-configure', 'legacy-support']) expect(ask(of, 50, method)).toEqual(deny('legacy-closed'))
  })

  it('stops at a gap of one millisecond', () => {
    expect(ask(facts([grantFacts('a', 0, 100), grantFacts('b', 101, 200)]), 10)).toEqual(allow(['a'], 100))
    expect(ask(facts([grantFacts('a', 0, 100), grantFacts('b', 101, 200)]), 100)).toEqual(deny('pending', 101))
  })

  it('includes a change of the reason alone', () => {
    expect(ask(facts([grantFacts('a', 0, 100), pendingFacts('p')]), 10)).toEqual(allow(['a'], 100))
    expect(ask(facts([grantFacts('a', 0, 100), pendingFacts('p')]), 100)).toEqual(deny('pending'))
  })

  it('of a legacy denial is the start of a grant', () => {
    expect(ask(facts([grantFacts('a', 1000)]), 10, 'legacy-support')).toEqual(deny('legacy-closed', 1000))
    expect(ask(facts([grantFacts('a', 1000, 2000)]), 2000, 'legacy-support')).toEqual(deny('legacy-closed'))
  })

  it('ignores a request that can never hold again, and one the user was removed from', () => {
    const removed = { ...grantFacts('gone', 500, 600), users: ['charlotte'], removed: [{ user: 'caroline', at: 550 }] } as RequestFacts
    expect(ask(facts([grantFacts('a', 0, 100), revokedFacts('r', 150, 160), removed]), 10)).toEqual(allow(['a'], 100))
    expect(ask(facts([removed]), 10)).toEqual(deny('removed'))
    expect(ask(facts([removed]), 10, 'legacy-support')).toEqual(deny('legacy-closed'))
  })

  it('ignores changes in the past', () => {
    expect(ask(facts([grantFacts('a', 0, 100)]), 100)).toEqual(deny('expired'))
    expect(ask(facts([grantFacts('a', 0)]), 0)).toEqual(allow(['a']))
  })
})

describe('the status that denies (SPEC 5.4)', () => {
  it('is pending while any request is', () => {
    expect(ask(facts([endedFacts('a', 'rejected', 900), pendingFacts('b')]), 1000)).toEqual(deny('pending'))
    expect(ask(facts([endedFacts('a', 'rejected', 900), grantFacts('b', 400, 500)]), 100)).toEqual(deny('pending', 400))
  })

  it('is otherwise that of the request that ended last', () => {
    const of = (...requests: RequestFacts[]) => ask(facts(requests), 5000).reason
    expect(of(endedFacts('a', 'rejected', 900), endedFacts('b', 'withdrawn', 901))).toBe('withdrawn')
    expect(of(endedFacts('a', 'rejected', 902), endedFacts('b', 'withdrawn', 901))).toBe('rejected')
    expect(of(grantFacts('a', 0, 902), endedFacts('b', 'withdrawn', 901))).toBe('expired')
    expect(of(grantFacts('a', 0, 902), revokedFacts('b', 0, 903))).toBe('revoked')
    expect(of(removedFacts('a', 904), revokedFacts('b', 0, 903))).toBe('removed')
  })

  it('of several that ended at the same instant is the first of expired, revoked, rejected, withdrawn, removed', () => {
    const all = [
      grantFacts('a', 0, 900),
      revokedFacts('b', 0, 900),
      endedFacts('c', 'rejected', 900),
      endedFacts('d', 'withdrawn', 900),
      removedFacts('e', 900),
    ]
    const reasons = ['expired', 'revoked', 'rejected', 'withdrawn', 'removed']
    reasons.forEach((reason, index) => {
      expect(ask(facts(all.slice(index), true), 5000).reason).toBe(reason)
      expect(ask(facts(all.slice(index).reverse(), true), 5000).reason).toBe(reason)
    })
  })
})

describe('the legacy methods', () => {
  it('are denied without facts, unless the facts were declared to cover every tenant (SPEC 5.3.4)', () => {
    const other = { ...facts([]), tenant: 'other' }
    expect(decide('caroline', TOM, 'legacy-support', 10, other, { legacy: () => true })).toEqual(deny('no-facts'))
    expect(decide('caroline', TOM, 'access-request', 10, other)).toEqual(deny('not-associated'))
    for (const [everyTenant, expected] of [
      [undefined, deny('no-facts')],
      [false, deny('no-facts')],
      [true, { allowed: true, reason: 'legacy-permitted' }],
    ] as const) {
      const access = accessFrom([], { legacy: () => true, everyTenant })
      expect(access.decide('caroline', TOM, 'legacy-support', 10)).toEqual(expected)
      expect(access.canImpersonate('caroline', TOM, 'legacy-support', 10)).toBe(expected.allowed)
      expect(access.decide('caroline', TOM, 'access-request', 10)).toEqual(deny('not-associated'))
    }
    expect(accessFrom([], { legacy: () => true, everyTenant: 1 as never }).canImpersonate('caroline', TOM, 'legacy-support', 10)).toBe(
      false,
    )
  })

  it('are closed in a governed tenant, even after its requests were purged (SPEC 5.3.5)', () => {
    const rule = vi.fn(() => true)
    expect(ask(facts([], true), 10, 'legacy-support', rule)).toEqual(deny('legacy-closed'))
    expect(ask(facts([], true), 10, 'legacy-configure', rule)).toEqual(deny('legacy-closed'))
    expect(rule).not.toHaveBeenCalled()
  })

  it('otherwise follow the host’s rule, which is called with user, tenant, method and instant (SPEC 5.3.6)', () => {
    const rule = vi.fn(() => true)
    expect(decide('caroline', TOM, 'legacy-configure', new Date(10), facts([]), { legacy: rule })).toEqual({
      allowed: true,
      reason: 'legacy-permitted',
    })
    expect(rule.mock.calls).toEqual([['caroline', TOM, 'legacy-configure', 10]])
    expect(ask(facts([]), 10, 'access-request', rule)).toEqual(deny('not-associated'))
    expect(rule).toHaveBeenCalledTimes(1)
  })

  it('are denied without a rule', () => {
    expect(ask(facts([]), 10, 'legacy-support')).toEqual(deny('legacy-not-permitted'))
  })

  const refusing: Record<string, (...question: Parameters<LegacyRule>) => unknown> = {
    'returns false': () => false,
    'returns a truthy value': () => 1,
    'returns nothing': () => undefined,
    throws: () => {
      throw new Error('down')
    },
    'returns a promise': async () => true,
    'returns a promise that rejects': async () => {
      throw new Error('down')
    },
  }
  for (const [name, rule] of Object.entries(refusing)) {
    it(`are denied by a rule that ${name}, and the answer has no changesAt`, async () => {
      const unhandled = vi.fn()
      process.on('unhandledRejection', unhandled)
      expect(ask(facts([]), 10, 'legacy-support', rule as LegacyRule)).toEqual({ allowed: false, reason: 'legacy-not-permitted' })
      await new Promise((resolve) => setImmediate(resolve))
      process.off('unhandledRejection', unhandled)
      // An unhandled rejection would end the host's process.
      expect(unhandled).not.toHaveBeenCalled()
    })
  }
})
