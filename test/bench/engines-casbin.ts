/** Casbin, which tries its policies one after another. */
import type { Enforcer } from 'casbin'
import { enginesOf } from './engine.js'
import { rowsOf } from './work.js'

/** Casbin in its usual and its fastest form, with `enforceSync`, which is faster than `enforce`. */
export const casbinEngines = enginesOf('casbin', rowsOf, {
  // The usual form. A policy's values are strings, which the comparison converts to numbers.
  'casbin, a policy a grant': async (rows) => {
    const matchers = ['r.tenant == p.tenant', 'r.user == p.user', 'r.now < p.until']
    const enforcer = await enforcerOf('tenant, user, now', 'tenant, user, until', matchers)
    await enforcer.addPolicies(rows.flatMap(({ tenant, users, until }) => users.map((user) => [tenant, user, String(until ?? 'Infinity')])))
    return (user, tenant, _method, now) => enforcer.enforceSync(tenant, user, now)
  },
  'casbin, an enforcer a tenant': async (rows) => {
    const byTenant = new Map<string, Enforcer>()
    for (const { tenant, users, until } of rows) {
      const enforcer = await enforcerOf('user, now', 'user, until', ['r.user == p.user', 'r.now < p.until'])
      await enforcer.addPolicies(users.map((user) => [user, String(until ?? 'Infinity')]))
      byTenant.set(tenant, enforcer)
    }
    return (user, tenant, _method, now) => byTenant.get(tenant)?.enforceSync(user, now) ?? false
  },
  // The fastest form: one rule without policies, and the tenant's grants as data in the request.
  'casbin, grants in the request': async (rows) => {
    const byTenant = new Map(rows.map(({ tenant, users, until }) => [tenant, { users: [...users], until: until ?? Infinity }]))
    const enforcer = await enforcerOf('user, granted, now', 'none', ['r.now < r.granted.until', 'includes(r.granted.users, r.user)'])
    await enforcer.addFunction('includes', (users: string[], user: string) => users.includes(user))
    return (user, tenant, _method, now) => {
      const granted = byTenant.get(tenant)
      return granted !== undefined && enforcer.enforceSync(user, granted, now)
    }
  },
})

async function enforcerOf(request: string, policy: string, matchers: readonly string[]): Promise<Enforcer> {
  const { newEnforcer, newModelFromString } = await import('casbin')
  const model = `[request_definition]
r = ${request}
[policy_definition]
p = ${policy}
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = ${matchers.join(' && ')}
`
  return newEnforcer(newModelFromString(model))
}
