/** History entries: events redacted for each party by listing the fields to show (SPEC 6.6). */

import type { Association } from './association.js'
import type { AccessMethod } from './decision-types.js'
import type { ConsentryEvent, SessionEndCause, SessionEvent, TenantRequestEvent } from './event.js'
import { OUTCOME_EVENTS } from './event-types.js'
import type { AccessRequestId, TenantId, TenantRequestId, UserId } from './ids.js'
import type { Instant } from './instant.js'
import type { Policy } from './policy.js'
import { requestTag } from './request-tag.js'
import type { SessionHash } from './session-hash.js'
import { type Party, partyOf, visibleUser } from './views.js'

/**
 * The fields of every history entry.
 *
 * `at` is an instant in milliseconds. `user` is `null` unless the viewer's tenant is that user's own, or the policy shows users.
 */
interface HistoryEntryBase {
  readonly id: string
  readonly at: Instant
  readonly by: Party
  readonly user: UserId | null
  readonly requestingTenant: TenantId
}

/** The tenant request of an event, with its `tag` (SPEC 6.2). */
interface RequestOfEvent {
  readonly tenantRequest: TenantRequestId
  readonly tag: string
}

type TenantEventView =
  | { readonly type: 'tenant-request.received'; readonly message: string; readonly answerBy: Instant | null }
  | { readonly type: 'tenant-request.granted'; readonly message: string; readonly expiresAt: Instant | null }
  | { readonly type: 'tenant-request.rejected'; readonly message: string }
  | { readonly type: 'tenant-request.revoked'; readonly message: string }
  | { readonly type: 'tenant-request.expiry-set'; readonly expiresAt: Instant }
  | { readonly type: 'tenant-request.withdrawn' }
  | { readonly type: 'tenant-request.expired' }
  | { readonly type: 'tenant-request.lapsed' }
type TenantEventOf<Kind extends string> = Extract<TenantEventView, { type: `tenant-request.${Kind}` }>

type SessionEventView =
  | {
      readonly type: 'impersonation.started'
      readonly session: SessionHash
      readonly method: AccessMethod
      readonly grantedBy: readonly TenantRequestId[]
      readonly endsAt: Instant
    }
  | { readonly type: 'impersonation.ended'; readonly session: SessionHash; readonly cause: SessionEndCause }

/**
 * An event for the tenant asked (SPEC 6.6, 7.6).
 *
 * It has no name, users, access request, revision or session reason.
 */
export type IncomingEvent = HistoryEntryBase & { readonly view: 'incoming' } & ((RequestOfEvent & TenantEventView) | SessionEventView)

/**
 * An event for the requesting tenant: everything except the other party's user (SPEC 6.6, 7.6).
 *
 * An answer or an end has the `users` whom it concerns: those that the request names after it, or the last one, whose removal ended it.
 */
export type OutgoingEvent = HistoryEntryBase & { readonly view: 'outgoing' } & (
    | {
        readonly type: 'access-request.submitted'
        readonly accessRequest: AccessRequestId
        readonly name: string
        readonly message: string
        readonly associations: readonly Association[]
      }
    | ({ readonly tenant: TenantId } & Extract<SessionEventView, { type: 'impersonation.ended' }>)
    | ({ readonly tenant: TenantId; readonly reason: string } & Extract<SessionEventView, { type: 'impersonation.started' }>)
    | (RequestOfEvent & { readonly accessRequest: AccessRequestId; readonly tenant: TenantId } & (
          | (TenantEventOf<'received' | 'rejected' | 'expired' | 'lapsed'> & { readonly users: readonly UserId[] })
          | (TenantEventOf<'withdrawn' | 'revoked'> & { readonly users: readonly UserId[]; readonly removedUser: UserId | null })
          | (TenantEventOf<'granted'> & { readonly users: readonly UserId[]; readonly removedUsers: readonly UserId[] })
          | { readonly type: 'tenant-request.user-removed'; readonly removedUser: UserId }
          | TenantEventOf<'expiry-set'>
        ))
  )

/** One entry of a party's history. `view` says for which party it was redacted. */
export type HistoryEntry = IncomingEvent | OutgoingEvent

/**
 * Redacts an event for `viewer`; returns `undefined` if the viewer may not see it (SPEC 6.6).
 *
 * With `showUsersToTenant`, the tenant also sees the users of its sessions (SPEC 7.6). Who ended one for a party is shown to that
 * person's own tenant only (SPEC 7.7). `users` are those that the request names after an answer or an end.
 */
export function historyEntry(
  event: ConsentryEvent,
  viewer: TenantId,
  { showUsersToTenant }: Pick<Policy, 'showUsersToTenant'> = { showUsersToTenant: false },
  users: readonly UserId[] = [],
): HistoryEntry | undefined {
  if (event.requestingTenant === viewer) return outgoingEvent(event, users)
  if (event.type === 'access-request.submitted' || event.tenant !== viewer) return undefined
  if (!isOfSession(event)) return incomingEvent(event)
  const { user, ...base } = historyEntryBase(event, viewer)
  return { ...base, view: 'incoming', ...redactSession(event), user: user ?? (showUsersToTenant ? sessionUser(event) : null) }
}

function incomingEvent(event: TenantRequestEvent): IncomingEvent | undefined {
  const redacted = redactForTenant(event)
  return redacted && { ...historyEntryBase(event, event.tenant), view: 'incoming', ...taggedRequest(event), ...redacted }
}

function outgoingEvent(event: ConsentryEvent, users: readonly UserId[]): OutgoingEvent {
  const { tenant } = event
  const entry = { ...historyEntryBase(event, event.requestingTenant), view: 'outgoing' as const }
  if (event.type === 'access-request.submitted') {
    const { type, accessRequest, name, message, associations } = event
    return { ...entry, accessRequest, type, name, message, associations }
  }
  if (event.type === 'impersonation.started') return { ...entry, tenant, reason: event.reason, ...redactSession(event) } as OutgoingEvent
  if (event.type === 'impersonation.ended') return { ...entry, tenant, ...redactSession(event) } as OutgoingEvent
  const request = { accessRequest: event.accessRequest, tenant, ...taggedRequest(event) }
  return { ...entry, ...request, ...usersConcerned(event, users), ...redactForRequester(event) } as OutgoingEvent
}

function taggedRequest({ tenantRequest }: TenantRequestEvent): RequestOfEvent {
  return { tenantRequest, tag: requestTag(tenantRequest) }
}

// A removal that ended the request concerns the last user.
function usersConcerned(event: TenantRequestEvent, users: readonly UserId[]) {
  const last = 'removedUser' in event ? event.removedUser : null
  return (OUTCOME_EVENTS as readonly string[]).includes(event.type) && { users: last === null ? users : [last] }
}

function isOfSession(event: ConsentryEvent): event is SessionEvent {
  return event.type === 'impersonation.started' || event.type === 'impersonation.ended'
}

function historyEntryBase({ id, at, by, requestingTenant }: ConsentryEvent, viewer: TenantId): HistoryEntryBase {
  return { id, at, by: partyOf(by, requestingTenant), user: visibleUser(by, viewer), requestingTenant }
}

/**
 * Returns the session's user if the event is by them.
 * A policy that shows them to the tenant shows nobody else (SPEC 7.7).
 */
function sessionUser(event: SessionEvent): UserId | null {
  return event.type === 'impersonation.ended' && event.cause !== 'ended-by-user' ? null : event.by.user
}

function redactSession(event: SessionEvent): SessionEventView {
  const { session } = event
  if (event.type === 'impersonation.ended') return { type: event.type, session, cause: event.cause }
  const { type, method, grantedBy, endsAt } = event
  return { type, session, method, grantedBy, endsAt }
}

function redactForTenant(event: TenantRequestEvent): TenantEventView | undefined {
  switch (event.type) {
    case 'tenant-request.received':
      return { type: event.type, message: event.message, answerBy: event.answerBy }
    case 'tenant-request.granted':
      return { type: event.type, message: event.message, expiresAt: event.expiresAt }
    case 'tenant-request.rejected':
    case 'tenant-request.revoked':
      return { type: event.type, message: event.message }
    case 'tenant-request.expiry-set':
      return { type: event.type, expiresAt: event.expiresAt }
    case 'tenant-request.withdrawn':
    case 'tenant-request.expired':
    case 'tenant-request.lapsed':
      return { type: event.type }
    case 'tenant-request.user-removed':
      return undefined
  }
}

function redactForRequester(event: TenantRequestEvent) {
  switch (event.type) {
    case 'tenant-request.received':
      return { ...redactForTenant(event), users: event.users }
    case 'tenant-request.withdrawn':
    case 'tenant-request.revoked':
      return { ...redactForTenant(event), removedUser: event.removedUser }
    case 'tenant-request.user-removed':
      return { type: event.type, removedUser: event.removedUser }
    case 'tenant-request.granted':
      return { ...redactForTenant(event), removedUsers: event.removedUsers }
    case 'tenant-request.rejected':
    case 'tenant-request.expiry-set':
    case 'tenant-request.expired':
    case 'tenant-request.lapsed':
      return redactForTenant(event)
  }
}
