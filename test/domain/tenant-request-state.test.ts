/** Events of a tenant request: folding gives its state, and an event that cannot follow is corrupt (SPEC 8.1). */
import { describe, expect, it } from 'vitest'
import { isConsentryError } from '../../src/domain/error.js'
import type { TenantRequestEvent } from '../../src/domain/event.js'
import { evolve, fold, initialState, TenantRequest, toFacts } from '../../src/domain/tenant-request-state.js'
import { CLASSICS, TOM } from '../story/cast.js'
import { everyState, expired, granted, pending, rejected, revoked, withdrawn } from './requests.js'

const common = { accessRequest: 'ar-1', tenantRequest: 'tr-1', requestingTenant: CLASSICS, tenant: TOM, version: 1 } as const
const by = { user: 'becky', tenant: TOM }
const received: TenantRequestEvent & { type: 'tenant-request.received' } = {
  ...common,
  id: 'e1',
  at: 1000,
  by: { user: 'elizabeth', tenant: CLASSICS },
  revision: 1,
  type: 'tenant-request.received',
  users: ['caroline', 'charlotte'],
  message: 'please',
}
const later = (revision: number) => ({ ...common, id: `e${revision}`, at: 9000, by, revision })
const all = (revision: number): readonly TenantRequestEvent[] => [
  { ...received, revision },
  { ...later(revision), type: 'tenant-request.granted', message: '', expiresAt: null },
  { ...later(revision), type: 'tenant-request.rejected', message: '' },
  { ...later(revision), type: 'tenant-request.withdrawn', removedUser: null },
  { ...later(revision), type: 'tenant-request.expiry-set', expiresAt: 9500 },
  { ...later(revision), type: 'tenant-request.user-removed', removedUser: 'caroline' },
  { ...later(revision), type: 'tenant-request.revoked', message: '', removedUser: null },
  { ...later(revision), by: 'clock', type: 'tenant-request.expired' },
]
const follow: Record<string, readonly string[]> = {
  pending: ['granted', 'rejected', 'withdrawn', 'user-removed'],
  granted: ['expiry-set', 'user-removed', 'revoked', 'expired'],
}

describe('evolve', () => {
  for (const request of everyState) {
    for (const event of all(request.revision + 1)) {
      const name = event.type.replace('tenant-request.', '')
      const may = follow[request.state]?.includes(name) ?? false
      it(`${name} ${may ? 'may' : 'cannot'} follow ${request.state}`, () => {
        if (may) expect(TenantRequest.parse(evolve(request, event))).toMatchObject({ revision: request.revision + 1, changedAt: event.at })
        else expect(() => evolve(request, event)).toThrow(expect.objectContaining({ code: 'corrupt' }))
      })
    }
  }

  it('refuses another request’s event, a repeated event and an event after a gap, and names it', () => {
    const event = all(2)[2]
    if (!event) throw new Error('no event')
    expect(() => evolve({ ...pending, id: 'other' }, event)).toThrow(expect.objectContaining({ code: 'corrupt' }))
    expect(() => evolve(pending, { ...event, revision: 1 })).toThrow(expect.objectContaining({ code: 'corrupt' }))
    try {
      evolve(pending, { ...event, revision: 3 })
      expect.unreachable()
    } catch (error) {
      expect(isConsentryError(error, 'corrupt') && error).toMatchObject({
        message: 'event `e2` cannot be applied: the request is `pending`',
        issues: [{ path: ['tenant-request.rejected', 'e2'], code: 'invalid', message: 'cannot be applied at revision `1`' }],
      })
    }
  })
})

describe('fold', () => {
  it('returns the state at every prefix', () => {
    const events: TenantRequestEvent[] = [
      received,
      { ...later(2), at: 2000, type: 'tenant-request.granted', message: 'welcome', expiresAt: 5000 },
      { ...later(3), at: 3000, type: 'tenant-request.revoked', message: 'enough', removedUser: null },
    ]
    expect(events.map((_, index) => fold(events.slice(0, index + 1)))).toEqual([pending, granted, revoked])
  })

  it('is corrupt without the first event', () => {
    expect(() => fold([])).toThrow(
      expect.objectContaining({
        code: 'corrupt',
        message: 'the first event of a tenant request must be `tenant-request.received`',
        issues: [],
      }),
    )
    expect(() => fold(all(2).slice(1, 2))).toThrow(expect.objectContaining({ code: 'corrupt' }))
  })

  it('starts with the received event', () => {
    expect(initialState(received)).toEqual(pending)
  })
})

describe('toFacts', () => {
  it('returns exactly what decisions need', () => {
    const part = { id: 'tr-1', tenant: TOM, users: ['caroline', 'charlotte'], removed: [], sentAt: 1000 }
    expect([pending, granted, expired, revoked, rejected, withdrawn].map(toFacts)).toStrictEqual([
      { ...part, state: 'pending' },
      { ...part, state: 'granted', grantedAt: 2000, expiresAt: 5000 },
      { ...part, state: 'expired', grantedAt: 2000, expiresAt: 5000 },
      { ...part, state: 'revoked', grantedAt: 2000, expiresAt: 5000, endedAt: 3000 },
      { ...part, state: 'rejected', endedAt: 3000 },
      { ...part, state: 'withdrawn', endedAt: 3000 },
    ])
  })
})
