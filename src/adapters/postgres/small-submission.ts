/** The saving of a small submission in PostgreSQL: one statement, which a larger one is too long for. */
import type { TenantId } from '../../domain/ids.js'
import type { RequestStore } from '../../ports/repository.js'
import { omitColumns } from '../sql/batches.js'
import { EVENT_COLUMNS, eventRow } from '../sql/event-rows.js'
import type { Queries } from '../sql/queries.js'
import type { Row } from '../sql/row-values.js'
import { ACCESS_REQUEST_COLUMNS, accessRequestRow, REQUEST_COLUMNS, requestRow } from '../sql/rows.js'
import { SPAN_COLUMNS, SPAN_UPDATE_COLUMNS, sentSpans } from '../sql/spans.js'
import type { Tables } from '../sql/tables.js'
import { SETS_PER_REQUEST, sharedBySubmission } from '../sql/user-sets.js'
import { type Connection, sqlStateOf } from './connection.js'
import { qualifiedColumns } from './grouped-insert.js'
import { allocation, CONCURRENT, versionForSave } from './save-sql.js'

type Save = RequestStore['saveSubmission']

/** The most requests of a small submission, and the most ids in its lists of users. */
const [MAX_REQUESTS, MAX_USER_IDS] = [100, 1_000]

/** The columns that follow from the number of the access request. */
const NUMBERED = ['access_request_seq', 'user_set'] as const

/**
 * Returns a function that saves a submission by one statement.
 * It returns `undefined` if that does not decide: the submission is large, stored already, or met another one of its requesting tenant.
 */
export function smallSubmissions(tables: Tables, queries: Queries, run: Connection['run']) {
  const sql = saveSubmissionSql(tables, queries)
  return async ([{ request, tenantRequests, events }, cap]: Parameters<Save>): Promise<Awaited<ReturnType<Save>> | undefined> => {
    const { userSets, originOf, originOfEvent } = sharedBySubmission(0, tenantRequests)
    if (tenantRequests.length > MAX_REQUESTS || userSets.reduce((sum, { length }) => sum + length, 0) > MAX_USER_IDS) return undefined
    const { requestingTenant, id } = request
    const values = {
      ...{ requestingTenant, id, maxOpen: cap?.maxOpen ?? null, now: cap?.now ?? null },
      tenants: JSON.stringify(tenantRequests.map(({ tenant }) => tenant)),
      accessRequests: JSON.stringify([accessRequestRow(request)]),
      userSets: JSON.stringify(userSets),
      requests: JSON.stringify(tenantRequests.map((one) => ({ ...requestRow(one), ...originOf(one.id) }))),
      spans: JSON.stringify(sentSpans(tenantRequests)),
      events: JSON.stringify(events.map((event) => eventRow(event, originOfEvent(event)))),
    }
    let row: Row | undefined
    try {
      row = (await run(sql, values))[0]
    } catch (error) {
      if (!CONCURRENT.includes(sqlStateOf(error))) throw error
    }
    if (typeof row?.['beyond'] === 'string') return { tooManyOpen: row['beyond'].split(' ') }
    return row?.['saved'] === true ? { saved: true } : undefined
  }
}

/**
 * Returns the statement that saves a submission.
 * Its requesting tenant's open requests are counted as of the statement's snapshot. So that none is saved meanwhile, its number of submissions must be
 * that of the snapshot when its row is locked.
 */
function saveSubmissionSql(tables: Tables, { beyondCap }: Queries): string {
  const { of } = tables
  const setOf = (row: string) => `i.seq * ${SETS_PER_REQUEST} + ${row}.user_set`
  const requestColumns = omitColumns(REQUEST_COLUMNS, NUMBERED)
  const eventColumns = omitColumns(EVENT_COLUMNS, NUMBERED)
  return `with ${versionForSave(tables)},
    fresh as materialized (select 1 from v where not exists (
      select 1 from ${of('access_requests')} a where a.requesting_tenant = :requestingTenant and a.id = :id)),
    beyond as materialized (select b.tenant from fresh cross join (${beyondCap}) b where :maxOpen::int is not null),
    counting as materialized (select coalesce((select q.submissions from ${of('requesters')} q where q.tenant = :requestingTenant), 0) as seen
      from fresh where not exists (select 1 from beyond)),
    counted as (insert into ${of('requesters')} as q (tenant, submissions)
      select :requestingTenant, seen + 1 from counting where :maxOpen::int is not null
      on conflict (tenant) do update set submissions = q.submissions + 1 where q.submissions = excluded.submissions - 1 returning q.tenant),
    inserted as (insert into ${of('access_requests')} (${ACCESS_REQUEST_COLUMNS.join(', ')})
      select ${qualifiedColumns('p', ACCESS_REQUEST_COLUMNS).join(', ')} from counting
      cross join json_populate_recordset(null::${of('access_requests')}, :accessRequests::json) p
      where :maxOpen::int is null or exists (select 1 from counted) returning seq),
    sets as (insert into ${of('user_sets')} (user_id, user_set) select u.user_id, i.seq * ${SETS_PER_REQUEST} + t.n - 1 from inserted i
      cross join json_array_elements(:userSets::json) with ordinality as t(users, n)
      cross join lateral json_array_elements_text(t.users) as u(user_id)),
    sent as materialized (select * from json_populate_recordset(null::${of('tenant_requests')}, :requests::json)),
    requests as (insert into ${of('tenant_requests')} (${[...requestColumns, ...NUMBERED].join(', ')})
      select ${qualifiedColumns('r', requestColumns).join(', ')}, i.seq, ${setOf('r')} from inserted i cross join sent r),
    spans as (insert into ${of('user_spans')} (${SPAN_COLUMNS.join(', ')})
      select u.user_id, r.tenant, r.requesting_tenant, r.id, ${qualifiedColumns('c', SPAN_UPDATE_COLUMNS).join(', ')} from inserted
      cross join json_to_recordset(:spans::json) c(id text, state text, starts_at bigint, ends_at bigint, end_rank int, revision int)
      join sent r on r.id = c.id cross join lateral json_array_elements_text(:userSets::json -> r.user_set::int) as u(user_id)),
    written as materialized (select e.*, i.seq from inserted i
      cross join json_populate_recordset(null::${of('events')}, :events::json) with ordinality e),
    ${allocation(tables)},
    recorded as (insert into ${of('events')} (${[...eventColumns, ...NUMBERED].join(', ')})
      select ${qualifiedColumns('i', eventColumns).join(', ')}, i.seq, ${setOf('i')} from written i cross join announced order by i.ordinality)
    select (select string_agg(tenant, ' ' order by tenant) from beyond) as beyond, exists (select 1 from inserted) as saved`
}

/** Runs the submissions of a requesting tenant in turns: they count one another, and would only meet. */
export function inTurns(): <T>(tenant: TenantId, work: () => Promise<T>) => Promise<T> {
  const last = new Map<TenantId, Promise<unknown>>()
  return (tenant, work) => {
    const result = (last.get(tenant) ?? Promise.resolve()).then(work)
    const settled = result.then(
      () => {},
      () => {},
    )
    last.set(tenant, settled)
    void settled.then(() => {
      if (last.get(tenant) === settled) last.delete(tenant)
    })
    return result
  }
}
