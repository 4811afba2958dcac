/** Contract tests of what a requesting tenant's requests in a tenant add up to (SPEC 6.11). */
import { isOpen } from '../../domain/decisive-requests.js'
import { compareIds, type TenantId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { TenantSummary } from '../../ports/repository.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { lifecyclesFrom, saveLifecycle } from './fixtures/lifecycles.js'
import { expireNow, grantAt, rejectAt, removeUserAt, revokeAt } from './fixtures/transitions.js'

/** Instants before, at and after the ends of the lifecycles. */
const INSTANTS = [1_000, 1_999, 2_000, 2_499, 2_500, 2_999, 3_000, 3_001, 9_000]

export const tenantSummaryTests: readonly ContractTest[] = [
  contractTest("a summary counts the requester's open requests in the tenant, to the millisecond, in every lifecycle", async (fixture) => {
    for (const [n, life] of [...lifecyclesFrom(0), ...lifecyclesFrom(250)].entries()) {
      await saveLifecycle(fixture, n % 2 ? TOM : `tenant-${n}`, life)
    }
    const tenants = [...new Set(fixture.requests.map(({ tenant }) => tenant))]
    for (const now of INSTANTS) await expectSummaries(fixture, CLASSICS, tenants, now)
  }),

  contractTest('a summary says whether a request was ever granted, whatever became of the grant', async (fixture) => {
    const endings = [[], [revokeAt(3_000)], [expireNow()], [removeUserAt(CAROLINE, 2_500)]]
    for (const [n, ending] of endings.entries())
      await fixture.applyTransitions(await fixture.submitOne(`granted-${n}`), grantAt(2_000, 4_000), ...ending)
    await fixture.applyTransitions(await fixture.submitOne('rejected', { users: [CAROLINE, CHARLOTTE] }), rejectAt(2_000))
    await fixture.submitOne('pending')
    const tenants = [...new Set(fixture.requests.map(({ tenant }) => tenant))]
    await expectSummaries(fixture, CLASSICS, tenants, 9_000)
    const granted = await fixture.repository.tenantSummaries({ requestingTenant: CLASSICS, tenants, now: 9_000 })
    assertEqual(granted.filter(({ everGranted }) => everGranted).length, 4, 'the tenants that granted')
  }),

  contractTest('a summary leaves out the requests of other requesting tenants, and those in other tenants', async (fixture) => {
    await fixture.applyTransitions(await fixture.submitOne(TOM, { by: 'rival', users: ['xavier'] }), grantAt(2_000))
    await fixture.applyTransitions(await fixture.submitOne(HUNDRED), grantAt(2_000))
    await fixture.submitOne(TOM)
    for (const requester of [CLASSICS, 'rival', TOM, 'nobody'])
      await expectSummaries(fixture, requester, [TOM, HUNDRED, CLASSICS, 'nobody'], 2_500)
  }),

  contractTest('summaries are one for each tenant, ordered by id, of tenants that were never asked too', async (fixture) => {
    const tenants = ['zebra', '_acme', TOM, 'Acme', 'acme', TOM, '~', 'a-b', 'nobody']
    await fixture.submit({ tenants: ['Acme', TOM] })
    await expectSummaries(fixture, CLASSICS, tenants, 2_000)
    assertEqual(await fixture.repository.tenantSummaries({ requestingTenant: CLASSICS, tenants: [], now: 0 }), [], 'of no tenants')
    const many = Array.from({ length: 1_200 }, (_, n) => `tenant-${n}`)
    await expectSummaries(fixture, CLASSICS, many, 2_000)
  }),
]

async function expectSummaries(fixture: Fixture, requestingTenant: TenantId, tenants: readonly TenantId[], now: Instant): Promise<void> {
  const expected = [...new Set(tenants)].sort(compareIds).map((tenant): TenantSummary => {
    const sent = fixture.requests.filter((request) => request.requestingTenant === requestingTenant && request.tenant === tenant)
    const granted = fixture.events.filter(({ type }) => type === 'tenant-request.granted')
    const everGranted = granted.some((event) => event.requestingTenant === requestingTenant && event.tenant === tenant)
    return { tenant, open: sent.filter((request) => isOpen(request, now)).length, everGranted }
  })
  const found = await fixture.repository.tenantSummaries({ requestingTenant, tenants, now })
  assertEqual(found, expected, `${requestingTenant} at ${now}`)
}
