/** The queries, in SQL that SQLite and PostgreSQL share, with `:name` placeholders. */
import { PAGE_IDS } from '../../ports/event-feed.js'
import { EVENT_COLUMNS } from './event-rows.js'
import { factsSql } from './facts-queries.js'
import { grantQueries } from './grant-queries.js'
import { historyQueries } from './history-queries.js'
import { eventsUpToPageIds } from './list-queries.js'
import { myAccessQueries } from './my-access-queries.js'
import { requestListQueries } from './request-lists.js'
import type { Row } from './row-values.js'
import { ACCESS_REQUEST_COLUMNS, NO_END, REQUEST_UPDATE_COLUMNS, SESSION_COLUMNS, TEXT_COLUMNS, type Value } from './rows.js'
import { sessionQueries } from './session-queries.js'
import type { SqlDialect } from './sql-dialect.js'
import type { Tables } from './tables.js'
import { MAX_USERS } from './user-sets.js'

/** Returns a select list. Text columns get a `.` prefix, which `unprefixText` removes. */
function selectList(of: string, names: readonly string[]): string {
  return names.map((name) => (TEXT_COLUMNS.includes(name) ? `'.' || ${of}.${name} as ${name}` : `${of}.${name}`)).join(', ')
}

/** The columns of one of many questions about facts. */
const ASKED_COLUMNS = [
  ['tenant', 'text'],
  ['user_id', 'text'],
  ['requester', 'text'],
  ['now', 'bigint'],
] as const

/** Returns the queries over these tables. */
export function queriesOf(tables: Tables, { list, gather, server, texts, isOneOf, numbers, lists, records }: SqlDialect) {
  const { of } = tables
  const [accessRequests, requests, sessions, events] = [of('access_requests'), of('tenant_requests'), of('sessions'), of('events')]
  const [sets, spans, governed] = [of('user_sets'), of('user_spans'), of('governed_tenants')]
  const facts = factsSql(tables, list, gather)
  const message = `(select '.' || a.message from ${accessRequests} a where a.seq = r.access_request_seq) as message`
  const request = `${selectList('r', ['id', 'access_request', 'requesting_tenant', 'tenant', 'sent_at', 'answer_by', ...REQUEST_UPDATE_COLUMNS])}, ${message}`
  const accessRequest = selectList('a', ACCESS_REQUEST_COLUMNS)
  const removedOf = (request: string) => `(select ${gather(`${list}(x.user_id, x.ends_at, x.revision)`)} from ${spans} x
    where x.tenant_request = ${request} and x.state = 'removed')`
  // The users themselves are read by their list: many requests share one.
  const users = `r.user_set, r.user_count, ${removedOf('r.id')} as removed`
  const oneRequest = `select ${request}, ${users}, (select ${gather(`${list}(s.user_id)`)} from ${sets} s
    where s.user_set = r.user_set and r.user_count <= ${MAX_USERS}) as listed from ${requests} r`
  const requestFacts = `r.id, r.requesting_tenant, r.tenant, r.state, r.sent_at, r.answer_by, r.granted_at, r.expires_at, r.ended_at, r.open_until, r.removed_count, ${users}`
  /** How many requests the requesting tenant has open in the tenant `n.value`. */
  const openInTenant = `(select count(*) from ${requests} r where r.tenant = n.value and r.requesting_tenant = :requestingTenant and r.open_until > :now)`
  const sinceOf = (tenant: string) => `(select g.since from ${governed} g where g.tenant = ${tenant})`
  const sessionRow = `select ${selectList('s', SESSION_COLUMNS)}, ${sinceOf('s.tenant')} as governed_since, ${facts.ofSession(':now')} as requests
    from ${sessions} s`
  /** Returns the rows of an ordered page of requests, up to the one that reaches `PAGE_IDS`. */
  const upToPageIds = (page: string, order: string) => `select w.* from (select w.*,
    sum(w.user_count) over (${order}) - w.user_count as ids_before from (${page} ${order} limit :limit) w) w where w.ids_before < ${PAGE_IDS} ${order}`
  const factsPage = (where: string) => {
    const page = upToPageIds(`select ${requestFacts} from ${requests} r where r.tenant = :tenant and ${where}`, 'order by sent_at, id')
    return `select found.governed_since, page.* from (select ${sinceOf(':tenant')} as governed_since) found left join (${page}) page on 1 = 1
      order by page.sent_at, page.id`
  }
  const grantsOf = (where: string) => `select o.tenant, ${sinceOf('o.tenant')} as governed_since, ${gather(facts.item('null'))} as requests
    from ${spans} o join ${requests} r on r.id = o.tenant_request and r.tenant = o.tenant and ${facts.names('r', ':user')}
    where o.user_id = :user and o.state = 'granted' and o.tenant > :after and o.ends_at > :now${where} group by o.tenant order by o.tenant limit :limit`
  const whose = { user: ':user', tenant: ':tenant', now: ':now' }
  const asked = { user: 'k.user_id', tenant: 'k.tenant', now: 'k.now' }
  const factsFor = (requestsOf: string) => `select ${sinceOf(':tenant')} as governed_since, ${requestsOf} as requests`
  const eventPage = `select ${EVENT_COLUMNS.map((name) => `e.${name}`).join(', ')}, e.position from ${events} e
    where e.position > :position and e.position <= :horizon order by e.position limit :limit`
  const lastPosition = `select e.position, e.id from ${events} e where e.position > 0 order by e.position desc limit 1`
  const isAsked = `(cast(:types as text) is null or w.type in (${texts('types')}))`

  return {
    ...historyQueries(tables, texts, removedOf),
    ...grantQueries(tables, request, removedOf, sinceOf),
    ...myAccessQueries(tables, texts),
    ...sessionQueries(sessions, sessionRow, facts.canBeLive(':now'), { texts, lists }),
    ...requestListQueries(tables, { list, gather, isOneOf }, { request, withUsers: `${request}, ${users}`, accessRequest }),
    accessRequest: `select ${accessRequest} from ${accessRequests} a where requesting_tenant = :requestingTenant and id = :id`,
    tenantRequests: `select ${request}, ${users} from ${requests} r where r.id in (${texts('ids')})`,
    tenantRequestsOfParty: `select ${request}, ${users} from ${requests} r where r.id in (${texts('ids')}) and :party in (r.tenant, r.requesting_tenant)`,
    // Of one request the users come with it: a command reads no more than that.
    tenantRequest: `${oneRequest} where r.id = :id`,
    tenantRequestOfParty: `${oneRequest} where r.id = :id and :party in (r.tenant, r.requesting_tenant)`,
    tenantRequestsOf: `select r.id, r.tenant from ${accessRequests} a join ${requests} r
      on r.access_request_seq = a.seq
      where a.requesting_tenant = :requestingTenant and a.id = :id order by r.tenant`,
    userSets: `select s.user_set, s.user_id from ${sets} s where s.user_set in (${numbers('sets')})`,
    // Materialized, so that PostgreSQL does not walk the primary key for the order. `cross join` keeps SQLite from beginning with all requests sent.
    openRequestsNaming: `with open as materialized (select r.id from ${sets} t cross join ${requests} r
      where t.user_id = :user and r.user_set = t.user_set and r.open_until > -${NO_END} and r.requesting_tenant = :requestingTenant and r.id > :after
      and (select 1 from ${spans} x where x.tenant_request = r.id and x.user_id = :user and x.state = 'removed') is null)
      select id from open order by id limit :limit`,
    // Materialized, so that neither database walks the primary key for the order.
    openRequestsBetween: `with open as materialized (select r.id from ${requests} r
      where r.tenant = :tenant and r.requesting_tenant = :requestingTenant and r.open_until > -${NO_END} and r.id > :after)
      select id from open order by id limit :limit`,
    tenantSummaries: `select n.value as tenant, ${openInTenant} as open, case when (select 1 from ${requests} r
      where r.tenant = n.value and r.requesting_tenant = :requestingTenant and r.granted_at is not null limit 1) is null then 0 else 1 end as granted
      from (${texts('tenants')}) n order by n.value`,
    due: `select r.open_until, r.id from ${requests} r where r.open_until <= :now and (r.open_until, r.id) > (:dueAt, :id)
      order by r.open_until, r.id limit :limit`,
    beyondCap: `select n.value as tenant from (${texts('tenants')}) n where ${openInTenant} >= :maxOpen order by n.value`,
    factsFor: factsFor(facts.ofOne(whose, ':from')),
    factsForAny: factsFor(facts.ofAll(whose)),
    fewFactsFor: factsFor(facts.few(whose, ':from')),
    fewFactsForAny: factsFor(facts.few(whose)),
    factsForMany: `select ${sinceOf('k.tenant')} as governed_since, case when k.requester is null then ${facts.ofAll(asked)}
      else ${facts.ofOne(asked, 'k.requester')} end as requests from (${records('queries', ASKED_COLUMNS)}) k order by k.n`,
    factsPage: factsPage('(r.sent_at, r.id) > (:sentAt, :id)'),
    factsPageOpen: factsPage(`r.open_until > :openAt and r.state = 'granted' and (r.sent_at, r.id) > (:sentAt, :id)`),
    grantsOfUser: grantsOf(' and o.requesting_tenant = :from'),
    grantsOfUserAny: grantsOf(''),
    sessionRows: `${sessionRow} where s.hash in (${texts('hashes')})`,
    beyondLiveCap: `select n.value as user_id from (${texts('users')}) n
      where (select count(*) from ${sessions} s where s.user_id = n.value and ${facts.canBeLive(':now')}) > :maxLive`,
    openSessions: `select s.ends_at, s.hash from ${sessions} s where s.state = 'open' and (s.ends_at, s.hash) > (:endsAt, :hash)
      order by s.ends_at, s.hash limit :limit`,
    openSessionsBetween: `select s.ends_at, s.hash from ${sessions} s where s.state = 'open' and s.requesting_tenant = :requestingTenant
      and s.tenant = :tenant and (s.ends_at, s.hash) > (:endsAt, :hash) order by s.ends_at, s.hash limit :limit`,
    requestPage: upToPageIds(
      `select ${requestFacts} from ${requests} r where (r.tenant, r.sent_at, r.id) > (:tenant, :sentAt, :id)`,
      'order by tenant, sent_at, id',
    ),
    governedTenantPage: `select g.tenant, g.since as governed_since from ${governed} g where g.tenant > :tenant order by g.tenant limit :limit`,
    // The event at the reader's position and the newest one come with the page, in one snapshot: they say whether the reader is of this
    // history, and whether it is at its end.
    readEvents: `select found.*, page.* from (select (select r.id from ${events} r where r.position = :position) as read_to, ${server} as server,
      chosen.position as latest, chosen.id as latest_event from (select 1 as n) n left join (${lastPosition}) chosen on true) found left join (
      ${eventsUpToPageIds(tables, eventPage, 'order by position', `case when ${isAsked} then w.ids else 0 end`, isAsked)}) page on true order by page.position`,
    lastPosition,
  }
}

/** The queries of one repository. */
export type Queries = ReturnType<typeof queriesOf>

/** The queries of a decision, each of which returns one row. */
export const ONE_ROW: ReadonlySet<keyof Queries> = new Set(['fewFactsFor', 'fewFactsForAny', 'factsFor', 'factsForAny'])

/** Runs one of the queries with its values. */
export type RunQuery = (query: keyof Queries, values: Readonly<Record<string, Value>>) => Promise<readonly Row[]>
