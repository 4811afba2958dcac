/** Summaries of a batch: its user sets, the first grant of each tenant, and duplicates. */
import { compareIds, type TenantId, type UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import type { Change } from '../../ports/repository.js'

/** Whether an id occurs twice. */
export function hasDuplicates(ids: readonly string[]): boolean {
  return new Set(ids).size < ids.length
}

/** Returns the distinct user sets of one submission, and for each tenant request the index of its set. */
export function userSetsOf(requests: readonly TenantRequest[]): {
  readonly userSets: readonly (readonly UserId[])[]
  readonly userSetOf: readonly number[]
} {
  const numbers = new Map<string, number>()
  const userSets: (readonly UserId[])[] = []
  const userSetOf = requests.map(({ users, removed }) => {
    const userSet = removed.length === 0 ? users : [...new Set([...users, ...removed.map(({ user }) => user)])]
    const key = userSet.join(' ') // ids contain no space (SPEC 3.5)
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, userSets.length)
    return userSets.push(userSet) - 1
  })
  return { userSets, userSetOf }
}

/** Returns each tenant's earliest grant, by tenant id. The fixed lock order prevents deadlocks. */
export function firstGrantByTenant(changes: readonly Change[]): readonly (readonly [TenantId, Instant])[] {
  const since = new Map<TenantId, Instant>()
  for (const { event } of changes) {
    if (event.type === 'tenant-request.granted') since.set(event.tenant, Math.min(event.at, since.get(event.tenant) ?? event.at))
  }
  return [...since].sort(([a], [b]) => compareIds(a, b))
}
