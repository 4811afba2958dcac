/** Sessions by example: who may start one, how long it lasts, what ends it, and every boundary (SPEC §7). */
import { describe, expect, it } from 'vitest'
import type { AccessMethod } from '../../src/domain/decision-types.js'
import { ConsentryError } from '../../src/domain/error.js'
import type { ImpersonationEnded, ImpersonationStarted } from '../../src/domain/event.js'
import type { Instant } from '../../src/domain/instant.js'
import {
  checkCanEnter,
  checkCanStart,
  endSession,
  type SessionBasis,
  type SessionEnding,
  type StartContext,
  sessionEndedAt,
  startSession,
} from '../../src/domain/session.js'
import { applySessionEnd, type OpenSession, recordedEnd, Session, sessionFromStart } from '../../src/domain/session-state.js'
import { type RequestFacts, requestsOfUser } from '../../src/domain/status.js'
import { decide } from '../../src/index.js'
import { CLASSICS, caroline, HUNDRED, TOM } from '../story/cast.js'
import { endedFacts, grantFacts, pendingFacts, removedFacts, revokedFacts } from './requests.js'

const HASH = 'a'.repeat(64)
const START = 1000
const CAP = 500
const END = START + CAP

const inside = (tenant: string, method: AccessMethod = 'access-request') => ({ ...caroline, impersonating: { tenant, method } })
const ownTenant = (tenant: string) => ({
  code: 'invalid-input',
  issues: [{ path: ['tenant'], code: 'own-tenant', message: `\`${tenant}\` is the actor's own tenant` }],
})

/** The basis of Caroline's session, by the real decision. The tenant is governed from `since`, by default from its first grant. */
function sessionBasis(
  now: Instant,
  requests: readonly RequestFacts[],
  method: AccessMethod = 'access-request',
  since: Instant | null = null,
): SessionBasis {
  const grants = requests.flatMap((request) => ('grantedAt' in request ? [request.grantedAt] : []))
  const governedSince = since ?? (grants.length === 0 ? null : Math.min(...grants))
  const facts = { tenant: TOM, governed: governedSince !== null, requests }
  const decision = decide('caroline', TOM, method, now, facts, { legacy: () => true })
  return { decision, requests: requestsOfUser('caroline', requests), governedSince }
}

function context(
  requests: readonly RequestFacts[],
  method: AccessMethod = 'access-request',
  rest: Partial<StartContext> = {},
): StartContext {
  const now = rest.now ?? START
  const { decision } = sessionBasis(now, requests, method)
  if (!decision.allowed) throw new Error(`the example cannot start: ${decision.reason}`)
  return { actor: caroline, now, newId: () => 'event', hash: HASH, decision, policy: { sessionCap: CAP }, ...rest }
}

/** A session started on these facts, by default at `START` and for at most `CAP`. */
function session(
  requests: readonly RequestFacts[],
  method: AccessMethod = 'access-request',
  rest: Partial<StartContext> = {},
): OpenSession {
  const started = startSession({ tenant: TOM, method, reason: '' }, context(requests, method, rest))
  if (!started.ok) throw new Error(started.refusal.code)
  return sessionFromStart(started.value)
}

/** The end of the session as of each instant, given these facts; `live` if it has not ended. */
function endsAsOf(of: Session, requests: readonly RequestFacts[], instants: readonly Instant[], since: Instant | null = null) {
  return instants.map((now) => sessionEndedAt(of, sessionBasis(now, requests, of.method, since), now) ?? 'live')
}
const accessLost = (at: Instant): SessionEnding => ({ at, cause: 'access-lost' })
const expired = (at: Instant): SessionEnding => ({ at, cause: 'expired' })
const LIVE = 'live'

describe('an actor who starts a session', () => {
  it('is accepted from outside', () => {
    expect(checkCanStart(caroline, TOM)).toBeUndefined()
  })

  it('is refused from inside any tenant, the same one included: sessions do not nest (SPEC 7.3)', () => {
    expect(checkCanStart(inside(HUNDRED), TOM)).toEqual({ code: 'impersonating' })
    expect(checkCanStart(inside(TOM), TOM)).toEqual({ code: 'impersonating' })
    expect(
      startSession({ tenant: TOM, method: 'access-request', reason: '' }, { ...context([grantFacts('r', 0)]), actor: inside(TOM) }),
    ).toEqual({ ok: false, refusal: { code: 'impersonating' } })
  })

  it('is refused in their own tenant, with an issue of the input that comes first (SPEC 4.7, 7.3)', () => {
    expect(checkCanStart(caroline, CLASSICS)).toEqual(ownTenant(CLASSICS))
    expect(checkCanStart(inside(TOM), CLASSICS)).toEqual(ownTenant(CLASSICS))
  })
})

describe('an actor who enters', () => {
  it('is accepted from outside, and from inside the same tenant by the same method', () => {
    expect(checkCanEnter(caroline, TOM, 'access-request')).toBeUndefined()
    expect(checkCanEnter(inside(TOM), TOM, 'access-request')).toBeUndefined()
  })

  it('is refused from inside another tenant, or by another method', () => {
    expect(checkCanEnter(inside(HUNDRED), TOM, 'access-request')).toEqual({ code: 'impersonating' })
    expect(checkCanEnter(inside(TOM), TOM, 'legacy-support')).toEqual({ code: 'impersonating' })
  })

  it('is refused in their own tenant, inside or outside', () => {
    expect(checkCanEnter(caroline, CLASSICS, 'access-request')).toEqual(ownTenant(CLASSICS))
    expect(checkCanEnter(inside(CLASSICS), CLASSICS, 'access-request')).toEqual(ownTenant(CLASSICS))
  })
})

describe('a started session', () => {
  it('is an event by the real user with the grants, the start and the end (SPEC 7.1)', () => {
    const requests = [grantFacts('short', 0, 1200), grantFacts('long', 0)]
    const started = startSession({ tenant: TOM, method: 'legacy-support', reason: 'ticket 7' }, context(requests, 'legacy-support'))
    expect(started).toStrictEqual({
      ok: true,
      value: {
        id: 'event',
        type: 'impersonation.started',
        at: START,
        by: { user: 'caroline', tenant: CLASSICS },
        tenant: TOM,
        requestingTenant: CLASSICS,
        session: HASH,
        method: 'legacy-support',
        grantedBy: ['long', 'short'],
        reason: 'ticket 7',
        endsAt: END,
        revision: 1,
        version: 1,
      },
    })
  })

  it('has no grants by the host’s rule, and ends by the cap alone', () => {
    expect(session([], 'legacy-configure')).toMatchObject({ grantedBy: [], endsAt: END, method: 'legacy-configure' })
  })

  for (const [what, expiresAt, endsAt] of [
    ['the cap, if access has no end', null, END],
    ['the cap, if access is longer by 1 ms', END + 1, END],
    ['both, if they end at the same instant', END, END],
    ['access, if it is shorter by 1 ms', END - 1, END - 1],
    ['access, if it ends in 1 ms', START + 1, START + 1],
  ] as const) {
    it(`ends with ${what}`, () => {
      expect(session([grantFacts('r', 0, expiresAt)]).endsAt).toBe(endsAt)
    })
  }

  it('ends at the latest instant if cap and access exceed it, because no later one can be stored', () => {
    for (const [requests, method] of [
      [[grantFacts('r', 0)], 'access-request'],
      [[], 'legacy-support'],
    ] as const) {
      const of = session(requests, method, { policy: { sessionCap: 8.64e15 } })
      expect(of.endsAt).toBe(8.64e15)
      expect(Session.parse(of)).toStrictEqual(of)
    }
  })

  it('ends with the union of the grants at the start, not with the first of them', () => {
    expect(session([grantFacts('a', 0, START + 10), grantFacts('b', START, START + 20)]).endsAt).toBe(START + 20)
  })
})

describe('a session that its user does not end', () => {
  const endless = [grantFacts('r', 0)]

  it('is live from its start until 1 ms before its end, then expired (SPEC 7.2)', () => {
    expect(endsAsOf(session(endless), endless, [START, END - 1, END, END + 1])).toEqual([LIVE, LIVE, expired(END), expired(END)])
  })

  it('is expired, not access-lost, if access ends at its own end, recorded or not', () => {
    const [granted] = [grantFacts('r', 0, END - 1)]
    const recorded = { ...granted, state: 'expired' } as RequestFacts
    for (const requests of [[granted], [recorded]])
      expect(endsAsOf(session([granted]), requests, [END - 2, END - 1, END])).toEqual([LIVE, expired(END - 1), expired(END - 1)])
  })

  it('is not prolonged by a prolonged grant or by another grant (SPEC 7.3)', () => {
    const short = session([grantFacts('r', 0, START + 100)])
    for (const requests of [
      [grantFacts('r', 0, END + 900)],
      [grantFacts('r', 0)],
      [grantFacts('r', 0, START + 100), grantFacts('s', START + 50)],
    ])
      expect(endsAsOf(short, requests, [START + 99, START + 100, END])).toEqual([LIVE, expired(START + 100), expired(START + 100)])
  })
})

describe('a session whose access ends before its end', () => {
  const of = session([grantFacts('r', 0)])
  const instants = [START + 9, START + 10, START + 11, END]
  const atTen = [LIVE, accessLost(START + 10), accessLost(START + 10), accessLost(START + 10)]

  it('ends at the instant to which the expiry was shortened, recorded or not', () => {
    expect(endsAsOf(of, [grantFacts('r', 0, START + 10)], instants)).toEqual(atTen)
    expect(endsAsOf(of, [{ ...grantFacts('r', 0, START + 10), state: 'expired' } as RequestFacts], instants)).toEqual(atTen)
  })

  it('ends at the revocation, which denies at every instant, earlier ones included (SPEC 4.2)', () => {
    const revoked = [revokedFacts('r', 0, START + 10)]
    expect(endsAsOf(of, revoked, instants.slice(1))).toEqual(atTen.slice(1))
    expect(endsAsOf(of, revoked, [START, START + 9])).toEqual([accessLost(START), accessLost(START + 9)])
  })

  it('ends at the earlier of the expiry and the revocation of its grant', () => {
    const revoked = { ...revokedFacts('r', 0, START + 10), expiresAt: START + 20 } as RequestFacts
    expect(endsAsOf(of, [revoked], [START + 30])).toEqual([accessLost(START + 10)])
    expect(endsAsOf(of, [{ ...revoked, endedAt: START + 20, expiresAt: START + 10 } as RequestFacts], [START + 30])).toEqual([
      accessLost(START + 10),
    ])
  })

  it('ends when its user is removed, and not when another user is', () => {
    const without = (user: string, ...users: string[]) =>
      ({ ...grantFacts('r', 0), users, removed: [{ user, at: START + 10 }] }) as RequestFacts
    expect(endsAsOf(of, [without('caroline', 'charlotte')], instants.slice(1))).toEqual(atTen.slice(1))
    expect(endsAsOf(of, [without('charlotte', 'caroline')], instants.slice(0, 3))).toEqual([LIVE, LIVE, LIVE])
  })

  it('ends at its start if its grant had ended by then', () => {
    for (const ended of [revokedFacts('r', 0, START), revokedFacts('r', 0, START - 5), grantFacts('r', 0, START)])
      expect(endsAsOf(of, [ended], [START, END - 1])).toEqual([accessLost(START), accessLost(START)])
  })

  it('ends at its start if its requests were purged (SPEC 5.2)', () => {
    expect(endsAsOf(of, [], [START, END, END + 1], 0)).toEqual([accessLost(START), accessLost(START), accessLost(START)])
    expect(endsAsOf(of, [pendingFacts('p'), endedFacts('e', 'rejected', START + 1), removedFacts('g', START + 1)], [START + 5])).toEqual([
      accessLost(START),
    ])
  })

  it('ends at its start if its facts and `governed` were lost, even if the host’s rule allows', () => {
    const byGrant = session([grantFacts('r', 0)], 'legacy-support')
    expect(sessionBasis(START, [], 'legacy-support').decision.allowed).toBe(true)
    expect(endsAsOf(byGrant, [], [START, START + 5])).toEqual([accessLost(START), accessLost(START)])
  })

  it('stays ended after a later grant, so that recording the end changes no answer (SPEC 4.3)', () => {
    const later = [revokedFacts('r', 0, START + 10), grantFacts('s', START + 12)]
    expect(sessionBasis(START + 20, later).decision.allowed).toBe(true)
    expect(endsAsOf(of, later, [START + 12, START + 20, END + 1])).toEqual([
      accessLost(START + 10),
      accessLost(START + 10),
      accessLost(START + 10),
    ])
  })
})

describe('a session under several grants', () => {
  const of = session([grantFacts('a', 0)])

  it('continues if one grant starts when another ends: [a, b) and [b, c) have no gap', () => {
    const touching = [grantFacts('a', 0, START + 10), grantFacts('b', START + 10, START + 20)]
    expect(endsAsOf(of, touching, [START + 10, START + 19, START + 20])).toEqual([LIVE, LIVE, accessLost(START + 20)])
    expect(endsAsOf(of, [...touching].reverse(), [START + 10, START + 20])).toEqual([LIVE, accessLost(START + 20)])
  })

  it('ends at a gap of 1 ms', () => {
    const gap = [grantFacts('a', 0, START + 10), grantFacts('b', START + 11, START + 20)]
    expect(endsAsOf(of, gap, [START + 9, START + 10, START + 11, START + 19])).toEqual([
      LIVE,
      accessLost(START + 10),
      accessLost(START + 10),
      accessLost(START + 10),
    ])
  })

  it('continues by a grant that was made before another was revoked', () => {
    const overlapping = [revokedFacts('a', 0, START + 10), grantFacts('b', START + 5, START + 20)]
    expect(endsAsOf(of, overlapping, [START + 10, START + 19, START + 20])).toEqual([LIVE, LIVE, accessLost(START + 20)])
  })

  it('continues through a chain of grants, in any order of the facts', () => {
    const chain = [
      grantFacts('c', START + 20, START + 30),
      grantFacts('a', 0, START + 10),
      grantFacts('within', START + 1, START + 2),
      grantFacts('b', START + 10, START + 20),
    ]
    expect(endsAsOf(of, chain, [START + 29, START + 30])).toEqual([LIVE, accessLost(START + 30)])
  })

  it('does not continue by an empty grant, or by one that starts after the user’s removal', () => {
    const nothing = [
      grantFacts('a', 0, START + 10),
      revokedFacts('b', START + 10, START + 10),
      { ...grantFacts('c', START + 10), users: ['charlotte'], removed: [{ user: 'caroline', at: START + 3 }] } as RequestFacts,
      grantFacts('d', START + 11),
    ]
    expect(endsAsOf(of, nothing, [START + 11])).toEqual([accessLost(START + 10)])
  })
})

describe('a session by the legacy rule', () => {
  const of = session([], 'legacy-support')

  it('is live while the rule allows, and expires at its end', () => {
    expect(endsAsOf(of, [], [START, END - 1, END])).toEqual([LIVE, LIVE, expired(END)])
    expect(endsAsOf(of, [pendingFacts('p')], [START, END - 1, END])).toEqual([LIVE, LIVE, expired(END)])
  })

  it('ends at `now` while the rule refuses, because the instant of that change is unknown', () => {
    const refusing = {
      ...sessionBasis(START + 7, [], 'legacy-support'),
      decision: decide('caroline', TOM, 'legacy-support', START + 7, noFacts),
    }
    expect(sessionEndedAt(of, refusing, START + 7)).toEqual(accessLost(START + 7))
    expect(sessionEndedAt(of, refusing, START - 7)).toEqual(accessLost(START))
    expect(sessionEndedAt(of, refusing, END)).toEqual(expired(END))
  })

  it('ends when a grant that does not name its user governs the tenant (SPEC 5.3.5)', () => {
    const since = START + 5
    expect(endsAsOf(of, [], [since, since + 2, END - 1, END], since)).toEqual([
      accessLost(since),
      accessLost(since),
      accessLost(since),
      accessLost(since),
    ])
    const [rejected, revokedAtOnce] = [endedFacts('e', 'rejected', START + 1), revokedFacts('r', START + 5, START + 5)]
    expect(endsAsOf(of, [rejected, revokedAtOnce], [START + 7])).toEqual([accessLost(START + 5)])
  })

  it('stays ended even if a later grant names its user (SPEC 4.3)', () => {
    const later = [grantFacts('r', START + 8)]
    expect(sessionBasis(START + 9, later, 'legacy-support', START + 5).decision.allowed).toBe(true)
    expect(endsAsOf(of, later, [START + 8, START + 9], START + 5)).toEqual([accessLost(START + 5), accessLost(START + 5)])
  })

  it('ends at its start if the tenant was already governed, but the facts did not show it yet', () => {
    expect(endsAsOf(of, [], [START, START + 5], START - 1)).toEqual([accessLost(START), accessLost(START)])
    expect(endsAsOf(of, [], [START, START + 5], START)).toEqual([accessLost(START), accessLost(START)])
  })

  it('continues by a grant that names its user, and ends with that grant', () => {
    const named = [grantFacts('r', START + 5, START + 10)]
    expect(endsAsOf(of, named, [START + 5, START + 9, START + 10, END])).toEqual([
      LIVE,
      LIVE,
      accessLost(START + 10),
      accessLost(START + 10),
    ])
    expect(endsAsOf(of, [revokedFacts('r', START + 5, START + 8)], [START + 8, START + 30])).toEqual([
      accessLost(START + 8),
      accessLost(START + 8),
    ])
  })

  it('continues by the first such grant and those that follow without a gap', () => {
    const joined = [grantFacts('b', START + 10, START + 20), grantFacts('a', START + 5, START + 10), grantFacts('c', START + 21)]
    expect(endsAsOf(of, joined, [START + 19, START + 20, START + 30])).toEqual([LIVE, accessLost(START + 20), accessLost(START + 20)])
  })

  it('depends on a grant that is made at its start from then on', () => {
    expect(endsAsOf(of, [grantFacts('r', START, START + 10)], [START, START + 9, START + 10])).toEqual([LIVE, LIVE, accessLost(START + 10)])
    const gap = [grantFacts('r', START, START + 10), grantFacts('s', START + 12)]
    expect(endsAsOf(of, gap, [START + 13])).toEqual([accessLost(START + 10)])
  })

  it('does not continue by a grant that ended before its start', () => {
    expect(endsAsOf(of, [grantFacts('r', 0, START)], [START + 5])).toEqual([accessLost(START)])
  })
})

const noFacts = { tenant: TOM, governed: false, requests: [] }

describe('a clock that steps back', () => {
  const requests = [grantFacts('r', START - 100)]

  it('before the start leaves the session live if access had begun', () => {
    expect(endsAsOf(session(requests), requests, [START - 1, START - 100])).toEqual([LIVE, LIVE])
  })

  it('before the grant ends the session at its start, not earlier', () => {
    expect(endsAsOf(session(requests), requests, [START - 101])).toEqual([accessLost(START)])
  })
})

describe('an ended session', () => {
  const of = session([grantFacts('r', 0)])
  const endedByUser = endSession(of, { at: START + 3, cause: 'ended-by-user' }, () => 'end')

  it('that its user ended is an event by the user', () => {
    expect(endedByUser).toStrictEqual({
      id: 'end',
      type: 'impersonation.ended',
      at: START + 3,
      by: { user: 'caroline', tenant: CLASSICS },
      tenant: TOM,
      requestingTenant: CLASSICS,
      session: HASH,
      cause: 'ended-by-user',
      revision: 2,
      version: 1,
    })
  })

  for (const cause of ['expired', 'access-lost'] as const) {
    it(`that is ${cause} is an event by the clock, dated at the end itself`, () => {
      expect(endSession(of, { at: START + 4, cause }, () => 'end')).toMatchObject({ at: START + 4, by: 'clock', cause })
    })
  }

  it('keeps its fields, and has the instant, actor and cause of its end', () => {
    expect(applySessionEnd(of, endedByUser)).toStrictEqual({
      ...of,
      revision: 2,
      state: 'ended',
      endedAt: START + 3,
      endedBy: { user: 'caroline', tenant: CLASSICS },
      cause: 'ended-by-user',
    })
  })

  it('stays ended, whatever the decision', () => {
    const requests = [grantFacts('r', 0)]
    for (const cause of ['ended-by-user', 'expired', 'access-lost'] as const) {
      const ended = applySessionEnd(
        of,
        endSession(of, { at: START + 3, cause }, () => 'end'),
      )
      expect(endsAsOf(ended, requests, [START + 3, END + 1])).toEqual([
        { at: START + 3, cause },
        { at: START + 3, cause },
      ])
    }
  })
})

describe('an end by the clock, as of an earlier instant', () => {
  const of = session([grantFacts('r', 0)])
  const endedAs = (ending: SessionEnding) =>
    applySessionEnd(
      of,
      endSession(of, ending, () => 'end'),
    )

  it('is ignored, as if it were not recorded (SPEC 4.3)', () => {
    for (const ending of [accessLost(START + 10), expired(START + 10)]) {
      expect(endsAsOf(endedAs(ending), [grantFacts('r', 0, START + 10)], [START, START + 9, START + 10])).toEqual([LIVE, LIVE, ending])
      expect(endsAsOf(endedAs(ending), [revokedFacts('r', 0, START + 10)], [START + 9])).toEqual([accessLost(START + 9)])
    }
  })

  it('does not apply to an end by the user, which counts at every instant (SPEC 4.2)', () => {
    const endedByUser = { at: START + 10, cause: 'ended-by-user' } as const
    expect(endsAsOf(endedAs(endedByUser), [grantFacts('r', 0)], [START, START + 9, START + 10])).toEqual([
      endedByUser,
      endedByUser,
      endedByUser,
    ])
  })
})

describe('a stored session', () => {
  const of = session([grantFacts('r', 0)])
  const ended = { ...of, revision: 2, state: 'ended', endedAt: START + 3 } as const
  const user = { user: 'caroline', tenant: CLASSICS }

  it('has its recorded end, else its latest possible end', () => {
    expect(recordedEnd(of)).toBe(END)
    expect(recordedEnd({ ...ended, endedBy: user, cause: 'ended-by-user' })).toBe(START + 3)
  })

  it('is open, ended by its user, or ended by the clock as expired or access-lost, and nothing else', () => {
    for (const valid of [
      of,
      { ...ended, endedBy: user, cause: 'ended-by-user' },
      { ...ended, endedBy: 'clock', cause: 'expired' },
      { ...ended, endedBy: 'clock', cause: 'access-lost' },
    ])
      expect(Session.parse(valid)).toStrictEqual(valid)
    for (const invalid of [
      ended,
      { ...ended, endedBy: 'clock', cause: 'ended-by-user' },
      { ...ended, endedBy: user, cause: 'access-lost' },
      { ...ended, endedBy: user, cause: 'expired' },
      { ...ended, endedBy: user, cause: '' },
      { ...ended, endedBy: 'clock', cause: '' },
      { ...of, state: 'paused' },
      { ...of, cause: 'ended-by-user' },
    ])
      expect(Session.safeParse(invalid).success).toBe(false)
  })
})

describe('a session folded from its events (SPEC 8.1)', () => {
  const started: ImpersonationStarted = {
    id: 'begin',
    type: 'impersonation.started',
    at: START,
    by: { user: 'caroline', tenant: CLASSICS },
    tenant: TOM,
    requestingTenant: CLASSICS,
    session: HASH,
    method: 'access-request',
    grantedBy: ['r'],
    reason: 'ticket 7',
    endsAt: END,
    revision: 1,
    version: 1,
  }
  const ended: ImpersonationEnded = endSession(sessionFromStart(started), { at: END, cause: 'expired' }, () => 'end')

  it('has the fields of its first event', () => {
    expect(sessionFromStart(started)).toStrictEqual({
      hash: HASH,
      user: 'caroline',
      requestingTenant: CLASSICS,
      tenant: TOM,
      method: 'access-request',
      grantedBy: ['r'],
      reason: 'ticket 7',
      startedAt: START,
      endsAt: END,
      revision: 1,
      state: 'open',
    })
  })

  it('is parsed unchanged, and refused with a missing, wrong or extra field', () => {
    for (const row of [sessionFromStart(started), applySessionEnd(sessionFromStart(started), ended)]) {
      expect(Session.parse(JSON.parse(JSON.stringify(row)))).toStrictEqual(row)
      for (const key of Object.keys(row)) {
        const { [key as never]: _, ...rest } = row
        expect(Session.safeParse(rest).success, `without ${key}`).toBe(false)
        for (const wrong of [true, -0.5, 'a\u0000', [0], {}])
          expect(Session.safeParse({ ...row, [key]: wrong }).success, `${key}: ${wrong}`).toBe(false)
      }
      expect(Session.safeParse({ ...row, more: 1 }).success).toBe(false)
    }
  })

  it('refuses an end after an end, another session’s event, and a revision that is not the next', () => {
    const open = sessionFromStart(started)
    const closed = applySessionEnd(open, ended)
    const wrong: readonly [Session, ImpersonationEnded, string][] = [
      [closed, { ...ended, revision: 3 }, 'the session is `ended`'],
      [closed, ended, 'the session is `ended`'],
      [open, { ...ended, session: 'b'.repeat(64) }, 'the session is `open`'],
      [open, { ...ended, revision: 3 }, 'the session is `open`'],
      [open, { ...ended, revision: 1 }, 'the session is `open`'],
    ]
    for (const [of, event, message] of wrong) {
      const apply = () => applySessionEnd(of, event)
      expect(apply).toThrow(ConsentryError)
      expect(apply).toThrow(`event \`end\` cannot be applied: ${message}`)
      expect(apply).toThrow(
        expect.objectContaining({
          code: 'corrupt',
          issues: [{ path: ['impersonation.ended', 'end'], code: 'invalid', message: `cannot be applied at revision \`${of.revision}\`` }],
        }),
      )
    }
  })
})
