/** CASL, with one ability per user or one for all users. */
import { Ability, createMongoAbility, type MatchConditions, type MongoAbility, subject } from '@casl/ability'
import { enginesOf } from './engine.js'
import { rowsOf } from './work.js'

/** CASL in its usual and its fastest form. */
export const caslEngines = enginesOf('@casl/ability', rowsOf, {
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
