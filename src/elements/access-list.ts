/** The list of a person's own access: its filters, reading it, and searching what was read. */
import type { ConsentryClient } from '../client/client-types.js'
import { type Count, readRows, rowsWith, sumOf } from './list-pages.js'
import { type AccessRow, ENDED, NameTable, type UserStatus } from './requests.js'

/** The filters of the list, in their order. */
export const ACCESS_FILTERS = ['all', 'granted', 'pending', 'rejected', 'ended'] as const

/** A filter of the list by status; `ended` holds all that ended in another way than by a rejection. */
export type AccessFilter = (typeof ACCESS_FILTERS)[number]

/** Who is logged in, and whether they are inside a tenant. */
export type Me = Awaited<ReturnType<ConsentryClient['getMe']>>

/** What was read of the list, and where the person is. */
export interface AccessList {
  readonly filter: AccessFilter
  readonly rows: readonly AccessRow[]
  readonly names: NameTable
  /** Whether there are rows that were not read. */
  readonly hasMore: boolean
  readonly counts: Readonly<Record<AccessFilter, Count>>
  readonly me: Me
  /** The row that was asked for by its tenant, whatever the filter. */
  readonly opened: AccessRow | undefined
}

const STATUSES: Readonly<Record<AccessFilter, readonly UserStatus[] | undefined>> = {
  all: undefined,
  granted: ['granted'],
  pending: ['pending'],
  rejected: ['rejected'],
  ended: [...ENDED, 'removed'],
}

interface AccessQuery {
  readonly filter: AccessFilter
  readonly wanted: number
  /** The tenant whose row is wanted whatever the filter, or `null`. */
  readonly tenant: string | null
  readonly signal: AbortSignal
}

/** Reads the newest rows of a filter, the counts of all filters, and where the person is. */
export async function readAccess(client: ConsentryClient, query: AccessQuery): Promise<AccessList> {
  const { filter, wanted, tenant, signal } = query
  const status = STATUSES[filter]
  const [read, { counts }, me, opened] = await Promise.all([
    readRows((page) => client.listMyAccess({ status, ...page }), { wanted, signal }),
    client.countRows({ list: 'myAccess', signal }),
    client.getMe({ signal }),
    tenant === null ? undefined : client.listMyAccess({ tenants: tenant, signal }),
  ])
  read.names.add(me.names)
  read.names.add(opened?.names)
  const byFilter = ACCESS_FILTERS.map((one) => [one, sumOf(counts, STATUSES[one])] as const)
  return { filter, ...read, me, opened: opened?.items[0], counts: Object.fromEntries(byFilter) as AccessList['counts'] }
}

/** Reads the row of one tenant, if there is one, and where the person is. */
export async function readAccessTo(
  client: ConsentryClient,
  tenant: string,
  signal: AbortSignal,
): Promise<{ readonly row: AccessRow | undefined; readonly names: NameTable; readonly me: Me }> {
  const [page, me] = await Promise.all([client.listMyAccess({ tenants: tenant, signal }), client.getMe({ signal })])
  const names = new NameTable(page.names)
  names.add(me.names)
  return { row: page.items[0], names, me }
}

/** Returns the rows with every word of a search, in the tenant's name or the message of its grant. */
export function searchAccess({ rows, names }: AccessList, search: string): readonly AccessRow[] {
  return rowsWith(rows, search, (row) => [names.tenant(row.tenant), row.status === 'granted' ? row.message : ''].join('\n'))
}
