/** The queries of the lists (SPEC 6.9). */
import { OUTCOME_EVENTS, TENANT_EVENTS } from '../../domain/event.js'
import { END_STATUSES } from '../../domain/status.js'
import { PAGE_IDS } from '../../ports/event-feed.js'
import { EVENT_COLUMNS } from './event-rows.js'
import { NO_END } from './rows.js'
import type { Tables } from './tables.js'

/** The domain's `statusAt` in SQL. */
export const STATUS_AT = `case when r.state = 'pending' and r.answer_by <= :now then 'lapsed' when r.state <> 'granted' then r.state when r.granted_at > :now then 'pending'
    when r.expires_at is null or r.expires_at > :now then 'granted' else 'expired' end`
const sqlList = (types: readonly string[]) => types.map((type) => `'${type}'`).join(', ')
const LATEST_FIRST = 'order by at desc, position desc'

/**
 * Returns a union of two index scans, one per party.
 * Rows that match both parties come from the first scan only.
 */
export function unionOfParties(select: string, where: string, alsoOfTheOther: string, order: string): string {
  return `select * from (${select} where requesting_tenant = :requestingTenant and ${where} ${order} limit :limit) own
    union all
    select * from (${select} where tenant = :tenant and requesting_tenant <> :requestingTenant and ${where}${alsoOfTheOther}
      ${order} limit :limit) others`
}

/** Returns `unionOfParties` with a third index scan, of `:user`'s rows that match neither party. */
export function unionWithUser(select: string, where: string, order: string): string {
  return `${unionOfParties(select, where, '', order)}
    union all
    select * from (${select} where user_id = :user and requesting_tenant <> :requestingTenant and tenant <> :tenant and ${where}
      ${order} limit :limit) mine`
}

/**
 * Returns the rows of `page` up to the one with which the sum of `ids` reaches `PAGE_IDS`.
 * The page is an ordered part of the events.
 * What a submission shares with its events is looked up for the rows with `isRead`.
 */
export function eventsUpToPageIds({ of }: Tables, page: string, order: string, ids: string, isRead = '1 = 1'): string {
  const shared = (column: string, types: string) =>
    `case when ${isRead} and w.type in (${types}) then (select ${column} from ${of('access_requests')} a where a.seq = w.access_request_seq) end`
  const submitted = `'access-request.submitted'`
  return `select w.*, ${shared(`'.' || a.message`, `${submitted}, 'tenant-request.received'`)} as request_message,
      ${shared('a.name', submitted)} as request_name, ${shared('a.associations', submitted)} as associations
    from (select w.*, sum(${ids}) over (${order}) - (${ids}) as ids_before from (${page}) w) w
    where w.ids_before < ${PAGE_IDS}`
}

/**
 * Returns the queries of my access and of the history over these tables.
 * `removedOf` makes JSON of the users removed from the request with that id.
 */
export function listQueries(tables: Tables, removedOf: (request: string) => string) {
  const { of } = tables
  const [requests, events] = [of('tenant_requests'), of('events')]
  const event = EVENT_COLUMNS.map((name) => `e.${name}`).join(', ')
  // The position of the event at the reader's key is looked up here, so a key contains no position. Position 0 is before every event.
  const historyPage = unionOfParties(
    `select ${event}, e.position from ${events} e`,
    `(at, position) < (:at, coalesce((select k.position from ${events} k where k.id = :id), 0))`,
    ` and type in (${sqlList(TENANT_EVENTS)})`,
    LATEST_FIRST,
  )
  // The users of a request are shown to the tenant that sent it only. Those of an answer or an end are found by its request, and count as sent.
  const isOwnOutcome = `w.requesting_tenant = :requestingTenant and w.type in (${sqlList(OUTCOME_EVENTS)})`
  const ofRequest = (column: string) =>
    `case when ${isOwnOutcome} then (select ${column} from ${requests} r where r.id = w.tenant_request) end`
  const shownIds = `case when w.type = 'tenant-request.received' and w.requesting_tenant <> :requestingTenant then 0 else w.ids end
    + coalesce(w.request_count, 0)`
  const withRequest = (
    page: string,
  ) => `select w.*, ${ofRequest('r.user_set')} as request_set, ${ofRequest('r.user_count')} as request_count,
    ${ofRequest('r.removed_count')} as removed_count from (${page}) w`
  const rankOf = END_STATUSES.map((status, n) => `when '${status}' then ${END_STATUSES.length - n}`).join(' ')
  const removedAt = `(select x.ends_at from ${of('user_spans')} x
    where x.tenant_request = r.id and x.user_id = :user and x.state = 'removed')`

  return {
    // The domain's `decidingRequest` of each tenant in SQL. `cross join` keeps SQLite from beginning with all requests sent.
    myAccess: `with mine as (
        select r.id, r.requesting_tenant, r.tenant, r.state, r.sent_at, r.answer_by, r.granted_at, r.expires_at, r.ended_at, r.open_until, r.grant_message,
          ${removedAt} as removed_at, ${STATUS_AT} as status
        from ${of('user_sets')} t cross join ${requests} r
        where t.user_id = :user and r.user_set = t.user_set and r.requesting_tenant = :requestingTenant),
      standing as (select m.*, case when removed_at is null then m.status else 'removed' end as user_status,
        coalesce(removed_at, ended_at, expires_at, case when m.status = 'lapsed' then m.answer_by end, ${NO_END}) as until from mine m),
      ranked as (select s.*, min(s.sent_at) over (partition by s.tenant) as first_sent_at, row_number() over (partition by s.tenant order by
        case s.user_status when 'granted' then 0 when 'pending' then 1 else 2 end, case s.user_status when 'pending' then 0 else s.until end desc,
        case s.user_status when 'granted' then -s.granted_at else 0 end, case s.user_status ${rankOf} else 0 end desc,
        case s.user_status when 'granted' then s.id else '' end, s.id desc) as n from standing s)
      select d.id, d.requesting_tenant, d.tenant, d.state, d.sent_at, d.answer_by, d.granted_at, d.expires_at, d.ended_at, d.open_until, d.removed_at, d.first_sent_at,
        '.' || d.grant_message as grant_message from ranked d
      where d.n = 1 and (cast(:status as text) is null or d.user_status = cast(:status as text))
        and (d.first_sent_at, d.tenant) < (:sentAt, :tenant) order by d.first_sent_at desc, d.tenant desc limit :limit`,
    history: `select w.*, case when w.request_count is not null then ${removedOf('w.tenant_request')} end as removed from (${eventsUpToPageIds(
      tables,
      withRequest(`select * from (${historyPage}) found ${LATEST_FIRST} limit :limit`),
      LATEST_FIRST,
      shownIds,
    )}) w ${LATEST_FIRST}`,
  }
}
