/** Rows read back: nothing of them is believed unread, and what cannot be believed says where it lies (SPEC 5.9). */
import type { z } from 'zod'
import { AccessRequest } from '../domain/access-request.js'
import { ConsentryError, isConsentryError } from '../domain/error.js'
import { Event, RequestName } from '../domain/event.js'
import { checkFacts, type TenantFacts } from '../domain/facts.js'
import type { TenantId, UserId } from '../domain/ids.js'
import { read, StoredInstant } from '../domain/input.js'
import type { Instant } from '../domain/instant.js'
import type { Issue } from '../domain/refusal.js'
import { Session } from '../domain/session-state.js'
import { TenantRequest } from '../domain/tenant-request-state.js'
import type { FeedEntry } from '../repository.js'
import type { Tables } from './tables.js'

/** A row as a driver gives it: a number may come as a `bigint` or as digits, JSON as text or already read. */
export type Row = Readonly<Record<string, unknown>>

const Since = StoredInstant.nullable()

/** Reads rows of these tables back; what no command could have written is `corrupt`, and the error names its table and its key. */
export function readingRows({ nameOf }: Tables) {
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
    facts: (tenant: TenantId, row: Row, user?: UserId): TenantFacts => {
      const lists = json(row['requests'] ?? [])
      const requests = Array.isArray(lists) ? lists.map((list) => factsOf(tenant, list, user)) : lists
      try {
        return checkFacts({ tenant, governed: governedSince(tenant, row) !== null, requests })
      } catch (error) {
        throw isConsentryError(error, 'invalid-facts') ? unbelievable(tenant, requests, error.issues) : error
      }
    },

    governedSince,

    /** The name of an access request, read beside one of its tenant requests. */
    requestName: (row: Row): string => believed(RequestName, 'access_requests', row['access_request'], row['name']),
  }

  function unbelievable(tenant: TenantId, requests: unknown, issues: readonly Issue[]): ConsentryError {
    const located = issues.map((issue): Issue => {
      const [part, index, ...rest] = issue.path
      const of = part === 'requests' && typeof index === 'number' && Array.isArray(requests) ? requests[index] : undefined
      const path = of === undefined ? [nameOf('governed'), tenant] : [nameOf('tenant_requests'), String(of.id), ...rest]
      return { ...issue, path }
    })
    const [table, key] = located[0]?.path ?? []
    return corrupt(String(table), key, located)
  }
}

/** The readers of one repository's rows. */
export type RowReaders = ReturnType<typeof readingRows>

/** An integer of the database as a number; what is none comes back as it is, to be refused. */
function number(value: unknown): unknown {
  return typeof value === 'bigint' || (typeof value === 'string' && /^-?\d+$/.test(value)) ? Number(value) : value
}

/** What somebody wrote, without the full stop it is read behind. */
function written(text: unknown): unknown {
  return typeof text === 'string' && text.startsWith('.') ? text.slice(1) : undefined
}

// Text that is no JSON is as good as nothing: the schema refuses it, and says where.
function json(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

function factsOf(tenant: TenantId, list: unknown, user: UserId | undefined): object {
  const [id, state, users, others, sentAt, grantedAt, expiresAt, endedAt] = Array.isArray(list) ? list : []
  const removed = others === '[]' ? [] : json(others)
  const named = user === undefined ? json(users) : narrowed(user, json(users), removed)
  const knows = KNOWLEDGE.get(state)
  // A state that contradicts what is known beside it is none: nobody can say which of the two is wrong.
  const sound = knows?.granted === (grantedAt !== null) && knows.ended === (endedAt !== null) && (knows.granted || expiresAt === null)
  return { id, tenant, users: named, removed, state: sound ? state : undefined, sentAt, grantedAt, expiresAt, endedAt }
}

/** Whether a request in that state knows of a grant, and of an end that somebody put to it. */
const KNOWLEDGE: ReadonlyMap<unknown, { readonly granted: boolean; readonly ended: boolean }> = new Map(
  Object.entries({
    pending: { granted: false, ended: false },
    granted: { granted: true, ended: false },
    expired: { granted: true, ended: false },
    revoked: { granted: true, ended: true },
    rejected: { granted: false, ended: true },
    withdrawn: { granted: false, ended: true },
  } satisfies Record<TenantRequest['state'], object>),
)

// The others that a request names are not looked at one by one: there may be many. Whoever was found by his team must be named or removed.
function narrowed(user: UserId, users: unknown, removed: unknown): unknown {
  if (!Array.isArray(users) || !users.every((one) => typeof one === 'string')) return undefined
  if (users.includes(user)) return [user]
  return Array.isArray(removed) && removed.some((entry) => entry?.user === user) ? [] : undefined
}

function corrupt(table: string, key: unknown, issues: readonly Issue[]): ConsentryError {
  return new ConsentryError(`the row \`${String(key)}\` of \`${table}\` cannot be believed`, { code: 'corrupt', issues })
}
