/** The laws of the decision, as properties of every way to decide, over generated facts and questions. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import * as fc from 'fast-check'
import { freeze } from 'immer'
import { describe, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { AccessOptions, TenantFacts } from '../../src/index.js'
import { accessFrom, canImpersonate, createConsentry, decide, USER_STATUSES } from '../../src/index.js'
import type { Repository } from '../../src/ports/repository.js'
import { accessQuery, instant, malformedAccessQuery } from '../../src/testing/arbitraries.js'
import { live, packed } from './packed-access.js'
import * as questions from './questions.js'

const {
  covers,
  EVERYBODY,
  isAskable,
  factsAbout,
  factsReaderOver,
  latestEndFirst,
  METHODS,
  permitted,
  rules,
  scene,
  sharedScene,
  TENANTS,
  turns,
} = questions
vi.setConfig({ testTimeout: 120_000 })

const RUNS = { numRuns: 500 }
const DENIALS: string[] = ['invalid-question', 'not-associated', ...USER_STATUSES, 'no-facts', 'legacy-closed', 'legacy-not-permitted']
const INVALID = { allowed: false, reason: 'invalid-question', changesAt: null }
/** A rule that would permit everything, in a host whose facts cover every tenant. */
const PERMIT = { legacy: () => true, isAskable: () => true, everyTenant: true }
const WELL_FORMED = { method: 'access-request', now: 0 as number } as const

const plain = (all: readonly TenantFacts[], options: AccessOptions) => ({
  decide: (...[user, tenant, method, now, from]: Question) =>
    decide(user, tenant, method, now, factsAbout(all, tenant), { ...options, from }),
  canImpersonate: (...[user, tenant, method, now, from]: Question) =>
    canImpersonate(user, tenant, method, now, factsAbout(all, tenant), { ...options, from }),
})
type Question = Parameters<ReturnType<typeof accessFrom>['decide']>

/** Every index of these facts: `accessFrom`, one loaded from the facts, and one built from events. */
const indexes = (all: readonly TenantFacts[], options: AccessOptions = {}) => [accessFrom(all, options), ...packed(all, options)]

const deciders = (all: readonly TenantFacts[], options: AccessOptions = {}) => [plain(all, options), ...indexes(all, options)]

function serviceOver(all: readonly TenantFacts[], { legacy, now = 0 }: Pick<AccessOptions, 'legacy'> & { readonly now?: number }) {
  const repository: Partial<Repository> = factsReaderOver(all)
  const askable = (from: string, tenants: readonly string[]) => tenants.filter((tenant) => (isAskable(from, tenant) as unknown) === true)
  const directory = { members: () => [], askable }
  return createConsentry({ repository: { ...memoryRepository(), ...repository }, directory, legacy, clock: () => now })
}

async function withLive(
  all: readonly TenantFacts[],
  options: Parameters<typeof live>[1],
  check: (kept: Awaited<ReturnType<typeof live>>) => Promise<void>,
): Promise<void> {
  const kept = await live(all, options)
  await check(kept).finally(() => kept.close())
}

describe('the decision', () => {
  it('law 1: with no requests, `access-request` is denied, and a legacy method gets exactly what the host’s rule says', async () => {
    const property = fc.property(accessQuery(), rules, ({ user, tenant, method, now }, legacy) => {
      const none = { changesAt: null }
      const denied = { allowed: false, reason: 'legacy-not-permitted', ...(legacy === undefined && none) }
      const byRule = permitted(legacy, user, tenant, method, now) ? { allowed: true, reason: 'legacy-permitted' } : denied
      const expected = method === 'access-request' ? { allowed: false, reason: 'not-associated', ...none } : byRule
      for (const decider of [...deciders([factsAbout([], tenant)], { legacy }), ...indexes([], { legacy, everyTenant: true })]) {
        deepEqual(decider.decide(user, tenant, method, now), expected)
        equal(decider.canImpersonate(user, tenant, method, now), expected.allowed)
      }
      // Missing facts differ from empty facts (SPEC 5.3.4).
      for (const index of indexes([], { legacy })) {
        const { allowed, reason } = index.decide(user, tenant, method, now)
        deepEqual([allowed, reason], [false, method === 'access-request' ? 'not-associated' : 'no-facts'])
        equal(index.canImpersonate(user, tenant, method, now), false)
      }
    })
    await fc.assert(property, RUNS)
  })

  it('law 2: allowed as granted if and only if one request that holds covers tenant and user, never a mixture of two', async () => {
    const property = fc.property(scene, rules, ({ all, asked }, legacy) => {
      const { user, tenant, method, now } = asked
      const covered = all.some(({ requests }) => requests.some((one) => one.tenant === tenant && covers(one, user, now)))
      for (const decider of deciders(all, { legacy })) equal(decider.decide(user, tenant, method, now).reason === 'granted', covered)
    })
    await fc.assert(property, RUNS)
  })

  it('laws 3, 6 and 20: governed ⇒ allowed while such a request holds, else denied for every method, at every instant, after any purge', async () => {
    const property = fc.property(scene, fc.infiniteStream(fc.boolean()), instant(), ({ all, asked, facts }, kept, anyInstant) => {
      const others = all.filter(({ tenant }) => tenant !== asked.tenant)
      const governed = { ...facts, governed: true }
      const purged = { ...governed, requests: facts.requests.filter(() => kept.next().value) }
      for (const left of [governed, purged])
        for (const decider of deciders([...others, left], PERMIT))
          for (const now of [asked.now, anyInstant, ...turns(facts.requests)])
            for (const user of EVERYBODY)
              for (const method of [...METHODS, 'root' as never]) {
                const { allowed, reason } = decider.decide(user, facts.tenant, method, now)
                const holding = METHODS.includes(method) && left.requests.some((one) => covers(one, user, now))
                equal(allowed, holding)
                equal(decider.canImpersonate(user, facts.tenant, method, now), holding)
                if (method.startsWith('legacy')) equal(reason, holding ? 'granted' : 'legacy-closed')
              }
    })
    await fc.assert(property, RUNS)
  })

  it('law 4: an allow as granted names the requests that decided; a deny carries a reason of the closed set, and no id', async () => {
    const property = fc.property(scene, rules, ({ all, asked, facts }, legacy) => {
      const { user, tenant, method, now } = asked
      const holding = facts.requests.filter((one) => covers(one, user, now)).sort(latestEndFirst)
      for (const decider of deciders(all, { legacy })) {
        const decision = decider.decide(user, tenant, method, now)
        ok(Object.isFrozen(decision))
        if (decision.reason === 'granted') {
          ok(Object.isFrozen(decision.grantedBy))
          const ids = holding.map(({ id }) => id)
          deepEqual(decision.grantedBy, ids)
        } else if (decision.allowed) {
          deepEqual(decision, { allowed: true, reason: 'legacy-permitted' })
        } else {
          ok(DENIALS.includes(decision.reason))
          deepEqual(Object.keys(decision), ['allowed', 'reason', ...('changesAt' in decision ? ['changesAt'] : [])])
          if ('changesAt' in decision) ok(decision.changesAt === null || Number.isFinite(decision.changesAt))
        }
      }
    })
    // Two holding grants with the same end and different ages are rare.
    await fc.assert(property, { numRuns: 4000 })
  })

  it('law 5: other tenants’ requests never change this tenant’s decisions, even requests of the same ids', async () => {
    const property = fc.property(scene, sharedScene, rules, (unique, shared, legacy) => {
      const { user, tenant, method, now } = unique.asked
      const alone = decide(user, tenant, method, now, unique.facts, { legacy })
      for (const index of indexes(unique.all, { legacy, everyTenant: true })) deepEqual(index.decide(user, tenant, method, now), alone)
      const { all, asked, facts } = shared
      const [together, apart] = [[...all, facts], [facts]].map((some) => accessFrom(some, { legacy }))
      deepEqual(
        together?.decide(asked.user, asked.tenant, asked.method, asked.now),
        apart?.decide(asked.user, asked.tenant, asked.method, asked.now),
      )
    })
    await fc.assert(property, RUNS)
  })

  it('law 7: total, pure, deterministic: a repeated question has the same answer, and the facts do not change', async () => {
    const property = fc.property(scene, accessQuery(), ({ all, asked, facts }, other) => {
      const before = JSON.stringify(all)
      const frozen = freeze(structuredClone(facts), true)
      for (const { user, tenant, method, now } of [asked, other]) {
        const decision = decide(user, tenant, method, now, frozen)
        deepEqual(decide(user, tenant, method, now, frozen), decision)
        deepEqual(decide(user, tenant, method, new Date(now), structuredClone(facts)), decision)
      }
      equal(JSON.stringify(all), before)
    })
    await fc.assert(property, RUNS)
  })

  it('law 7: a non-finite now, a malformed id or method denies and never throws', () =>
    withLive([], { legacy: () => true, isAskable: () => true, clock: () => 0 }, async (kept) => {
      const property = fc.asyncProperty(scene, malformedAccessQuery(), async ({ all }, malformed) => {
        const { user, tenant, method, now, from } = malformed as unknown as Record<'user' | 'tenant' | 'from', string> & typeof WELL_FORMED
        for (const decider of [...deciders(all, PERMIT), kept]) {
          deepEqual(decider.decide(user, tenant, method, now, from), INVALID)
          equal(decider.canImpersonate(user, tenant, method, now, from), false)
        }
        for (const index of indexes(all, PERMIT))
          ok(Array.isArray(index.tenantsFor(user, now, from)) && Array.isArray(index.usersFor(tenant, now, from)))
        // An absent instant means the clock, so this part of the question is well-formed.
        if (now === undefined) return
        const consentry = serviceOver(all, PERMIT)
        deepEqual(await consentry.decide({ user, tenant, method, at: now, from }), INVALID)
        for (const door of [consentry, kept])
          await rejects(door.authorize({ user, tenant, method, at: now, from }), { code: 'access-denied', decision: INVALID })
      })
      await fc.assert(property, RUNS)
    }))

  it('law 7: a value that throws on every access is denied too', async () => {
    const fail = () => {
      throw new Error('touched')
    }
    const traps = { get: fail, has: fail, getPrototypeOf: fail, ownKeys: fail, getOwnPropertyDescriptor: fail, apply: fail }
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    const armed = [new Proxy({}, traps), new Proxy(() => 0, traps), new Proxy(new Date(0), traps), new Proxy([], traps), revoked.proxy]
    const facts = [factsAbout([], 'tom-sawyer')]
    for (const hostile of armed as never[])
      for (const part of [0, 1, 2, 3, 4]) {
        const asked = ['caroline', 'tom-sawyer', 'legacy-support', 0, 'classics'] as const
        const [user, tenant, method, now, from] = asked.with(part, hostile) as unknown as Required<Question>
        for (const decider of deciders(facts, PERMIT)) {
          deepEqual(decider.decide(user, tenant, method, now, from), INVALID)
          equal(decider.canImpersonate(user, tenant, method, now, from), false)
        }
        for (const index of indexes(facts, PERMIT))
          deepEqual([index.tenantsFor(user, now, from), index.usersFor(tenant, now, from)], [[], []])
      }
  })

  it('law 8: order and duplicates of the facts do not matter', async () => {
    const disorder = fc.record({ order: fc.infiniteStream(fc.nat(1000)), cut: fc.nat(5), again: fc.nat(5) })
    const property = fc.property(scene, disorder, rules, ({ all, asked, facts }, { order, cut, again }, legacy) => {
      const shuffled = (requests: TenantFacts['requests']) =>
        requests
          .map((one) => [order.next().value ?? 0, { ...one, users: one.users.toReversed() }] as const)
          .sort(([a], [b]) => a - b)
          .map(([, one]) => one)
      const repeated = shuffled([...facts.requests, ...facts.requests.slice(0, again)])
      const pieces = [repeated.slice(0, cut), repeated.slice(cut)].map((requests) => ({ ...facts, requests }))
      const others = all.map((one) => ({ ...one, requests: shuffled(one.requests) })).reverse()
      const disordered = [
        plain([{ ...facts, requests: repeated }], { legacy }),
        accessFrom([...pieces, ...all, ...pieces].reverse(), { legacy }),
        ...deciders(others, { legacy, everyTenant: true }),
      ]
      for (const user of EVERYBODY)
        for (const now of [asked.now, ...turns(facts.requests).slice(0, 6)])
          for (const method of METHODS) {
            const decision = decide(user, facts.tenant, method, now, facts, { legacy })
            for (const decider of disordered) deepEqual(decider.decide(user, facts.tenant, method, now), decision)
          }
    })
    await fc.assert(property, RUNS)
  })

  it('law 10: `canImpersonate(q) === decide(q).allowed`; plain function, indexes, live access and service agree on every question', async () => {
    const property = fc.asyncProperty(scene, rules, async ({ all, asked, facts }, legacy) => {
      const { user, tenant, method, now, from } = asked
      const decision = decide(user, tenant, method, now, facts, { legacy, isAskable, from })
      // The service waits for the rule; what is synchronous does not (SPEC 5.3.6).
      const awaited = await (async () => legacy?.(user, tenant, method as 'legacy-support', now) as unknown)().catch(() => false)
      const byService = decide(user, tenant, method, now, facts, { legacy: legacy && (() => awaited === true), isAskable, from })
      const consentry = serviceOver(all, { legacy, now })
      const many = [
        { user, tenant, method, from, at: now },
        { user: '', tenant, method },
        { user, tenant, method, from, at: now },
      ]
      deepEqual(await consentry.decideMany(many), [byService, INVALID, byService])
      await withLive(all, { legacy, isAskable, clock: () => now }, async (kept) => {
        for (const decider of [...deciders(all, { legacy, isAskable, everyTenant: true }), kept]) {
          deepEqual(decider.decide(user, tenant, method, now, from), decision)
          equal(decider.canImpersonate(user, tenant, method, new Date(now), from), decision.allowed)
        }
        // A clock before the year 2000 is refused.
        const byTheClock = now < Date.UTC(2000, 0) ? [] : [{ user, tenant, method, from }]
        for (const question of [...byTheClock, { user, tenant, method, from, at: now }]) {
          deepEqual(await consentry.decide(question), byService)
          for (const [door, expected] of [
            [consentry, byService],
            [kept, decision],
          ] as const) {
            const asking = door.authorize(question)
            if (expected.allowed) deepEqual(await asking, expected)
            else await rejects(asking, { code: 'access-denied', decision: expected })
          }
        }
      })
    })
    await fc.assert(property, RUNS)
  })

  it('law 11: `changesAt` is exact: the same at every instant of [now, changesAt), and different at changesAt', async () => {
    const property = fc.property(scene, ({ all, asked, facts }) => {
      const { user, tenant, method, now, from } = asked
      for (const decider of deciders(all)) {
        const decision = decider.decide(user, tenant, method, now, from)
        if (!('changesAt' in decision)) continue
        const changesAt = decision.changesAt ?? Number.POSITIVE_INFINITY
        ok(changesAt > now)
        for (const instant of [...turns(facts.requests), now + 1, changesAt - 1, changesAt, 8.64e15]) {
          if (instant < now || instant > Math.min(changesAt, 8.64e15)) continue
          const { allowed, reason } = decider.decide(user, tenant, method, instant, from)
          const unchanged: boolean = allowed === decision.allowed && reason === decision.reason
          equal(unchanged, instant !== changesAt, `at ${instant}`)
        }
      }
    })
    await fc.assert(property, { numRuns: 3000 })
  })

  it('law 12: reverse questions are the filter of the forward decision by `access-request`', async () => {
    const property = fc.asyncProperty(scene, async ({ all, asked: { now, from } }) => {
      const consentry = serviceOver(all, {})
      const may = (user: string, tenant: string) => decide(user, tenant, 'access-request', now, factsAbout(all, tenant), { from }).allowed
      await withLive(all, {}, async (kept) => {
        for (const user of EVERYBODY) {
          const tenants = TENANTS.filter((tenant) => may(user, tenant)).sort()
          for (const access of [...indexes(all), kept]) deepEqual(access.tenantsFor(user, now, from), tenants)
          deepEqual(await consentry.tenantsFor({ user, at: now, from }), tenants)
        }
        for (const tenant of [...TENANTS, 'nowhere']) {
          const users = EVERYBODY.filter((user) => may(user, tenant)).sort()
          for (const access of [...indexes(all), kept]) deepEqual(access.usersFor(tenant, now, from), users)
          deepEqual(await consentry.usersFor({ tenant, at: now, from }), users)
        }
      })
    })
    await fc.assert(property, RUNS)
  })

  it('law 27a: a question with `from` is the same question over the facts that `from` sent; the rule is asked where `from` may ask', async () => {
    const property = fc.property(scene, rules, fc.constantFrom('classics', 'novels', 'rival'), ({ all, asked, facts }, legacy, from) => {
      const { user, tenant, method, now } = asked
      const own = { ...facts, requests: facts.requests.filter(({ requestingTenant }) => requestingTenant === from) }
      const mayAsk = (isAskable(from, tenant) as unknown) === true
      const expected = decide(user, tenant, method, now, own, { legacy: mayAsk ? legacy : undefined })
      for (const decider of deciders(all, { legacy, isAskable, everyTenant: true })) {
        deepEqual(decider.decide(user, tenant, method, now, from), expected)
        // Without the vendor's word, no rule is asked.
        const unasked = decide(user, tenant, method, now, own, {})
        for (const mute of deciders(all, { legacy, everyTenant: true })) deepEqual(mute.decide(user, tenant, method, now, from), unasked)
      }
    })
    await fc.assert(property, { numRuns: 2000 })
  })

  /** The facts before any expiry was recorded. */
  const unrecorded = (facts: TenantFacts): TenantFacts => ({
    ...facts,
    requests: facts.requests.map((one) => (one.state === 'expired' ? { ...one, state: 'granted' } : one)),
  })

  it('law 20: recording an expiry changes no answer from then on, and a recorded one allows at no instant', async () => {
    const property = fc.property(scene, ({ asked: { user, method }, facts }) => {
      const ends = facts.requests.map((request) => (request.state === 'expired' ? request.expiresAt : -Infinity))
      for (const now of turns(facts.requests).filter((at) => at >= Math.max(...ends)))
        deepEqual(decide(user, facts.tenant, method, now, unrecorded(facts)), decide(user, facts.tenant, method, now, facts))
      for (const request of facts.requests.filter(({ state }) => state === 'expired'))
        for (const now of turns([request]))
          for (const decider of deciders([{ ...facts, requests: [request] }]))
            equal(decider.canImpersonate(user, facts.tenant, method, now), false)
    })
    await fc.assert(property, RUNS)
  })
})
