/** What is saved, as the columns of its row. */
import type { AccessRequest } from '../../domain/access-request.js'
import type { ConsentryEvent } from '../../domain/event.js'
import { recordedEnd, type Session } from '../../domain/session-state.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'

/** A value as every driver takes it. */
export type Value = string | number | null

/** The columns of a row by their names; lists and records are for the database to keep as JSON. */
export type Columns<Name extends string = string> = Readonly<Record<Name, Value | object>>

/** Every column of a tenant request. */
export const REQUEST_COLUMNS = [
  'id',
  'access_request',
  'requesting_tenant',
  'tenant',
  'users',
  'removed',
  'message',
  'sent_at',
  'changed_at',
  'revision',
  'state',
  'granted_at',
  'granted_by',
  'grant_message',
  'expires_at',
  'ended_at',
  'ended_by_user',
  'ended_by_tenant',
  'end_message',
] as const

/** Every column of an event but its position. */
export const EVENT_COLUMNS = ['id', 'type', 'at', 'revision', 'requesting_tenant', 'tenant', 'tenant_request', 'data'] as const

/** Every column of a session. */
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
  'revision',
  'state',
  'ended_at',
  'ended_by_user',
  'ended_by_tenant',
  'cause',
  'lasts_until',
] as const

/**
 * The columns that hold what people wrote. A text may begin with a byte order mark, which PGlite takes off whatever begins with one: so
 * they are read with a full stop before them.
 */
export const TEXT_COLUMNS: readonly string[] = ['message', 'grant_message', 'end_message', 'reason']

/** Every column of an access request but its number. */
export const ACCESS_REQUEST_COLUMNS = [
  'requesting_tenant',
  'id',
  'name',
  'message',
  'associations',
  'sent_at',
  'sent_by_user',
  'sent_by_tenant',
] as const

/** What the columns of an access request hold. */
export function accessRequestRow(request: AccessRequest) {
  return {
    requesting_tenant: request.requestingTenant,
    id: request.id,
    name: request.name,
    message: request.message,
    associations: request.associations,
    sent_at: request.sentAt,
    sent_by_user: request.sentBy.user,
    sent_by_tenant: request.sentBy.tenant,
  } satisfies Columns
}

/** What the columns of a tenant request hold; who was named, and by which submission, lies beside them. */
export function requestRow(request: TenantRequest) {
  const granted = 'grantedAt' in request ? request : undefined
  const ended = 'endedAt' in request ? request : undefined
  return {
    id: request.id,
    access_request: request.accessRequest,
    requesting_tenant: request.requestingTenant,
    tenant: request.tenant,
    users: request.users,
    removed: request.removed,
    message: request.message,
    sent_at: request.sentAt,
    changed_at: request.changedAt,
    revision: request.revision,
    state: request.state,
    granted_at: granted?.grantedAt ?? null,
    granted_by: granted?.grantedBy ?? null,
    grant_message: granted?.grantMessage ?? null,
    expires_at: granted?.expiresAt ?? null,
    ended_at: ended?.endedAt ?? null,
    ended_by_user: ended?.endedBy.user ?? null,
    ended_by_tenant: ended?.endedBy.tenant ?? null,
    end_message: ended?.endMessage ?? null,
  } satisfies Columns
}

/** What the columns of a session hold. */
export function sessionRow(session: Session) {
  const ended = session.state === 'ended' ? session : undefined
  const by = ended?.cause === 'ended-by-user' ? ended.endedBy : undefined
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

/** What the columns of an event hold: `data` has what no query asks for. */
export function eventRow(event: ConsentryEvent) {
  const { id, type, at, revision, requestingTenant, tenant, ...rest } = event
  const { tenantRequest, ...data } = 'tenantRequest' in rest ? rest : { ...rest, tenantRequest: null }
  return {
    id,
    type,
    at,
    revision,
    requesting_tenant: requestingTenant,
    tenant,
    tenant_request: tenantRequest,
    data,
  } satisfies Columns
}

/** The columns that change in the life of a tenant request. */
export const REQUEST_UPDATE_COLUMNS = [
  'users',
  'removed',
  'changed_at',
  'revision',
  'state',
  'granted_at',
  'granted_by',
  'grant_message',
  'expires_at',
  'ended_at',
  'ended_by_user',
  'ended_by_tenant',
  'end_message',
] as const

/** The columns that the end of a session changes. */
export const SESSION_UPDATE_COLUMNS = ['revision', 'state', 'ended_at', 'ended_by_user', 'ended_by_tenant', 'cause', 'lasts_until'] as const
