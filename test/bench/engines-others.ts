/** AccessControl, with roles and resources, and SQLite in memory. */
import type { AccessControl } from 'accesscontrol'
import type { Engine } from './engine.js'
import type { Row } from './work.js'

/** The engines of AccessControl and SQLite. */
export const otherEngines: readonly Engine[] = [
  {
    // The usual form since version 3: a user is a role, a tenant a resource, and the expiry a condition.
    name: 'accesscontrol, expiry a condition',
    package: 'accesscontrol',
    source: 'rows',
    build: async (rows) => {
      const { AccessControl } = await import('accesscontrol')
      const control = new AccessControl(grantsOf(rows, ({ until }) => (until === null ? {} : { condition: ['$.at', '<', until] })))
      return {
        ask: (user, tenant, _method, now) => granted(control, { role: user, resource: tenant, ...IMPERSONATE, context: { at: now } }),
      }
    },
  },
  {
    // The fastest form: a condition would compute the date in the local calendar, so the expiry is looked up separately, and first, because
    // that is faster.
    name: 'accesscontrol, expiry beside',
    package: 'accesscontrol',
    source: 'rows',
    build: async (rows) => {
      const { AccessControl } = await import('accesscontrol')
      const control = new AccessControl(grantsOf(rows, () => ({})))
      const until = new Map(rows.map((row) => [row.tenant, row.until ?? Number.POSITIVE_INFINITY]))
      return {
        ask: (user, tenant, _method, now) =>
          now < (until.get(tenant) ?? 0) && granted(control, { role: user, resource: tenant, ...IMPERSONATE }),
      }
    },
  },
  {
    name: 'better-sqlite3',
    package: 'better-sqlite3',
    source: 'rows',
    build: async (rows) => {
      const { default: BetterSqlite3 } = await import('better-sqlite3')
      const database = new BetterSqlite3(':memory:')
      database.exec('create table grants (tenant text, user text, until integer, primary key (tenant, user)) without rowid')
      const insert = database.prepare('insert into grants values (?, ?, ?)')
      database.transaction(() => {
        for (const { tenant, users, until } of rows) for (const user of users) insert.run(tenant, user, until)
      })()
      const query = database.prepare<[string, string], number | null>('select until from grants where tenant = ? and user = ?').pluck()
      const pragma = (name: string) => database.pragma(name, { simple: true }) as number
      return {
        ask: (user, tenant, _method, now) => {
          const until = query.get(tenant, user)
          return until === null || (until !== undefined && now < until)
        },
        bytesOutside: pragma('page_count') * pragma('page_size'),
      }
    },
  },
]

const IMPERSONATE = { action: 'impersonate' }

function grantsOf(rows: readonly Row[], more: (row: Row) => object) {
  const byUser: Record<string, Record<string, { impersonate: { attributes: string[] }[] }>> = {}
  for (const row of rows) {
    for (const user of row.users) {
      byUser[user] ??= {}
      byUser[user][row.tenant] = { impersonate: [{ attributes: ['*'], ...more(row) }] }
    }
  }
  return byUser
}

// It throws for an unknown role.
function granted(control: AccessControl, question: Parameters<AccessControl['check']>[0]): boolean {
  try {
    return control.check(question).granted
  } catch {
    return false
  }
}
