/** The queries of the lists of requests and of their counts (SPEC 6.8-6.10). */
import type { RequestStatus } from '../../domain/status.js'
import { PAGE_IDS } from '../../ports/event-feed.js'
import { STATUS_AT } from './list-queries.js'
import { NO_END } from './rows.js'
import type { SqlDialect } from './sql-dialect.js'
import type { Tables } from './tables.js'
import { SETS_PER_REQUEST } from './user-sets.js'

const AFTER_NEWEST = '(r.sent_at, r.id) < (:sentAt, :id)'
/** The same where an index of another order must find the rows: no index has the expression. */
const IS_LATER = '(+r.sent_at, r.id) < (:sentAt, :id)'
const NEWEST = 'order by r.sent_at desc, r.id desc'
/** What ends after the key holds at `now` too: the first key is at `now`. */
const AFTER_END = `r.state = 'granted' and r.granted_at <= :now and (r.open_until, r.id) > (:expiresAt, :id)`

/**
 * The states in which requests of a status are stored, and what the clock says of them.
 * `STATUS_AT` says the same of one row. Counts do not use it: PostgreSQL takes it for selective, and would read all rows of a state.
 */
const STORED: Readonly<Record<RequestStatus, readonly (readonly [state: string, where: string])[]>> = {
  pending: [
    ['pending', 'r.open_until > :now'],
    ['granted', `r.open_until > -${NO_END} and r.granted_at > :now`],
  ],
  granted: [['granted', 'r.open_until > :now and r.granted_at <= :now']],
  rejected: [['rejected', 'r.open_until is null']],
  withdrawn: [['withdrawn', 'r.open_until is null']],
  revoked: [['revoked', 'r.open_until is null']],
  expired: [
    ['expired', 'r.open_until is null'],
    ['granted', 'r.open_until <= :now and r.granted_at <= :now'],
  ],
  lapsed: [
    ['lapsed', 'r.open_until is null'],
    ['pending', 'r.open_until <= :now'],
  ],
}

/**
 * Returns the queries of requests over these tables.
 * `request`, `withUsers` and `accessRequest` are select lists of `r`, `r` and `a`.
 */
export function requestListQueries(
  { of }: Tables,
  { list, gather, isOneOf }: Pick<SqlDialect, 'list' | 'gather' | 'isOneOf'>,
  { request, withUsers, accessRequest }: Readonly<Record<'request' | 'withUsers' | 'accessRequest', string>>,
) {
  const [requests, accessRequests, sets, spans] = [of('tenant_requests'), of('access_requests'), of('user_sets'), of('user_spans')]
  const ifGiven = (parameter: string, type: 'text' | 'bigint', where: string) => `(cast(:${parameter} as ${type}) is null or ${where})`
  const oneOf = (column: string, parameter: string) => ifGiven(parameter, 'text', isOneOf(column, parameter))
  const sent = (row: string) => `${row}.sent_at >= :sentFrom and ${row}.sent_at < :sentTo`
  const filters = `${ifGiven('only', 'text', 'r.id = :only')} and ${sent('r')}
    and ${ifGiven('expiresBefore', 'bigint', `(r.expires_at < :expiresBefore and ${STATUS_AT} <> 'pending')`)}`
  const hasStatus = oneOf(STATUS_AT, 'statuses')

  const asked = `r.tenant = :tenant and ${filters} and ${oneOf('r.requesting_tenant', 'requestingTenants')}`
  const namesNow = `exists (select 1 from ${sets} t where t.user_set = r.user_set and ${isOneOf('t.user_id', 'users')}
    and (select 1 from ${spans} x where x.tenant_request = r.id and x.user_id = t.user_id and x.state = 'removed') is null)`
  const hasName = 'a.name >= :name and a.name < :nameEnd'
  const ofName = `exists (select 1 from ${accessRequests} a where a.seq = r.access_request_seq and ${hasName})`
  const ofSender = `${filters} and ${oneOf('r.tenant', 'tenants')}
    and ${ifGiven('accessRequest', 'text', 'r.access_request = :accessRequest')}
    and ${ifGiven('users', 'text', namesNow)} and ${ifGiven('name', 'text', ofName)}`
  const outgoing = `${withUsers}, (select a.name from ${accessRequests} a where a.seq = r.access_request_seq) as name`
  const own = `r.requesting_tenant = :requestingTenant and ${ofSender}`
  /** The same of rows that are found otherwise: by this expression no index finds all that was ever sent. */
  const ownToo = `r.requesting_tenant || '' = :requestingTenant and ${ofSender}`

  const found = (select: string, ids: string, first = '') => `with ${first}found as materialized (${ids})
    select ${select} from (select f.id from found f order by f.sent_at desc, f.id desc limit :limit) page cross join ${requests} r
    where r.id = page.id ${NEWEST}`
  /** Returns the first rows of each state, by an index. States of no wanted status are not read. */
  const walked = (select: string, where: string) => {
    const states = [...new Set(Object.values(STORED).flatMap((stored) => stored.map(([state]) => state)))]
    const isWanted = (state: string) =>
      Object.entries(STORED).flatMap(([status, stored]) =>
        stored.some(([one]) => one === state) ? [isOneOf(`'${status}'`, 'statuses')] : [],
      )
    const walk = (state: string) => `select * from (select r.id, r.sent_at from ${requests} r where ${where} and r.state = '${state}'
      and ${ifGiven('statuses', 'text', `(${isWanted(state).join(' or ')})`)} and ${hasStatus} and ${AFTER_NEWEST} ${NEWEST} limit :limit) ${state}_ones`
    return found(select, states.map(walk).join(' union all '))
  }
  /** Returns the page of those that `where` finds in no order. */
  const gathered = (select: string, where: string) =>
    found(select, `select r.id, r.sent_at from ${requests} r where ${where} and ${hasStatus} and ${IS_LATER}`)
  /** Returns the page of those with a number that `numbers` finds first. */
  const gatheredBy = (column: 'access_request_seq' | 'user_set', numbers: string) =>
    found(
      outgoing,
      `select r.id, r.sent_at from numbers cross join ${requests} r where r.${column} = numbers.n and ${ownToo} and ${hasStatus} and ${IS_LATER}`,
      `numbers(n) as materialized (${numbers}), `,
    )
  const submissionsWith = (where: string) =>
    `select a.seq from ${accessRequests} a where a.requesting_tenant = :requestingTenant and ${where}`
  const byId = (select: string, where: string) =>
    `select ${select} from ${requests} r where r.id = :only and ${where} and ${hasStatus} and ${AFTER_NEWEST} limit :limit`
  const byEnd = (select: string, where: string) =>
    `select ${select} from ${requests} r where ${where} and ${hasStatus} and ${AFTER_END} order by r.open_until, r.id limit :limit`

  // The comparison is always true. PostgreSQL expects few lists with it, and looks up the requests of each instead of reading all.
  const setsOfUsers = `select distinct t.user_set from ${sets} t where ${isOneOf('t.user_id', 'users')} and +t.user_set = t.user_set`
  const firstSet = (seq: string) => `${seq} * ${SETS_PER_REQUEST}`
  const named = `exists (select 1 from ${sets} t where ${isOneOf('t.user_id', 'users')} and t.user_set >= ${firstSet('a.seq')}
    and t.user_set < ${firstSet('(a.seq + 1)')})`
  const hasSuch = `exists (select 1 from ${requests} r where r.access_request_seq = a.seq and ${oneOf('r.tenant', 'tenants')} and ${hasStatus})`
  const matches = `${sent('a')} and (a.sent_at, a.id) < (:sentAt, :id) and ${ifGiven('only', 'text', 'a.id = :only')}
    and ${ifGiven('name', 'text', hasName)} and ${ifGiven('users', 'text', named)}
    and ((cast(:tenants as text) is null and cast(:statuses as text) is null) or ${hasSuch})`
  const statusList = `(select ${gather(`${list}(n.status, n.requests)`)} from (select ${STATUS_AT} as status, count(*) as requests
    from ${requests} r where r.access_request_seq = w.seq group by 1) n) as statuses`
  const submissions = (from: string, where: string) => `select w.*, ${statusList} from (select w.*,
      sum(w.ids) over (order by w.sent_at desc, w.id desc) - w.ids as ids_before from (select ${accessRequest}, a.seq from ${from}
      where a.requesting_tenant = :requestingTenant and ${where} and ${matches} order by a.sent_at desc, a.id desc limit :limit) w) w
    where w.ids_before < ${PAGE_IDS} order by w.sent_at desc, w.id desc`

  const counts = (rowsOf: (parts: readonly string[]) => string) => {
    const columns = Object.entries(STORED).map(([status, stored]) => {
      const parts = stored.map(([state, where]) => `r.state = '${state}' and ${where}`)
      return `(select count(*) from (${rowsOf(parts)} limit :limit) counted) as ${status}`
    })
    return `select ${columns.join(', ')}`
  }
  const counted = (party: string) =>
    counts((parts) => {
      const each = parts.map(
        (part) => `select * from (select r.id from ${requests} r where ${party} and ${part} ${NEWEST} limit :limit) part`,
      )
      return `select id from (${each.join(' union all ')}) parts`
    })

  return {
    incoming: walked(request, asked),
    incomingOne: byId(request, asked),
    incomingFrom: gathered(request, `${isOneOf('r.requesting_tenant', 'requestingTenants')} and ${asked}`),
    incomingExpiring: byEnd(request, asked),
    outgoing: walked(outgoing, own),
    outgoingOne: byId(outgoing, own),
    outgoingOf: gatheredBy('access_request_seq', submissionsWith('a.id = :accessRequest')),
    outgoingTo: gathered(outgoing, `${isOneOf('r.tenant', 'tenants')} and ${own}`),
    outgoingNaming: gatheredBy('user_set', setsOfUsers),
    outgoingNamed: gatheredBy('access_request_seq', submissionsWith(hasName)),
    outgoingExpiring: byEnd(outgoing, own),
    accessRequests: submissions(`${accessRequests} a`, '1 = 1'),
    accessRequestsNamed: submissions(`${accessRequests} a`, hasName),
    accessRequestsNaming: submissions(
      `(select distinct chosen.user_set / ${SETS_PER_REQUEST} as seq from (${setsOfUsers}) chosen) named cross join ${accessRequests} a`,
      'a.seq = named.seq',
    ),
    accessRequestsTo: submissions(
      `(select distinct r.access_request_seq as seq from ${requests} r where ${isOneOf('r.tenant', 'tenants')}
        and r.requesting_tenant = :requestingTenant) asked cross join ${accessRequests} a`,
      'a.seq = asked.seq',
    ),
    countIncoming: counted('r.tenant = :tenant'),
    countOutgoing: counted('r.requesting_tenant = :requestingTenant'),
    countAccessRequests: counts((parts) => {
      const some = parts.map((part) => `(select 1 from ${requests} r where r.access_request_seq = a.seq and ${part} limit 1) is not null`)
      return `select a.seq from ${accessRequests} a where a.requesting_tenant = :requestingTenant and (${some.join(' or ')})`
    }),
  }
}
