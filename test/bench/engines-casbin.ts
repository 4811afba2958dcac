/** Casbin, which tries its policies one after another. */
import type { Enforcer } from 'casbin'
import type { Engine } from './engine.js'

const PACKAGE = 'casbin'

/** Casbin, as it is usually written and as it is quickest; `enforceSync` is quicker than `enforce`, and says the same. */
export const casbinEngines: readonly Engine[] = [
  {
    // What people write. A policy's values are strings; the comparison makes a number of one.
    name: 'casbin, a policy a grant',
    package: PACKAGE,
    source: 'rows',
    build: async (rows) => {
      const enforcer = await enforcerOf('tenant, user, now', 'tenant, user, until', [
        'r.tenant == p.tenant',
        'r.user == p.user',
        'r.now < p.until',
      ])
      await enforcer.addPolicies(
        rows.flatMap(({ tenant, users, until }) => users.map((user) => [tenant, user, String(until ?? 'Infinity')])),
      )
      return { ask: (user, tenant, _method, now) => enforcer.enforceSync(tenant, user, now) }
    },
  },
  {
    name: 'casbin, an enforcer a tenant',
    package: PACKAGE,
    source: 'rows',
    build: async (rows) => {
      const byTenant = new Map<string, Enforcer>()
      for (const { tenant, users, until } of rows) {
        const enforcer = await enforcerOf('user, now', 'user, until', ['r.user == p.user', 'r.now < p.until'])
        await enforcer.addPolicies(users.map((user) => [user, String(until ?? 'Infinity')]))
        byTenant.set(tenant, enforcer)
      }
      return { ask: (user, tenant, _method, now) => byTenant.get(tenant)?.enforceSync(user, now) ?? false }
    },
  },
  {
    // What serves it best: one rule without any policy, and the tenant's grants in the request, as data.
    name: 'casbin, grants in the request',
    package: PACKAGE,
    source: 'rows',
    build: async (rows) => {
      const byTenant = new Map(
        rows.map(({ tenant, users, until }) => [tenant, { users: [...users], until: until ?? Number.POSITIVE_INFINITY }]),
      )
      const enforcer = await enforcerOf('user, granted, now', 'none', ['r.now < r.granted.until', 'includes(r.granted.users, r.user)'])
      await enforcer.addFunction('includes', (users: string[], user: string) => users.includes(user))
      return {
        ask: (user, tenant, _method, now) => {
          const granted = byTenant.get(tenant)
          return granted !== undefined && enforcer.enforceSync(user, granted, now)
        },
      }
    },
  },
]

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
