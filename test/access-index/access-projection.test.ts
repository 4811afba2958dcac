/** The projection of events: after each event it answers like `decide` over the facts folded so far. */
import { ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessOnIndex } from '../../src/access-index/access.js'
import { AccessProjection } from '../../src/access-index/access-projection.js'
import type { ConsentryEvent } from '../../src/domain/event.js'
import { toFacts } from '../../src/domain/tenant-request-state.js'
import { agrees, eventsOf, Known, legacy, reverses, submission, trials } from '../model/event-sequences.js'
import { TOM } from '../story/cast.js'

/**
 * An event of one of Tom Sawyer's requests.
 * Its revision is always 2, because the projection does not read it.
 */
const event = (
  request: string,
  at: number,
  told: { readonly type: ConsentryEvent['type']; readonly [more: string]: unknown },
): ConsentryEvent => {
  const by = told.type === 'tenant-request.expired' ? 'clock' : { user: 'becky', tenant: TOM }
  const of = { tenantRequest: `tr-${request}`, accessRequest: `ar-${request}`, requestingTenant: 'classics', tenant: TOM }
  return { id: `${request}-${at}`, at, by, ...of, revision: 2, version: 1, ...told } as ConsentryEvent
}
const granted = (request: string, at: number, expiresAt: number | null = null) =>
  event(request, at, { type: 'tenant-request.granted', message: '', expiresAt })
const expirySet = (request: string, at: number, expiresAt: number) => event(request, at, { type: 'tenant-request.expiry-set', expiresAt })
const removed = (request: string, at: number, removedUser: string) =>
  event(request, at, { type: 'tenant-request.user-removed', removedUser })
const revoked = (request: string, at: number, removedUser: string | null = null) =>
  event(request, at, { type: 'tenant-request.revoked', message: '', removedUser })
const withdrawn = (request: string, at: number, removedUser: string | null = null) =>
  event(request, at, { type: 'tenant-request.withdrawn', removedUser })
const rejected = (request: string, at: number) => event(request, at, { type: 'tenant-request.rejected', message: '' })
const expired = (request: string, at: number) => event(request, at, { type: 'tenant-request.expired' })

const asked = (request: string, at: number, ...users: readonly string[]) => submission(request, TOM, users, at)
const accessOf = (following: AccessProjection) => accessOnIndex(following.index, { legacy, everyTenant: true })

/** A projection after these events, each of which must apply. */
function followed(...events: readonly (ConsentryEvent | readonly ConsentryEvent[])[]): AccessProjection {
  const following = new AccessProjection()
  for (const one of events.flat()) expect([one.type, following.apply(one)]).toEqual([one.type, true])
  return following
}

/** The decision for Caroline, or another user, by `access-request`. */
const told = (following: AccessProjection, now: number, user = 'caroline') => {
  const decision = accessOf(following).decide(user, TOM, 'access-request', now)
  return decision.reason === 'granted' ? [decision.reason, ...decision.grantedBy, decision.changesAt] : [decision.reason]
}

describe('events applied one after the other', () => {
  it('give the same answers as the facts folded so far, at every instant at which an answer changes', async () => {
    const property = fc.property(trials, (tried) => {
      const [following, known] = [new AccessProjection(), new Known()]
      const access = accessOf(following)
      for (const one of eventsOf(tried)) {
        ok(following.apply(one), one.type)
        known.fold(one)
        if ('tenantRequest' in one) agrees(access, known, [one.tenant])
      }
      agrees(access, known)
      reverses(access, known)
    })
    await fc.assert(property, { numRuns: 15, seed: 7 })
  })

  it('grant, change the expiry, and end, each from its exact instant on', () => {
    const following = followed(asked('a', 10, 'caroline'), granted('a', 20, 50))
    expect([19, 20, 49, 50].map((now) => told(following, now))).toEqual([
      ['pending'],
      ['granted', 'tr-a', 50],
      ['granted', 'tr-a', 50],
      ['expired'],
    ])
    following.apply(expirySet('a', 25, 40))
    expect([20, 39, 40].map((now) => told(following, now))).toEqual([['granted', 'tr-a', 40], ['granted', 'tr-a', 40], ['expired']])
    following.apply(expirySet('a', 26, 60))
    expect([19, 59, 60].map((now) => told(following, now))).toEqual([['pending'], ['granted', 'tr-a', 60], ['expired']])
    following.apply(revoked('a', 30))
    expect([19, 20, 29, 30, 59].map((now) => told(following, now))).toEqual(Array(5).fill(['revoked']))
  })

  it('record an expiry: answers from then on stay the same, and the grant no longer allows at earlier instants', () => {
    const following = followed(asked('a', 10, 'caroline'), granted('a', 20, 50), expired('a', 50))
    expect([20, 49].map((now) => accessOf(following).canImpersonate('caroline', TOM, 'access-request', now))).toEqual([false, false])
    expect([50, 51].map((now) => told(following, now))).toEqual([['expired'], ['expired']])
  })

  it('give the new expiry, and the new grant, to an access that has cached a decision', () => {
    const following = followed(asked('a', 10, 'caroline'), granted('a', 20))
    const access = accessOf(following)
    const grounds = () => access.decide('caroline', TOM, 'access-request', 30)
    expect(grounds()).toEqual({ allowed: true, reason: 'granted', grantedBy: ['tr-a'], changesAt: null })
    following.apply(expirySet('a', 21, 50))
    expect(grounds()).toMatchObject({ grantedBy: ['tr-a'], changesAt: 50 })
    for (const one of [revoked('a', 22), ...asked('b', 23, 'caroline'), granted('b', 24, 50)]) following.apply(one)
    expect(grounds()).toMatchObject({ grantedBy: ['tr-b'], changesAt: 50 })
  })

  it('remove one user only; for the last user, who ends the request, the reason is the removal', () => {
    const following = followed(asked('a', 10, 'caroline', 'charlotte'), granted('a', 20), removed('a', 30, 'caroline'))
    expect([told(following, 25), told(following, 25, 'charlotte')]).toEqual([['removed'], ['granted', 'tr-a', null]])
    following.apply(revoked('a', 40, 'charlotte'))
    expect([told(following, 25), told(following, 25, 'charlotte')]).toEqual([['removed'], ['removed']])
    expect(told(followed(asked('b', 10, 'caroline'), withdrawn('b', 20, 'caroline')), 15)).toEqual(['removed'])
  })

  it('make a tenant governed at its first grant, for good, even after the grant ends', () => {
    const following = followed(asked('a', 10, 'caroline'))
    const reason = () => accessOf(following).decide('wickham', TOM, 'legacy-support', 1).reason
    expect(reason()).toBe('legacy-permitted')
    for (const one of [granted('a', 20), revoked('a', 21), ...asked('b', 30, 'caroline'), rejected('b', 31)]) {
      following.apply(one)
      expect(reason()).toBe('legacy-closed')
    }
  })

  it('decide between several ends at one instant by the priority of the statuses, in any order (SPEC 5.4)', () => {
    const kinds = {
      expired: [granted('expired', 20, 50), expired('expired', 50)],
      revoked: [granted('revoked', 20), revoked('revoked', 50)],
      rejected: [rejected('rejected', 50)],
      withdrawn: [withdrawn('withdrawn', 50)],
      removed: [removed('removed', 50, 'caroline')],
    }
    const order = Object.keys(kinds) as (keyof typeof kinds)[]
    for (const [n, one] of order.entries())
      for (const other of order.slice(n + 1))
        for (const pair of [
          [one, other],
          [other, one],
        ] as const) {
          const following = followed(...pair.map((kind) => [...asked(kind, 10, 'caroline', 'charlotte'), ...kinds[kind]]))
          following.apply(asked('later', 60, 'caroline')[1] as ConsentryEvent)
          following.apply(withdrawn('later', 1, 'caroline'))
          expect([pair, told(following, 70)]).toEqual([pair, [one]])
        }
  })
})

describe('events that do not follow the current state', () => {
  const unknown = [granted('a', 20), expirySet('a', 20, 30), removed('a', 20, 'caroline'), rejected('a', 20), withdrawn('a', 20)]
  const late = [...unknown, revoked('a', 20), expired('a', 20)]

  it('of an unknown or ended request change nothing except that a grant makes its tenant governed', () => {
    for (const one of late) expect([one.type, new AccessProjection().apply(one)]).toEqual([one.type, false])
    const over = followed(asked('a', 10, 'caroline'), rejected('a', 15))
    for (const one of late) expect([one.type, over.apply(one), told(over, 40)]).toEqual([one.type, false, ['rejected']])
    expect(accessOf(over).decide('wickham', TOM, 'legacy-support', 1).reason).toBe('legacy-closed')
  })

  it('of a request in another state return false', () => {
    const holding = followed(asked('a', 10, 'caroline'), granted('a', 20, 50))
    expect(holding.apply(granted('a', 30, 90))).toBe(false)
    expect(holding.apply(removed('a', 30, 'charlotte'))).toBe(false)
    expect(holding.apply(asked('a', 30, 'caroline', 'wickham')[1] as ConsentryEvent)).toBe(false)
    expect([told(holding, 20), told(holding, 49), told(holding, 50)]).toEqual([
      ['granted', 'tr-a', 50],
      ['granted', 'tr-a', 50],
      ['expired'],
    ])
    expect(told(holding, 40, 'wickham')).toEqual(['not-associated'])
    const waiting = followed(asked('a', 10, 'caroline'))
    expect(waiting.apply(expirySet('a', 20, 30))).toBe(false)
    expect(told(waiting, 25)).toEqual(['pending'])
    expect([waiting.apply(granted('a', 22)), told(waiting, 25)]).toEqual([true, ['granted', 'tr-a', null]])
    expect(accessOf(waiting).decide(undefined as never, TOM, 'access-request', 25).reason).toBe('invalid-question')
  })

  it('end the request anyway if they are final: a wrong order never leaves a user with access', () => {
    for (const [one, reason] of [
      [revoked('a', 20), 'revoked'],
      [expired('a', 20), 'expired'],
    ] as const) {
      const following = followed(asked('a', 10, 'caroline'))
      expect([following.apply(one), told(following, 40), following.apply(granted('a', 30))]).toEqual([false, [reason], false])
    }
    for (const [one, reason] of [
      [rejected('a', 20), 'rejected'],
      [withdrawn('a', 20), 'withdrawn'],
    ] as const) {
      const following = followed(asked('a', 10, 'caroline'), granted('a', 15))
      expect([following.apply(one), told(following, 40)]).toEqual([false, [reason]])
    }
  })

  it('affect no other user, even if the last user is removed without an end, or a request names no users', () => {
    const following = followed(asked('a', 10, 'caroline'), removed('a', 15, 'caroline'))
    for (const one of [...asked('b', 16, 'charlotte'), granted('a', 20)]) following.apply(one)
    expect([told(following, 30), told(following, 30, 'charlotte')]).toEqual([['removed'], ['pending']])
    const empty = new AccessProjection()
    empty.load({ id: 'tr-a', tenant: TOM, users: [], removed: [{ user: 'caroline', at: 15 }], sentAt: 10, state: 'pending' })
    for (const one of [...asked('b', 16, 'charlotte'), granted('a', 20)]) empty.apply(one)
    expect([told(empty, 30), told(empty, 30, 'charlotte')]).toEqual([['removed'], ['pending']])
    empty.apply(revoked('a', 40))
    expect([told(empty, 50), told(empty, 50, 'charlotte')]).toEqual([['removed'], ['pending']])
  })

  it('do not include events of other kinds than tenant requests', () => {
    const [sent] = asked('a', 10, 'caroline')
    for (const type of ['access-request.submitted', 'impersonation.started', 'impersonation.ended']) {
      expect([type, new AccessProjection().apply({ ...sent, type } as ConsentryEvent)]).toEqual([type, true])
    }
  })
})

describe('requests loaded in their current state', () => {
  it('and the later events, some of them contained already, give the same answers as all the events', async () => {
    const cuts = fc.record({ taken: fc.nat(40), from: fc.nat(40) })
    const property = fc.property(trials, cuts, (tried, { taken, from }) => {
      const events = eventsOf(tried)
      const read = taken % (events.length + 1)
      const known = new Known(events.slice(0, read))
      const following = new AccessProjection()
      for (const request of known.requests.values()) following.load(toFacts(request))
      for (const tenant of known.governed) following.markGoverned(tenant)
      const access = accessOf(following)
      agrees(access, known)
      for (const one of events.slice(from % (read + 1), read)) following.apply(one)
      agrees(access, known)
      for (const one of events.slice(read)) {
        ok(following.apply(one), one.type)
        known.fold(one)
        if ('tenantRequest' in one) agrees(access, known, [one.tenant])
      }
      reverses(access, known)
    })
    await fc.assert(property, { numRuns: 20, seed: 11 })
  })

  /** A projection that has loaded the request as these events leave it. */
  const at = (events: readonly ConsentryEvent[]) => {
    const following = new AccessProjection()
    const inTurn = events.map((one, n) => ({ ...one, revision: Math.max(n, 1) }))
    for (const request of new Known(inTurn).all()) following.load(request)
    return following
  }

  it('accept only the events that their state allows, and none after their end', () => {
    const [waiting, holding] = [asked('a', 10, 'caroline'), [...asked('a', 10, 'caroline'), granted('a', 20, 50)]]
    expect(at(waiting).apply(granted('a', 20))).toBe(true)
    expect(at(waiting).apply(expirySet('a', 20, 30))).toBe(false)
    expect(at(holding).apply(expirySet('a', 30, 60))).toBe(true)
    expect(at(holding).apply(granted('a', 30))).toBe(false)
    for (const end of [revoked('a', 30), expired('a', 50)]) expect(at([...holding, end]).apply(expirySet('a', 31, 60))).toBe(false)
    for (const end of [rejected('a', 15), withdrawn('a', 15)]) expect(at([...waiting, end]).apply(granted('a', 20))).toBe(false)
  })

  it('cannot be loaded twice while they may change: the end of one copy would leave the other', () => {
    const facts = (...events: readonly ConsentryEvent[]) => new Known(events.map((one, n) => ({ ...one, revision: Math.max(n, 1) }))).all()
    for (const last of [[], [granted('a', 20)]]) {
      const [one] = facts(...asked('a', 10, 'caroline'), ...last)
      const following = new AccessProjection()
      const take = () => one && following.load(one)
      take()
      expect(take).toThrow('the request `tr-a` is already loaded')
      for (const end of [withdrawn('a', 30), revoked('a', 31)]) following.apply(end)
      expect(accessOf(following).canImpersonate('caroline', TOM, 'access-request', 40)).toBe(false)
    }
  })

  it('make their tenant governed if they were granted, and only then', () => {
    const reasonOf = (...events: readonly ConsentryEvent[]) => accessOf(at(events)).decide('wickham', TOM, 'legacy-support', 1).reason
    expect(reasonOf(...asked('a', 10, 'caroline'))).toBe('legacy-permitted')
    expect(reasonOf(...asked('a', 10, 'caroline'), rejected('a', 20))).toBe('legacy-permitted')
    expect(reasonOf(...asked('a', 10, 'caroline'), granted('a', 20))).toBe('legacy-closed')
    expect(reasonOf(...asked('a', 10, 'caroline'), granted('a', 20), revoked('a', 30))).toBe('legacy-closed')
    expect(reasonOf(...asked('a', 10, 'caroline'), granted('a', 20, 30), expired('a', 30))).toBe('legacy-closed')
  })
})

describe('requests that come and go', () => {
  /** Counts all numbers, strings and entries that a value contains, recursively. */
  function weigh(value: unknown): number {
    if (typeof value !== 'object' || value === null) return 1
    if (ArrayBuffer.isView(value)) return value.byteLength / 4
    if (value instanceof Map) return [...value].reduce((sum, [key, one]) => sum + weigh(key) + weigh(one), 1)
    return Object.values(value).reduce<number>((sum, one) => sum + weigh(one), 1)
  }
  const USERS = Array.from({ length: 9 }, (_, n) => `user-${n}`)
  const round = (n: number): ConsentryEvent[] => {
    const [at, id] = [100 * n, `round-${n}`]
    const all = asked(id, at, ...USERS.slice(n % 4))
    const ends = [
      [rejected(id, at + 1)],
      [withdrawn(id, at + 1)],
      [granted(id, at + 1, at + 9), expirySet(id, at + 2, at + 5), expired(id, at + 5)],
      [granted(id, at + 1), removed(id, at + 2, 'user-8'), revoked(id, at + 3)],
      [...USERS.slice((n % 4) + 1).map((user) => removed(id, at + 1, user)), withdrawn(id, at + 2, USERS[n % 4] ?? '')],
    ]
    return [...all, ...(ends[n % 5] ?? [])]
  }

  it('use no more memory after thousands of requests for the same few pairs, beside many that stay', () => {
    const following = new AccessProjection()
    for (let n = 0; n < 60; n++) for (const one of asked(`stays-${n}`, n, `stays-${n}`)) following.apply(one)
    const weights: number[] = []
    for (let n = 0; n < 2_100; n++) {
      for (const one of round(n)) if (!following.apply(one)) throw new Error(`${one.type} does not follow`)
      if (n % 700 === 699) weights.push(weigh(following))
    }
    expect(weights[1]).toBe(weights[0])
    expect(weights[2]).toBe(weights[0])
    expect(accessOf(following).decide('user-5', TOM, 'access-request', 210_000).reason).toBe('removed')
    expect(accessOf(following).decide('user-5', TOM, 'legacy-support', 0).reason).toBe('legacy-closed')
  })
})
