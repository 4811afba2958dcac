/** The list of impersonation sessions: its filters, and reading it. */
import type { ConsentryClient } from '../client/client-types.js'
import { type Count, readRows, sumOf } from './list-pages.js'
import type { NameTable } from './requests.js'

/** The filters of the list, in their order. */
export const SESSION_FILTERS = ['all', 'live', 'ended'] as const

/** A filter of the list of sessions by status. */
export type SessionFilter = (typeof SESSION_FILTERS)[number]

/** A session in the list, as the API answers it. */
export type SessionRow = Awaited<ReturnType<ConsentryClient['listSessions']>>['items'][number]

/** What was read of the list. */
export interface SessionList {
  readonly filter: SessionFilter
  readonly rows: readonly SessionRow[]
  readonly names: NameTable
  /** Whether there are rows that were not read. */
  readonly hasMore: boolean
  readonly counts: Readonly<Record<SessionFilter, Count>>
}

/** Reads the newest sessions of a filter, and the counts of all filters. */
export async function readSessions(
  client: ConsentryClient,
  { filter, wanted, signal }: { readonly filter: SessionFilter; readonly wanted: number; readonly signal: AbortSignal },
): Promise<SessionList> {
  const counting = client.countRows({ list: 'sessions', signal })
  // The first of both errors is thrown.
  counting.catch(() => {})
  const status = filter === 'all' ? undefined : filter
  const read = await readRows((query) => client.listSessions({ status, ...query }), { wanted, signal })
  const { counts } = await counting
  return { filter, ...read, counts: { all: sumOf(counts), live: sumOf(counts, ['live']), ended: sumOf(counts, ['ended']) } }
}

/** Returns the name of a session's user, or of the requesting tenant if the user is not shown. */
export function sessionName(row: SessionRow, names: NameTable): string {
  return row.user === null ? names.tenant(row.requestingTenant) : names.user(row.user)
}

/**
 * Ends a session by its hash. One that ended before keeps its end.
 *
 * @returns whether it had ended meanwhile, by somebody else or by the clock.
 */
export async function endSessionOf(client: ConsentryClient, { hash, view }: SessionRow): Promise<boolean> {
  // The answer to a session that was over is the same as to one that has just ended.
  const { items } = await client.listSessions({ session: hash, limit: 1 })
  if (items[0]?.status === 'ended') return true
  const { cause } = await client.endSession({ hash })
  return view === 'incoming' ? cause !== 'ended-by-tenant' : cause !== 'ended-by-requester' && cause !== 'ended-by-user'
}
