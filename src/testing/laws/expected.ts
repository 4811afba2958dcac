/** What the port promises about a scene, said by the domain from all that was saved. */
import type { Event } from '../../domain/event.js'
import type { TenantFacts } from '../../domain/facts.js'
import { TENANT_EVENTS } from '../../domain/history.js'
import { type AccessRequestId, compareIds, type TenantId, type UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import { lastsUntil, type OpenSession, type Session } from '../../domain/session-state.js'
import { type RequestFacts, type RequestStatus, stakesOf, statusAt, type UserStatus, userStatusAt } from '../../domain/status.js'
import { type TenantRequest, toFacts } from '../../domain/tenant-request-state.js'
import type { EventKey, MyAccessRow, OutgoingRow, RequestKey, SessionRow, TenantKey } from '../../repository.js'
import type { Scene } from './scene.js'

/** A status and the instant it is meant at. */
export interface Filter<Status> {
  readonly status: Status
  readonly now: Instant
}

/** All facts of the tenant, requests in the order of their ids. */
export function expectedFacts(scene: Scene, tenant: TenantId): TenantFacts {
  const requests = scene.requests.filter((request) => request.tenant === tenant)
  return { tenant, governed: scene.governs(tenant), requests: byId(requests.map(toFacts)) }
}

/** Of each tenant whose requests name or named the user, those requests, tenants in the order of their ids. */
export function expectedFactsOfUser(scene: Scene, user: UserId): TenantFacts[] {
  const tenants = new Set(naming(scene.requests, user).map(({ tenant }) => tenant))
  return [...tenants].sort(compareIds).map((tenant) => {
    const facts = expectedFacts(scene, tenant)
    return { ...facts, requests: naming(facts.requests, user) }
  })
}

/** The tenant requests that ask the tenant, newest first. */
export function expectedIncoming(scene: Scene, tenant: TenantId, filter?: Filter<RequestStatus>): TenantRequest[] {
  return requestsOf(scene, filter)
    .filter((request) => request.tenant === tenant)
    .sort(byRequestKey)
}

/** The tenant requests the tenant has sent, with the names they were sent under, newest first. */
export function expectedOutgoing(
  scene: Scene,
  requestingTenant: TenantId,
  filter?: Filter<RequestStatus>,
  accessRequest?: AccessRequestId,
): OutgoingRow[] {
  const own = scene.accessRequests.filter((request) => request.requestingTenant === requestingTenant)
  const nameOf = new Map(own.map(({ id, name }) => [id, name]))
  return requestsOf(scene, filter)
    .filter((request) => request.requestingTenant === requestingTenant)
    .filter((request) => accessRequest === undefined || request.accessRequest === accessRequest)
    .sort(byRequestKey)
    .map((request) => ({ request, name: nameOf.get(request.accessRequest) ?? '' }))
}

/** The user's rows, newest first, the requests of a row in the order of their ids. */
export function expectedMyAccess(scene: Scene, user: UserId, filter?: Filter<UserStatus>): MyAccessRow[] {
  const byTenant = new Map<TenantId, TenantRequest[]>()
  for (const request of byId(naming(scene.requests, user))) {
    const known = byTenant.get(request.tenant)
    if (known) known.push(request)
    else byTenant.set(request.tenant, [request])
  }
  return [...byTenant]
    .filter(([, requests]) => filter === undefined || userStatusAt(stakesOf(user, requests), filter.now) === filter.status)
    .map(([tenant, requests]) => ({ tenant, sentAt: Math.min(...requests.map(({ sentAt }) => sentAt)), requests }))
    .sort(byTenantKey)
}

/** The requests in state `granted` whose end has come, the earliest end first. */
export function expectedDue(scene: Scene, now: Instant): TenantRequest[] {
  return scene.requests
    .flatMap((request) => (request.state === 'granted' && request.expiresAt !== null ? [{ request, end: request.expiresAt }] : []))
    .filter(({ end }) => end <= now)
    .sort((a, b) => a.end - b.end || compareIds(a.request.id, b.request.id))
    .map(({ request }) => request)
}

/** The events of one or both parties, latest first. */
export function expectedHistory(scene: Scene, query: { requestingTenant?: TenantId; tenant?: TenantId }): Event[] {
  const shown: ReadonlySet<string> = new Set(TENANT_EVENTS)
  return scene.events
    .filter(
      (event) =>
        (query.requestingTenant !== undefined && event.requestingTenant === query.requestingTenant) ||
        (query.tenant !== undefined && event.tenant === query.tenant && shown.has(event.type)),
    )
    .sort(byEventKey)
}

/** The sessions of one or both parties, newest first; with `openAt`, those whose end, saved or to come, is after that instant. */
export function expectedSessions(scene: Scene, query: { requestingTenant?: TenantId; tenant?: TenantId; openAt?: Instant }): Session[] {
  const { requestingTenant, tenant, openAt = -Infinity } = query
  return scene.sessions
    .filter(
      (session) =>
        (requestingTenant !== undefined && session.requestingTenant === requestingTenant) ||
        (tenant !== undefined && session.tenant === tenant),
    )
    .filter((session) => query.openAt === undefined || lastsUntil(session) > openAt)
    .sort((a, b) => b.startedAt - a.startedAt || compareIds(b.hash, a.hash))
}

/** The sessions that have no end saved, the earliest end first. */
export function expectedOpenSessions(scene: Scene): OpenSession[] {
  return scene.sessions
    .flatMap((session) => (session.state === 'open' ? [session] : []))
    .sort((a, b) => a.endsAt - b.endsAt || compareIds(a.hash, b.hash))
}

/** These sessions as rows: each with all facts of its tenant that concern its user. */
export function rowsOf<S extends Session>(scene: Scene, sessions: readonly S[]): SessionRow<S>[] {
  return sessions.map((session) => {
    const facts = expectedFacts(scene, session.tenant)
    const grants = scene.events.filter((event) => event.type === 'tenant-request.granted' && event.tenant === session.tenant)
    const governedSince = grants.length === 0 ? null : Math.min(...grants.map(({ at }) => at))
    return { session, facts: { ...facts, requests: naming(facts.requests, session.user) }, governedSince }
  })
}

/** The same facts with their requests in the order of their ids: the port promises which, not in which order. */
export function factsById(facts: TenantFacts): TenantFacts {
  return { ...facts, requests: byId(facts.requests) }
}

/** The same row with its requests in the order of their ids. */
export function rowById(row: MyAccessRow): MyAccessRow {
  return { ...row, requests: byId(row.requests) }
}

/** A copy in the order of the ids. */
export function byId<T extends { readonly id: string }>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => compareIds(a.id, b.id))
}

/** Those of the requests that name or named the user. */
export function naming<R extends RequestFacts>(requests: readonly R[], user: UserId): R[] {
  return requests.filter((request) => stakesOf(user, [request]).length > 0)
}

function requestsOf(scene: Scene, filter: Filter<RequestStatus> | undefined): TenantRequest[] {
  return scene.requests.filter((request) => filter === undefined || statusAt(request, filter.now) === filter.status)
}

function byRequestKey(a: RequestKey, b: RequestKey): number {
  return b.sentAt - a.sentAt || compareIds(b.id, a.id)
}

function byTenantKey(a: TenantKey, b: TenantKey): number {
  return b.sentAt - a.sentAt || compareIds(b.tenant, a.tenant)
}

function byEventKey(a: EventKey, b: EventKey): number {
  return b.at - a.at || b.revision - a.revision || compareIds(b.id, a.id)
}
