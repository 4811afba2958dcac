/** What a whole batch comes to: which users are named together, who is governed from when, and whether anything is in it twice. */
import { compareIds, type TenantId, type UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import type { Change } from '../../ports/repository.js'

/** Whether the list names something twice. */
export function hasDuplicates(ids: readonly string[]): boolean {
  return new Set(ids).size < ids.length
}

/** The user sets of one submission, each with all its users, and for each of its tenant requests the number of its set. */
export function userSetsOf(requests: readonly TenantRequest[]): {
  readonly userSets: readonly (readonly UserId[])[]
  readonly userSetOf: readonly number[]
} {
  const numbers = new Map<string, number>()
  const userSets: (readonly UserId[])[] = []
  const userSetOf = requests.map(({ users, removed }) => {
    const named = removed.length === 0 ? users : [...new Set([...users, ...removed.map(({ user }) => user)])]
    const key = named.join(' ') // no id has a space in it
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, userSets.length)
    return userSets.push(named) - 1
  })
  return { userSets, userSetOf }
}

/** The earliest instant at which each tenant grants by these changes, in the order of the tenants' ids, so that nobody waits in a circle. */
export function firstGrantByTenant(changes: readonly Change[]): readonly (readonly [TenantId, Instant])[] {
  const since = new Map<TenantId, Instant>()
  for (const { event } of changes) {
    if (event.type === 'tenant-request.granted') since.set(event.tenant, Math.min(event.at, since.get(event.tenant) ?? event.at))
  }
  return [...since].sort(([a], [b]) => compareIds(a, b))
}
