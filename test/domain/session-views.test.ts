/** Views of a session for each party and for its user, field by field (SPEC 7.4-7.6). */
import { describe, expect, it } from 'vitest'
import type { Allowed } from '../../src/domain/decision-types.js'
import type { OpenSession, Session } from '../../src/domain/session-state.js'
import { sessionView, toLiveSession } from '../../src/domain/session-views.js'
import { CLASSICS, TOM } from '../story/cast.js'

const HASH = 'a'.repeat(64)
const open: OpenSession = {
  hash: HASH,
  user: 'CANARY-user',
  requestingTenant: CLASSICS,
  tenant: TOM,
  method: 'access-request',
  grantedBy: ['tr-1'],
  reason: 'CANARY-reason',
  startedAt: 1000,
  endsAt: 2000,
  revision: 1,
  state: 'open',
}
const ended: Session = {
  ...open,
  state: 'ended',
  endedAt: 1500,
  endedBy: { user: 'CANARY-user', tenant: CLASSICS },
  cause: 'ended-by-user',
  revision: 2,
}
const OFF = { showUsersToTenant: false }
const ON = { showUsersToTenant: true }
const common = { hash: HASH, requestingTenant: CLASSICS, method: 'access-request', grantedBy: ['tr-1'], startedAt: 1000, endsAt: 2000 }

describe('the tenant', () => {
  const seen = { view: 'incoming', ...common, user: null }

  it('sees the requesting tenant, instants, method and grants, but not the user (SPEC 7.6)', () => {
    expect(sessionView(open, undefined, TOM, OFF)).toStrictEqual({ ...seen, status: 'live' })
  })

  it('sees the user if the policy shows users', () => {
    expect(sessionView(open, undefined, TOM, ON)).toStrictEqual({ ...seen, status: 'live', user: 'CANARY-user' })
  })

  it('sees when and why the session ended, recorded or not', () => {
    const ending = { at: 1500, cause: 'ended-by-user' } as const
    for (const session of [open, ended])
      expect(sessionView(session, ending, TOM, OFF)).toStrictEqual({ ...seen, status: 'ended', endedAt: 1500, cause: 'ended-by-user' })
  })

  it('sees no hidden key or value: no user, reason, own tenant or revision', () => {
    for (const text of [open, ended].map((session) =>
      JSON.stringify(sessionView(session, { at: 1500, cause: 'ended-by-user' }, TOM, OFF)),
    )) {
      expect(text).not.toContain('CANARY')
      for (const key of ['reason', 'tenant', 'revision', 'endedBy', 'state']) expect(text).not.toContain(`"${key}":`)
    }
    expect(JSON.stringify(sessionView(ended, undefined, TOM, ON))).not.toContain('CANARY-reason')
  })
})

describe('the requesting tenant', () => {
  it('sees every field, whatever the policy', () => {
    const seen = { view: 'outgoing', ...common, user: 'CANARY-user', tenant: TOM, reason: 'CANARY-reason' }
    for (const policy of [OFF, ON]) {
      expect(sessionView(open, undefined, CLASSICS, policy)).toStrictEqual({ ...seen, status: 'live' })
      expect(sessionView(open, { at: 1700, cause: 'access-lost' }, CLASSICS, policy)).toStrictEqual({
        ...seen,
        status: 'ended',
        endedAt: 1700,
        cause: 'access-lost',
      })
    }
  })
})

describe('the session’s user', () => {
  const granted = (changesAt: number | null): Allowed => ({ allowed: true, reason: 'granted', grantedBy: ['tr-1'], changesAt })

  it('sees the id, but not the hash, in a frozen view', () => {
    const held = toLiveSession('the-id', open, granted(null))
    expect(held).toStrictEqual({
      id: 'the-id',
      user: 'CANARY-user',
      requestingTenant: CLASSICS,
      tenant: TOM,
      method: 'access-request',
      grantedBy: ['tr-1'],
      reason: 'CANARY-reason',
      startedAt: 1000,
      endsAt: 2000,
      changesAt: 2000,
    })
    expect(Object.isFrozen(held)).toBe(true)
  })

  for (const [what, decision, changesAt] of [
    ['the end of access, if that comes first', granted(1999), 1999],
    ['both, if they are at the same instant', granted(2000), 2000],
    ['its own end, if access lasts longer', granted(2001), 2000],
    ['its own end, if access has none', granted(null), 2000],
    ['its own end, if the host’s rule allows it', { allowed: true, reason: 'legacy-permitted' }, 2000],
  ] as const) {
    it(`sees as changesAt ${what}`, () => {
      expect(toLiveSession('the-id', open, decision)).toMatchObject({ changesAt, endsAt: 2000 })
    })
  }
})
