/** The list of requests to the own tenant: its filters, reading it, and searching what was read. */
import type { ConsentryClient } from '../client/client-types.js'
import { type Count, readRows, rowsWith, sumOf } from './list-pages.js'
import { ENDED, type IncomingRow, type NameTable, type RequestStatus } from './requests.js'

/** The filters of the list, in their order. */
export const INCOMING_FILTERS = ['all', 'pending', 'granted', 'rejected', 'ended'] as const

/** A filter of the list by status; `ended` holds all that ended in another way than by a rejection. */
export type IncomingFilter = (typeof INCOMING_FILTERS)[number]

/** What was read of the list. */
export interface IncomingList {
  readonly filter: IncomingFilter
  readonly rows: readonly IncomingRow[]
  readonly names: NameTable
  /** Whether there are rows that were not read. */
  readonly hasMore: boolean
  readonly counts: Readonly<Record<IncomingFilter, Count>>
}

const STATUSES: Readonly<Record<IncomingFilter, readonly RequestStatus[] | undefined>> = {
  all: undefined,
  pending: ['pending'],
  granted: ['granted'],
  rejected: ['rejected'],
  ended: ENDED,
}

/** Reads the newest rows of a filter, and the counts of all filters. */
export async function readIncoming(
  client: ConsentryClient,
  { filter, wanted, signal }: { readonly filter: IncomingFilter; readonly wanted: number; readonly signal: AbortSignal },
): Promise<IncomingList> {
  const counting = client.countRows({ list: 'incoming', signal })
  // The first of both errors is thrown.
  counting.catch(() => {})
  const status = STATUSES[filter]
  const read = await readRows((query) => client.listIncoming({ status, ...query }), { wanted, signal })
  const { counts } = await counting
  const byFilter = INCOMING_FILTERS.map((one) => [one, sumOf(counts, STATUSES[one])] as const)
  return { filter, ...read, counts: Object.fromEntries(byFilter) as IncomingList['counts'] }
}

/** Returns the rows with every word of a search, in the sender's name, a message or the number. */
export function searchRows({ rows, names }: IncomingList, search: string): readonly IncomingRow[] {
  return rowsWith(rows, search, (row) => {
    const answer = 'answer' in row ? row.answer.message : ''
    return [names.tenant(row.requestingTenant), row.message, answer, row.tag].join('\n')
  })
}
