/** Explores every sequence of commands in a small world, breadth first, until nothing new appears. */
import { deepEqual, equal, fail, ok } from 'node:assert/strict'
import { freeze } from 'immer'
import { endRequest } from '../../src/domain/tenant-request.js'
import type { Result, TenantRequest, TenantRequestEvent } from '../../src/domain.js'
import * as domain from '../../src/domain.js'
import { type AccessMethod, type Actor, accessFrom, type TenantFacts } from '../../src/index.js'
import { toFacts } from '../../src/repository.js'
import { Oracle, type Outcome, type World } from './oracle.js'
import { holds, METHODS, OUTSIDER } from './questions.js'

/** A small world. Instants are whole numbers, 1 ms apart. */
export interface Scope {
  readonly tenants: readonly string[]
  readonly users: readonly string[]
  /** The maximum number of tenant requests, and of submissions. */
  readonly requests: number
  readonly clock: readonly number[]
  /** The possible expiries of a grant, besides none. */
  readonly ends: readonly number[]
  readonly maxGrant: number | null
  readonly answerWithin: number | null
  readonly depth: number
}

const REQUESTER = 'classics'
const legacy = (user: string) => user !== OUTSIDER

/** The actor of a command: the right party, or the defect, in the order of SPEC 4.7. */
const GIVERS = ['right', 'impersonating', 'not-permitted', 'stranger', 'other-party', 'member', 'stale'] as const
type Giver = (typeof GIVERS)[number]

type Act =
  | { readonly verb: 'grant'; readonly expiresAt: number | null; readonly members: readonly string[]; readonly askable: boolean }
  | { readonly verb: 'setExpiry'; readonly expiresAt: number }
  | { readonly verb: 'reject' | 'withdraw' | 'revoke' | 'giveUp' | 'expire' | 'lapse' }
  /** `endAll` by the tenant, or by the requester. */
  | { readonly verb: 'endAll' | 'leaveAll' }
  | { readonly verb: 'removeUser'; readonly user: string }

interface Node {
  readonly index: number
  readonly request: TenantRequest
  readonly events: readonly TenantRequestEvent[]
  readonly log: Oracle['events']
  /** By the instant of the command. */
  readonly next: Map<number, readonly { readonly verb: Act['verb']; readonly node: Node }[]>
}

/** A state of the world: the clock's index, and each tenant's requests as sorted node indices. */
interface State {
  readonly tick: number
  readonly sent: number
  readonly nodes: readonly (readonly number[])[]
}

/** The decisions that a tenant's requests lead to. */
interface Answers {
  readonly governed: boolean
  readonly reasons: readonly string[]
}

export class Exploration {
  readonly #scope: Scope
  readonly #instants: readonly number[]
  readonly #questions: readonly (readonly [user: string, method: AccessMethod, now: number])[]
  readonly #nodes: Node[] = []
  readonly #known = new Map<string, Node>()
  readonly #answers = new Map<string, Answers>()
  readonly #policy
  readonly #world: World
  #ids = 0
  /** Refusals of distinct commands in distinct request states. */
  #refusals = 0
  #decisions = 0
  /** A shortest path to each state, and one more accepted command. */
  #histories = 0

  constructor(scope: Scope) {
    this.#scope = scope
    const turns = [...scope.clock, ...scope.ends]
    const [first, last] = [Math.min(...turns) - 1, Math.max(...turns) + 1]
    this.#instants = Array.from({ length: last - first + 1 }, (_, index) => first + index)
    // For a user whom no request names nothing changes over time: two instants are enough.
    const asked = (user: string) => (user === OUTSIDER ? this.#instants.slice(1, 3) : this.#instants)
    this.#questions = [...scope.users, OUTSIDER].flatMap((user) =>
      METHODS.flatMap((method) => asked(user).map((now) => [user, method, now] as const)),
    )
    this.#policy = { maxGrant: scope.maxGrant, answerWithin: scope.answerWithin }
    this.#world = {
      members: { [REQUESTER]: [...scope.users, `of-${REQUESTER}`] },
      askable: { [REQUESTER]: scope.tenants },
      legacy,
      ...(scope.maxGrant !== null && { maxGrantMs: scope.maxGrant }),
      ...(scope.answerWithin !== null && { answerWithinMs: scope.answerWithin }),
    }
  }

  run() {
    const start: State = { tick: 0, sent: 0, nodes: this.#scope.tenants.map(() => []) }
    const seen = new Set([keyOf(start)])
    let frontier = [start]
    this.#checkState(start, 0)
    for (let depth = 0; depth < this.#scope.depth && frontier.length > 0; depth++) {
      const found: State[] = []
      for (const state of frontier)
        for (const after of this.#successors(state)) {
          this.#histories += 1
          const key = keyOf(after)
          if (seen.has(key)) continue
          seen.add(key)
          this.#checkState(after, seen.size)
          found.push(after)
        }
      frontier = found
    }
    // It is closed if it ended before the depth was reached.
    const figures = { states: seen.size, histories: this.#histories, refusals: this.#refusals, decisions: this.#decisions }
    return { ...figures, closed: frontier.length === 0 }
  }

  *#successors(state: State): Generator<State> {
    const { clock, tenants, users, requests } = this.#scope
    const now = clock[state.tick] ?? fail('no such instant')
    if (state.tick + 1 < clock.length) yield { ...state, tick: state.tick + 1 }

    const count = state.nodes.flat().length
    if (state.sent < requests && count < requests)
      for (const asked of assignments(tenants, users, requests - count)) {
        const sent = this.#submitted(asked, now)
        yield {
          ...state,
          sent: state.sent + 1,
          nodes: tenants.map((tenant, at) =>
            inOrder([...(state.nodes[at] ?? []), ...sent.filter(({ request }) => request.tenant === tenant)]),
          ),
        }
      }

    for (const [at, indices] of state.nodes.entries())
      for (const [position, index] of indices.entries()) {
        if (indices[position - 1] === index) continue
        for (const { verb, node } of this.#next(this.#nodeAt(index), now)) {
          const after = inOrder(indices.map((other, where) => (where === position ? node : other)))
          this.#checkStep(at, indices, after, verb)
          yield { ...state, nodes: state.nodes.map((others, tenant) => (tenant === at ? after : others)) }
        }
      }
  }

  /** Law 13: a submission becomes one request for each tenant, with its assigned users. */
  #submitted(asked: ReadonlyMap<string, readonly string[]>, now: number): Node[] {
    // An association for each user: a tenant's users are the union of several.
    const associations = this.#scope.users
      .map((user) => ({ users: [user], tenants: [...asked].flatMap(([tenant, users]) => (users.includes(user) ? [tenant] : [])) }))
      .filter(({ tenants }) => tenants.length > 0)
    const submission = { name: 'SupportAccess', message: '', associations }
    const directory = { members: new Set(this.#scope.users), askable: new Set(this.#scope.tenants) }
    const limits = { maxTenants: 100, maxPairs: 100, maxUsersPerTenant: 100 }
    const actor = actorOf('right', 'withdraw', '')
    const context = { actor, now, newId: () => this.#newId(), directory, policy: this.#policy }
    const { tenantRequests, events } = must(domain.submit(submission, must(domain.fanOut(associations, limits)), context))
    equal(tenantRequests.length, asked.size)
    equal(events.length, asked.size + 1)
    const oracle = new Oracle(this.#world)
    equal(oracle.submit(actor, { id: 'order', ...submission }, now, (tenant) => tenant).ok, true)
    return tenantRequests.map((request, index) => {
      const log = oracle.events.filter((event) => 'tenantRequest' in event && event.tenant === request.tenant)
      return this.#node(request, [events[index + 1] as TenantRequestEvent], log)
    })
  }

  /** Returns the node that represents all equivalent requests. */
  #node(request: TenantRequest, events: readonly TenantRequestEvent[], log: Oracle['events']): Node {
    const [state, ...others] = new Oracle(this.#world, log).requests().map(stateByOracle)
    deepEqual([stateOf(request)], [state, ...others])
    // Law 21: folding the events gives the state.
    deepEqual(domain.fold(events), request)
    const key = JSON.stringify(state)
    const known = this.#known.get(key)
    if (known) return known
    const node = { index: this.#nodes.length, request: freeze(structuredClone(request), true), events, log, next: new Map() }
    this.#nodes.push(node)
    this.#known.set(key, node)
    return node
  }

  #nodeAt(index: number): Node {
    return this.#nodes[index] ?? fail('no such node')
  }

  /** Tries every command of every actor at this instant: returns the successors, and checks all refusals. */
  #next(node: Node, now: number): readonly { verb: Act['verb']; node: Node }[] {
    const known = node.next.get(now)
    if (known) return known
    const next: { verb: Act['verb']; node: Node }[] = []
    for (const act of this.#acts())
      for (const giver of GIVERS) {
        const after = this.#tried(node, act, giver, now)
        if (after && giver === 'right') next.push({ verb: act.verb, node: after })
      }
    // What `endAll` does to a request, a command on that request alone does too, so the walk takes one of them (SPEC 4.11).
    for (const act of ENDS_OF_ALL)
      for (const giver of GIVERS) {
        const after = this.#tried(node, act, giver, now)
        if (after)
          ok(
            next.some((one) => one.node === after),
            'an end that no command makes',
          )
      }
    node.next.set(now, next)
    return next
  }

  #tried({ request, events, log }: Node, act: Act, giver: Giver, now: number): Node | undefined {
    const oracle = new Oracle(this.#worldAt(act), log)
    const [result, outcome] = this.#given(request, oracle, act, giver, now)
    const expected = outcome.ok ? (outcome.changed.length > 0 ? 'accepted' : skipped(request, act, giver)) : outcome.code
    // Laws 15, 17, 18 and 19: only specified transitions succeed. Frozen state proves that nothing changes in place.
    const code = result.ok ? 'accepted' : result.refusal.code
    if (code !== expected) fail(`${giver} ${JSON.stringify(act)} at ${now} of ${JSON.stringify(request)}: ${code}, not ${expected}`)
    if (!result.ok) {
      this.#refusals += 1
      return undefined
    }
    const event = result.value
    equal(event.at, oracle.events.at(-1)?.at)
    const after = domain.evolve(request, event)
    equal(after.revision, request.revision + 1)
    // Law 14: users never grow, and nothing else that was sent changes.
    ok(after.users.every((user) => request.users.includes(user)))
    deepEqual([after.id, after.tenant, after.message, after.sentAt], [request.id, request.tenant, request.message, request.sentAt])
    // Law 20: an expired grant never holds again.
    const over = (request.state === 'granted' || request.state === 'expired') && !holds(toFacts(request), now)
    if (over) for (const at of this.#instants) ok(at < now || !holds(toFacts(after), at), 'an expired grant revived')
    return this.#node(after, [...events, event], oracle.events)
  }

  /** Gives the same command to the domain and to the oracle. */
  #given(request: TenantRequest, oracle: Oracle, act: Act, giver: Giver, now: number): [Result<TenantRequestEvent>, Outcome] {
    const { tenant: id, revision, tenantRevision } = request
    const actor = actorOf(giver, act.verb, request.tenant)
    // What the other party sees is stale, where it differs (SPEC 4.10).
    const [own, other] = actor.tenant === id ? [tenantRevision, revision] : [revision, tenantRevision]
    const condition = giver === 'stale' ? { ifRevision: own === other ? own + 1 : other } : {}
    const context = { actor, now, newId: () => this.#newId(), actorIsRequester: giver === 'member', policy: this.#policy }
    switch (act.verb) {
      case 'grant': {
        const input = { expiresAt: act.expiresAt, ...condition }
        const directory = { members: new Set(act.members), askable: act.askable }
        return [domain.grant(request, { message: '', ...input }, { ...context, ...directory }), oracle.grant(actor, id, input, now)]
      }
      case 'setExpiry': {
        const input = { expiresAt: act.expiresAt, ...condition }
        return [domain.setExpiry(request, input, context), oracle.setExpiry(actor, id, input, now)]
      }
      case 'reject':
        return [domain.reject(request, { message: '', ...condition }, context), oracle.reject(actor, id, condition, now)]
      case 'withdraw':
        return [domain.withdraw(request, condition, context), oracle.withdraw(actor, { tenantRequest: id, ...condition }, now)]
      case 'revoke':
      case 'giveUp':
        return [domain.revoke(request, { message: '', ...condition }, context), oracle.revoke(actor, id, condition, now)]
      case 'removeUser':
        return [domain.removeUser(request, { user: act.user }, context), oracle.removeUser(actor, act.user, now)]
      case 'endAll':
      case 'leaveAll': {
        const ends = { with: actor.tenant === id ? REQUESTER : id, message: '' }
        return [endRequest(request, { message: '' }, context), oracle.endAll(actor, ends, now)]
      }
      case 'expire':
        return [domain.expire(request, context), request.state === 'pending' ? NONE_DUE : oracle.recordDue(now, 1)]
      case 'lapse':
        return [domain.lapse(request, context), request.state === 'pending' ? oracle.recordDue(now, 1) : NONE_DUE]
    }
  }

  /** The world at the time of a command: before a grant, the directory may have changed (SPEC 2.6). */
  #worldAt(act: Act): World {
    if (act.verb !== 'grant') return this.#world
    return { ...this.#world, members: { [REQUESTER]: [...act.members, `of-${REQUESTER}`] }, ...(!act.askable && { askable: {} }) }
  }

  #acts(): Act[] {
    const { ends, users } = this.#scope
    const grants = [[], ...subsets(users)].map((members): Act => ({ verb: 'grant', expiresAt: null, members, askable: true }))
    return [
      ...grants,
      ...ends.flatMap((expiresAt): Act[] => [
        { verb: 'grant', expiresAt, members: users, askable: true },
        { verb: 'grant', expiresAt, members: users, askable: false },
        { verb: 'setExpiry', expiresAt },
      ]),
      ...(['reject', 'withdraw', 'revoke', 'giveUp', 'expire', 'lapse'] as const).map((verb) => ({ verb })),
      ...users.map((user): Act => ({ verb: 'removeUser', user })),
    ]
  }

  #checkState(state: State, ordinal: number): void {
    for (const [at, indices] of state.nodes.entries()) this.#answersOf(at, indices)
    if (ordinal % 97 > 0) return
    // Law 5: other tenants' requests change no answer.
    const all = state.nodes.map((indices, at) => this.#factsOf(at, indices))
    const access = accessFrom(all, { legacy })
    for (const [at, indices] of state.nodes.entries()) {
      const { reasons } = this.#answersOf(at, indices)
      const tenant = this.#scope.tenants[at] ?? ''
      const together = this.#questions.map(([user, method, now]) => access.decide(user, tenant, method, now).reason)
      deepEqual(together, reasons)
    }
  }

  /** Laws 6 and 9: no step ends `governed`, and a grant removes no access that was granted. */
  #checkStep(at: number, before: readonly number[], after: readonly number[], verb: Act['verb']): void {
    const [was, is] = [this.#answersOf(at, before), this.#answersOf(at, after)]
    ok(is.governed || !was.governed, 'a governed tenant is governed no more')
    if (verb !== 'grant') return
    for (const [question, reason] of was.reasons.entries()) {
      if (reason === 'granted') equal(is.reasons[question], 'granted')
      if (reason === 'legacy-permitted' && was.governed) equal(is.reasons[question], 'legacy-permitted')
    }
  }

  #answersOf(at: number, indices: readonly number[]): Answers {
    const key = `${at} ${indices.join(' ')}`
    const known = this.#answers.get(key)
    if (known) return known
    const answers = this.#answered(at, indices)
    this.#answers.set(key, answers)
    return answers
  }

  /** Laws 2, 3, 4, 6, 8, 10, 11: the oracle and the access agree on every question. */
  #answered(at: number, indices: readonly number[]): Answers {
    const facts = this.#factsOf(at, indices)
    const log = indices.flatMap((index, one) => this.#nodeAt(index).log.map((event) => ({ ...event, tenantRequest: `${index}-${one}` })))
    const oracle = new Oracle(this.#world, log)
    const access = accessFrom([facts], { legacy })
    const turned = accessFrom([{ ...facts, requests: [...facts.requests].reverse() }, facts], { legacy })
    const reasons = this.#questions.map(([user, method, now]) => {
      const decision = access.decide(user, facts.tenant, method, now)
      deepEqual(decision, oracle.decide(user, facts.tenant, method, now))
      equal(access.canImpersonate(user, facts.tenant, method, now), decision.allowed)
      deepEqual(turned.decide(user, facts.tenant, method, now), decision)
      this.#decisions += 1
      return decision.reason
    })
    return { governed: facts.governed, reasons }
  }

  /** Returns the facts of one tenant's requests, with distinct ids. */
  #factsOf(at: number, indices: readonly number[]): TenantFacts {
    const requests = indices.map((index, one) => ({
      ...toFacts(this.#nodeAt(index).request),
      id: `${index}-${one}`,
    }))
    return { tenant: this.#scope.tenants[at] ?? '', governed: requests.some((request) => 'grantedAt' in request), requests }
  }

  #newId(): string {
    this.#ids += 1
    return `id-${this.#ids}`
  }
}

const ENDS_OF_ALL: readonly Act[] = [{ verb: 'endAll' }, { verb: 'leaveAll' }]

const NONE_DUE: Outcome = { ok: true, changed: [] }

/** The domain's refusal where the oracle, whose command is on several requests, skips this one. */
function skipped({ users, state }: TenantRequest, act: Act, giver: Giver): string {
  if (act.verb === 'expire' || act.verb === 'lapse') return 'not-due'
  if (giver === 'stranger') return 'not-found'
  if (act.verb !== 'removeUser' && giver === 'not-permitted') return 'not-permitted'
  if (act.verb === 'removeUser' && giver === 'other-party') return 'wrong-party'
  if (act.verb === 'removeUser' && !users.includes(act.user)) return 'invalid-input'
  return state === 'pending' ? 'not-pending' : 'not-active'
}

/** The actors: a submitter of the requesting tenant, an answerer of the tenant asked, and unauthorised ones. */
function actorOf(giver: Giver, verb: Act['verb'], tenant: string): Actor {
  const asking = verb === 'withdraw' || verb === 'giveUp' || verb === 'removeUser' || verb === 'leaveAll'
  const own = asking ? REQUESTER : tenant
  const actor: Actor = { user: `of-${own}`, tenant: own, permissions: [asking ? 'submit' : 'answer'], impersonating: null }
  switch (giver) {
    case 'right':
    case 'stale':
      return actor
    case 'impersonating':
      return { ...actor, impersonating: { tenant: own, method: 'legacy-support' } }
    case 'not-permitted':
      return { ...actor, permissions: [asking ? 'answer' : 'submit'] }
    case 'stranger':
      return { ...actor, tenant: 'stranger', permissions: ['submit', 'answer'] }
    case 'other-party':
      return { ...actor, tenant: asking ? tenant : REQUESTER, permissions: ['submit', 'answer'] }
    case 'member':
      return { ...actor, user: `of-${REQUESTER}` }
  }
}

/** The state of a tenant request, without ids, revision, messages and actors. */
function stateOf(request: TenantRequest) {
  const { tenant, state } = request
  const users = [...request.users].sort()
  const removed = request.removed.map(({ user, at }) => `${user} ${at}`).sort()
  const grantedAt = 'grantedAt' in request ? request.grantedAt : null
  const expiresAt = 'expiresAt' in request ? request.expiresAt : null
  const { answerBy } = request
  return { tenant, state, users, removed, answerBy, grantedAt, expiresAt, endedAt: 'endedAt' in request ? request.endedAt : null }
}

/** The same by the oracle, which knows no instants as NaN and the end of an expired grant twice. */
function stateByOracle(request: ReturnType<Oracle['requests']>[number]) {
  const { tenant, state, sentUsers, removals, answerBy, grantedAt, expiresAt, endedAt } = request
  const users = sentUsers.filter((user) => !removals.some((gone) => gone.user === user)).sort()
  const removed = removals.map(({ user, at }) => `${user} ${at}`).sort()
  const known = (at: number) => (Number.isNaN(at) ? null : at)
  const byClock = state === 'expired' || state === 'lapsed'
  return { tenant, state, users, removed, answerBy, grantedAt: known(grantedAt), expiresAt, endedAt: byClock ? null : known(endedAt) }
}

/** Returns every assignment of some users to one or more tenants, up to the limit. */
function assignments(tenants: readonly string[], users: readonly string[], most: number): ReadonlyMap<string, readonly string[]>[] {
  let all: ReadonlyMap<string, readonly string[]>[] = [new Map()]
  for (const tenant of tenants) all = all.flatMap((asked) => [asked, ...subsets(users).map((some) => new Map([...asked, [tenant, some]]))])
  return all.filter(({ size }) => size > 0 && size <= most)
}

function subsets(users: readonly string[]): string[][] {
  const some = Array.from({ length: 2 ** users.length }, (_, bits) => users.filter((_, at) => (bits >> at) % 2 === 1))
  return some.filter((one) => one.length > 0)
}

function keyOf({ tick, sent, nodes }: State): string {
  return `${tick} ${sent} ${nodes.map((indices) => indices.join(',')).join(' ')}`
}

function inOrder(nodes: readonly (Node | number)[]): number[] {
  return nodes.map((node) => (typeof node === 'number' ? node : node.index)).sort((a, b) => a - b)
}

function must<T>(result: Result<T>): T {
  return result.ok ? result.value : fail(`refused: ${result.refusal.code}`)
}
