/** One session as each party may see it, to the last field, and as its own user holds it (SPEC 7.4-7.6). */
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
const visit = { hash: HASH, requestingTenant: CLASSICS, method: 'access-request', grantedBy: ['tr-1'], startedAt: 1000, endsAt: 2000 }

describe('the tenant', () => {
  const seen = { view: 'incoming', ...visit, user: null }

  it('sees who asked, when, how and by which of its answers, but not the user (SPEC 7.6)', () => {
    expect(sessionView(open, undefined, TOM, OFF)).toStrictEqual({ ...seen, status: 'live' })
  })

  it('sees the user where the policy shows him', () => {
    expect(sessionView(open, undefined, TOM, ON)).toStrictEqual({ ...seen, status: 'live', user: 'CANARY-user' })
  })

  it('sees since when and why it is over, recorded or not', () => {
    const over = { at: 1500, cause: 'ended-by-user' } as const
    for (const session of [open, ended])
      expect(sessionView(session, over, TOM, OFF)).toStrictEqual({ ...seen, status: 'ended', endedAt: 1500, cause: 'ended-by-user' })
  })

  it('finds no canary in it: no user, no reason, no tenant but the one that asked, no number', () => {
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
  it('sees all of it, whatever the policy', () => {
    const seen = { view: 'outgoing', ...visit, user: 'CANARY-user', tenant: TOM, reason: 'CANARY-reason' }
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

describe('its own user', () => {
  const granted = (changesAt: number | null): Allowed => ({ allowed: true, reason: 'granted', grantedBy: ['tr-1'], changesAt })

  it('holds it by its id, frozen, and is not told what names it to others', () => {
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
    ['the end of access, where that comes first', granted(1999), 1999],
    ['both, where they come together', granted(2000), 2000],
    ['its own end, where access lasts longer', granted(2001), 2000],
    ['its own end, where access has none', granted(null), 2000],
    ['its own end, where the host’s rule lets him in', { allowed: true, reason: 'legacy-permitted' }, 2000],
  ] as const) {
    it(`is told as the instant that the clock ends it ${what}`, () => {
      expect(toLiveSession('the-id', open, decision)).toMatchObject({ changesAt, endsAt: 2000 })
    })
  }
})
