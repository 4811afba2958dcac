/** The floor, a Map of Maps without checks, and Consentry's own decisions. */
import { accessFrom, canImpersonate } from 'consentry/decision'
import type { Ask, Engine } from './engine.js'
import type { Row } from './work.js'

/** The name of the floor, with which all others are compared. */
export const FLOOR = 'nested Map'

/** The method does not matter: every tenant with a grant is governed, and there is no legacy rule. */
function nested(byTenant: ReadonlyMap<string, ReadonlyMap<string, { readonly from: number; readonly until: number }>>): Ask {
  return (user, tenant, _method, now) => {
    const grant = byTenant.get(tenant)?.get(user)
    return grant !== undefined && grant.from <= now && now < grant.until
  }
}

/** Returns ids unchanged, or interned to one string per user. */
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

/** The floor and Consentry's engines. */
export const mapEngines: readonly Engine[] = [
  {
    // The floor interns user ids, as a careful host would: it is smaller, and faster because more of it is cached.
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
    // Parses the tenant's facts on every call.
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
