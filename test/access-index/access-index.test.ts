/** An index of many grants: each answer depends only on its own grants, in any insertion order. */
import { deepEqual, equal } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessFrom } from '../../src/access-index/access.js'
import type { RequestFacts } from '../../src/domain/status.js'

const idOf = (kind: string, n: number) => `${kind}-${n}`
const grantOf = (n: number, tenant: string, users: readonly string[], grantedAt: number, expiresAt: number | null): RequestFacts => ({
  ...{ id: idOf('r', n), tenant, users, removed: [], sentAt: 0, state: 'granted', grantedAt, expiresAt },
})
const accessTo = (requests: readonly RequestFacts[]) =>
  accessFrom(
    requests.map((one) => ({ tenant: one.tenant, governed: 'grantedAt' in one, requests: [one] })),
    { legacy: () => true },
  )

describe('many tenants and many users', () => {
  it('are independent, each grant with its own start and end', () => {
    const SIZE = 40
    const all = Array.from({ length: SIZE }, (_, t) => {
      const users = Array.from({ length: SIZE }, (_, u) => idOf('user', u)).filter((_, u) => (u * t) % 3 === 1)
      return grantOf(t, idOf('tenant', t), users, 100 + t, t % 2 ? 200 + t : null)
    })
    const access = accessTo(all)
    for (const [t, request] of all.entries()) {
      const { tenant } = request
      for (const [now, holds] of [
        [99 + t, false],
        [100 + t, true],
        [199 + t, true],
        [200 + t, t % 2 === 0],
      ] as const) {
        deepEqual(access.usersFor(tenant, now), holds ? [...request.users].sort() : [])
        equal(access.decide('stranger', tenant, 'legacy-support', now).reason, 'legacy-closed')
        for (let u = 0; u < SIZE; u++) {
          const user = idOf('user', u)
          equal(access.canImpersonate(user, tenant, 'access-request', now), holds && request.users.includes(user))
        }
      }
    }
    for (let u = 0; u < SIZE; u++) {
      const user = idOf('user', u)
      const tenants = all.filter(({ users }) => users.includes(user)).map(({ tenant }) => tenant)
      deepEqual(access.tenantsFor(user, 150), tenants.sort())
    }
  })

  it('share a tenant in any insertion order, each user granted by every request that names them', async () => {
    const request = fc.record({
      users: fc.shuffledSubarray(
        Array.from({ length: 30 }, (_, n) => n),
        { minLength: 1, maxLength: 12 },
      ),
      tenant: fc.nat(3),
      grantedAt: fc.integer({ min: 100, max: 104 }),
      length: fc.constantFrom(null, 1, 2, 4),
    })
    const property = fc.property(fc.array(request, { maxLength: 25, size: 'max' }), (drawn) => {
      const all = drawn.map(({ users, tenant, grantedAt, length }, n) => {
        const named = users.map((user) => idOf('user', user))
        return grantOf(n, idOf('tenant', tenant), [...named, ...named.slice(0, 2)], grantedAt, length && grantedAt + length)
      })
      const access = accessTo(all)
      for (let now = 99; now < 110; now++)
        for (let t = 0; t < 4; t++) {
          const tenant = idOf('tenant', t)
          const holding = all.filter((one) => one.tenant === tenant && 'grantedAt' in one && one.grantedAt <= now)
          const inside = holding.filter((one) => 'expiresAt' in one && (one.expiresAt === null || now < one.expiresAt))
          deepEqual(access.usersFor(tenant, now), [...new Set(inside.flatMap(({ users }) => users))].sort())
          for (let u = 0; u < 30; u += 7) {
            const by = inside.filter(({ users }) => users.includes(idOf('user', u))).map(({ id }) => id)
            const decision = access.decide(idOf('user', u), tenant, 'access-request', now)
            deepEqual('grantedBy' in decision ? [...decision.grantedBy].sort() : [], by.sort())
          }
        }
    })
    await fc.assert(property, { numRuns: 30 })
  })
})

describe('ended requests', () => {
  const over = (n: number, endedAt: number): RequestFacts => ({
    ...{ id: idOf('over', n), tenant: 'tenant', users: ['caroline'], removed: [], sentAt: 0 },
    ...(n % 3 === 0
      ? { state: 'revoked', grantedAt: 1, expiresAt: null, endedAt }
      : { state: n % 3 === 1 ? 'rejected' : 'withdrawn', endedAt }),
  })

  it('give the reason of the latest end, in any number and any order, and take nothing from a grant that holds', async () => {
    const property = fc.property(fc.array(fc.integer({ min: 10, max: 30 }), { minLength: 1, maxLength: 12 }), fc.nat(12), (ends, at) => {
      const all = ends.map((end, n) => over(n, end))
      const last = Math.max(...ends)
      const [reason] = ['revoked', 'rejected', 'withdrawn'].filter((state) =>
        all.some((one) => one.state === state && 'endedAt' in one && one.endedAt === last),
      )
      equal(accessTo(all).decide('caroline', 'tenant', 'access-request', 50).reason, reason)
      const place = at % (all.length + 1)
      const holding = [...all.slice(0, place), grantOf(99, 'tenant', ['caroline'], 20, 40), ...all.slice(place)]
      const access = accessTo(holding)
      deepEqual(
        [19, 20, 39].map((now) => access.decide('caroline', 'tenant', 'access-request', now).reason),
        ['pending', 'granted', 'granted'],
      )
      equal(access.decide('caroline', 'tenant', 'access-request', 40).reason, 'expired')
    })
    await fc.assert(property, { numRuns: 100 })
  })

  it('are dropped for one user without changing the other users of the same request', () => {
    const users = ['caroline', 'charlotte', 'elizabeth']
    const requests = Array.from({ length: 20 }, (_, n) => ({ ...over(n, 10 + n), users: users.slice(n % 3) }) as RequestFacts)
    const access = accessTo(requests)
    const told = users.map((user) => access.decide(user, 'tenant', 'access-request', 50).reason)
    // The last request that names each user: the nineteenth, the twentieth, the twentieth.
    expect(told).toEqual(['revoked', 'rejected', 'rejected'])
  })
})
