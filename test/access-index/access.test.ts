/** `accessFrom`: facts of many tenants, copied on creation, and the reverse questions. */
import { deepEqual, equal } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { accessOnIndex } from '../../src/access-index/access.js'
import { AccessProjection } from '../../src/access-index/access-projection.js'
import { accessFrom, decide, type RequestFacts, type TenantFacts } from '../../src/decision.js'
import type { AccessMethod } from '../../src/domain/decision-types.js'
import { evaluate } from '../../src/domain/evaluate.js'
import type { ConsentryEvent } from '../../src/domain/event.js'
import { requestsOfUser } from '../../src/domain/status.js'
import { tenantFacts } from '../../src/testing/arbitraries.js'
import { ofRequest } from '../domain/events.js'
import { endedFacts, grantFacts, removedFacts, revokedFacts } from '../domain/requests.js'
import { factsAbout, METHODS, turns } from '../model/questions.js'
import { TOM } from '../story/cast.js'
import { allow, deny } from '../story/scenario.js'

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

const USERS = Array.from({ length: 30 }, (_, n) => `user-${n}`)
const TENANTS = Array.from({ length: 4 }, (_, n) => `tenant-${n}`)
const legacy = () => true

describe('tenantsFor and usersFor (SPEC 5.8)', () => {
  const access = accessFrom([tom, other])

  it('take dates, and list each id once, `__proto__` too', () => {
    expect(access.usersFor(TOM, new Date(100))).toEqual(['Zoe', '__proto__', 'caroline', 'zoe'])
    expect(access.tenantsFor('caroline', new Date(150))).toEqual(['Other', TOM])
    expect(access.tenantsFor('caroline', new Date(200))).toEqual(['Other'])
  })

  it('return nothing for a malformed question', () => {
    expect(access.tenantsFor('caroline', new Date(Number.NaN))).toEqual([])
    expect(access.tenantsFor(null as never, 150)).toEqual([])
    expect(access.usersFor({} as never, 150)).toEqual([])
  })
})

describe('the given facts', () => {
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
  it('depend only on the requests of the tenant that name or named the user, given in pieces (SPEC 5.7)', async () => {
    const ofEach = fc.tuple(...TENANTS.map((tenant) => tenantFacts({ tenant, users: USERS, maxRequests: 9 })))
    const property = fc.property(ofEach, (all) => {
      const pieces = all.flatMap(({ requests, ...facts }, n) => {
        const ofEach = requests.map((one) => ({ ...facts, governed: 'grantedAt' in one, requests: [one] }))
        // Any piece may say that the tenant is governed, the first or the last.
        return n % 2 === 0 ? [...ofEach, { ...facts, requests: [] }] : [{ ...facts, requests: [] }, ...ofEach]
      })
      const access = accessFrom(pieces, { legacy, everyTenant: true })
      const expected = (user: string, tenant: string, method: AccessMethod, now: number) => {
        const { governed, requests } = factsAbout(all, tenant)
        return evaluate({ user, tenant, method, now, from: null }, { governed, requests: requestsOfUser(user, requests) }, { legacy })
      }
      for (const now of turns(all.flatMap(({ requests }) => requests)).filter((_, n) => n % 4 === 0)) {
        const may = (user: string, tenant: string) => expected(user, tenant, 'access-request', now).allowed
        for (const tenant of TENANTS) deepEqual(access.usersFor(tenant, now), USERS.filter((user) => may(user, tenant)).sort())
        for (const user of [...USERS.filter((_, n) => n % 7 === 0), 'stranger']) {
          const tenants = TENANTS.filter((tenant) => may(user, tenant))
          deepEqual(access.tenantsFor(user, now), tenants)
          for (const tenant of TENANTS)
            for (const method of METHODS) {
              const decision = expected(user, tenant, method, now)
              deepEqual(access.decide(user, tenant, method, now), decision)
              equal(access.canImpersonate(user, tenant, method, now), decision.allowed)
            }
        }
      }
    })
    await fc.assert(property, { numRuns: 20, seed: 5 })
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

  it('deny if any part of the question is malformed, about known and unknown users, without calling the rule (SPEC 5.3.1)', () => {
    const legacy = vi.fn(() => true)
    const access = accessFrom([tom, { tenant: 'free', governed: false, requests: [] }], { legacy, everyTenant: true })
    for (const user of ['caroline', 'wickham'])
      for (const tenant of [TOM, 'free', 'nowhere'])
        for (const [who, where, method, now] of [
          ...['', 'a b', undefined].map((id) => [id, tenant, 'legacy-support', 150]),
          ...['', 'a b', 7].map((id) => [user, id, 'legacy-support', 150]),
          ...['root', undefined].map((other) => [user, tenant, other, 150]),
          ...[Number.NaN, new Date(Number.NaN), undefined].map((at) => [user, tenant, 'legacy-support', at]),
        ] as [string, string, 'legacy-support', number][]) {
          expect(access.decide(who, where, method, now)).toEqual(deny('invalid-question'))
          expect(access.canImpersonate(who, where, method, now)).toBe(false)
        }
    expect(legacy).not.toHaveBeenCalled()
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
  it('about a user with one grant returns the same object until the grant changes (SPEC 5.6)', () => {
    const following = new AccessProjection()
    following.load(grantFacts('r', 100, 200))
    const access = accessOnIndex(following.index, {})
    const ask = () => access.decide('caroline', TOM, 'access-request', 150)
    const before = ask()
    expect(before).toEqual(allow(['r'], 200))
    expect(ask()).toBe(before)
    const expirySet = ofRequest.find(({ type }) => type === 'tenant-request.expiry-set') as ConsentryEvent
    following.apply({ ...expirySet, tenantRequest: 'r', expiresAt: 175 } as ConsentryEvent)
    expect(ask()).toEqual(allow(['r'], 175))
  })

  it('whose denial the clock alone never changes returns the same object', () => {
    const ask = () => decide('wickham', TOM, 'access-request', 150, tom)
    expect(ask()).toEqual(deny('not-associated'))
    expect(ask()).toBe(ask())
  })
})
