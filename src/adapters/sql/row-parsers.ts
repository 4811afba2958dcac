/** Parsers of stored rows, which validate every row and report invalid ones by key (SPEC 5.9). */
import type * as z from 'zod'
import { AccessRequest } from '../../domain/access-request.js'
import { ConsentryEvent, RequestName } from '../../domain/event.js'
import type { TenantFacts } from '../../domain/facts.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import { Id, read, StoredInstant } from '../../domain/input.js'
import type { Instant } from '../../domain/instant.js'
import { Session } from '../../domain/session-state.js'
import { TenantRequest } from '../../domain/tenant-request-state.js'
import { FEED_START, type FeedEntry, feedChanged, type Position } from '../../ports/event-feed.js'
import { factParsers } from './fact-parsers.js'
import { corruptRow, parseJson, type Row, toNumber, unprefixText } from './row-values.js'
import type { Tables } from './tables.js'

const Since = StoredInstant.nullable()

/**
 * Returns the parsers of rows of these tables.
 * They throw `corrupt` for values that no command writes; the issues name the table and the key.
 */
export function rowParsers(tables: Tables) {
  const { nameOf } = tables
  const facts = factParsers(tables)
  const parse = <S extends z.ZodType>(schema: S, table: string, key: unknown, value: unknown): z.output<S> => {
    const result = read(schema, value, nameOf(table), String(key))
    if (result.ok) return result.value
    throw corruptRow(nameOf(table), key, result.refusal.code === 'invalid-input' ? result.refusal.issues : [])
  }

  const event = (row: Row): ConsentryEvent =>
    parse(ConsentryEvent, 'events', row['id'], {
      ...(parseJson(row['data']) as object),
      id: row['id'],
      type: row['type'],
      at: toNumber(row['at']),
      revision: toNumber(row['revision']),
      requestingTenant: row['requesting_tenant'],
      tenant: row['tenant'],
      ...(row['tenant_request'] !== null && { tenantRequest: row['tenant_request'] }),
    })

  /** Returns the tenant's first grant from `governed_since`, in milliseconds; `null` if it never granted. */
  const governedSince = (tenant: TenantId, row: Row): Instant | null =>
    parse(Since, 'governed_tenants', tenant, toNumber(row['governed_since']))

  return {
    accessRequest: (row: Row): AccessRequest =>
      parse(AccessRequest, 'access_requests', row['id'], {
        id: row['id'],
        requestingTenant: row['requesting_tenant'],
        name: row['name'],
        message: unprefixText(row['message']),
        associations: parseJson(row['associations']),
        sentAt: toNumber(row['sent_at']),
        sentBy: { user: row['sent_by_user'], tenant: row['sent_by_tenant'] },
      }),

    tenantRequest: (row: Row): TenantRequest =>
      parse(TenantRequest, 'tenant_requests', row['id'], {
        id: row['id'],
        accessRequest: row['access_request'],
        requestingTenant: row['requesting_tenant'],
        tenant: row['tenant'],
        users: parseJson(row['users']),
        removed: parseJson(row['removed']),
        message: unprefixText(row['message']),
        sentAt: toNumber(row['sent_at']),
        changedAt: toNumber(row['changed_at']),
        revision: toNumber(row['revision']),
        tenantRevision: toNumber(row['tenant_revision']),
        state: row['state'],
        // The schema of each state is strict: an extra column is as invalid as a missing one.
        ...(row['granted_at'] !== null && {
          grantedAt: toNumber(row['granted_at']),
          grantedBy: row['granted_by'],
          grantMessage: unprefixText(row['grant_message']),
          expiresAt: toNumber(row['expires_at']),
        }),
        ...(row['ended_at'] !== null && {
          endedAt: toNumber(row['ended_at']),
          endedBy: { user: row['ended_by_user'], tenant: row['ended_by_tenant'] },
          endMessage: unprefixText(row['end_message']),
        }),
      }),

    session: (row: Row): Session =>
      parse(Session, 'sessions', row['hash'], {
        hash: row['hash'],
        user: row['user_id'],
        requestingTenant: row['requesting_tenant'],
        tenant: row['tenant'],
        method: row['method'],
        grantedBy: parseJson(row['granted_by']),
        reason: unprefixText(row['reason']),
        startedAt: toNumber(row['started_at']),
        endsAt: toNumber(row['ends_at']),
        revision: toNumber(row['revision']),
        state: row['state'],
        ...(row['ended_at'] !== null && {
          endedAt: toNumber(row['ended_at']),
          endedBy: row['ended_by_user'] === null ? 'clock' : { user: row['ended_by_user'], tenant: row['ended_by_tenant'] },
          cause: row['cause'],
        }),
      }),

    event,

    /** Returns the position of an event; the start of the feed if there is no row. */
    position: (at: unknown, id: unknown): Position =>
      at === undefined || at === null ? FEED_START : { at: Number(at), event: parse(Id, 'events', id, id) },

    /** Returns a page of the feed; its first row names the event at the reader's position. */
    feedPage: (list: readonly Row[], after: Position): { readonly entries: readonly FeedEntry[]; readonly position: Position } => {
      if (after.at > 0 && list[0]?.['read_to'] !== after.event) throw feedChanged()
      const entries = list
        .filter((row) => row['position'] !== null)
        .map((row): FeedEntry => {
          const parsed = event(row)
          return { position: { at: Number(row['position']), event: parsed.id }, event: parsed }
        })
      return { entries, position: entries.at(-1)?.position ?? after }
    },

    /** Returns a tenant's facts, restricted to `user` if given, from `governed_since` and `requests`. */
    facts: (tenant: TenantId, row: Row, user?: UserId): TenantFacts =>
      facts.ofTenant(tenant, governedSince(tenant, row) !== null, row['requests'] ?? [], user),

    /** Returns the facts of the row's request, as a list of one. */
    requestFacts: facts.ofRequest,

    /** Returns a governed tenant. Validates its `governed_since` too. */
    governed: (row: Row): TenantId => {
      const tenant = parse(Id, 'governed_tenants', row['tenant'], row['tenant'])
      governedSince(tenant, row)
      return tenant
    },

    governedSince,

    /** Returns the name of the access request that a tenant request belongs to. */
    requestName: (row: Row): string => parse(RequestName, 'access_requests', row['access_request'], row['name']),
  }
}

/** The row parsers of one repository. */
export type RowParsers = ReturnType<typeof rowParsers>
