/** The rows of a submission: thousands differ in a few ids only, so what they share is kept once. */

import type { SubmissionRecords } from '../../domain/access-request.js'
import type { ConsentryEvent } from '../../domain/event.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import { idsInEvent } from '../../ports/event-feed.js'
import { eventRow } from './event-rows.js'
import { type Columns, requestRow, type Value } from './rows.js'
import { sharedBySubmission } from './user-sets.js'

/**
 * Consecutive rows that differ only in their own columns.
 * `own` holds the values of those columns for each row, `shared` all others.
 */
export interface AlikeRows {
  readonly shared: Columns
  readonly own: readonly (readonly Value[])[]
}

/** The columns in which the tenant requests of a submission differ. */
export const OWN_REQUEST_COLUMNS = ['id', 'tenant', 'user_set', 'user_count'] as const

/** The columns in which the events of a submission differ. */
export const OWN_EVENT_COLUMNS = ['id', 'tenant', 'tenant_request', 'user_set', 'ids'] as const

const OWN_REQUEST_FIELDS: ReadonlySet<string> = new Set(['id', 'tenant', 'users'] satisfies (keyof TenantRequest)[])
const OWN_EVENT_FIELDS: ReadonlySet<string> = new Set(['id', 'tenant', 'tenantRequest', 'users'])

/** Returns the rows of a submission, in its order. `seq` is the number of its access request. */
export function submissionRows(seq: number, { tenantRequests, events }: Pick<SubmissionRecords, 'tenantRequests' | 'events'>) {
  const { userSets, firstSet, originOf } = sharedBySubmission(seq, tenantRequests)
  const requestRows = alikeRows(
    tenantRequests,
    OWN_REQUEST_FIELDS,
    (request) => ({ ...requestRow(request), access_request_seq: seq }),
    ({ id, tenant }) => {
      const { user_set, user_count } = originOf(id)
      return [id, tenant, user_set, user_count]
    },
  )
  const eventRows = alikeRows(
    events as readonly ConsentryEvent[],
    OWN_EVENT_FIELDS,
    (event) => eventRow(event, { access_request_seq: seq }),
    (event) => {
      const request = 'tenantRequest' in event ? event.tenantRequest : null
      return [event.id, event.tenant, request, request === null ? null : originOf(request).user_set, idsInEvent(event)]
    },
  )
  return { userSets, firstSet, requestRows, eventRows }
}

/**
 * Groups consecutive records that differ only in their own fields.
 * Making a row costs ten times as much as comparing two records.
 */
function alikeRows<One extends object>(
  all: readonly One[],
  ownFields: ReadonlySet<string>,
  rowOf: (one: One) => Columns,
  ownOf: (one: One) => readonly Value[],
): AlikeRows[] {
  const rows: { readonly shared: Columns; readonly own: (readonly Value[])[] }[] = []
  let before: One | undefined
  for (const one of all) {
    const last = rows.at(-1)
    if (before !== undefined && last !== undefined && isAlike(one, before, ownFields)) last.own.push(ownOf(one))
    else rows.push({ shared: rowOf(one), own: [ownOf(one)] })
    before = one
  }
  return rows
}

/** Whether two records have the same fields and values, except for their own ones. */
function isAlike<One extends object>(a: One, b: One, ownFields: ReadonlySet<string>): boolean {
  let fields = 0
  for (const name in a) {
    fields++
    if (!(name in b) || !(ownFields.has(name) || isSame(a[name], b[name]))) return false
  }
  return fields === Object.keys(b).length
}

/** Whether two values are the same, or alike in JSON. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  return JSON.stringify(a) === JSON.stringify(b)
}
