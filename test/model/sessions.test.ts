/** The laws of sessions, over random logs of commands and session actions (SPEC §7). */
import { deepEqual, equal, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { describe, it, vi } from 'vitest'
import type { SessionEnding } from '../../src/domain/session.js'
import { applySessionEnd, type ImpersonationEnded, type ImpersonationStarted, sessionFromStart } from '../../src/domain.js'
import { isConsentryError, type LegacyRule, SESSION_STATUSES } from '../../src/index.js'
import { ConsentryEvent, Session } from '../../src/repository.js'
import { PEOPLE } from '../../src/testing/arbitraries.js'
import { sessionIn } from '../../src/testing/contract/fixtures/reads.js'
import { told } from '../service/session-scene.js'
import { person } from '../story/cast.js'
import { METHODS } from './questions.js'
import { legacyRule, Stage, TENANTS, USERS } from './replay.js'
import { CAP, sha256, steadyRule, turnsOf, Visits } from './session-model.js'

vi.setConfig({ testTimeout: 120_000 })

const COMMANDS = Number(process.env['CONSENTRY_SESSIONS'] ?? 6_000)
const SEED = Number(process.env['CONSENTRY_SEED'] ?? 20_260_101)

async function always(numRuns: number, legacy: LegacyRule | undefined, look: (on: Visits, what: string) => Promise<void>): Promise<void> {
  const property = fc.asyncProperty(turnsOf(), async (log) => {
    const on = new Visits({ legacy })
    for (const turn of log) await on.play(turn, (what) => look(on, what))
  })
  await fc.assert(property, { numRuns })
}

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

async function storedSessions({ stage, visits }: Visits): Promise<Map<string, Session>> {
  const rows = await stage.repository.sessionRows({ hashes: visits.map(({ hash }) => hash), now: stage.now })
  return new Map(rows.map(({ session }) => [session.hash, session]))
}

async function eventsBySession({ stage }: Visits) {
  const bySession = new Map<string, (ImpersonationStarted | ImpersonationEnded)[]>()
  for (const requestingTenant of PEOPLE.keys())
    for (const { event } of await stage.repository.history({ requestingTenant, limit: 1e6 }))
      if (event.type === 'impersonation.started' || event.type === 'impersonation.ended')
        bySession.set(event.session, [event, ...(bySession.get(event.session) ?? [])])
  for (const events of bySession.values()) events.sort((a, b) => a.revision - b.revision)
  return bySession
}

describe('a session', () => {
  it(`law 25: it is live exactly until its user ends it, its end comes, or the decision denies once, in ${COMMANDS} commands`, {
    timeout: 1e9,
  }, async () => {
    const counts = new Map<string, number>()
    const started = performance.now()
    let commands = 0
    for (let batch = 0; commands < COMMANDS; batch++) {
      const property = fc.asyncProperty(turnsOf(), fc.boolean(), async (log, ruled) => {
        const on = new Visits({ counts, ...(ruled && { legacy: steadyRule }) })
        for (const turn of log) {
          await on.play(turn)
          // Checks every session after every command.
          for (const visit of on.visits) await on.check(visit)
          commands += 1 + turn.acts.length
        }
      })
      const numRuns = Math.min(200, Math.ceil((COMMANDS - commands) / 50))
      await fc.assert(property, { seed: SEED ^ Math.imul(batch, 0x9e3779b1), numRuns })
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    const line = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, count]) => `${what} ${count}`)
    console.log(`sessions: ${commands} commands, 0 divergences in ${seconds} s, seed ${SEED} | ${line.join(', ')}`)
    const enough = Math.max(1, Math.floor(COMMANDS / 2_000))
    const wanted = ['start', 'start short', 'start by the rule', 'start access-denied', 'start invalid-input', 'record', 'end again']
      .concat(['ended-by-user', 'expired', 'access-lost'].flatMap((cause) => [`end ${cause}`, `check ${cause}`]))
      .concat(['endAll ended-by-tenant', 'start too-many-sessions', 'endSession again', 'endSession not-permitted', 'endSession not-found'])
      .concat(['ended-by-user', 'ended-by-tenant', 'ended-by-requester'].map((cause) => `endSession ${cause}`))
      .concat(['live', 'inside elsewhere', 'ended-by-user', 'expired', 'access-lost'].map((what) => `resume ${what}`))
      .concat(['check live', 'check live by the rule', 'check live by the rule, carried', 'check denied'])
    const rare = wanted.filter((what) => (counts.get(what) ?? 0) < enough)
    deepEqual(rare, [], `each at least ${enough} times`)
  })

  it('law 25: for any clock and legacy rule, a passed check means that the decision allows at that instant', async () => {
    let inside = 0
    let outside = 0
    const clockSteps = fc.array(fc.integer({ min: -700, max: 700 }), { minLength: 1, maxLength: 20 })
    const property = fc.asyncProperty(turnsOf(), clockSteps, async (log, steps) => {
      const on = new Visits({ legacy: steadyRule })
      for (const turn of log) await on.play(turn)
      // The same repository, under a host with an unstable legacy rule and a clock that steps back and forth.
      const moody = new Stage({ repository: on.stage.repository, legacy: legacyRule })
      for (const step of steps) {
        moody.now = on.stage.now + step
        for (const { live, actor, hash } of on.visits) {
          const { user, tenant, method } = live
          const decision = await moody.consentry.decide({ user, tenant, method, from: actor.tenant })
          const answer = await moody.consentry.checkImpersonation(actor, live.id).catch((error: unknown) => error)
          if (isConsentryError(answer)) {
            outside += 1
            ok(answer.code === 'access-denied' || answer.code === 'session-ended', answer.code)
            continue
          }
          inside += 1
          equal(decision.allowed, true)
          ok(moody.now < live.endsAt)
          // For a clock behind a recorded end, the end has not come yet (SPEC 4.3).
          const stored = (await sessionIn(on.stage.repository, hash, moody.now))?.session
          ok(stored?.state === 'open' || (stored?.state === 'ended' && stored.cause !== 'ended-by-user' && moody.now < stored.endedAt))
        }
      }
    })
    await fc.assert(property, { numRuns: 40 })
    ok(inside > 30 && outside > 100, `${inside} inside, ${outside} outside`)
  })

  it('law 27: no session starts from inside or in the actor’s own tenant, and another user’s session id is worth nothing', async () => {
    let tried = 0
    await always(10, steadyRule, async (on) => {
      const { consentry } = on.stage
      const visit = on.visits.at(-1)
      if (visit === undefined) return
      const { live, actor } = visit
      const before = [await storedSessions(on), await eventsBySession(on)]
      for (const method of METHODS) {
        const inside = { ...actor, impersonating: { tenant: live.tenant, method } }
        for (const tenant of TENANTS) {
          equal(await told(consentry.startImpersonation(inside, { tenant, method: live.method })), 'impersonating')
        }
        equal(await told(consentry.startImpersonation(actor, { tenant: actor.tenant, method })), 'own-tenant')
        if (method !== live.method) equal(await told(consentry.checkImpersonation(inside, live.id)), 'impersonating')
      }
      for (const user of USERS.filter((one) => one !== live.user)) {
        const other = on.actor(user)
        const inside = { ...other, impersonating: { tenant: live.tenant, method: live.method } }
        for (const id of [live.id, sha256(live.id)]) {
          equal(await told(consentry.checkImpersonation(other, id)), 'not-found')
          equal(await told(consentry.endImpersonation(other, id)), 'not-found')
          equal(await told(consentry.checkImpersonation(inside, id)), 'impersonating')
        }
      }
      deepEqual([await storedSessions(on), await eventsBySession(on)], before)
      tried += 1
    })
    ok(tried > 100, `${tried} tried`)
  })

  it('recordDue, at any place, changes no answer about that instant or later (SPEC 4.3)', async () => {
    // Without a legacy rule: when its answer changed is only known if it was recorded.
    let recorded = 0
    await always(25, undefined, async (on, what) => {
      if (on.visits.length === 0 || !/^(wait|cut by)/.test(what)) return
      const { stage, visits } = on
      const at = stage.now
      const answers = async () => {
        const said: unknown[] = []
        for (const later of [0, 1, 100, CAP - 1, CAP, 8_000]) {
          stage.now = at + later
          for (const { actor, live } of visits)
            said.push(await stage.consentry.checkImpersonation(actor, live.id).catch((error: object) => ({ ...error })))
          for (const tenant of TENANTS)
            for (const status of [undefined, ...SESSION_STATUSES])
              said.push(await stage.consentry.sessions(person('u', tenant, 'submit', 'answer'), { status, limit: 200 }))
        }
        stage.now = at
        return said
      }
      const before = await answers()
      // The model is not informed: these ends are recorded independently of it.
      const sessions = (await stage.consentry.recordDue({ limit: 1000 })).flatMap((one) => ('session' in one ? [one] : []))
      recorded += sessions.length
      deepEqual(await answers(), before)
      for (const { session, endedAt, cause } of sessions) {
        const visit = visits.find(({ hash }) => hash === session)
        if (visit) visit.ended = { at: endedAt, cause } as SessionEnding
      }
    })
    ok(recorded > 3, `${recorded} recorded`)
  })
})

describe('the events of sessions', () => {
  it('laws 21 and 26: every change creates one event, refusals and checks none; folding gives the session, whose latest end never moves', async () => {
    let sessions = new Map<string, Session>()
    let events = 0
    let changes = 0
    await always(60, steadyRule, async (on, what) => {
      if (on.visits.length === 0 || on.stage.now === 0) [sessions, events] = [new Map(), 0]
      const [is, made] = [await storedSessions(on), await eventsBySession(on)]
      const changed = [...is].filter(([hash, session]) => JSON.stringify(sessions.get(hash)) !== JSON.stringify(session))
      const count = [...made.values()].flat().length
      equal(count - events, changed.length, what)
      if (/^(check|wait|start (access|invalid|too)|resume|end again|endSession (again|not)|record nothing|cut|grant)/.test(what))
        equal(changed.length, 0, what)
      if (/^(start|start short|start by the rule|end(Session)? (ended-by-.*|access-lost|expired))$/.test(what))
        equal(changed.length, 1, what)
      // No action moves the end that the session started with (law 26).
      for (const { hash, live } of on.visits) equal(is.get(hash)?.endsAt, live.endsAt)
      for (const [hash, session] of is) {
        const [first, second, ...more] = made.get(hash) ?? []
        ok(first?.type === 'impersonation.started' && more.length === 0)
        // What is stored reads back by the same schemas (law 31).
        deepEqual(Session.parse(throughJson(session)), session)
        for (const event of [first, ...(second ? [second] : [])]) deepEqual(ConsentryEvent.parse(throughJson(event)), event)
        const opened = sessionFromStart(first)
        deepEqual(second?.type === 'impersonation.ended' ? applySessionEnd(opened, second) : opened, session)
        equal(first.at <= (second?.at ?? Infinity), true)
      }
      changes += changed.length
      ;[sessions, events] = [is, count]
    })
    ok(changes > 100, `${changes} changes`)
  })
})
