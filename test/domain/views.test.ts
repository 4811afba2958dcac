/** Views of a request for each party, in every state, field by field (SPEC §6). */
import { describe, expect, it } from 'vitest'
import { myAccessView } from '../../src/domain/my-access-view.js'
import { toFacts } from '../../src/domain/request-facts.js'
import type { TenantRequest } from '../../src/domain/tenant-request-state.js'
import { incomingView, outgoingView } from '../../src/domain/views.js'
import { CLASSICS, TOM } from '../story/cast.js'
import {
  ANSWER_BY,
  ENDED_AT,
  EXPIRES_AT,
  endless,
  expired,
  GRANTED_AT,
  granted,
  lapsed,
  lapsing,
  pending,
  rejected,
  revoked,
  withdrawn,
} from './requests.js'

const NOW = 4000
const incoming = { id: 'tr-1', tag: '953-586', requestingTenant: CLASSICS, message: 'please', sentAt: 1000, answerBy: null }
const named = { accessRequest: 'ar-1', name: 'SupportAccess', users: ['caroline', 'charlotte'], removed: [] }
const outgoing = { id: 'tr-1', tag: '953-586', tenant: TOM, message: 'please', sentAt: 1000, answerBy: null, ...named }
const welcome = { at: GRANTED_AT, message: 'welcome' }
const enough = { at: ENDED_AT, message: 'enough' }
const clock = { by: 'clock', at: EXPIRES_AT, user: null, message: '' }

const unanswered = { status: 'lapsed', answerBy: ANSWER_BY, ended: { ...clock, at: ANSWER_BY } }
const byBecky = { ...enough, by: 'tenant', user: 'becky' }
const bySomebody = { ...byBecky, user: null }
const byRequester = { by: 'requester', at: ENDED_AT, message: '' }
/** A grant as a view shows it to a party, which sees this user as the answerer. */
const shown = (revision: number, status: string, user: string | null, more: object = {}) => {
  return { revision, status, answer: { ...welcome, user }, expiresAt: EXPIRES_AT, ...more }
}

describe('the incoming view', () => {
  it.each([
    ['pending', pending, NOW, { revision: 1, status: 'pending' }],
    ['pending before the instant of its grant, without the answer', granted, GRANTED_AT - 1, { revision: 2, status: 'pending' }],
    ['granted from its instant on, a hidden removal uncounted', { ...granted, revision: 3 }, GRANTED_AT, shown(2, 'granted', 'becky')],
    ['granted until 1 ms before its expiry', granted, EXPIRES_AT - 1, shown(2, 'granted', 'becky')],
    ['granted without an end', endless, NOW, shown(2, 'granted', 'becky', { expiresAt: null })],
    ['expired, not recorded', granted, EXPIRES_AT, shown(2, 'expired', 'becky', { ended: clock })],
    ['expired at every instant, once that is recorded', expired, NOW, shown(3, 'expired', 'becky', { ended: clock })],
    ['revoked', revoked, NOW, shown(3, 'revoked', 'becky', { ended: byBecky })],
    ['rejected', rejected, NOW, { revision: 2, status: 'rejected', answer: { ...enough, user: 'becky' }, ended: byBecky }],
    ['withdrawn', withdrawn, NOW, { revision: 2, status: 'withdrawn', ended: { ...byRequester, user: null } }],
    ['pending until 1 ms before it lapses', lapsing, ANSWER_BY - 1, { revision: 1, status: 'pending', answerBy: ANSWER_BY }],
    ['lapsed, not recorded', lapsing, ANSWER_BY, { revision: 1, ...unanswered }],
    ['lapsed at every instant, once that is recorded', lapsed, 0, { revision: 2, ...unanswered }],
  ])('shows the tenant its own colleagues’ answers: %s', (_, request, now, life) =>
    expect(incomingView(request, now)).toEqual({ ...incoming, ...life }),
  )
})

describe('the outgoing view', () => {
  it.each([
    ['pending', pending, { revision: 1, status: 'pending' }],
    ['granted, every removal counted', { ...granted, revision: 3 }, shown(3, 'granted', null)],
    ['revoked', revoked, shown(3, 'revoked', null, { ended: bySomebody })],
    ['rejected', rejected, { revision: 2, status: 'rejected', answer: { ...enough, user: null }, ended: bySomebody }],
    ['lapsed', lapsed, { revision: 2, ...unanswered }],
    ['withdrawn', withdrawn, { revision: 2, status: 'withdrawn', ended: { ...byRequester, user: 'elizabeth' } }],
  ])('shows the requester everything except the answerer: %s', (_, request, life) =>
    expect(outgoingView(request, 'SupportAccess', NOW)).toEqual({ ...outgoing, ...life }),
  )
})

describe('my access', () => {
  const mine = (request: TenantRequest, now = NOW, renewalPending = false) => {
    const message = 'grantMessage' in request ? request.grantMessage : ''
    return myAccessView('caroline', toFacts(request), { message, renewalPending }, now)
  }
  const row = { tenant: TOM, requestingTenant: CLASSICS, tenantRequest: 'tr-1' }
  const holding = { ...row, status: 'granted', message: 'welcome', grantedAt: GRANTED_AT, renewalPending: false }

  it('is a row with the status, and for a grant its message and expiry', () => {
    expect(mine(pending)).toEqual({ ...row, status: 'pending' })
    expect(mine(granted)).toEqual({ ...holding, expiresAt: EXPIRES_AT })
    expect(mine(granted, NOW, true)).toEqual({ ...holding, expiresAt: EXPIRES_AT, renewalPending: true })
    expect(mine(expired)).toEqual({ ...row, status: 'expired' })
    expect(mine(granted, EXPIRES_AT)).toEqual({ ...row, status: 'expired' })
    expect(mine(lapsing, ANSWER_BY)).toEqual({ ...row, status: 'lapsed' })
    expect(mine({ ...granted, users: ['charlotte'], removed: [{ user: 'caroline', at: 1 }] })).toEqual({ ...row, status: 'removed' })
  })

  it('shows the message and the expiry of a grant that holds only', () => {
    expect(mine(endless)).toEqual({ ...holding, expiresAt: null })
    expect(mine(granted, GRANTED_AT - 1)).toEqual({ ...row, status: 'pending' })
    expect(mine(revoked)).toEqual({ ...row, status: 'revoked' })
  })

  it('has no row for a user who was never associated', () => {
    expect(myAccessView('wickham', toFacts(granted), { message: 'welcome', renewalPending: false }, NOW)).toBeUndefined()
  })
})
