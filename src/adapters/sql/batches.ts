/** Summaries of a batch: the first grant of each tenant, and duplicates. */
import { compareIds, type TenantId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { Change } from '../../ports/repository.js'

/** Whether an id occurs twice. */
export function hasDuplicates(ids: readonly string[]): boolean {
  return new Set(ids).size < ids.length
}

/** Returns each tenant's earliest grant, by tenant id. The fixed lock order prevents deadlocks. */
export function firstGrantByTenant(changes: readonly Change[]): readonly (readonly [TenantId, Instant])[] {
  const since = new Map<TenantId, Instant>()
  for (const { event } of changes) {
    if (event.type === 'tenant-request.granted') since.set(event.tenant, Math.min(event.at, since.get(event.tenant) ?? event.at))
  }
  return [...since].sort(([a], [b]) => compareIds(a, b))
}

/** Returns the columns without the omitted ones, in the same order. */
export function omitColumns<Name extends string, const Omitted extends Name>(
  columns: readonly Name[],
  omitted: readonly Omitted[],
): readonly Exclude<Name, Omitted>[] {
  const names: ReadonlySet<string> = new Set(omitted)
  return columns.filter((name): name is Exclude<Name, Omitted> => !names.has(name))
}
