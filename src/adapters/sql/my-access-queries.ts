/** The queries of a user's own access (SPEC 6.3, 6.8, 6.9). */
import { END_STATUSES } from '../../domain/status.js'
import { oneOfIn } from './filters.js'
import { STATUS_AT } from './list-queries.js'
import { NO_END } from './rows.js'
import type { Tables } from './tables.js'

const COLUMNS = 'id requesting_tenant tenant state sent_at answer_by granted_at expires_at ended_at open_until removed_at first_sent_at'
  .split(' ')
  .map((name) => `d.${name}`)
  .join(', ')

/** Returns the queries over these tables. `texts` are the values of a parameter that holds a JSON list. */
export function myAccessQueries({ of }: Tables, texts: (parameter: string) => string) {
  const oneOf = oneOfIn(texts)
  const rankOf = END_STATUSES.map((status, n) => `when '${status}' then ${END_STATUSES.length - n}`).join(' ')
  const removedAt = `(select x.ends_at from ${of('user_spans')} x
    where x.tenant_request = r.id and x.user_id = :user and x.state = 'removed')`
  // The domain's `decidingRequest` of each tenant in SQL. `cross join` keeps SQLite from beginning with all requests sent.
  const ranked = (tenants: string) => `with mine as (
      select r.id, r.requesting_tenant, r.tenant, r.state, r.sent_at, r.answer_by, r.granted_at, r.expires_at, r.ended_at, r.open_until, r.grant_message,
        ${removedAt} as removed_at, ${STATUS_AT} as status
      from ${of('user_sets')} t cross join ${of('tenant_requests')} r
      where t.user_id = :user and r.user_set = t.user_set and r.requesting_tenant = :requestingTenant and ${tenants}),
    standing as (select m.*, case when removed_at is null then m.status else 'removed' end as user_status,
      coalesce(removed_at, ended_at, expires_at, case when m.status = 'lapsed' then m.answer_by end, ${NO_END}) as until from mine m),
    ranked as (select s.*, min(s.sent_at) over (partition by s.tenant) as first_sent_at,
      max(case s.user_status when 'pending' then 1 else 0 end) over (partition by s.tenant) as some_pending,
      row_number() over (partition by s.tenant order by
        case s.user_status when 'granted' then 0 when 'pending' then 1 else 2 end, case s.user_status when 'pending' then s.sent_at else s.until end desc,
        case s.user_status when 'granted' then -s.granted_at else 0 end, case s.user_status ${rankOf} else 0 end desc,
        case s.user_status when 'granted' then s.id else '' end, s.id desc) as n from standing s)`
  const page = (after: string, order: string) => `${ranked(oneOf('r.tenant', 'tenants'))}
    select ${COLUMNS}, case d.user_status when 'granted' then d.some_pending else 0 end as renewal_pending, '.' || d.grant_message as grant_message from ranked d
    where d.n = 1 and ${oneOf('d.user_status', 'statuses')}
      and (cast(:expiresBefore as bigint) is null or (d.user_status = 'granted' and d.expires_at < cast(:expiresBefore as bigint)))
      and ${after} order by ${order} limit :limit`

  return {
    myAccess: page('(d.first_sent_at, d.tenant) < (:sentAt, :tenant)', 'd.first_sent_at desc, d.tenant desc'),
    myAccessExpiring: page(`d.user_status = 'granted' and (d.until, d.tenant) > (:expiresAt, :tenant)`, 'd.until, d.tenant'),
    countMyAccess: `${ranked('1 = 1')} select d.user_status, count(*) as tenants from ranked d where d.n = 1 group by d.user_status`,
  }
}
