/** Folding a tenant request's events, of which some cannot follow (SPEC 8.1). */
import { describe, expect, it } from 'vitest'
import type { TenantRequestEvent } from '../../src/domain/event.js'
import { toFacts } from '../../src/domain/request-facts.js'
import { evolve, fold, TenantRequest } from '../../src/domain/tenant-request-state.js'
import { CLASSICS, TOM } from '../story/cast.js'
import { ofRequest, type received } from './events.js'
import { ANSWER_BY, everyState, expired, granted, lapsed, lapsing, pending, rejected, revoked, withdrawn } from './requests.js'

const all = (revision: number): readonly TenantRequestEvent[] => ofRequest.map((event) => ({ ...event, at: 9000, revision }))
const [first, grant, , , , , revoke] = ofRequest as readonly [typeof received, ...TenantRequestEvent[]]
const history = [
  { ...first, at: 1000, revision: 1, message: 'please', answerBy: null },
  { ...grant, at: 2000, revision: 2, expiresAt: 5000, removedUsers: [] },
  { ...revoke, at: 3000, revision: 3 },
] as readonly TenantRequestEvent[]

const corrupt = (fields = {}) => expect.objectContaining({ code: 'corrupt', ...fields })
const follow: Record<string, readonly string[]> = {
  pending: ['granted', 'rejected', 'withdrawn', 'user-removed', 'lapsed'],
  granted: ['expiry-set', 'user-removed', 'revoked', 'expired'],
}

describe('evolve', () => {
  for (const request of everyState)
    for (const event of all(request.revision + 1)) {
      const name = event.type.replace('tenant-request.', '')
      const may = follow[request.state]?.includes(name) ?? false
      it(`${name} ${may ? 'may' : 'cannot'} follow ${request.state}`, () => {
        // Only what the tenant may see counts for it (SPEC 4.10).
        const tenantRevision = request.tenantRevision + (name === 'user-removed' ? 0 : 1)
        const after = { revision: request.revision + 1, tenantRevision, changedAt: event.at }
        if (may) expect(TenantRequest.parse(evolve(request, event))).toMatchObject(after)
        else expect(() => evolve(request, event)).toThrow(corrupt())
      })
    }

  it('refuses another request’s event, a repeated event and an event after a gap, and names it', () => {
    const event = all(2)[2]
    if (!event) throw new Error('no event')
    expect(() => evolve({ ...pending, id: 'other' }, event)).toThrow(corrupt())
    expect(() => evolve(pending, { ...event, revision: 1 })).toThrow(corrupt())
    const issues = [{ path: ['tenant-request.rejected', 'e'], code: 'invalid', message: 'cannot be applied at revision `1`' }]
    const refusal = corrupt({ message: 'event `e` cannot be applied: the request is `pending`', issues })
    expect(() => evolve(pending, { ...event, revision: 3 })).toThrow(refusal)
  })
})

describe('fold', () => {
  it('returns the state at every prefix', () =>
    expect(history.map((_, index) => fold(history.slice(0, index + 1)))).toEqual([pending, granted, revoked]))

  it('is corrupt without the first event', () => {
    const message = 'the first event of a tenant request must be `tenant-request.received`'
    expect(() => fold([])).toThrow(corrupt({ message, issues: [] }))
    expect(() => fold(all(2).slice(1, 2))).toThrow(corrupt())
  })
})

it('toFacts returns exactly what decisions need', () => {
  const part = { id: 'tr-1', requestingTenant: CLASSICS, tenant: TOM, users: ['caroline', 'charlotte'], removed: [], sentAt: 1000 }
  expect([pending, lapsing, granted, expired, revoked, rejected, withdrawn, lapsed].map(toFacts)).toStrictEqual([
    { ...part, state: 'pending', answerBy: null },
    { ...part, state: 'pending', answerBy: ANSWER_BY },
    { ...part, state: 'granted', grantedAt: 2000, expiresAt: 5000 },
    { ...part, state: 'expired', grantedAt: 2000, expiresAt: 5000 },
    { ...part, state: 'revoked', grantedAt: 2000, expiresAt: 5000, endedAt: 3000 },
    { ...part, state: 'rejected', endedAt: 3000 },
    { ...part, state: 'withdrawn', endedAt: 3000 },
    { ...part, state: 'lapsed', answerBy: ANSWER_BY },
  ])
})
