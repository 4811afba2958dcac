/** The lists of users of requests: stored once a submission, and read once a page. */
import { compareIds, type UserId } from '../../domain/ids.js'
import type { RemovedUser } from '../../domain/status.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import { PAGE_IDS } from '../../ports/event-feed.js'
import { yieldToEventLoop } from '../../ports/event-loop.js'
import { corruptRow, parseJson, type Row, toNumber } from './row-values.js'
import type { Value } from './rows.js'

/** The most users of one request that a store is read with. A policy allows no more (SPEC 3.4). */
export const MAX_USERS = 10_000

/** The users of a row's request, as it names them now and as it named them before. */
export type UsersOf = (row: Row) => { readonly users: readonly UserId[]; readonly removed: readonly RemovedUser[] }

/** Each access request has this many numbers for its lists of users. */
const SETS_PER_REQUEST = 2 ** 20

/** Returns the number of the `n`th list of users of an access request. */
export function userSetNumber(seq: number, n: number): number {
  return seq * SETS_PER_REQUEST + n
}

/**
 * Returns the distinct lists of users of one submission.
 * Maps each tenant request to the index of its list.
 */
export function userSetsOf(requests: readonly TenantRequest[]): {
  readonly userSets: readonly (readonly UserId[])[]
  readonly userSetOf: ReadonlyMap<string, number>
} {
  const numbers = new Map<string, number>()
  const userSets: (readonly UserId[])[] = []
  const userSetOf = requests.map(({ id, users }): [string, number] => {
    const key = users.join(' ') // ids contain no space (SPEC 3.5)
    const known = numbers.get(key)
    if (known !== undefined) return [id, known]
    numbers.set(key, userSets.length)
    return [id, userSets.push(users) - 1]
  })
  return { userSets, userSetOf: new Map(userSetOf) }
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
  return (row) => {
    const all = sets.get(Number(toNumber(row['user_set']))) ?? []
    const parsed: unknown = row['removed'] === null ? [] : parseJson(row['removed'])
    const entries = (Array.isArray(parsed) ? parsed : []) as [UserId, number, number][]
    const removed = entries.sort(([a, , m], [b, , n]) => m - n || compareIds(a, b)).map(([user, at]) => ({ user, at }))
    const gone = new Set(removed.map(({ user }) => user))
    const complete = all.length === Number(toNumber(row['user_count'])) && removed.length === Number(toNumber(row['removed_count']))
    // A list that is not complete must not pass for a shorter one: validation refuses a user that is no id.
    if (!complete || removed.some(({ user }) => !all.includes(user))) return { users: [''], removed }
    return { users: gone.size === 0 ? all : all.filter((user) => !gone.has(user)), removed }
  }
}
