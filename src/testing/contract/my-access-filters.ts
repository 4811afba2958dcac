/** Contract tests of my access with filters and orders, and of its counts (SPEC 6.3, 6.8, 6.9). */
import type { Instant } from '../../domain/instant.js'
import { USER_STATUSES } from '../../domain/status.js'
import type { MyAccessOwner, MyAccessQuery, MyAccessRow } from '../../ports/my-access-query.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { expectedMyAccessRows, expectedMyCounts } from './fixtures/expected-filters.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, TOM } from './fixtures/fixture.js'
import { instantsFrom, lifecyclesFrom, saveLifecycle } from './fixtures/lifecycles.js'
import { grantAt, rejectAt, removeUserAt } from './fixtures/transitions.js'

const NOW = 3_000
const CAROLINES = { requestingTenant: CLASSICS, user: CAROLINE, now: NOW }

type Filters = Pick<MyAccessQuery, 'statuses' | 'tenants' | 'expiresBefore'>

export const myAccessFilterTests: readonly ContractTest[] = [
  accessFilterTest('of several statuses contains the tenants with one of them', [
    { statuses: ['granted', 'pending'] },
    { statuses: ['removed', 'rejected', 'expired'] },
    { statuses: USER_STATUSES },
  ]),
  accessFilterTest('of tenants contains these tenants', [
    { tenants: ['tenant-1'] },
    { tenants: ['tenant-2', 'tenant-3', 'tenant-4', 'nobody'] },
    { tenants: ['TENANT-1', 'tenant'] },
    { tenants: ['tenant-1', 'tenant-6'], statuses: ['granted'] },
  ]),

  contractTest('my access that expires before an instant contains the grants that hold and end before it', async (fixture) => {
    await accessInManyTenants(fixture)
    for (const expiresBefore of [NOW, NOW + 1, 5_000, 5_001, 6_001, 8.64e15]) {
      for (const statuses of [undefined, ['granted'], ['granted', 'expired'], ['pending', 'expired']] as const) {
        await expectAccess(fixture, { ...CAROLINES, expiresBefore, statuses, limit: 1_000 })
      }
    }
  }),

  contractTest(
    'my access in the order `expiring` contains the grants that hold: earliest end first, no end last, then by tenant',
    async (fixture) => {
      await accessInManyTenants(fixture)
      for (const now of [1_500, 2_000, NOW, 4_999, 5_000, 6_000]) {
        for (const filter of [{}, { statuses: ['granted'] }, { tenants: ['tenant-1', 'tenant-2', 'tenant-6'] }] as const) {
          await expectAccess(fixture, { ...CAROLINES, ...filter, now, order: 'expiring', limit: 1_000 })
        }
      }
    },
  ),

  contractTest('filters and orders fill the pages of my access, from any key', async (fixture) => {
    await accessInManyTenants(fixture)
    const filters: readonly Filters[] = [{}, { statuses: ['granted', 'removed'] }, { expiresBefore: 5_500 }, { tenants: tenantsUpTo(9) }]
    for (const filter of filters) {
      await expectAccessPages(fixture, { ...CAROLINES, ...filter, limit: 1_000 })
      await expectAccessPages(fixture, { ...CAROLINES, ...filter, order: 'expiring', limit: 1_000 })
    }
  }),

  contractTest(
    'tenants that are added between pages of my access in the order `expiring` cause no repeated or skipped tenant',
    async (fixture) => {
      await accessInManyTenants(fixture)
      const query: MyAccessQuery = { ...CAROLINES, order: 'expiring', limit: 2 }
      const whole = expectedMyAccessRows(fixture, query).map(({ tenant }) => tenant)
      const walked: string[] = []
      for (let after: MyAccessRow | undefined; walked.length <= 2 * whole.length; ) {
        const page = await fixture.repository.myAccess({ ...query, ...(after && { after: expiryKey(after) }) })
        walked.push(...page.map(({ tenant }) => tenant))
        after = page.at(-1)
        if (after === undefined) break
        const ends = [1 + NOW, null][walked.length % 2] as Instant | null
        const added = await fixture.submitOne(`added-${walked.length}`, { users: [CAROLINE] })
        await fixture.applyTransitions(added, grantAt(2_000, ends))
      }
      assertEqual(new Set(walked).size, walked.length, 'repeated tenants')
      assertEqual(
        walked.filter((tenant) => whole.includes(tenant)),
        whole,
        'the tenants that were there before',
      )
    },
  ),

  contractTest('a renewal is pending in a tenant if another request names the user and is pending while a grant holds', async (fixture) => {
    const renew = async (tenant: string, users: readonly string[] = [CAROLINE], by = CLASSICS, answerBy: Instant | null = null) => {
      await fixture.applyTransitions(await fixture.submitOne(tenant), grantAt(2_000, 5_000))
      return fixture.submitOne(tenant, { at: 2_500, users, by, answerBy })
    }
    await renew('renewed')
    await renew('by-another-vendor', [CAROLINE], 'rival')
    await renew('for-another-user', [CHARLOTTE])
    await renew('lapses', [CAROLINE], CLASSICS, 4_000)
    await fixture.applyTransitions(await renew('rejected'), rejectAt(2_600))
    await fixture.applyTransitions(await renew('removed', [CAROLINE, CHARLOTTE]), removeUserAt(CAROLINE, 2_600))
    await fixture.applyTransitions(await renew('granted-later'), grantAt(4_000, 4_500))
    await fixture.submitOne('never-granted', { at: 2_500 })
    for (const now of [1_999, 2_000, NOW, 3_999, 4_000, 4_999, 5_000]) await expectAccess(fixture, { ...CAROLINES, now, limit: 100 })
    const rows = await fixture.repository.myAccess({ ...CAROLINES, limit: 100 })
    const pending = rows.filter(({ renewalPending }) => renewalPending).map(({ tenant }) => tenant)
    assertEqual(pending.sort(), ['granted-later', 'lapses', 'renewed'], 'the tenants with a pending renewal')
  }),

  contractTest('my access is counted by the status of each tenant, at every boundary of a grant, an expiry or a lapse', async (fixture) => {
    for (const [n, life] of lifecyclesFrom(0).entries()) await saveLifecycle(fixture, `tenant-${n}`, life)
    for (const [n, life] of lifecyclesFrom(250).entries()) await saveLifecycle(fixture, `tenant-${n * 2}`, life)
    await fixture.submitOne('tenant-0', { by: 'rival' })
    for (const now of [...instantsFrom(0), ...instantsFrom(250)]) await expectCounts(fixture, { ...CAROLINES, now }, 1_000)
    for (const user of [CHARLOTTE, 'nobody']) await expectCounts(fixture, { ...CAROLINES, user }, 1_000)
  }),

  contractTest('my access is counted up to the limit', async (fixture) => {
    await accessInManyTenants(fixture)
    for (const limit of [1, 2, 3, 1_000]) await expectCounts(fixture, CAROLINES, limit)
  }),
]

function accessFilterTest(name: string, filters: readonly Filters[]): ContractTest {
  return contractTest(`my access ${name}`, async (fixture) => {
    await accessInManyTenants(fixture)
    for (const filter of filters) {
      for (const user of [CAROLINE, CHARLOTTE]) await expectAccess(fixture, { ...CAROLINES, ...filter, user, limit: 1_000 })
    }
  })
}

async function expectAccess(fixture: Fixture, query: MyAccessQuery): Promise<void> {
  assertEqual(await fixture.repository.myAccess(query), expectedMyAccessRows(fixture, query), JSON.stringify(query))
}

async function expectAccessPages(fixture: Fixture, query: MyAccessQuery): Promise<void> {
  const whole = expectedMyAccessRows(fixture, query)
  for (const limit of [1, 3]) {
    for (const [n, row] of [undefined, ...whole].entries()) {
      const after = row && (query.order === 'expiring' ? expiryKey(row) : { sentAt: row.sentAt, tenant: row.tenant })
      const page = await fixture.repository.myAccess({ ...query, limit, after } as MyAccessQuery)
      assertEqual(page, whole.slice(n, n + limit), `${limit} after ${n} of ${JSON.stringify(query)}`)
    }
  }
}

async function expectCounts(fixture: Fixture, owner: MyAccessOwner, limit: number): Promise<void> {
  const query = { ...owner, limit }
  assertEqual(await fixture.repository.countMyAccess(query), expectedMyCounts(fixture, query), JSON.stringify(query))
}

function expiryKey({ tenant, request }: MyAccessRow) {
  return { tenant, expiresAt: 'expiresAt' in request ? request.expiresAt : null }
}

function tenantsUpTo(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `tenant-${n}`)
}

/** Saves requests to 20 tenants in every status; several grants end at one instant, or not at all. */
async function accessInManyTenants(fixture: Fixture): Promise<void> {
  for (const n of Array(20).keys()) {
    const users = n % 4 ? [CAROLINE, CHARLOTTE] : [CAROLINE]
    const [request] = await fixture.submit({ tenants: [`tenant-${n}`, TOM], users, at: 1_000 + Math.floor(n / 3) })
    if (request === undefined) continue
    const expiresAt = [null, 5_000, 6_000, 2_500, 5_000][n % 5] as Instant | null
    if (n % 7 === 3) await fixture.applyTransitions(request, rejectAt(2_000))
    else if (n % 7 === 5 && users.length > 1) await fixture.applyTransitions(request, removeUserAt(CAROLINE, 2_000))
    else if (n % 7 !== 6) await fixture.applyTransitions(request, grantAt(2_000, expiresAt))
    // An earlier end of another grant there must not decide.
    if (n % 9 === 1) await fixture.applyTransitions(await fixture.submitOne(`tenant-${n}`, { at: 1_500 }), grantAt(2_100, 4_000))
  }
}
