/** The pure functions as a subject: commands fold events, and every decision is asked in every way. */
import { expect } from 'vitest'
import { accessOnIndex } from '../../src/access-index/access.js'
import { AccessProjection } from '../../src/access-index/access-projection.js'
import { type Access, accessFrom, canImpersonate, decide, type LegacyRule, type TenantFacts } from '../../src/decision.js'
import { type AccessRequest, isSameSubmission, submit } from '../../src/domain/access-request.js'
import { actorSchema, checkCommand } from '../../src/domain/actor.js'
import type { GrantCommandContext } from '../../src/domain/command-checks.js'
import { expire, lapse } from '../../src/domain/due-request.js'
import type { ConsentryEvent, TenantRequestEvent } from '../../src/domain/event.js'
import { combine, Id, read } from '../../src/domain/input.js'
import { policySchema } from '../../src/domain/policy.js'
import { ok, type Result, refused } from '../../src/domain/refusal.js'
import { toFacts } from '../../src/domain/request-facts.js'
import { parseSubmission } from '../../src/domain/submission.js'
import { grant, reject, removeUser, revoke, setExpiry, withdraw } from '../../src/domain/tenant-request.js'
import { evolve, type TenantRequest } from '../../src/domain/tenant-request-state.js'
import { pending } from '../domain/requests.js'
import type { Outcome, World } from '../model/oracle.js'
import { type Actor, namedIds, policyOf, refusedOutcome, type Subject } from './subject.js'

type Decide = (request: TenantRequest, context: GrantCommandContext) => Result<TenantRequestEvent>

/** A request of other parties: an id that does not exist is refused like a foreign one (SPEC 6.4). */
const FOREIGN: TenantRequest = { ...pending, tenant: 'nobody', requestingTenant: 'nobody' }

export function byFunctions(world: World): Subject {
  const events: ConsentryEvent[] = []
  const submissions: AccessRequest[] = []
  const requests = new Map<string, TenantRequest>()
  const projection = new AccessProjection()
  const policy = policySchema.parse(policyOf(world))
  const isAskable = (from: string, tenant: string) => world.askable[from]?.includes(tenant) ?? false
  const options = { legacy: world.legacy as LegacyRule, isAskable, everyTenant: true }
  const ids = namedIds()

  const outcomeOf = (result: Result<readonly TenantRequest[]>): Outcome => {
    if (result.ok) return { ok: true, changed: result.value.map(({ id }) => id) }
    return refusedOutcome(result.refusal.code, result.refusal.code === 'invalid-input' ? result.refusal.issues : [])
  }
  const record = (event: ConsentryEvent) => {
    expect(projection.apply(event)).toBe(true)
    events.push(event)
  }
  const change = (request: TenantRequest, result: Result<TenantRequestEvent>): Result<readonly TenantRequest[]> => {
    if (!result.ok) return result
    record(result.value)
    const changed = evolve(request, result.value)
    requests.set(changed.id, changed)
    return ok([changed])
  }
  const contextOf = (actor: Actor, now: number, request: TenantRequest): GrantCommandContext => {
    const { requestingTenant, tenant } = request
    const members = new Set(world.members[requestingTenant])
    const askable = world.askable[requestingTenant]?.includes(tenant) ?? false
    const maxGrant = Math.min(policy.maxGrant ?? Infinity, world.maxGrantOf?.get(tenant) ?? Infinity)
    return {
      actor,
      now,
      newId: ids.next,
      policy: { maxGrant: maxGrant === Infinity ? null : maxGrant },
      actorIsRequester: members.has(actor.user),
      members,
      askable,
    }
  }
  const changeOne = (actor: Actor, id: string, now: number, command: Decide): Outcome => {
    const parsed = combine(read(actorSchema, actor), read(Id, id))
    if (!parsed.ok) return outcomeOf(parsed)
    const request = requests.get(id) ?? FOREIGN
    return outcomeOf(change(request, command(request, contextOf(actor, now, request))))
  }
  const changeAll = (actor: Actor, id: string, now: number, among: (request: TenantRequest) => boolean, command: Decide): Outcome => {
    const parsed = combine(read(actorSchema, actor), read(Id, id))
    if (!parsed.ok) return outcomeOf(parsed)
    const refusal = checkCommand(actor, 'submit')
    if (refusal) return outcomeOf(refused(refusal))
    const results = [...requests.values()].filter(among).map((request) => change(request, command(request, contextOf(actor, now, request))))
    return outcomeOf(ok(results.flatMap((result) => (result.ok ? result.value : []))))
  }
  const factsOf = (tenant: string): TenantFacts => ({
    tenant,
    governed: events.some((event) => event.type === 'tenant-request.granted' && event.tenant === tenant),
    requests: [...requests.values()].filter((request) => request.tenant === tenant).map(toFacts),
  })
  const tenants = () => [...new Set([...requests.values()].map(({ tenant }) => tenant))]
  /** An access over the facts, and one that follows the events, which forgets how a recorded expiry came about. */
  const accesses = (): readonly Access[] => {
    const fromFacts = accessFrom(tenants().map(factsOf), options)
    const isRecorded = [...requests.values()].some(({ state }) => state === 'expired')
    return isRecorded ? [fromFacts] : [fromFacts, accessOnIndex(projection.index, options)]
  }
  const alike = <T>(ask: (access: Access) => T): T => {
    const [first, ...others] = accesses().map(ask)
    for (const other of others) expect(other).toEqual(first)
    return first as T
  }

  return {
    submit: (actor, input, now) =>
      ids.during(input, () => {
        const by = read(actorSchema, actor)
        if (!by.ok) return outcomeOf(by)
        const refusal = checkCommand(by.value, 'submit')
        if (refusal) return outcomeOf(refused(refusal))
        const parsed = parseSubmission(input, policy)
        if (!parsed.ok) return outcomeOf(parsed)
        const [submission, users] = parsed.value
        const before = submissions.find(({ id, requestingTenant }) => id === submission.id && requestingTenant === actor.tenant)
        const [members, askable] = [new Set(world.members[actor.tenant]), new Set(world.askable[actor.tenant])]
        const result = submit(submission, users, { actor, now, newId: ids.next, directory: { members, askable }, policy })
        if (!result.ok && result.refusal.code !== 'invalid-input') return outcomeOf(result)
        if (before)
          return outcomeOf(
            isSameSubmission(submission, users, before, policy) ? ok([]) : refused({ code: 'already-submitted', id: before.id }),
          )
        if (!result.ok) return outcomeOf(result)
        submissions.push(result.value.request)
        for (const event of result.value.events) record(event)
        for (const request of result.value.tenantRequests) requests.set(request.id, request)
        return outcomeOf(ok(result.value.tenantRequests))
      }),
    grant: (actor, id, { message = '', expiresAt = null, ifRevision }, now) =>
      changeOne(actor, id, now, (request, context) => grant(request, { message, expiresAt, ifRevision }, context)),
    reject: (actor, id, { message = '', ifRevision }, now) =>
      changeOne(actor, id, now, (request, context) => reject(request, { message, ifRevision }, context)),
    setExpiry: (actor, id, command, now) => changeOne(actor, id, now, (request, context) => setExpiry(request, command, context)),
    revoke: (actor, id, { message = '', ifRevision }, now) =>
      changeOne(actor, id, now, (request, context) => revoke(request, { message, ifRevision }, context)),
    withdraw: (actor, target, now) => {
      if ('tenantRequest' in target)
        return changeOne(actor, target.tenantRequest, now, (request, context) => withdraw(request, target, context))
      const { accessRequest } = target
      const ofActor = (request: TenantRequest) => request.accessRequest === accessRequest && request.requestingTenant === actor.tenant
      const outcome = changeAll(actor, accessRequest, now, ofActor, (request, context) => withdraw(request, {}, context))
      return outcome.ok && ![...requests.values()].some(ofActor) ? refusedOutcome('not-found', []) : outcome
    },
    removeUser: (actor, user, now) => {
      const naming = (request: TenantRequest) => request.users.includes(user)
      return changeAll(actor, user, now, naming, (request, context) => removeUser(request, { user }, context))
    },
    recordDue: (now, limit) => {
      const due = [...requests.values()].flatMap((request) => {
        const result = (request.state === 'pending' ? lapse : expire)(request, { now, newId: ids.next })
        return result.ok ? [{ request, event: result.value }] : []
      })
      due.sort((a, b) => a.event.at - b.event.at || (a.request.id < b.request.id ? -1 : 1))
      for (const { request, event } of due.slice(0, limit)) change(request, ok(event))
      return { ok: true, changed: due.slice(0, limit).map(({ request }) => request.id) }
    },
    decide: (...asked) => {
      const [user, tenant, method, now, from] = asked as Parameters<Access['decide']>
      const facts = factsOf(tenant)
      const decision = decide(user, tenant, method, now, facts, { ...options, from })
      expect(Object.isFrozen(decision)).toBe(true)
      expect(canImpersonate(user, tenant, method, now, facts, { ...options, from })).toBe(decision.allowed)
      expect(alike((access) => access.decide(user, tenant, method, now, from))).toEqual(decision)
      expect(alike((access) => access.canImpersonate(user, tenant, method, now, from))).toBe(decision.allowed)
      return decision
    },
    governed: (tenant) => factsOf(tenant).governed,
    tenantsFor: (user, now, from) => alike((access) => access.tenantsFor(user, now, from)),
    usersFor: (tenant, now, from) => alike((access) => access.usersFor(tenant, now, from)),
    eventCount: () => events.length,
  }
}
