/** The saving of a submission in PostgreSQL: one transaction, one statement per table. */
import type { RequestStore } from '../../ports/repository.js'
import { omitColumns } from '../sql/batches.js'
import { EVENT_COLUMNS } from '../sql/event-rows.js'
import type { Queries } from '../sql/queries.js'
import { orRolledBack, RolledBack } from '../sql/rolled-back.js'
import type { RowParsers } from '../sql/row-parsers.js'
import { ACCESS_REQUEST_COLUMNS, accessRequestRow, REQUEST_COLUMNS } from '../sql/rows.js'
import { onStoredSpan, SPAN_COLUMNS, SPAN_UPDATE_COLUMNS, sentSpans } from '../sql/spans.js'
import { OWN_EVENT_COLUMNS, OWN_REQUEST_COLUMNS, submissionRows } from '../sql/submission-rows.js'
import type { Tables } from '../sql/tables.js'
import type { Connection, Database } from './connection.js'
import { writerLock } from './feed.js'
import { groupedParameters, insertGroupedSql, qualifiedColumns } from './grouped-insert.js'
import { inTurns, smallSubmissions } from './small-submission.js'

/** Returns the `saveSubmission` of the repository. */
export function createPostgresSubmissionWriter(
  tables: Tables,
  queries: Queries,
  rows: RowParsers,
  database: Database,
  own: { readonly run: Connection['run']; readonly onSaved: () => void } | undefined,
): Pick<RequestStore, 'saveSubmission'> {
  const { of } = tables
  const saveSmall = own && smallSubmissions(tables, queries, own.run)
  const inTurn = inTurns()
  const insertAccessRequest = `insert into ${of('access_requests')} (${ACCESS_REQUEST_COLUMNS.join(', ')})
    select ${ACCESS_REQUEST_COLUMNS.join(', ')} from json_populate_recordset(null::${of('access_requests')}, :rows::json)
    on conflict (requesting_tenant, id) do nothing returning seq`
  const insertUserSets = `insert into ${of('user_sets')} (user_id, user_set) select u.user_id, :first::bigint + t.n - 1
    from json_array_elements(:userSets::json) with ordinality as t(users, n) cross join lateral json_array_elements_text(t.users) as u(user_id)`
  const insertRequests = insertGroupedSql(of('tenant_requests'), OWN_REQUEST_COLUMNS, omitColumns(REQUEST_COLUMNS, OWN_REQUEST_COLUMNS))
  const insertEvents = insertGroupedSql(of('events'), OWN_EVENT_COLUMNS, omitColumns(EVENT_COLUMNS, OWN_EVENT_COLUMNS))
  // Locked until commit: the next submission of this requesting tenant counts what this one has saved (SPEC 3.4a).
  const lockRequester = `insert into ${of('requesters')} as q (tenant, submissions) values (:requestingTenant, 1)
    on conflict (tenant) do update set submissions = q.submissions + 1`
  const takeWriterLock = `select ${writerLock(tables)}`
  const insertSpans = `insert into ${of('user_spans')} as p (${SPAN_COLUMNS.join(', ')})
    select s.user_id, r.tenant, r.requesting_tenant, r.id, ${qualifiedColumns('c', SPAN_UPDATE_COLUMNS).join(', ')}
    from json_to_recordset(:rows::json) c(id text, state text, starts_at bigint, ends_at bigint, end_rank int, revision int)
    join ${of('tenant_requests')} r on r.id = c.id join ${of('user_sets')} s on s.user_set = r.user_set ${onStoredSpan('p.state')}`

  const saveInTransaction: RequestStore['saveSubmission'] = async ({ request, tenantRequests, events }, cap) => {
    const { requestingTenant, id } = request
    return orRolledBack(() =>
      database.transaction(async ({ run }) => {
        if (cap !== undefined) await run(lockRequester, { requestingTenant })
        // A concurrent submission of the same id waits here, then finds the row stored.
        const [inserted] = await run(insertAccessRequest, { rows: JSON.stringify([accessRequestRow(request)]) })
        if (inserted === undefined) {
          const [existing] = await run(queries.accessRequest, { requestingTenant, id })
          if (existing === undefined) throw new Error('the access request was deleted during the call: submit it again')
          return { existing: rows.accessRequest(existing) }
        }
        const tenants = JSON.stringify(tenantRequests.map(({ tenant }) => tenant))
        const beyond = cap === undefined ? [] : await run(queries.beyondCap, { tenants, requestingTenant, ...cap })
        if (beyond.length > 0) throw new RolledBack({ tooManyOpen: beyond.map(({ tenant }) => String(tenant)) })
        const { userSets, firstSet, requestRows, eventRows } = submissionRows(Number(inserted['seq']), { tenantRequests, events })
        await run(insertUserSets, { first: firstSet, userSets: JSON.stringify(userSets) })
        await run(insertRequests, groupedParameters(requestRows, OWN_REQUEST_COLUMNS))
        const spans = sentSpans(tenantRequests)
        if (spans.length > 0) await run(insertSpans, { rows: JSON.stringify(spans) })
        await run(takeWriterLock, {})
        await run(insertEvents, groupedParameters(eventRows, OWN_EVENT_COLUMNS))
        return { saved: true } as const
      }),
    )
  }

  return {
    saveSubmission: (submission, cap) =>
      inTurn(submission.request.requestingTenant, async () => {
        const result = (await saveSmall?.([submission, cap])) ?? (await saveInTransaction(submission, cap))
        if ('saved' in result) own?.onSaved()
        return result
      }),
  }
}
