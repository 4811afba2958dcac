/** The history of the own tenant: its filters, and reading it. */
import type { ConsentryClient } from '../client/client-types.js'
import { readRows } from './list-pages.js'
import type { NameTable } from './requests.js'
import { laterDay, startOfDay } from './wall-time.js'

/** The filters of the history by kind, in their order. */
export const HISTORY_FILTERS = ['all', 'requests', 'access', 'sessions'] as const

/** A filter of the history by kind. */
export type HistoryFilter = (typeof HISTORY_FILTERS)[number]

/** An entry of the history, as the API answers it. */
export type HistoryRow = Awaited<ReturnType<ConsentryClient['listHistory']>>['items'][number]

/** How many entries are shown at first, and how many more by each wish for more. */
export const HISTORY_PAGE = 50

// A grant is an answer, and access begins by it.
const TYPES: Readonly<Record<HistoryFilter, readonly HistoryRow['type'][] | undefined>> = {
  all: undefined,
  requests: [
    'access-request.submitted',
    ...(['received', 'granted', 'rejected', 'withdrawn', 'lapsed'] as const).map((kind) => `tenant-request.${kind}` as const),
  ],
  access: (['granted', 'expiry-set', 'user-removed', 'revoked', 'expired'] as const).map((kind) => `tenant-request.${kind}` as const),
  sessions: ['impersonation.started', 'impersonation.ended'],
}

/** A span of whole days, such as `2026-12-03`, both included; `''` for a side that is open. */
export interface Days {
  readonly from: string
  readonly to: string
}

/** The other tenant, and the side on which the history has it: it was asked, or it asked. */
export interface OtherTenant {
  readonly side: 'tenants' | 'requestingTenants'
  readonly id: string
}

/** What a person has chosen to see of the history. */
export interface HistoryChoice {
  readonly filter: HistoryFilter
  /** The tenant request whose history alone is shown. */
  readonly request: string | null
  readonly days: Days
  readonly other: OtherTenant | undefined
}

/** The days of which there can be entries, and that the API can be asked about. */
export const [FIRST_DAY, LAST_DAY] = ['2000-01-01', '9999-12-30'] as const

const within = (day: string) => (day < FIRST_DAY ? FIRST_DAY : day > LAST_DAY ? LAST_DAY : day)

/** Whether a span ends before it begins, or before there can be an entry. */
export function endsBeforeStart({ from, to }: Days): boolean {
  return to !== '' && to < within(from)
}

/** Returns the query of the API for a choice. */
export function queryOfChoice({ filter, request, days: { from, to }, other }: HistoryChoice, timeZone: string) {
  return {
    types: TYPES[filter],
    tenantRequest: request ?? undefined,
    from: from === '' ? undefined : startOfDay(within(from), timeZone),
    to: to === '' ? undefined : startOfDay(laterDay(within(to), 1), timeZone),
    ...(other && { [other.side]: other.id }),
  }
}

/** What was read of the history. */
export interface HistoryList {
  /** The choice, as a text to compare. */
  readonly filter: string
  readonly choice: HistoryChoice
  readonly rows: readonly HistoryRow[]
  readonly names: NameTable
  /** Whether there are entries that were not read. */
  readonly hasMore: boolean
}

/** Reads the newest entries of a choice. */
export async function readHistory(
  client: ConsentryClient,
  choice: HistoryChoice,
  { timeZone, ...reading }: { readonly timeZone: string; readonly wanted: number; readonly signal: AbortSignal },
): Promise<HistoryList> {
  const query = queryOfChoice(choice, timeZone)
  const read = await readRows((page) => client.listHistory({ ...query, ...page }), reading)
  return { filter: JSON.stringify(choice), choice, ...read }
}

/** Returns the other tenant of an entry; `undefined` for a request that was sent to several. */
export function otherTenantOf(row: HistoryRow): OtherTenant | undefined {
  if (row.view === 'incoming') return { side: 'requestingTenants', id: row.requestingTenant }
  return row.type === 'access-request.submitted' ? undefined : { side: 'tenants', id: row.tenant }
}
