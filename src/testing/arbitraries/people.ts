/** The people of generated logs: their tenants and users. */
import type { TenantId, UserId } from '../../domain/ids.js'

/** The users of each tenant. The directory of the service under test should have the same members. */
export type People = ReadonlyMap<TenantId, readonly UserId[]>

/** The default people: ids that differ only in case, and property names of every object. */
export const PEOPLE: People = new Map([
  ['classics', ['elizabeth', 'caroline', 'Caroline', 'charlotte', '__proto__']],
  ['rival', ['xavier', 'toString']],
  ['tom-sawyer', ['tom', 'becky']],
  ['Tom-Sawyer', ['constructor']],
  ['__proto__', ['huck', 'Tom']],
])

/** Returns the user of the tenant that `who` selects, as a list; none if nobody is known. */
export function oneOf(people: People, tenant: TenantId, who: number): UserId[] {
  const known = people.get(tenant) ?? []
  return known.slice(who % Math.max(known.length, 1)).slice(0, 1)
}
