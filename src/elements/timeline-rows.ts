/** What a timeline shows: the grants of a window as rows of bars, and the sessions that began by them. */
import type { ConsentryClient } from '../client/client-types.js'
import { readRows, SEARCHED } from './list-pages.js'
import type { NameTable } from './requests.js'
import type { SessionRow } from './session-list.js'
import { LAST, type TimeWindow } from './timeline-window.js'

type AccessItem = Awaited<ReturnType<ConsentryClient['listAccess']>>['items'][number]

/**
 * The end of a bar.
 *
 * `never` is a grant without an end. `later` is one that went on after a window that is past: what became of it then, the API does not
 * say for that window.
 */
export type BarEnd = number | 'never' | 'later'

/** A time during which one granted request let somebody enter. */
export interface Bar {
  readonly tag: string
  /** The name of the access request; `null` for the tenant asked, which does not see it. */
  readonly name: string | null
  /** Who granted it, of the own tenant; `null` for the other party. */
  readonly grantedBy: string | null
  /** When it was granted, also if that was before the window. */
  readonly from: number
  readonly to: BarEnd
  /** When sessions began by this grant within the window, the newest first. */
  readonly sessions: readonly number[]
}

/** A row: for the tenant asked one request, for the vendor one of its users in one tenant. */
export interface TimelineRow {
  readonly key: string
  /** The vendor's user; `null` for the tenant asked, which is never told of users. */
  readonly user: string | null
  /** The other party. */
  readonly tenant: string
  readonly bars: readonly Bar[]
}

/** The two sides on which a person may be. */
export type TimelineSide = AccessItem['view']

/** What was read of a window. */
export interface Timeline {
  /** Which window and which tenant was asked about. */
  readonly filter: string
  readonly window: TimeWindow
  readonly rows: Readonly<Record<TimelineSide, readonly TimelineRow[]>>
  readonly names: NameTable
  /** Since when the legacy tool is closed in the own tenant; `null` if it is not, or nobody tells. */
  readonly governedSince: number | null
  /** Whether there are older grants, or older sessions, that were not read. */
  readonly isCut: { readonly grants: boolean; readonly sessions: boolean }
}

interface TimelineQuery {
  readonly filter: string
  readonly window: TimeWindow
  readonly tenant: string | undefined
  readonly now: number
  readonly signal: AbortSignal
}

/** Reads the grants and the sessions of a window. */
export async function readTimeline(client: ConsentryClient, query: TimelineQuery): Promise<Timeline> {
  const { filter, window, tenant, now, signal } = query
  const { from } = window
  // A grant that holds has begun by now, so that a window with now in it can ask beyond its edge, and learn when each grant will end. In a
  // window that is past one millisecond more tells a grant that went on from one that ended at the edge.
  const to = window.to > now ? LAST : window.to + 1
  let governedSince: number | null = null
  const sessions = readSessionsOf(client, query)
  // The first of both errors is thrown.
  sessions.catch(() => {})
  const { rows, names, hasMore } = await readRows(
    async (page) => {
      const answer = await client.listAccess({ from, to, tenant, ...page })
      governedSince = answer.governedSince
      return answer
    },
    { wanted: SEARCHED, signal },
  )
  const begun = await sessions
  return {
    ...{ filter, window, names, governedSince: governedSince !== null && governedSince < window.to ? governedSince : null },
    rows: rowsBySide(rows, query, startsOf(begun.rows)),
    isCut: { grants: hasMore, sessions: begun.hasMore },
  }
}

async function readSessionsOf(client: ConsentryClient, { window, tenant, signal }: TimelineQuery) {
  const ways = tenant === undefined ? [{}] : [{ tenants: [tenant] }, { requestingTenants: [tenant] }]
  const read = await Promise.all(
    ways.map((of) => readRows((page) => client.listSessions({ ...window, ...of, ...page }), { wanted: SEARCHED, signal })),
  )
  return { rows: read.flatMap(({ rows }) => rows), hasMore: read.some(({ hasMore }) => hasMore) }
}

/** The party that sees it has no users to tell apart if it is the tenant asked. */
const keyOf = (...parts: readonly (string | null)[]) => JSON.stringify(parts)

/** Returns when sessions began, by the request that let them begin and by its user. */
function startsOf(sessions: readonly SessionRow[]): ReadonlyMap<string, readonly number[]> {
  const starts = new Map<string, number[]>()
  for (const session of sessions)
    for (const request of session.grantedBy) {
      const key = keyOf(request, session.view === 'outgoing' ? session.user : null)
      starts.set(key, [...(starts.get(key) ?? []), session.startedAt])
    }
  return starts
}

function rowsBySide(items: readonly AccessItem[], query: TimelineQuery, starts: ReadonlyMap<string, readonly number[]>): Timeline['rows'] {
  const incoming: TimelineRow[] = []
  const outgoing = new Map<string, TimelineRow & { readonly bars: Bar[] }>()
  for (const item of items) {
    const barOf = (span: TimeWindow, user: string | null) =>
      span.from < query.window.to ? [toBar(item, span, query, starts.get(keyOf(item.tenantRequest, user)) ?? [])] : []
    if (item.view === 'incoming') {
      const bars = barOf(item, null)
      if (bars.length > 0) incoming.push({ key: item.tenantRequest, user: null, tenant: item.requestingTenant, bars })
      continue
    }
    for (const { user, ...span } of item.users) {
      const key = keyOf(user, item.tenant)
      const row = outgoing.get(key) ?? { key, user, tenant: item.tenant, bars: [] }
      row.bars.push(...barOf(span, user))
      if (row.bars.length > 0) outgoing.set(key, row)
    }
  }
  return { incoming, outgoing: [...outgoing.values()] }
}

function toBar(item: AccessItem, { from, to }: TimeWindow, { window, now }: TimelineQuery, sessions: readonly number[]): Bar {
  const isPast = window.to <= now
  const end = isPast ? (to > window.to ? 'later' : to) : to === LAST ? 'never' : to
  const { tag, answer } = item
  const name = item.view === 'outgoing' ? item.name : null
  return { tag, name, grantedBy: answer.user, from: Math.min(answer.at, from), to: end, sessions }
}
