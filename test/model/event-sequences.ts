/** Generated event sequences of a few requests, with the facts after each event. */
import { deepEqual, equal } from 'node:assert/strict'
import type { Access } from '../../src/access-index/access.js'
import type { LegacyRule } from '../../src/domain/decision-types.js'
import { evaluate } from '../../src/domain/evaluate.js'
import type { ConsentryEvent, TenantRequestEvent } from '../../src/domain/event.js'
import type { TenantFacts } from '../../src/domain/facts.js'
import { toFacts } from '../../src/domain/request-facts.js'
import { type RequestFacts, requestsOfUser } from '../../src/domain/status.js'
import { fold } from '../../src/domain/tenant-request-state.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import type { People } from '../../src/testing/arbitraries.js'
import { EVERYBODY, TENANTS, turns, USERS } from './questions.js'
import { commandLog, type LoggedCommand, Stage } from './replay.js'

/** Few users and tenants, so that each pair has several requests. */
const people: People = new Map<string, readonly string[]>([['classics', USERS], ...TENANTS.map((tenant) => [tenant, ['becky']] as const)])
/** One legacy method is enough: the other is decided alike. */
const METHODS = ['access-request', 'legacy-support'] as const

export const sequences = commandLog({ people, requesters: ['classics'], length: 20, start: 1_000 }).map((log) =>
  log.map((logged) => ({ ...logged, flaws: [] })),
)

export async function eventsOf(log: readonly LoggedCommand[]): Promise<ConsentryEvent[]> {
  const stage = new Stage({ people })
  for (const logged of log) await stage.play(logged)
  const { entries } = await stage.repository.readEvents({ after: FEED_START, limit: 1_000 })
  return entries.map(({ event }) => event)
}

/** An event of a tenant request. The ids, the revision, the actor and the message are placeholders, which no projection reads. */
export function requestEvent(
  { id, tenant, requestingTenant = 'classics' }: Pick<RequestFacts, 'id' | 'tenant'> & Partial<Pick<RequestFacts, 'requestingTenant'>>,
  type: TenantRequestEvent['type'],
  at: number,
  more: object = {},
): TenantRequestEvent {
  const of = { tenantRequest: id, accessRequest: id, requestingTenant, tenant, revision: 1, version: 1 }
  const event = {
    id: `${id}-event`,
    at,
    by: { user: 'becky', tenant },
    ...of,
    type,
    message: '',
    removedUsers: [],
    answerBy: null,
    ...more,
  }
  return event as unknown as TenantRequestEvent
}

export function factsAfter(events: readonly ConsentryEvent[], tenant: string): TenantFacts {
  const own = events.flatMap((event) => ('tenantRequest' in event && event.tenant === tenant ? [event] : []))
  const requests = [...new Set(own.map((event) => event.tenantRequest))].map((id) => {
    const ofRequest = own.filter((event) => event.tenantRequest === id)
    return toFacts(fold(ofRequest.map((event, n) => ({ ...event, revision: n + 1 }))))
  })
  return { tenant, governed: own.some(({ type }) => type === 'tenant-request.granted'), requests }
}

/** A legacy rule whose answer varies with the question. */
export const legacy: LegacyRule = (user, _tenant, _method, now) => (user.length + now) % 2 === 0

export function agrees(access: Access, events: readonly ConsentryEvent[], tenants: readonly string[] = TENANTS): void {
  for (const facts of tenants.map((tenant) => factsAfter(events, tenant)))
    for (const user of EVERYBODY)
      for (const now of turns(facts.requests))
        for (const method of METHODS) {
          const question = { user, tenant: facts.tenant, method, now, from: null }
          const requests = requestsOfUser(user, facts.requests)
          const expected = evaluate(question, { governed: facts.governed, requests }, { legacy })
          const actual = access.decide(user, facts.tenant, method, now)
          deepEqual(actual, expected)
          equal(access.canImpersonate(user, facts.tenant, method, now), expected.allowed)
        }
}

/** Asserts that its reverse questions are the filter of its forward ones (SPEC 5.8). */
export function reverses(access: Access, events: readonly ConsentryEvent[]): void {
  const may = (user: string, tenant: string, now: number) => access.decide(user, tenant, 'access-request', now).allowed
  for (const now of turns(TENANTS.flatMap((tenant) => factsAfter(events, tenant).requests))) {
    for (const user of EVERYBODY) deepEqual(access.tenantsFor(user, now), TENANTS.filter((one) => may(user, one, now)).sort())
    for (const tenant of TENANTS) deepEqual(access.usersFor(tenant, now), USERS.filter((one) => may(one, tenant, now)).sort())
  }
}
