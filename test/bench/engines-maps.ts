/** The floor, a Map of Maps without checks, and Consentry's own decisions. */
import { accessFrom, canImpersonate } from 'consentry/decision'
import { type Ask, enginesOf } from './engine.js'
import { factsOf, type Row, rowsOf } from './work.js'

/** The name of the floor, with which all others are compared. */
export const FLOOR = 'nested Map'

/** The method does not matter: every tenant with a grant is governed, and there is no legacy rule. */
function nestedOf(rows: readonly Row[], idOf: (user: string) => string): Ask {
  const byTenant = new Map(
    rows.map(({ tenant, users, from, until }) => {
      const grant = { from, until: until ?? Infinity }
      return [tenant, new Map(users.map((user) => [idOf(user), grant]))]
    }),
  )
  return (user, tenant, _method, now) => {
    const grant = byTenant.get(tenant)?.get(user)
    return grant !== undefined && grant.from <= now && now < grant.until
  }
}

const floors = enginesOf(undefined, rowsOf, {
  // The floor interns user ids, as a careful host would: it is smaller, and faster because more of it is cached.
  [FLOOR]: (rows) => {
    const people = new Map<string, string>()
    return nestedOf(rows, (user) => {
      const known = people.get(user)
      if (known === undefined) people.set(user, user)
      return known ?? user
    })
  },
  [`${FLOOR}, ids as they came`]: (rows) => nestedOf(rows, (user) => user),
})

const consentry = enginesOf(undefined, factsOf, {
  'access.canImpersonate': (facts) => accessFrom(facts).canImpersonate,
  'access.decide': (facts) => {
    const access = accessFrom(facts)
    return (user, tenant, method, now) => access.decide(user, tenant, method, now).allowed
  },
  // Parses the tenant's facts on every call.
  'plain function': (facts) => {
    const byTenant = new Map(facts.map((one) => [one.tenant, one]))
    return (user, tenant, method, now) => {
      const known = byTenant.get(tenant)
      return known !== undefined && canImpersonate(user, tenant, method, now, known)
    }
  },
})

/** The floor and Consentry's engines. */
export const mapEngines = [...floors, ...consentry]
