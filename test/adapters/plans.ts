/** The plans of queries: which tables they scan, and how many rows they read. */
import type { openLibsql, pooledDatabases } from '../databases/places.js'

/** The values of parameters by name. */
export type PlanValues = Readonly<Record<string, string | number | null>>

/** Returns the steps of the plan of a query in SQLite. */
export function sqlitePlan(database: ReturnType<typeof openLibsql>, sql: string, values: PlanValues): string[] {
  return (database.prepare(`explain query plan ${sql}`).all(values) as { detail: string }[]).map(({ detail }) => detail)
}

type Plan = {
  'Node Type': string
  'Relation Name'?: string
  'Index Cond'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: readonly Plan[]
}
export type How = 'force_generic_plan' | 'force_custom_plan'
export const HOW: readonly How[] = ['force_custom_plan', 'force_generic_plan']

const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]

/** Returns functions that run a statement in PostgreSQL and look at its plan. What a statement changes is rolled back. */
export function postgresPlans(postgres: ReturnType<typeof pooledDatabases>, usual: PlanValues) {
  /** Runs the query, and returns the nodes of its plan that read a table. */
  const reads = async (sql: string, how: How, values: PlanValues) => {
    const named: string[] = []
    const text = sql.replace(/(?<!:):([a-z]\w*)/gi, (_, name: string) => {
      if (!named.includes(name)) named.push(name)
      return `$${named.indexOf(name) + 1}`
    })
    const literals = named.map((name) => (typeof values[name] === 'string' ? `'${values[name]}'` : String(values[name])))
    await postgres.query(`set plan_cache_mode = ${how}`)
    await postgres.query(`prepare planned as ${text}`)
    await postgres.query('begin')
    const { rows } = await postgres.pool.query(`explain (analyze, format json) execute planned${named.length ? `(${literals})` : ''}`)
    await postgres.query('rollback')
    await postgres.query('deallocate planned')
    return nodes(rows[0]['QUERY PLAN'][0].Plan).filter((node) => node['Relation Name'] !== undefined && node['Node Type'] !== 'ModifyTable')
  }
  return {
    /** Returns the tables that are scanned completely, or by an index without a condition. */
    scans: async (sql: string, how: How, values = usual) =>
      (await reads(sql, how, values)).flatMap(({ 'Node Type': type, 'Relation Name': table, 'Index Cond': condition }) =>
        type === 'Seq Scan' || (/^Index/.test(type) && condition === undefined) ? [`${type} of ${table}`] : [],
      ),
    rowsRead: async (sql: string, how: How, values = usual) =>
      (await reads(sql, how, values)).reduce(
        (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
        0,
      ),
  }
}
