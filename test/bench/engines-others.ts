/** AccessControl, with roles and resources, and SQLite in memory. */
import type { AccessControl } from 'accesscontrol'
import { type Ask, enginesOf } from './engine.js'
import { type Row, rowsOf } from './work.js'

const IMPERSONATE = { action: 'impersonate' }

const accessControl = enginesOf('accesscontrol', rowsOf, {
  // The usual form since version 3: a user is a role, a tenant a resource, and the expiry a condition.
  'accesscontrol, expiry a condition': async (rows) => {
    const allows = await checkOf(rows, ({ until }) => (until === null ? {} : { condition: ['$.at', '<', until] }))
    return (user, tenant, _method, now) => allows({ role: user, resource: tenant, ...IMPERSONATE, context: { at: now } })
  },
  // The fastest form: a condition would compute the date in the local calendar, so the expiry is looked up separately, and first, because
  // that is faster.
  'accesscontrol, expiry beside': async (rows) => {
    const allows = await checkOf(rows, () => ({}))
    const until = new Map(rows.map((row) => [row.tenant, row.until ?? Infinity]))
    return (user, tenant, _method, now) => now < (until.get(tenant) ?? 0) && allows({ role: user, resource: tenant, ...IMPERSONATE })
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

/** The engines of AccessControl and SQLite. */
export const otherEngines = [...accessControl, ...sqlite]

async function checkOf(rows: readonly Row[], grantedIf: (row: Row) => object) {
  const { AccessControl } = await import('accesscontrol')
  const byUser: Record<string, Record<string, { impersonate: { attributes: string[] }[] }>> = {}
  for (const row of rows)
    for (const user of row.users) {
      byUser[user] ??= {}
      byUser[user][row.tenant] = { impersonate: [{ attributes: ['*'], ...grantedIf(row) }] }
    }
  const control = new AccessControl(byUser)
  return (question: Parameters<AccessControl['check']>[0]): boolean => {
    try {
      return control.check(question).granted
    } catch {
      return false // it throws for an unknown role
    }
  }
}
