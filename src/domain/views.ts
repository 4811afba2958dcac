/** The same request as each party may see it (SPEC §6): what a view must not show, its type has no field for. */
import type { EventActor } from './event.js'
import type { AccessRequestId, TenantId, TenantRequestId, UserId } from './ids.js'
import type { Instant } from './instant.js'
import { holdingGrants, type RemovedUser, requestsOfUser, statusAt, type UserStatus, userStatusAt } from './status.js'
import type { TenantRequest } from './tenant-request-state.js'

/** Who did something to a request: the tenant asked, the requester, or the clock. */
export type Party = 'tenant' | 'requester' | 'clock'

/** The tenant's answer. `at` in milliseconds; `user` only for the answerer's own colleagues, else `null`; a `message` of `''` is none. */
export interface Answer {
  readonly at: Instant
  readonly user: UserId | null
  readonly message: string
}

/** How a request ended: `by` which party, when, with which message (SPEC 6.1). `user` only for his own colleagues, else `null`. */
export interface Ending extends Answer {
  readonly by: Party
}

/** A request's life so far as both parties see it; each status carries exactly what it knows. Instants in milliseconds. */
export type RequestOutcome =
  | { readonly status: 'pending' }
  | { readonly status: 'granted'; readonly answer: Answer; readonly expiresAt: Instant | null }
  | { readonly status: 'expired'; readonly answer: Answer; readonly expiresAt: Instant; readonly ended: Ending }
  | { readonly status: 'revoked'; readonly answer: Answer; readonly expiresAt: Instant | null; readonly ended: Ending }
  | { readonly status: 'rejected'; readonly answer: Answer; readonly ended: Ending }
  | { readonly status: 'withdrawn'; readonly ended: Ending }

/** What the tenant asked may see: no request name, no users, no other tenant, no access-request id (SPEC 6.2). */
export type IncomingRequest = RequestOutcome & {
  readonly id: TenantRequestId
  readonly requestingTenant: TenantId
  readonly message: string
  readonly sentAt: Instant
  readonly revision: number
}

/** What the requester may see: all of it but who answered (SPEC 6.1). */
export type OutgoingRequest = RequestOutcome & {
  readonly id: TenantRequestId
  readonly accessRequest: AccessRequestId
  readonly name: string
  readonly tenant: TenantId
  readonly users: readonly UserId[]
  readonly removed: readonly RemovedUser[]
  readonly message: string
  readonly sentAt: Instant
  readonly revision: number
}

/** One tenant a user was associated with, and his status there; a granted row carries that grant's message and expiry (SPEC 6.3). */
export type MyAccess =
  | { readonly tenant: TenantId; readonly status: Exclude<UserStatus, 'granted'> }
  | { readonly tenant: TenantId; readonly status: 'granted'; readonly message: string; readonly expiresAt: Instant | null }

/** The request as the tenant asked sees it at `now` (SPEC 6.2). */
export function incomingView(request: TenantRequest, now: Instant): IncomingRequest {
  const { id, requestingTenant, tenant, message, sentAt, revision } = request
  return { id, requestingTenant, message, sentAt, revision, ...outcomeAt(request, now, tenant) }
}

/** The request as the requesting tenant sees it at `now`, with the name it gave it (SPEC 6.1). */
export function outgoingView(request: TenantRequest, name: string, now: Instant): OutgoingRequest {
  const { id, accessRequest, requestingTenant, tenant, users, removed, message, sentAt, revision } = request
  return { id, accessRequest, name, tenant, users, removed, message, sentAt, revision, ...outcomeAt(request, now, requestingTenant) }
}

/** A user's own row about a tenant, from that tenant's requests that name or named him (SPEC 6.3); `undefined` when none does. */
export function myAccessView(user: UserId, tenant: TenantId, requests: readonly TenantRequest[], now: Instant): MyAccess | undefined {
  const stakes = requestsOfUser(user, requests)
  const status = userStatusAt(stakes, now)
  if (status === 'not-associated') return undefined
  const [grant] = holdingGrants(stakes, now)
  // Granted is the status exactly where a grant holds, which the types cannot say.
  return (grant ? { tenant, status, message: grant.grantMessage, expiresAt: grant.expiresAt } : { tenant, status }) as MyAccess
}

/** Which party of a request a person belongs to. */
export function partyOf(by: EventActor | 'clock', requestingTenant: TenantId): Party {
  if (by === 'clock') return 'clock'
  return by.tenant === requestingTenant ? 'requester' : 'tenant'
}

/** A person's id for his own colleagues, `null` for the other party and for the clock. */
export function visibleUser(by: EventActor | 'clock', viewer: TenantId): UserId | null {
  return by !== 'clock' && by.tenant === viewer ? by.user : null
}

function outcomeAt(request: TenantRequest, now: Instant, viewer: TenantId): RequestOutcome {
  switch (request.state) {
    case 'pending':
      return { status: 'pending' }
    case 'rejected': {
      const ended = endingOf(request, viewer)
      return { status: 'rejected', answer: { at: ended.at, user: ended.user, message: ended.message }, ended }
    }
    case 'withdrawn':
      return { status: 'withdrawn', ended: endingOf(request, viewer) }
    case 'revoked': {
      const { expiresAt } = request
      return { status: 'revoked', answer: answerOf(request, viewer), expiresAt, ended: endingOf(request, viewer) }
    }
    case 'granted':
    case 'expired': {
      const { expiresAt } = request
      const status = statusAt(request, now)
      if (status === 'pending') return { status }
      const answer = answerOf(request, viewer)
      if (expiresAt === null || status === 'granted') return { status: 'granted', answer, expiresAt }
      return { status: 'expired', answer, expiresAt, ended: { by: 'clock', at: expiresAt, user: null, message: '' } }
    }
  }
}

type Answered = Extract<TenantRequest, { grantedAt: Instant }>
type Ended = Extract<TenantRequest, { endedAt: Instant }>

function answerOf({ grantedAt, grantedBy, grantMessage, tenant }: Answered, viewer: TenantId): Answer {
  return { at: grantedAt, user: tenant === viewer ? grantedBy : null, message: grantMessage }
}

function endingOf({ endedAt, endedBy, endMessage, requestingTenant }: Ended, viewer: TenantId): Ending {
  return { by: partyOf(endedBy, requestingTenant), at: endedAt, user: visibleUser(endedBy, viewer), message: endMessage }
}
