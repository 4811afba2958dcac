/** The floor, a Map of Maps that checks nothing, and Consentry's own decisions. */
import { accessFrom, canImpersonate } from 'consentry/decision'
import type { Ask, Engine } from './engine.js'
import type { Row } from './work.js'

/** The name of the floor, which all others are compared with. */
export const FLOOR = 'nested Map'

/** Since every tenant that has a grant is governed, and no legacy rule is given, a legacy method is answered like the other: it holds or not. */
function nested(byTenant: ReadonlyMap<string, ReadonlyMap<string, { readonly from: number; readonly until: number }>>): Ask {
  return (user, tenant, _method, now) => {
    const grant = byTenant.get(tenant)?.get(user)
    return grant !== undefined && grant.from <= now && now < grant.until
  }
}

/** Every user's id as it came, or one string a person. */
function nestedOf(rows: readonly Row[], idOf: (user: string) => string): Ask {
  return nested(
    new Map(
      rows.map(({ tenant, users, from, until }) => {
        const grant = { from, until: until ?? Number.POSITIVE_INFINITY }
        return [tenant, new Map(users.map((user) => [idOf(user), grant]))]
      }),
    ),
  )
}

/** Maps and Consentry. */
export const mapEngines: readonly Engine[] = [
  {
    // The floor keeps every person's id once, as a careful host would: it is smaller for it, and quicker, as more of it is in the caches.
    name: FLOOR,
    source: 'rows',
    build: (rows) => {
      const people = new Map<string, string>()
      const once = (user: string) => {
        const known = people.get(user)
        if (known === undefined) people.set(user, user)
        return known ?? user
      }
      return { ask: nestedOf(rows, once) }
    },
  },
  { name: `${FLOOR}, ids as they came`, source: 'rows', build: (rows) => ({ ask: nestedOf(rows, (user) => user) }) },
  { name: 'access.canImpersonate', source: 'facts', build: (facts) => ({ ask: accessFrom(facts).canImpersonate }) },
  {
    name: 'access.decide',
    source: 'facts',
    build: (facts) => {
      const access = accessFrom(facts)
      return { ask: (user, tenant, method, now) => access.decide(user, tenant, method, now).allowed }
    },
  },
  {
    // It reads and checks the tenant's facts at every call.
    name: 'plain function',
    source: 'facts',
    build: (facts) => {
      const byTenant = new Map(facts.map((one) => [one.tenant, one]))
      return {
        ask: (user, tenant, method, now) => {
          const known = byTenant.get(tenant)
          return known !== undefined && canImpersonate(user, tenant, method, now, known)
        },
      }
    },
  },
]
