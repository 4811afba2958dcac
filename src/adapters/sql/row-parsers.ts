/** Rows read back: nothing of them is believed unread, and what cannot be believed says where it lies (SPEC 5.9). */
import type { z } from 'zod'
import { AccessRequest } from '../../domain/access-request.js'
import { Event, RequestName } from '../../domain/event.js'
import type { TenantFacts } from '../../domain/facts.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import { Id, read, StoredInstant } from '../../domain/input.js'
import type { Instant } from '../../domain/instant.js'
import { Session } from '../../domain/session-state.js'
import { TenantRequest } from '../../domain/tenant-request-state.js'
import type { FeedEntry } from '../../ports/event-feed.js'
import { readingFacts } from './fact-parsers.js'
import { corrupt, json, number, type Row, written } from './row-values.js'
import type { Tables } from './tables.js'

const Since = StoredInstant.nullable()

/** Reads rows of these tables back; what no command could have written is `corrupt`, and the error names its table and its key. */
export function readingRows(tables: Tables) {
  const { nameOf } = tables
  const facts = readingFacts(tables)
  const believed = <S extends z.ZodType>(schema: S, table: string, key: unknown, value: unknown): z.output<S> => {
    const result = read(schema, value, nameOf(table), String(key))
    if (result.ok) return result.value
    throw corrupt(nameOf(table), key, result.refusal.code === 'invalid-input' ? result.refusal.issues : [])
  }

  const event = (row: Row): Event =>
    believed(Event, 'events', row['id'], {
      ...(json(row['data']) as object),
      id: row['id'],
      type: row['type'],
      at: number(row['at']),
      revision: number(row['revision']),
      requestingTenant: row['requesting_tenant'],
      tenant: row['tenant'],
      ...(row['tenant_request'] !== null && { tenantRequest: row['tenant_request'] }),
    })

  /** Since when the tenant is governed, as `governed_since` says; `null` for never. */
  const governedSince = (tenant: TenantId, row: Row): Instant | null => believed(Since, 'governed', tenant, number(row['governed_since']))

  return {
    accessRequest: (row: Row): AccessRequest =>
      believed(AccessRequest, 'access_requests', row['id'], {
        id: row['id'],
        requestingTenant: row['requesting_tenant'],
        name: row['name'],
        message: written(row['message']),
        associations: json(row['associations']),
        sentAt: number(row['sent_at']),
        sentBy: { user: row['sent_by_user'], tenant: row['sent_by_tenant'] },
      }),

    tenantRequest: (row: Row): TenantRequest =>
      believed(TenantRequest, 'tenant_requests', row['id'], {
        id: row['id'],
        accessRequest: row['access_request'],
        requestingTenant: row['requesting_tenant'],
        tenant: row['tenant'],
        users: json(row['users']),
        removed: json(row['removed']),
        message: written(row['message']),
        sentAt: number(row['sent_at']),
        changedAt: number(row['changed_at']),
        revision: number(row['revision']),
        state: row['state'],
        // Each state has exactly what it knows: a column too many is as wrong as one too few.
        ...(row['granted_at'] !== null && {
          grantedAt: number(row['granted_at']),
          grantedBy: row['granted_by'],
          grantMessage: written(row['grant_message']),
          expiresAt: number(row['expires_at']),
        }),
        ...(row['ended_at'] !== null && {
          endedAt: number(row['ended_at']),
          endedBy: { user: row['ended_by_user'], tenant: row['ended_by_tenant'] },
          endMessage: written(row['end_message']),
        }),
      }),

    session: (row: Row): Session =>
      believed(Session, 'sessions', row['hash'], {
        hash: row['hash'],
        user: row['user_id'],
        requestingTenant: row['requesting_tenant'],
        tenant: row['tenant'],
        method: row['method'],
        grantedBy: json(row['granted_by']),
        reason: written(row['reason']),
        startedAt: number(row['started_at']),
        endsAt: number(row['ends_at']),
        revision: number(row['revision']),
        state: row['state'],
        ...(row['ended_at'] !== null && {
          endedAt: number(row['ended_at']),
          endedBy: row['ended_by_user'] === null ? 'clock' : { user: row['ended_by_user'], tenant: row['ended_by_tenant'] },
          cause: row['cause'],
        }),
      }),

    event,

    /** An event and its `position`. */
    feedEntry: (row: Row): FeedEntry => ({ position: Number(row['position']), event: event(row) }),

    /** The facts of a tenant, as they concern the user where one is given: `governed_since`, and as `requests` a list for each request. */
    facts: (tenant: TenantId, row: Row, user?: UserId): TenantFacts =>
      facts.ofTenant(tenant, governedSince(tenant, row) !== null, row['requests'] ?? [], user),

    /** The facts of the one request of a row. */
    requestFacts: facts.ofRequest,

    /** A governed tenant, from a row that says since when it is. */
    governed: (row: Row): TenantId => {
      const tenant = believed(Id, 'governed', row['tenant'], row['tenant'])
      governedSince(tenant, row)
      return tenant
    },

    governedSince,

    /** The name of an access request, read beside one of its tenant requests. */
    requestName: (row: Row): string => believed(RequestName, 'access_requests', row['access_request'], row['name']),
  }
}

/** The readers of one repository's rows. */
export type RowReaders = ReturnType<typeof readingRows>
