/** With 100,000 deliveries that were sent, and thousands that wait, every statement of the notices reads few rows. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POSTGRES } from '../../src/adapters/postgres/dialect.js'
import { noticeQueries } from '../../src/adapters/sql/notice-queries.js'
import { type Tables, tablesOf } from '../../src/adapters/sql/tables.js'
import { SQLITE } from '../../src/adapters/sqlite/dialect.js'
import { libsqlDatabases, pooledDatabases } from '../databases/places.js'
import { filling } from './hundred-thousand.js'
import { HOW, type PlanValues, postgresPlans, sqlitePlan } from './plans.js'

const PATIENCE = 120_000

/** All statements but those that are about everything that is switched off, waits or is dead. */
const NAMES = Object.keys(noticeQueries(tablesOf({}), SQLITE)).filter(
  (name) => !['closedEndpoints', 'count', 'reviveAll'].includes(name),
) as Name[]
type Name = keyof ReturnType<typeof noticeQueries>

const [SENT, WAITING, DEAD] = [100_000, 6_000, 2_000]

/** Returns the statements that fill the tables of notices: 3 of 4 that wait are not due, and a party has a tenth of them. */
function noticesFilling({ of }: Tables): readonly string[] {
  const upTo = (count: number) => `with recursive n(i) as (select 0 union all select i + 1 from n where i < ${count - 1})`
  const insert = `insert into ${of('notices')} (id, channel, party, queue, bundled, due_at, keep_until, notice, state, attempts, reached, error, settled_at, bundle_of)`
  const party = `'party-' || (case when i % 10 = 0 then 0 else i % 500 end)`
  return [
    `${insert} ${upTo(SENT)} select 'sent-' || i, 'mail', ${party}, 'queue-' || (i % 2000), 0, i, null, '{}', 'done', 1, '[]', null, i,
      case when i % 2 = 0 then i - i % 10 + 1 end from n`,
    `${insert} ${upTo(WAITING)} select 'waiting-' || i, 'mail', ${party}, 'queue-' || (i % 2000), i % 3 / 2,
      case when i % 4 = 0 then 1000000 + i else 3000000 + i end, null, '{}', 'waiting', 0, '[]', null, null, null from n`,
    `${insert} ${upTo(DEAD)} select 'dead-' || i, 'mail', ${party}, 'queue-' || (i % 2000), 0, i, null, '{}', 'dead', 9, '[]', '"refused"', i,
      case when i % 5 = 0 then ${SENT + WAITING} + i - i % 25 + 1 end from n`,
    `insert into ${of('notice_endpoints')} (endpoint) ${upTo(2_000)} select 'endpoint-' || i from n`,
  ]
}

const VALUES: PlanValues = {
  now: 2_000_000,
  far: 9_000_000_000,
  until: 2_060_000,
  limit: 20,
  candidates: 80,
  perParty: 4,
  except: '[["mail","party-7"],["mail","party-8"]]',
  maxBundle: 50,
  seqs: '[1,2,3]',
  heads: `[${SENT + 5},${SENT + 8},${SENT + 11}]`,
  id: 'waiting-77',
  channel: 'mail',
  reached: '["x"]',
  deliveries: '[["sent-7","mail","p","queue-7",0,1,null,"{}"],["new","mail","p","queue-7",0,1,null,"{}"]]',
  outcomes: '[["waiting-77","mail",0,"done",null,5,null,null],["waiting-78","mail",0,"dead",null,5,"\\"x\\"","e"]]',
  ids: '["dead-1","dead-2"]',
  at: 100,
  before: 50_000,
  after: 0,
  sentAt: 1_050_000,
}
/** Taking looks for the first of the queue of each candidate. */
const READS: { readonly [N in Name]?: number } = { take: 1_500 }
const USUAL = 400

describe('SQLite', () => {
  const files = libsqlDatabases()
  const { repository, query, database } = files.place()
  const queries = noticeQueries(tablesOf({}), SQLITE)
  beforeAll(async () => {
    await query('pragma journal_mode = off')
    await repository.migrate()
    for (const sql of [...filling(tablesOf({}), (text) => text), ...noticesFilling(tablesOf({}))]) await query(sql)
  }, PATIENCE)
  afterAll(() => files.close())

  const TABLE = /^SCAN (v|m|e|h|r|consentry_\w+)( USING|$)/
  const scans = (sql: string) => sqlitePlan(database, sql, VALUES).filter((detail) => TABLE.test(detail))

  it.each(NAMES)('%s scans no table, before `analyze` and after it', async (name) => {
    expect(scans(queries[name])).toEqual([])
  })
  it('scans no table after `analyze`', async () => {
    await query('analyze')
    expect(NAMES.flatMap((name) => scans(queries[name]).map((detail) => `${name}: ${detail}`))).toEqual([])
  })
  it('finds the scan of a query that has no index', () => {
    expect(scans(`select * from consentry_notices v where v.party = 'x'`)).toEqual(['SCAN v'])
  })
})

describe('PostgreSQL', () => {
  const postgres = pooledDatabases(undefined, { max: 1 })
  const { repository, schema } = postgres.place()
  const tables = tablesOf({ schema })
  const queries = noticeQueries(tables, POSTGRES)
  beforeAll(async () => {
    await repository.migrate()
    for (const sql of [...filling(tables, (text) => `${text}::json`), ...noticesFilling(tables)]) await postgres.query(sql)
    await postgres.query('analyze')
  }, PATIENCE)
  afterAll(() => postgres.close())

  const { scans, rowsRead } = postgresPlans(postgres, VALUES)

  it.each(NAMES)('%s scans no table, and reads few rows', async (name) => {
    for (const how of HOW) {
      expect(await scans(queries[name], how), how).toEqual([])
      expect(await rowsRead(queries[name], how), how).toBeLessThanOrEqual(READS[name] ?? USUAL)
    }
  })
  it('finds the scan of a query that has no index', async () => {
    const sql = `select * from ${tables.of('notices')} v where v.party = 'x'`
    expect(await scans(sql, 'force_custom_plan')).toEqual(['Seq Scan of consentry_notices'])
    expect(await rowsRead(sql, 'force_custom_plan')).toBeGreaterThan(SENT)
  })
})
