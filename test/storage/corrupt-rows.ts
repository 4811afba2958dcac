/** A store with many kinds of rows, and corruptions of them by plain SQL, which no command could write. */
import { FEED_START } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import type { Place } from '../databases/places.js'
import { answererOf, ask, CLASSICS, caroline, elizabeth, serviceOn } from './service.js'

/** The rows of the store, and the id of the open session as its user knows it. */
export type Made = Awaited<ReturnType<typeof fill>>
type Sound = keyof Made['located']

export interface Spoil {
  readonly of: Sound
  readonly set: string
  /** What facts have: an invalid value, one that contradicts the row's others and must allow nothing, or users, who are only in some. */
  readonly facts?: 'unbelievable' | 'contradictory' | 'users'
  /** How many of the `readings` must report it, if others do not read the value at all; by default all. */
  readonly readBy?: number
  /** PostgreSQL does not accept the value as JSON. */
  readonly onlySqlite?: true
}

function spoiling(of: Sound, options: Omit<Spoil, 'of' | 'set'> = {}) {
  return (set: string): Spoil => ({ of, set, ...options })
}

const TOO_FAR = '8700000000000000'
const BEYOND_NUMBERS = '9223372036854775807'
const NO_IDS = ["''", "'a b'", "'ä'", `'${'x'.repeat(129)}'`]
const NO_TEXTS = ["'\u0007'", `'${'x'.repeat(1001)}'`]
const NO_LISTS_OF_IDS = [`'{}'`, `'"caroline"'`, `'7'`, `'[7]'`, `'["a b"]'`, `'[["caroline"]]'`, `'null'`]
const NO_JSON = [`'no json'`, `''`, `'["caroline"'`]

const sets = (column: string, values: readonly string[]) => values.map((value) => `${column} = ${value}`)
const ids = (...columns: readonly string[]) => columns.flatMap((column) => sets(column, NO_IDS))
const texts = (...columns: readonly string[]) => columns.flatMap((column) => sets(column, NO_TEXTS))
const instants = (...columns: readonly string[]) => columns.flatMap((column) => sets(column, [TOO_FAR, `-${TOO_FAR}`]))
const revisions = sets('revision', ['0', '-1'])

export const spoils: readonly Spoil[] = [
  // Columns of facts.
  ...[
    ...instants('sent_at', 'granted_at', 'expires_at'),
    ...sets('granted_at', [BEYOND_NUMBERS, 'null']),
    ...sets('expires_at', [BEYOND_NUMBERS]),
    ...sets('state', [`'allowed'`, `''`, `'GRANTED'`, `'revoked'`, `'rejected'`]),
    ...ids('id'),
  ].map(spoiling('granted', { facts: 'unbelievable' })),
  ...[...instants('ended_at'), 'ended_at = null'].map(spoiling('revoked', { facts: 'unbelievable' })),
  spoiling('pending', { facts: 'unbelievable' })(`state = 'expired'`),
  spoiling('expired', { facts: 'unbelievable' })('expires_at = null'),
  ...[...instants('answer_by'), ...sets('answer_by', [BEYOND_NUMBERS]), `state = 'lapsed', answer_by = null`].map(
    spoiling('lapsing', { facts: 'unbelievable' }),
  ),
  // Neither the tenant asked nor my access reads the list of users, and no decision about one user does.
  ...[
    ...sets('user_set', ['0', '-1', BEYOND_NUMBERS, 'user_set + 1']),
    ...sets('user_count', ['0', '1', '-1', '3', '2000000000']),
    ...sets('removed_count', ['0', '2', '-1']),
  ].map(spoiling('granted', { facts: 'users', readBy: 2 })),
  ...[...sets('user_id', NO_IDS), `user_id = 'charlotte', user_set = 0`, 'user_set = 0'].map(
    spoiling('listed user', { facts: 'users', readBy: 2 }),
  ),
  // Only a user's removal is read from the user's span: everything else is in the request.
  ...[...sets('user_id', NO_IDS), ...instants('ends_at'), `state = 'granted'`, `tenant_request = 'x'`, `user_id = 'xavier'`].map(
    spoiling('removed span', { facts: 'users', readBy: 2 }),
  ),
  // The state determines the columns: an extra one is as invalid as a missing one.
  spoiling('revoked', { facts: 'contradictory' })(`state = 'granted'`),
  ...[`state = 'pending'`, 'ended_at = 5', `ended_at = 5, ended_by_user = 'x', ended_by_tenant = 'y', end_message = ''`].map(
    spoiling('granted', { facts: 'contradictory' }),
  ),
  ...['granted_at = 5', `granted_at = 5, granted_by = 'x', grant_message = ''`].map(spoiling('pending', { facts: 'contradictory' })),
  // Other columns of a request. My access reads few of them.
  ...[...ids('requesting_tenant', 'tenant'), ...texts('grant_message')].map(spoiling('granted')),
  ...[
    ...revisions,
    ...sets('tenant_revision', ['0', '-1']),
    ...ids('granted_by', 'access_request'),
    ...instants('changed_at'),
    ...sets('access_request_seq', ['0', '-1', BEYOND_NUMBERS]),
    'granted_by = null',
    'grant_message = null',
  ].map(spoiling('granted', { readBy: 3 })),
  ...[...ids('ended_by_user', 'ended_by_tenant'), ...texts('end_message'), 'ended_by_user = null', 'end_message = null'].map(
    spoiling('revoked', { readBy: 3 }),
  ),
  // What was: both parties' pages read the row, whose span must be the one by which it was found.
  ...[
    ...sets('access_until', ['9000000000000001', String(Date.UTC(2026, 0, 1) + 5), BEYOND_NUMBERS]),
    ...instants('expires_at', 'changed_at', 'sent_at'),
    ...sets('state', [`'allowed'`, `'revoked'`]),
    ...ids('granted_by'),
    ...texts('grant_message'),
    'expires_at = null',
  ].map(spoiling('granted span')),
  // Sessions.
  ...[
    ...revisions,
    ...sets('hash', [`'a'`, `'${'G'.repeat(64)}'`]),
    ...ids('user_id', 'requesting_tenant', 'tenant'),
    ...sets('method', [`'root'`, `''`]),
    ...sets('granted_by', NO_LISTS_OF_IDS),
    ...texts('reason'),
    ...instants('started_at', 'ends_at'),
    ...sets('state', [`'ended'`, `'closed'`]),
    'ended_at = 5',
  ].map(spoiling('open session')),
  ...sets('granted_by', NO_JSON).map(spoiling('open session', { onlySqlite: true })),
  ...[
    ...ids('ended_by_user', 'ended_by_tenant'),
    ...sets('cause', [`'bored'`, 'null', `'expired'`]),
    ...instants('ended_at'),
    `state = 'open'`,
    'ended_at = null',
    'ended_by_user = null',
    'ended_by_tenant = null',
  ].map(spoiling('left session')),
  // Events.
  ...[
    ...revisions,
    ...ids('id', 'requesting_tenant', 'tenant', 'tenant_request'),
    ...instants('at'),
    ...sets('type', [`'tenant-request.forgotten'`, `''`, `'tenant-request.granted'`]),
    ...sets('data', [`'{}'`, `'[]'`, `'null'`, `'7'`, `'{"version":2}'`]),
    'tenant_request = null',
    ...sets('access_request_seq', ['0', '-1', 'null']),
    ...sets('user_set', ['0', '-1', 'null', 'user_set + 1']),
    ...sets('ids', ['0', '1', '-1', '2000000000']),
  ].map(spoiling('started')),
  ...sets('data', NO_JSON).map(spoiling('started', { onlySqlite: true })),
  ...[`tenant_request = 'x'`, 'access_request_seq = null', 'access_request_seq = 0', ...sets('ids', ['0', '-1', '1', '6000'])].map(
    spoiling('submitted'),
  ),
  ...sets('ids', ['-1', '1', '6000']).map(spoiling('answered')),
  // Access requests.
  ...[
    ...ids('id', 'sent_by_user', 'sent_by_tenant'),
    ...sets('name', [`''`, `'a b'`, `'a-b'`, `'${'x'.repeat(65)}'`]),
    ...texts('message'),
    ...sets('associations', [`'{}'`, `'[]'`, `'null'`, `'[{"users":[],"tenants":["x"]}]'`, `'[{"users":["a b"],"tenants":["x"]}]'`]),
    ...instants('sent_at'),
  ].map(spoiling('sent')),
  ...sets('associations', NO_JSON).map(spoiling('sent', { onlySqlite: true })),
  // Governed tenants.
  ...[...instants('since'), ...sets('tenant', ["'a b'", "'ä'"])].map(spoiling('governed')),
]

const HOUR = 3_600_000
export const THEN = Date.UTC(2026, 0, 1)

const EVER = { from: -8.64e15, to: 8.64e15 }

/** A row by its key; `where` finds it, and errors name `reportedAs`. */
export interface Located extends Readonly<Record<'table' | 'keyColumn' | 'key' | 'where' | 'reportedAs', string>> {}

/** Fills the store: a tenant for each state with one request, and one untouched tenant. */
export async function fill({ repository, query, of }: Place) {
  await repository.migrate()
  let now = THEN
  const service = (on: Repository) => serviceOn(on, { clock: () => now })
  const on = service(repository)
  const askedAndGranted = async (tenant: string, expiresAt: number | null) => {
    const id = await ask(on, tenant, ['caroline', 'charlotte'])
    await on.grant(answererOf(tenant), id, { expiresAt, message: 'come in' })
    return id
  }
  await askedAndGranted('granted', THEN + 10 * HOUR)
  await askedAndGranted('expired', THEN + 1)
  await ask(on, 'pending')
  await ask(serviceOn(repository, { clock: () => now, policy: { answerWithin: { hours: 10 } } }), 'lapsing')
  await askedAndGranted('healthy', null)
  await on.revoke(answererOf('revoked'), await askedAndGranted('revoked', null), { message: 'go' })
  const { id: left } = await on.startImpersonation(caroline, { tenant: 'healthy', method: 'access-request' })
  await on.endImpersonation(caroline, left)
  const { id: openSession } = await on.startImpersonation(caroline, { tenant: 'granted', method: 'access-request', reason: 'to help' })
  await on.removeUser(elizabeth, 'charlotte')
  now += 2
  await on.recordDue()

  const locate = async (table: string, keyColumn: string, where: string): Promise<Located> => {
    const [row] = await query(`select ${keyColumn} as key from ${of(table)} where ${where}`)
    const key = String(row?.['key'])
    return { table, keyColumn, key, where: `${keyColumn} = '${key}'`, reportedAs: `consentry_${table}/${key}` }
  }
  const request = (tenant: string) => locate('tenant_requests', 'id', `tenant = '${tenant}'`)
  const granted = await request('granted')
  /** Locates the part of a user in the request that is granted, which is reported as that request. */
  const part = async (table: string, where: string): Promise<Located> => ({ ...granted, table, where })
  const ofGranted = (user: string) => `tenant_request = '${granted.key}' and user_id = '${user}'`
  const located = {
    granted,
    'listed user': await part(
      'user_sets',
      `user_id = 'caroline' and user_set = (select user_set from ${of('tenant_requests')} where tenant = 'granted')`,
    ),
    span: await part('user_spans', ofGranted('caroline')),
    'removed span': await part('user_spans', ofGranted('charlotte')),
    'granted span': granted,
    revoked: await request('revoked'),
    expired: await request('expired'),
    pending: await request('pending'),
    lapsing: await request('lapsing'),
    'open session': await locate('sessions', 'hash', `tenant = 'granted'`),
    'left session': await locate('sessions', 'hash', `tenant = 'healthy'`),
    started: await locate('events', 'id', `type = 'tenant-request.received' and tenant = 'granted'`),
    submitted: await locate('events', 'id', `type = 'access-request.submitted' limit 1`),
    answered: await locate('events', 'id', `type = 'tenant-request.granted' and tenant = 'granted'`),
    sent: await locate('access_requests', 'id', `id = (select access_request from ${of('tenant_requests')} where tenant = 'granted')`),
    governed: await locate('governed_tenants', 'tenant', `tenant = 'granted'`),
  }
  return { service, openSession, located }
}

export function readings(repository: Repository, of: Sound, { key }: Located): readonly (() => Promise<unknown>)[] {
  const page = { now: THEN, limit: 1_000 }
  const sessionsIn = (tenant: string) => [
    () => repository.sessionRows({ hashes: [key], now: THEN }),
    () => repository.sessions({ ...page, tenant }),
  ]
  const vendor = { ...page, requestingTenant: CLASSICS }
  const events = [() => repository.readEvents({ ...page, after: FEED_START }), () => repository.history(vendor)]
  const request = [
    () => repository.tenantRequests([key]),
    () => repository.outgoing(vendor),
    () => repository.incoming({ ...page, tenant: of }),
    () => repository.myAccess({ ...page, requestingTenant: CLASSICS, user: 'caroline' }),
  ]
  const others: Partial<Record<Sound, readonly (() => Promise<unknown>)[]>> = {
    'open session': [...sessionsIn('granted'), () => repository.sessions(vendor)],
    'left session': sessionsIn('healthy'),
    'granted span': [{ requestingTenant: CLASSICS }, { tenant: 'granted' }].map(
      (party) => () => repository.grants({ ...EVER, ...party, limit: 1_000 }),
    ),
    started: events,
    submitted: events,
    answered: events,
    sent: [() => repository.accessRequest(CLASSICS, key)],
    governed: [() => repository.governedTenantPage(page)],
  }
  return others[of] ?? request
}
