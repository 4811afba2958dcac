/** History entries: every event as redacted for each party, field by field (SPEC 6.6). */
import { describe, expect, it } from 'vitest'
import { OUTCOME_EVENTS, TENANT_EVENTS } from '../../src/domain/event-types.js'
import { historyEntry } from '../../src/domain/history.js'
import { CLASSICS, HUNDRED, SUPPORT_ACCESS, TOM } from '../story/cast.js'
import { endedByUser, ofRequest, ofSession, SESSION, started, submitted } from './events.js'

const { name, message, associations } = SUPPORT_ACCESS
const users = ['caroline', 'charlotte']
const byGrant = { method: 'access-request', grantedBy: ['tr-1'] } as const
const all = [submitted, ...ofRequest]

describe('the tenant asked', () => {
  const entry = { id: 'e', at: 5, requestingTenant: CLASSICS, view: 'incoming', tenantRequest: 'tr-1', tag: '953-586' }
  const own = { ...entry, by: 'tenant', user: 'becky' }
  const theirs = { ...entry, by: 'requester', user: null }

  it('sees the request, its own answers, and ends by the other party or the clock', () =>
    expect(all.map((event) => historyEntry(event, TOM))).toStrictEqual([
      undefined,
      { ...theirs, type: 'tenant-request.received', message, answerBy: 9 },
      { ...own, type: 'tenant-request.granted', message: 'welcome', expiresAt: 9 },
      { ...own, type: 'tenant-request.rejected', message: 'no' },
      { ...theirs, type: 'tenant-request.withdrawn' },
      { ...own, type: 'tenant-request.expiry-set', expiresAt: 8 },
      undefined,
      { ...own, type: 'tenant-request.revoked', message: 'enough' },
      { ...entry, by: 'clock', user: null, type: 'tenant-request.expired' },
      { ...entry, by: 'clock', user: null, type: 'tenant-request.lapsed' },
    ]))

  it('sees exactly the event types that repositories list for it', () => {
    const types = [...all, started, endedByUser].filter((event) => historyEntry(event, TOM)).map(({ type }) => type)
    expect(types).toEqual(TENANT_EVENTS)
  })

  it('sees a session’s requesting tenant, instants, method and grants, but not its user or reason (SPEC 7.6)', () => {
    const seen = { id: 'e', at: 5, requestingTenant: CLASSICS, view: 'incoming', user: null, session: SESSION }
    const entries = [
      { ...seen, by: 'requester', type: 'impersonation.started', ...byGrant, endsAt: 9 },
      { ...seen, by: 'requester', type: 'impersonation.ended', cause: 'ended-by-user' },
      { ...seen, by: 'clock', type: 'impersonation.ended', cause: 'access-lost' },
      // Its own colleague, but not the requester's (SPEC 7.7).
      { ...seen, by: 'tenant', user: 'becky', type: 'impersonation.ended', cause: 'ended-by-tenant' },
      { ...seen, by: 'requester', type: 'impersonation.ended', cause: 'ended-by-requester' },
    ]
    expect(ofSession.map((event) => historyEntry(event, TOM))).toStrictEqual(entries)
    expect(ofSession.map((event) => historyEntry(event, TOM, { showUsersToTenant: false }))).toStrictEqual(entries)
  })

  it('also sees the user if the policy shows users, but neither the reason nor who ended the session for the requester', () => {
    const shown = ofSession.map((event) => historyEntry(event, TOM, { showUsersToTenant: true }))
    expect(shown.map((entry) => entry?.user)).toEqual(['caroline', 'caroline', null, 'becky', null])
    const hidden = ofSession.map((event) => historyEntry(event, TOM))
    expect(shown.map((entry) => ({ ...entry, user: null }))).toStrictEqual(hidden.map((entry) => ({ ...entry, user: null })))
  })

  it('does not see a request’s users, whatever the policy', () => {
    for (const event of all)
      expect(historyEntry(event, TOM, { showUsersToTenant: true }, ['canary'])).toStrictEqual(historyEntry(event, TOM))
  })
})

describe('the requester', () => {
  const entry = { id: 'e', at: 5, requestingTenant: CLASSICS, view: 'outgoing', accessRequest: 'ar-1' }
  const mine = { ...entry, by: 'requester', user: 'elizabeth' }
  const theirs = { ...entry, by: 'tenant', user: null }
  const at = { tenant: TOM, tenantRequest: 'tr-1', tag: '953-586' }
  const left = ['charlotte']

  it('sees everything except the other party’s user, and whom each answer or end concerns', () =>
    expect(all.map((event) => historyEntry(event, CLASSICS, undefined, left))).toStrictEqual([
      { ...mine, type: 'access-request.submitted', name, message, associations },
      { ...mine, ...at, type: 'tenant-request.received', message, users, answerBy: 9 },
      { ...theirs, ...at, type: 'tenant-request.granted', message: 'welcome', expiresAt: 9, removedUsers: ['caroline'], users: left },
      { ...theirs, ...at, type: 'tenant-request.rejected', message: 'no', users: left },
      // The removal of the last user ended the request.
      { ...mine, ...at, type: 'tenant-request.withdrawn', removedUser: 'caroline', users: ['caroline'] },
      { ...theirs, ...at, type: 'tenant-request.expiry-set', expiresAt: 8 },
      { ...mine, ...at, type: 'tenant-request.user-removed', removedUser: 'caroline' },
      { ...theirs, ...at, type: 'tenant-request.revoked', message: 'enough', removedUser: null, users: left },
      { ...entry, ...at, by: 'clock', user: null, type: 'tenant-request.expired', users: left },
      { ...entry, ...at, by: 'clock', user: null, type: 'tenant-request.lapsed', users: left },
    ]))

  it('is shown users by exactly the event types that repositories load them for', () => {
    const types = ofRequest.filter((event) => JSON.stringify(historyEntry(event, CLASSICS, undefined, ['canary'])).includes('canary'))
    expect([...types.map(({ type }) => type), 'tenant-request.withdrawn'].sort()).toEqual([...OUTCOME_EVENTS].sort())
  })
})

it('the requesting tenant sees all of its own sessions, whatever the policy (SPEC 7.6)', () => {
  const seen = { id: 'e', at: 5, requestingTenant: CLASSICS, view: 'outgoing', tenant: TOM, session: SESSION }
  for (const showUsersToTenant of [false, true])
    expect(ofSession.map((event) => historyEntry(event, CLASSICS, { showUsersToTenant }))).toStrictEqual([
      { ...seen, by: 'requester', user: 'caroline', type: 'impersonation.started', ...byGrant, endsAt: 9, reason: 'ticket 7' },
      { ...seen, by: 'requester', user: 'caroline', type: 'impersonation.ended', cause: 'ended-by-user' },
      { ...seen, by: 'clock', user: null, type: 'impersonation.ended', cause: 'access-lost' },
      { ...seen, by: 'tenant', user: null, type: 'impersonation.ended', cause: 'ended-by-tenant' },
      { ...seen, by: 'requester', user: 'elizabeth', type: 'impersonation.ended', cause: 'ended-by-requester' },
    ])
})

it('another tenant sees nothing', () => {
  for (const event of [...all, ...ofSession])
    for (const showUsersToTenant of [false, true]) expect(historyEntry(event, HUNDRED, { showUsersToTenant })).toBeUndefined()
})
