/** With 100,000 tenant requests every query uses indexes: no table is scanned, and no history is read to find what is open. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POSTGRES } from '../../src/adapters/postgres/dialect.js'
import { type Queries, queriesOf } from '../../src/adapters/sql/queries.js'
import { tablesOf } from '../../src/adapters/sql/tables.js'
import { SQLITE } from '../../src/adapters/sqlite/dialect.js'
import { libsqlDatabases, pooledDatabases } from '../databases/places.js'
import { filling } from './hundred-thousand.js'
import { HOW, type PlanValues, postgresPlans, sqlitePlan } from './plans.js'

const PATIENCE = 120_000

const names = Object.keys(queriesOf(tablesOf({}), SQLITE)) as (keyof Queries)[]

/** Values that match rows in the middle of the data: a tenant with 5,000 requests, a requesting tenant with 20,000, and a user of 1,000. */
const VALUES: PlanValues = {
  requestingTenant: 'vendor-1',
  tenant: 'tenant-77',
  tenants: '["tenant-77","tenant-78"]',
  from: 'vendor-1',
  party: 'vendor-1',
  user: 'user-307',
  id: 'request-50077',
  ids: '["request-50077","request-7"]',
  accessRequest: 'order-2501',
  hash: 'hash-20077',
  queries: '[["tenant-77","user-307","vendor-1",1500000],["tenant-77","user-307",null,1500000]]',
  hashes: '["hash-1","hash-20000"]',
  sets: `[${7 * 2 ** 20},${8 * 2 ** 20 + 1}]`,
  users: '["user-307","user-7"]',
  maxLive: 20,
  types: '["tenant-request.granted"]',
  status: 'granted',
  statuses: '["granted","expired"]',
  only: null,
  sentFrom: -9e15,
  sentTo: 9e15,
  expiresBefore: 2_000_000,
  expiresAt: 0,
  requestingTenants: '["vendor-1","vendor-2"]',
  name: 'Support7',
  nameEnd: 'Support7\u{10ffff}',
  eventTypes: '["tenant-request.granted","tenant-request.received"]',
  byUsers: '["e-1","e-2"]',
  ofUsers: null,
  ofTenants: null,
  ofRequesters: '["vendor-1","vendor-2"]',
  methods: '["access-request"]',
  tenantRequest: 'request-25077',
  ofGrant: 'grant-1',
  session: 'hash-20077',
  live: null,
  since: 0,
  after: '',
  now: 1_500_000,
  sentAt: 1_060_000,
  grantedAt: 1_060_000,
  other: 'tenant-77',
  windowFrom: 1_150_000,
  at: 1_060_000,
  startedAt: 2_000_000,
  openAt: 1_500_000,
  endsAt: 0,
  dueAt: 0,
  position: 50_000,
  horizon: 9e15,
  maxOpen: 1_000,
  limit: 51,
}

/** No filter but the one that a query is for. */
const UNFILTERED = {
  status: null,
  statuses: null,
  expiresBefore: null,
  requestingTenants: null,
  tenants: null,
  users: null,
  name: null,
  accessRequest: null,
}
/**
 * What some queries read more, and why. Five requesting tenants share what a tenant was asked, so that PostgreSQL reads all of it for some of them.
 * Counts read 1,001 rows for each status; those of access requests look up each state of each.
 */
const READS: { readonly [Name in keyof Queries]?: { readonly reads?: number } & Record<string, unknown> } = {
  incomingFrom: { requestingTenants: VALUES['requestingTenants'], reads: 5_200 },
  outgoingTo: { tenants: VALUES['tenants'], reads: 5_200 },
  outgoingOf: { accessRequest: VALUES['accessRequest'] },
  outgoingNaming: { users: VALUES['users'], reads: 5_000 },
  outgoingNamed: { name: VALUES['name'], reads: 5_000 },
  outgoing: { reads: 2_500 },
  outgoingExpiring: { reads: 4_000 },
  accessRequestsNaming: { users: VALUES['users'] },
  accessRequestsTo: { tenants: VALUES['tenants'], reads: 6_500 },
  accessRequests: { reads: 2_500 },
  accessRequestsNamed: { name: VALUES['name'], reads: 2_500 },
  beyondCap: { tenants: VALUES['tenants'] },
  beyondLiveCap: { users: VALUES['users'] },
  countIncoming: { limit: 1_001, reads: 8_000 },
  countOutgoing: { limit: 1_001, reads: 10_000 },
  countAccessRequests: { limit: 1_001, reads: 20_000 },
}

describe('SQLite', () => {
  const files = libsqlDatabases()
  const { repository, query, database } = files.place()
  const queries = queriesOf(tablesOf({}), SQLITE)
  beforeAll(async () => {
    await query('pragma journal_mode = off')
    await repository.migrate()
    for (const sql of filling(tablesOf({}), (text) => text)) await query(sql)
  }, PATIENCE)
  afterAll(() => files.close())

  const plan = (sql: string) => sqlitePlan(database, sql, VALUES)
  // A scan of a subquery's few rows is fine; a scan of a table or of a whole index is not.
  const DERIVED =
    /^SCAN (own|others|mine|found|page|open|asking|answered|q|f|w|d|n|numbers|named|asked|chosen|counted|part|parts|\w+_ones|CONSTANT ROW|\(subquery-\d+\)|e VIRTUAL TABLE)( |$)/
  const scans = (sql: string) => plan(sql).filter((detail) => detail.startsWith('SCAN ') && !DERIVED.test(detail))
  /** Searches of an index by the party alone: they read all that the party ever had, or all that is open with anybody. */
  const histories = (sql: string) =>
    plan(sql).filter((detail) => /USING INDEX \w+_(incoming|outgoing|open|between)(_states)? \(\w+=\?\)$/.test(detail))

  it('has a hundred thousand tenant requests', async () => {
    expect(await query('select count(*) as n from consentry_tenant_requests')).toEqual([{ n: 100_000 }])
  })
  it.each(names)('%s scans no table and reads no whole history, before `analyze`', (name) => {
    expect(scans(queries[name])).toEqual([])
    expect(histories(queries[name])).toEqual([])
  })
  it('finds the scan of a query that has no index, and the history that a query reads', () => {
    expect(scans("select * from consentry_tenant_requests r where r.end_message = 'x'")).toEqual(['SCAN r'])
    expect(histories("select * from consentry_tenant_requests r where r.tenant = 'x' and r.revision = 7")).toHaveLength(1)
  })
  it('scans no table and reads no whole history after `analyze`', async () => {
    await query('analyze')
    expect(names.flatMap((name) => [...scans(queries[name]), ...histories(queries[name])].map((detail) => `${name}: ${detail}`))).toEqual(
      [],
    )
  })
})

describe('PostgreSQL', () => {
  const postgres = pooledDatabases(undefined, { max: 1 })
  const { repository, schema } = postgres.place()
  const tables = tablesOf({ schema })
  const queries = queriesOf(tables, POSTGRES)
  beforeAll(async () => {
    await repository.migrate()
    for (const sql of filling(tables, (text) => `${text}::json`)) await postgres.query(sql)
    await postgres.query('analyze')
  }, PATIENCE)
  afterAll(() => postgres.close())

  const { scans, rowsRead } = postgresPlans(postgres, VALUES)

  it.each(names)('%s scans no table, with a plan for these values and with one for any', async (name) => {
    for (const how of HOW) expect(await scans(queries[name], how)).toEqual([])
  })
  it.each(names)('law 29b: %s reads at most 1,500 rows, of 5,000 of the tenant and 20,000 of the requesting tenant', async (name) => {
    const { reads = 1_500, ...filters } = READS[name] ?? {}
    for (const how of HOW)
      expect(await rowsRead(queries[name], how, { ...VALUES, ...UNFILTERED, ...filters }), how).toBeLessThanOrEqual(reads)
  })
  it.each(['historyOfRequest', 'historyOfSession', 'sessionsOne'] as const)(
    '%s reads only the rows asked for, and the facts of a session',
    async (name) => {
      for (const how of HOW) expect(await rowsRead(queries[name], how), how).toBeLessThanOrEqual(50)
    },
  )
  it('finds the scan of a query that has no index, and the rows of one that reads a history', async () => {
    const sql = `select * from ${tables.of('tenant_requests')} r where r.end_message = 'x'`
    expect(await scans(sql, 'force_custom_plan')).toEqual(['Seq Scan of consentry_tenant_requests'])
    const history = `select * from ${tables.of('tenant_requests')} r where r.tenant = :tenant and r.end_message = 'x'`
    expect(await rowsRead(history, 'force_generic_plan')).toBeGreaterThan(4_000)
  })
})
