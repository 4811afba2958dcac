/** A model of sessions by SPEC §7, compared with randomly started, checked and ended sessions. */
import { deepEqual, equal, fail, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import type { LegacyOptions } from '../../src/domain/decision-types.js'
import type { SessionEnding } from '../../src/domain/session.js'
import {
  type Actor,
  type Decision,
  decide,
  type EndedSession,
  isConsentryError,
  type LegacyRule,
  type LiveSession,
} from '../../src/index.js'
import type { Repository } from '../../src/ports/repository.js'
import { statusAt } from '../../src/repository.js'
import { type Command, PEOPLE, type People } from '../../src/testing/arbitraries.js'
import { METHODS, turns } from './questions.js'
import { commandLog, type LoggedCommand, SMALL, Stage } from './replay.js'

/** The actions on sessions, and how often each is drawn. */
const WEIGHTS = {
  start: 5,
  check: 3,
  resume: 1,
  grant: 3,
  cut: 3,
  wait: 2,
  end: 1,
  'end-by-hash': 1,
  record: 1,
  'wait-for-end': 1,
} as const

/** A random action on sessions; `who`, `pick` and `how` select among the existing ones. */
interface Act {
  readonly act: keyof typeof WEIGHTS
  readonly who: number
  readonly pick: number
  readonly how: number
}

export interface Turn {
  readonly logged: LoggedCommand
  readonly acts: readonly Act[]
}

/** A session as the test started it, and its expected state. */
export interface Visit {
  readonly live: LiveSession
  readonly hash: string
  readonly actor: Actor
  /** The first instant at which the decision denied, by the facts of that time. */
  lostAt?: number | undefined
  ended?: SessionEnding
}

/** A host that permits everything: what then denies is lost for good. */
const PERMITTED: LegacyOptions = { isAskable: () => true, legacy: () => true }

type Inside = Pick<LiveSession, 'user' | 'requestingTenant' | 'tenant' | 'method'>

/** The host, and what the sessions are about. */
interface Options {
  readonly legacy?: LegacyRule | undefined
  readonly people: People
  readonly reason: string
  /** The store; by default one in memory. */
  readonly repository?: Repository | undefined
  /** How often each case occurred, to prove that it does. */
  readonly counts: Map<string, number>
}

/** Sessions of at most one second, so that logs reach the cap. */
export const CAP = 1000

/** The most live sessions of a user, so that logs reach the cap (SPEC 7.1). */
const MAX_LIVE = 4

/** A deterministic legacy rule that permits some users some methods. */
export const steadyRule: LegacyRule = (user, tenant, method) => (user.length + tenant.length + method.length) % 3 !== 0

export const sha256 = (id: string): string => createHash('sha256').update(id).digest('hex')

const act: fc.Arbitrary<Act> = fc.record({
  act: fc.constantFrom(...Object.entries(WEIGHTS).flatMap(([one, times]) => Array<Act['act']>(times).fill(one as Act['act']))),
  who: fc.nat(7),
  pick: fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, fc.nat(30)),
  how: fc.nat(11),
})

export function turnsOf(people: People = PEOPLE, requesters?: readonly string[]): fc.Arbitrary<Turn[]> {
  const length = 30
  const acts = fc.array(fc.array(act, { maxLength: 5 }), { minLength: length, maxLength: length, size: 'max' })
  return fc
    .tuple(commandLog({ people, length, requesters }), acts)
    .map(([log, all]) => log.map((logged, index) => ({ logged, acts: all[index] ?? [] })))
}

const homes = (people: People) => [...people].flatMap(([tenant, users]) => users.map((user) => ({ user, tenant })))

/** Runs random actions on sessions, and compares every answer with the model. */
export class Visits {
  readonly stage: Stage
  readonly visits: Visit[] = []
  readonly #options: Options

  constructor(options: Partial<Options> = {}) {
    this.#options = { people: PEOPLE, reason: '', counts: new Map(), ...options }
    const { legacy, people, repository } = this.#options
    const policy = { ...SMALL, sessionCap: { seconds: CAP / 1000 }, maxLiveSessions: MAX_LIVE }
    this.stage = new Stage({ policy, legacy, people, ...(repository && { repository }) })
  }

  /** Plays a command and its actions, with a monotonic clock; calls `look` after each. */
  async play({ logged, acts }: Turn, look: (what: string) => void | Promise<void> = () => {}): Promise<void> {
    await this.moveTo(Math.max(this.stage.now, logged.at))
    if (logged.verb === 'recordDue') await this.#record(logged.limit)
    else if (logged.verb === 'endAll') await this.#endAllOf({ ...logged, at: this.stage.now })
    else await this.stage.play({ ...logged, at: this.stage.now })
    await look('command')
    for (const one of acts) {
      const what = await this.#do(one)
      this.#options.counts.set(what, (this.#options.counts.get(what) ?? 0) + 1)
      await look(what)
    }
  }

  /** Advances the clock. Access that is lost on the way stays lost. */
  async moveTo(now: number): Promise<void> {
    const from = this.stage.now
    if (now <= from) return
    for (const visit of this.visits.filter(({ ended, lostAt }) => ended === undefined && lostAt === undefined)) {
      const facts = await this.stage.consentry.facts(visit.live.tenant)
      const changes = turns(facts.requests).filter((turn) => turn > from && turn < now)
      visit.lostAt = [from, ...changes].find((at) => !this.#decide(visit, at, facts, PERMITTED).allowed)
    }
    this.stage.now = now
  }

  /** Returns the end that SPEC 7.2 demands now; `undefined` while the session is live. Leaving does not ask the host (SPEC 7.6a). */
  async over(visit: Visit, leaving = false): Promise<SessionEnding | undefined> {
    const { live, lostAt, ended } = visit
    const { now } = this.stage
    if (ended !== undefined) return ended
    if (lostAt !== undefined && lostAt < live.endsAt) return { at: lostAt, cause: 'access-lost' }
    if (live.endsAt <= now) return { at: live.endsAt, cause: 'expired' }
    const facts = await this.stage.consentry.facts(live.tenant)
    const { allowed } = this.#decide(visit, now, facts, leaving ? PERMITTED : undefined)
    return allowed ? undefined : { at: now, cause: 'access-lost' }
  }

  async decision(visit: Visit): Promise<Decision> {
    return this.#decide(visit, this.stage.now, await this.stage.consentry.facts(visit.live.tenant))
  }

  async check(visit: Visit): Promise<string> {
    const over = await this.over(visit)
    const decision = await this.decision(visit)
    const answer = await this.stage.consentry.checkImpersonation(visit.actor, visit.live.id).catch((error: unknown) => error)
    if (over === undefined) {
      const { changesAt, ...session } = visit.live
      const accessEnds = decision.reason === 'granted' ? (decision.changesAt ?? Infinity) : Infinity
      deepEqual(answer, { ...session, changesAt: Math.min(session.endsAt, accessEnds) })
      return visit.live.grantedBy.length > 0 ? 'check live' : `check live by the rule${decision.reason === 'granted' ? ', carried' : ''}`
    }
    if (isConsentryError(answer, 'access-denied')) {
      deepEqual(answer.decision, decision)
      return 'check denied'
    }
    if (!isConsentryError(answer, 'session-ended')) return fail(`over since ${over.at}, and checked: ${JSON.stringify(answer)}`)
    equal(answer.endedAt, over.at)
    // About a session whose end is recorded, no host is asked.
    const isUnasked = visit.ended !== undefined && decision.reason === 'legacy-not-permitted'
    ok(decision.allowed || over.cause !== 'access-lost' || isUnasked)
    return `check ${over.cause}`
  }

  async #do({ act, who, pick, how }: Act): Promise<string> {
    const visit = this.visits.at(-1 - (pick % Math.max(this.visits.length, 1)))
    if (act === 'record') return this.#record(how % 3 === 0 ? 1 : 100)
    if (act === 'wait') {
      await this.moveTo(this.stage.now + ([1, 2, 5, 50, 300][how % 5] ?? 1))
      return 'wait'
    }
    if (act === 'start' || visit === undefined) return this.#start(who, pick, how)
    if (act === 'check') return this.check(visit)
    if (act === 'resume') return this.#resume(visit, how)
    if (act === 'end-by-hash') return how === 11 ? this.#endAllIn(visit) : this.#endByHash(visit, how)
    if (act === 'end') return this.#end(visit)
    if (act === 'grant') return this.#grant(visit, who, how)
    if (act === 'cut') return this.#cut(visit, who, how)
    const ends = [visit.live.endsAt, visit.live.startedAt + CAP, visit.live.changesAt]
    await this.moveTo((ends[who % 3] ?? 0) + (how % 3) - 1)
    return 'wait for an end'
  }

  async #start(who: number, pick: number, how: number): Promise<string> {
    const { stage } = this
    const all = homes(this.#options.people)
    const granted = [...stage.sent.values()].filter((one) => one.users.length > 0 && statusAt(one, stage.now) === 'granted')
    const request = how % 4 > 0 ? granted.at(-1 - (pick % Math.max(granted.length, 1))) : undefined
    const user = request?.users[who % request.users.length] ?? all[(who * 5 + pick) % all.length]?.user ?? fail('nobody is there')
    const tenants = [...this.#options.people.keys()]
    const tenant = request?.tenant ?? tenants[(pick + how) % tenants.length] ?? fail('there is no tenant')
    const method = METHODS[(who + how) % 3] ?? 'access-request'
    const actor = this.actor(user)
    const facts = await stage.consentry.facts(tenant)
    const decision = this.#decide({ live: { user, tenant, method, requestingTenant: actor.tenant } }, stage.now, facts)
    const live = await Promise.all(this.visits.map(async (one) => one.actor.user === user && (await this.over(one, true)) === undefined))
    const isFull = live.filter(Boolean).length >= MAX_LIVE
    const answer = await stage.consentry
      .startImpersonation(actor, { tenant, method, reason: this.#options.reason })
      .catch((error: unknown) => (isConsentryError(error) ? error : fail(String(error))))
    if (isConsentryError(answer)) {
      if (tenant === actor.tenant) deepEqual([answer.code, answer.issues.map(({ code }) => code)], ['invalid-input', ['own-tenant']])
      else if (!decision.allowed) deepEqual([answer.code, 'decision' in answer && answer.decision], ['access-denied', decision])
      else deepEqual([answer.code, 'limit' in answer && answer.limit, isFull], ['too-many-sessions', MAX_LIVE, true])
      equal(await this.#readEnds(), 0)
      return `start ${answer.code}`
    }
    ok(decision.allowed && tenant !== actor.tenant && !isFull)
    const ends = await this.#readEnds()
    const { startedAt, endsAt, grantedBy } = answer
    equal(startedAt, stage.now)
    // The end of access is the first instant at which the decision, as the facts are now, no longer allows (SPEC 7.1).
    const denied = turns(facts.requests).filter((at) => at > startedAt && !this.#decide({ live: answer }, at, facts).allowed)
    equal(endsAt, Math.min(startedAt + CAP, ...denied))
    deepEqual(grantedBy, decision.reason === 'granted' ? decision.grantedBy : [])
    this.visits.push({ live: answer, hash: sha256(answer.id), actor })
    if (ends > 0) return 'start that records ends'
    return decision.reason === 'granted' ? (endsAt < startedAt + CAP ? 'start short' : 'start') : 'start by the rule'
  }

  /** The session's tenant grants a new request to the user or a colleague. */
  async #grant({ live, actor }: Visit, who: number, how: number): Promise<string> {
    const { stage } = this
    const staff = this.#options.people.get(actor.tenant) ?? []
    const user = who % 4 > 0 ? live.user : (staff[how % staff.length] ?? live.user)
    stage.known.members[actor.tenant] = staff
    stage.known.askable[actor.tenant] = [live.tenant]
    const { sent } = await stage.consentry.submit(
      { ...actor, permissions: ['submit'] },
      { name: 'More', associations: [{ users: [user], tenants: [live.tenant] }] },
    )
    const id = sent[0]?.id ?? fail('nothing was sent')
    const length = [null, 1, 2, 60, 400, 2 * CAP][how % 6] ?? null
    await stage.consentry.grant(this.#answerer(live.tenant), id, { expiresAt: length === null ? null : stage.now + length })
    await this.stage.reload([id])
    return user === live.user ? 'grant' : 'grant to another'
  }

  /** Revokes or shortens a grant of a session's user, or removes the user from all requests. */
  async #cut({ live, actor }: Visit, who: number, how: number): Promise<string> {
    const { stage } = this
    const holding = [...stage.sent.values()].filter(
      (one) => one.tenant === live.tenant && one.users.includes(live.user) && statusAt(one, stage.now) === 'granted',
    )
    const request = holding[who % Math.max(holding.length, 1)]
    if (request === undefined) return 'cut nothing'
    if (how % 6 === 0) {
      for (const { id } of await stage.consentry.removeUser({ ...actor, permissions: ['submit'] }, live.user)) await this.stage.reload([id])
      return 'cut by removal'
    }
    if (how % 2 === 0) await stage.consentry.revoke(this.#answerer(live.tenant), request.id)
    else await stage.consentry.setExpiry(this.#answerer(live.tenant), request.id, { expiresAt: stage.now + 1 + how * 5 })
    await this.stage.reload([request.id])
    return how % 2 === 0 ? 'cut by revocation' : 'cut by an expiry'
  }

  #answerer(tenant: string): Actor {
    const [user = 'nobody'] = this.#options.people.get(tenant) ?? []
    return { user, tenant, permissions: ['answer'], impersonating: null }
  }

  async #end(visit: Visit): Promise<string> {
    const { now } = this.stage
    const [known, over] = [visit.ended, await this.over(visit, true)]
    const { endedAt: at, cause, session } = await this.stage.consentry.endImpersonation(visit.actor, visit.live.id)
    equal(session, visit.hash)
    visit.ended = { at, cause } as SessionEnding
    deepEqual({ at, cause }, over ?? { at: now, cause: 'ended-by-user' })
    return known === undefined ? `end ${cause}` : 'end again'
  }

  /** SPEC 7.8: the actor is inside while the session is live and the login does not say otherwise. */
  async #resume(visit: Visit, how: number): Promise<string> {
    const { live, actor } = visit
    const elsewhere = { tenant: 'elsewhere', method: live.method }
    const impersonating = how % 4 === 0 ? elsewhere : null
    const moved = how % 6 === 1 ? { tenant: 'another' } : {}
    const { impersonating: _, ...person } = { ...actor, ...moved }
    const over = await this.over(visit)
    const resumed = await this.stage.consentry.resume({ ...person, session: live.id, impersonating })
    const inside = over === undefined && impersonating === null && person.tenant === live.requestingTenant
    const there = { tenant: live.tenant, method: live.method }
    deepEqual(resumed.actor, { ...person, impersonating: inside ? there : impersonating })
    equal(resumed.session?.id, inside ? live.id : undefined)
    const isMoved = over === undefined && person.tenant !== live.requestingTenant
    const ended = isMoved ? { at: this.stage.now, cause: 'access-lost' } : (over ?? null)
    deepEqual(resumed.ended, ended && { at: ended.at, cause: ended.cause })
    return `resume ${inside ? 'live' : (ended?.cause ?? 'inside elsewhere')}`
  }

  /** SPEC 7.7: each party ends a session by its hash, and others cannot. */
  async #endByHash(visit: Visit, how: number): Promise<string> {
    const { live, actor, hash } = visit
    const { now } = this.stage
    const enders = [
      ['ended-by-user', { ...actor, tenant: how > 5 ? 'another' : actor.tenant }],
      ['ended-by-tenant', this.#answerer(live.tenant)],
      ['ended-by-requester', { ...actor, user: 'a-colleague', permissions: ['submit'] }],
      ['not-permitted', { ...actor, user: 'a-colleague', permissions: ['answer'] }],
      ['not-found', { user: 'a-stranger', tenant: 'another', permissions: ['submit', 'answer'], impersonating: null }],
    ] as const
    const [wanted, ender] = enders[how % enders.length] ?? enders[0]
    const known = visit.ended
    const over = await this.over(visit, wanted === 'ended-by-user')
    const answer = await this.stage.consentry.endSession(ender, hash).catch((error: unknown) => error)
    if (wanted === 'not-permitted' || wanted === 'not-found') {
      ok(isConsentryError(answer, wanted), JSON.stringify(answer))
      return `endSession ${wanted}`
    }
    const { endedAt: at, cause, session } = answer as EndedSession
    equal(session, hash)
    visit.ended = { at, cause } as SessionEnding
    const expected = over ?? { at: now, cause: wanted }
    deepEqual({ at, cause }, { at: expected.at, cause: expected.cause })
    return known === undefined ? `endSession ${cause}` : 'endSession again'
  }

  /** A start may record the ends of sessions that lost their access for a while: as they ended (SPEC 7.1). */
  async #readEnds(): Promise<number> {
    let ends = 0
    const { repository, now } = this.stage
    const open = this.visits.filter(({ ended }) => ended === undefined)
    const rows = await repository.sessionRows({ hashes: open.map(({ hash }) => hash), now })
    for (const { session } of rows) {
      const visit = open.find(({ hash }) => hash === session.hash)
      if (session.state !== 'ended' || visit === undefined) continue
      const over = await this.over(visit, true)
      deepEqual({ at: session.endedAt, cause: session.cause }, over && { at: over.at, cause: over.cause })
      visit.ended = over as SessionEnding
      ends += 1
    }
    return ends
  }

  /** SPEC 4.11: every session between the two is ended by the party, or recorded as it ended before. */
  async #endAll(command: Extract<Command, { verb: 'endAll' }>, play: () => Promise<boolean>): Promise<void> {
    const { stage } = this
    const before = new Map<Visit, SessionEnding | undefined>()
    for (const visit of this.visits) before.set(visit, await this.over(visit))
    if (!(await play())) return
    const { actor, input } = command
    for (const [visit, over] of before) {
      const { tenant, requestingTenant } = visit.live
      const asTenant = tenant === actor.tenant && requestingTenant === input.with && actor.permissions.includes('answer')
      const asRequester = requestingTenant === actor.tenant && tenant === input.with && actor.permissions.includes('submit')
      if (!asTenant && !asRequester) continue
      const cause = asTenant ? 'ended-by-tenant' : 'ended-by-requester'
      const known = visit.ended
      const ending = known ?? over ?? { at: stage.now, cause }
      // The model knows when and why; the tests of the service check who.
      visit.ended = ending as SessionEnding
      const [row] = await stage.repository.sessionRows({ hashes: [visit.hash], now: stage.now })
      const stored = row?.session.state === 'ended' ? { at: row.session.endedAt, cause: row.session.cause } : undefined
      deepEqual(stored, { at: ending.at, cause: ending.cause })
      const what = known ? 'endAll after an end' : `endAll ${ending.cause}`
      this.#options.counts.set(what, (this.#options.counts.get(what) ?? 0) + 1)
    }
  }

  async #endAllOf(logged: LoggedCommand): Promise<void> {
    const command = this.stage.resolve(logged)
    if (command.verb === 'endAll') await this.#endAll(command, async () => (await this.stage.play(logged, command)).ok)
  }

  /** The tenant of a session ends everything between it and the session's requesting tenant. */
  async #endAllIn({ live }: Visit): Promise<string> {
    const { stage } = this
    const command = { verb: 'endAll', actor: this.#answerer(live.tenant), input: { with: live.requestingTenant } } as const
    await this.#endAll(command, async () => {
      const ended = await stage.consentry.endAll(command.actor, command.input)
      await stage.reload(ended.flatMap((one) => ('id' in one ? [one.id] : [])))
      return true
    })
    return 'endAll by the tenant of a session'
  }

  async #record(limit: number): Promise<string> {
    const over = new Map<string, SessionEnding>()
    for (const visit of this.visits) {
      const one = visit.ended === undefined ? await this.over(visit) : undefined
      if (one !== undefined) over.set(visit.hash, one)
    }
    const recorded = await this.stage.consentry.recordDue({ limit })
    const sessions = recorded.flatMap((one) => ('session' in one ? [one] : []))
    for (const { session, endedAt: at, cause } of sessions) {
      const visit = this.visits.find(({ hash }) => hash === session) ?? fail('a session nobody started')
      equal(visit.ended, undefined)
      ok(over.has(session), `the session is live: ${JSON.stringify(visit)}`)
      deepEqual({ at, cause }, over.get(session))
      visit.ended = { at, cause } as SessionEnding
    }
    for (const one of recorded) if ('id' in one) await this.stage.reload([one.id])
    ok(recorded.length <= limit)
    const missing = [...over.keys()].filter((hash) => !sessions.some(({ session }) => session === hash))
    if (recorded.length < limit) deepEqual(missing, [], 'all that is over is recorded')
    return sessions.length > 0 ? 'record' : 'record nothing'
  }

  actor(user: string): Actor {
    const { tenant } = homes(this.#options.people).find((one) => one.user === user) ?? fail(`nobody knows \`${user}\``)
    return { user, tenant, permissions: [], impersonating: null }
  }

  /** Decides as of an instant; by default as the host says now. */
  #decide(
    { live }: { readonly live: Inside },
    at: number,
    facts: Parameters<typeof decide>[4],
    host: LegacyOptions = this.#host,
  ): Decision {
    const { user, requestingTenant: from, tenant, method } = live
    return decide(user, tenant, method, at, facts, { ...host, from })
  }

  get #host(): LegacyOptions {
    const { askable } = this.stage.known
    return { isAskable: (vendor, asked) => askable[vendor]?.includes(asked) ?? false, legacy: this.#options.legacy }
  }
}
