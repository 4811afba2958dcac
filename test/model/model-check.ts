/** The model check: the same commands and questions to the service and the oracle. */
import { fail } from 'node:assert/strict'
import * as fc from 'fast-check'
import type { Access, AccessMethod, AccessOptions, Decision, Page, PageInput, TenantFacts } from '../../src/index.js'
import { accessFrom, canImpersonate, decide, REQUEST_STATUSES, USER_STATUSES } from '../../src/index.js'
import type { Repository } from '../../src/ports/repository.js'
import { requestsOfUser, userStatusAt } from '../../src/repository.js'
import { type Command, PEOPLE } from '../../src/testing/arbitraries.js'
import { Oracle, type OracleActor, type Outcome as OracleOutcome } from './oracle.js'
import { Followed } from './packed-access.js'
import { METHODS, noFacts, turns } from './questions.js'
import { commandLog, type LoggedCommand, legacyRule, type Outcome, SHORT, SMALL, START, Stage, TENANTS, USERS } from './replay.js'

/** Tenants that questions come from; the last one is nobody's. */
const VENDORS = [...TENANTS, 'nobody']

/** So few open requests of one vendor in one tenant that logs reach the cap. */
const MAX_OPEN = 2

/** How many decisions pass between two that also compare the slower plain functions and the service. */
const EVERY = 20

// Only instants that both accept: the oracle takes any finite number, the library only those a `Date` can hold.
const MALFORMED: readonly object[] = [
  ...['', 'tom sawyer'].map((user) => ({ user })),
  ...[7, 'x'.repeat(129)].map((tenant) => ({ tenant })),
  ...['root', null].map((method) => ({ method })),
  ...[Number.NaN, Number.POSITIVE_INFINITY, new Date(Number.NaN), '2026-01-01T00:00:00Z', null].map((now) => ({ now })),
  ...['', 7, 'no id'].map((from) => ({ from })),
]

/** How often each case occurred: a generator that never reaches a case proves nothing. */
export class Tally {
  readonly counts = new Map<string, number>()

  add(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times)
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0
  }

  total(kind: string): number {
    return [...this.counts].reduce((sum, [what, count]) => (what.startsWith(`${kind} `) ? sum + count : sum), 0)
  }

  line(kind: string): string {
    const some = [...this.counts].filter(([what]) => what.startsWith(`${kind} `)).sort(([, a], [, b]) => b - a)
    return some.map(([what, count]) => `${what.slice(kind.length + 1)} ${count}`).join(', ')
  }
}

/** Tenants whose own cap is shorter or longer than the policy's. */
const OWN_CAPS: ReadonlyMap<string, number> = new Map(TENANTS.slice(1, 3).map((tenant, n) => [tenant, [1000, 5000][n] ?? 0]))
/** The messages of a log that are not empty have this many letters. */
const REQUIRED = { grant: 4, reject: 9 }
const ANSWER_WITHIN_MS = 1000

/**
 * The variant: a limit of one second for grants or for answers, tenants with caps of their own, messages that are required, a legacy rule,
 * and the random source of questions.
 */
export interface Setting {
  readonly short: boolean
  readonly lapsing: boolean
  readonly capped: boolean
  readonly strict: boolean
  readonly ruled: boolean
  readonly dice: number
}

/** Generates a setting, and a log of commands for it. */
export const plays: fc.Arbitrary<readonly [Setting, LoggedCommand[]]> = fc
  .record({
    short: fc.boolean(),
    lapsing: fc.boolean(),
    capped: fc.boolean(),
    strict: fc.nat(3).map((turn) => turn === 0),
    ruled: fc.nat(3).map(Boolean),
    dice: fc.integer(),
  })
  .chain((setting) => fc.tuple(fc.constant(setting), commandLog(setting.lapsing ? { answerWithinMs: ANSWER_WITHIN_MS } : {})))

interface Asked {
  readonly user: string
  readonly tenant: string
  readonly method: AccessMethod
  readonly now: number
  readonly from: string | null
}

/** A service and the oracle, with the same commands; each command is followed by `questions` questions. */
export class Duel {
  readonly stage: Stage
  readonly oracle: Oracle
  readonly #options: AccessOptions
  #access: Access = accessFrom([])
  readonly #followed: Followed
  #facts = new Map<string, TenantFacts>()
  #turns: number[] = [START]
  readonly #random: () => number
  #asked = 0

  constructor(
    setting: Setting,
    readonly questions: number,
    readonly tally: Tally,
    repository?: Repository,
  ) {
    const legacy = setting.ruled ? legacyRule : undefined
    this.#options = {
      legacy,
      isAskable: (from, tenant) => this.stage.known.askable[from]?.includes(tenant) ?? false,
      everyTenant: true,
    }
    this.#random = dice(setting.dice)
    const limits = { maxOpenRequests: MAX_OPEN, ...(setting.strict && { requireMessage: REQUIRED }) }
    const policy = { ...(setting.short ? SHORT : SMALL), ...limits, ...(setting.lapsing && { answerWithin: { seconds: 1 } }) }
    const maxGrantOf = setting.capped ? OWN_CAPS : new Map()
    this.stage = new Stage({ policy, legacy, maxGrantOf, ...(repository && { repository }) })
    this.#followed = new Followed(this.stage.repository, this.#options)
    this.oracle = new Oracle({
      ...this.stage.known,
      ...{ maxTenants: 3, maxPairs: 8, maxGrantOf, ...limits, ...(setting.short && { maxGrantMs: 1000 }), ...(legacy && { legacy }) },
      ...(setting.lapsing && { answerWithinMs: ANSWER_WITHIN_MS }),
    })
  }

  async run(log: readonly LoggedCommand[]): Promise<void> {
    await this.#learn(TENANTS)
    for (const logged of log) {
      const command = this.stage.resolve(logged)
      const outcome = await this.stage.play(logged, command)
      const expected = this.#tell(command, logged.at, outcome)
      same(spoken(outcome), spoken(expected), () => command)
      // Only expiries have a promised order: that of their instants.
      if (command.verb === 'recordDue' && outcome.ok && expected.ok) same(outcome.changed, expected.changed, () => command)
      if (outcome.ok && expected.ok && expected.each) same(outcome.each, expected.each.map(wordOf), () => command)
      this.tally.add(`${command.verb} ${outcome.ok ? 'ok' : outcome.code}`)
      this.tally.add(`outcome ${outcome.ok ? 'ok' : outcome.code}`)
      if (!outcome.ok) for (const issue of outcome.issues) this.tally.add(`issue ${issue}`)
      if (outcome.ok && outcome.changed.length > 0) {
        await this.#learn(new Set(outcome.changed.flatMap((id) => this.stage.sent.get(id)?.tenant ?? [])))
      }
      if (this.#random() < 0.05) await this.#followed.beginAnew(this.#random())
      this.tally.add('followed', await this.#followed.goOn())
      await this.#ask(outcome)
    }
    await this.#compareLists(this.#random() < 0.5 ? this.stage.now : this.#oneOf(this.#turns))
  }

  /** Gives the same command to the oracle, with the ids from the service. */
  #tell(command: Command, now: number, outcome: Outcome): OracleOutcome {
    const { oracle } = this
    switch (command.verb) {
      case 'submit': {
        const sent = new Map((outcome.ok ? (outcome.found ?? []) : []).map((id) => [this.stage.sent.get(id)?.tenant ?? '', id]))
        const input = { ...command.input, id: command.input.id ?? (outcome.ok ? outcome.accessRequest : undefined) ?? 'unsent' }
        return oracle.submit(command.actor as OracleActor, input, now, (tenant) => sent.get(tenant) ?? `unsent-${tenant}`)
      }
      case 'withdraw': {
        const { target, input } = command
        return oracle.withdraw(command.actor, { ...(typeof target === 'string' ? { tenantRequest: target } : target), ...input }, now)
      }
      case 'answerMany':
        return oracle.answerMany(command.actor, command.answers, now)
      case 'endAll':
        return oracle.endAll(command.actor, command.input, now)
      case 'removeUser':
        return oracle.removeUser(command.actor, command.user, now)
      case 'recordDue':
        return oracle.recordDue(now, command.input.limit)
      case 'setExpiry':
        return oracle.setExpiry(command.actor, command.id, command.input, now)
      default:
        return oracle[command.verb](command.actor, command.id, command.input, now)
    }
  }

  async #learn(tenants: Iterable<string>): Promise<void> {
    for (const tenant of tenants) this.#facts.set(tenant, await this.stage.consentry.facts(tenant))
    const all = [...this.#facts.values()]
    this.#access = accessFrom(all, this.#options)
    const requests = all.flatMap((facts) => facts.requests)
    this.#turns = requests.length > 0 ? turns(requests) : [START]
  }

  #factsAbout(tenant: string): TenantFacts {
    return this.#facts.get(tenant) ?? noFacts(tenant)
  }

  #oneOf<T>(all: readonly T[]): T {
    return all[Math.floor(this.#random() * all.length)] ?? fail('nothing to choose from')
  }

  async #ask(outcome: Outcome): Promise<void> {
    const [random, oneOf] = [this.#random, <T>(all: readonly T[]): T => this.#oneOf(all)]
    const changed = outcome.ok ? outcome.changed.flatMap((id) => this.stage.sent.get(id) ?? []) : []
    const sent = [...this.stage.sent.values()]
    const together: Asked[] = []
    for (let count = 0; count < this.questions; count++) {
      const focus = random()
      const about = focus < 0.4 && changed.length > 0 ? oneOf(changed) : focus < 0.8 && sent.length > 0 ? oneOf(sent) : undefined
      const named = about && [...about.users, ...about.removed.map(({ user }) => user)]
      const question = {
        user: named && random() < 0.8 ? oneOf(named) : oneOf(USERS),
        tenant: about?.tenant ?? oneOf(TENANTS),
        method: random() < 0.5 ? ('access-request' as const) : oneOf(METHODS),
        now: random() < 0.3 ? this.stage.now : oneOf(this.#turns),
        from: random() < 0.3 ? null : random() < 0.7 && about ? about.requestingTenant : oneOf(VENDORS),
      }
      const malformed = random() < 0.02
      const asked = malformed ? ({ ...question, ...oneOf(MALFORMED) } as typeof question) : question
      await this.#compareDecision(asked)
      together.push(asked)
      if (count === 0 && !malformed) this.#compareStatus(question.user, question.tenant, question.now)
    }
    if (random() < 1 / EVERY) await this.#compareMany(together)
  }

  /** SPEC 5.11: many questions at once are answered like each of them. */
  async #compareMany(questions: readonly Asked[]): Promise<void> {
    const decided = await this.stage.consentry.decideMany(questions.map(({ now, ...question }) => ({ ...question, at: now })))
    same(decided.length, questions.length, () => 'as many decisions as questions')
    for (const [n, question] of questions.entries()) {
      const { user, tenant, method, now, from } = question
      same(told(decided[n] as Decision), told(this.oracle.decide(user, tenant, method, now, from) as Decision), () => question)
    }
    this.tally.add('asked together', questions.length)
  }

  async #compareDecision(question: Asked): Promise<void> {
    const { user, tenant, method, now, from } = question
    const expected = this.oracle.decide(user, tenant, method, now, from) as Decision
    this.tally.add(`reason ${expected.reason}`)
    this.tally.add(`from ${from === null ? 'not said' : 'said'}, ${expected.allowed ? 'allowed' : 'denied'}`)
    const words = told(expected)
    const facts = this.#factsAbout(tenant)
    const decision = this.#access.decide(user, tenant, method, now, from)
    same(told(decision), words, () => question)
    same(this.#access.canImpersonate(user, tenant, method, now, from), expected.allowed, () => question)
    const followed = this.#followed.access.decide(user, tenant, method, now, from)
    // Most answers are one of a few, so they are cached.
    if (followed !== decision) same(told(followed), words, () => question)
    same(this.#followed.access.canImpersonate(user, tenant, method, now, from), followed.allowed, () => question)
    this.#asked += 1
    if (this.#asked % EVERY > 0) return
    const options = { ...this.#options, from }
    same(told(decide(user, tenant, method, now, facts, options)), words, () => question)
    same(canImpersonate(user, tenant, method, now, facts, options), expected.allowed, () => question)
    same(told(await this.stage.consentry.decide({ user, tenant, method, at: now, from })), words, () => question)
    this.tally.add('asked everywhere')
  }

  #compareStatus(user: string, tenant: string, now: number): void {
    const status = userStatusAt(requestsOfUser(user, this.#factsAbout(tenant).requests), now)
    same(status, this.oracle.status(user, tenant, now), () => ({ user, tenant, now }))
    this.tally.add(`status ${status}`)
  }

  /** Reads a whole list, page by page. The clock advances in between, which must not affect pages (SPEC 6.5). */
  async #paged<T>(read: (page: PageInput) => Promise<Page<T>>): Promise<T[]> {
    const { now } = this.stage
    const limit = this.#oneOf([3, 200])
    const items: T[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await read({ limit, cursor })
      if (page.next !== null) same(page.items.length, limit, () => 'a page before the last is full')
      items.push(...page.items)
      cursor = page.next
      this.stage.now += 1_000
    }
    this.stage.now = now
    return items
  }

  /** Compares the lists by random filters, the reverse questions, and the governed tenants. */
  async #compareLists(now: number): Promise<void> {
    const { oracle, stage } = this
    const { consentry } = stage
    const wanted = <T>(all: readonly T[]): T | undefined => (this.#random() < 0.3 ? undefined : this.#oneOf(all))
    stage.now = now
    for (const tenant of TENANTS.filter(() => this.#random() < 0.5)) {
      const actor = { user: 'anybody', tenant, permissions: ['submit', 'answer'], impersonating: null } as const
      const status = wanted(REQUEST_STATUSES)
      const incoming = await this.#paged((page) => consentry.incoming(actor, { status, ...page }))
      const shown = incoming.map(({ id, status, revision, requestingTenant, message, sentAt, ...rest }) => {
        return { id, requestingTenant, message, sentAt, status, expiresAt: 'expiresAt' in rest ? rest.expiresAt : null, revision }
      })
      same(shown, oracle.incoming(tenant, status, now).map(hidden), () => ['incoming', tenant, status, now])
      const outgoing = await this.#paged((page) => consentry.outgoing(actor, { status, ...page }))
      const sent = outgoing.map(({ id, tenant, accessRequest, name, users, status, revision }) => {
        return { id, tenant, accessRequest, name, users: [...users].sort(), status, revision }
      })
      same(sent, oracle.outgoing(tenant, status, now), () => ['outgoing', tenant, status, now])
      same(this.#factsAbout(tenant).governed, oracle.governed(tenant), () => ['governed', tenant])
      const from = wanted(TENANTS)
      const may = oracle.usersFor(tenant, now, from)
      same(await consentry.usersFor({ tenant, from }), may, () => ['usersFor', tenant, now, from])
      same(this.#access.usersFor(tenant, now, from), may, () => ['usersFor', tenant, now, from])
      same(this.#followed.access.usersFor(tenant, now, from), may, () => ['usersFor', tenant, now, from, 'followed'])
      this.tally.add('lists compared', 3)
    }
    for (const user of USERS.filter(() => this.#random() < 0.5)) {
      const own = this.#random() < 0.8 ? ([...PEOPLE].find(([, users]) => users.includes(user))?.[0] ?? fail(user)) : this.#oneOf(TENANTS)
      const actor = { user, tenant: own, permissions: [], impersonating: null }
      const status = wanted(USER_STATUSES)
      const mine = await this.#paged((page) => consentry.myAccess(actor, { status, ...page }))
      same(mine, oracle.myAccess(user, own, status, now), () => ['myAccess', user, own, status, now])
      const from = wanted([own, ...TENANTS])
      const may = oracle.tenantsFor(user, now, from)
      same(await consentry.tenantsFor({ user, from }), may, () => ['tenantsFor', user, now, from])
      same(this.#access.tenantsFor(user, now, from), may, () => ['tenantsFor', user, now, from])
      same(this.#followed.access.tenantsFor(user, now, from), may, () => ['tenantsFor', user, now, from, 'followed'])
      this.tally.add('lists compared', 2)
    }
  }
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Returns the expiry of a granted request; a rejected or withdrawn one has none. */
function hidden<Row extends { status: string; expiresAt: number | null }>(row: Row): Row {
  return row.status === 'pending' ? { ...row, expiresAt: null } : row
}

const wordOf = (one: { readonly ok: true } | { readonly ok: false; readonly code: string }): string => (one.ok ? 'ok' : one.code)

function spoken(outcome: Outcome | OracleOutcome): string {
  if (outcome.ok) return `changed ${[...outcome.changed].sort().join(' ')}`
  // The oracle has one code for all malformed input; the service distinguishes kinds.
  const issues = (outcome.issues ?? []).map((code) => (code === 'missing' || code === 'unknown-key' ? 'invalid' : code))
  return `refused ${outcome.code} ${[...new Set(issues)].sort().join(' ')}`
}

/** Returns a decision as text, in which an absent `changesAt` differs from a null one. */
function told(decision: Decision): string {
  const ids = 'grantedBy' in decision ? decision.grantedBy.join(' ') : 'none'
  return `${decision.allowed} ${decision.reason} by ${ids} until ${'changesAt' in decision ? decision.changesAt : 'the host says'}`
}

function same(actual: unknown, expected: unknown, question: () => unknown): void {
  const [left, right] = typeof actual === 'object' ? [JSON.stringify(actual), JSON.stringify(expected)] : [actual, expected]
  if (left !== right) fail(`the service says \`${left}\`, the oracle \`${right}\`, of ${JSON.stringify(question())}`)
}
