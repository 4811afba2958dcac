/** The saving of a submission in SQLite: one transaction, one statement for all rows that are alike. */
import type { RequestStore } from '../../ports/repository.js'
import { omitColumns } from '../sql/batches.js'
import { EVENT_COLUMNS } from '../sql/event-rows.js'
import type { Queries } from '../sql/queries.js'
import type { RowParsers } from '../sql/row-parsers.js'
import { ACCESS_REQUEST_COLUMNS, accessRequestRow, type Columns, REQUEST_COLUMNS, type Value } from '../sql/rows.js'
import { onStoredSpan, SPAN_COLUMNS, SPAN_UPDATE_COLUMNS, sentSpans } from '../sql/spans.js'
import { type AlikeRows, OWN_EVENT_COLUMNS, OWN_REQUEST_COLUMNS, submissionRows } from '../sql/submission-rows.js'
import type { Tables } from '../sql/tables.js'
import type { Statements } from './versioned.js'

const SHARED_REQUEST_COLUMNS = omitColumns(REQUEST_COLUMNS, OWN_REQUEST_COLUMNS)
const SHARED_EVENT_COLUMNS = omitColumns(EVENT_COLUMNS, OWN_EVENT_COLUMNS)

/** Returns the `saveSubmission` of the repository. */
export function createSqliteSubmissionWriter(
  { of }: Tables,
  queries: Queries,
  rows: RowParsers,
  { all, run, transaction }: Statements,
): Pick<RequestStore, 'saveSubmission'> {
  const insertAccessRequest = `insert into ${of('access_requests')} (${ACCESS_REQUEST_COLUMNS.join(', ')})
    values (${ACCESS_REQUEST_COLUMNS.map(() => '?').join(', ')})`
  const insertUserSets = `insert into ${of('user_sets')} (user_id, user_set)
    select u.value, ? + s.key from json_each(?) s cross join json_each(s.value) u`
  const insertRequests = insertAlikeSql(of('tenant_requests'), REQUEST_COLUMNS, OWN_REQUEST_COLUMNS)
  const insertEvents = insertAlikeSql(of('events'), EVENT_COLUMNS, OWN_EVENT_COLUMNS)
  const insertSpans = `insert into ${of('user_spans')} (${SPAN_COLUMNS.join(', ')}) select s.user_id, r.tenant, r.requesting_tenant, r.id,
    ${SPAN_UPDATE_COLUMNS.map((name) => `j.value ->> '${name}'`).join(', ')} from json_each(?) j
    cross join ${of('tenant_requests')} r on r.id = j.value ->> 'id' cross join ${of('user_sets')} s on s.user_set = r.user_set
    where true ${onStoredSpan('state')}`
  /** One statement for rows that are alike: a statement for each row takes four times as long. */
  const insertAlike = (sql: string, rows: readonly AlikeRows[], columns: readonly string[]): void => {
    for (const { shared, own } of rows) run(sql, [...bindValues(shared, columns), JSON.stringify(own)])
  }

  return {
    async saveSubmission({ request, tenantRequests, events }, cap) {
      const { requestingTenant, id } = request
      return transaction(() => {
        const [existing] = all(queries.accessRequest, { requestingTenant, id })
        if (existing) return { existing: rows.accessRequest(existing) }
        const tenants = JSON.stringify(tenantRequests.map(({ tenant }) => tenant))
        const beyond = cap === undefined ? [] : all(queries.beyondCap, { tenants, requestingTenant, ...cap })
        if (beyond.length > 0) return { tooManyOpen: beyond.map(({ tenant }) => String(tenant)) }
        run(insertAccessRequest, bindValues(accessRequestRow(request), ACCESS_REQUEST_COLUMNS))
        const seq = Number(all('select last_insert_rowid() as seq', {})[0]?.['seq'])
        const { userSets, firstSet, requestRows, eventRows } = submissionRows(seq, { tenantRequests, events })
        run(insertUserSets, [firstSet, JSON.stringify(userSets)])
        insertAlike(insertRequests, requestRows, SHARED_REQUEST_COLUMNS)
        const spans = sentSpans(tenantRequests)
        if (spans.length > 0) run(insertSpans, [JSON.stringify(spans)])
        insertAlike(insertEvents, eventRows, SHARED_EVENT_COLUMNS)
        return { saved: true }
      })
    },
  }
}

/**
 * Returns the SQL that inserts alike rows.
 * The values they share are bound first, then their own ones as JSON.
 */
function insertAlikeSql(table: string, columns: readonly string[], own: readonly string[]): string {
  const values = columns.map((name) => (own.includes(name) ? `j.value ->> ${own.indexOf(name)}` : '?'))
  return `insert into ${table} (${columns.join(', ')}) select ${values.join(', ')} from json_each(?) j`
}

/** Returns the values of these columns, in order, for binding. Objects are stored as JSON text. */
export function bindValues<C extends string>(row: Columns<C>, columns: readonly C[]): Value[] {
  return columns.map((name) => {
    const value: Value | object = row[name]
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
  })
}
