/** The laws of filling an index elsewhere: all requests and all governed tenants, page by page, and where the feed goes on from there. */

import { compareIds } from '../../domain/ids.js'
import { REQUEST_STATUSES, type RequestFacts } from '../../domain/status.js'
import type { SnapshotKey } from '../../ports/event-feed.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { byId } from './fixtures/expected.js'
import { entriesAfter, sameEvents } from './fixtures/feed.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, TOM } from './fixtures/fixture.js'
import { lifecyclesFrom } from './fixtures/lifecycles.js'
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
import { deface } from './immutability.js'
import { saveSomeEvents } from './positions.js'

const BOTH = [CAROLINE, CHARLOTTE]
/** The first of each kind of id is before every other, the last behind. */
const [FIRST, LAST] = ['!', '~'.repeat(128)]
const MIXED = ['zebra', 'Acme', '_acme', 'acme', '__proto__', 'a-b']

export const snapshotTests: readonly ContractTest[] = [
  contractTest(
    'before anything is saved there are no requests and no governed tenants, and the feed goes on from where it ends',
    async (scene) => {
      const { repository } = scene
      assertEqual(await repository.requestPage({ limit: 1_000 }), [], 'all requests')
      assertEqual(await repository.governedTenantPage({ limit: 1_000 }), [], 'all governed tenants')
      const { stable } = await repository.positions()
      await saveSomeEvents(scene)
      sameEvents(await entriesAfter(scene, stable), scene.events, `the feed since ${stable.at}`)
    },
  ),

  contractTest(
    "all requests are the facts of everybody's, in every state, each once and as last saved, by tenant, `sentAt` and id",
    async (scene) => {
      await crowd(scene)
      const all = await scene.repository.requestPage({ limit: 1_000 })
      assertEqual(all, expectedRequests(scene), 'all requests')
      assertEqual(new Set(all.map(({ state }) => state)).size, REQUEST_STATUSES.length, 'the states')
    },
  ),

  contractTest('going on from the last of each page, all requests neither repeat nor skip one, whatever the limit', async (scene) => {
    await crowd(scene)
    const all = expectedRequests(scene)
    for (let limit = 1; limit <= all.length + 1; limit += 1) {
      assertEqual(byId(await readRequests(scene, limit)), byId(all), `all requests, ${limit} a page`)
    }
  }),

  contractTest('all requests go on from any key, of a request or of none, whose ids are compared exactly', async (scene) => {
    await scene.submit({ tenants: TRICKY })
    for (const at of [1_000, 1_000, 1_000, -1]) await scene.submitOne('acme', { at })
    const all = expectedRequests(scene)
    const near = all.filter(({ tenant }) => tenant === 'acme').flatMap(neighbours)
    const made = TRICKY.flatMap((tenant) => [999, 1_000, 1_001].map((sentAt) => ({ tenant, sentAt, id: FIRST })))
    for (const key of [...near, ...made, { tenant: LAST, sentAt: 0, id: LAST }]) {
      const rest = all.filter((facts) => inSnapshotOrder(key, facts) < 0).slice(0, 3)
      assertEqual(await scene.repository.requestPage({ after: key, limit: 3 }), rest, `all requests after ${JSON.stringify(key)}`)
    }
  }),

  contractTest(
    'what is saved between the pages of all requests makes them neither repeat nor skip one, and each page is as last saved',
    async (scene) => {
      await crowd(scene)
      const pending = await scene.submit({ tenants: MIXED, at: 3_000 })
      const before = scene.requests.map(({ id }) => id)
      let added = 0
      const all = await readRequests(scene, 3, async (page) => {
        const ids = page.map(({ id }) => id)
        assertEqual(byId(page), byId(expectedRequests(scene).filter(({ id }) => ids.includes(id))), 'a page')
        const { tenant, sentAt } = page.at(-1) ?? { tenant: TOM, sentAt: 0 }
        added += 1
        if (added > 6) return
        for (const one of [FIRST, tenant, LAST]) await scene.submitOne(one, { at: sentAt })
        await scene.applyTransitions(required(pending[added - 1], 'request'), grantAt(4_000), revokeAt(4_000 + added))
      })
      const ids = all.map(({ id }) => id)
      assertEqual(new Set(ids).size, ids.length, 'requests that came twice')
      assertEqual(ids.filter((id) => before.includes(id)).sort(), before.sort(), 'the requests that were there before')
    },
  ),

  contractTest(
    'all governed tenants are those that ever granted, each once, by their ids, whatever became of their grants',
    async (scene) => {
      await everyLifeElsewhere(scene)
      const all = await scene.repository.governedTenantPage({ limit: 1_000 })
      assertEqual(all, expectedGoverned(scene), 'all governed tenants')
      deface(all)
      assertEqual(await scene.repository.governedTenantPage({ limit: 1_000 }), expectedGoverned(scene), 'all governed tenants, once more')
    },
  ),

  contractTest(
    'all governed tenants go on from any tenant, compared exactly, and neither repeat nor skip one, whatever the limit',
    async (scene) => {
      await scene.saveTransitions(await scene.submit({ tenants: TRICKY.filter((_, n) => n % 3) }), grantAt(2_000))
      const all = expectedGoverned(scene)
      for (const limit of [1, 2, 3, 7, all.length, 100]) assertEqual(await readGovernedTenants(scene, limit), all, `${limit} a page`)
      for (const key of [...TRICKY, FIRST, LAST]) {
        const rest = all.filter((tenant) => compareIds(key, tenant) < 0).slice(0, 3)
        assertEqual(await scene.repository.governedTenantPage({ after: key, limit: 3 }), rest, `all governed tenants after ${key}`)
      }
    },
  ),

  contractTest('a page of all requests, and of all governed tenants, is full as long as there are more', async (scene) => {
    const { repository } = scene
    await scene.saveTransitions(await scene.submit({ tenants: Array.from({ length: 1_000 }, (_, n) => `tenant-${n}`) }), grantAt(2_000))
    for (const limit of [999, 2_000]) {
      assertEqual((await repository.requestPage({ limit })).length, Math.min(limit, 1_000), `requests in a page of ${limit}`)
      assertEqual((await repository.governedTenantPage({ limit })).length, Math.min(limit, 1_000), `governed tenants in a page of ${limit}`)
    }
  }),
]

/** Requests in every state, several to a tenant and to an instant, by two who ask. */
async function crowd(scene: Fixture): Promise<void> {
  for (const [n, life] of lifecyclesFrom(0).entries()) {
    const [tenant, by] = [MIXED[n % 5], n % 2 ? 'rival' : CLASSICS]
    await scene.applyTransitions(await scene.submitOne(required(tenant, 'tenant'), { users: BOTH, by, at: ((n % 3) - 1) * 1_000 }), ...life)
  }
  await scene.submit({ tenants: MIXED, at: 1_000 })
}

/** A tenant for each life, some that were never asked to grant, and some that have two. */
async function everyLifeElsewhere(scene: Fixture): Promise<void> {
  for (const [n, life] of lifecyclesFrom(0).entries())
    await scene.applyTransitions(await scene.submitOne(`${MIXED[n % 6]}-${n}`, { users: BOTH }), ...life)
  for (const tenant of ['acme-1', 'acme-0', 'B', 'b'])
    await scene.applyTransitions(await scene.submitOne(tenant, { at: 5_000 }), rejectAt(6_000))
}

/** The key of a request, and keys that are nearly the same. */
function neighbours(facts: RequestFacts): SnapshotKey[] {
  const key = snapshotKeyOf(facts)
  const ids = [key.id, key.id.toLowerCase(), key.id.toUpperCase(), `${key.id}!`, key.id.slice(0, -1)]
  return [...ids.map((id) => ({ ...key, id })), { ...key, sentAt: key.sentAt - 1 }, { ...key, tenant: key.tenant.toUpperCase() }]
}
