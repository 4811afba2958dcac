/** Parsers of stored rows, which validate every row and report invalid ones by key (SPEC 5.9). */

import { AccessRequest } from '../../domain/access-request.js'
import { StoredName } from '../../domain/event.js'
import type { TenantFacts } from '../../domain/facts.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import { Id, read, StoredInstant } from '../../domain/input.js'
import { type Instant, isStoredInstant } from '../../domain/instant.js'
import { Message } from '../../domain/message.js'
import { Session } from '../../domain/session-state.js'
import type { RequestFacts } from '../../domain/status.js'
import { type RequestWithoutUsers, TenantRequest } from '../../domain/tenant-request-state.js'
import { FEED_START, type Position } from '../../ports/event-feed.js'
import type { MyAccessRow } from '../../ports/my-access-query.js'
import type { DueKey, OpenSessionKey, TenantSummary } from '../../ports/repository.js'
import { eventParsers } from './event-parsers.js'
import { factParsers } from './fact-parsers.js'
import { noticeParsers } from './notice-parsers.js'
import { corruptRow, type Parse, parseJson, type Row, toNumber, unprefixText } from './row-values.js'
import type { Tables } from './tables.js'
import type { UsersOf } from './user-sets.js'

const Since = StoredInstant.nullable()

/**
 * Returns the parsers of rows of these tables.
 * They throw `corrupt` for values that no command writes; the issues name the table and the key.
 */
export function rowParsers(tables: Tables) {
  const { nameOf } = tables
  const facts = factParsers(tables)
  const parse: Parse = (schema, table, key, value) => {
    const result = read(schema, value, nameOf(table), String(key))
    if (result.ok) return result.value
    const { issues, omitted } = result.refusal.code === 'invalid-input' ? result.refusal : { issues: [] }
    throw corruptRow(nameOf(table), key, issues, omitted)
  }

  /** Returns the tenant's first grant from `governed_since`, in milliseconds; `null` if it never granted. */
  const governedSince = (tenant: TenantId, row: Row): Instant | null => {
    const since = toNumber(row['governed_since'])
    // Every decision reads this value: the schema, which costs more, only says what is wrong with it.
    return since === null || isStoredInstant(since) ? since : parse(Since, 'governed_tenants', tenant, since)
  }

  const tenantRequest = (row: Row, users: ReturnType<UsersOf>): TenantRequest =>
    parse(TenantRequest, 'tenant_requests', row['id'], {
      ...users,
      id: row['id'],
      accessRequest: row['access_request'],
      requestingTenant: row['requesting_tenant'],
      tenant: row['tenant'],
      message: unprefixText(row['message']),
      sentAt: toNumber(row['sent_at']),
      answerBy: toNumber(row['answer_by']),
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
    })

  return {
    ...eventParsers(tables, parse),
    ...noticeParsers(parse),

    /** Returns the plain name of a table, as errors use it. */
    tableOf: nameOf,

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

    /** Returns a tenant request, with the users that `usersOf` knows. */
    tenantRequest: (row: Row, usersOf: UsersOf): TenantRequest => tenantRequest(row, usersOf(row)),

    /** Returns a tenant request without its users. */
    requestWithoutUsers: (row: Row): RequestWithoutUsers => {
      const { users: _, removed: __, ...request } = tenantRequest(row, NO_USERS)
      return request
    },

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

    /** Returns what a requesting tenant's requests in a tenant add up to. */
    tenantSummary: (row: Row): TenantSummary => ({
      tenant: String(row['tenant']),
      open: Number(row['open']),
      everGranted: Number(row['granted']) > 0,
    }),

    /** Returns the position of an event; the start of the feed if there is no row. */
    position: (at: unknown, id: unknown): Position =>
      at === undefined || at === null ? FEED_START : { at: Number(at), event: parse(Id, 'events', id, id) },

    /** Returns the facts about one user from `governed_since` and `requests`. */
    factsOfUser: (tenant: TenantId, row: Row, user: UserId): TenantFacts =>
      facts.ofUser(tenant, governedSince(tenant, row) !== null, row['requests'], user),

    /** Returns the facts about one user if they are few; `undefined` if the row does not hold all. */
    fewFactsOfUser: (tenant: TenantId, row: Row, user: UserId): TenantFacts | undefined => {
      const lists = facts.decisiveOfFew(tenant, row['requests'])
      return lists && facts.ofUser(tenant, governedSince(tenant, row) !== null, lists, user)
    },

    /** Returns a page of a tenant's facts; its first row says whether the tenant is governed. */
    factsPage: (tenant: TenantId, list: readonly Row[], usersOf: UsersOf): TenantFacts =>
      facts.ofTenant(tenant, governedSince(tenant, list[0] ?? {}) !== null, list.filter(hasRequest), usersOf),

    /** Returns the facts of the row's request, as a list of one. */
    requestFacts: facts.ofRequest,

    /** Returns a governed tenant. Validates its `governed_since` too. */
    governed: (row: Row): TenantId => {
      const tenant = parse(Id, 'governed_tenants', row['tenant'], row['tenant'])
      governedSince(tenant, row)
      return tenant
    },

    /** Returns the user's access to a tenant. */
    myAccess: (row: Row, user: UserId): MyAccessRow => {
      const tenant = parse(Id, 'tenant_requests', row['id'], row['tenant'])
      const instants = ['removed_at', 'sent_at', 'answer_by', 'granted_at', 'expires_at', 'ended_at', 'open_until'].map((name) =>
        toNumber(row[name]),
      )
      const [request] = facts.ofUser(tenant, true, [[row['id'], row['requesting_tenant'], row['state'], ...instants]], user).requests
      const message = row['grant_message'] === null ? '' : parse(Message, 'tenant_requests', row['id'], unprefixText(row['grant_message']))
      const sentAt = parse(StoredInstant, 'tenant_requests', row['id'], toNumber(row['first_sent_at']))
      return { tenant, sentAt, request: request as RequestFacts, message, renewalPending: Number(row['renewal_pending']) === 1 }
    },

    /** Returns the key of a due request. */
    due: (row: Row): DueKey => ({ dueAt: Number(toNumber(row['open_until'])), id: String(row['id']) }),

    /** Returns the key of an open session. */
    openSession: (row: Row): OpenSessionKey => ({ endsAt: Number(toNumber(row['ends_at'])), hash: String(row['hash']) }),

    /** Returns an id of this column. */
    id: (row: Row, table: string, column: string): string => parse(Id, table, row[column], row[column]),

    governedSince,

    /** Returns the name of the access request that a tenant request belongs to. */
    requestName: (row: Row): string => parse(StoredName, 'access_requests', row['access_request'], row['name']),
  }
}

const NO_USERS = { users: [], removed: [] }

/** Whether a row of a left join holds a request. */
export function hasRequest(row: Row): boolean {
  return row['id'] !== null && row['id'] !== undefined
}

/** The row parsers of one repository. */
export type RowParsers = ReturnType<typeof rowParsers>
