/** The laws of the requests that a repository may leave out (SPEC 5.2): no answer at that instant or later depends on them. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, it, vi } from 'vitest'
import { decidingRequest, decisiveRequests, isOpen, isOpenGrant, requestsOfSession } from '../../src/domain/decisive-requests.js'
import { sessionEndedAt } from '../../src/domain/session.js'
import { recordedEnd, type Session } from '../../src/domain/session-state.js'
import { holdingGrants, requestsSentBy } from '../../src/domain/status.js'
import { userStatusAt } from '../../src/domain/user-status.js'
import { decide, type TenantFacts } from '../../src/index.js'
import { type RequestFacts, requestsOfUser } from '../../src/repository.js'
import { session, tenantFacts } from '../../src/testing/arbitraries.js'
import { EVERYBODY, METHODS, turns, USERS } from '../model/questions.js'

vi.setConfig({ testTimeout: 60_000 })

const TENANT = 'tom-sawyer'
const VENDORS = [null, 'classics', 'novels', 'constructor', 'nobody']
const PERMIT = { legacy: () => true, isAskable: () => true }
const RUNS = { numRuns: 300, seed: 29 }

/** Facts with many requests, a user, and an instant at or next to one at which something changes. */
const scene = tenantFacts({ tenant: TENANT, users: USERS, maxRequests: 9 }).chain((facts) =>
  fc.record({
    facts: fc.constant(facts),
    user: fc.constantFrom(...EVERYBODY),
    now: fc.constantFrom(...turns(facts.requests), 0),
    from: fc.constantFrom(...VENDORS),
  }),
)

const lasting = (facts: TenantFacts, now: number) => [now, ...turns(facts.requests).filter((at) => at > now), now + 1e12]
const idsOf = (requests: readonly { readonly id: string }[]) => requests.map(({ id }) => id).sort()

describe('the decisive requests', async () => {
  it('SPEC 5.2: they answer each question at `now` or later as all requests do, and are only about that user', async () => {
    let left = 0
    const property = fc.property(scene, ({ facts, user, now, from }) => {
      const requests = decisiveRequests(user, requestsSentBy(from, facts.requests), now)
      left += facts.requests.length - requests.length
      for (const { users, removed } of requests) deepEqual([...users, ...removed.map((one) => one.user)], [user])
      for (const at of lasting(facts, now)) {
        for (const method of METHODS)
          deepEqual(
            decide(user, TENANT, method, at, { ...facts, requests }, { ...PERMIT, from }),
            decide(user, TENANT, method, at, facts, { ...PERMIT, from }),
          )
        const status = userStatusAt(requestsOfUser(user, requestsSentBy(from, facts.requests)), at)
        equal(userStatusAt(requestsOfUser(user, requests), at), status)
      }
    })
    await fc.assert(property, RUNS)
    ok(left > 200, `${left} requests were left out`)
  })

  it('SPEC 5.2: they keep the open requests and, of each requesting tenant, at most one that has ended: their number is bounded by what is open', async () => {
    const property = fc.property(scene, ({ facts, user, now }) => {
      const requests = decisiveRequests(user, facts.requests, now)
      const isOver = (one: RequestFacts) => one.users.length === 0 || !isOpen(one, now)
      const over = requests.filter(isOver).map(({ requestingTenant }) => requestingTenant)
      equal(new Set(over).size, over.length)
      const open = facts.requests.filter((one) => one.users.includes(user) && isOpen(one, now))
      deepEqual(idsOf(requests.filter((one) => !isOver(one))), idsOf(open))
    })
    await fc.assert(property, RUNS)
  })

  it('SPEC 5.2: neither the order of the requests nor a second look, then or later, changes them, so that every store keeps the same', async () => {
    const property = fc.property(scene, fc.nat(), ({ facts, user, now }, turn) => {
      const kept = decisiveRequests(user, facts.requests, now)
      const middle = turn % (facts.requests.length + 1)
      const rotated = [...facts.requests.slice(middle), ...facts.requests.slice(0, middle)].reverse()
      deepEqual(idsOf(decisiveRequests(user, rotated, now)), idsOf(kept))
      for (const later of lasting(facts, now))
        deepEqual(idsOf(decisiveRequests(user, kept, later)), idsOf(decisiveRequests(user, facts.requests, later)))
    })
    await fc.assert(property, RUNS)
  })
})

it('SPEC 5.4: the deciding request alone gives the user’s status, and for a grant that holds the one that ends last, for a pending one the newest', async () => {
  const seen = new Set<string>()
  const property = fc.property(scene, ({ facts, user, now }) => {
    const own = requestsOfUser(user, facts.requests)
    const deciding = decidingRequest(own, now)
    const status = userStatusAt(own, now)
    equal(deciding === undefined ? 'not-associated' : userStatusAt([deciding], now), status)
    const [grant] = holdingGrants(own, now)
    if (grant !== undefined) equal(deciding?.request.id, grant.id)
    // The newest of the pending ones, by the greater id of one instant.
    const pending = own.filter((one) => userStatusAt([one], now) === 'pending').map(({ request: { sentAt, id } }) => ({ sentAt, id }))
    const [newest] = pending.sort((a, b) => b.sentAt - a.sentAt || (a.id < b.id ? 1 : -1))
    if (status === 'pending') equal(deciding?.request.id, newest?.id)
    equal(decidingRequest([...own].reverse(), now)?.request.id, deciding?.request.id)
    seen.add(status)
  })
  await fc.assert(property, { ...RUNS, numRuns: 1_000 })
  deepEqual([...seen].sort(), ['expired', 'granted', 'lapsed', 'not-associated', 'pending', 'rejected', 'removed', 'revoked', 'withdrawn'])
})

it('SPEC 7.2: the requests of a session say when and why it ended, at `now` or later, as all requests do', async () => {
  const causes = new Map<string, number>()
  let left = 0
  const tenants = tenantFacts({ tenant: TENANT, users: USERS, maxRequests: 9 })
  const property = fc.property(
    tenants,
    session({ users: USERS, tenants: [TENANT, 'classics'] }),
    fc.nat(),
    fc.nat(),
    (facts, any, m, n) => {
      // Starts and ends where the facts change, so that grants begin and end inside the session.
      const all = turns(facts.requests)
      const startedAt = all[m % all.length] ?? 0
      const length = any.endsAt - any.startedAt
      const moved = { ...any, requestingTenant: 'classics', tenant: TENANT, startedAt, endsAt: startedAt + length }
      const stored: Session = moved.state === 'open' ? moved : { ...moved, endedAt: startedAt + (moved.endedAt - any.startedAt) }
      const now = lasting(facts, startedAt)[n % lasting(facts, startedAt).length] ?? startedAt
      const { user, tenant, method, requestingTenant: from } = stored
      const governedSince = facts.governed ? startedAt - 1 + (m % 3) : null
      const sent = requestsSentBy(from, facts.requests)
      const kept = requestsOfSession(stored, facts.requests, now)
      left += sent.length - kept.length
      for (const at of lasting(facts, now)) {
        const endedBy = (requests: readonly RequestFacts[]) => {
          const decision = decide(user, tenant, method, at, { ...facts, requests }, { ...PERMIT, from })
          return sessionEndedAt(stored, { decision, requests: requestsOfUser(user, requests), governedSince }, at)
        }
        const ending = endedBy(sent)
        deepEqual(endedBy(kept), ending)
        const cause = ending?.cause ?? 'live'
        causes.set(cause, (causes.get(cause) ?? 0) + 1)
      }
      ok(kept.every((one) => one.requestingTenant === from && one.users.length + one.removed.length === 1))
      ok(recordedEnd(stored) >= startedAt)
    },
  )
  await fc.assert(property, { ...RUNS, numRuns: 2_000 })
  ok(left > 1_000, `${left} requests were left out`)
  for (const cause of ['live', 'expired', 'access-lost', 'ended-by-user'])
    ok((causes.get(cause) ?? 0) > 100, `${cause}: ${causes.get(cause)}`)
})

it('SPEC 3.4a: what counts against the cap is what is pending and has not lapsed, or granted and not over', async () => {
  const property = fc.property(scene, ({ facts, now }) => {
    for (const request of facts.requests) {
      const grant = request.state === 'granted' && (request.expiresAt === null || now < request.expiresAt)
      const pending = request.state === 'pending' && (request.answerBy === null || now < request.answerBy)
      deepEqual([isOpenGrant(request, now), isOpen(request, now)], [grant, grant || pending])
    }
  })
  await fc.assert(property, RUNS)
})
