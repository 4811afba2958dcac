/** SQL that fills a store with 100,000 tenant requests, for SQLite and PostgreSQL. */
import type { Tables } from '../../src/adapters/sql/tables.js'

const REQUESTS = 100_000
const PER_SUBMISSION = 20
const TEAM = 5
/** Each access request has this many numbers for its lists of users. */
const SETS = 2 ** 20
const NO_END = 9e15

/**
 * Returns the statements that fill empty tables; `json` converts text to the database's JSON.
 * Most requests have ended. `tenant-77` was asked 5,000 times, and has few open requests; 2,500 of them lapsed, which nobody recorded.
 * 20,000 other tenants were asked a few times each.
 */
export function filling({ of }: Tables, json: (text: string) => string): readonly string[] {
  const upTo = (count: number) => `with recursive n(i) as (select 0 union all select i + 1 from n where i < ${count - 1})`
  const submissions = REQUESTS / PER_SUBMISSION
  const requester = `'vendor-' || (i / ${PER_SUBMISSION} % 5)`
  const tenant = `case when i % ${PER_SUBMISSION} = 0 then 'tenant-77' else 'tenant-' || (i % 20000) end`
  const sentAt = `1000000 + (i / ${PER_SUBMISSION}) * ${PER_SUBMISSION}`
  const inBigTenant = `(i % ${PER_SUBMISSION} = 0)`
  const lapsed = `(i % ${2 * PER_SUBMISSION} = 0 and i % 2000 > 0)`
  const state = `case when ${lapsed} then 'pending' when case when ${inBigTenant} then i % 2000 > 0 else i % 7 > 1 end then 'revoked' when i % 3 = 0 then 'pending' else 'granted' end`
  const setOf = `cast(i / ${PER_SUBMISSION} + 1 as bigint) * ${SETS} + i % 2`
  const userOf = (set: string, n: string) => `'user-' || (((${set} / ${SETS}) * 7 + ${n} * 101) % 500)`
  return [
    `insert into ${of('access_requests')} (requesting_tenant, id, name, message, associations, ids, sent_at, sent_by_user, sent_by_tenant)
      ${upTo(submissions)} select 'vendor-' || (i % 5), 'order-' || i, 'Support' || (i % 100), '', ${json("'[]'")}, ${TEAM + PER_SUBMISSION}, 1000000 + i * ${PER_SUBMISSION}, 'e', 'v' from n`,
    `insert into ${of('user_sets')} (user_id, user_set) with recursive n(i) as (select 0 union all select i + 1 from n where i < ${submissions * 2 * TEAM - 1}),
      m(user_set, nth) as (select cast(i / ${2 * TEAM} + 1 as bigint) * ${SETS} + (i / ${TEAM}) % 2, i % ${TEAM} from n)
      select ${userOf('user_set', 'nth')}, user_set from m`,
    `insert into ${of('tenant_requests')} (id, access_request_seq, user_set, user_count, removed_count, access_request, requesting_tenant, tenant, sent_at,
        changed_at, answer_by, revision, tenant_revision, state, granted_at, granted_by, grant_message, expires_at, ended_at, ended_by_user, ended_by_tenant,
        end_message, open_until, access_until)
      ${upTo(REQUESTS)}, r as (select i, ${state} as state, case when i % 6 > 0 and not ${inBigTenant} then 1000000 + i * 10 end as expires_at from n)
      select 'request-' || i, i / ${PER_SUBMISSION} + 1, ${setOf}, ${TEAM}, 0, 'order-' || (i / ${PER_SUBMISSION}), ${requester}, ${tenant}, ${sentAt},
        1000000, case when ${lapsed} then 1050000 + i end, 2, 2, state, case when state <> 'pending' then 1000000 end, case when state <> 'pending' then 't' end,
        case when state <> 'pending' then '' end, case when state <> 'pending' then expires_at end,
        case when state = 'revoked' then 1100000 + i end, case when state = 'revoked' then 't' end, case when state = 'revoked' then 't' end,
        case when state = 'revoked' then '' end,
        case state when 'pending' then case when ${lapsed} then 1050000 + i else ${NO_END} end when 'granted' then coalesce(expires_at, ${NO_END}) end,
        case state when 'revoked' then case when expires_at < 1100000 + i then expires_at else 1100000 + i end
          when 'granted' then coalesce(expires_at, ${NO_END}) end from r`,
    `insert into ${of('user_spans')} (user_id, tenant, requesting_tenant, tenant_request, state, starts_at, ends_at, end_rank, revision)
      select s.user_id, r.tenant, r.requesting_tenant, r.id, r.state, r.granted_at, coalesce(r.ended_at, r.expires_at, r.answer_by, ${NO_END}), 1, 2
      from ${of('tenant_requests')} r join ${of('user_sets')} s on s.user_set = r.user_set where r.state <> 'pending' or r.answer_by is not null`,
    `insert into ${of('governed_tenants')} (tenant, since) ${upTo(15_000)} select 'tenant-' || i, 1000000 from n`,
    `insert into ${of('events')} (id, type, at, revision, requesting_tenant, tenant, tenant_request, access_request_seq, user_set, ids, data)
      ${upTo(REQUESTS)} select 'event-' || i, case when i % 2 = 0 then 'tenant-request.received' else 'tenant-request.granted' end, 1000000 + i,
        i % 2 + 1, ${requester}, ${tenant}, 'request-' || (i / 2), case when i % 2 = 0 then i / ${PER_SUBMISSION} + 1 end,
        case when i % 2 = 0 then ${setOf} end, case when i % 2 = 0 then ${TEAM} else 0 end,
        ${json(`('{"by":{"user":"e-' || (i / 7 % 3) || '","tenant":"' || case when i % 2 = 0 and i % 40 > 0 then ${requester} else ${tenant} end || '"}}')`)} from n`,
    `insert into ${of('events')} (id, type, at, revision, requesting_tenant, tenant, session, ids, data)
      ${upTo(30_000)} select 'start-' || i, 'impersonation.started', 1000000 + i, 1, 'vendor-' || (i % 5), 'tenant-' || (i % 20000), 'hash-' || i, 0,
        ${json(`('{"by":{"user":"user-' || (i % 500) || '","tenant":"vendor-' || (i % 5) || '"}}')`)} from n`,
    `insert into ${of('sessions')} (hash, user_id, requesting_tenant, tenant, method, granted_by, reason, started_at, ends_at, revision, state,
        lasts_until)
      ${upTo(30_000)} select 'hash-' || i, 'user-' || (i % 500), 'vendor-' || (i % 5), case when i % 20 = 0 then 'tenant-77' else 'tenant-' || (i % 20000) end,
        'access-request', ${json(`('["grant-' || (i / 11 % 3) || '"]')`)}, '', 1000000 + i, 1000100 + i, 1, case when i % 100 = 0 then 'open' else 'ended' end,
        case when i % 100 = 0 then 2000100 + i else 1000050 + i end from n`,
  ]
}
