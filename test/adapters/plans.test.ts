/** With 100,000 tenant requests every query uses indexes: no table is scanned completely. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Queries, queriesOf } from '../../src/adapters/sql/queries.js'
import { tablesOf } from '../../src/adapters/sql/tables.js'
import { libsqlDatabases, pooledDatabases } from '../databases/places.js'
import { filling } from './hundred-thousand.js'

const PATIENCE = 120_000
const names = Object.keys(queriesOf(tablesOf({}), { list: '', gather: '', server: '' })) as (keyof Queries)[]

/** Values that match rows in the middle of the data. */
const VALUES: Readonly<Record<string, string | number | null>> = {
  requestingTenant: 'vendor-1',
  tenant: 'tenant-77',
  user: 'user-123',
  id: 'request-50077',
  accessRequest: 'order-2501',
  hash: 'hash-20077',
  status: 'granted',
  now: 1_500_000,
  sentAt: 1_060_000,
  at: 1_060_000,
  startedAt: 1_060_000,
  openAt: 2_000_000,
  endsAt: 0,
  position: 100_000,
  horizon: 9e15,
  limit: 51,
}

describe('SQLite', () => {
  const files = libsqlDatabases()
  const { repository, query, database } = files.place()
  const queries = queriesOf(tablesOf({}), { list: 'json_array', gather: 'json_group_array', server: 'null' })
  beforeAll(async () => {
    await query('pragma journal_mode = off')
    await repository.migrate()
    for (const sql of filling(tablesOf({}), (text) => text)) await query(sql)
  }, PATIENCE)
  afterAll(() => files.close())

  // A scan of a subquery's few rows is fine; a scan of a table or of a whole index is not.
  const scans = (sql: string) =>
    (database.prepare(`explain query plan ${sql}`).all(VALUES) as { detail: string }[])
      .map(({ detail }) => detail)
      .filter((detail) => /^SCAN (?!own|others|found|page|tenants|both|CONSTANT)/.test(detail))

  it('has a hundred thousand tenant requests', async () => {
    expect(await query('select count(*) as n from consentry_tenant_requests')).toEqual([{ n: 100_000 }])
  })
  it.each(names)('%s scans no table, before `analyze`', (name) => expect(scans(queries[name])).toEqual([]))
  it('finds the scan of a query that has no index', () => {
    expect(scans("select * from consentry_tenant_requests r where r.message = 'x'")).toEqual(['SCAN r'])
  })
  it('scans no table after `analyze`', async () => {
    await query('analyze')
    expect(names.flatMap((name) => scans(queries[name]).map((scan) => `${name}: ${scan}`))).toEqual([])
  })
})

describe('PostgreSQL', () => {
  const postgres = pooledDatabases(undefined, { max: 1 })
  const { repository, schema } = postgres.place()
  const tables = tablesOf({ schema })
  const queries = queriesOf(tables, { list: 'json_build_array', gather: 'json_agg', server: 'null' })
  beforeAll(async () => {
    await repository.migrate()
    for (const sql of filling(tables, (text) => `${text}::json`)) await postgres.query(sql)
    await postgres.query('analyze')
  }, PATIENCE)
  afterAll(() => postgres.close())

  type Plan = { 'Node Type': string; 'Relation Name'?: string; 'Index Cond'?: string; Plans?: readonly Plan[] }
  const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]
  /** Returns the tables that are scanned completely, or by an index without a condition. */
  const scans = async (sql: string, how: 'generic' | 'these values') => {
    const named: string[] = []
    const text = sql.replace(/(?<!:):([a-z]\w*)/gi, (_, name: string) => {
      if (!named.includes(name)) named.push(name)
      return `$${named.indexOf(name) + 1}`
    })
    const [options, values] = how === 'generic' ? ['generic_plan,', undefined] : ['', named.map((name) => VALUES[name])]
    const { rows } = await postgres.pool.query(`explain (${options} format json) ${text}`, values)
    return nodes(rows[0]['QUERY PLAN'][0].Plan).flatMap((node) => {
      const { 'Node Type': type, 'Relation Name': table, 'Index Cond': condition } = node
      const whole = type === 'Seq Scan' || (/^Index/.test(type) && condition === undefined)
      return table !== undefined && whole ? [`${type} of ${table}`] : []
    })
  }

  it.each(names)('%s scans no table, with a plan for these values and with one for any', async (name) => {
    expect(await scans(queries[name], 'these values')).toEqual([])
    expect(await scans(queries[name], 'generic')).toEqual([])
  })
  it('finds the scan of a query that has no index', async () => {
    const sql = `select * from ${tables.of('tenant_requests')} r where r.message = 'x'`
    expect(await scans(sql, 'these values')).toEqual(['Seq Scan of consentry_tenant_requests'])
  })
})
