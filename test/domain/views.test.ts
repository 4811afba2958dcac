/** Views of a request for each party, in every state, field by field (SPEC §6). */
import { describe, expect, it } from 'vitest'
import { incomingView, myAccessView, outgoingView } from '../../src/domain/views.js'
import { CLASSICS, TOM } from '../story/cast.js'
import { ENDED_AT, EXPIRES_AT, endless, expired, GRANTED_AT, granted, pending, rejected, revoked, withdrawn } from './requests.js'

const NOW = 4000
const incoming = { id: 'tr-1', requestingTenant: CLASSICS, message: 'please', sentAt: 1000 }
const outgoing = {
  id: 'tr-1',
  accessRequest: 'ar-1',
  name: 'SupportAccess',
  tenant: TOM,
  users: ['caroline', 'charlotte'],
  removed: [],
  message: 'please',
  sentAt: 1000,
}
const welcome = { at: GRANTED_AT, message: 'welcome' }
const enough = { at: ENDED_AT, message: 'enough' }
const clock = { by: 'clock', at: EXPIRES_AT, user: null, message: '' }

describe('the incoming view', () => {
  it('shows the tenant its own colleagues’ answers, in every state', () => {
    const answer = { ...welcome, user: 'becky' }
    const ended = { ...enough, by: 'tenant', user: 'becky' }
    expect(incomingView(pending, NOW)).toEqual({ ...incoming, revision: 1, status: 'pending' })
    expect(incomingView(granted, NOW)).toEqual({ ...incoming, revision: 2, status: 'granted', answer, expiresAt: EXPIRES_AT })
    expect(incomingView(endless, NOW)).toEqual({ ...incoming, revision: 2, status: 'granted', answer, expiresAt: null })
    expect(incomingView(granted, EXPIRES_AT)).toEqual({
      ...incoming,
      revision: 2,
      status: 'expired',
      answer,
      expiresAt: EXPIRES_AT,
      ended: clock,
    })
    expect(incomingView(expired, NOW)).toEqual({ ...incoming, revision: 3, status: 'granted', answer, expiresAt: EXPIRES_AT })
    expect(incomingView(expired, EXPIRES_AT)).toEqual({
      ...incoming,
      revision: 3,
      status: 'expired',
      answer,
      expiresAt: EXPIRES_AT,
      ended: clock,
    })
    expect(incomingView(revoked, NOW)).toEqual({ ...incoming, revision: 3, status: 'revoked', answer, expiresAt: EXPIRES_AT, ended })
    expect(incomingView(rejected, NOW)).toEqual({
      ...incoming,
      revision: 2,
      status: 'rejected',
      answer: { ...enough, user: 'becky' },
      ended,
    })
    expect(incomingView(withdrawn, NOW)).toEqual({
      ...incoming,
      revision: 2,
      status: 'withdrawn',
      ended: { by: 'requester', at: ENDED_AT, user: null, message: '' },
    })
  })

  it('shows a request as pending before the instant of its grant, without the answer', () => {
    expect(incomingView(granted, GRANTED_AT - 1)).toEqual({ ...incoming, revision: 2, status: 'pending' })
    expect(incomingView(granted, GRANTED_AT).status).toBe('granted')
    expect(incomingView(granted, EXPIRES_AT - 1).status).toBe('granted')
  })
})

describe('the outgoing view', () => {
  it('shows the requester everything except the answerer, in every state', () => {
    const answer = { ...welcome, user: null }
    const ended = { ...enough, by: 'tenant', user: null }
    expect(outgoingView(pending, 'SupportAccess', NOW)).toEqual({ ...outgoing, revision: 1, status: 'pending' })
    expect(outgoingView(granted, 'SupportAccess', NOW)).toEqual({
      ...outgoing,
      revision: 2,
      status: 'granted',
      answer,
      expiresAt: EXPIRES_AT,
    })
    expect(outgoingView(revoked, 'SupportAccess', NOW)).toEqual({
      ...outgoing,
      revision: 3,
      status: 'revoked',
      answer,
      expiresAt: EXPIRES_AT,
      ended,
    })
    expect(outgoingView(rejected, 'SupportAccess', NOW)).toEqual({
      ...outgoing,
      revision: 2,
      status: 'rejected',
      answer: { ...enough, user: null },
      ended,
    })
    expect(outgoingView(withdrawn, 'SupportAccess', NOW)).toEqual({
      ...outgoing,
      revision: 2,
      status: 'withdrawn',
      ended: { by: 'requester', at: ENDED_AT, user: 'elizabeth', message: '' },
    })
  })
})

describe('my access', () => {
  const mine = (requests: Parameters<typeof myAccessView>[2], now = NOW) => myAccessView('caroline', TOM, requests, now)

  it('is a row with the status, and for a grant its message and expiry', () => {
    expect(mine([pending])).toEqual({ tenant: TOM, status: 'pending' })
    expect(mine([granted])).toEqual({ tenant: TOM, status: 'granted', message: 'welcome', expiresAt: EXPIRES_AT })
    expect(mine([expired])).toEqual({ tenant: TOM, status: 'granted', message: 'welcome', expiresAt: EXPIRES_AT })
    expect(mine([granted], EXPIRES_AT)).toEqual({ tenant: TOM, status: 'expired' })
    expect(mine([{ ...granted, users: ['charlotte'], removed: [{ user: 'caroline', at: 1 }] }])).toEqual({ tenant: TOM, status: 'removed' })
  })

  it('has the grant that ends last, then the one granted last', () => {
    const longer = { ...granted, id: 'tr-2', grantMessage: 'longer', expiresAt: EXPIRES_AT + 1 }
    const later = { ...granted, id: 'tr-3', grantMessage: 'later', grantedAt: GRANTED_AT + 1 }
    expect(mine([granted, longer, later, pending])).toMatchObject({ message: 'longer' })
    expect(mine([granted, later])).toMatchObject({ message: 'later' })
    expect(mine([{ ...endless, id: 'tr-4', grantMessage: 'endless' }, longer])).toMatchObject({ message: 'endless', expiresAt: null })
  })

  it('has no row for a user who was never associated', () => {
    expect(mine([])).toBeUndefined()
    expect(myAccessView('wickham', TOM, [granted], NOW)).toBeUndefined()
  })
})
