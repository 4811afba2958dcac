/** An access: many tenants at once, its facts copied when handed over, and the reverse questions. */
import { describe, expect, it } from 'vitest'
import { accessFrom, type RequestFacts, type TenantFacts } from '../../src/decision.js'
import { TOM } from '../story/cast.js'
import { grantFacts, removedFacts } from './requests.js'

const tom: TenantFacts = {
  tenant: TOM,
  governed: true,
  requests: [
    { ...grantFacts('a', 100, 200), users: ['zoe', 'caroline', 'caroline'] } as RequestFacts,
    { ...grantFacts('b', 100), users: ['Zoe', '__proto__'] } as RequestFacts,
    removedFacts('c', 50),
  ],
}
const other: TenantFacts = { tenant: 'Other', governed: true, requests: [{ ...grantFacts('d', 150), tenant: 'Other' }] }

describe('tenantsFor and usersFor (SPEC 5.8)', () => {
  const access = accessFrom([tom, other])

  it('are the filter of the forward decision, in the order of ids', () => {
    expect(access.usersFor(TOM, 100)).toEqual(['Zoe', '__proto__', 'caroline', 'zoe'])
    expect(access.usersFor(TOM, new Date(200))).toEqual(['Zoe', '__proto__'])
    expect(access.usersFor(TOM, 99)).toEqual([])
    expect(access.tenantsFor('caroline', 150)).toEqual(['Other', TOM])
    expect(access.tenantsFor('caroline', new Date(200))).toEqual(['Other'])
    expect(access.tenantsFor('charlotte', 150)).toEqual([])
  })

  it('know nobody of an unknown tenant or user, and answer nothing to a malformed question', () => {
    expect(access.usersFor('nowhere', 150)).toEqual([])
    expect(access.tenantsFor('nobody', 150)).toEqual([])
    expect(access.usersFor(TOM, Number.NaN)).toEqual([])
    expect(access.tenantsFor('caroline', new Date(Number.NaN))).toEqual([])
    expect(access.tenantsFor(null as never, 150)).toEqual([])
    expect(access.usersFor({} as never, 150)).toEqual([])
  })
})

describe('facts handed over', () => {
  it('may come in pieces, in any order and more than once (SPEC 5.7)', () => {
    const pieces = tom.requests.map((request) => ({ ...tom, requests: [request] }))
    const access = accessFrom([...pieces.reverse(), other, { ...tom, governed: true, requests: [] }, tom])
    for (const now of [50, 100, 150, 200]) {
      expect(access.usersFor(TOM, now)).toEqual(accessFrom([tom]).usersFor(TOM, now))
    }
  })

  it('govern a tenant if any piece of them does, and only then', () => {
    const piece = { tenant: TOM, requests: [] }
    for (const pieces of [
      [true, false],
      [false, true],
    ]) {
      const access = accessFrom(
        pieces.map((governed) => ({ ...piece, governed })),
        { legacy: () => true },
      )
      expect(access.decide('wickham', TOM, 'legacy-support', 1).reason).toBe('legacy-closed')
    }
    const free = { ...piece, governed: false }
    expect(accessFrom([free, free], { legacy: () => true }).decide('wickham', TOM, 'legacy-support', 1).reason).toBe('legacy-permitted')
  })

  it('are copied: what happens to them later does not reach the access', () => {
    const request = { ...grantFacts('r', 100, 200), users: ['caroline'] }
    const mine = { tenant: TOM, governed: true, requests: [request] }
    const access = accessFrom([mine])
    Object.assign(request, { expiresAt: null })
    request.users.push('wickham')
    mine.requests.length = 0
    expect(access.canImpersonate('caroline', TOM, 'access-request', 150)).toBe(true)
    expect(access.canImpersonate('caroline', TOM, 'access-request', 200)).toBe(false)
    expect(access.canImpersonate('wickham', TOM, 'access-request', 150)).toBe(false)
  })
})
