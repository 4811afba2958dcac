/** Views of a session for each party and for its user, field by field (SPEC 7.4-7.6). */
import { describe, expect, it } from 'vitest'
import type { Allowed } from '../../src/domain/decision-types.js'
import type { OpenSession, Session } from '../../src/domain/session-state.js'
import { sessionView, toLiveSession } from '../../src/domain/session-views.js'
import { CLASSICS, TOM } from '../story/cast.js'

const shared = { requestingTenant: CLASSICS, method: 'access-request', grantedBy: ['tr-1'], startedAt: 1000, endsAt: 2000 } as const
const own = { user: 'caroline', tenant: TOM, reason: 'ticket 7' }
const hash = 'a'.repeat(64)
const open: OpenSession = { ...shared, ...own, hash, revision: 1, state: 'open' }
const end = { endedAt: 1500, cause: 'ended-by-user' } as const
const ended: Session = { ...open, ...end, state: 'ended', endedBy: { user: 'caroline', tenant: CLASSICS }, revision: 2 }
const ending = { at: 1500, cause: 'ended-by-user' } as const
const over = { status: 'ended', ...end }
const tom = { user: 'tom', tenant: TOM }
const becky = { user: 'becky', tenant: TOM }
const elizabeth = { user: 'elizabeth', tenant: CLASSICS }

describe('the tenant', () => {
  for (const [what, showUsersToTenant, user] of [
    ['nothing else', false, null],
    ['the user if the policy shows users', true, 'caroline'],
  ] as const)
    it(`sees the requesting tenant, instants, method, grants and end, recorded or not, and ${what} (SPEC 7.6)`, () => {
      const seen = { view: 'incoming', ...shared, hash, user }
      expect(sessionView(open, undefined, tom, { showUsersToTenant })).toStrictEqual({ ...seen, status: 'live' })
      for (const session of [open, ended])
        expect(sessionView(session, ending, tom, { showUsersToTenant })).toStrictEqual({ ...seen, ...over, endedBy: user })
    })
})

it('the requesting tenant sees every field, whatever the policy', () => {
  const seen = { view: 'outgoing', ...shared, ...own, hash }
  for (const showUsersToTenant of [false, true]) {
    expect(sessionView(open, undefined, elizabeth, { showUsersToTenant })).toStrictEqual({ ...seen, status: 'live' })
    expect(sessionView(open, ending, elizabeth, { showUsersToTenant })).toStrictEqual({ ...seen, ...over, endedBy: 'caroline' })
  }
})

it('its user sees every field, also from another tenant or the one that was entered, whatever the policy (SPEC 7.6)', () => {
  const seen = { view: 'outgoing', ...shared, ...own, hash }
  for (const tenant of [CLASSICS, TOM, 'novels'])
    for (const showUsersToTenant of [false, true])
      expect(sessionView(open, undefined, { user: 'caroline', tenant }, { showUsersToTenant })).toStrictEqual({ ...seen, status: 'live' })
})

describe('who ended a session', () => {
  for (const [seen, viewer, endedBy] of [
    [{ cause: 'ended-by-tenant', by: becky }, TOM, 'becky'],
    [{ cause: 'ended-by-tenant', by: becky }, CLASSICS, null],
    [{ cause: 'ended-by-requester', by: elizabeth }, TOM, null],
    [{ cause: 'ended-by-requester', by: elizabeth }, CLASSICS, 'elizabeth'],
    [{ cause: 'access-lost' }, TOM, null],
    [{ cause: 'expired' }, CLASSICS, null],
  ] as const)
    it(`is ${endedBy ?? 'not'} shown to ${viewer} if it is ${seen.cause}, whatever the policy (SPEC 7.7)`, () => {
      for (const showUsersToTenant of [false, true])
        expect(sessionView(open, { at: 1500, ...seen }, { user: 'viewer', tenant: viewer }, { showUsersToTenant })).toMatchObject({
          cause: seen.cause,
          endedBy,
        })
    })
})

describe('the session’s user', () => {
  const granted = (changesAt: number | null): Allowed => ({ allowed: true, reason: 'granted', grantedBy: ['tr-1'], changesAt })

  it('sees the id and its hash, in a frozen view', () => {
    const live = toLiveSession('the-id', open, granted(null))
    expect(live).toStrictEqual({ ...shared, ...own, id: 'the-id', hash: open.hash, changesAt: 2000 })
    expect(Object.isFrozen(live)).toBe(true)
  })

  for (const [what, decision, changesAt] of [
    ['the end of access, if that comes first', granted(1999), 1999],
    ['both, if they are at the same instant', granted(2000), 2000],
    ['its own end, if access lasts longer', granted(2001), 2000],
    ['its own end, if access has none', granted(null), 2000],
    ['its own end, if the host’s rule allows it', { allowed: true, reason: 'legacy-permitted' }, 2000],
  ] as const)
    it(`sees as changesAt ${what}`, () => expect(toLiveSession('the-id', open, decision)).toMatchObject({ changesAt, endsAt: 2000 }))
})
