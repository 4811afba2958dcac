/** The four lists as one: how each is read from a scene, what it must show, and the key from which it goes on (SPEC 6.5). */
import type { Event } from '../../domain/event.js'
import type { Instant } from '../../domain/instant.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import type { EventKey, MyAccessRow, OutgoingRow, RequestKey, TenantKey } from '../../repository.js'
import { same } from './asserting.js'
import { expectedHistory, expectedIncoming, expectedMyAccess, expectedOutgoing, rowById } from './expected.js'
import { CAROLINE, CLASSICS, type Scene, TOM } from './scene.js'

/** The statuses that every list can be filtered by; a history has none. */
export type CommonStatus = 'pending' | 'granted' | 'rejected'

/** What a list is asked for, the key to go on from aside. */
export interface Query {
  readonly now: Instant
  readonly limit: number
  readonly status?: CommonStatus
}

/** One list of one party of a scene. */
export interface List<Row, Key> {
  readonly name: string
  readonly read: (scene: Scene, query: Query & { after: Key | undefined }) => Promise<readonly Row[]>
  readonly expected: (scene: Scene, filter?: { now: Instant; status: CommonStatus }) => readonly Row[]
  readonly keyOf: (row: Row) => Key
}

/** What Tom Sawyer was asked. */
export const incomingOfTom: List<TenantRequest, RequestKey> = {
  name: 'incoming',
  read: ({ repository }, query) => repository.incoming({ ...query, tenant: TOM }),
  expected: (scene, filter) => expectedIncoming(scene, TOM, filter),
  keyOf: ({ sentAt, id }) => ({ sentAt, id }),
}

/** What Classics has sent. */
export const outgoingOfClassics: List<OutgoingRow, RequestKey> = {
  name: 'outgoing',
  read: ({ repository }, query) => repository.outgoing({ ...query, requestingTenant: CLASSICS }),
  expected: (scene, filter) => expectedOutgoing(scene, CLASSICS, filter),
  keyOf: ({ request: { sentAt, id } }) => ({ sentAt, id }),
}

/** Where Caroline may enter, or once might. */
export const accessOfCaroline: List<MyAccessRow, TenantKey> = {
  name: 'my access',
  read: async ({ repository }, query) => (await repository.myAccess({ ...query, user: CAROLINE })).map(rowById),
  expected: (scene, filter) => expectedMyAccess(scene, CAROLINE, filter),
  keyOf: ({ sentAt, tenant }) => ({ sentAt, tenant }),
}

/** What happened to what Classics has sent. */
export const historyOfClassics: List<Event, EventKey> = {
  name: 'the history of a requester',
  read: ({ repository }, { after, limit }) => repository.history({ requestingTenant: CLASSICS, after, limit }),
  expected: (scene) => expectedHistory(scene, { requestingTenant: CLASSICS }),
  keyOf: ({ at, revision, id }) => ({ at, revision, id }),
}

/** What happened to what Tom Sawyer was asked. */
export const historyOfTom: List<Event, EventKey> = {
  ...historyOfClassics,
  name: 'the history of a tenant asked',
  read: ({ repository }, { after, limit }) => repository.history({ tenant: TOM, after, limit }),
  expected: (scene) => expectedHistory(scene, { tenant: TOM }),
}

/** Asserts that the page after every single row of `whole` is the next rows of it, as many as the limit has room for. */
export async function goesOn<Row, Key>(list: List<Row, Key>, scene: Scene, whole: readonly Row[], query: Query): Promise<void> {
  for (const [n, row] of whole.entries()) {
    const after = list.keyOf(row)
    const page = await list.read(scene, { ...query, after })
    same(page, whole.slice(n + 1, n + 1 + query.limit), `${query.limit} of ${list.name} after ${JSON.stringify(after)}`)
  }
}

/** Reads the list page by page to its end, doing `between` after each, and gives all rows that came. */
export async function walk<Row, Key>(
  list: List<Row, Key>,
  scene: Scene,
  query: Query,
  between: (last: Row) => Promise<void>,
): Promise<Row[]> {
  const rows: Row[] = []
  for (let pages = 0; pages < 200; pages += 1) {
    const last = rows.at(-1)
    const page = await list.read(scene, { ...query, after: last === undefined ? undefined : list.keyOf(last) })
    rows.push(...page)
    const next = page.at(-1)
    if (next === undefined) return rows
    same(page.length <= query.limit, true, `a page of ${list.name} holds no more than ${query.limit}`)
    await between(next)
  }
  throw new Error(`${list.name} has no end: page after page goes on from its key and finds more`)
}
