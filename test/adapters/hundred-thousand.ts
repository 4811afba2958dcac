/** SQL that fills a store with 100,000 tenant requests, for SQLite and PostgreSQL. */
import type { Tables } from '../../src/adapters/sql/tables.js'

const REQUESTS = 100_000
const PER_SUBMISSION = 20
const TEAMS = 2

/** Returns the statements that fill empty tables; `json` converts text to the database's JSON. */
export function filling({ of }: Tables, json: (text: string) => string): readonly string[] {
  const upTo = (count: number) => `with recursive n(i) as (select 0 union all select i + 1 from n where i < ${count - 1})`
  const submissions = REQUESTS / PER_SUBMISSION
  return [
    `insert into ${of('access_requests')} (requesting_tenant, id, name, message, associations, sent_at, sent_by_user, sent_by_tenant)
      ${upTo(submissions)} select 'vendor-' || (i % 5), 'order-' || i, 'Support', '', ${json("'[]'")}, 1000000 + i * ${PER_SUBMISSION}, 'e', 'v' from n`,
    `insert into ${of('user_sets')} (user_id, access_request_seq, user_set)
      ${upTo(submissions * TEAMS * 5)} select 'user-' || ((i * 7) % 500), i / ${TEAMS * 5} + 1, (i / 5) % ${TEAMS} from n`,
    `insert into ${of('tenant_requests')} (id, access_request_seq, user_set, access_request, requesting_tenant, tenant, users, removed, message, sent_at,
        changed_at, revision, tenant_revision, state, granted_at, granted_by, grant_message, expires_at)
      ${upTo(REQUESTS)} select 'request-' || i, i / ${PER_SUBMISSION} + 1, i % ${TEAMS}, 'order-' || (i / ${PER_SUBMISSION}),
        'vendor-' || (i / ${PER_SUBMISSION} % 5), 'tenant-' || (i % 20000), ${json("'[]'")}, ${json("'[]'")}, '',
        1000000 + (i / ${PER_SUBMISSION}) * ${PER_SUBMISSION}, 1000000, 1, 1,
        case when i % 3 = 0 then 'pending' else 'granted' end, 1000000, 't', '', case when i % 6 = 0 then null else 1000000 + i * 10 end from n`,
    `insert into ${of('governed_tenants')} (tenant, since) ${upTo(15_000)} select 'tenant-' || i, 1000000 from n`,
    `insert into ${of('events')} (id, type, at, revision, requesting_tenant, tenant, tenant_request, data)
      ${upTo(REQUESTS)} select 'event-' || i, case when i % 2 = 0 then 'tenant-request.received' else 'tenant-request.granted' end,
        1000000 + i, i % 2 + 1, 'vendor-' || (i / ${PER_SUBMISSION} % 5), 'tenant-' || (i % 20000), 'request-' || (i / 2), ${json("'{}'")} from n`,
    `insert into ${of('sessions')} (hash, user_id, requesting_tenant, tenant, method, granted_by, reason, started_at, ends_at, revision, state,
        lasts_until)
      ${upTo(30_000)} select 'hash-' || i, 'user-' || (i % 500), 'vendor-' || (i % 5), 'tenant-' || (i % 20000), 'access-request',
        ${json("'[]'")}, '', 1000000 + i, 1000100 + i, 1, case when i % 100 = 0 then 'open' else 'ended' end,
        case when i % 100 = 0 then 2000100 + i else 1000050 + i end from n`,
  ]
}
