/** The lists of users of requests: stored once a submission, and read once a page. */
import type { ConsentryEvent } from '../../domain/event.js'
import { compareIds, type TenantRequestId, type UserId } from '../../domain/ids.js'
import type { RemovedUser } from '../../domain/status.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import { PAGE_IDS } from '../../ports/event-feed.js'
import { yieldToEventLoop } from '../../ports/event-loop.js'
import { corruptRow, parseJson, type Row, toNumber } from './row-values.js'
import type { Origin, Value } from './rows.js'

/** The most users of one request that a store is read with. A policy allows no more (SPEC 3.4). */
export const MAX_USERS = 10_000

/** The users of a row's request, as it names them now and as it named them before. */
export type UsersOf = (row: Row) => { readonly users: readonly UserId[]; readonly removed: readonly RemovedUser[] }

/** Each access request has this many numbers for its lists of users. */
export const SETS_PER_REQUEST = 2 ** 20

/**
 * What the rows of a submission share.
 * Its distinct lists of users are numbered from `firstSet` on; an origin says where a request or an event finds them.
 */
export interface SharedBySubmission {
  readonly userSets: readonly (readonly UserId[])[]
  readonly firstSet: number
  readonly originOf: (tenantRequest: TenantRequestId) => Origin
  readonly originOfEvent: (event: ConsentryEvent) => Partial<Origin>
}

/** Returns what the rows of a submission share. `seq` is the number of its access request. */
export function sharedBySubmission(seq: number, requests: readonly TenantRequest[]): SharedBySubmission {
  const firstSet = seq * SETS_PER_REQUEST
  const userSets: (readonly UserId[])[] = []
  const originOfList = new Map<string, Origin>()
  const origins = new Map<TenantRequestId, Origin>()
  let before: { readonly users: readonly UserId[]; readonly origin: Origin } | undefined
  for (const { id, users } of requests) {
    // Most requests have the list of the one before: writing it down takes a hundred times as long as seeing that.
    if (before?.users !== users) {
      const key = users.join(' ') // ids contain no space (SPEC 3.5)
      const user_set = firstSet + userSets.length
      const origin = originOfList.get(key) ?? { access_request_seq: seq, user_set, user_count: users.length }
      if (origin.user_set === user_set) userSets.push(users)
      originOfList.set(key, origin)
      before = { users, origin }
    }
    origins.set(id, before.origin)
  }
  const nowhere: Origin = { access_request_seq: seq, user_set: firstSet, user_count: userSets[0]?.length ?? 0 }
  const originOf = (tenantRequest: TenantRequestId): Origin => origins.get(tenantRequest) ?? nowhere
  return {
    userSets,
    firstSet,
    originOf,
    originOfEvent: (event) => ('tenantRequest' in event ? originOf(event.tenantRequest) : { access_request_seq: seq }),
  }
}

/**
 * Loads the lists of users that these rows refer to, each once, and yields between statements.
 *
 * @throws `corrupt` if a row refers to more users than any policy allows, or to no list.
 */
export async function loadUserSets(
  rows: readonly Row[],
  table: string,
  run: (query: 'userSets', values: Readonly<Record<string, Value>>) => Promise<readonly Row[]>,
): Promise<ReadonlyMap<number, readonly UserId[]>> {
  const counts = new Map<number, number>()
  for (const row of rows) {
    const [set, count] = [Number(toNumber(row['user_set'])), Number(toNumber(row['user_count']))]
    const path = [table, String(row['id']), 'users']
    if (!Number.isSafeInteger(set))
      throw corruptRow(table, row['id'], [{ path, code: 'invalid', message: 'must refer to a list of users' }])
    if (!(count <= MAX_USERS))
      throw corruptRow(table, row['id'], [{ path, code: 'too-many', message: `names more than ${MAX_USERS} users` }])
    counts.set(set, count)
  }
  const users = new Map<number, UserId[]>()
  for (const row of rows) {
    const listed = row['listed'] === undefined ? undefined : parseJson(row['listed'])
    if (!Array.isArray(listed)) continue
    const set = Number(toNumber(row['user_set']))
    users.set(
      set,
      (listed as [UserId][]).map(([user]) => user),
    )
    counts.delete(set)
  }
  for (const batch of batchesOf(counts)) {
    if (users.size > 0) await yieldToEventLoop()
    for (const row of await run('userSets', { sets: JSON.stringify(batch) })) {
      const set = Number(toNumber(row['user_set']))
      const known = users.get(set)
      if (known) known.push(row['user_id'] as UserId)
      else users.set(set, [row['user_id'] as UserId])
    }
  }
  for (const list of users.values()) list.sort(compareIds)
  return users
}

/** Groups lists so that each group holds about as many ids as a page. */
function batchesOf(counts: ReadonlyMap<number, number>): number[][] {
  const batches: number[][] = []
  let room = 0
  for (const [set, count] of counts) {
    if (room <= 0) {
      batches.push([])
      room = PAGE_IDS
    }
    batches.at(-1)?.push(set)
    room -= count
  }
  return batches
}

/** Returns a function that reads the users of a row's request from its loaded list and its removals. */
export function usersOfRows(sets: ReadonlyMap<number, readonly UserId[]>): UsersOf {
  return (row) => usersAsOf(sets, row, Infinity)
}

/**
 * Returns the users of a row's request as its event of this revision left them.
 * Removals are never undone, so what a later one changed can be taken back.
 */
export function usersAsOf(sets: ReadonlyMap<number, readonly UserId[]>, row: Row, revision: number): ReturnType<UsersOf> {
  const all = sets.get(Number(toNumber(row['user_set']))) ?? []
  const parsed: unknown = row['removed'] === null ? [] : parseJson(row['removed'])
  const entries = (Array.isArray(parsed) ? parsed : []) as [UserId, number, number][]
  const complete = all.length === Number(toNumber(row['user_count'])) && entries.length === Number(toNumber(row['removed_count']))
  const removed = entries
    .filter(([, , n]) => n <= revision)
    .sort(([a, , m], [b, , n]) => m - n || compareIds(a, b))
    .map(([user, at]) => ({ user, at }))
  const gone = new Set(removed.map(({ user }) => user))
  // A list that is not complete must not pass for a shorter one: validation refuses a user that is no id.
  if (!complete || removed.some(({ user }) => !all.includes(user))) return { users: [''], removed }
  return { users: gone.size === 0 ? all : all.filter((user) => !gone.has(user)), removed }
}
