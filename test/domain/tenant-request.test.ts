/** Commands on a tenant request: every edge of SPEC §4, and every refusal in its order. */
import { describe, expect, it } from 'vitest'
import type { Refusal, Result } from '../../src/domain/refusal.js'
import { expire, grant, reject, removeUser, revoke, setExpiry, withdraw } from '../../src/domain/tenant-request.js'
import { evolve, type TenantRequest } from '../../src/domain/tenant-request-state.js'
import { CLASSICS, HUNDRED, person, TOM } from '../story/cast.js'
import {
  answering,
  ENDED_AT,
  EXPIRES_AT,
  endless,
  everyState,
  expired,
  GRANTED_AT,
  granted,
  pending,
  rejected,
  requesting,
  revoked,
  withdrawn,
} from './requests.js'

const NOW = 2500
const answer = { message: 'welcome', expiresAt: null }

function refusalOf(result: Result<unknown>): Refusal | undefined {
  return result.ok ? undefined : result.refusal
}
function codeOf(result: Result<unknown>): string | undefined {
  return refusalOf(result)?.code
}
const envelope = { id: 'event', tenantRequest: 'tr-1', accessRequest: 'ar-1', requestingTenant: CLASSICS, tenant: TOM, version: 1 }
const becky = { user: 'becky', tenant: TOM }
const elizabethBy = { user: 'elizabeth', tenant: CLASSICS }

describe('grant', () => {
  it('makes a pending request granted, from now, with its message and expiry', () => {
    const result = grant(pending, { message: 'welcome', expiresAt: 9000 }, answering(NOW))
    expect(result).toEqual({
      ok: true,
      value: { ...envelope, type: 'tenant-request.granted', at: NOW, by: becky, revision: 2, message: 'welcome', expiresAt: 9000 },
    })
    if (!result.ok) throw new Error('refused')
    expect(evolve(pending, result.value)).toEqual({
      ...pending,
      state: 'granted',
      grantedAt: NOW,
      grantedBy: 'becky',
      grantMessage: 'welcome',
      expiresAt: 9000,
      changedAt: NOW,
      revision: 2,
    })
  })

  it('needs no expiry if the policy sets no `maxGrant`', () => {
    expect(grant(pending, answer, answering(NOW)).ok).toBe(true)
  })

  it('accepts an expiry one millisecond after now, and refuses one at or before now', () => {
    expect(grant(pending, { ...answer, expiresAt: NOW + 1 }, answering(NOW)).ok).toBe(true)
    expect(refusalOf(grant(pending, { ...answer, expiresAt: NOW }, answering(NOW)))).toEqual({
      code: 'expires-too-soon',
      expiresAt: NOW,
      after: NOW,
    })
    expect(codeOf(grant(pending, { ...answer, expiresAt: NOW - 1 }, answering(NOW)))).toBe('expires-too-soon')
  })

  it('with `maxGrant`, must expire at its end or earlier (SPEC 4.4)', () => {
    const context = answering(NOW, { policy: { maxGrant: 100 } })
    expect(refusalOf(grant(pending, answer, context))).toEqual({ code: 'expiry-required', latest: NOW + 100 })
    expect(grant(pending, { ...answer, expiresAt: NOW + 100 }, context).ok).toBe(true)
    expect(refusalOf(grant(pending, { ...answer, expiresAt: NOW + 101 }, context))).toEqual({
      code: 'expires-too-late',
      expiresAt: NOW + 101,
      latest: NOW + 100,
    })
  })

  it('is dated at the last event if the clock stepped back (SPEC 4.8)', () => {
    const late = { ...pending, changedAt: 9000 }
    const result = grant(late, answer, answering(NOW))
    expect(result.ok && result.value.at).toBe(9000)
    expect(codeOf(grant(late, { ...answer, expiresAt: 9000 }, answering(NOW)))).toBe('expires-too-soon')
  })
})

describe('reject', () => {
  it('makes a pending request rejected', () => {
    const result = reject(pending, { message: 'enough' }, answering(ENDED_AT))
    expect(result).toEqual({
      ok: true,
      value: { ...envelope, type: 'tenant-request.rejected', at: ENDED_AT, by: becky, revision: 2, message: 'enough' },
    })
    if (!result.ok) throw new Error('refused')
    expect(evolve(pending, result.value)).toEqual(rejected)
  })
})

describe('withdraw', () => {
  it('makes a pending request withdrawn, by the requester', () => {
    const result = withdraw(pending, {}, requesting(ENDED_AT))
    expect(result).toEqual({
      ok: true,
      value: { ...envelope, type: 'tenant-request.withdrawn', at: ENDED_AT, by: elizabethBy, revision: 2, removedUser: null },
    })
    if (!result.ok) throw new Error('refused')
    expect(evolve(pending, result.value)).toEqual(withdrawn)
  })
})

describe('setExpiry', () => {
  it('adds, shortens, prolongs or repeats the end of a grant that holds', () => {
    for (const [request, expiresAt] of [
      [endless, 9000],
      [granted, 4000],
      [granted, 9000],
      [granted, EXPIRES_AT],
    ] as const) {
      const result = setExpiry(request, { expiresAt }, answering(NOW))
      expect(result).toEqual({
        ok: true,
        value: { ...envelope, type: 'tenant-request.expiry-set', at: NOW, by: becky, revision: 3, expiresAt },
      })
      if (!result.ok) throw new Error('refused')
      expect(evolve(request, result.value)).toEqual({ ...request, expiresAt, changedAt: NOW, revision: 3 })
    }
  })

  it('is refused at the expiry itself, and accepted one millisecond before', () => {
    expect(setExpiry(granted, { expiresAt: 9000 }, answering(EXPIRES_AT - 1)).ok).toBe(true)
    expect(refusalOf(setExpiry(granted, { expiresAt: 9000 }, answering(EXPIRES_AT)))).toEqual({ code: 'not-active', status: 'expired' })
  })

  it('must be after now, and within `maxGrant` of the grant', () => {
    const context = answering(NOW, { policy: { maxGrant: 1000 } })
    expect(codeOf(setExpiry(granted, { expiresAt: NOW }, context))).toBe('expires-too-soon')
    expect(setExpiry(granted, { expiresAt: NOW + 1 }, context).ok).toBe(true)
    expect(setExpiry(granted, { expiresAt: GRANTED_AT + 1000 }, context).ok).toBe(true)
    expect(refusalOf(setExpiry(granted, { expiresAt: GRANTED_AT + 1001 }, context))).toEqual({
      code: 'expires-too-late',
      expiresAt: GRANTED_AT + 1001,
      latest: GRANTED_AT + 1000,
    })
  })
})

describe('revoke', () => {
  it('ends a grant that holds, by the tenant and with its message', () => {
    const result = revoke(granted, { message: 'enough' }, answering(ENDED_AT))
    expect(result).toEqual({
      ok: true,
      value: { ...envelope, type: 'tenant-request.revoked', at: ENDED_AT, by: becky, revision: 3, message: 'enough', removedUser: null },
    })
    if (!result.ok) throw new Error('refused')
    expect(evolve(granted, result.value)).toEqual(revoked)
  })

  it('ends a grant that holds by the requester too', () => {
    const result = revoke(granted, { message: '' }, requesting(ENDED_AT))
    expect(result.ok && result.value.by).toEqual(elizabethBy)
  })

  it('is refused for an actor who has only the other party’s permission', () => {
    expect(codeOf(revoke(granted, { message: '' }, answering(NOW, { actor: person('becky', TOM, 'submit') })))).toBe('not-permitted')
    expect(codeOf(revoke(granted, { message: '' }, answering(NOW, { actor: person('eve', CLASSICS, 'answer') })))).toBe('not-permitted')
  })

  it('is refused from the expiry on', () => {
    expect(revoke(granted, { message: '' }, answering(EXPIRES_AT - 1)).ok).toBe(true)
    expect(refusalOf(revoke(granted, { message: '' }, answering(EXPIRES_AT)))).toEqual({ code: 'not-active', status: 'expired' })
  })
})

describe('removeUser', () => {
  it('removes one of several users, with the instant of the removal', () => {
    const result = removeUser(granted, { user: 'caroline' }, requesting(NOW))
    expect(result).toEqual({
      ok: true,
      value: { ...envelope, type: 'tenant-request.user-removed', at: NOW, by: elizabethBy, revision: 3, removedUser: 'caroline' },
    })
    if (!result.ok) throw new Error('refused')
    expect(evolve(granted, result.value)).toEqual({
      ...granted,
      users: ['charlotte'],
      removed: [{ user: 'caroline', at: NOW }],
      changedAt: NOW,
      revision: 3,
    })
  })

  it('withdraws a pending request when it removes the last user, by one event', () => {
    const alone = { ...pending, users: ['caroline'], removed: [{ user: 'charlotte', at: 1500 }] }
    const result = removeUser(alone, { user: 'caroline' }, requesting(ENDED_AT))
    expect(result.ok && result.value).toEqual({
      ...envelope,
      type: 'tenant-request.withdrawn',
      at: ENDED_AT,
      by: elizabethBy,
      revision: 2,
      removedUser: 'caroline',
    })
    if (!result.ok) throw new Error('refused')
    expect(evolve(alone, result.value)).toEqual({
      ...withdrawn,
      users: [],
      removed: [
        { user: 'charlotte', at: 1500 },
        { user: 'caroline', at: ENDED_AT },
      ],
    })
  })

  it('revokes a grant when it removes the last user, by one event', () => {
    const alone = { ...granted, users: ['caroline'] }
    const result = removeUser(alone, { user: 'caroline' }, requesting(ENDED_AT))
    expect(result.ok && result.value).toEqual({
      ...envelope,
      type: 'tenant-request.revoked',
      at: ENDED_AT,
      by: elizabethBy,
      revision: 3,
      message: '',
      removedUser: 'caroline',
    })
    if (!result.ok) throw new Error('refused')
    expect(evolve(alone, result.value)).toEqual({
      ...revoked,
      endedBy: elizabethBy,
      endMessage: '',
      users: [],
      removed: [{ user: 'caroline', at: ENDED_AT }],
    })
  })

  it('is refused for a user the request does not name, and for a grant that has ended', () => {
    expect(refusalOf(removeUser(granted, { user: 'wickham' }, requesting(NOW)))).toEqual({
      code: 'invalid-input',
      issues: [{ path: ['user'], code: 'unknown-user', message: '`wickham` is not a user of the request' }],
    })
    expect(codeOf(removeUser(granted, { user: 'caroline' }, requesting(EXPIRES_AT)))).toBe('not-active')
    expect(codeOf(removeUser(granted, { user: 'caroline' }, answering(NOW)))).toBe('not-permitted')
    expect(codeOf(removeUser(granted, { user: 'caroline' }, answering(NOW, { actor: person('becky', TOM, 'submit') })))).toBe('wrong-party')
  })
})

describe('expire', () => {
  it('is dated at the expiry itself, however late it is recorded, and by the clock', () => {
    const result = expire(granted, { now: 99_999, newId: () => 'event' })
    expect(result).toEqual({ ok: true, value: { ...envelope, type: 'tenant-request.expired', at: EXPIRES_AT, by: 'clock', revision: 3 } })
    if (!result.ok) throw new Error('refused')
    expect(evolve(granted, result.value)).toEqual(expired)
  })

  it('is due from the expiry on, and never for a grant without one', () => {
    const at = (request: TenantRequest, now: number) => expire(request, { now, newId: () => 'event' })
    expect(at(granted, EXPIRES_AT).ok).toBe(true)
    expect(refusalOf(at(granted, EXPIRES_AT - 1))).toEqual({ code: 'not-due', status: 'granted' })
    expect(refusalOf(at(endless, 99_999))).toEqual({ code: 'not-due', status: 'granted' })
    for (const request of [pending, expired, revoked, rejected, withdrawn]) expect(codeOf(at(request, 99_999))).toBe('not-due')
  })
})

describe('only the edges of SPEC §4 exist', () => {
  const commands = {
    grant: (request: TenantRequest, now: number) => grant(request, answer, answering(now)),
    reject: (request: TenantRequest, now: number) => reject(request, answer, answering(now)),
    withdraw: (request: TenantRequest, now: number) => withdraw(request, {}, requesting(now)),
    setExpiry: (request: TenantRequest, now: number) => setExpiry(request, { expiresAt: 99_999 }, answering(now)),
    revoke: (request: TenantRequest, now: number) => revoke(request, answer, answering(now)),
    removeUser: (request: TenantRequest, now: number) => removeUser(request, { user: 'caroline' }, requesting(now)),
  }
  const edges: Record<string, readonly (keyof typeof commands)[]> = {
    pending: ['grant', 'reject', 'withdraw', 'removeUser'],
    granted: ['setExpiry', 'revoke', 'removeUser'],
  }
  for (const request of everyState) {
    for (const [name, command] of Object.entries(commands)) {
      const allowed = edges[request.state]?.includes(name as keyof typeof commands) ?? false
      it(`${name} of a request that is ${request.state} is ${allowed ? 'accepted' : 'refused'}`, () => {
        const result = command(request, NOW)
        const code = name === 'grant' || name === 'reject' || name === 'withdraw' ? 'not-pending' : 'not-active'
        expect(allowed ? result.ok : refusalOf(result)).toEqual(allowed ? true : { code, status: request.state })
      })
    }
  }
})

describe('refusals come in the order of SPEC 4.7', () => {
  const inside = { tenant: HUNDRED, method: 'legacy-support' } as const
  const stale = { ifRevision: 7 }
  // Everything is wrong at first. Correcting one thing after the other gives the refusals in their order.
  it('grant', () => {
    const command = (request: TenantRequest, expiresAt: number | null, ifRevision: number, context = answering(NOW)) =>
      codeOf(grant(request, { message: '', expiresAt, ifRevision }, context))
    const wrong = { actorIsRequester: true }
    expect(command(revoked, 0, 7, answering(NOW, { ...wrong, actor: { ...person('z', HUNDRED), impersonating: inside } }))).toBe(
      'impersonating',
    )
    expect(command(revoked, 0, 7, answering(NOW, { ...wrong, actor: person('z', HUNDRED, 'submit') }))).toBe('not-permitted')
    expect(command(revoked, 0, 7, answering(NOW, { ...wrong, actor: person('z', HUNDRED, 'answer') }))).toBe('not-found')
    expect(command(revoked, 0, 7, answering(NOW, { ...wrong, actor: person('z', CLASSICS, 'answer') }))).toBe('wrong-party')
    expect(command(revoked, 0, 7, answering(NOW, wrong))).toBe('requester-may-not-answer')
    expect(refusalOf(grant(revoked, { message: '', expiresAt: 0, ...stale }, answering(NOW)))).toEqual({
      code: 'stale-revision',
      expected: 7,
      actual: 3,
    })
    expect(command(revoked, 0, 3)).toBe('not-pending')
    expect(command(pending, 0, 1)).toBe('expires-too-soon')
    expect(command(pending, null, 1)).toBeUndefined()
  })

  it('setExpiry', () => {
    const command = (request: TenantRequest, expiresAt: number, ifRevision: number, context = answering(NOW)) =>
      codeOf(setExpiry(request, { expiresAt, ifRevision }, context))
    const wrong = { actorIsRequester: true }
    expect(command(pending, 0, 7, answering(NOW, { ...wrong, actor: { ...person('z', HUNDRED), impersonating: inside } }))).toBe(
      'impersonating',
    )
    expect(command(pending, 0, 7, answering(NOW, { ...wrong, actor: person('z', HUNDRED, 'submit') }))).toBe('not-permitted')
    expect(command(pending, 0, 7, answering(NOW, { ...wrong, actor: person('z', HUNDRED, 'answer') }))).toBe('not-found')
    expect(command(pending, 0, 7, answering(NOW, { ...wrong, actor: person('z', CLASSICS, 'answer') }))).toBe('wrong-party')
    expect(command(pending, 0, 7, answering(NOW, wrong))).toBe('requester-may-not-answer')
    expect(command(pending, 0, 7)).toBe('stale-revision')
    expect(command(pending, 0, 1)).toBe('not-active')
    expect(command(granted, 0, 2)).toBe('expires-too-soon')
  })

  it('reject and revoke', () => {
    for (const [command, request, revision, state] of [
      [reject, revoked, 3, 'not-pending'],
      [revoke, pending, 1, 'not-active'],
    ] as const) {
      const code = (ifRevision: number, actor = answering(NOW).actor) =>
        codeOf(command(request, { message: '', ifRevision }, answering(NOW, { actor })))
      expect(code(7, { ...person('z', HUNDRED), impersonating: inside })).toBe('impersonating')
      expect(code(7, person('z', HUNDRED))).toBe('not-permitted')
      expect(code(7, person('z', HUNDRED, 'answer', 'submit'))).toBe('not-found')
      expect(code(7)).toBe('stale-revision')
      expect(code(revision)).toBe(state)
    }
    expect(codeOf(reject(pending, answer, answering(NOW, { actor: person('z', CLASSICS, 'answer') })))).toBe('wrong-party')
  })

  it('withdraw', () => {
    const code = (request: TenantRequest, ifRevision: number, actor = requesting(NOW).actor) =>
      codeOf(withdraw(request, { ifRevision }, requesting(NOW, { actor })))
    expect(code(revoked, 7, { ...person('z', HUNDRED), impersonating: inside })).toBe('impersonating')
    expect(code(revoked, 7, person('z', HUNDRED, 'answer'))).toBe('not-permitted')
    expect(code(revoked, 7, person('z', HUNDRED, 'submit'))).toBe('not-found')
    expect(code(revoked, 7, person('z', TOM, 'submit'))).toBe('wrong-party')
    expect(code(revoked, 7)).toBe('stale-revision')
    expect(code(revoked, 3)).toBe('not-pending')
    expect(code(pending, 1)).toBeUndefined()
  })

  it('removeUser', () => {
    const code = (actor = requesting(NOW).actor) => codeOf(removeUser(revoked, { user: 'caroline' }, requesting(NOW, { actor })))
    expect(code({ ...person('z', HUNDRED), impersonating: inside })).toBe('impersonating')
    expect(code(person('z', HUNDRED, 'answer'))).toBe('not-permitted')
    expect(code(person('z', HUNDRED, 'submit'))).toBe('not-found')
    expect(code()).toBe('not-active')
  })
})
