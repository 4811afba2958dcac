/** Events as table rows; what a submission shares with its events is stored once. */
import type { ConsentryEvent, EventType } from '../../domain/event.js'
import type { UserId } from '../../domain/ids.js'
import { idsInEvent } from '../../ports/event-feed.js'
import { parseJson, type Row, unprefixText } from './row-values.js'
import type { Columns, Origin } from './rows.js'

/** The columns of an event, without its position. */
export const EVENT_COLUMNS = [
  'id',
  'type',
  'at',
  'revision',
  'requesting_tenant',
  'tenant',
  'tenant_request',
  'session',
  'access_request_seq',
  'user_set',
  'ids',
  'data',
] as const

/**
 * Returns the row of an event. Fields that no query reads are in `data`.
 * What a submission and its tenant requests share is stored once, with the access request: `origin` says where.
 */
export function eventRow(event: ConsentryEvent, origin: Partial<Origin> = {}) {
  const { id, type, at, revision, requestingTenant, tenant, ...rest } = event
  const { tenantRequest, session, ...fields } = { tenantRequest: null, session: null, ...rest }
  const own = Object.entries(fields).filter(([key]) => !SHARED_FIELDS[type]?.includes(key))
  return {
    id,
    type,
    at,
    revision,
    requesting_tenant: requestingTenant,
    tenant,
    tenant_request: tenantRequest,
    session,
    access_request_seq: origin.access_request_seq ?? null,
    user_set: origin.user_set ?? null,
    ids: idsInEvent(event),
    data: Object.fromEntries(own),
  } satisfies Columns
}

/** The fields of an event that are stored with its access request. */
const SHARED_FIELDS: { readonly [Type in EventType]?: readonly string[] } = {
  'access-request.submitted': ['name', 'message', 'associations'],
  'tenant-request.received': ['message', 'users'],
}

/** Returns the fields of an event's row that are stored with its access request. */
export function sharedFields(row: Row, users: readonly UserId[]): object {
  if (row['type'] === 'tenant-request.received') return { message: unprefixText(row['request_message']), users }
  if (row['type'] !== 'access-request.submitted') return {}
  return { name: row['request_name'], message: unprefixText(row['request_message']), associations: parseJson(row['associations']) }
}
