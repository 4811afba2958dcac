/** Sessions by the pure functions: the tables of sessions, and their events and states (SPEC §7). */
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decision.js'
import type { Actor } from '../../src/domain/actor.js'
import type { AccessMethod } from '../../src/domain/decision-types.js'
import { ConsentryError } from '../../src/domain/error.js'
import { type ImpersonationEnded, type ImpersonationStarted, PERSONAL_END_CAUSES } from '../../src/domain/event.js'
import type { TenantFacts } from '../../src/domain/facts.js'
import type { SessionEnding, StartContext } from '../../src/domain/session.js'
import { checkCanEnter, checkCanStart, endingBy, endSession, recordEnd, sessionEndedAt, startSession } from '../../src/domain/session.js'
import { applySessionEnd, type OpenSession, recordedEnd, Session, sessionFromStart } from '../../src/domain/session-state.js'
import { requestsOfUser } from '../../src/domain/status.js'
import { CLASSICS, caroline, HUNDRED, person, TOM } from '../story/cast.js'
import { grantFacts } from './requests.js'
import { ACTORS, END, ENDS, expired, factsOfTom, inside, lost, START, STARTS } from './session-cases.js'

const HASH = 'a'.repeat(64)
const newId = () => 'event'
const grants = factsOfTom([grantFacts('r', 0)])

function start(method: AccessMethod, facts: TenantFacts, rest: Partial<StartContext> = {}) {
  const decision = decide('caroline', TOM, method, START, facts, { legacy: () => true })
  if (!decision.allowed) throw new Error(`the example cannot start: ${decision.reason}`)
  const context = { actor: caroline, now: START, newId, hash: HASH, decision, policy: { sessionCap: END - START }, ...rest }
  return startSession({ tenant: TOM, method, reason: 'ticket 7' }, context)
}

function started(...args: Parameters<typeof start>): OpenSession {
  const result = start(...args)
  if (!result.ok) throw new Error(result.refusal.code)
  return sessionFromStart(result.value)
}

const by = { user: 'caroline', tenant: CLASSICS }
const basis = { method: 'access-request', grantedBy: ['r'], reason: 'ticket 7', endsAt: END } as const
const parties = { tenant: TOM, requestingTenant: CLASSICS }
const session: OpenSession = { ...parties, ...basis, hash: HASH, user: 'caroline', startedAt: START, revision: 1, state: 'open' }
const envelope = { ...parties, id: 'event', session: HASH, version: 1 } as const
const end = (ending: SessionEnding, of = session) => recordEnd(of, ending, newId).session
const endedByUser = (at: number): SessionEnding => ({ at, cause: 'ended-by-user' })
/** An end by each person who may end a session (SPEC 7.7). */
const byPersons = (at: number): SessionEnding[] => [
  endedByUser(at),
  { at, cause: 'ended-by-tenant', by: { user: 'becky', tenant: TOM } },
  { at, cause: 'ended-by-requester', by: { user: 'elizabeth', tenant: CLASSICS } },
]

function endingAt(of: Session, now: number, { governed, requests }: TenantFacts = grants) {
  const decision = decide('caroline', TOM, of.method, now, { tenant: TOM, governed, requests })
  return sessionEndedAt(of, { decision, requests: requestsOfUser('caroline', requests), governedSince: governed ? 0 : null }, now)
}

describe('an actor', () => {
  const issue = { path: ['tenant'], code: 'own-tenant', message: "`tom-sawyer` is the actor's own tenant" }
  const refusals: Record<string, unknown> = {
    impersonating: { code: 'impersonating' },
    'own-tenant': { code: 'invalid-input', issues: [issue] },
  }
  for (const [who, { actor, start: refusal, enter }] of Object.entries(ACTORS))
    it(`${who} starts a session: ${refusal ?? 'accepted'}, and enters: ${enter ?? 'accepted'} (SPEC 7.3)`, () => {
      expect(checkCanStart(actor, TOM)).toEqual(refusal && refusals[refusal])
      expect(checkCanEnter(actor, TOM, 'access-request')).toEqual(enter && refusals[enter])
      const result = start('access-request', grants, { actor })
      expect(result.ok || result.refusal).toEqual(refusal ? refusals[refusal] : true)
    })
})

describe('a started session', () => {
  const event: ImpersonationStarted = { ...envelope, ...basis, type: 'impersonation.started', at: START, by, revision: 1 }

  it('is an event by the real user with the grants, the start and the end (SPEC 7.1)', () =>
    expect(start('access-request', grants)).toStrictEqual({ ok: true, value: event }))

  it('has the fields of its event, and no recorded end', () => {
    expect(sessionFromStart(event)).toStrictEqual(session)
    expect(recordedEnd(session)).toBe(END)
  })

  for (const [what, { method = 'access-request', facts, endsAt, grantedBy }] of Object.entries(STARTS))
    it(`lasts until ${what}`, () => expect(started(method, factsOfTom(facts))).toStrictEqual({ ...session, method, endsAt, grantedBy }))

  it('lasts until the latest instant if cap and access exceed it, because no later one can be stored', () => {
    for (const of of [
      started('access-request', grants, { policy: { sessionCap: 8.64e15 } }),
      started('legacy-support', factsOfTom([]), { policy: { sessionCap: 8.64e15 } }),
    ]) {
      expect(of.endsAt).toBe(8.64e15)
      expect(Session.parse(of)).toStrictEqual(of)
    }
  })
})

describe('a session', () => {
  for (const { what, method, startedOn, facts, governedSince, answers, ends } of ENDS)
    it(`${what}; recording that end, in any order of the facts, changes no answer (SPEC 4.3)`, () => {
      const open = started(method, startedOn)
      for (const { now, ending, decision } of answers)
        for (const requests of [facts.requests, facts.requests.toReversed()])
          for (const of of [open, end(ends, open)]) {
            const basis = { decision, requests: requestsOfUser('caroline', requests), governedSince }
            expect(sessionEndedAt(of, basis, now), `${of.state}, as of ${now}`).toEqual(ending)
          }
    })

  it('stays ended once that is recorded, even if access was granted again in the same millisecond', () => {
    const again = factsOfTom([grantFacts('r', 0, 1010), grantFacts('s', 1010)])
    expect(endingAt(session, 1010, again)).toBeUndefined()
    for (const ending of [lost(1010), expired(1010), ...byPersons(1010)])
      for (const now of [1010, END + 1]) expect(endingAt(end(ending), now, again)).toEqual(ending)
  })

  for (const ending of byPersons(1010))
    it(`that is ${ending.cause} is ended at every instant, earlier ones included (SPEC 4.2, 7.7)`, () => {
      for (const now of [START, 1009, 1010, END + 1]) expect(endingAt(end(ending), now)).toStrictEqual(ending)
    })
})

describe('an ended session', () => {
  const ended: ImpersonationEnded = { ...envelope, type: 'impersonation.ended', at: 1003, by, cause: 'ended-by-user', revision: 2 }

  it('is an event by the person who ended it, or by the clock if it is expired or access-lost, dated at the end itself', () => {
    const persons = [by, { user: 'becky', tenant: TOM }, { user: 'elizabeth', tenant: CLASSICS }]
    for (const [n, ending] of byPersons(1003).entries())
      expect(endSession(session, ending, newId)).toStrictEqual({ ...ended, by: persons[n], cause: ending.cause })
    for (const cause of ['expired', 'access-lost'] as const)
      expect(endSession(session, { at: 1003, cause }, newId)).toStrictEqual({ ...ended, by: 'clock', cause })
  })

  it('keeps its fields, and has the instant, actor and cause of its end', () => {
    const { by: endedBy, cause, at: endedAt } = ended
    expect(applySessionEnd(session, ended)).toStrictEqual({ ...session, revision: 2, state: 'ended', endedAt, endedBy, cause })
    expect(recordedEnd(applySessionEnd(session, ended))).toBe(1003)
  })

  it('is refused an end after its end, another session’s end, and a revision that is not the next', () => {
    const closed = applySessionEnd(session, ended)
    const wrong: readonly [Session, Partial<ImpersonationEnded>][] = [
      [closed, { revision: 3 }],
      [closed, {}],
      [session, { session: 'b'.repeat(64) }],
      [session, { revision: 3 }],
      [session, { revision: 1 }],
    ]
    for (const [of, change] of wrong) {
      const apply = () => applySessionEnd(of, { ...ended, ...change } as ImpersonationEnded)
      expect(apply).toThrow(ConsentryError)
      expect(apply).toThrow(`event \`event\` cannot be applied: the session is \`${of.state}\``)
      const message = `cannot be applied at revision \`${of.revision}\``
      const issues = [{ path: ['impersonation.ended', 'event'], code: 'invalid', message }]
      expect(apply).toThrow(expect.objectContaining({ code: 'corrupt', issues }))
    }
  })
})

it('a stored session is refused with an actor or a cause that does not fit its state', () => {
  const [byUser, byClock] = [end(endedByUser(1003)), end(expired(1003))]
  for (const invalid of [
    ...PERSONAL_END_CAUSES.map((cause) => ({ ...byClock, cause })),
    { ...byUser, cause: 'access-lost' },
    { ...byUser, cause: 'expired' },
    { ...byUser, cause: '' },
    { ...byClock, cause: '' },
    { ...session, state: 'paused' },
    { ...session, cause: 'ended-by-user' },
  ])
    expect(Session.safeParse(invalid).success).toBe(false)
})

describe('the end of a session by an actor (SPEC 7.7)', () => {
  const ended = (actor: Actor, of: Session | null = session) => {
    const result = endingBy(actor, of ?? undefined, 7)
    return result.ok ? [result.value.cause, 'by' in result.value ? result.value.by : null, result.value.at] : result.refusal.code
  }
  const inTom = (...permissions: Actor['permissions']) => person('becky', TOM, ...permissions)
  const ofClassics = (...permissions: Actor['permissions']) => person('elizabeth', CLASSICS, ...permissions)

  it('is by its user, whatever their tenant and permissions are now, inside or not', () => {
    for (const actor of [caroline, { ...caroline, tenant: HUNDRED }, inside(caroline, TOM), inside(caroline, HUNDRED)])
      expect(ended(actor)).toEqual(['ended-by-user', null, 7])
  })

  it('is by the tenant it is in with `answer`, and by the requesting tenant with `submit`', () => {
    const [becky, elizabeth] = [
      { user: 'becky', tenant: TOM },
      { user: 'elizabeth', tenant: CLASSICS },
    ]
    for (const actor of [inTom('answer'), inTom('submit', 'answer')]) expect(ended(actor)).toEqual(['ended-by-tenant', becky, 7])
    for (const actor of [ofClassics('submit'), ofClassics('submit', 'answer')])
      expect(ended(actor)).toEqual(['ended-by-requester', elizabeth, 7])
  })

  it('is refused in the order of SPEC 4.7: inside, without a permission, of neither party, without the permission of its side', () => {
    for (const of of [session, null]) {
      expect(ended(inside(inTom('answer'), HUNDRED), of)).toBe('impersonating')
      expect(ended(inTom(), of)).toBe('not-permitted')
      expect(ended(person('x', HUNDRED, 'submit', 'answer'), of)).toBe('not-found')
    }
    expect(ended(inTom('submit'))).toBe('not-permitted')
    expect(ended(ofClassics('answer'))).toBe('not-permitted')
    expect(ended(inTom('answer'), null)).toBe('not-found')
    expect(ended(caroline, null)).toBe('not-permitted')
  })
})
