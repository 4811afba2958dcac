/** An index of many requests: each answer depends only on the requests about its user and tenant, in any insertion order. */
import { deepEqual, equal } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, it } from 'vitest'
import { accessFrom } from '../../src/access-index/access.js'
import { decide } from '../../src/domain/decision.js'
import type { RequestFacts } from '../../src/domain/status.js'
import { REQUEST_STATUSES } from '../../src/index.js'
import { METHODS } from '../model/questions.js'

const USERS = Array.from({ length: 30 }, (_, n) => `user-${n}`)
const TENANTS = Array.from({ length: 4 }, (_, n) => `tenant-${n}`)
const legacy = () => true

/** Requests whose instants are so few that they start and end together. */
const requests = fc.array(
  fc.record({
    tenant: fc.constantFrom(...TENANTS),
    users: fc.shuffledSubarray(USERS, { minLength: 1, maxLength: 12 }),
    state: fc.constantFrom(...REQUEST_STATUSES, 'granted' as const),
    at: fc.integer({ min: 100, max: 104 }),
    length: fc.constantFrom(null, 1, 2, 4),
  }),
  { maxLength: 40, size: 'max' },
)

type Drawn = typeof requests extends fc.Arbitrary<(infer One)[]> ? One : never

function factsOf({ tenant, users, state, at, length }: Drawn, n: number): RequestFacts {
  const named = { id: `request-${n}`, tenant, users: [...users, ...users.slice(0, 2)], removed: [], sentAt: 90 }
  switch (state) {
    case 'pending':
      return { ...named, state }
    case 'granted':
      return { ...named, state, grantedAt: at, expiresAt: length && at + length }
    case 'expired':
      return { ...named, state, grantedAt: at, expiresAt: at + (length ?? 3) }
    case 'revoked':
      return { ...named, state, grantedAt: 95, expiresAt: null, endedAt: at }
    default:
      return { ...named, state, endedAt: at }
  }
}

describe('an access to many tenants and many users', () => {
  it('answers like `decide` over the facts of each tenant', async () => {
    const property = fc.property(requests, (drawn) => {
      const all = drawn.map(factsOf)
      const pieces = all.map((one) => ({ tenant: one.tenant, governed: 'grantedAt' in one, requests: [one] }))
      const access = accessFrom(pieces, { legacy, everyTenant: true })
      const facts = TENANTS.map((tenant) => {
        const own = pieces.filter((one) => one.tenant === tenant)
        return { tenant, governed: own.some(({ governed }) => governed), requests: own.flatMap((one) => one.requests) }
      })
      for (let now = 99; now < 110; now++) {
        const inside = facts.map((one) => {
          return { ...one, users: USERS.filter((user) => decide(user, one.tenant, 'access-request', now, one).allowed) }
        })
        for (const { tenant, users } of inside) deepEqual(access.usersFor(tenant, now), users.sort())
        for (const user of [...USERS.filter((_, n) => n % 7 === 0), 'stranger']) {
          deepEqual(
            access.tenantsFor(user, now),
            inside.filter(({ users }) => users.includes(user)).map(({ tenant }) => tenant),
          )
          for (const one of facts)
            for (const method of METHODS) {
              const decision = decide(user, one.tenant, method, now, one, { legacy })
              deepEqual(access.decide(user, one.tenant, method, now), decision)
              equal(access.canImpersonate(user, one.tenant, method, now), decision.allowed)
            }
        }
      }
    })
    await fc.assert(property, { numRuns: 30, seed: 5 })
  })
})
