/** Stored values as table rows. */
import type { AccessRequest } from '../../domain/access-request.js'
import { grantSpan } from '../../domain/access-span.js'
import { recordedEnd, type Session } from '../../domain/session-state.js'
import type { RequestWithoutUsers, TenantRequest } from '../../domain/tenant-request-state.js'
import { idsInAssociations } from '../../ports/event-feed.js'

/** A value that every driver can bind. */
export type Value = string | number | null

/** A row's values by column; lists and records are stored as JSON. */
export type Columns<Name extends string = string> = Readonly<Record<Name, Value | object>>

/** The columns of a tenant request that commands change. */
export const REQUEST_UPDATE_COLUMNS = [
  'removed_count',
  'changed_at',
  'revision',
  'tenant_revision',
  'state',
  'granted_at',
  'granted_by',
  'grant_message',
  'expires_at',
  'ended_at',
  'ended_by_user',
  'ended_by_tenant',
  'end_message',
  'open_until',
  'access_until',
] as const

/** The columns of a tenant request. */
export const REQUEST_COLUMNS = [
  'id',
  'access_request',
  'requesting_tenant',
  'tenant',
  'sent_at',
  'answer_by',
  'access_request_seq',
  'user_set',
  'user_count',
  ...REQUEST_UPDATE_COLUMNS,
] as const

/** An instant beyond every `Date`, in milliseconds: the end of what has no end. */
export const NO_END = 9e15

/** The columns of a session that its end changes. */
export const SESSION_UPDATE_COLUMNS = ['revision', 'state', 'ended_at', 'ended_by_user', 'ended_by_tenant', 'cause', 'lasts_until'] as const

/** The columns of a session. */
export const SESSION_COLUMNS = [
  'hash',
  'user_id',
  'requesting_tenant',
  'tenant',
  'method',
  'granted_by',
  'reason',
  'started_at',
  'ends_at',
  ...SESSION_UPDATE_COLUMNS,
] as const

/** The columns that hold free text. Queries read them with a `.` prefix. */
// PGlite strips a leading byte order mark from a value, and messages are kept exactly (SPEC 3.3).
export const TEXT_COLUMNS: readonly string[] = ['message', 'grant_message', 'end_message', 'reason']

/** The columns of an access request, without its `seq`. */
export const ACCESS_REQUEST_COLUMNS = [
  'requesting_tenant',
  'id',
  'name',
  'message',
  'associations',
  'ids',
  'sent_at',
  'sent_by_user',
  'sent_by_tenant',
] as const

/** Returns the row of an access request. */
export function accessRequestRow(request: AccessRequest) {
  return {
    requesting_tenant: request.requestingTenant,
    id: request.id,
    name: request.name,
    message: request.message,
    associations: request.associations,
    ids: idsInAssociations(request.associations),
    sent_at: request.sentAt,
    sent_by_user: request.sentBy.user,
    sent_by_tenant: request.sentBy.tenant,
  } satisfies Columns
}

/** Where a tenant request's message and its list of users as sent are stored. */
export interface Origin {
  readonly access_request_seq: number
  readonly user_set: number
  readonly user_count: number
}

/** Returns the row of a tenant request, without its `Origin`, which never changes. */
export function requestRow(request: TenantRequest) {
  const granted = 'grantedAt' in request ? request : undefined
  const ended = 'endedAt' in request ? request : undefined
  return {
    id: request.id,
    access_request: request.accessRequest,
    requesting_tenant: request.requestingTenant,
    tenant: request.tenant,
    sent_at: request.sentAt,
    answer_by: request.answerBy,
    removed_count: request.removed.length,
    changed_at: request.changedAt,
    revision: request.revision,
    tenant_revision: request.tenantRevision,
    state: request.state,
    granted_at: granted?.grantedAt ?? null,
    granted_by: granted?.grantedBy ?? null,
    grant_message: granted?.grantMessage ?? null,
    expires_at: granted?.expiresAt ?? null,
    ended_at: ended?.endedAt ?? null,
    ended_by_user: ended?.endedBy.user ?? null,
    ended_by_tenant: ended?.endedBy.tenant ?? null,
    end_message: ended?.endMessage ?? null,
    open_until: openUntilOf(request.state, request.answerBy, granted?.expiresAt ?? null),
    access_until: accessUntilOf(request),
  } satisfies Columns
}

/** Returns until when a request is open by the clock; `null` once it has ended. */
export function openUntilOf<End>(state: unknown, answerBy: End | null, expiresAt: End | null): End | number | null {
  return state === 'pending' ? (answerBy ?? NO_END) : state === 'granted' ? (expiresAt ?? NO_END) : null
}

/**
 * Returns until when a request's grant let its users enter; `null` if it never did.
 * Without an end it is `NO_END`.
 */
export function accessUntilOf(request: RequestWithoutUsers): number | null {
  const span = grantSpan(request)
  return span === undefined ? null : Math.min(span.to, NO_END)
}

/** Returns the row of a session. */
export function sessionRow(session: Session) {
  const ended = session.state === 'ended' ? session : undefined
  const by = ended === undefined || ended.endedBy === 'clock' ? undefined : ended.endedBy
  return {
    hash: session.hash,
    user_id: session.user,
    requesting_tenant: session.requestingTenant,
    tenant: session.tenant,
    method: session.method,
    granted_by: session.grantedBy,
    reason: session.reason,
    started_at: session.startedAt,
    ends_at: session.endsAt,
    revision: session.revision,
    state: session.state,
    ended_at: ended?.endedAt ?? null,
    ended_by_user: by?.user ?? null,
    ended_by_tenant: by?.tenant ?? null,
    cause: ended?.cause ?? null,
    lasts_until: recordedEnd(session),
  } satisfies Columns
}
