/** Commands on a tenant request: their events, every edge of SPEC §4, and the details of refusals. */
import { describe, expect, it } from 'vitest'
import { expire, lapse } from '../../src/domain/due-request.js'
import { endRequest, grant, reject, removeUser, revoke, setExpiry, withdraw } from '../../src/domain/tenant-request.js'
import { evolve, type TenantRequest } from '../../src/domain/tenant-request-state.js'
import { CLASSICS, HUNDRED, person, TOM } from '../story/cast.js'
import * as requests from './requests.js'
import { accepted, refusalOf } from './results.js'

const { answering, requesting, everyState, ANSWER_BY, ENDED_AT, EXPIRES_AT, GRANTED_AT } = requests
const { endless, expired, granted, lapsed, lapsing, pending, rejected, revoked, withdrawn } = requests

const NOW = 2500
const answer = { message: 'welcome', expiresAt: null }

const envelope = { id: 'event', tenantRequest: 'tr-1', accessRequest: 'ar-1', requestingTenant: CLASSICS, tenant: TOM, version: 1 }
const becky = { user: 'becky', tenant: TOM }
const elizabeth = { user: 'elizabeth', tenant: CLASSICS }
const becomesGranted = { state: 'granted', grantedAt: NOW, grantedBy: 'becky', grantMessage: 'welcome' }
const alone = { users: ['caroline'], removed: [{ user: 'charlotte', at: 1500 }] }
const withoutTwo = { removed: [...alone.removed, { user: 'zoe', at: NOW }, { user: 'amy', at: NOW }] }
const nobodyLeft = { users: [], removed: [...alone.removed, { user: 'caroline', at: ENDED_AT }] }

/** Each `event` without its envelope and its revision, which is the next one. */
const rows = [
  {
    what: 'grant: from now on, with its message and expiry',
    before: pending,
    command: () => grant(pending, { message: 'welcome', expiresAt: 9000 }, answering(NOW)),
    event: { type: 'tenant-request.granted', at: NOW, by: becky, message: 'welcome', expiresAt: 9000, removedUsers: [] },
    after: { ...pending, ...becomesGranted, expiresAt: 9000, changedAt: NOW, revision: 2, tenantRevision: 2 },
  },
  {
    what: 'grant: without those who are no longer members, dated by the last event',
    before: { ...pending, users: ['zoe', 'caroline', 'amy', 'charlotte'], removed: alone.removed, changedAt: NOW },
    command: () => grant({ ...pending, users: ['zoe', 'caroline', 'amy', 'charlotte'], changedAt: NOW }, answer, answering(NOW - 1)),
    event: { type: 'tenant-request.granted', at: NOW, by: becky, ...answer, removedUsers: ['zoe', 'amy'] },
    after: { ...pending, ...becomesGranted, ...withoutTwo, expiresAt: null, changedAt: NOW, revision: 2, tenantRevision: 2 },
  },
  {
    what: 'reject',
    before: pending,
    command: () => reject(pending, { message: 'enough' }, answering(ENDED_AT)),
    event: { type: 'tenant-request.rejected', at: ENDED_AT, by: becky, message: 'enough' },
    after: rejected,
  },
  {
    what: 'withdraw',
    before: pending,
    command: () => withdraw(pending, {}, requesting(ENDED_AT)),
    event: { type: 'tenant-request.withdrawn', at: ENDED_AT, by: elizabeth, removedUser: null },
    after: withdrawn,
  },
  ...(
    [
      [endless, 9000, 'adds'],
      [granted, 4000, 'shortens'],
      [granted, 9000, 'prolongs'],
      [granted, EXPIRES_AT, 'repeats'],
    ] as const
  ).map(([before, expiresAt, what]) => ({
    what: `setExpiry ${what} the end`,
    before,
    command: () => setExpiry(before, { expiresAt }, answering(NOW)),
    event: { type: 'tenant-request.expiry-set', at: NOW, by: becky, expiresAt },
    after: { ...before, expiresAt, changedAt: NOW, revision: 3, tenantRevision: 3 },
  })),
  {
    what: 'revoke by the tenant',
    before: granted,
    command: () => revoke(granted, { message: 'enough' }, answering(ENDED_AT)),
    event: { type: 'tenant-request.revoked', at: ENDED_AT, by: becky, message: 'enough', removedUser: null },
    after: revoked,
  },
  {
    what: 'revoke by the requester',
    before: granted,
    command: () => revoke(granted, { message: '' }, requesting(ENDED_AT)),
    event: { type: 'tenant-request.revoked', at: ENDED_AT, by: elizabeth, message: '', removedUser: null },
    after: { ...revoked, endedBy: elizabeth, endMessage: '' },
  },
  {
    what: 'removeUser: one of several users',
    before: granted,
    command: () => removeUser(granted, { user: 'caroline' }, requesting(NOW)),
    event: { type: 'tenant-request.user-removed', at: NOW, by: elizabeth, removedUser: 'caroline' },
    after: { ...granted, users: ['charlotte'], removed: [{ user: 'caroline', at: NOW }], changedAt: NOW, revision: 3 },
  },
  {
    what: 'removeUser: the last of a pending request, which withdraws it',
    before: { ...pending, ...alone },
    command: () => removeUser({ ...pending, ...alone }, { user: 'caroline' }, requesting(ENDED_AT)),
    event: { type: 'tenant-request.withdrawn', at: ENDED_AT, by: elizabeth, removedUser: 'caroline' },
    after: { ...withdrawn, ...nobodyLeft },
  },
  {
    what: 'removeUser: the last of a grant, which revokes it',
    before: { ...granted, ...alone },
    command: () => removeUser({ ...granted, ...alone }, { user: 'caroline' }, requesting(ENDED_AT)),
    event: { type: 'tenant-request.revoked', at: ENDED_AT, by: elizabeth, message: '', removedUser: 'caroline' },
    after: { ...revoked, endedBy: elizabeth, endMessage: '', ...nobodyLeft },
  },
  {
    what: 'expire: by the clock, dated at the expiry itself, however late it is recorded',
    before: granted,
    command: () => expire(granted, { now: 99_999, newId: () => 'event' }),
    event: { type: 'tenant-request.expired', at: EXPIRES_AT, by: 'clock' },
    after: expired,
  },
  {
    what: 'lapse: at `answerBy` itself, whenever it is recorded',
    before: lapsing,
    command: () => lapse(lapsing, { now: 99_999, newId: () => 'event' }),
    event: { type: 'tenant-request.lapsed', at: ANSWER_BY, by: 'clock' },
    after: lapsed,
  },
]

describe('one event, and the request after it', () => {
  it.each(rows)('$what', ({ before, command, event, after }) => {
    const value = accepted(command())
    expect(value).toEqual({ ...envelope, revision: before.revision + 1, ...event })
    expect(evolve(before, value)).toEqual(after)
  })
})

describe('only the edges of SPEC §4 exist', () => {
  const commands = {
    grant: (request: TenantRequest) => grant(request, answer, answering(NOW)),
    reject: (request: TenantRequest) => reject(request, answer, answering(NOW)),
    withdraw: (request: TenantRequest) => withdraw(request, {}, requesting(NOW)),
    setExpiry: (request: TenantRequest) => setExpiry(request, { expiresAt: 99_999 }, answering(NOW)),
    revoke: (request: TenantRequest) => revoke(request, answer, answering(NOW)),
    removeUser: (request: TenantRequest) => removeUser(request, { user: 'caroline' }, requesting(NOW)),
    expire: (request: TenantRequest) => expire(request, { now: EXPIRES_AT, newId: () => 'event' }),
    lapse: (request: TenantRequest) => lapse(request, { now: ANSWER_BY, newId: () => 'event' }),
  }
  const edges: Record<string, readonly (keyof typeof commands)[]> = {
    pending: ['grant', 'reject', 'withdraw', 'removeUser'],
    granted: ['setExpiry', 'revoke', 'removeUser', 'expire'],
  }
  const codes: Record<string, string> = {
    grant: 'not-pending',
    reject: 'not-pending',
    withdraw: 'not-pending',
    expire: 'not-due',
    lapse: 'not-due',
  }
  for (const request of everyState)
    for (const [name, command] of Object.entries(commands)) {
      const allowed = edges[request.state]?.includes(name as keyof typeof commands) ?? false
      it(`${name} of a request that is ${request.state} is ${allowed ? 'accepted' : 'refused'}`, () => {
        const code = codes[name] ?? 'not-active'
        expect(refusalOf(command(request))).toEqual(allowed ? undefined : { code, status: request.state })
      })
    }
})

it('a request is answered, withdrawn or left until 1 ms before it lapses, and at that instant no more (SPEC 4.9)', () => {
  const commands = [
    (now: number, last = lapsing) => grant(last, answer, answering(now)),
    (now: number, last = lapsing) => reject(last, answer, answering(now)),
    (now: number, last = lapsing) => withdraw(last, {}, requesting(now)),
    (now: number, last = lapsing) => removeUser(last, { user: 'caroline' }, requesting(now)),
  ]
  for (const command of commands) {
    expect(refusalOf(command(ANSWER_BY - 1))).toBeUndefined()
    for (const now of [ANSWER_BY, ANSWER_BY + 1]) expect(refusalOf(command(now))).toEqual({ code: 'not-pending', status: 'lapsed' })
    // A command is never dated before the request's last event, should the clock step back (SPEC 4.8).
    const late = { ...lapsing, changedAt: ANSWER_BY }
    expect(refusalOf(command(NOW, late))).toEqual({ code: 'not-pending', status: 'lapsed' })
  }
  expect(accepted(lapse(lapsing, { now: ANSWER_BY, newId: () => 'event' }))).toMatchObject({ at: ANSWER_BY })
})

describe('a refusal says', () => {
  const capped = answering(NOW, { policy: { maxGrant: 1000 } })

  it('the bounds of the expiry: the last event or now, and `maxGrant` from the grant on (SPEC 4.4, 4.8)', () => {
    const granting = (expiresAt: number | null, request = pending) => refusalOf(grant(request, { ...answer, expiresAt }, capped))
    expect(granting(NOW)).toEqual({ code: 'expires-too-soon', expiresAt: NOW, after: NOW })
    expect(granting(9000, { ...pending, changedAt: 9000 })).toEqual({ code: 'expires-too-soon', expiresAt: 9000, after: 9000 })
    expect(granting(null)).toEqual({ code: 'expiry-required', latest: NOW + 1000 })
    expect(granting(NOW + 1001)).toEqual({ code: 'expires-too-late', expiresAt: NOW + 1001, latest: NOW + 1000 })
    const latest = GRANTED_AT + 1000
    const tooLate = setExpiry(granted, { expiresAt: latest + 1 }, capped)
    expect(refusalOf(tooLate)).toEqual({ code: 'expires-too-late', expiresAt: latest + 1, latest })
  })

  it('the status by the clock', () => {
    const expired = { code: 'not-active', status: 'expired' }
    expect(refusalOf(setExpiry(granted, { expiresAt: 9000 }, answering(EXPIRES_AT)))).toEqual(expired)
    expect(refusalOf(removeUser(granted, { user: 'caroline' }, requesting(EXPIRES_AT)))).toEqual(expired)
    const expiring = (request: TenantRequest, now: number) => refusalOf(expire(request, { now, newId: () => 'event' }))
    expect(expiring(granted, EXPIRES_AT - 1)).toEqual({ code: 'not-due', status: 'granted' })
    expect(expiring(endless, 99_999)).toEqual({ code: 'not-due', status: 'granted' })
    const lapsingAt = (request: TenantRequest, now: number) => refusalOf(lapse(request, { now, newId: () => 'event' }))
    expect(lapsingAt(lapsing, ANSWER_BY - 1)).toEqual({ code: 'not-due', status: 'pending' })
    expect(lapsingAt(pending, 99_999)).toEqual({ code: 'not-due', status: 'pending' })
    expect(lapsingAt(granted, EXPIRES_AT)).toEqual({ code: 'not-due', status: 'expired' })
  })

  it('both revisions, of the actor’s party only (SPEC 4.10), and which user is not of the request', () => {
    const [request, stale] = [
      { ...revoked, revision: 5 },
      { message: '', ifRevision: 7 },
    ]
    for (const refused of [reject(request, stale, answering(NOW)), revoke(request, stale, answering(NOW))])
      expect(refusalOf(refused)).toEqual({ code: 'stale-revision', expected: 7, actual: 3 })
    for (const refused of [withdraw(request, stale, requesting(NOW)), revoke(request, stale, requesting(NOW))])
      expect(refusalOf(refused)).toEqual({ code: 'stale-revision', expected: 7, actual: 5 })
    const issue = { path: ['user'], code: 'unknown-user', message: '`wickham` is not a user of the request' }
    expect(refusalOf(removeUser(granted, { user: 'wickham' }, requesting(NOW)))).toEqual({ code: 'invalid-input', issues: [issue] })
  })
})

// The service removes a user from whatever names them, so only here one command is refused for one request.
it('removeUser checks impersonation, permission and party, in this order (SPEC 4.7)', () => {
  const code = (actor: ReturnType<typeof person>) => refusalOf(removeUser(revoked, { user: 'caroline' }, requesting(NOW, { actor })))?.code
  expect(code({ ...person('z', HUNDRED), impersonating: { tenant: HUNDRED, method: 'legacy-support' } })).toBe('impersonating')
  expect(code(person('z', HUNDRED, 'answer'))).toBe('not-permitted')
  expect(code(person('z', HUNDRED, 'submit'))).toBe('not-found')
  expect(code(person('z', TOM, 'submit'))).toBe('wrong-party')
})

describe('an end by a party, of whatever holds (SPEC 4.11)', () => {
  const enough = { message: 'enough' }
  it.each(everyState.map((request) => [request.state, request] as const))(
    'of one that is %s, is the command of its state',
    (state, request) => {
      for (const context of [answering(NOW), requesting(NOW)]) {
        const isTenant = context.actor.tenant === TOM
        const ofPending = isTenant ? reject(request, enough, context) : withdraw(request, {}, context)
        expect(endRequest(request, enough, context)).toEqual(state === 'pending' ? ofPending : revoke(request, enough, context))
      }
    },
  )

  it('is given by the permission of the own side, and by nobody else', () => {
    for (const request of [pending, granted]) {
      for (const [actor, code] of [
        [person('becky', TOM, 'submit'), 'not-permitted'],
        [person('elizabeth', CLASSICS, 'answer'), 'not-permitted'],
        [person('rabbit', HUNDRED, 'submit', 'answer'), 'not-found'],
      ] as const)
        expect(refusalOf(endRequest(request, enough, { ...answering(NOW), actor }))).toEqual({ code })
    }
  })
})
