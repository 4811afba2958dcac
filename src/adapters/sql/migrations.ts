/** The schema as a list of migrations, in which a released migration never changes. */
import { ConsentryError } from '../../domain/error.js'
import type { Row } from './row-values.js'
import type { Tables } from './tables.js'

/** One migration: SQL that updates the tables from the previous version to `version` and records it. */
export interface Migration {
  /** The schema version after this migration. */
  readonly version: number
  /** The statements, separated by semicolons. */
  readonly sql: string
}

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

/** The schema version of this library. */
export const SCHEMA_VERSION = 1

/** The statement that looks up the version of the tables. */
export function versionSql({ of }: Tables): string {
  return `select max(version) as version from ${of('migrations')}`
}

/** Returns the version in the row of a look-up: `null` if there is none. */
export function versionIn([row]: readonly Row[], column = 'version'): number | null {
  const version = row?.[column] ?? null
  return version === null ? null : Number(version)
}

/** Throws `schema-mismatch` unless the tables have this library's version: it could misread others. */
export function checkVersion(found: number | null): void {
  if (found === SCHEMA_VERSION) return
  const message =
    found === null
      ? 'the tables do not exist: call `migrate()` first'
      : `the tables have schema version \`${found}\`, but this library needs \`${SCHEMA_VERSION}\`: ${found < SCHEMA_VERSION ? 'call `migrate()` first' : 'upgrade the library'}`
  throw new ConsentryError(message, { code: 'schema-mismatch', found, expected: SCHEMA_VERSION })
}

/** Returns the migrations still to run. Throws `schema-mismatch` for a newer version. */
export function stepsFrom(found: number | null, migrations: readonly Migration[]): readonly Migration[] {
  if (found !== null && found > SCHEMA_VERSION) checkVersion(found)
  return migrations.filter(({ version }) => version > (found ?? 0))
}

/**
 * Returns a migration, which first writes its version into the only row of that table.
 * In PostgreSQL every save locks that row `for key share`: the migration waits for open saves, and later saves wait for the migration.
 * Such a save then reads the new version, or fails to serialize if its snapshot is older. Reads are not blocked.
 * Both take this lock first. Only a host's transaction that has read before it saves can deadlock with a migration; the server then ends one.
 * In SQLite both hold the database's only write lock.
 */
export function migrationTo({ of }: Tables, version: number, sql: string): Migration {
  return { version, sql: `update ${of('migrations')} set version = ${version};\n${sql}` }
}

/** Returns all migrations for these tables; the first one starts with `createSchema`. */
export function migrationsOf(tables: Tables, types: ColumnTypes, createSchema: string): readonly Migration[] {
  const { nameOf, of } = tables
  const { id, text, instant, count, json, numbered, endOfTable } = types
  const table = (what: string, columns: readonly string[], end = endOfTable) =>
    `create table ${of(what)} (\n  ${columns.join(',\n  ')}\n)${end};\n`
  const index = (what: string, name: string, columns: string, kind = 'index') =>
    `create ${kind} "${nameOf(`${what}_${name}`)}" on ${of(what)} (${columns})`
  const isOpen = 'where open_until is not null'
  const isGranted = `where state = 'granted'`
  const versionTable = `${table('migrations', [`version ${count} primary key`])}insert into ${of('migrations')} (version) values (0);\n`
  const first = [
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
    ]),
    `${index('tenant_requests', 'incoming', 'tenant, sent_at, id')};\n`,
    `${index('tenant_requests', 'outgoing', 'requesting_tenant, sent_at, id')};\n`,
    `${index('tenant_requests', 'user_set', 'user_set, open_until')};\n`,
    `${index('tenant_requests', 'open', 'tenant, requesting_tenant, open_until')} ${isOpen};\n`,
    `${index('tenant_requests', 'between', 'requesting_tenant, tenant, sent_at, id')};\n`,
    `${index('tenant_requests', 'grants', 'tenant, sent_at, id')} ${isGranted};\n`,
    `${index('tenant_requests', 'incoming_ends', 'tenant, open_until, id')} ${isGranted};\n`,
    `${index('tenant_requests', 'outgoing_ends', 'requesting_tenant, open_until, id')} ${isGranted};\n`,
    `${index('tenant_requests', 'incoming_over', 'tenant, state')} where open_until is null;\n`,
    `${index('tenant_requests', 'outgoing_states', 'requesting_tenant, state, access_request_seq')};\n`,
    `${index('tenant_requests', 'due', 'open_until, id')} ${isOpen};\n`,
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
      `access_request_seq ${instant}`,
      `user_set ${instant}`,
      `ids ${count} not null`,
      `data ${json} not null`,
    ]),
    `${index('events', 'outgoing', 'requesting_tenant, at, position')};\n`,
    `${index('events', 'incoming', 'tenant, at, position')};\n`,
  ]
  const { version, sql } = migrationTo(tables, 1, first.join(''))
  return [{ version, sql: `${createSchema}${versionTable}${sql}` }]
}
