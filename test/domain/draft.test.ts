/** Drafts: each step returns a new draft and leaves the old one unchanged (SPEC 3.1). */
import { describe, expect, it } from 'vitest'
import { addAssociation, assign, draftRequest, removeAssociation, unassign } from '../../src/domain/draft.js'
import { HUNDRED, SUPPORT_ACCESS, TOM } from '../story/cast.js'

describe('a draft', () => {
  it('starts empty', () => {
    expect(draftRequest()).toEqual({ name: '', message: '', associations: [] })
    expect(Object.isFrozen(draftRequest())).toBe(true)
  })

  it('is composed step by step into the input of submit', () => {
    const empty = draftRequest(SUPPORT_ACCESS.name, SUPPORT_ACCESS.message)
    const one = addAssociation(empty, { users: ['caroline', 'caroline'], tenants: [TOM, TOM] })
    const two = assign(addAssociation(one), 1, { users: ['charlotte', 'charlotte'] })
    const three = assign(two, 1, { users: ['charlotte'], tenants: [TOM, HUNDRED] })
    expect(three).toEqual(SUPPORT_ACCESS)
    expect(Object.isFrozen(three.associations[1]?.users)).toBe(true)
    expect([empty.associations.length, one.associations.length, two.associations[1]]).toEqual([0, 1, { users: ['charlotte'], tenants: [] }])
  })

  it('loses the users, tenants and associations that are removed', () => {
    const one = addAssociation(draftRequest('a'), { users: ['u', 'v'], tenants: ['s', 't'] })
    const draft = addAssociation(one, { users: ['w'], tenants: ['t'] })
    expect(unassign(draft, 0, { users: ['u', 'nobody'] }).associations[0]).toEqual({ users: ['v'], tenants: ['s', 't'] })
    expect(unassign(draft, 0, { tenants: ['t'] }).associations[0]).toEqual({ users: ['u', 'v'], tenants: ['s'] })
    expect(removeAssociation(draft, 0).associations).toEqual([{ users: ['w'], tenants: ['t'] }])
    expect(draft.associations.length).toBe(2)
  })

  it('keeps the users and tenants that are neither assigned nor unassigned', () => {
    const draft = addAssociation(draftRequest('a'), { users: ['u'], tenants: ['t'] })
    for (const change of [assign, unassign]) expect(change(draft, 0, {}).associations).toEqual([{ users: ['u'], tenants: ['t'] }])
    expect(assign(draft, 0, { users: ['v'] }).associations[0]).toEqual({ users: ['u', 'v'], tenants: ['t'] })
    expect(assign(draft, 0, { tenants: ['s'] }).associations[0]).toEqual({ users: ['u'], tenants: ['t', 's'] })
  })

  it('refuses the index of an association it does not have', () => {
    const draft = addAssociation(draftRequest('a'))
    for (const index of [-1, 1, 0.5, Number.NaN, '0' as never, '__proto__' as never]) {
      const refusal = expect.objectContaining({
        code: 'invalid-input',
        message: `the draft has no association \`${index}\`: count from 0`,
        issues: [{ path: ['associations', index], code: 'invalid', message: `the draft has no association \`${index}\`: count from 0` }],
      })
      expect(() => removeAssociation(draft, index)).toThrow(refusal)
      expect(() => assign(draft, index, {})).toThrow(refusal)
      expect(() => unassign(draft, index, {})).toThrow(refusal)
    }
  })
})
