/** The laws of the decision, over incrementally updated indexes and over a live access. */
import { deepEqual, equal, rejects } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, it, vi } from 'vitest'
import { type AccessMethod, accessFrom, createConsentry, decide } from '../../src/index.js'
import type { Repository } from '../../src/ports/repository.js'
import { instant, malformedAccessQuery, method, tenantFacts, tenantId, userId } from '../../src/testing/arbitraries.js'
import { live, packed } from './packed-access.js'
import { holds, METHODS, noFacts, OUTSIDER, permitted, rules, TENANTS, turns, USERS, scene as withSharedIds } from './questions.js'

vi.setConfig({ testTimeout: 60_000 })

const RUNS = { numRuns: 150 }
/** Gives each request a unique id, as in a repository. */
const scene = withSharedIds.map(({ all: shared, asked }) => {
  const all = shared.map((facts, n) => ({ ...facts, requests: facts.requests.map((one) => ({ ...one, id: `${n}${one.id}` })) }))
  return { all, asked, facts: all.find(({ tenant }) => tenant === asked.tenant) ?? noFacts(asked.tenant) }
})
const covers = (one: Parameters<typeof holds>[0], user: string, now: number) => one.users.includes(user) && holds(one, now)

describe('an incrementally updated index', () => {
  it('law 1: with no requests, `access-request` is denied, and a legacy method gets exactly what the host’s rule says', async () => {
    const question = fc.record({ user: userId(), tenant: tenantId(), method: method(), now: instant() })
    const property = fc.property(question, rules, ({ user, tenant, method, now }, legacy) => {
      const allowed = permitted(legacy, user, tenant, method, now)
      for (const everyTenant of [true, false])
        for (const access of [...packed([], { legacy, everyTenant }), ...packed([noFacts(tenant)], { legacy })]) {
          const decision = access.decide(user, tenant, method, now)
          if (decision.reason !== 'no-facts') equal(decision.allowed, allowed)
          equal(access.canImpersonate(user, tenant, method, now), decision.allowed)
        }
      for (const access of packed([], { legacy })) {
        equal(access.decide(user, tenant, method, now).reason, method === 'access-request' ? 'not-associated' : 'no-facts')
      }
    })
    await fc.assert(property, RUNS)
  })

  it('laws 2 and 4: allowed as granted if and only if one request that holds covers tenant and user; it names all that do', async () => {
    const property = fc.property(scene, rules, ({ all, asked, facts }, legacy) => {
      const { user, tenant, method, now } = asked
      const holding = facts.requests.filter((one) => covers(one, user, now)).map(({ id }) => id)
      for (const access of packed(all, { legacy })) {
        const decision = access.decide(user, tenant, method, now)
        deepEqual(decision.reason === 'granted' ? [...decision.grantedBy].sort() : [], holding.sort())
        equal(Object.isFrozen(decision), true)
      }
    })
    await fc.assert(property, RUNS)
  })

  it('laws 3 and 6: governed and no such request ⇒ denied for every method, at every instant, after any purge', async () => {
    const property = fc.property(scene, fc.infiniteStream(fc.boolean()), instant(), ({ all, asked, facts }, kept, anyInstant) => {
      const others = all.filter(({ tenant }) => tenant !== asked.tenant)
      const purged = { ...facts, governed: true, requests: facts.requests.filter(() => kept.next().value) }
      for (const access of packed([...others, purged], { legacy: () => true }))
        for (const now of [asked.now, anyInstant])
          for (const user of [...USERS, OUTSIDER])
            for (const method of [...METHODS, 'root', '', '__proto__'] as AccessMethod[]) {
              if (purged.requests.some((one) => covers(one, user, now)) && METHODS.includes(method)) continue
              equal(access.canImpersonate(user, asked.tenant, method, now), false)
              equal(access.decide(user, asked.tenant, method, now).allowed, false)
            }
    })
    await fc.assert(property, RUNS)
  })

  it('laws 5, 8 and 10: with other facts and in any order, it answers as the plain function', async () => {
    const property = fc.property(scene, fc.infiniteStream(fc.nat(1_000)), rules, ({ all, facts }, order, legacy) => {
      const shuffled = all.map((one) => {
        const keyed = one.requests.map((request) => [order.next().value ?? 0, request] as const)
        return {
          ...one,
          requests: keyed.sort(([a], [b]) => a - b).map(([, request]) => ({ ...request, users: [...request.users].reverse() })),
        }
      })
      for (const access of packed(shuffled.reverse(), { legacy, everyTenant: true }))
        for (const user of [...USERS, OUTSIDER])
          for (const now of turns(facts.requests).slice(0, 12))
            for (const method of METHODS) {
              const expected = decide(user, facts.tenant, method, now, facts, { legacy })
              deepEqual(access.decide(user, facts.tenant, method, now), expected)
              equal(access.canImpersonate(user, facts.tenant, method, now), expected.allowed)
            }
    })
    await fc.assert(property, { numRuns: 60 })
  })

  it('law 7: a non-finite now, a malformed id or method denies and never throws', async () => {
    const property = fc.property(scene, malformedAccessQuery(), ({ all }, malformed) => {
      const { user, tenant, method, now } = malformed as { user: string; tenant: string; method: AccessMethod; now: number }
      for (const access of packed(all, { legacy: () => true, everyTenant: true })) {
        deepEqual(access.decide(user, tenant, method, now), { allowed: false, reason: 'invalid-question', changesAt: null })
        equal(access.canImpersonate(user, tenant, method, now), false)
      }
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
      const [was, is] = [packed([before], { legacy }), packed([after], { legacy })]
      for (const [n, access] of was.entries())
        for (const user of [...USERS, OUTSIDER])
          for (const method of METHODS) {
            const decision = access.decide(user, TENANTS[0], method, asked.now)
            const later = is[n]?.decide(user, TENANTS[0], method, asked.now)
            if (decision.reason === 'granted') equal(later?.reason, 'granted')
            else if (decision.allowed && before.governed) equal(later?.allowed, true)
          }
    })
    await fc.assert(property, RUNS)
  })

  it('law 11: `changesAt` is exact: the same before it, and different at it', async () => {
    const property = fc.property(scene, ({ all, asked, facts }) => {
      const { user, tenant, method, now } = asked
      for (const access of packed(all, {})) {
        const decision = access.decide(user, tenant, method, now)
        if (!('changesAt' in decision)) continue
        const changesAt = decision.changesAt ?? Number.POSITIVE_INFINITY
        for (const instant of [...turns(facts.requests), changesAt].filter((one) => one >= now && one <= changesAt && one <= 8.64e15)) {
          const { allowed, reason } = access.decide(user, tenant, method, instant)
          const unchanged: boolean = allowed === decision.allowed && reason === decision.reason
          equal(unchanged, instant !== changesAt, `at ${instant}`)
        }
      }
    })
    await fc.assert(property, { numRuns: 400 })
  })

  it('law 12: reverse questions are the filter of the forward decision by `access-request`', async () => {
    const property = fc.property(scene, ({ all, asked }) => {
      const { now } = asked
      for (const access of packed(all, {})) {
        const may = (user: string, tenant: string) => access.decide(user, tenant, 'access-request', now).allowed
        for (const user of [...USERS, OUTSIDER])
          deepEqual(access.tenantsFor(user, now), TENANTS.filter((tenant) => may(user, tenant)).sort())
        for (const tenant of [...TENANTS, 'nowhere'])
          deepEqual(access.usersFor(tenant, now), USERS.filter((user) => may(user, tenant)).sort())
      }
    })
    await fc.assert(property, RUNS)
  })
})

describe('a live access', () => {
  it('laws 10 and 12: plain function, access, service and live access agree on every question, in every way of asking', async () => {
    const property = fc.asyncProperty(scene, rules, async ({ all, asked, facts }, legacy) => {
      const { user, tenant, method, now } = asked
      const factsOf = async (wanted: string) => all.find((one) => one.tenant === wanted) ?? noFacts(wanted)
      const repository: Partial<Repository> = { factsFor: factsOf, facts: factsOf }
      const directory = { members: () => [], askable: () => [] }
      const consentry = createConsentry({ repository: repository as Repository, directory, legacy, clock: () => now })
      const [kept, access] = [await live(all, { legacy, clock: () => now }), accessFrom(all, { legacy, everyTenant: true })]
      try {
        const decision = decide(user, tenant, method, now, facts, { legacy })
        for (const one of [kept, access]) {
          deepEqual(one.decide(user, tenant, method, now), decision)
          equal(one.canImpersonate(user, tenant, method, new Date(now)), decision.allowed)
          deepEqual(one.usersFor(tenant, now), access.usersFor(tenant, now))
          deepEqual(one.tenantsFor(user, now), access.tenantsFor(user, now))
        }
        deepEqual(await consentry.decide({ user, tenant, method }), decision)
        for (const door of [consentry, kept]) {
          const asking = door.authorize({ user, tenant, method })
          if (decision.allowed) deepEqual(await asking, decision)
          else await rejects(asking, { code: 'access-denied', decision })
        }
      } finally {
        await kept.close()
      }
    })
    await fc.assert(property, RUNS)
  })

  it('law 7: a malformed question is denied, as by the service', async () => {
    const kept = await live([], { legacy: () => true, clock: () => 0 })
    const property = fc.asyncProperty(malformedAccessQuery(), async (malformed) => {
      const { user, tenant, method, now } = malformed as { user: string; tenant: string; method: AccessMethod; now: number }
      const decision = { allowed: false, reason: 'invalid-question', changesAt: null } as const
      deepEqual(kept.decide(user, tenant, method, now), decision)
      equal(kept.canImpersonate(user, tenant, method, now), false)
      // An absent instant means the clock, so this part of the question is well-formed.
      if (now !== undefined) await rejects(kept.authorize({ user, tenant, method, at: now }), { code: 'access-denied', decision })
    })
    await fc.assert(property, RUNS)
    await kept.close()
  })
})
