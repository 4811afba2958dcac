/** Stored values as table rows. */
import type { AccessRequest } from '../../domain/access-request.js'
import type { ConsentryEvent } from '../../domain/event.js'
import { recordedEnd, type Session } from '../../domain/session-state.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'

/** A value that every driver can bind. */
export type Value = string | number | null

/** A row's values by column; lists and records are stored as JSON. */
export type Columns<Name extends string = string> = Readonly<Record<Name, Value | object>>

/** The columns of a tenant request that commands change. */
export const REQUEST_UPDATE_COLUMNS = [
  'users',
  'removed',
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
] as const

/** The columns of a tenant request, without `access_request_seq` and `user_set`. */
export const REQUEST_COLUMNS = [
  'id',
  'access_request',
  'requesting_tenant',
  'tenant',
  'message',
  'sent_at',
  ...REQUEST_UPDATE_COLUMNS,
] as const

/** The columns of an event, without its position. */
export const EVENT_COLUMNS = ['id', 'type', 'at', 'revision', 'requesting_tenant', 'tenant', 'tenant_request', 'data'] as const

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

/**
 * The columns that hold free text. Queries read them with a `.` prefix.
 * PGlite strips a leading byte order mark from a value, and messages are kept exactly (SPEC 3.3).
 */
export const TEXT_COLUMNS: readonly string[] = ['message', 'grant_message', 'end_message', 'reason']

/** The columns of an access request, without its `seq`. */
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

/** Returns the row of an access request. */
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

/** Returns the row of a tenant request, without `access_request_seq` and `user_set`. */
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
  } satisfies Columns
}

/** Returns the row of a session. */
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

/** Returns the row of an event. Fields that no query reads are in `data`. */
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

/** Returns the columns without the omitted ones, in the same order. */
export function omitColumns<Name extends string, const Omitted extends Name>(
  columns: readonly Name[],
  omitted: readonly Omitted[],
): readonly Exclude<Name, Omitted>[] {
  const names: ReadonlySet<string> = new Set(omitted)
  return columns.filter((name): name is Exclude<Name, Omitted> => !names.has(name))
}
