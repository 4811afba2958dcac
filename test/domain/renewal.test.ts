/** Renewal: which requests can be renewed by whom, and what the draft holds (SPEC 6.12). */
import { describe, expect, it } from 'vitest'
import { checkRenewable, renewalOf } from '../../src/domain/renewal.js'
import { CLASSICS, elizabeth, person, TOM, tomAdmin } from '../story/cast.js'
import { ANSWER_BY, expired, granted, lapsed, lapsing, pending, rejected, revoked, withdrawn } from './requests.js'

describe('a renewal', () => {
  it.each([
    ['granted', granted, undefined],
    ['expired', expired, undefined],
    ['revoked', revoked, undefined],
    ['pending', pending, { code: 'not-active', status: 'pending' }],
    ['lapsed, not recorded', lapsing, { code: 'not-active', status: 'lapsed' }],
    ['lapsed', lapsed, { code: 'not-active', status: 'lapsed' }],
    ['rejected', rejected, { code: 'not-active', status: 'rejected' }],
    ['withdrawn', withdrawn, { code: 'not-active', status: 'withdrawn' }],
  ])('of one that is %s', (_, request, refusal) => expect(checkRenewable(request, elizabeth, ANSWER_BY)).toEqual(refusal))

  it('is for the requesting tenant alone: permission, then party, then state (SPEC 4.7)', () => {
    const code = (actor: typeof elizabeth) => checkRenewable(pending, actor, 0)?.code
    expect(code(tomAdmin)).toBe('not-permitted')
    expect(code(person('x', 'rival', 'submit'))).toBe('not-found')
    expect(code(person('becky', TOM, 'submit'))).toBe('wrong-party')
    expect(code(person('elizabeth', CLASSICS, 'submit'))).toBe('not-active')
  })

  it('is a draft with the users who are still members, maybe none', () => {
    const association = { users: ['charlotte'], tenants: [TOM] }
    const draft = { name: 'SupportAccess', message: 'please', associations: [association] }
    expect(renewalOf(granted, 'SupportAccess', new Set(['charlotte', 'wickham']))).toEqual(draft)
    expect(renewalOf(granted, 'SupportAccess', new Set())).toEqual({ ...draft, associations: [{ ...association, users: [] }] })
  })
})
