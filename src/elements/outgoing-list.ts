/** The list of what the own tenant sent: its filters, reading it, and searching what was read. */
import type { ConsentryClient } from '../client/client-types.js'
import { type Count, readRows, rowsWith, SEARCHED, sumOf } from './list-pages.js'
import { type AccessRequestRow, ENDED, NameTable, type OutgoingRow, type RequestStatus, SOON } from './requests.js'

/** The filters of the list, in their order. */
export const OUTGOING_FILTERS = ['all', 'pending', 'granted', 'soon', 'rejected', 'ended'] as const

/** A filter of the tenants asked; `soon` are the grants that end within a week, earliest first. */
export type OutgoingFilter = (typeof OUTGOING_FILTERS)[number]

/** How many tenants of a request are shown below it in the list. */
export const FEW = 6

const STATUSES: Readonly<Record<OutgoingFilter, readonly RequestStatus[] | undefined>> = {
  all: undefined,
  pending: ['pending'],
  granted: ['granted'],
  soon: ['granted'],
  rejected: ['rejected'],
  ended: ENDED,
}

/** What was read of the list. */
export interface OutgoingList {
  readonly filter: OutgoingFilter
  /** The access requests, of which some tenant has a status of the filter. */
  readonly requests: readonly AccessRequestRow[]
  /** The first tenants of the requests that are open, by the request. */
  readonly opened: ReadonlyMap<string, readonly OutgoingRow[]>
  /** The tenants that a search looks through, or all whose access ends soon. */
  readonly rows: readonly OutgoingRow[]
  readonly names: NameTable
  /** Whether there are requests, or grants that end soon, that were not read. */
  readonly hasMore: boolean
  /** Whether it was read for a search, and whether that does not look through everything. */
  readonly isSearched: boolean
  readonly isCut: boolean
  readonly counts: Readonly<Record<OutgoingFilter, Count>>
}

interface OutgoingQuery {
  readonly filter: OutgoingFilter
  readonly wanted: number
  readonly isSearch: boolean
  /** Returns the requests whose tenants are shown; called with the newest one. */
  readonly opened: (newest: string | undefined) => readonly string[]
  readonly signal: AbortSignal
}

/** Reads the newest requests of a filter, the tenants that are shown, and the counts of all filters. */
export async function readOutgoing(client: ConsentryClient, query: OutgoingQuery): Promise<OutgoingList> {
  const { filter, isSearch, signal } = query
  const wanted = isSearch ? SEARCHED : query.wanted
  const status = STATUSES[filter]
  const soon = { status: 'granted', expiresBefore: Date.now() + SOON, order: 'expiring' } as const
  const counting = Promise.all([client.countRows({ list: 'outgoing', signal }), client.listOutgoing({ ...soon, limit: 100, signal })])
  const reading = Promise.all([
    filter === 'soon' ? undefined : readRows((page) => client.listRequests({ status, ...page }), { wanted, signal }),
    filter === 'soon'
      ? readRows((page) => client.listOutgoing({ ...soon, ...page }), { wanted, signal })
      : isSearch
        ? readRows((page) => client.listOutgoing({ status, ...page }), { wanted, signal })
        : undefined,
  ])
  const [[{ counts }, ending], [requests, rows]] = await Promise.all([counting, reading])
  const ids = filter === 'soon' ? [] : query.opened(requests?.rows[0]?.id)
  const shown = ids.filter((id) => requests?.rows.some((request) => request.id === id))
  const pages = await Promise.all(shown.map((accessRequest) => client.listOutgoing({ accessRequest, status, limit: FEW, signal })))
  const names = new NameTable(undefined)
  for (const read of [requests, rows]) names.add(read?.names.names)
  for (const page of pages) names.add(page.names)
  const byFilter = OUTGOING_FILTERS.map((one) => [one, sumOf(counts, STATUSES[one])] as const)
  const endingSoon = { count: ending.items.length, more: ending.next !== null }
  const hasMore = (requests ?? rows)?.hasMore ?? false
  return {
    ...{ filter, names, hasMore, requests: requests?.rows ?? [], rows: rows?.rows ?? [] },
    isSearched: isSearch,
    isCut: isSearch && (hasMore || (rows?.hasMore ?? false)),
    opened: new Map(shown.map((id, n) => [id, pages[n]?.items ?? []])),
    counts: { ...(Object.fromEntries(byFilter) as OutgoingList['counts']), soon: endingSoon },
  }
}

/** A request that a search has found; `rows` are its tenants if only these were found. */
export interface FoundRequest {
  readonly request: AccessRequestRow
  readonly rows: readonly OutgoingRow[] | undefined
}

/** Returns the requests with every word of a search, in what stands in them or in a tenant of theirs. */
export function searchOutgoing({ requests, rows, names }: OutgoingList, search: string): readonly FoundRequest[] {
  if (search.trim() === '') return requests.map((request) => ({ request, rows: undefined }))
  const itself = new Set(rowsWith(requests, search, ({ name, users, sentBy }) => searchText(name, [...users, sentBy], names)))
  const byRequest = new Map<string, OutgoingRow[]>()
  for (const row of searchTenants({ rows, names }, search))
    byRequest.set(row.accessRequest, [...(byRequest.get(row.accessRequest) ?? []), row])
  return requests.flatMap((request): FoundRequest[] => {
    if (itself.has(request)) return [{ request, rows: undefined }]
    const found = byRequest.get(request.id)
    return found === undefined ? [] : [{ request, rows: found }]
  })
}

/** Returns the tenants with every word of a search, in their name, that of the request, or the people. */
export function searchTenants({ rows, names }: Pick<OutgoingList, 'rows' | 'names'>, search: string): readonly OutgoingRow[] {
  return rowsWith(rows, search, ({ name, users, tenant }) => `${names.tenant(tenant)}\n${searchText(name, users, names)}`)
}

function searchText(name: string, users: readonly string[], names: NameTable): string {
  return [name, ...users.map((user) => names.user(user))].join('\n')
}

/** One access request, and the tenants of it that have a status. */
export interface SentRequest {
  readonly filter: OutgoingFilter
  readonly request: Awaited<ReturnType<ConsentryClient['getRequest']>>
  readonly rows: readonly OutgoingRow[]
  readonly names: NameTable
  readonly hasMore: boolean
}

interface SentQuery {
  readonly id: string
  readonly filter: OutgoingFilter
  readonly wanted: number
  readonly signal: AbortSignal
}

/** Reads one access request and its tenants. */
export async function readSent(client: ConsentryClient, { id, filter, wanted, signal }: SentQuery): Promise<SentRequest> {
  const ofRequest = { accessRequest: id, status: STATUSES[filter] }
  const [request, read] = await Promise.all([
    client.getRequest({ id, signal }),
    readRows((page) => client.listOutgoing({ ...ofRequest, ...page }), { wanted, signal }),
  ])
  read.names.add(request.names)
  return { filter, request, ...read }
}

/** Returns how many tenants of a request each filter has; what ends soon is not known by status alone. */
export function countsOfRequest(tenants: AccessRequestRow['tenants']): Readonly<Record<Exclude<OutgoingFilter, 'soon'>, Count>> {
  const counts = Object.fromEntries(Object.entries(tenants).map(([status, count]) => [status, { count, more: false }]))
  const of = (filter: OutgoingFilter) => sumOf(counts, STATUSES[filter])
  return { all: of('all'), pending: of('pending'), granted: of('granted'), rejected: of('rejected'), ended: of('ended') }
}
