/** CASL, with one ability per user or one for all users. */
import { Ability, createMongoAbility, type MatchConditions, type MongoAbility, subject } from '@casl/ability'
import type { Engine } from './engine.js'
import type { Row } from './work.js'

const PACKAGE = '@casl/ability'

/** CASL in its usual and its fastest form. */
export const caslEngines: readonly Engine[] = [
  {
    // The usual form: one ability per user, as documented, with one rule per grant, selected by conditions.
    // The instant is an attribute of the subject, so that a condition can read it. All abilities are created in advance.
    name: 'CASL, a rule a grant',
    package: PACKAGE,
    source: 'rows',
    build: (rows) => {
      const byUser = new Map<string, MongoAbility>()
      for (const [user, granted] of grantsByUser(rows)) {
        const rules = granted.map(({ tenant, from, until }) => ({
          action: 'impersonate',
          subject: 'Tenant',
          conditions: { id: tenant, now: until === null ? { $gte: from } : { $gte: from, $lt: until } },
        }))
        byUser.set(user, createMongoAbility(rules))
      }
      return {
        ask: (user, tenant, _method, now) => byUser.get(user)?.can('impersonate', subject('Tenant', { id: tenant, now })) ?? false,
      }
    },
  },
  {
    // The fastest form found: one ability for all users, with users as actions and tenants as subject types, so that CASL finds the rule in
    // its own Maps. The expiry is a documented function condition, which is faster than a query.
    name: 'CASL, one ability',
    package: PACKAGE,
    source: 'rows',
    build: (rows) => {
      const rules = rows.flatMap(({ tenant, users, until }) => {
        const held = until === null ? {} : { conditions: (({ now }) => now < until) as MatchConditions }
        return users.map((user) => ({ action: user, subject: tenant, ...held }))
      })
      const ability = new Ability<[string, string | { tenant: string; now: number }], MatchConditions>(rules, {
        conditionsMatcher: (holds) => holds,
        detectSubjectType: ({ tenant }) => tenant,
      })
      return { ask: (user, tenant, _method, now) => ability.can(user, { tenant, now }) }
    },
  },
  {
    // The same without a condition: the expiry is looked up separately, and first, because that is faster.
    name: 'CASL, one ability, expiry beside',
    package: PACKAGE,
    source: 'rows',
    build: (rows) => {
      const until = new Map(rows.map((row) => [row.tenant, row.until ?? Number.POSITIVE_INFINITY]))
      const ability = new Ability<[string, string]>(
        rows.flatMap(({ tenant, users }) => users.map((user) => ({ action: user, subject: tenant }))),
      )
      return { ask: (user, tenant, _method, now) => now < (until.get(tenant) ?? 0) && ability.can(user, tenant) }
    },
  },
]

function grantsByUser(rows: readonly Row[]): Map<string, Row[]> {
  const byUser = new Map<string, Row[]>()
  for (const row of rows) {
    for (const user of row.users) {
      const granted = byUser.get(user)
      if (granted) granted.push(row)
      else byUser.set(user, [row])
    }
  }
  return byUser
}
