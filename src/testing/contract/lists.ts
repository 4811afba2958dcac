/** Contract tests of list contents: whose rows, and which with a status (SPEC 6.1, 6.2, 6.3). */
import type { TenantId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import { REQUEST_STATUSES, USER_STATUSES } from '../../domain/status.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { expectedIncoming, expectedMyAccess, expectedOutgoing } from './fixtures/expected.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { instantsFrom, type Lifecycle, lifecyclesFrom, saveLifecycle } from './fixtures/lifecycles.js'
import { expireNow, grantAt, rejectAt, removeUserAt } from './fixtures/transitions.js'

const BOTH = [CAROLINE, CHARLOTTE]
const ALL = { now: 9_000, limit: 1_000 }

export const listTests: readonly ContractTest[] = [
  contractTest('incoming contains the requests of every requester that ask the tenant, and no others', async (fixture) => {
    await requestsOfThreeParties(fixture)
    for (const tenant of [TOM, HUNDRED, CLASSICS, 'nobody']) {
      assertEqual(await fixture.repository.incoming({ ...ALL, tenant }), expectedIncoming(fixture, tenant), tenant)
    }
  }),

  contractTest('outgoing contains the requests that the tenant sent, each with its name, and no others', async (fixture) => {
    await requestsOfThreeParties(fixture)
    for (const tenant of [CLASSICS, 'rival', TOM, HUNDRED, 'nobody']) {
      assertEqual(await fixture.repository.outgoing({ ...ALL, requestingTenant: tenant }), expectedOutgoing(fixture, tenant), tenant)
    }
  }),

  contractTest('outgoing of one access request contains only its rows', async (fixture) => {
    await requestsOfThreeParties(fixture)
    for (const accessRequest of ['one', 'two', 'three', 'none']) {
      const rows = await fixture.repository.outgoing({ ...ALL, requestingTenant: CLASSICS, accessRequest })
      assertEqual(rows, expectedOutgoing(fixture, CLASSICS, undefined, accessRequest), accessRequest)
    }
  }),

  contractTest("outgoing of one access request excludes another requesting tenant's request of that id", async (fixture) => {
    await fixture.submit({ id: 'shared', name: 'Ours', tenants: [TOM, HUNDRED] })
    await fixture.submit({ id: 'shared', name: 'Theirs', by: 'rival', users: ['xavier'], tenants: [TOM, 'green-gables'] })
    for (const requestingTenant of [CLASSICS, 'rival', TOM]) {
      const rows = await fixture.repository.outgoing({ ...ALL, requestingTenant, accessRequest: 'shared' })
      assertEqual(rows, expectedOutgoing(fixture, requestingTenant, undefined, 'shared'), requestingTenant)
    }
  }),

  contractTest('outgoing filters one access request by status', async (fixture) => {
    const sent = await fixture.submit({ id: 'one', tenants: [TOM, HUNDRED, 'green-gables'] })
    await fixture.submit({ id: 'two', tenants: [TOM, HUNDRED], at: 1_100 })
    await fixture.saveTransitions(sent.slice(1), grantAt(2_000))
    for (const status of REQUEST_STATUSES) {
      const rows = await fixture.repository.outgoing({ ...ALL, requestingTenant: CLASSICS, accessRequest: 'one', statuses: [status] })
      assertEqual(rows, expectedOutgoing(fixture, CLASSICS, { now: ALL.now, status }, 'one'), status)
    }
  }),

  contractTest('outgoing of one access request continues from a key with only its rows', async (fixture) => {
    await fixture.submit({ id: 'one', tenants: [TOM, HUNDRED, 'green-gables'] })
    await fixture.submit({ id: 'two', tenants: [TOM, HUNDRED, 'kellynch'] })
    await fixture.submit({ id: 'one', by: 'rival', tenants: [TOM, HUNDRED, 'kellynch'] })
    const whole = expectedOutgoing(fixture, CLASSICS, undefined, 'one')
    for (const [n, { request }] of whole.entries()) {
      const query = { ...ALL, requestingTenant: CLASSICS, accessRequest: 'one', after: { sentAt: request.sentAt, id: request.id } }
      assertEqual(await fixture.repository.outgoing(query), whole.slice(n + 1), `after ${request.id}`)
    }
  }),

  contractTest(
    'incoming with a status contains the requests of that status at `now`, at every boundary of a grant, an expiry or a lapse',
    async (fixture) => {
      for (const life of lifecyclesFrom(0)) await saveLifecycle(fixture, TOM, life)
      for (const now of instantsFrom(0)) {
        for (const status of REQUEST_STATUSES) {
          const rows = await fixture.repository.incoming({ tenant: TOM, statuses: [status], now, limit: 100 })
          assertEqual(rows, expectedIncoming(fixture, TOM, { status, now }), `${status} at ${now}`)
        }
      }
    },
  ),

  contractTest(
    'outgoing with a status contains the requests of that status at `now`, at every boundary of a grant, an expiry or a lapse',
    async (fixture) => {
      await saveLifecycles(fixture, lifecyclesFrom(0), 1_000)
      for (const now of instantsFrom(0)) {
        for (const status of REQUEST_STATUSES) {
          const rows = await fixture.repository.outgoing({ requestingTenant: CLASSICS, statuses: [status], now, limit: 100 })
          assertEqual(rows, expectedOutgoing(fixture, CLASSICS, { status, now }), `${status} at ${now}`)
        }
      }
    },
  ),

  contractTest(
    'my access contains every tenant with a request that names or named the user, with the one that decides',
    async (fixture) => {
      await requestsOfThreeParties(fixture)
      await fixture.applyTransitions(await fixture.submitOne('kellynch', { users: BOTH }), removeUserAt(CAROLINE, 2_000))
      await fixture.applyTransitions(await fixture.submitOne('donwell'), removeUserAt(CAROLINE, 2_000))
      await fixture.applyTransitions(await fixture.submitOne('barton'), grantAt(2_000))
      await fixture.applyTransitions(await fixture.submitOne('barton', { at: 1_300 }), rejectAt(3_000))
      // The same user named by another requesting tenant is another list.
      await fixture.submitOne(HUNDRED, { by: 'rival', at: 1 })
      for (const requestingTenant of [CLASSICS, 'rival', TOM]) {
        for (const user of [CAROLINE, CHARLOTTE, 'xavier', 'becky', 'elizabeth', 'nobody']) {
          const rows = await fixture.repository.myAccess({ ...ALL, requestingTenant, user })
          assertEqual(rows, expectedMyAccess(fixture, requestingTenant, user), `${user} of ${requestingTenant}`)
        }
      }
    },
  ),

  contractTest("a row of my access keeps the earliest `sentAt` of the user's requests there, whatever happens later", async (fixture) => {
    const first = await fixture.submitOne(TOM, { at: 1_000 })
    await fixture.submitOne(HUNDRED, { at: 2_000 })
    await fixture.submitOne(TOM, { users: [CHARLOTTE], at: 500 })
    await fixture.applyTransitions(first, removeUserAt(CAROLINE, 2_500))
    await fixture.applyTransitions(await fixture.submitOne(TOM, { at: 3_000 }), grantAt(4_000))
    assertEqual(
      await fixture.repository.myAccess({ ...ALL, requestingTenant: CLASSICS, user: CAROLINE }),
      expectedMyAccess(fixture, CLASSICS, CAROLINE),
      'the rows',
    )
  }),

  contractTest(
    "my access with a status contains the tenants where that is the user's status, for every pair of lifecycles",
    async (fixture) => {
      await savePairsOfLifecycles(fixture, lifecyclesFrom(0), lifecyclesFrom(500))
      await expectMyAccess(fixture, [...new Set([...instantsFrom(0), ...instantsFrom(500)])])
    },
  ),

  contractTest("my access with a status agrees with the user's status if two requests ended at one instant", async (fixture) => {
    await savePairsOfLifecycles(fixture, lifecyclesFrom(0), lifecyclesFrom(0))
    await expectMyAccess(fixture, instantsFrom(0))
  }),
]

/** Saves requests of two requesters to three tenants, one of which also asks another tenant. */
async function requestsOfThreeParties(fixture: Fixture): Promise<void> {
  const [hundred, tom] = await fixture.submit({ id: 'one', name: 'First', tenants: [TOM, HUNDRED], users: BOTH })
  const more = await fixture.submitOne(TOM, { id: 'two', name: 'Second', users: [CHARLOTTE], at: 1_100 })
  await fixture.submit({ id: 'three', name: 'Theirs', tenants: [TOM, HUNDRED], by: 'rival', users: ['xavier'] })
  await fixture.submit({ name: 'Toms', tenants: [HUNDRED], by: TOM, users: ['becky'], at: 1_200 })
  await fixture.applyTransitions(required(hundred, 'request to Hundred Acre'), grantAt(2_000, 3_000), expireNow())
  await fixture.applyTransitions(required(tom, 'request to Tom'), removeUserAt(CAROLINE, 1_500))
  await fixture.applyTransitions(more, grantAt(2_000))
}

/** Saves each lifecycle in a tenant of its own. */
async function saveLifecycles(fixture: Fixture, lives: readonly Lifecycle[], at: Instant): Promise<void> {
  for (const [n, life] of lives.entries()) await saveLifecycle(fixture, `tenant-${n}`, life, { at })
}

/** Saves two requests per tenant, one tenant for every pair of lifecycles, in few large batches. */
async function savePairsOfLifecycles(fixture: Fixture, firsts: readonly Lifecycle[], seconds: readonly Lifecycle[]): Promise<void> {
  const tenantOf = (first: number, second: number): TenantId => `tenant-${first}-${second}`
  for (const [first, life] of firsts.entries()) {
    await applyToTenants(
      fixture,
      seconds.map((_, second) => tenantOf(first, second)),
      life,
      1_000,
    )
  }
  for (const [second, life] of seconds.entries()) {
    await applyToTenants(
      fixture,
      firsts.map((_, first) => tenantOf(first, second)),
      life,
      1_001,
    )
  }
}

async function applyToTenants(fixture: Fixture, tenants: readonly TenantId[], life: Lifecycle, at: Instant): Promise<void> {
  const sent = await fixture.submit({ tenants, users: BOTH, at, answerBy: life.answerBy })
  for (const verb of life.steps) await fixture.saveTransitions(sent, verb)
}

async function expectMyAccess(fixture: Fixture, instants: readonly Instant[]): Promise<void> {
  for (const now of instants) {
    for (const status of USER_STATUSES) {
      const rows = await fixture.repository.myAccess({ requestingTenant: CLASSICS, user: CAROLINE, statuses: [status], now, limit: 1_000 })
      assertEqual(rows, expectedMyAccess(fixture, CLASSICS, CAROLINE, now, status), `${status} at ${now}`)
    }
  }
}
