/** An index of many requests: an answer depends only on those about its user and tenant. */
import { deepEqual, equal } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, it } from 'vitest'
import { accessFrom } from '../../src/access-index/access.js'
import { evaluate } from '../../src/domain/decision.js'
import type { AccessMethod } from '../../src/domain/decision-types.js'
import { REQUEST_STATUSES, type RequestFacts, requestsOfUser } from '../../src/domain/status.js'
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
  it('answers by the requests of each tenant that name or named the user', async () => {
    const property = fc.property(requests, (drawn) => {
      const all = drawn.map(factsOf)
      const pieces = all.map((one) => ({ tenant: one.tenant, governed: 'grantedAt' in one, requests: [one] }))
      const access = accessFrom(pieces, { legacy, everyTenant: true })
      const expected = (user: string, tenant: string, method: AccessMethod, now: number) => {
        const own = all.filter((one) => one.tenant === tenant)
        const governed = own.some((one) => 'grantedAt' in one)
        return evaluate({ user, tenant, method, now }, { governed, requests: requestsOfUser(user, own) }, legacy)
      }
      for (const now of [99, 100, 102, 104, 105, 108]) {
        const may = (user: string, tenant: string) => expected(user, tenant, 'access-request', now).allowed
        for (const tenant of TENANTS) deepEqual(access.usersFor(tenant, now), USERS.filter((user) => may(user, tenant)).sort())
        for (const user of [...USERS.filter((_, n) => n % 7 === 0), 'stranger']) {
          deepEqual(
            access.tenantsFor(user, now),
            TENANTS.filter((tenant) => may(user, tenant)),
          )
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
})
