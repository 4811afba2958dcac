/** Views of a request: each type omits every field that the viewing party may not see (SPEC §6). */
import type { EventActor } from './event.js'
import type { AccessRequestId, TenantId, TenantRequestId, UserId } from './ids.js'
import type { Instant } from './instant.js'
import { requestTag } from './request-tag.js'
import { isPending, type RemovedUser, statusAt } from './status.js'
import type { RequestWithoutUsers, TenantRequest } from './tenant-request-state.js'

/** The party behind a change: the tenant asked, the requester, or the clock. */
export type Party = 'tenant' | 'requester' | 'clock'

/** The tenant's answer to a request. */
export interface Answer {
  /** The instant of the answer, in milliseconds. */
  readonly at: Instant
  /** The user who answered; `null` for the other party. */
  readonly user: UserId | null
  /** The message of the answer; `''` for none. */
  readonly message: string
}

/** How a request ended: by which party, when, by which user and with which message (SPEC 6.1). */
export interface Ending extends Answer {
  readonly by: Party
}

/**
 * The status of a request, with the answer, expiry and end that belong to it.
 *
 * Instants are in milliseconds.
 */
export type RequestOutcome =
  | { readonly status: 'pending' }
  | { readonly status: 'granted'; readonly answer: Answer; readonly expiresAt: Instant | null }
  | { readonly status: 'expired'; readonly answer: Answer; readonly expiresAt: Instant; readonly ended: Ending }
  | { readonly status: 'revoked'; readonly answer: Answer; readonly expiresAt: Instant | null; readonly ended: Ending }
  | { readonly status: 'rejected'; readonly answer: Answer; readonly ended: Ending }
  | { readonly status: 'withdrawn'; readonly ended: Ending }
  | { readonly status: 'lapsed'; readonly ended: Ending }

/**
 * A request for the tenant asked (SPEC 6.2).
 *
 * It has no request name, users, other tenants or access request id.
 */
export type IncomingRequest = RequestOutcome & {
  readonly id: TenantRequestId
  /** A short tag of the id, such as `482-915`. Both parties see it; it is not unique (SPEC 6.2). */
  readonly tag: string
  readonly requestingTenant: TenantId
  readonly message: string
  readonly sentAt: Instant
  /** The instant at which it lapses without an answer, in milliseconds; `null` for never (SPEC 4.9). */
  readonly answerBy: Instant | null
  /** The number of its events that the tenant may see: the value for `ifRevision` (SPEC 4.10). */
  readonly revision: number
}

/** A request for the requesting tenant: every field except the answerer (SPEC 6.1). */
export type OutgoingRequest = RequestOutcome & {
  readonly id: TenantRequestId
  /** A short tag of the id, such as `482-915`. Both parties see it; it is not unique (SPEC 6.2). */
  readonly tag: string
  readonly accessRequest: AccessRequestId
  readonly name: string
  readonly tenant: TenantId
  readonly users: readonly UserId[]
  readonly removed: readonly RemovedUser[]
  readonly message: string
  readonly sentAt: Instant
  /** The instant at which it lapses without an answer, in milliseconds; `null` for never (SPEC 4.9). */
  readonly answerBy: Instant | null
  /** The number of its events, all of them visible: the value for `ifRevision` (SPEC 4.10). */
  readonly revision: number
}

/** Returns the request's view for the tenant asked at `now` (SPEC 6.2). */
export function incomingView(request: RequestWithoutUsers, now: Instant): IncomingRequest {
  const { id, requestingTenant, tenant, message, sentAt, answerBy, tenantRevision: revision } = request
  return { id, tag: requestTag(id), requestingTenant, message, sentAt, answerBy, revision, ...outcomeAt(request, now, tenant) }
}

/**
 * Returns the request's view for the requesting tenant at `now` (SPEC 6.1).
 *
 * `name` is the access request's name.
 */
export function outgoingView(request: TenantRequest, name: string, now: Instant): OutgoingRequest {
  const { id, accessRequest, requestingTenant, tenant, users, removed, message, sentAt, answerBy, revision } = request
  const sent = { id, tag: requestTag(id), accessRequest, name, tenant, users, removed, message, sentAt, answerBy, revision }
  return { ...sent, ...outcomeAt(request, now, requestingTenant) }
}

/**
 * Returns the revision of a request that one of its two parties sees, and gives as `ifRevision`.
 *
 * It counts only the events that this party may see: a hidden removal must not show (SPEC 4.10).
 */
export function revisionFor(request: TenantRequest, party: TenantId): number {
  return party === request.requestingTenant ? request.revision : request.tenantRevision
}

/** Returns the party of a request that the person or the clock belongs to. */
export function partyOf(by: EventActor | 'clock', requestingTenant: TenantId): Party {
  if (by === 'clock') return 'clock'
  return by.tenant === requestingTenant ? 'requester' : 'tenant'
}

/**
 * Returns the person's id if `viewer` is the person's tenant.
 *
 * It is `null` for the other party and for the clock.
 */
export function visibleUser(by: EventActor | 'clock', viewer: TenantId): UserId | null {
  return by !== 'clock' && by.tenant === viewer ? by.user : null
}

function outcomeAt(request: RequestWithoutUsers, now: Instant, viewer: TenantId): RequestOutcome {
  switch (request.state) {
    case 'pending':
    case 'lapsed': {
      const { answerBy } = request
      if (answerBy === null || isPending(request, now)) return { status: 'pending' }
      return { status: 'lapsed', ended: endedByClock(answerBy) }
    }
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
      return { status: 'expired', answer, expiresAt, ended: endedByClock(expiresAt) }
    }
  }
}

function endedByClock(at: Instant): Ending {
  return { by: 'clock', at, user: null, message: '' }
}

type Answered = Extract<RequestWithoutUsers, { grantedAt: Instant }>
type Ended = Extract<RequestWithoutUsers, { endedAt: Instant }>

/** Returns the answer of a granted request; the answerer is for the tenant asked only (SPEC 6.1). */
export function answerOf({ grantedAt, grantedBy, grantMessage, tenant }: Answered, viewer: TenantId): Answer {
  return { at: grantedAt, user: tenant === viewer ? grantedBy : null, message: grantMessage }
}

function endingOf({ endedAt, endedBy, endMessage, requestingTenant }: Ended, viewer: TenantId): Ending {
  return { by: partyOf(endedBy, requestingTenant), at: endedAt, user: visibleUser(endedBy, viewer), message: endMessage }
}
