/** CASL, whose abilities are one user's or anybody's, as its conditions see it. */
import { Ability, createMongoAbility, type MatchConditions, type MongoAbility, subject } from '@casl/ability'
import type { Engine } from './engine.js'
import type { Row } from './work.js'

const PACKAGE = '@casl/ability'

/** CASL, as it is usually written and as it is quickest. */
export const caslEngines: readonly Engine[] = [
  {
    // What people write: an ability a user, which is what an ability is by its documentation, and in it a rule a grant, found by conditions.
    // The instant is an attribute of the subject, or no condition could see it. All abilities are made beforehand.
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
    // The quickest that was found: one ability for everybody, a user being an action and a tenant a type of subjects, so that CASL finds the
    // rule in Maps of its own. The expiry is a condition that is a function, which its documentation shows, and which is quicker than a query.
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
    // The same without any condition: the expiry is looked up beside it, and first, since that is the quicker of the two.
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
