/** Contract tests of the snapshot: all requests and all governed tenants, page by page. */

import { compareIds } from '../../domain/ids.js'
import { REQUEST_STATUSES, type RequestFacts } from '../../domain/status.js'
import type { SnapshotKey } from '../../ports/event-feed.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { byId } from './fixtures/expected.js'
import { entriesAfter, sameEvents } from './fixtures/feed.js'
import { CLASSICS, type Fixture, TOM } from './fixtures/fixture.js'
import { lifecyclesFrom, saveLifecycle } from './fixtures/lifecycles.js'
import {
  expectedGoverned,
  expectedRequests,
  inSnapshotOrder,
  readGovernedTenants,
  readRequests,
  snapshotKeyOf,
} from './fixtures/snapshot.js'
import { grantAt, rejectAt, revokeAt } from './fixtures/transitions.js'
import { TRICKY } from './ids.js'
import { mutateDeeply } from './immutability.js'
import { saveSomeEvents } from './positions.js'

/** The first and the last id in sort order. */
const [FIRST, LAST] = ['!', '~'.repeat(128)]
const MIXED = ['zebra', 'Acme', '_acme', 'acme', '__proto__', 'a-b']

export const snapshotTests: readonly ContractTest[] = [
  contractTest('an empty repository has no requests and no governed tenants, and the feed continues from its end', async (fixture) => {
    const { repository } = fixture
    assertEqual(await repository.requestPage({ limit: 1_000 }), [], 'all requests')
    assertEqual(await repository.governedTenantPage({ limit: 1_000 }), [], 'all governed tenants')
    const { stable } = await repository.positions()
    await saveSomeEvents(fixture)
    sameEvents(await entriesAfter(fixture, stable), fixture.events, `the feed since ${stable.at}`)
  }),

  contractTest(
    'the request snapshot contains all requests, in every state, once and as last saved, ordered by tenant, `sentAt` and id',
    async (fixture) => {
      await saveManyRequests(fixture)
      const all = await fixture.repository.requestPage({ limit: 1_000 })
      assertEqual(all, expectedRequests(fixture), 'all requests')
      assertEqual(new Set(all.map(({ state }) => state)).size, REQUEST_STATUSES.length, 'the states')
    },
  ),

  contractTest('reading the request snapshot page by page neither repeats nor skips a request, at any limit', async (fixture) => {
    await saveManyRequests(fixture)
    const all = expectedRequests(fixture)
    for (let limit = 1; limit <= all.length + 1; limit += 1) {
      assertEqual(byId(await readRequests(fixture, limit)), byId(all), `all requests, ${limit} a page`)
    }
  }),

  contractTest('the request snapshot continues from any key, of a stored request or not, and compares ids exactly', async (fixture) => {
    await fixture.submit({ tenants: TRICKY })
    for (const at of [1_000, 1_000, 1_000, -1]) await fixture.submitOne('acme', { at })
    const all = expectedRequests(fixture)
    const near = all.filter(({ tenant }) => tenant === 'acme').flatMap(neighbours)
    const made = TRICKY.flatMap((tenant) => [999, 1_000, 1_001].map((sentAt) => ({ tenant, sentAt, id: FIRST })))
    for (const key of [...near, ...made, { tenant: LAST, sentAt: 0, id: LAST }]) {
      const rest = all.filter((facts) => inSnapshotOrder(key, facts) < 0).slice(0, 3)
      assertEqual(await fixture.repository.requestPage({ after: key, limit: 3 }), rest, `all requests after ${JSON.stringify(key)}`)
    }
  }),

  contractTest(
    'writes between pages of the request snapshot cause no repeated or skipped request, and each page is as last saved',
    async (fixture) => {
      await saveManyRequests(fixture)
      const pending = await fixture.submit({ tenants: MIXED, at: 3_000 })
      const before = fixture.requests.map(({ id }) => id)
      let added = 0
      const all = await readRequests(fixture, 3, async (page) => {
        const ids = page.map(({ id }) => id)
        assertEqual(byId(page), byId(expectedRequests(fixture).filter(({ id }) => ids.includes(id))), 'a page')
        const { tenant, sentAt } = page.at(-1) ?? { tenant: TOM, sentAt: 0 }
        added += 1
        if (added > 6) return
        for (const one of [FIRST, tenant, LAST]) await fixture.submitOne(one, { at: sentAt })
        await fixture.applyTransitions(required(pending[added - 1], 'request'), grantAt(4_000), revokeAt(4_000 + added))
      })
      const ids = all.map(({ id }) => id)
      assertEqual(new Set(ids).size, ids.length, 'repeated requests')
      assertEqual(ids.filter((id) => before.includes(id)).sort(), before.sort(), 'the requests saved before')
    },
  ),

  contractTest(
    'the governed tenants are those that ever granted, once, ordered by id, whatever happened to their grants',
    async (fixture) => {
      await saveLifecyclesAcrossTenants(fixture)
      const all = await fixture.repository.governedTenantPage({ limit: 1_000 })
      assertEqual(all, expectedGoverned(fixture), 'all governed tenants')
      mutateDeeply(all)
      assertEqual(
        await fixture.repository.governedTenantPage({ limit: 1_000 }),
        expectedGoverned(fixture),
        'all governed tenants, once more',
      )
    },
  ),

  contractTest(
    'the governed tenants continue from any tenant, compared exactly, and neither repeat nor skip one, at any limit',
    async (fixture) => {
      await fixture.saveTransitions(await fixture.submit({ tenants: TRICKY.filter((_, n) => n % 3) }), grantAt(2_000))
      const all = expectedGoverned(fixture)
      for (const limit of [1, 2, 3, 7, all.length, 100]) assertEqual(await readGovernedTenants(fixture, limit), all, `${limit} a page`)
      for (const key of [...TRICKY, FIRST, LAST]) {
        const rest = all.filter((tenant) => compareIds(key, tenant) < 0).slice(0, 3)
        assertEqual(await fixture.repository.governedTenantPage({ after: key, limit: 3 }), rest, `all governed tenants after ${key}`)
      }
    },
  ),

  contractTest('a page of the request snapshot or of the governed tenants is full while more remain', async (fixture) => {
    const { repository } = fixture
    await fixture.saveTransitions(await fixture.submit({ tenants: Array.from({ length: 1_000 }, (_, n) => `tenant-${n}`) }), grantAt(2_000))
    for (const limit of [999, 2_000]) {
      assertEqual((await repository.requestPage({ limit })).length, Math.min(limit, 1_000), `requests in a page of ${limit}`)
      assertEqual((await repository.governedTenantPage({ limit })).length, Math.min(limit, 1_000), `governed tenants in a page of ${limit}`)
    }
  }),
]

/** Saves requests of two requesters in every state, several per tenant and instant. */
async function saveManyRequests(fixture: Fixture): Promise<void> {
  for (const [n, life] of lifecyclesFrom(0).entries()) {
    const [tenant, by] = [MIXED[n % 5], n % 2 ? 'rival' : CLASSICS]
    await saveLifecycle(fixture, required(tenant, 'tenant'), life, { by, at: ((n % 3) - 1) * 1_000 })
  }
  await fixture.submit({ tenants: MIXED, at: 1_000 })
}

/** Saves one tenant per lifecycle, some that never granted, and some with two requests. */
async function saveLifecyclesAcrossTenants(fixture: Fixture): Promise<void> {
  for (const [n, life] of lifecyclesFrom(0).entries()) await saveLifecycle(fixture, `${MIXED[n % 6]}-${n}`, life)
  for (const tenant of ['acme-1', 'acme-0', 'B', 'b'])
    await fixture.applyTransitions(await fixture.submitOne(tenant, { at: 5_000 }), rejectAt(6_000))
}

/** Returns the key of a request and keys next to it. */
function neighbours(facts: RequestFacts): SnapshotKey[] {
  const key = snapshotKeyOf(facts)
  const ids = [key.id, key.id.toLowerCase(), key.id.toUpperCase(), `${key.id}!`, key.id.slice(0, -1)]
  return [...ids.map((id) => ({ ...key, id })), { ...key, sentAt: key.sentAt - 1 }, { ...key, tenant: key.tenant.toUpperCase() }]
}
