/** With 100,000 tenant requests every query uses indexes: no table is scanned completely. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'libsql'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { type JsonFunctions, type Queries, queriesOf } from '../../src/adapters/sql/queries.js'
import { tablesOf } from '../../src/adapters/sql/tables.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import { filling } from './hundred-thousand.js'

const PATIENCE = 120_000
const names = Object.keys(queriesOf(tablesOf({}), { list: '', gather: '' })) as (keyof Queries)[]

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
  revision: 1,
  startedAt: 1_060_000,
  openAt: 2_000_000,
  endsAt: 0,
  position: 100_000,
  horizon: 9e15,
  limit: 51,
}

const queriesIn = (schema: string | undefined, json: JsonFunctions) => queriesOf(tablesOf({ schema }), json)

describe('SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'consentry-plans-'))
  const database = new Sqlite(join(folder, 'plans.db'))
  const queries = queriesIn(undefined, { list: 'json_array', gather: 'json_group_array' })

  beforeAll(async () => {
    database.exec('pragma journal_mode = off; pragma synchronous = off')
    await sqliteRepository({ database }).migrate()
    for (const sql of filling(tablesOf({}), (text) => text)) database.exec(sql)
  }, PATIENCE)
  afterAll(() => {
    database.close()
    rmSync(folder, { recursive: true })
  })

  // A scan of a subquery's few rows is fine; a scan of a table or of a whole index is not.
  const scans = (sql: string) =>
    (database.prepare(`explain query plan ${sql}`).all(VALUES) as { detail: string }[])
      .map(({ detail }) => detail)
      .filter((detail) => /^SCAN (?!own|others|found|page|tenants|both|CONSTANT)/.test(detail))

  it('has a hundred thousand tenant requests', () => {
    expect(database.prepare('select count(*) as n from consentry_tenant_requests').all()).toEqual([{ n: 100_000 }])
  })
  it.each(names)('%s scans no table, before `analyze`', (name) => expect(scans(queries[name])).toEqual([]))
  it('finds the scan of a query that has no index', () => {
    expect(scans("select * from consentry_tenant_requests r where r.message = 'x'")).toEqual(['SCAN r'])
  })
  it('scans no table after `analyze`', () => {
    database.exec('analyze')
    expect(names.flatMap((name) => scans(queries[name]).map((scan) => `${name}: ${scan}`))).toEqual([])
  })
})

describe('PostgreSQL', () => {
  const pool = new pg.Pool({ connectionString: inject('postgres'), max: 1 })
  const schema = `plans_${process.pid}`
  const tables = tablesOf({ schema })
  const queries = queriesIn(schema, { list: 'json_build_array', gather: 'json_agg' })

  beforeAll(async () => {
    await postgresRepository({ pool, schema }).migrate()
    for (const sql of filling(tables, (text) => `${text}::json`)) await pool.query(sql)
    await pool.query('analyze')
  }, PATIENCE)
  afterAll(async () => {
    await pool.query(`drop schema if exists ${schema} cascade`)
    await pool.end()
  })

  interface Plan {
    readonly 'Node Type': string
    readonly 'Relation Name'?: string
    readonly 'Index Cond'?: string
    readonly Plans?: readonly Plan[]
  }
  const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]
  /** Returns the tables that are scanned completely, or by an index without a condition. */
  const scans = async (sql: string, how: 'generic' | 'these values') => {
    const found: string[] = []
    const named: string[] = []
    const text = sql.replace(/(?<!:):([a-z]\w*)/gi, (_, name: string) => {
      if (!named.includes(name)) named.push(name)
      return `$${named.indexOf(name) + 1}`
    })
    const values = named.map((name) => VALUES[name])
    const { rows } = await (how === 'generic'
      ? pool.query(`explain (generic_plan, format json) ${text}`)
      : pool.query(`explain (format json) ${text}`, values))
    for (const node of nodes(rows[0]['QUERY PLAN'][0].Plan)) {
      const table = node['Relation Name']
      const whole = node['Node Type'] === 'Seq Scan' || (/^Index/.test(node['Node Type']) && node['Index Cond'] === undefined)
      if (table !== undefined && whole) found.push(`${node['Node Type']} of ${table}`)
    }
    return found
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
