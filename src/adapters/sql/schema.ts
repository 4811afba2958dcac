/** The tables and indexes of the schema. */
import type { Tables } from './tables.js'

/** The column types of a database, and its suffix of `create table`. */
export interface ColumnTypes {
  /** An id, compared byte for byte (SPEC 3.5). */
  readonly id: string
  readonly text: string
  /** An instant, in milliseconds. */
  readonly instant: string
  readonly count: string
  readonly json: string
  /** An increasing number that the database assigns to each row. */
  readonly numbered: string
  readonly endOfTable: string
}

/** Returns functions that return the statement of a table, and the start of that of an index. */
export function schemaStatements({ nameOf, of }: Tables, { endOfTable }: ColumnTypes) {
  return {
    table: (what: string, columns: readonly string[]) => `create table ${of(what)} (\n  ${columns.join(',\n  ')}\n)${endOfTable};\n`,
    index: (what: string, name: string, columns: string, kind = 'index') =>
      `create ${kind} "${nameOf(`${what}_${name}`)}" on ${of(what)} (${columns})`,
  }
}

/** Returns the statements that create the tables, as version 1. */
export function schemaSql(tables: Tables, types: ColumnTypes): string {
  const { id, text, instant, count, json, numbered } = types
  const { table, index } = schemaStatements(tables, types)
  const isOpen = 'where open_until is not null'
  const letSomebodyIn = 'where access_until is not null'
  const isGranted = `where state = 'granted'`
  return [
    table('access_requests', [
      `seq ${numbered}`,
      `requesting_tenant ${id} not null`,
      `id ${id} not null`,
      // Compared by character code, so that an index finds the names with a prefix.
      `name ${id} not null`,
      `message ${text} not null`,
      `associations ${json} not null`,
      `ids ${count} not null`,
      `sent_at ${instant} not null`,
      `sent_by_user ${id} not null`,
      `sent_by_tenant ${id} not null`,
      'unique (requesting_tenant, id)',
    ]),
    `${index('access_requests', 'sent', 'requesting_tenant, sent_at, id')};\n`,
    `${index('access_requests', 'names', 'requesting_tenant, name')};\n`,
    // Locked by every submission of a requesting tenant, so that concurrent ones count its open requests one after the other (SPEC 3.4a).
    table('requesters', [`tenant ${id} primary key`, `submissions ${count} not null`]),
    // The users of a request as sent: a submission stores each list once, however many tenants it asks. Its rows never change.
    table('user_sets', [`user_id ${id} not null`, `user_set ${instant} not null`, 'primary key (user_id, user_set)']),
    `${index('user_sets', 'users', 'user_set, user_id', 'unique index')};\n`,
    table('tenant_requests', [
      `id ${id} primary key`,
      `access_request_seq ${instant} not null`,
      `user_set ${instant} not null`,
      `user_count ${count} not null`,
      `removed_count ${count} not null`,
      `access_request ${id} not null`,
      `requesting_tenant ${id} not null`,
      `tenant ${id} not null`,
      `sent_at ${instant} not null`,
      `answer_by ${instant}`,
      `changed_at ${instant} not null`,
      `revision ${count} not null`,
      `tenant_revision ${count} not null`,
      `state ${text} not null`,
      `granted_at ${instant}`,
      `granted_by ${id}`,
      `grant_message ${text}`,
      `expires_at ${instant}`,
      `ended_at ${instant}`,
      `ended_by_user ${id}`,
      `ended_by_tenant ${id}`,
      `end_message ${text}`,
      `open_until ${instant}`,
      `access_until ${instant}`,
    ]),
    `${index('tenant_requests', 'incoming', 'tenant, sent_at, id')};\n`,
    `${index('tenant_requests', 'incoming_states', 'tenant, state, sent_at, id')};\n`,
    `${index('tenant_requests', 'outgoing_states', 'requesting_tenant, state, sent_at, id')};\n`,
    `${index('tenant_requests', 'submission', 'access_request_seq, state')};\n`,
    `${index('tenant_requests', 'user_set', 'user_set, open_until')};\n`,
    `${index('tenant_requests', 'open', 'tenant, requesting_tenant, open_until')} ${isOpen};\n`,
    `${index('tenant_requests', 'between', 'requesting_tenant, tenant, sent_at, id')};\n`,
    `${index('tenant_requests', 'grants', 'tenant, sent_at, id')} ${isGranted};\n`,
    `${index('tenant_requests', 'granted', 'tenant, requesting_tenant')} where granted_at is not null;\n`,
    `${index('tenant_requests', 'incoming_ends', 'tenant, open_until, id')} ${isGranted};\n`,
    `${index('tenant_requests', 'outgoing_ends', 'requesting_tenant, open_until, id')} ${isGranted};\n`,
    `${index('tenant_requests', 'due', 'open_until, id')} ${isOpen};\n`,
    `${index('tenant_requests', 'access_out', 'requesting_tenant, granted_at, id, access_until, tenant')} ${letSomebodyIn};\n`,
    `${index('tenant_requests', 'access_in', 'tenant, granted_at, id, access_until, requesting_tenant')} ${letSomebodyIn};\n`,
    // One row per user of a request that was answered or must be answered in time, and per removed user: from when until when the user's
    // part in it lasts.
    table('user_spans', [
      `user_id ${id} not null`,
      `tenant ${id} not null`,
      `requesting_tenant ${id} not null`,
      `tenant_request ${id} not null`,
      `state ${text} not null`,
      `starts_at ${instant}`,
      `ends_at ${instant} not null`,
      `end_rank ${count} not null`,
      `revision ${count} not null`,
      'primary key (tenant_request, user_id)',
    ]),
    `${index('user_spans', 'ends', 'user_id, tenant, requesting_tenant, ends_at, end_rank, tenant_request')};\n`,
    `${index('user_spans', 'grants', 'user_id, tenant, ends_at')} ${isGranted};\n`,
    `${index('user_spans', 'removed', 'tenant_request')} where state = 'removed';\n`,
    // A separate table, so that purging requests keeps tenants governed (SPEC 5.2).
    table('governed_tenants', [`tenant ${id} primary key`, `since ${instant} not null`]),
    table('sessions', [
      `hash ${id} primary key`,
      `user_id ${id} not null`,
      `requesting_tenant ${id} not null`,
      `tenant ${id} not null`,
      `method ${text} not null`,
      `granted_by ${json} not null`,
      `reason ${text} not null`,
      `started_at ${instant} not null`,
      `ends_at ${instant} not null`,
      `revision ${count} not null`,
      `state ${text} not null`,
      `ended_at ${instant}`,
      `ended_by_user ${id}`,
      `ended_by_tenant ${id}`,
      `cause ${text}`,
      `lasts_until ${instant} not null`,
    ]),
    `${index('sessions', 'outgoing', 'requesting_tenant, started_at, hash')};\n`,
    `${index('sessions', 'incoming', 'tenant, started_at, hash')};\n`,
    `${index('sessions', 'own', 'user_id, started_at, hash')};\n`,
    `${index('sessions', 'live_own', 'user_id, lasts_until')};\n`,
    `${index('sessions', 'live_outgoing', 'requesting_tenant, lasts_until')};\n`,
    `${index('sessions', 'live_incoming', 'tenant, lasts_until')};\n`,
    `${index('sessions', 'open', 'ends_at, hash')} where state = 'open';\n`,
    `${index('sessions', 'open_between', 'tenant, requesting_tenant, ends_at, hash')} where state = 'open';\n`,
    // Locked by every start of a session of a user, so that concurrent ones count the live ones one after the other (SPEC 7.1).
    table('session_users', [`user_id ${id} primary key`, `starts ${count} not null`]),
    table('events', [
      `position ${numbered}`,
      `id ${id} not null unique`,
      `type ${text} not null`,
      `at ${instant} not null`,
      `revision ${count} not null`,
      `requesting_tenant ${id} not null`,
      `tenant ${id} not null`,
      `tenant_request ${id}`,
      `session ${id}`,
      `access_request_seq ${instant}`,
      `user_set ${instant}`,
      `ids ${count} not null`,
      `data ${json} not null`,
    ]),
    `${index('events', 'outgoing', 'requesting_tenant, at, position')};\n`,
    `${index('events', 'incoming', 'tenant, at, position')};\n`,
    `${index('events', 'request', 'tenant_request, at, position')} where tenant_request is not null;\n`,
    `${index('events', 'session', 'session, at, position')} where session is not null;\n`,
  ].join('')
}
