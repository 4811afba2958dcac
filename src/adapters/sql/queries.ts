/** The queries, in SQL that SQLite and PostgreSQL share, with `:name` placeholders. */
import { TENANT_EVENTS } from '../../domain/event.js'
import { ACCESS_REQUEST_COLUMNS, EVENT_COLUMNS, REQUEST_COLUMNS, SESSION_COLUMNS, TEXT_COLUMNS } from './rows.js'
import type { Tables } from './tables.js'

/**
 * What the databases say in their own way.
 * `list` and `gather` make JSON; `server` tells a server apart from others.
 */
export interface SqlDialect {
  readonly list: string
  readonly gather: string
  readonly server: string
}

/** Returns a select list. Text columns get a `.` prefix, which `unprefixText` removes. */
function selectList(of: string, names: readonly string[]): string {
  return names.map((name) => (TEXT_COLUMNS.includes(name) ? `'.' || ${of}.${name} as ${name}` : `${of}.${name}`)).join(', ')
}

// The domain's `statusAt` in SQL; `:status` is null if the query does not filter.
const HAS_STATUS = `(cast(:status as text) is null or case
    when r.state <> 'granted' then r.state
    when r.granted_at > :now then 'pending'
    when r.expires_at is null or r.expires_at > :now then 'granted'
    else 'expired' end = cast(:status as text))`
const AFTER_REQUEST = '(r.sent_at, r.id) < (:sentAt, :id)'
const NEWEST_REQUEST_FIRST = 'order by r.sent_at desc, r.id desc limit :limit'
const TENANT_EVENT_TYPES_SQL = TENANT_EVENTS.map((type) => `'${type}'`).join(', ')

/** Returns the queries over these tables. */
export function queriesOf({ of }: Tables, { list, gather, server }: SqlDialect) {
  const [accessRequests, tenantRequests, sessions, events] = ['access_requests', 'tenant_requests', 'sessions', 'events'].map(of)
  const request = selectList('r', REQUEST_COLUMNS)
  const event = selectList('e', EVENT_COLUMNS)
  // A submission stores each user set once, however many tenants it asks.
  const requestsOfUserSql = `${of('user_sets')} t join ${tenantRequests} r on r.access_request_seq = t.access_request_seq and r.user_set = t.user_set`
  const requestFacts = `${list}(r.id, r.requesting_tenant, r.state, r.users, r.removed, r.sent_at, r.granted_at, r.expires_at, r.ended_at)`
  const facts = `${gather}(${requestFacts})`
  const governedSinceSql = (tenant: string) =>
    `(select g.since from ${of('governed_tenants')} g where g.tenant = ${tenant}) as governed_since`
  const sessionWithFacts = `select ${selectList('s', SESSION_COLUMNS)}, ${governedSinceSql('s.tenant')},
    (select ${facts} from ${requestsOfUserSql} where t.user_id = s.user_id and r.tenant = s.tenant) as requests from ${sessions} s`

  // One index scan per party. Rows that match both parties come from the first scan only.
  const unionOfParties = (select: string, where: string, alsoOfTheOther: string, order: string) => `
    select * from (${select} where requesting_tenant = :requestingTenant and ${where} ${order} limit :limit) own
    union all
    select * from (${select} where tenant = :tenant and requesting_tenant <> :requestingTenant and ${where}${alsoOfTheOther}
      ${order} limit :limit) others`
  // The position of the event at the reader's key is looked up here, so a key contains no position. Position 0 is before every event.
  const latestFirst = 'order by at desc, position desc'
  const historySql = unionOfParties(
    `select ${event}, e.position from ${events} e`,
    `(at, position) < (:at, coalesce((select k.position from ${events} k where k.id = :id), 0))`,
    ` and type in (${TENANT_EVENT_TYPES_SQL})`,
    latestFirst,
  )
  const page = (where: string) => `${sessionWithFacts} where s.hash in (select hash from (
    select * from (${unionOfParties(`select hash, started_at from ${sessions}`, where, '', 'order by started_at desc, hash desc')}) found
    order by started_at desc, hash desc limit :limit) page) order by s.started_at desc, s.hash desc`

  return {
    accessRequest: `select ${selectList('a', ACCESS_REQUEST_COLUMNS)} from ${accessRequests} a where requesting_tenant = :requestingTenant and id = :id`,
    tenantRequest: `select ${request} from ${tenantRequests} r where r.id = :id`,
    tenantRequestsOf: `select ${request} from ${tenantRequests} r where r.access_request_seq =
      (select seq from ${accessRequests} where requesting_tenant = :requestingTenant and id = :id) order by r.tenant`,
    openRequestsNaming: `select ${request} from ${requestsOfUserSql} where t.user_id = :user and r.requesting_tenant = :requestingTenant
      and r.state in ('pending', 'granted') order by r.id`,
    due: `select ${request} from ${tenantRequests} r where r.state = 'granted' and r.expires_at <= :now
      order by r.expires_at, r.id limit :limit`,
    facts: `select ${governedSinceSql(':tenant')}, (select ${facts} from ${tenantRequests} r where r.tenant = :tenant) as requests`,
    factsFor: `select ${governedSinceSql(':tenant')}, (select ${facts} from ${requestsOfUserSql} where t.user_id = :user and r.tenant = :tenant) as requests`,
    factsOfUser: `select r.tenant, ${governedSinceSql('r.tenant')}, ${facts} as requests from ${requestsOfUserSql} where t.user_id = :user
      group by r.tenant order by r.tenant`,
    incoming: `select ${request} from ${tenantRequests} r where r.tenant = :tenant
      and ${AFTER_REQUEST} and ${HAS_STATUS} ${NEWEST_REQUEST_FIRST}`,
    outgoing: `select ${request}, (select a.name from ${accessRequests} a where a.seq = r.access_request_seq) as name from ${tenantRequests} r
      where r.requesting_tenant = :requestingTenant and ${AFTER_REQUEST} and ${HAS_STATUS} ${NEWEST_REQUEST_FIRST}`,
    // All tenant requests share the access request's `sent_at`, so the index of `outgoing` serves this query too.
    outgoingOf: `select ${request}, a.name from ${accessRequests} a join ${tenantRequests} r
      on r.requesting_tenant = a.requesting_tenant and r.sent_at = a.sent_at and r.access_request_seq = a.seq
      where a.requesting_tenant = :requestingTenant and a.id = :accessRequest and ${AFTER_REQUEST} and ${HAS_STATUS} ${NEWEST_REQUEST_FIRST}`,
    myAccess: `with page as (
        select tenant, first_sent_at from (
          select r.tenant, min(r.sent_at) as first_sent_at from ${requestsOfUserSql} where t.user_id = :user
          and r.requesting_tenant = :requestingTenant group by r.tenant) tenants
        where (first_sent_at, tenant) < (:sentAt, :tenant) order by first_sent_at desc, tenant desc limit :limit)
      select ${request}, page.first_sent_at from page join ${tenantRequests} r on r.tenant = page.tenant and r.requesting_tenant = :requestingTenant
      join ${of('user_sets')} t on t.user_id = :user and t.access_request_seq = r.access_request_seq and t.user_set = r.user_set
      order by page.first_sent_at desc, page.tenant desc`,
    history: `select * from (${historySql}) found ${latestFirst} limit :limit`,
    session: `${sessionWithFacts} where s.hash = :hash`,
    sessions: page('(started_at, hash) < (:startedAt, :hash)'),
    // The unary plus keeps SQLite from using the index on `started_at`: few sessions are open, so `lasts_until` is more selective.
    sessionsOpenAt: page('lasts_until > :openAt and (+started_at, hash) < (:startedAt, :hash)'),
    openSessions: `${sessionWithFacts} where s.state = 'open' and (s.ends_at, s.hash) > (:endsAt, :hash) order by s.ends_at, s.hash limit :limit`,
    requestPage: `select r.tenant, ${requestFacts} as request from ${tenantRequests} r
      where (r.tenant, r.sent_at, r.id) > (:tenant, :sentAt, :id) order by r.tenant, r.sent_at, r.id limit :limit`,
    governedTenantPage: `select g.tenant, g.since as governed_since from ${of('governed_tenants')} g where g.tenant > :tenant order by g.tenant limit :limit`,
    // The event at the reader's position comes with the page, in one snapshot: it says whether the reader is of this history.
    readEvents: `select found.read_to, found.server, page.* from (
      select (select r.id from ${events} r where r.position = :position) as read_to, ${server} as server) found left join (
      select ${event}, e.position from ${events} e where e.position > :position and e.position <= :horizon
      order by e.position limit :limit) page on true order by page.position`,
    lastPosition: `select e.position, e.id from ${events} e where e.position > 0 order by e.position desc limit 1`,
  }
}

/** The queries of one repository. */
export type Queries = ReturnType<typeof queriesOf>
