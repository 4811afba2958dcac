/** The saving of a submission in SQLite: one transaction, a statement for each row. */
import type { RequestStore } from '../../ports/repository.js'
import { EVENT_COLUMNS, eventRow } from '../sql/event-rows.js'
import type { Queries } from '../sql/queries.js'
import type { RowParsers } from '../sql/row-parsers.js'
import { ACCESS_REQUEST_COLUMNS, accessRequestRow, type Columns, REQUEST_COLUMNS, requestRow, type Value } from '../sql/rows.js'
import { onStoredSpan, SPAN_COLUMNS, SPAN_UPDATE_COLUMNS, sentSpans } from '../sql/spans.js'
import type { Tables } from '../sql/tables.js'
import { sharedBySubmission } from '../sql/user-sets.js'
import type { Statements } from './versioned.js'

/** Returns the `saveSubmission` of the repository. */
export function createSqliteSubmissionWriter(
  { of }: Tables,
  queries: Queries,
  rows: RowParsers,
  { all, run, transaction }: Statements,
): Pick<RequestStore, 'saveSubmission'> {
  const into = (table: string, columns: readonly string[]) =>
    `insert into ${of(table)} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`
  const insertAccessRequest = into('access_requests', ACCESS_REQUEST_COLUMNS)
  const insertMember = into('user_sets', ['user_id', 'user_set'])
  const insertRequest = into('tenant_requests', REQUEST_COLUMNS)
  const insertEvent = into('events', EVENT_COLUMNS)
  const insertSpan = `insert into ${of('user_spans')} (${SPAN_COLUMNS.join(', ')}) select s.user_id, r.tenant, r.requesting_tenant, r.id,
    ${SPAN_UPDATE_COLUMNS.map(() => '?').join(', ')} from ${of('tenant_requests')} r join ${of('user_sets')} s on s.user_set = r.user_set
    where r.id = ? ${onStoredSpan('state')}`

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
        const { userSets, firstSet, originOf, originOfEvent } = sharedBySubmission(seq, tenantRequests)
        for (const [n, users] of userSets.entries()) for (const user of users) run(insertMember, [user, firstSet + n])
        for (const one of tenantRequests) run(insertRequest, bindValues({ ...requestRow(one), ...originOf(one.id) }, REQUEST_COLUMNS))
        for (const span of sentSpans(tenantRequests)) run(insertSpan, bindValues(span, [...SPAN_UPDATE_COLUMNS, 'id']))
        for (const event of events) run(insertEvent, bindValues(eventRow(event, originOfEvent(event)), EVENT_COLUMNS))
        return { saved: true }
      })
    },
  }
}

/** Returns the values of these columns, in order, for binding. Objects are stored as JSON text. */
export function bindValues<C extends string>(row: Columns<C>, columns: readonly C[]): Value[] {
  return columns.map((name) => {
    const value: Value | object = row[name]
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
  })
}
