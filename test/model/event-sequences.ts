/** Generated event sequences of a few requests, by the domain's commands, with the facts after each. */
import { deepEqual, equal } from 'node:assert/strict'
import * as fc from 'fast-check'
import type { Access } from '../../src/access-index/access.js'
import type { Actor } from '../../src/domain/actor.js'
import { decide } from '../../src/domain/decision.js'
import type { LegacyRule } from '../../src/domain/decision-types.js'
import type { ConsentryEvent, TenantRequestEvent } from '../../src/domain/event.js'
import type { TenantFacts } from '../../src/domain/facts.js'
import type { Result } from '../../src/domain/refusal.js'
import type { RequestFacts } from '../../src/domain/status.js'
import { expire, grant, reject, removeUser, revoke, setExpiry, withdraw } from '../../src/domain/tenant-request.js'
import { evolve, initialState, type TenantRequest, toFacts } from '../../src/domain/tenant-request-state.js'
import { OUTSIDER, TENANTS, turns, USERS } from './questions.js'

const CLASSICS = 'classics'
/** One legacy method is enough: the other is decided alike. */
const METHODS = ['access-request', 'legacy-support'] as const
const VERBS = ['grant', 'grant', 'grant', 'setExpiry', 'removeUser', 'expire', 'expire', 'revoke', 'reject', 'withdraw'] as const

/** One attempted command; the domain may refuse it. */
export interface Trial {
  readonly verb: (typeof VERBS)[number] | 'receive'
  readonly tenant: string
  readonly users: readonly string[]
  readonly pick: number
  readonly wait: number
  readonly length: number | null
}

/** Generates requests of few users to few tenants, so that each has several, with mostly valid commands. */
export const trials: fc.Arbitrary<Trial[]> = fc.array(
  fc.record({
    verb: fc.oneof({ weight: 2, arbitrary: fc.constant('receive' as const) }, { weight: 5, arbitrary: fc.constantFrom(...VERBS) }),
    tenant: fc.constantFrom(...TENANTS),
    users: fc.shuffledSubarray([...USERS], { minLength: 1 }),
    pick: fc.nat(20),
    wait: fc.constantFrom(0, 0, 1, 1, 2, 10),
    length: fc.constantFrom(null, 1, 2, 5, 20),
  }),
  { minLength: 1, maxLength: 16, size: 'max' },
)

/** Returns the resulting events, in order. */
export function eventsOf(tried: readonly Trial[]): ConsentryEvent[] {
  const requests = new Map<string, TenantRequest>()
  const events: ConsentryEvent[] = []
  let now = 1_000
  for (const { verb, tenant, users, pick, wait, length } of tried) {
    now += wait
    const [before, id] = [events.length, `event-${events.length}`]
    if (verb === 'receive') {
      events.push(...submission(`${before}`, tenant, users, now))
    } else {
      const fit = [...requests.values()].filter(({ state }) => state === (verb === 'grant' || verb === 'reject' ? 'pending' : 'granted'))
      const from = fit.length > 0 ? fit : [...requests.values()]
      const request = from.at(-1 - (pick % Math.max(from.length, 1)))
      if (request === undefined) continue
      if (verb === 'expire' && request.state === 'granted') now = Math.max(now, request.expiresAt ?? now)
      const happened = tryOut(verb, request, { id, now, length, user: request.users[pick % request.users.length] ?? '' })
      if (happened.ok) events.push(happened.value)
    }
    for (const event of events.slice(before)) if ('tenantRequest' in event) requests.set(event.tenantRequest, after(requests, event))
  }
  return events
}

/** Returns the events of a submission to one tenant; the first one does not concern decisions. */
export function submission(name: string, tenant: string, users: readonly string[], at: number): ConsentryEvent[] {
  const envelope = { at, by: { user: 'elizabeth', tenant: CLASSICS }, requestingTenant: CLASSICS, accessRequest: `ar-${name}` }
  const message = ''
  const associations = [{ users, tenants: [tenant] }]
  const rest = { ...envelope, revision: 1, version: 1 as const, message }
  return [
    { ...rest, id: `sent-${name}`, type: 'access-request.submitted', tenant: CLASSICS, name: 'SupportAccess', associations },
    { ...rest, id: `event-${name}`, type: 'tenant-request.received', tenant, tenantRequest: `tr-${name}`, users },
  ]
}

interface Circumstances {
  readonly id: string
  readonly now: number
  readonly length: number | null
  readonly user: string
}

function tryOut(
  verb: (typeof VERBS)[number],
  request: TenantRequest,
  { id, now, length, user }: Circumstances,
): Result<TenantRequestEvent> {
  const as = (tenant: string): Actor => ({ user: 'somebody', tenant, permissions: ['submit', 'answer'], impersonating: null })
  const context = { now, newId: () => id, actorIsRequester: false, policy: { maxGrant: null } }
  const [answering, requesting] = [
    { ...context, actor: as(request.tenant) },
    { ...context, actor: as(CLASSICS) },
  ]
  switch (verb) {
    case 'grant':
      return grant(request, { message: '', expiresAt: length === null ? null : now + length }, answering)
    case 'setExpiry':
      return setExpiry(request, { expiresAt: now + (length ?? 3) }, answering)
    case 'reject':
      return reject(request, { message: '' }, answering)
    case 'revoke':
      return revoke(request, { message: '' }, answering)
    case 'withdraw':
      return withdraw(request, {}, requesting)
    case 'removeUser':
      return removeUser(request, { user }, requesting)
    case 'expire':
      return expire(request, context)
  }
}

function after(requests: ReadonlyMap<string, TenantRequest>, event: TenantRequestEvent): TenantRequest {
  const before = requests.get(event.tenantRequest)
  if (event.type === 'tenant-request.received') return initialState(event)
  if (before === undefined) throw new Error('nothing happens to a request before it is received')
  return evolve(before, event)
}

/** Folds the events so far into the stored state. */
export class Known {
  readonly requests = new Map<string, TenantRequest>()
  readonly governed = new Set<string>()

  constructor(events: readonly ConsentryEvent[] = []) {
    for (const event of events) this.fold(event)
  }

  fold(event: ConsentryEvent): void {
    if (!('tenantRequest' in event)) return
    this.requests.set(event.tenantRequest, after(this.requests, event))
    if (event.type === 'tenant-request.granted') this.governed.add(event.tenant)
  }

  all(): RequestFacts[] {
    return [...this.requests.values()].map(toFacts)
  }

  facts(tenant: string): TenantFacts {
    return { tenant, governed: this.governed.has(tenant), requests: this.all().filter((one) => one.tenant === tenant) }
  }
}

/** A legacy rule whose answer varies with the question. */
export const legacy: LegacyRule = (user, _tenant, _method, now) => (user.length + now) % 2 === 0

/**
 * Asserts that an incrementally updated access answers like the plain function.
 * For a recorded expiry it may have forgotten the start of the grant: before the expiry it treats that grant as absent.
 */
export function agrees(access: Access, known: Known, tenants: readonly string[] = TENANTS): void {
  for (const tenant of tenants) {
    const facts = known.facts(tenant)
    const kept = { ...facts, requests: facts.requests.filter(({ state }) => state !== 'expired') }
    for (const user of [...USERS, OUTSIDER]) {
      const ends = facts.requests.map((one) => (one.state === 'expired' && one.users.includes(user) ? one.expiresAt : -Infinity))
      const forgotten = Math.max(-Infinity, ...ends)
      for (const now of turns(facts.requests))
        for (const method of METHODS) {
          const actual = access.decide(user, tenant, method, now)
          const expected = decide(user, tenant, method, now, now < forgotten ? kept : facts, { legacy })
          if (now >= forgotten || expected.allowed) deepEqual(actual, expected)
          equal(actual.allowed, expected.allowed)
          equal(access.canImpersonate(user, tenant, method, now), expected.allowed)
        }
    }
  }
}

/** Asserts that its reverse questions are the filter of its forward ones (SPEC 5.8). */
export function reverses(access: Access, known: Known): void {
  const may = (user: string, tenant: string, now: number) => access.decide(user, tenant, 'access-request', now).allowed
  for (const now of turns(known.all())) {
    for (const user of [...USERS, OUTSIDER]) deepEqual(access.tenantsFor(user, now), TENANTS.filter((one) => may(user, one, now)).sort())
    for (const tenant of TENANTS) deepEqual(access.usersFor(tenant, now), USERS.filter((one) => may(one, tenant, now)).sort())
  }
}
