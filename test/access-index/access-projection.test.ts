/** The projection of events: after each event it answers like `decide` over the facts folded so far. */
import { ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessOnIndex } from '../../src/access-index/access.js'
import { AccessProjection } from '../../src/access-index/access-projection.js'
import type { ConsentryEvent, TenantRequestEvent } from '../../src/domain/event.js'
import { agrees, eventsOf, factsAfter, legacy, requestEvent, reverses, sequences } from '../model/event-sequences.js'
import { TOM } from '../story/cast.js'

const event = (request: string, at: number, kind: string, more: object = {}) =>
  requestEvent({ id: `tr-${request}`, tenant: TOM }, `tenant-request.${kind}` as TenantRequestEvent['type'], at, more)
const asked = (request: string, at: number, ...users: readonly string[]) => event(request, at, 'received', { users })
const granted = (request: string, at: number, expiresAt: number | null = null, ...removedUsers: readonly string[]) =>
  event(request, at, 'granted', { expiresAt, removedUsers })
const expirySet = (request: string, at: number, expiresAt: number) => event(request, at, 'expiry-set', { expiresAt })
const removed = (request: string, at: number, removedUser: string) => event(request, at, 'user-removed', { removedUser })
const revoked = (request: string, at: number, removedUser: string | null = null) => event(request, at, 'revoked', { removedUser })
const withdrawn = (request: string, at: number, removedUser: string | null = null) => event(request, at, 'withdrawn', { removedUser })
const rejected = (request: string, at: number) => event(request, at, 'rejected')
const expired = (request: string, at: number) => event(request, at, 'expired')

const accessOf = (projection: AccessProjection) => accessOnIndex(projection.index, { legacy, everyTenant: true })
const legacyReason = (projection: AccessProjection) => accessOf(projection).decide('wickham', TOM, 'legacy-support', 1).reason

function followed(...events: readonly ConsentryEvent[]): AccessProjection {
  const projection = new AccessProjection()
  for (const one of events) expect([one.type, projection.apply(one)]).toEqual([one.type, true])
  return projection
}

const requestsAfter = (events: readonly ConsentryEvent[]) => {
  const tenants = [...new Set(events.map(({ tenant }) => tenant))]
  return tenants.flatMap((tenant) => factsAfter(events, tenant).requests)
}

function loaded(...events: readonly ConsentryEvent[]): AccessProjection {
  const projection = new AccessProjection()
  for (const request of requestsAfter(events)) projection.load(request)
  return projection
}

const told = (projection: AccessProjection, now: number, user = 'caroline') => {
  const decision = accessOf(projection).decide(user, TOM, 'access-request', now)
  return decision.reason === 'granted' ? `granted by ${decision.grantedBy} until ${decision.changesAt}` : decision.reason
}

describe('events applied one after the other', () => {
  it('grant, change the expiry, and end, each from its exact instant on', () => {
    const projection = followed(asked('a', 10, 'caroline'), granted('a', 20, 50))
    const at = (...instants: readonly number[]) => instants.map((now) => told(projection, now))
    const until = (end: number) => `granted by tr-a until ${end}`
    expect(at(19, 20, 49, 50)).toEqual(['pending', until(50), until(50), 'expired'])
    projection.apply(expirySet('a', 25, 40))
    expect(at(20, 39, 40)).toEqual([until(40), until(40), 'expired'])
    projection.apply(expirySet('a', 26, 60))
    expect(at(19, 59, 60)).toEqual(['pending', until(60), 'expired'])
    projection.apply(revoked('a', 30))
    expect(at(19, 20, 29, 30, 59)).toEqual(Array(5).fill('revoked'))
  })

  it('record an expiry: answers from then on stay the same, and the grant no longer allows at earlier instants', () => {
    const projection = followed(asked('a', 10, 'caroline'), granted('a', 20, 50), expired('a', 50))
    expect([20, 49].map((now) => accessOf(projection).canImpersonate('caroline', TOM, 'access-request', now))).toEqual([false, false])
    expect([50, 51].map((now) => told(projection, now))).toEqual(['expired', 'expired'])
  })

  it('remove one user only; for the last user, who ends the request, the reason is the removal', () => {
    const projection = followed(asked('a', 10, 'caroline', 'charlotte'), granted('a', 20), removed('a', 30, 'caroline'))
    expect([told(projection, 25), told(projection, 25, 'charlotte')]).toEqual(['removed', 'granted by tr-a until null'])
    projection.apply(revoked('a', 40, 'charlotte'))
    expect([told(projection, 25), told(projection, 25, 'charlotte')]).toEqual(['removed', 'removed'])
    expect(told(followed(asked('b', 10, 'caroline'), withdrawn('b', 20, 'caroline')), 15)).toEqual('removed')
  })

  it('take off at a grant who is no longer a member, at every instant; a grant that does not follow takes nobody off (SPEC 2.6)', () => {
    const projection = followed(asked('a', 10, 'caroline', 'wickham', 'charlotte'), granted('a', 20, null, 'caroline', 'wickham'))
    const answers = () => ['caroline', 'wickham', 'charlotte'].flatMap((user) => [19, 20].map((now) => told(projection, now, user)))
    const expected = [...Array(4).fill('removed'), 'pending', 'granted by tr-a until null']
    expect(answers()).toEqual(expected)
    expect(projection.apply(granted('a', 30, null, 'charlotte'))).toBe(false)
    expect(answers()).toEqual(expected)
  })

  it('make a tenant governed at its first grant, for good, even after the grant ends', () => {
    const projection = followed(asked('a', 10, 'caroline'))
    expect(legacyReason(projection)).toBe('legacy-permitted')
    for (const one of [granted('a', 20), revoked('a', 21), asked('b', 30, 'caroline'), rejected('b', 31)]) {
      projection.apply(one)
      expect(legacyReason(projection)).toBe('legacy-closed')
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
        for (const pair of [[one, other] as const, [other, one] as const]) {
          const events = pair.flatMap((kind) => [asked(kind, 10, 'caroline', 'charlotte'), ...kinds[kind]])
          const projection = followed(...events, asked('later', 60, 'caroline'), withdrawn('later', 1, 'caroline'))
          expect([pair, told(projection, 70)]).toEqual([pair, one])
        }
  })

  it('do not include events of other kinds than tenant requests', () => {
    for (const type of ['access-request.submitted', 'impersonation.started', 'impersonation.ended']) {
      const other = { ...asked('a', 10, 'caroline'), type } as unknown as ConsentryEvent
      expect([type, new AccessProjection().apply(other)]).toEqual([type, true])
    }
  })
})

const PENDING = [asked('a', 10, 'caroline')]
const GRANTED = [...PENDING, granted('a', 20, 50)]
const FINAL = ['rejected', 'withdrawn', 'revoked', 'expired']

describe.each([
  { state: 'unknown', events: [], follow: [], governed: false },
  { state: 'pending', events: PENDING, follow: ['granted', 'user-removed', 'rejected', 'withdrawn'], governed: false },
  { state: 'granted', events: GRANTED, follow: ['expiry-set', 'user-removed', 'revoked', 'expired'], governed: true },
  { state: 'rejected', events: [...PENDING, rejected('a', 15)], follow: [], governed: false },
  { state: 'withdrawn', events: [...PENDING, withdrawn('a', 15)], follow: [], governed: false },
  { state: 'revoked', events: [...GRANTED, revoked('a', 25)], follow: [], governed: true },
  { state: 'expired', events: [...GRANTED, expired('a', 50)], follow: [], governed: true },
])('a request that is $state, followed or loaded', ({ state, events, follow, governed }) => {
  const next = [granted('a', 30, 90), expirySet('a', 30, 60), removed('a', 30, 'caroline')]
  const ends = [rejected('a', 30), withdrawn('a', 30), revoked('a', 30), expired('a', 30)]

  it(`${governed ? 'makes' : 'does not make'} its tenant governed`, () => {
    for (const make of [followed, loaded]) expect(legacyReason(make(...events))).toBe(governed ? 'legacy-closed' : 'legacy-permitted')
  })

  it(`is followed by ${follow.join(', ') || 'nothing'}; other events change nothing, but end it if they are final`, () => {
    const answers = (projection: AccessProjection) => [40, 70].map((now) => told(projection, now))
    for (const make of [followed, loaded])
      for (const one of [...next, ...ends]) {
        const kind = one.type.slice('tenant-request.'.length)
        const [projection, before] = [make(...events), answers(make(...events))]
        expect([kind, projection.apply(one)]).toEqual([kind, follow.includes(kind)])
        // A wrong order never leaves a user with access.
        const ended = FINAL.includes(kind) && (state === 'pending' || state === 'granted')
        if (!follow.includes(kind)) expect([kind, answers(projection)]).toEqual([kind, ended ? [kind, kind] : before])
        if (ended) expect(projection.apply(granted('a', 35))).toBe(false)
        if (kind === 'granted') expect(legacyReason(projection)).toBe('legacy-closed')
      }
  })
})

describe('events that do not follow the current state', () => {
  it('neither add nor remove a user whom the request does not name', () => {
    const projection = followed(...GRANTED)
    expect(projection.apply(removed('a', 30, 'charlotte'))).toBe(false)
    expect(projection.apply(asked('a', 30, 'caroline', 'wickham'))).toBe(false)
    expect(['caroline', 'wickham'].map((user) => told(projection, 40, user))).toEqual(['granted by tr-a until 50', 'not-associated'])
  })

  it('name a user twice, who is still removed at once', () => {
    const projection = followed(asked('a', 10, 'caroline', 'charlotte', 'caroline'), granted('a', 20), removed('a', 30, 'caroline'))
    expect([told(projection, 40), told(projection, 40, 'charlotte')]).toEqual(['removed', 'granted by tr-a until null'])
  })

  it('affect no other user, even if the last user is removed without an end, or a request names no users', () => {
    const empty = new AccessProjection()
    empty.load({
      id: 'tr-a',
      requestingTenant: 'classics',
      tenant: TOM,
      users: [],
      removed: [{ user: 'caroline', at: 15 }],
      sentAt: 10,
      state: 'pending',
      answerBy: null,
    })
    for (const projection of [followed(...PENDING, removed('a', 15, 'caroline')), empty]) {
      for (const one of [asked('b', 16, 'charlotte'), granted('a', 20)]) projection.apply(one)
      expect([told(projection, 30), told(projection, 30, 'charlotte')]).toEqual(['removed', 'pending'])
      projection.apply(revoked('a', 40))
      expect([told(projection, 50), told(projection, 50, 'charlotte')]).toEqual(['removed', 'pending'])
    }
  })
})

describe('requests loaded in their current state', () => {
  it('and the later events, some of them contained already, give the same answers as all the events', async () => {
    // Half of the runs load nothing: all their events are applied one after the other.
    const cuts = fc.record({ taken: fc.oneof(fc.constant(0), fc.nat(40)), from: fc.nat(40) })
    const property = fc.asyncProperty(sequences, cuts, async (log, { taken, from }) => {
      const events = await eventsOf(log)
      const read = taken % (events.length + 1)
      const contained = events.slice(0, read)
      const projection = loaded(...contained)
      const access = accessOf(projection)
      agrees(access, contained)
      for (const one of contained.slice(from % (read + 1))) projection.apply(one)
      agrees(access, contained)
      for (const [n, one] of events.slice(read).entries()) {
        ok(projection.apply(one), one.type)
        agrees(access, events.slice(0, read + n + 1), [one.tenant])
      }
      reverses(access, events)
    })
    await fc.assert(property, { numRuns: 60, seed: 11 })
  })

  it('cannot be loaded twice while they may change: the end of one copy would leave the other', () => {
    for (const events of [PENDING, GRANTED]) {
      const projection = loaded(...events)
      for (const request of requestsAfter(events)) expect(() => projection.load(request)).toThrow('the request `tr-a` is already loaded')
      for (const end of [withdrawn('a', 30), revoked('a', 31)]) projection.apply(end)
      expect(accessOf(projection).canImpersonate('caroline', TOM, 'access-request', 40)).toBe(false)
    }
  })
})

describe('requests that come and go', () => {
  function weigh(value: unknown): number {
    if (typeof value !== 'object' || value === null) return 1
    if (ArrayBuffer.isView(value)) return value.byteLength / 4
    if (value instanceof Map) return [...value].reduce((sum, [key, one]) => sum + weigh(key) + weigh(one), 1)
    return Object.values(value).reduce<number>((sum, one) => sum + weigh(one), 1)
  }
  const USERS = Array.from({ length: 9 }, (_, n) => `user-${n}`)
  const round = (n: number): ConsentryEvent[] => {
    const [at, id] = [100 * n, `round-${n}`]
    const ends = [
      [rejected(id, at + 1)],
      [withdrawn(id, at + 1)],
      [granted(id, at + 1, at + 9), expirySet(id, at + 2, at + 5), expired(id, at + 5)],
      [granted(id, at + 1), removed(id, at + 2, 'user-8'), revoked(id, at + 3)],
      [...USERS.slice((n % 4) + 1).map((user) => removed(id, at + 1, user)), withdrawn(id, at + 2, USERS[n % 4] ?? '')],
    ]
    return [asked(id, at, ...USERS.slice(n % 4)), ...(ends[n % 5] ?? [])]
  }

  it('use no more memory after thousands of requests for the same few pairs, beside many that stay', () => {
    const projection = new AccessProjection()
    for (let n = 0; n < 60; n++) projection.apply(asked(`stays-${n}`, n, `stays-${n}`))
    const weights: number[] = []
    for (let n = 0; n < 2_100; n++) {
      for (const one of round(n)) if (!projection.apply(one)) throw new Error(`${one.type} does not follow`)
      if (n % 700 === 699) weights.push(weigh(projection))
    }
    expect(weights[1]).toBe(weights[0])
    expect(weights[2]).toBe(weights[0])
    expect(told(projection, 210_000, 'user-5')).toBe('removed')
    expect(legacyReason(projection)).toBe('legacy-closed')
  })
})
