/** The laws of the decision, as properties over generated facts and questions. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, it, vi } from 'vitest'
import {
  type AccessMethod,
  accessFrom,
  canImpersonate,
  createConsentry,
  type Decision,
  decide,
  type RequestFacts,
  type TenantFacts,
} from '../../src/index.js'
import type { Repository } from '../../src/ports/repository.js'
import { instant, malformedAccessQuery, method, tenantFacts, tenantId, userId } from '../../src/testing/arbitraries.js'
import { holds, METHODS, noFacts, OUTSIDER, permitted, rules, scene, TENANTS, turns, USERS } from './questions.js'

vi.setConfig({ testTimeout: 60_000 })

const RUNS = { numRuns: 500 }
const DENIALS = [
  'invalid-question',
  'not-associated',
  'pending',
  'expired',
  'revoked',
  'rejected',
  'withdrawn',
  'removed',
  'no-facts',
  'legacy-closed',
  'legacy-not-permitted',
]

const named = (request: RequestFacts, user: string) => request.users.includes(user)

/** Creates a service whose repository returns exactly these facts. */
function serviceOver(all: readonly TenantFacts[], legacy: Parameters<typeof accessFrom>[1]) {
  const factsOf = async (tenant: string) => all.find((facts) => facts.tenant === tenant) ?? noFacts(tenant)
  const repository: Partial<Repository> = {
    facts: factsOf,
    factsFor: factsOf,
    factsOfUser: async (user) =>
      all.filter(({ requests }) => requests.some((one) => named(one, user) || one.removed.some((gone) => gone.user === user))),
  }
  const directory = { members: () => [], askable: () => [] }
  return createConsentry({ repository: repository as Repository, directory, legacy: legacy?.legacy, clock: () => 0 })
}

describe('the decision', () => {
  it('law 1: with no requests, `access-request` is denied, and a legacy method gets exactly what the host’s rule says', async () => {
    const question = fc.record({ user: userId(), tenant: tenantId(), method: method(), now: instant() })
    const property = fc.property(question, rules, ({ user, tenant, method, now }, legacy) => {
      const everywhere: Decision[] = [
        decide(user, tenant, method, now, noFacts(tenant), { legacy }),
        accessFrom([noFacts(tenant)], { legacy }).decide(user, tenant, method, now),
        accessFrom([], { legacy, everyTenant: true }).decide(user, tenant, method, now),
      ]
      const nothing = { changesAt: null }
      const expected =
        method === 'access-request'
          ? { allowed: false, reason: 'not-associated', ...nothing }
          : permitted(legacy, user, tenant, method, now)
            ? { allowed: true, reason: 'legacy-permitted' }
            : { allowed: false, reason: 'legacy-not-permitted', ...(legacy === undefined && nothing) }
      for (const decision of everywhere) deepEqual(decision, expected)
      // Missing facts differ from empty facts (SPEC 5.3.4).
      const unknown = accessFrom([], { legacy }).decide(user, tenant, method, now)
      equal(unknown.reason, method === 'access-request' ? 'not-associated' : 'no-facts')
      equal(unknown.allowed, false)
    })
    await fc.assert(property, RUNS)
  })

  it('law 2: allowed as granted if and only if one request that holds covers tenant and user, never a mixture of two', async () => {
    const property = fc.property(scene, rules, ({ all, asked, facts }, legacy) => {
      const { user, tenant, method, now } = asked
      const covered = all.some(({ requests }) => requests.some((one) => one.tenant === tenant && named(one, user) && holds(one, now)))
      equal(decide(user, tenant, method, now, facts, { legacy }).reason === 'granted', covered)
      equal(accessFrom(all, { legacy }).decide(user, tenant, method, now).reason === 'granted', covered)
    })
    await fc.assert(property, RUNS)
  })

  it('law 3: governed and no such request ⇒ denied for every method, known or unknown', async () => {
    const property = fc.property(scene, instant(), ({ all, asked, facts }, anyInstant) => {
      const governed = { ...facts, governed: true }
      const permit = { legacy: () => true }
      const access = accessFrom([...all.filter(({ tenant }) => tenant !== asked.tenant), governed], permit)
      for (const user of [...USERS, OUTSIDER])
        for (const now of [asked.now, anyInstant])
          for (const method of [...METHODS, 'root', '', '__proto__'] as AccessMethod[]) {
            if (governed.requests.some((one) => named(one, user) && holds(one, now))) continue
            equal(canImpersonate(user, asked.tenant, method, now, governed, permit), false)
            equal(access.canImpersonate(user, asked.tenant, method, now), false)
            equal(access.decide(user, asked.tenant, method, now).allowed, false)
          }
    })
    await fc.assert(property, RUNS)
  })

  it('law 4: an allow as granted names the requests that decided; a deny carries a reason of the closed set, and no id', async () => {
    const property = fc.property(scene, rules, ({ asked, facts }, legacy) => {
      const { user, tenant, method, now } = asked
      const decision = decide(user, tenant, method, now, facts, { legacy })
      equal(Object.isFrozen(decision), true)
      if (decision.reason === 'granted') {
        equal(Object.isFrozen(decision.grantedBy), true)
        const holding = facts.requests.filter((one) => named(one, user) && holds(one, now)).map(({ id }) => id)
        deepEqual([...decision.grantedBy].sort(), holding.sort())
        // Latest end first, then latest granted, then by id (SPEC 5.4, 5.6).
        const rank = (id: string) => {
          const one = facts.requests.find((request) => request.id === id)
          if (one === undefined || !('grantedAt' in one)) throw new Error('a grant that is none')
          return [one.expiresAt ?? Number.MAX_VALUE, one.grantedAt] as const
        }
        for (const [index, id] of decision.grantedBy.slice(1).entries()) {
          const before = decision.grantedBy[index] ?? ''
          const [[end, granted], [laterEnd, laterGranted]] = [rank(id), rank(before)]
          ok((laterEnd - end || laterGranted - granted || (before < id ? 1 : -1)) > 0)
        }
      } else if (decision.allowed) {
        deepEqual(decision, { allowed: true, reason: 'legacy-permitted' })
      } else {
        ok(DENIALS.includes(decision.reason))
        const keys = 'changesAt' in decision ? ['allowed', 'reason', 'changesAt'] : ['allowed', 'reason']
        deepEqual(Object.keys(decision), keys)
        if ('changesAt' in decision) equal(decision.changesAt === null || Number.isFinite(decision.changesAt), true)
      }
    })
    // Two holding grants with the same end and different ages are rare.
    await fc.assert(property, { numRuns: 4000 })
  })

  it('law 5: other tenants’ requests never change this tenant’s decisions', async () => {
    const property = fc.property(scene, rules, ({ all, asked, facts }, legacy) => {
      const { user, tenant, method, now } = asked
      const alone = accessFrom([facts], { legacy }).decide(user, tenant, method, now)
      deepEqual(accessFrom([...all, facts], { legacy }).decide(user, tenant, method, now), alone)
    })
    await fc.assert(property, RUNS)
  })

  it('law 6: a governed tenant stays governed: no instant and no purge reopens legacy methods', async () => {
    const property = fc.property(scene, fc.infiniteStream(fc.boolean()), instant(), ({ asked, facts }, kept, anyInstant) => {
      const governed = { ...facts, governed: true }
      const purged = { ...governed, requests: facts.requests.filter(() => kept.next().value) }
      for (const left of [governed, purged])
        for (const now of [asked.now, anyInstant, ...turns(facts.requests)])
          for (const user of [...USERS, OUTSIDER])
            for (const method of ['legacy-configure', 'legacy-support'] as const) {
              const decision = decide(user, left.tenant, method, now, left, { legacy: () => true })
              const holding = left.requests.some((one) => named(one, user) && holds(one, now))
              equal(decision.reason, holding ? 'granted' : 'legacy-closed')
            }
    })
    await fc.assert(property, { numRuns: 300 })
  })

  it('law 6: if facts come in parts, one part with `governed` governs the tenant, in any order', async () => {
    const property = fc.property(scene, fc.boolean(), ({ asked, facts }, first) => {
      const open = { ...facts, governed: false, requests: facts.requests.filter((one) => !('grantedAt' in one)) }
      const pieces = [open, { ...facts, governed: true, requests: [] }]
      const access = accessFrom(first ? pieces : pieces.reverse(), { legacy: () => true })
      for (const user of [...USERS, OUTSIDER])
        equal(access.decide(user, facts.tenant, 'legacy-configure', asked.now).reason, 'legacy-closed')
    })
    await fc.assert(property, RUNS)
  })

  it('law 7: total, pure, deterministic: a repeated question has the same answer, and the facts do not change', async () => {
    const anyone = fc.record({ user: userId(), tenant: tenantId(), method: method(), now: instant() })
    const property = fc.property(scene, anyone, ({ all, asked, facts }, other) => {
      const before = JSON.stringify(all)
      const frozen = deeplyFrozen(structuredClone(facts))
      for (const { user, tenant, method, now } of [asked, other]) {
        const decision = decide(user, tenant, method, now, frozen)
        deepEqual(decide(user, tenant, method, now, frozen), decision)
        deepEqual(decide(user, tenant, method, new Date(now), structuredClone(facts)), decision)
      }
      equal(JSON.stringify(all), before)
    })
    await fc.assert(property, RUNS)
  })

  it('law 7: a non-finite now, a malformed id or method denies and never throws', async () => {
    const property = fc.asyncProperty(scene, malformedAccessQuery(), async ({ all, facts }, malformed) => {
      const { user, tenant, method, now } = malformed as { user: string; tenant: string; method: AccessMethod; now: number }
      const denied = { allowed: false, reason: 'invalid-question', changesAt: null }
      const permit = { legacy: () => true, everyTenant: true }
      const access = accessFrom(all, permit)
      deepEqual(decide(user, tenant, method, now, facts, permit), denied)
      equal(canImpersonate(user, tenant, method, now, facts, permit), false)
      deepEqual(access.decide(user, tenant, method, now), denied)
      equal(access.canImpersonate(user, tenant, method, now), false)
      equal(Array.isArray(access.tenantsFor(user, now)) && Array.isArray(access.usersFor(tenant, now)), true)
      // An absent instant means the service's clock, so this part of the question is well-formed.
      if (now === undefined) return
      const consentry = serviceOver(all, permit)
      deepEqual(await consentry.decide({ user, tenant, method, at: now }), denied)
      await rejects(consentry.authorize({ user, tenant, method, at: now }), { code: 'access-denied', decision: denied })
    })
    await fc.assert(property, RUNS)
  })

  it('law 7: a value that throws on every access is denied too', () => {
    const fail = () => {
      throw new Error('touched')
    }
    const traps = { get: fail, has: fail, getPrototypeOf: fail, ownKeys: fail, getOwnPropertyDescriptor: fail, apply: fail }
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    const armed = [new Proxy({}, traps), new Proxy(() => 0, traps), new Proxy(new Date(0), traps), new Proxy([], traps), revoked.proxy]
    const facts = noFacts('tom-sawyer')
    const permit = { legacy: () => true, everyTenant: true }
    const access = accessFrom([facts], permit)
    for (const hostile of armed as never[])
      for (const [user, tenant, method, now] of [
        [hostile, 'tom-sawyer', 'legacy-support', 0],
        ['caroline', hostile, 'legacy-support', 0],
        ['caroline', 'tom-sawyer', hostile, 0],
        ['caroline', 'tom-sawyer', 'legacy-support', hostile],
      ] as const) {
        equal(decide(user, tenant, method, now, facts, permit).reason, 'invalid-question')
        equal(access.decide(user, tenant, method, now).reason, 'invalid-question')
        equal(access.canImpersonate(user, tenant, method, now), false)
        deepEqual(access.tenantsFor(user, now), [])
        deepEqual(access.usersFor(tenant, now), [])
      }
  })

  it('law 8: order and duplicates of the facts do not matter', async () => {
    const disorder = fc.record({ order: fc.infiniteStream(fc.nat(1000)), cut: fc.nat(5), again: fc.nat(5) })
    const property = fc.property(scene, disorder, rules, ({ all, asked, facts }, { order, cut, again }, legacy) => {
      const { user, tenant, method, now } = asked
      const decision = decide(user, tenant, method, now, facts, { legacy })
      const keyed = [...facts.requests, ...facts.requests.slice(0, again)].map((one) => [order.next().value ?? 0, one] as const)
      const requests = keyed.sort(([a], [b]) => a - b).map(([, one]) => ({ ...one, users: [...one.users].reverse() }))
      deepEqual(decide(user, tenant, method, now, { ...facts, requests }, { legacy }), decision)
      const pieces = [requests.slice(0, cut), requests.slice(cut)].map((some) => ({ ...facts, requests: some }))
      const access = accessFrom([...pieces, ...all, ...pieces].reverse(), { legacy })
      deepEqual(access.decide(user, tenant, method, now), decision)
    })
    await fc.assert(property, RUNS)
  })

  it('law 9: a new grant never removes another user’s access as granted; only the first may end someone’s legacy access', async () => {
    const another = tenantFacts({ tenant: TENANTS[0], users: USERS, maxRequests: 1 })
      .map(({ requests }) => requests[0])
      .filter((one) => one?.state === 'granted')
    const property = fc.property(scene, another, rules, ({ all, asked }, added, legacy) => {
      const before = all.find(({ tenant }) => tenant === TENANTS[0]) ?? noFacts(TENANTS[0])
      if (added === undefined) return
      const after = { ...before, governed: true, requests: [...before.requests, { ...added, id: 'the-new-one' }] }
      for (const user of [...USERS, OUTSIDER])
        for (const method of METHODS) {
          const [was, is] = [before, after].map((facts) => decide(user, TENANTS[0], method, asked.now, facts, { legacy }))
          if (was?.reason === 'granted') equal(is?.reason, 'granted')
          else if (was?.allowed && before.governed) equal(is?.allowed, true)
        }
    })
    await fc.assert(property, RUNS)
  })

  it('law 10: `canImpersonate(q) === decide(q).allowed`; the plain function, the access and the service agree on every question', async () => {
    const property = fc.asyncProperty(scene, rules, async ({ all, asked, facts }, legacy) => {
      const { user, tenant, method, now } = asked
      const decision = decide(user, tenant, method, now, facts, { legacy })
      const access = accessFrom(all, { legacy, everyTenant: true })
      const consentry = serviceOver(all, { legacy })
      deepEqual(access.decide(user, tenant, method, now), decision)
      deepEqual(await consentry.decide({ user, tenant, method, at: now }), decision)
      equal(canImpersonate(user, tenant, method, now, facts, { legacy }), decision.allowed)
      equal(access.canImpersonate(user, tenant, method, now), decision.allowed)
      const authorized = await consentry.authorize({ user, tenant, method, at: now }).then(
        () => true,
        () => false,
      )
      equal(authorized, decision.allowed)
    })
    await fc.assert(property, RUNS)
  })

  it('law 11: `changesAt` is exact: the same at every instant of [now, changesAt), and different at changesAt', async () => {
    const property = fc.property(scene, ({ asked, facts }) => {
      const { user, tenant, method, now } = asked
      const at = (instant: number) => decide(user, tenant, method, instant, facts)
      const decision = at(now)
      if (!('changesAt' in decision)) return
      const changesAt = decision.changesAt ?? Number.POSITIVE_INFINITY
      ok(changesAt > now)
      const candidates = [...turns(facts.requests), now + 1, ...(decision.changesAt === null ? [8.64e15] : [changesAt - 1, changesAt])]
      for (const instant of candidates.filter((one) => one >= now && one <= changesAt && one <= 8.64e15)) {
        const { allowed, reason } = at(instant)
        const unchanged: boolean = allowed === decision.allowed && reason === decision.reason
        equal(unchanged, instant !== changesAt, `at ${instant}`)
      }
    })
    await fc.assert(property, { numRuns: 3000 })
  })

  it('law 12: reverse questions are the filter of the forward decision by `access-request`', async () => {
    const property = fc.asyncProperty(scene, async ({ all, asked }) => {
      const { now } = asked
      const access = accessFrom(all)
      const consentry = serviceOver(all, {})
      const may = (user: string, tenant: string) => access.decide(user, tenant, 'access-request', now).allowed
      for (const user of [...USERS, OUTSIDER]) {
        const tenants = TENANTS.filter((tenant) => may(user, tenant)).sort()
        deepEqual(access.tenantsFor(user, now), tenants)
        deepEqual(await consentry.tenantsFor({ user, at: now }), tenants)
      }
      for (const tenant of [...TENANTS, 'nowhere']) {
        const users = [...USERS, OUTSIDER].filter((user) => may(user, tenant)).sort()
        deepEqual(access.usersFor(tenant, now), users)
        deepEqual(await consentry.usersFor({ tenant, at: now }), users)
      }
    })
    await fc.assert(property, RUNS)
  })

  it('law 20: expiry - 1 ms allows; expiry denies; expiry + 1 ms denies', async () => {
    const property = fc.property(scene, ({ facts }) => {
      for (const request of facts.requests) {
        if (request.state !== 'granted' && request.state !== 'expired') continue
        const { grantedAt, expiresAt } = request
        const alone = { ...facts, requests: [request] }
        for (const user of request.users)
          for (const method of METHODS) {
            const at = (instant: number) => canImpersonate(user, facts.tenant, method, instant, alone)
            deepEqual([at(grantedAt - 1), at(grantedAt)], [false, true])
            if (expiresAt !== null) deepEqual([at(expiresAt - 1), at(expiresAt), at(expiresAt + 1)], [true, false, false])
          }
      }
    })
    await fc.assert(property, RUNS)
  })
})

function deeplyFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const part of Object.values(value)) deeplyFrozen(part)
  return Object.freeze(value)
}
