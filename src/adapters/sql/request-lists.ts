/** The queries of the lists of requests, with their filters and orders, and of their counts (SPEC 6.8-6.10). */
import type { RequestStatus } from '../../domain/status.js'
import { PAGE_IDS } from '../../ports/event-feed.js'
import { STATUS_AT } from './list-queries.js'
import { NO_END } from './rows.js'
import type { Tables } from './tables.js'
import { SETS_PER_REQUEST } from './user-sets.js'

/** What the list queries need of the dialect. */
export interface ListDialect {
  readonly list: string
  readonly gather: (item: string) => string
  readonly texts: (parameter: string) => string
}

const AFTER_NEWEST = '(r.sent_at, r.id) < (:sentAt, :id)'
const NEWEST = 'order by r.sent_at desc, r.id desc limit :limit'
const HOLDS = `r.state = 'granted' and r.granted_at <= :now and r.open_until > :now`
const AFTER_EXPIRING = `${HOLDS} and (r.open_until, r.id) > (:expiresAt, :id)`
const EXPIRING = 'order by r.open_until, r.id limit :limit'

/** The states in which requests of a status are stored, and what the clock must say of those that are still open. */
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

/** Returns the queries of requests over these tables. `request`, `withUsers` and `accessRequest` are select lists of `r`, `r` and `a`. */
export function requestListQueries(
  { of }: Tables,
  { list, gather, texts }: ListDialect,
  { request, withUsers, accessRequest }: Readonly<Record<'request' | 'withUsers' | 'accessRequest', string>>,
) {
  const [requests, accessRequests, sets, spans] = [of('tenant_requests'), of('access_requests'), of('user_sets'), of('user_spans')]
  const oneOf = (column: string, parameter: string) => `(cast(:${parameter} as text) is null or ${column} in (${texts(parameter)}))`
  const sent = (row: string) => `${row}.sent_at >= :from and ${row}.sent_at < :to`
  const filters = `(cast(:only as text) is null or r.id = :only) and ${sent('r')} and ${oneOf(STATUS_AT, 'statuses')}
    and (cast(:expiresBefore as bigint) is null or (r.expires_at < :expiresBefore and ${STATUS_AT} <> 'pending'))`

  /** Returns the rows of the page, found by an index in their order. */
  const walked = (select: string, where: string, order = NEWEST) => `select ${select} from ${requests} r where ${where} ${order}`
  /** Returns the rows of the page, of those that `from` finds in no order. Materialized, so that no index is walked for the order. */
  const gathered = (select: string, from: string) => `with found as materialized (select distinct r.id, r.sent_at from ${from})
    select ${select} from (select f.id from found f order by f.sent_at desc, f.id desc limit :limit) page cross join ${requests} r
    where r.id = page.id order by r.sent_at desc, r.id desc`

  const asked = `r.tenant = :tenant and ${filters} and ${oneOf('r.requesting_tenant', 'requestingTenants')}`
  const namesNow = `exists (select 1 from ${sets} t where t.user_set = r.user_set and t.user_id in (${texts('users')})
    and (select 1 from ${spans} x where x.tenant_request = r.id and x.user_id = t.user_id and x.state = 'removed') is null)`
  const ofName = `a.name >= :name and a.name < :nameEnd`
  const own = `r.requesting_tenant = :requestingTenant and ${filters} and ${oneOf('r.tenant', 'tenants')}
    and (cast(:accessRequest as text) is null or r.access_request = :accessRequest)
    and (cast(:users as text) is null or ${namesNow})
    and (cast(:name as text) is null or exists (select 1 from ${accessRequests} a where a.seq = r.access_request_seq and ${ofName}))`
  const outgoing = `${withUsers}, (select a.name from ${accessRequests} a where a.seq = r.access_request_seq) as name`
  // All tenant requests share the access request's `sent_at`, by which an index finds them.
  const sentWith = `${accessRequests} a cross join ${requests} r where r.requesting_tenant = a.requesting_tenant and r.sent_at = a.sent_at
    and r.access_request_seq = a.seq and a.requesting_tenant = :requestingTenant`

  const matches = `${sent('a')} and (a.sent_at, a.id) < (:sentAt, :id) and (cast(:only as text) is null or a.id = :only)
    and (cast(:name as text) is null or (${ofName})) and (cast(:users as text) is null or exists (select 1 from ${sets} t
      where t.user_id in (${texts('users')}) and t.user_set >= a.seq * ${SETS_PER_REQUEST} and t.user_set < (a.seq + 1) * ${SETS_PER_REQUEST}))`
  const statusList = (
    row: string,
  ) => `(select ${gather(`${list}(n.status, n.requests)`)} from (select ${STATUS_AT} as status, count(*) as requests
    from ${requests} r where r.requesting_tenant = :requestingTenant and r.sent_at = ${row}.sent_at and r.access_request_seq = ${row}.seq
    group by 1) n) as statuses`
  const submissions = (from: string, where: string) => `select w.*, ${statusList('w')} from (select w.*,
      sum(w.ids) over (order by w.sent_at desc, w.id desc) - w.ids as ids_before from (select ${accessRequest}, a.seq, a.ids from ${from}
      where a.requesting_tenant = :requestingTenant and ${where} and ${matches} order by a.sent_at desc, a.id desc limit :limit) w) w
    where w.ids_before < ${PAGE_IDS} order by w.sent_at desc, w.id desc`

  const statusesOf = (count: (stored: readonly (readonly [string, string])[]) => string) =>
    `select ${Object.entries(STORED)
      .map(([status, stored]) => `(select count(*) from (${count(stored)}) c) as ${status}`)
      .join(', ')}`
  const counted = (party: string) =>
    statusesOf((stored) => {
      const parts = stored.map(([state, where]) => `select 1 as n from ${requests} r where ${party} and r.state = '${state}' and ${where}`)
      return `select n from (${parts.join(' union all ')}) found limit :limit`
    })
  // Each access request is found by one look-up, however many tenants it asked.
  const eachAccessRequest = (state: string, where: string) => {
    const next = (before: string) => `select max(r.access_request_seq) from ${requests} r
      where r.requesting_tenant = :requestingTenant and r.state = '${state}' and ${where}${before}`
    return `select seq from (with recursive q(seq, n) as (select (${next('')}), 1
      union all select (${next(' and r.access_request_seq < q.seq')}), q.n + 1 from q where q.seq is not null and q.n < :limit)
      select seq from q where seq is not null) found`
  }

  return {
    incoming: walked(request, `${asked} and ${AFTER_NEWEST}`),
    incomingOne: walked(request, `r.id = :only and ${asked} and ${AFTER_NEWEST}`),
    incomingOpen: gathered(request, `${requests} r where r.open_until > :now and ${asked} and ${AFTER_NEWEST}`),
    incomingFrom: gathered(
      request,
      `${requests} r where r.requesting_tenant in (${texts('requestingTenants')}) and ${asked} and ${AFTER_NEWEST}`,
    ),
    incomingExpiring: walked(request, `${asked} and ${AFTER_EXPIRING}`, EXPIRING),
    outgoing: walked(outgoing, `${own} and ${AFTER_NEWEST}`),
    outgoingOne: walked(outgoing, `r.id = :only and ${own} and ${AFTER_NEWEST}`),
    outgoingOf: gathered(outgoing, `${sentWith} and a.id = :accessRequest and ${own} and ${AFTER_NEWEST}`),
    outgoingTo: gathered(outgoing, `${requests} r where r.tenant in (${texts('tenants')}) and ${own} and ${AFTER_NEWEST}`),
    outgoingNaming: gathered(
      outgoing,
      `${sets} t cross join ${requests} r where t.user_id in (${texts('users')}) and r.user_set = t.user_set and ${own} and ${AFTER_NEWEST}`,
    ),
    outgoingNamed: gathered(outgoing, `${sentWith} and ${ofName} and ${own} and ${AFTER_NEWEST}`),
    outgoingExpiring: walked(outgoing, `${own} and ${AFTER_EXPIRING}`, EXPIRING),
    accessRequests: submissions(`${accessRequests} a`, '1 = 1'),
    accessRequestsNamed: submissions(`${accessRequests} a`, ofName),
    accessRequestsNaming: submissions(
      `(select distinct t.user_set / ${SETS_PER_REQUEST} as seq from ${sets} t where t.user_id in (${texts('users')})) named
        cross join ${accessRequests} a`,
      'a.seq = named.seq',
    ),
    countIncoming: counted('r.tenant = :tenant'),
    countOutgoing: counted('r.requesting_tenant = :requestingTenant'),
    countAccessRequests: statusesOf(
      (stored) => `select seq from (${stored.map(([state, where]) => eachAccessRequest(state, where)).join(' union ')}) found limit :limit`,
    ),
  }
}
