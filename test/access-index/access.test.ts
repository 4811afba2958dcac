/** `accessFrom`: facts of many tenants, copied on creation, and the reverse questions. */
import { deepEqual, equal } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessOnIndex } from '../../src/access-index/access.js'
import { AccessProjection } from '../../src/access-index/access-projection.js'
import { accessFrom, decide, type RequestFacts, type TenantFacts } from '../../src/decision.js'
import { tenantFacts } from '../../src/testing/arbitraries.js'
import { endedFacts, grantFacts, removedFacts, revokedFacts } from '../domain/requests.js'
import { METHODS, OUTSIDER, TENANTS, turns, USERS } from '../model/questions.js'
import { TOM } from '../story/cast.js'

const tom: TenantFacts = {
  tenant: TOM,
  governed: true,
  requests: [
    { ...grantFacts('a', 100, 200), users: ['zoe', 'caroline', 'caroline'] } as RequestFacts,
    { ...grantFacts('b', 100), users: ['Zoe', '__proto__'] } as RequestFacts,
    removedFacts('c', 50),
  ],
}
const other: TenantFacts = { tenant: 'Other', governed: true, requests: [{ ...grantFacts('d', 150), tenant: 'Other' }] }

describe('tenantsFor and usersFor (SPEC 5.8)', () => {
  const access = accessFrom([tom, other])

  it('are the filter of the forward decision, in the order of ids', () => {
    expect(access.usersFor(TOM, 100)).toEqual(['Zoe', '__proto__', 'caroline', 'zoe'])
    expect(access.usersFor(TOM, new Date(200))).toEqual(['Zoe', '__proto__'])
    expect(access.usersFor(TOM, 99)).toEqual([])
    expect(access.tenantsFor('caroline', 150)).toEqual(['Other', TOM])
    expect(access.tenantsFor('caroline', new Date(200))).toEqual(['Other'])
    expect(access.tenantsFor('charlotte', 150)).toEqual([])
  })

  it('return nothing for an unknown tenant or user, and nothing for a malformed question', () => {
    expect(access.usersFor('nowhere', 150)).toEqual([])
    expect(access.tenantsFor('nobody', 150)).toEqual([])
    expect(access.usersFor(TOM, Number.NaN)).toEqual([])
    expect(access.tenantsFor('caroline', new Date(Number.NaN))).toEqual([])
    expect(access.tenantsFor(null as never, 150)).toEqual([])
    expect(access.usersFor({} as never, 150)).toEqual([])
  })
})

describe('the given facts', () => {
  it('may come in pieces, in any order and more than once (SPEC 5.7)', () => {
    const pieces = tom.requests.map((request) => ({ ...tom, requests: [request] }))
    const access = accessFrom([...pieces.reverse(), other, { ...tom, governed: true, requests: [] }, tom])
    for (const now of [50, 100, 150, 200]) {
      expect(access.usersFor(TOM, now)).toEqual(accessFrom([tom]).usersFor(TOM, now))
    }
  })

  it('make a tenant governed if any piece says so, and only then', () => {
    const piece = { tenant: TOM, requests: [] }
    for (const pieces of [
      [true, false],
      [false, true],
    ]) {
      const access = accessFrom(
        pieces.map((governed) => ({ ...piece, governed })),
        { legacy: () => true },
      )
      expect(access.decide('wickham', TOM, 'legacy-support', 1).reason).toBe('legacy-closed')
    }
    const free = { ...piece, governed: false }
    expect(accessFrom([free, free], { legacy: () => true }).decide('wickham', TOM, 'legacy-support', 1).reason).toBe('legacy-permitted')
  })

  it('are copied: changing them later does not affect the access', () => {
    const request = { ...grantFacts('r', 100, 200), users: ['caroline'] }
    const mine = { tenant: TOM, governed: true, requests: [request] }
    const access = accessFrom([mine])
    Object.assign(request, { expiresAt: null })
    request.users.push('wickham')
    mine.requests.length = 0
    expect(access.canImpersonate('caroline', TOM, 'access-request', 150)).toBe(true)
    expect(access.canImpersonate('caroline', TOM, 'access-request', 200)).toBe(false)
    expect(access.canImpersonate('wickham', TOM, 'access-request', 150)).toBe(false)
  })
})

describe('the answers', () => {
  it('equal those of `decide`, for requests in every state, at every instant at which an answer changes', async () => {
    const legacy = (user: string, _tenant: string, _method: string, now: number) => (user.length + now) % 2 === 0
    const property = fc.property(
      fc.tuple(...TENANTS.map((tenant) => tenantFacts({ tenant, users: USERS, maxRequests: 9 }))),
      fc.boolean(),
      (all, everyTenant) => {
        const access = accessFrom(all, { legacy, everyTenant })
        for (const facts of all)
          for (const user of [...USERS, OUTSIDER])
            for (const method of METHODS)
              for (const now of turns(facts.requests)) {
                const expected = decide(user, facts.tenant, method, now, facts, { legacy })
                deepEqual(access.decide(user, facts.tenant, method, now), expected)
                equal(access.canImpersonate(user, facts.tenant, method, now), expected.allowed)
              }
      },
    )
    await fc.assert(property, { numRuns: 12 })
  })

  it('are exact if a grant starts as another ends, lasts for no time, or would end before its start', () => {
    const asked = [99, 100, 101, 149, 150, 151, 199, 200, 201]
    for (const grants of [
      [grantFacts('a', 100, 150), grantFacts('b', 150, 200)],
      [grantFacts('a', 100, 150), grantFacts('b', 151, 200)],
      [grantFacts('a', 100, 100)],
      [grantFacts('a', 200, 100)],
      [grantFacts('a', 200, 100), grantFacts('b', 150)],
      [grantFacts('a', 100), removedFacts('b', 150)],
      [grantFacts('a', 100, 200), revokedFacts('b', 50, 150), endedFacts('c', 'rejected', 150)],
      [grantFacts('a', 100, 150), endedFacts('c', 'withdrawn', 150)],
    ]) {
      const facts = { tenant: TOM, governed: true, requests: grants }
      const access = accessFrom([facts])
      for (const now of asked) {
        expect(access.decide('caroline', TOM, 'access-request', now)).toEqual(decide('caroline', TOM, 'access-request', now, facts))
        expect(access.decide('caroline', TOM, 'legacy-support', now)).toEqual(decide('caroline', TOM, 'legacy-support', now, facts))
        expect(access.usersFor(TOM, now).includes('caroline')).toBe(decide('caroline', TOM, 'access-request', now, facts).allowed)
      }
    }
  })

  it('deny if any part of the question is malformed, even if the rule permits everything and the user is known', () => {
    const access = accessFrom([{ tenant: TOM, governed: true, requests: [grantFacts('a', 100)] }], {
      legacy: () => true,
      everyTenant: true,
    })
    const denied = { allowed: false, reason: 'invalid-question', changesAt: null }
    for (const user of ['caroline', 'wickham'])
      for (const tenant of [TOM, 'nowhere'])
        for (const [who, where, method, now] of [
          ['', tenant, 'legacy-support', 150],
          ['a b', tenant, 'legacy-support', 150],
          [undefined, tenant, 'legacy-support', 150],
          [user, '', 'legacy-support', 150],
          [user, 7, 'legacy-support', 150],
          [user, tenant, 'root', 150],
          [user, tenant, undefined, 150],
          [user, tenant, 'legacy-support', Number.NaN],
          [user, tenant, 'legacy-support', new Date(Number.NaN)],
          [user, tenant, 'legacy-support', undefined],
        ] as [string, string, 'legacy-support', number][]) {
          expect(access.decide(who, where, method, now)).toEqual(denied)
          expect(access.canImpersonate(who, where, method, now)).toBe(false)
        }
  })

  it('name the deciding grant, for any number of grants, and are the same object for the same decision', () => {
    const many = Array.from({ length: 2_100 }, (_, n) => ({ ...grantFacts(`r-${n}`, 100, n % 2 ? null : 300), users: [`user-${n}`] }))
    const access = accessFrom([{ tenant: TOM, governed: true, requests: many as RequestFacts[] }])
    for (let again = 0; again < 2; again++)
      for (let n = 0; n < many.length; n++) {
        const decision = access.decide(`user-${n}`, TOM, 'access-request', 200)
        const same = access.decide(`user-${n}`, TOM, 'legacy-support', 299)
        if (decision.reason !== 'granted') throw new Error(`user-${n} is not inside`)
        equal(decision.grantedBy.join(), `r-${n}`)
        equal(decision.changesAt, n % 2 ? null : 300)
        equal(Object.isFrozen(decision) && Object.isFrozen(decision.grantedBy), true)
        equal(same, decision)
      }
  })
})

describe('a question', () => {
  const free = { tenant: 'free', governed: false, requests: [] }
  const permissive = accessFrom([tom, free], { legacy: () => true })

  it('that is malformed is denied, even about known users and tenants, without calling the rule (SPEC 5.3.1)', () => {
    for (const [user, tenant, now] of [
      ['a b', 'free', 1],
      ['zoe', 'a b', 1],
      ['zoe', TOM, Number.NaN],
      ['zoe', 'free', Number.NaN],
    ] as const) {
      expect(permissive.decide(user, tenant, 'legacy-support', now).reason).toBe('invalid-question')
      expect(permissive.canImpersonate(user, tenant, 'legacy-support', now)).toBe(false)
    }
    expect(permissive.decide('zoe', TOM, 'root' as never, 150).reason).toBe('invalid-question')
    expect(permissive.canImpersonate('zoe', TOM, 'root' as never, 150)).toBe(false)
  })

  it('about a user with one grant returns the same object until the grant changes (SPEC 5.6)', () => {
    const following = new AccessProjection()
    following.load(grantFacts('r', 100, 200))
    const access = accessOnIndex(following.index, {})
    const ask = () => access.decide('caroline', TOM, 'access-request', 150)
    const before = ask()
    expect(before).toEqual({ allowed: true, reason: 'granted', grantedBy: ['r'], changesAt: 200 })
    expect(ask()).toBe(before)
    const envelope = { id: 'e', at: 150, tenant: TOM, requestingTenant: 'vendor', accessRequest: 'a', version: 1, revision: 3 } as const
    following.apply({
      ...envelope,
      type: 'tenant-request.expiry-set',
      tenantRequest: 'r',
      expiresAt: 175,
      by: { user: 'tom', tenant: TOM },
    })
    expect(ask()).toEqual({ allowed: true, reason: 'granted', grantedBy: ['r'], changesAt: 175 })
  })

  it('whose denial the clock alone never changes returns the same object', () => {
    const ask = () => decide('wickham', TOM, 'access-request', 150, tom)
    expect(ask()).toEqual({ allowed: false, reason: 'not-associated', changesAt: null })
    expect(ask()).toBe(ask())
  })

  it('is granted by all grants that hold: latest end first, then latest granted, then by id (SPEC 5.4)', () => {
    const requests = [
      grantFacts('c', 100, 300),
      grantFacts('b', 100, 300),
      grantFacts('d', 120, 300),
      grantFacts('e', 50),
      grantFacts('a', 90, 250),
    ]
    const expected = ['e', 'd', 'b', 'c', 'a']
    for (const order of [requests, [...requests].reverse()]) {
      const facts = { tenant: TOM, governed: true, requests: order }
      for (const decision of [
        decide('caroline', TOM, 'access-request', 150, facts),
        accessFrom([facts]).decide('caroline', TOM, 'access-request', 150),
      ]) {
        expect(decision).toMatchObject({ grantedBy: expected })
      }
    }
  })
})
