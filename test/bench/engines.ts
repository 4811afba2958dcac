/** All engines of the deciding benchmark, other packages in their usual and their fastest form. */
import { Ability, createMongoAbility, type MatchConditions, type MongoAbility, subject } from '@casl/ability'
import type { StatefulAuthorizationCall as Call } from '@cedar-policy/cedar-wasm/nodejs'
import type { AccessControl } from 'accesscontrol'
import type { Enforcer } from 'casbin'
import { type AccessMethod, accessFrom, canImpersonate } from 'consentry/decision'
import { factsOf, type Row, rowsOf, type Work } from './work.js'

/** The question that every engine answers. Unknown users and tenants are denied. */
export interface Ask {
  (user: string, tenant: string, method: AccessMethod, now: number): boolean
  readonly bytesOutside?: number
}

/** An engine with which a host could decide; its package is `undefined` if it is built into Node. */
export type Engine = ReturnType<typeof enginesOf>[number]

/** The name of the floor, with which all others are compared. */
export const FLOOR = 'nested Map'

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

const accessControl = enginesOf('accesscontrol', rowsOf, {
  // The usual form since version 3: a user is a role, a tenant a resource, and the expiry a condition.
  'accesscontrol, expiry a condition': async (rows) => {
    const allows = await checkOf(rows, ({ until }) => (until === null ? {} : { condition: ['$.at', '<', until] }))
    return (user, tenant, _method, now) => allows(user, tenant, { context: { at: now } })
  },
  // The fastest form: a condition would compute the date in the local calendar, so the expiry is looked up separately, and first, because
  // that is faster.
  'accesscontrol, expiry beside': async (rows) => {
    const allows = await checkOf(rows, () => ({}))
    const until = new Map(rows.map((row) => [row.tenant, row.until ?? Infinity]))
    return (user, tenant, _method, now) => now < (until.get(tenant) ?? 0) && allows(user, tenant)
  },
})

const sqlite = enginesOf('better-sqlite3', rowsOf, {
  'better-sqlite3': async (rows) => {
    const { default: BetterSqlite3 } = await import('better-sqlite3')
    const database = new BetterSqlite3(':memory:')
    database.exec('create table grants (tenant text, user text, until integer, primary key (tenant, user)) without rowid')
    const insert = database.prepare('insert into grants values (?, ?, ?)')
    database.transaction(() => {
      for (const { tenant, users, until } of rows) for (const user of users) insert.run(tenant, user, until)
    })()
    const query = database.prepare<[string, string], number | null>('select until from grants where tenant = ? and user = ?').pluck()
    const pragma = (name: string) => database.pragma(name, { simple: true }) as number
    const ask: Ask = (user, tenant, _method, now) => {
      const until = query.get(tenant, user)
      return until === null || (until !== undefined && now < until)
    }
    return Object.assign(ask, { bytesOutside: pragma('page_count') * pragma('page_size') })
  },
})

const casl = enginesOf('@casl/ability', rowsOf, {
  // The usual form: one ability per user, as documented, with one rule per grant, selected by conditions.
  // The instant is an attribute of the subject, so that a condition can read it. All abilities are created in advance.
  'CASL, a rule a grant': (rows) => {
    const rulesOf = new Map<string, { action: string; subject: string; conditions: object }[]>()
    for (const { tenant, users, from, until } of rows)
      for (const user of users) {
        const conditions = { id: tenant, now: until === null ? { $gte: from } : { $gte: from, $lt: until } }
        const rules = rulesOf.get(user) ?? []
        rules.push({ action: 'impersonate', subject: 'Tenant', conditions })
        rulesOf.set(user, rules)
      }
    const byUser = new Map<string, MongoAbility>([...rulesOf].map(([user, rules]) => [user, createMongoAbility(rules)]))
    return (user, tenant, _method, now) => byUser.get(user)?.can('impersonate', subject('Tenant', { id: tenant, now })) ?? false
  },
  // The fastest form found: one ability for all users, with users as actions and tenants as subject types, so that CASL finds the rule in
  // its own Maps. The expiry is a documented function condition, which is faster than a query.
  'CASL, one ability': (rows) => {
    const rules = rows.flatMap(({ tenant, users, until }) => {
      const held = until === null ? {} : { conditions: (({ now }) => now < until) as MatchConditions }
      return users.map((user) => ({ action: user, subject: tenant, ...held }))
    })
    const ability = new Ability<[string, string | { tenant: string; now: number }], MatchConditions>(rules, {
      conditionsMatcher: (holds) => holds,
      detectSubjectType: ({ tenant }) => tenant,
    })
    return (user, tenant, _method, now) => ability.can(user, { tenant, now })
  },
  // The same without a condition: the expiry is looked up separately, and first, because that is faster.
  'CASL, one ability, expiry beside': (rows) => {
    const until = new Map(rows.map((row) => [row.tenant, row.until ?? Infinity]))
    const rules = rows.flatMap(({ tenant, users }) => users.map((user) => ({ action: user, subject: tenant })))
    const ability = new Ability<[string, string]>(rules)
    return (user, tenant, _method, now) => now < (until.get(tenant) ?? 0) && ability.can(user, tenant)
  },
})

/** Casbin tries its policies one after another. `enforceSync` is faster than `enforce`. */
const casbin = enginesOf('casbin', rowsOf, {
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

/** Stands for no expiry, because Cedar has no infinity: the last instant of a `Date`. */
const NEVER = 8.64e15

/**
 * Policies are parsed once in advance.
 * Its data are entities, passed with every question, so a question carries only those of its tenant.
 */
const cedar = enginesOf('@cedar-policy/cedar-wasm', rowsOf, {
  // The usual form.
  'Cedar, a policy a grant': async (rows) => {
    const policyOf = (user: string, tenant: string, until: number | null) =>
      `permit(principal == User::"${user}", action, resource == Tenant::"${tenant}")${until === null ? '' : ` when { context.now < ${until} }`};`
    const policies = rows.flatMap(({ tenant, users, until }) => users.map((user) => policyOf(user, tenant, until)))
    const allows = await prepared(policies.join('\n'))
    return (user, tenant, _method, now) => allows(user, tenant, { now }, [])
  },
  // One policy, and the tenant as an entity whose tags are its users with their expiry.
  'Cedar, grants as an entity': async (rows) => {
    const allows = await prepared(
      'permit(principal, action, resource) when { resource.hasTag(context.user) && context.now < resource.getTag(context.user) };',
    )
    const entities = new Map(
      rows.map(({ tenant, users, until }) => {
        const tags = Object.fromEntries(users.map((user) => [user, until ?? NEVER]))
        return [tenant, [{ uid: { type: 'Tenant', id: tenant }, attrs: {}, parents: [], tags }]]
      }),
    )
    return (user, tenant, _method, now) => allows(user, tenant, { user, now }, entities.get(tenant) ?? [])
  },
  // The fastest form: the host finds the grant, and Cedar only evaluates it.
  'Cedar, the grant in the context': async (rows) => {
    const allows = await prepared('permit(principal, action, resource) when { context has until && context.now < context.until };')
    const byTenant = new Map(rows.map(({ tenant, users, until }) => [tenant, new Map(users.map((user) => [user, until ?? NEVER]))]))
    return (user, tenant, _method, now) => {
      const until = byTenant.get(tenant)?.get(user)
      return allows(user, tenant, until === undefined ? { now } : { now, until }, [])
    }
  },
})

export const engines = [...floors, ...consentry, ...accessControl, ...sqlite, ...casl, ...casbin, ...cedar]

/**
 * Creates the engines of a package, by name, each with how it builds its index from rows or facts in memory.
 * `build` loads the package itself, so that a process contains only the packages it needs. The first load is not measured.
 */
export function enginesOf<Source>(
  name: string | undefined,
  sourceOf: (work: Work) => Source,
  builders: Readonly<Record<string, (source: Source) => Ask | Promise<Ask>>>,
) {
  return Object.entries(builders).map(([engine, build]) => ({
    name: engine,
    package: name,
    build: async (work: Work) => {
      const source = sourceOf(work)
      const started = performance.now()
      const ask = await build(source)
      return { ask, buildMilliseconds: performance.now() - started }
    },
  }))
}

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

async function checkOf(rows: readonly Row[], grantedIf: (row: Row) => object) {
  const { AccessControl } = await import('accesscontrol')
  const byUser: Record<string, Record<string, { impersonate: { attributes: string[] }[] }>> = {}
  for (const row of rows)
    for (const user of row.users) {
      byUser[user] ??= {}
      byUser[user][row.tenant] = { impersonate: [{ attributes: ['*'], ...grantedIf(row) }] }
    }
  const control = new AccessControl(byUser)
  return (role: string, resource: string, more: Partial<Parameters<AccessControl['check']>[0]> = {}): boolean => {
    try {
      return control.check({ role, resource, action: 'impersonate', ...more }).granted
    } catch {
      return false // it throws for an unknown role
    }
  }
}

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

/** A distinct policy set name for every index, because a process keeps all sets by name. */
let sets = 0

async function prepared(staticPolicies: string) {
  const { preparsePolicySet, statefulIsAuthorized } = await import('@cedar-policy/cedar-wasm/nodejs')
  const preparsedPolicySetId = `set ${++sets}`
  const parsed = preparsePolicySet(preparsedPolicySetId, { staticPolicies })
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed.errors))
  const action = { type: 'Action', id: 'enter' }
  return (user: string, tenant: string, context: Call['context'], entities: Call['entities']): boolean => {
    const principal = { type: 'User', id: user }
    const resource = { type: 'Tenant', id: tenant }
    const answer = statefulIsAuthorized({ principal, action, resource, context, preparsedPolicySetId, entities })
    if (answer.type !== 'success') throw new Error(JSON.stringify(answer.errors))
    return answer.response.decision === 'allow'
  }
}
