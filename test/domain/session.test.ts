/** A session by examples: who may start one, how long it lasts, what cuts it, and each boundary to the millisecond (SPEC §7). */
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

/** What the session's user stands on, by the real decision; the tenant is governed since the first grant told of, or since `since`. */
function footing(
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
  const { decision } = footing(now, requests, method)
  if (!decision.allowed) throw new Error(`the example starts nothing: ${decision.reason}`)
  return { actor: caroline, now, newId: () => 'event', hash: HASH, decision, policy: { sessionCap: CAP }, ...rest }
}

/** The session that is started on these facts, at `START` and for at most `CAP` where nothing else is said. */
function session(
  requests: readonly RequestFacts[],
  method: AccessMethod = 'access-request',
  rest: Partial<StartContext> = {},
): OpenSession {
  const started = startSession({ tenant: TOM, method, reason: '' }, context(requests, method, rest))
  if (!started.ok) throw new Error(started.refusal.code)
  return sessionFromStart(started.value)
}

/** When the session is over as of each instant, on the facts as they are by then; `live` where it is not. */
function lives(of: Session, requests: readonly RequestFacts[], instants: readonly Instant[], since: Instant | null = null) {
  return instants.map((now) => sessionEndedAt(of, footing(now, requests, of.method, since), now) ?? 'live')
}
const cut = (at: Instant): SessionEnding => ({ at, cause: 'access-lost' })
const expired = (at: Instant): SessionEnding => ({ at, cause: 'expired' })
const LIVE = 'live'

describe('whoever would start a session', () => {
  it('may while he is nowhere inside', () => {
    expect(checkCanStart(caroline, TOM)).toBeUndefined()
  })

  it('may not from inside any tenant: no nesting, not even the same one again (SPEC 7.3)', () => {
    expect(checkCanStart(inside(HUNDRED), TOM)).toEqual({ code: 'impersonating' })
    expect(checkCanStart(inside(TOM), TOM)).toEqual({ code: 'impersonating' })
    expect(
      startSession({ tenant: TOM, method: 'access-request', reason: '' }, { ...context([grantFacts('r', 0)]), actor: inside(TOM) }),
    ).toEqual({ ok: false, refusal: { code: 'impersonating' } })
  })

  it('may not in his own tenant, which is an issue of his input and comes first (SPEC 4.7, 7.3)', () => {
    expect(checkCanStart(caroline, CLASSICS)).toEqual(ownTenant(CLASSICS))
    expect(checkCanStart(inside(TOM), CLASSICS)).toEqual(ownTenant(CLASSICS))
  })
})

describe('whoever would enter', () => {
  it('may from outside, and from inside just there by that method', () => {
    expect(checkCanEnter(caroline, TOM, 'access-request')).toBeUndefined()
    expect(checkCanEnter(inside(TOM), TOM, 'access-request')).toBeUndefined()
  })

  it('may not from inside elsewhere, or by another method', () => {
    expect(checkCanEnter(inside(HUNDRED), TOM, 'access-request')).toEqual({ code: 'impersonating' })
    expect(checkCanEnter(inside(TOM), TOM, 'legacy-support')).toEqual({ code: 'impersonating' })
  })

  it('may not his own tenant, wherever he is', () => {
    expect(checkCanEnter(caroline, CLASSICS, 'access-request')).toEqual(ownTenant(CLASSICS))
    expect(checkCanEnter(inside(CLASSICS), CLASSICS, 'access-request')).toEqual(ownTenant(CLASSICS))
  })
})

describe('a session that starts', () => {
  it('is an event of the real user that says by which grants, from when and until when (SPEC 7.1)', () => {
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

  it('by the host’s rule names no grant, and ends by the cap alone', () => {
    expect(session([], 'legacy-configure')).toMatchObject({ grantedBy: [], endsAt: END, method: 'legacy-configure' })
  })

  for (const [what, expiresAt, endsAt] of [
    ['the cap, where access has no end', null, END],
    ['the cap, where access is longer by 1 ms', END + 1, END],
    ['both, where they end together', END, END],
    ['access, where it is shorter by 1 ms', END - 1, END - 1],
    ['access, where it ends in 1 ms', START + 1, START + 1],
  ] as const) {
    it(`ends with ${what}`, () => {
      expect(session([grantFacts('r', 0, expiresAt)]).endsAt).toBe(endsAt)
    })
  }

  it('ends with the last instant there is, where cap and access reach beyond it: no later one could be stored', () => {
    for (const [requests, method] of [
      [[grantFacts('r', 0)], 'access-request'],
      [[], 'legacy-support'],
    ] as const) {
      const of = session(requests, method, { policy: { sessionCap: 8.64e15 } })
      expect(of.endsAt).toBe(8.64e15)
      expect(Session.parse(of)).toStrictEqual(of)
    }
  })

  it('ends with the union of the grants known then, not with the first of them', () => {
    expect(session([grantFacts('a', 0, START + 10), grantFacts('b', START, START + 20)]).endsAt).toBe(START + 20)
  })
})

describe('a session nobody ends', () => {
  const endless = [grantFacts('r', 0)]

  it('is live from its start until 1 ms before its end, and expired from its end on (SPEC 7.2)', () => {
    expect(lives(session(endless), endless, [START, END - 1, END, END + 1])).toEqual([LIVE, LIVE, expired(END), expired(END)])
  })

  it('expires, and is not cut, where access ends at its very end, recorded or not', () => {
    const [granted] = [grantFacts('r', 0, END - 1)]
    const recorded = { ...granted, state: 'expired' } as RequestFacts
    for (const requests of [[granted], [recorded]])
      expect(lives(session([granted]), requests, [END - 2, END - 1, END])).toEqual([LIVE, expired(END - 1), expired(END - 1)])
  })

  it('is not prolonged by a grant that is, nor by another grant (SPEC 7.3)', () => {
    const short = session([grantFacts('r', 0, START + 100)])
    for (const requests of [
      [grantFacts('r', 0, END + 900)],
      [grantFacts('r', 0)],
      [grantFacts('r', 0, START + 100), grantFacts('s', START + 50)],
    ])
      expect(lives(short, requests, [START + 99, START + 100, END])).toEqual([LIVE, expired(START + 100), expired(START + 100)])
  })
})

describe('a session whose access ends before its end', () => {
  const of = session([grantFacts('r', 0)])
  const instants = [START + 9, START + 10, START + 11, END]
  const atTen = [LIVE, cut(START + 10), cut(START + 10), cut(START + 10)]

  it('is cut at the instant to which the expiry was shortened, recorded or not', () => {
    expect(lives(of, [grantFacts('r', 0, START + 10)], instants)).toEqual(atTen)
    expect(lives(of, [{ ...grantFacts('r', 0, START + 10), state: 'expired' } as RequestFacts], instants)).toEqual(atTen)
  })

  it('is cut at the revocation, which counts at every instant: before it too nobody enters (SPEC 4.2)', () => {
    const revoked = [revokedFacts('r', 0, START + 10)]
    expect(lives(of, revoked, instants.slice(1))).toEqual(atTen.slice(1))
    expect(lives(of, revoked, [START, START + 9])).toEqual([cut(START), cut(START + 9)])
  })

  it('is cut where its grant was to expire first and was revoked before that, and the other way round', () => {
    const revoked = { ...revokedFacts('r', 0, START + 10), expiresAt: START + 20 } as RequestFacts
    expect(lives(of, [revoked], [START + 30])).toEqual([cut(START + 10)])
    expect(lives(of, [{ ...revoked, endedAt: START + 20, expiresAt: START + 10 } as RequestFacts], [START + 30])).toEqual([cut(START + 10)])
  })

  it('is cut where its user was removed, and another user’s removal is nothing to it', () => {
    const without = (user: string, ...users: string[]) =>
      ({ ...grantFacts('r', 0), users, removed: [{ user, at: START + 10 }] }) as RequestFacts
    expect(lives(of, [without('caroline', 'charlotte')], instants.slice(1))).toEqual(atTen.slice(1))
    expect(lives(of, [without('charlotte', 'caroline')], instants.slice(0, 3))).toEqual([LIVE, LIVE, LIVE])
  })

  it('is cut at its start where what carried it was gone by then', () => {
    for (const gone of [revokedFacts('r', 0, START), revokedFacts('r', 0, START - 5), grantFacts('r', 0, START)])
      expect(lives(of, [gone], [START, END - 1])).toEqual([cut(START), cut(START)])
  })

  it('is cut at its start where its facts were purged: what nobody knows carries nobody (SPEC 5.2)', () => {
    expect(lives(of, [], [START, END, END + 1], 0)).toEqual([cut(START), cut(START), cut(START)])
    expect(lives(of, [pendingFacts('p'), endedFacts('e', 'rejected', START + 1), removedFacts('g', START + 1)], [START + 5])).toEqual([
      cut(START),
    ])
  })

  it('is cut where its facts were lost with all that governed the tenant, though the host’s rule would let its user in', () => {
    const byGrant = session([grantFacts('r', 0)], 'legacy-support')
    expect(footing(START, [], 'legacy-support').decision.allowed).toBe(true)
    expect(lives(byGrant, [], [START, START + 5])).toEqual([cut(START), cut(START)])
  })

  it('stays cut, whatever is granted later, so that recording it changes no answer (SPEC 4.3)', () => {
    const later = [revokedFacts('r', 0, START + 10), grantFacts('s', START + 12)]
    expect(footing(START + 20, later).decision.allowed).toBe(true)
    expect(lives(of, later, [START + 12, START + 20, END + 1])).toEqual([cut(START + 10), cut(START + 10), cut(START + 10)])
  })
})

describe('a session under several grants', () => {
  const of = session([grantFacts('a', 0)])

  it('is carried on by one that begins where another ends: [a, b) and [b, c) have no gap', () => {
    const touching = [grantFacts('a', 0, START + 10), grantFacts('b', START + 10, START + 20)]
    expect(lives(of, touching, [START + 10, START + 19, START + 20])).toEqual([LIVE, LIVE, cut(START + 20)])
    expect(lives(of, [...touching].reverse(), [START + 10, START + 20])).toEqual([LIVE, cut(START + 20)])
  })

  it('is cut by a gap of 1 ms', () => {
    const gap = [grantFacts('a', 0, START + 10), grantFacts('b', START + 11, START + 20)]
    expect(lives(of, gap, [START + 9, START + 10, START + 11, START + 19])).toEqual([
      LIVE,
      cut(START + 10),
      cut(START + 10),
      cut(START + 10),
    ])
  })

  it('is carried on by one that was there before another was revoked', () => {
    const overlapping = [revokedFacts('a', 0, START + 10), grantFacts('b', START + 5, START + 20)]
    expect(lives(of, overlapping, [START + 10, START + 19, START + 20])).toEqual([LIVE, LIVE, cut(START + 20)])
  })

  it('is carried through a chain of them, in whatever order the facts come', () => {
    const chain = [
      grantFacts('c', START + 20, START + 30),
      grantFacts('a', 0, START + 10),
      grantFacts('within', START + 1, START + 2),
      grantFacts('b', START + 10, START + 20),
    ]
    expect(lives(of, chain, [START + 29, START + 30])).toEqual([LIVE, cut(START + 30)])
  })

  it('is not carried by a grant that ended as it began, nor by one the user was taken off before it', () => {
    const nothing = [
      grantFacts('a', 0, START + 10),
      revokedFacts('b', START + 10, START + 10),
      { ...grantFacts('c', START + 10), users: ['charlotte'], removed: [{ user: 'caroline', at: START + 3 }] } as RequestFacts,
      grantFacts('d', START + 11),
    ]
    expect(lives(of, nothing, [START + 11])).toEqual([cut(START + 10)])
  })
})

describe('a session by the legacy rule', () => {
  const of = session([], 'legacy-support')

  it('is live while the rule permits, and expires at its end', () => {
    expect(lives(of, [], [START, END - 1, END])).toEqual([LIVE, LIVE, expired(END)])
    expect(lives(of, [pendingFacts('p')], [START, END - 1, END])).toEqual([LIVE, LIVE, expired(END)])
  })

  it('is over now, whenever now is, while the rule has changed its mind: nobody knows since when', () => {
    const refusing = {
      ...footing(START + 7, [], 'legacy-support'),
      decision: decide('caroline', TOM, 'legacy-support', START + 7, noFacts),
    }
    expect(sessionEndedAt(of, refusing, START + 7)).toEqual(cut(START + 7))
    expect(sessionEndedAt(of, refusing, START - 7)).toEqual(cut(START))
    expect(sessionEndedAt(of, refusing, END)).toEqual(expired(END))
  })

  it('is cut where the tenant is governed by a grant that does not name its user (SPEC 5.3.5)', () => {
    const since = START + 5
    expect(lives(of, [], [since, since + 2, END - 1, END], since)).toEqual([cut(since), cut(since), cut(since), cut(since)])
    const [rejected, foiled] = [endedFacts('e', 'rejected', START + 1), revokedFacts('r', START + 5, START + 5)]
    expect(lives(of, [rejected, foiled], [START + 7])).toEqual([cut(START + 5)])
  })

  it('stays cut though a later grant names its user (SPEC 4.3)', () => {
    const later = [grantFacts('r', START + 8)]
    expect(footing(START + 9, later, 'legacy-support', START + 5).decision.allowed).toBe(true)
    expect(lives(of, later, [START + 8, START + 9], START + 5)).toEqual([cut(START + 5), cut(START + 5)])
  })

  it('is cut at its start where the tenant was governed by then, and it started before anybody noticed', () => {
    expect(lives(of, [], [START, START + 5], START - 1)).toEqual([cut(START), cut(START)])
    expect(lives(of, [], [START, START + 5], START)).toEqual([cut(START), cut(START)])
  })

  it('is carried on by a grant that names its user, and cut at that grant’s end', () => {
    const named = [grantFacts('r', START + 5, START + 10)]
    expect(lives(of, named, [START + 5, START + 9, START + 10, END])).toEqual([LIVE, LIVE, cut(START + 10), cut(START + 10)])
    expect(lives(of, [revokedFacts('r', START + 5, START + 8)], [START + 8, START + 30])).toEqual([cut(START + 8), cut(START + 8)])
  })

  it('is carried on by the first such grant and by what joins it, but not past a gap', () => {
    const joined = [grantFacts('b', START + 10, START + 20), grantFacts('a', START + 5, START + 10), grantFacts('c', START + 21)]
    expect(lives(of, joined, [START + 19, START + 20, START + 30])).toEqual([LIVE, cut(START + 20), cut(START + 20)])
  })

  it('that a grant has carried from its very start is carried by it alone', () => {
    expect(lives(of, [grantFacts('r', START, START + 10)], [START, START + 9, START + 10])).toEqual([LIVE, LIVE, cut(START + 10)])
    const gap = [grantFacts('r', START, START + 10), grantFacts('s', START + 12)]
    expect(lives(of, gap, [START + 13])).toEqual([cut(START + 10)])
  })

  it('is not carried by what was over before it started', () => {
    expect(lives(of, [grantFacts('r', 0, START)], [START + 5])).toEqual([cut(START)])
  })
})

const noFacts = { tenant: TOM, governed: false, requests: [] }

describe('a clock that steps back', () => {
  const requests = [grantFacts('r', START - 100)]

  it('before the start leaves the session live where access was there already', () => {
    expect(lives(session(requests), requests, [START - 1, START - 100])).toEqual([LIVE, LIVE])
  })

  it('before the grant cuts nothing before its start', () => {
    expect(lives(session(requests), requests, [START - 101])).toEqual([cut(START)])
  })
})

describe('an ended session', () => {
  const of = session([grantFacts('r', 0)])
  const left = endSession(of, { at: START + 3, cause: 'ended-by-user' }, () => 'end')

  it('that its user left is an event of his', () => {
    expect(left).toStrictEqual({
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
    it(`that was ${cause} is an event of the clock, dated at that instant itself`, () => {
      expect(endSession(of, { at: START + 4, cause }, () => 'end')).toMatchObject({ at: START + 4, by: 'clock', cause })
    })
  }

  it('is what it was, and says since when, by whom and why it is over', () => {
    expect(applySessionEnd(of, left)).toStrictEqual({
      ...of,
      revision: 2,
      state: 'ended',
      endedAt: START + 3,
      endedBy: { user: 'caroline', tenant: CLASSICS },
      cause: 'ended-by-user',
    })
  })

  it('is over since then, whatever the decision says', () => {
    const requests = [grantFacts('r', 0)]
    for (const cause of ['ended-by-user', 'expired', 'access-lost'] as const) {
      const ended = applySessionEnd(
        of,
        endSession(of, { at: START + 3, cause }, () => 'end'),
      )
      expect(lives(ended, requests, [START + 3, END + 1])).toEqual([
        { at: START + 3, cause },
        { at: START + 3, cause },
      ])
    }
  })
})

describe('an end by the clock, as of an instant before it', () => {
  const of = session([grantFacts('r', 0)])
  const endedAs = (over: SessionEnding) =>
    applySessionEnd(
      of,
      endSession(of, over, () => 'end'),
    )

  it('has not come, and the session is what it would be if nothing had been recorded (SPEC 4.3)', () => {
    for (const over of [cut(START + 10), expired(START + 10)]) {
      expect(lives(endedAs(over), [grantFacts('r', 0, START + 10)], [START, START + 9, START + 10])).toEqual([LIVE, LIVE, over])
      expect(lives(endedAs(over), [revokedFacts('r', 0, START + 10)], [START + 9])).toEqual([cut(START + 9)])
    }
  })

  it('is not so where its user left: that counts at every instant, as a revocation does (SPEC 4.2)', () => {
    const left = { at: START + 10, cause: 'ended-by-user' } as const
    expect(lives(endedAs(left), [grantFacts('r', 0)], [START, START + 9, START + 10])).toEqual([left, left, left])
  })
})

describe('a session as it is stored', () => {
  const of = session([grantFacts('r', 0)])
  const ended = { ...of, revision: 2, state: 'ended', endedAt: START + 3 } as const
  const user = { user: 'caroline', tenant: CLASSICS }

  it('lasts until its end, the one saved or the one to come', () => {
    expect(recordedEnd(of)).toBe(END)
    expect(recordedEnd({ ...ended, endedBy: user, cause: 'ended-by-user' })).toBe(START + 3)
  })

  it('is open, or was left by its user, or has expired or been cut by the clock, and is nothing else', () => {
    for (const sound of [
      of,
      { ...ended, endedBy: user, cause: 'ended-by-user' },
      { ...ended, endedBy: 'clock', cause: 'expired' },
      { ...ended, endedBy: 'clock', cause: 'access-lost' },
    ])
      expect(Session.parse(sound)).toStrictEqual(sound)
    for (const odd of [
      ended,
      { ...ended, endedBy: 'clock', cause: 'ended-by-user' },
      { ...ended, endedBy: user, cause: 'access-lost' },
      { ...ended, endedBy: user, cause: 'expired' },
      { ...ended, endedBy: user, cause: '' },
      { ...ended, endedBy: 'clock', cause: '' },
      { ...of, state: 'paused' },
      { ...of, cause: 'ended-by-user' },
    ])
      expect(Session.safeParse(odd).success).toBe(false)
  })
})

describe('what a session is made of by its events (SPEC 8.1)', () => {
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

  it('is all that its first event says', () => {
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

  it('is read back from storage as it was, and not with a part missing, wrong or too many', () => {
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

  it('cannot follow an end, another session’s event, or a revision that is not the next', () => {
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
      const told = () => applySessionEnd(of, event)
      expect(told).toThrow(ConsentryError)
      expect(told).toThrow(`event \`end\` cannot be applied: ${message}`)
      expect(told).toThrow(
        expect.objectContaining({
          code: 'corrupt',
          issues: [{ path: ['impersonation.ended', 'end'], code: 'invalid', message: `cannot be applied at revision \`${of.revision}\`` }],
        }),
      )
    }
  })
})
