/** Tenants with many users, and users with many requests or tenants: answers stay exact, and one change costs little. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { accessOnIndex } from '../../src/access-index/access.js'
import { AccessProjection } from '../../src/access-index/access-projection.js'
import { evaluate } from '../../src/domain/evaluate.js'
import type { RequestLifecycle, UserRequest } from '../../src/domain/status.js'
import { requestEvent } from '../model/event-sequences.js'

/** A list of more pairs than this is split. */
const MOST_PAIRS = 2_048
const FAT = 'fat'
const userAt = (n: number) => `user-${n}`
const users = (count: number, first = 0) => Array.from({ length: count }, (_, n) => userAt(first + n))

const changes = (id: string, tenant = FAT, requestingTenant = 'classics') => {
  const parties = { id, tenant, requestingTenant }
  const change = (type: string, at: number, more: object = {}) =>
    requestEvent(parties, `tenant-request.${type}` as 'tenant-request.granted', at, more)
  return {
    received: (at: number, named: readonly string[], answerBy: number | null = null) => change('received', at, { users: named, answerBy }),
    granted: (at: number, expiresAt: number | null = null, removedUsers: readonly string[] = []) =>
      change('granted', at, { expiresAt, removedUsers }),
    removed: (at: number, removedUser: string) => change('user-removed', at, { removedUser }),
    ended: (type: 'rejected' | 'withdrawn' | 'revoked' | 'expired' | 'lapsed', at: number) => change(type, at, { removedUser: null }),
  }
}
type Change = ReturnType<ReturnType<typeof changes>['received']>

function apply(projection: AccessProjection, ...events: readonly Change[]): void {
  for (const event of events) ok(projection.apply(event), event.type)
}
function granted(projection: AccessProjection, id: string, named: readonly string[], tenant = FAT): void {
  const { received, granted } = changes(id, tenant)
  apply(projection, received(1, named), granted(2))
}
const accessOf = ({ index }: AccessProjection) => accessOnIndex(index, { everyTenant: true })
const reasonOf = (projection: AccessProjection, user: string, tenant = FAT) =>
  accessOf(projection).decide(user, tenant, 'access-request', 10).reason

/** The naive model: of each user in each tenant every request, none ever dropped. */
class Model {
  readonly tenants = new Map<string, Map<string, { readonly from: string; readonly entry: UserRequest<RequestLifecycle> }[]>>()

  name(tenant: string, user: string, from: string, entry: UserRequest<RequestLifecycle>): void {
    const ofTenant = this.tenants.get(tenant) ?? new Map()
    this.tenants.set(tenant, ofTenant.set(user, [...(ofTenant.get(user) ?? []), { from, entry }]))
  }

  decide(user: string, tenant: string, now: number, from: string | null) {
    const all = this.tenants.get(tenant)?.get(user) ?? []
    const requests = all.filter((one) => from === null || one.from === from).map(({ entry }) => entry)
    return evaluate({ user, tenant, method: 'access-request', now, from }, { governed: true, requests }, {})
  }
}

const REQUESTERS = ['classics', 'novels'] as const
const PEOPLE = 1_500
const step = fc.record({
  kind: fc.constantFrom('ask', 'ask', 'ask', 'grant', 'grant', 'remove', 'end'),
  // Mostly the large tenant; the others are small, or grow large late.
  tenant: fc.constantFrom(FAT, FAT, FAT, FAT, FAT, 'thin', 'other'),
  requester: fc.constantFrom(...REQUESTERS),
  first: fc.nat(PEOPLE - 1),
  stride: fc.integer({ min: 1, max: 9 }),
  count: fc.integer({ min: 1, max: 160 }),
  pick: fc.nat(1_000),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
type Open = {
  request: { id: string; state: string; expiresAt?: number | null; answerBy: number | null } & Record<string, unknown>
  readonly tenant: string
  readonly from: string
  readonly named: Map<string, { removedAt: number | null }>
}

/** Applies each step to the projection and to the model. */
class Both {
  readonly projection = new AccessProjection()
  readonly model = new Model()
  readonly open: Open[] = []
  now = 0

  play({ kind, tenant, requester, first, stride, count, pick }: Step): void {
    this.now += 1
    const at = pick % this.open.length
    const one = this.open[at]
    if (kind === 'ask' || one === undefined) {
      this.ask(tenant, requester, first, stride, count, pick % 3 ? null : this.now + (pick % 40))
      return
    }
    const { request, named } = one
    const { granted, removed, ended } = changes(request.id, one.tenant, one.from)
    const left = [...named.keys()]
    if (kind === 'grant' && request.state === 'pending') {
      const [expiresAt, gone] = [pick % 3 ? null : this.now + 3, left.filter((_, n) => (n + pick) % 11 === 0)]
      apply(this.projection, granted(this.now, expiresAt, gone))
      Object.assign(request, { state: 'granted', grantedAt: this.now, expiresAt })
      for (const user of gone) this.remove(one, user)
    } else if (kind === 'end') {
      const lapses = request.state === 'pending' && request.answerBy !== null && request.answerBy <= this.now
      const state = request.state === 'granted' ? 'revoked' : lapses ? 'lapsed' : pick % 2 ? 'rejected' : 'withdrawn'
      const endedAt = lapses ? (request.answerBy ?? 0) : this.now
      apply(this.projection, ended(state, endedAt))
      Object.assign(request, { state, ...(!lapses && { endedAt }) })
      this.open.splice(at, 1)
    } else
      for (const user of left.slice(0, kind === 'remove' ? 5 : 1)) {
        apply(this.projection, removed(this.now, user))
        this.remove(one, user)
      }
  }

  private ask(tenant: string, from: string, first: number, stride: number, count: number, answerBy: number | null): void {
    const request = { id: `r-${this.now}`, state: 'pending', answerBy }
    const named = new Map(Array.from({ length: count }, (_, n) => [userAt((first + n * stride) % PEOPLE), { removedAt: null }]))
    apply(this.projection, changes(request.id, tenant, from).received(this.now, [...named.keys()], answerBy))
    for (const [user, state] of named) this.model.name(tenant, user, from, Object.assign(state, { request }) as never)
    this.open.push({ request, tenant, from, named })
  }

  private remove({ named }: Open, user: string): void {
    Object.assign(named.get(user) ?? {}, { removedAt: this.now })
    named.delete(user)
  }

  agree(): void {
    const access = accessOf(this.projection)
    for (const from of [null, ...REQUESTERS])
      for (const now of [this.now, this.now + 4]) {
        const may = (user: string, tenant: string) => this.model.decide(user, tenant, now, from).allowed
        for (const tenant of [FAT, 'thin', 'other']) {
          for (let n = 0; n <= PEOPLE; n++) {
            const expected = this.model.decide(userAt(n), tenant, now, from)
            deepEqual(access.decide(userAt(n), tenant, 'access-request', now, from), expected)
            equal(access.canImpersonate(userAt(n), tenant, 'access-request', now, from), expected.allowed)
          }
          const inside = users(PEOPLE).filter((user) => may(user, tenant))
          deepEqual(access.usersFor(tenant, now, from), inside.sort())
        }
        const tenantsOf = (user: string) => [FAT, 'other', 'thin'].filter((tenant) => may(user, tenant))
        for (let n = 0; n < PEOPLE; n += 50) deepEqual(access.tenantsFor(userAt(n), now, from), tenantsOf(userAt(n)))
      }
  }
}

describe('a tenant of many pairs', { timeout: 60_000 }, () => {
  it('answers as a model that drops nothing does, after any changes', async () => {
    const property = fc.property(fc.array(step, { minLength: 250, maxLength: 350 }), (steps) => {
      const both = new Both()
      for (const [n, one] of steps.entries()) {
        both.play(one)
        if (n % 120 === 119) both.agree()
      }
      both.agree()
    })
    await fc.assert(property, { numRuns: 4, seed: 14, endOnFailure: true })
  })

  it('knows each user, whether they come in order, backwards, or at once, and knows nobody else', () => {
    const count = 3 * MOST_PAIRS
    const inOrder = users(count)
    const backwards = [...inOrder].reverse()
    const spread = inOrder.map((_, n) => userAt((n * 7) % count))
    for (const order of [inOrder, backwards, spread]) {
      const projection = new AccessProjection()
      // The index of each user is the place in this order; others are between them.
      granted(projection, 'first', [...users(count), 'stranger'], 'elsewhere')
      for (const [n, user] of order.entries()) granted(projection, `r-${n}`, [user])
      granted(projection, 'at-once', order, 'at-once')
      for (const tenant of [FAT, 'at-once']) {
        expect(accessOf(projection).usersFor(tenant, 10)).toEqual([...inOrder].sort())
        expect(inOrder.filter((user) => reasonOf(projection, user, tenant) !== 'granted')).toEqual([])
        for (const nobody of ['stranger', 'unknown']) expect(reasonOf(projection, nobody, tenant)).toBe('not-associated')
      }
    }
  })

  it('keeps all requests of a user with more of them than a list has room for, and those of the users around', () => {
    for (const place of [0, 1, 2]) {
      const projection = new AccessProjection()
      granted(projection, 'order', users(3), 'elsewhere')
      const [fat, others] = [userAt(place), users(3).filter((_, n) => n !== place)]
      const ids = Array.from({ length: MOST_PAIRS + 500 }, (_, n) => `r-${n}`)
      for (const [n, id] of ids.entries()) granted(projection, id, n % 1_000 === 0 ? users(3) : [fat])
      const decision = accessOf(projection).decide(fat, FAT, 'access-request', 10)
      expect(decision.allowed && 'grantedBy' in decision && [...decision.grantedBy].sort()).toEqual([...ids].sort())
      for (const other of others)
        expect(accessOf(projection).decide(other, FAT, 'access-request', 10)).toHaveProperty('grantedBy.length', 3)
      expect(accessOf(projection).usersFor(FAT, 10)).toEqual(users(3))
      apply(projection, changes('r-0').removed(20, others[0] ?? ''), changes('r-1000').ended('revoked', 20))
      for (const [n, other] of others.entries())
        expect(accessOf(projection).decide(other, FAT, 'access-request', 30)).toHaveProperty('grantedBy.length', n === 0 ? 1 : 2)
    }
  })

  it('does not reach into the tenants that come after it', () => {
    const projection = new AccessProjection()
    for (let n = 0; n < 3; n++) granted(projection, `before-${n}`, users(MOST_PAIRS + 1, n), FAT)
    for (let n = 0; n < 40; n++) granted(projection, `after-${n}`, [userAt(n)], `tenant-${n}`)
    for (let n = 0; n < 40; n++) expect(accessOf(projection).usersFor(`tenant-${n}`, 10)).toEqual([userAt(n)])
    expect(accessOf(projection).tenantsFor(userAt(39), 10)).toEqual([FAT, 'tenant-39'])
    expect(accessOf(projection).decide(userAt(0), '', 'access-request', 10).reason).toBe('invalid-question')
  })
})

/** How many entries of typed arrays are moved by the work. */
function moved(work: () => void): number {
  const spy = vi.spyOn(Object.getPrototypeOf(Int32Array.prototype), 'copyWithin')
  try {
    work()
    return spy.mock.calls.reduce((sum, [, start, end]) => sum + (Number(end) - Number(start)), 0)
  } finally {
    spy.mockRestore()
  }
}

describe('one change', { timeout: 60_000 }, () => {
  it('moves few pairs of a tenant that has many', () => {
    const projection = new AccessProjection()
    for (let n = 0; n < 50; n++) granted(projection, `r-${n}`, users(2_000, n * 1_000))
    const most = Array.from({ length: 300 }, (_, n) =>
      moved(() => granted(projection, `next-${n}`, [userAt((n * 997) % 51_000), `new-${n}`])),
    )
    expect(Math.max(...most)).toBeLessThan(12 * MOST_PAIRS)
  })

  it('moves few pairs of the other users beside one who has many requests', () => {
    for (const place of [0, 1, 2]) {
      const projection = new AccessProjection()
      granted(projection, 'order', users(3))
      const ids = Array.from({ length: 3 * MOST_PAIRS }, (_, n) => `r-${n}`)
      for (const id of ids) apply(projection, changes(id).received(1, [userAt(place)]))
      granted(projection, 'crowd', users(8 * MOST_PAIRS, 3))
      const others = users(3).filter((_, n) => n !== place)
      const most = ids.slice(0, 50).map((id, n) => moved(() => granted(projection, `next-${id}`, [...others, userAt(3 + 9 * n)])))
      expect(Math.max(...most)).toBeLessThan(12 * MOST_PAIRS)
    }
  })

  it('moves few tenants of a user who is in many, and forgets none', () => {
    const projection = new AccessProjection()
    const tenants = Array.from({ length: 9_000 }, (_, n) => `tenant-${n}`)
    const most = tenants.map((tenant, n) => moved(() => granted(projection, `r-${n}`, ['caroline'], tenant)))
    expect(Math.max(...most)).toBeLessThan(2 * MOST_PAIRS)
    for (const [n, tenant] of tenants.entries()) granted(projection, `again-${n}`, ['caroline', 'charlotte'], tenant)
    for (const user of ['caroline', 'charlotte']) expect(accessOf(projection).tenantsFor(user, 10)).toEqual([...tenants].sort())
  })

  it('drops any number of ended requests of a user: only the latest decides, by its instant and its status (SPEC 5.4)', () => {
    for (const [latest, count] of [
      ['rejected', 12_000],
      ['withdrawn', 100],
    ] as const) {
      const projection = new AccessProjection()
      const ids = Array.from({ length: count }, (_, n) => `r-${n}`)
      for (const id of ids) apply(projection, changes(id).received(1, ['caroline']))
      for (const [n, id] of ids.entries()) apply(projection, changes(id).ended(n === 70 ? latest : 'withdrawn', n === 70 ? 9 : 3 + (n % 7)))
      apply(projection, changes('next').received(10, ['caroline']), changes('next').ended('withdrawn', 2))
      apply(projection, changes('other', FAT, 'novels').received(10, ['caroline']))
      expect(accessOf(projection).decide('caroline', FAT, 'access-request', 20, 'classics').reason).toBe(latest)
      expect(accessOf(projection).decide('caroline', FAT, 'access-request', 20, 'novels').reason).toBe('pending')
      const { index } = projection
      expect(
        index.userGrants.requestsOf(index.userIndex('caroline'), index.tenantIndex(FAT), index.requesterIndex('classics')),
      ).toHaveLength(2)
    }
  })
})
