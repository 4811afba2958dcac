/** The list of requests to the own tenant: its filters, reading it, and searching what was read. */
import type { ConsentryClient } from '../client/client-types.js'
import { ENDED, type IncomingRow, NameTable, type RequestStatus } from './requests.js'

/** The filters of the list, in their order. */
export const INCOMING_FILTERS = ['all', 'pending', 'granted', 'rejected', 'ended'] as const

/** A filter of the list by status; `ended` holds all that ended in another way than by a rejection. */
export type IncomingFilter = (typeof INCOMING_FILTERS)[number]

/** How many rows are shown at first, and how many more by each wish for more. */
export const PAGE = 25
/** How many rows are read for a search: the API has no search of its own. */
export const SEARCHED = 1_000
/** The most rows of one answer of the API. */
const MOST_AT_ONCE = 200

/** How many rows have a status, and whether there are more than were counted. */
export interface Count {
  readonly count: number
  readonly more: boolean
}

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
  const names = new NameTable(undefined)
  const rows: IncomingRow[] = []
  let cursor: string | undefined
  do {
    const limit = Math.min(wanted - rows.length, MOST_AT_ONCE)
    const page = await client.listIncoming({ status: STATUSES[filter], limit, cursor, signal })
    names.add(page.names)
    rows.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor !== undefined && rows.length < wanted)
  const { counts } = await counting
  const sum = (statuses: readonly RequestStatus[]): Count => {
    const each = statuses.map((status) => counts[status] ?? { count: 0, more: false })
    return { count: each.reduce((total, { count }) => total + count, 0), more: each.some(({ more }) => more) }
  }
  const all = Object.keys(counts) as RequestStatus[]
  const byFilter = INCOMING_FILTERS.map((one) => [one, sum(STATUSES[one] ?? all)] as const)
  return { filter, rows, names, hasMore: cursor !== undefined, counts: Object.fromEntries(byFilter) as IncomingList['counts'] }
}

const plain = (text: string) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** Returns the rows with every word of a search, in the sender's name, a message or the number. */
export function searchRows({ rows, names }: IncomingList, search: string): readonly IncomingRow[] {
  const words = plain(search).split(/\s+/).filter(Boolean)
  if (words.length === 0) return rows
  return rows.filter((row) => {
    const answer = 'answer' in row ? row.answer.message : ''
    const text = plain([names.tenant(row.requestingTenant), row.message, answer, row.tag].join('\n'))
    return words.every((word) => text.includes(word))
  })
}
