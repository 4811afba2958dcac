/** Contract tests of facts: what decides, and neither history nor other users (SPEC 5.2). */
import { decide } from '../../domain/decision.js'
import { type Decision, METHODS } from '../../domain/decision-types.js'
import type { TenantFacts } from '../../domain/facts.js'
import type { TenantId } from '../../domain/ids.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { expectedFacts, expectedFactsFor, expectedGrantsOf, expectedOpenFacts } from './fixtures/expected.js'
import { sameFacts, sameFactsOfAll } from './fixtures/facts.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { instantsFrom, lifecyclesFrom, saveLifecycle } from './fixtures/lifecycles.js'
import { factsForUser, factsIn, grantsOfUserAt } from './fixtures/reads.js'
import { grantAt, rejectAt, removeUserAt } from './fixtures/transitions.js'

const BOTH = [CAROLINE, CHARLOTTE]

export const factsTests: readonly ContractTest[] = [
  contractTest('a tenant that was never asked is not governed and has no requests', async (fixture) => {
    const nothing = { tenant: TOM, governed: false, requests: [] }
    assertEqual(await factsIn(fixture.repository, TOM), nothing, 'in an empty repository')
    await fixture.applyTransitions(await fixture.submitOne(HUNDRED), grantAt(2_000))
    assertEqual(await factsIn(fixture.repository, TOM), nothing, 'beside another tenant')
    assertEqual(await factsForUser(fixture.repository, TOM, CAROLINE), nothing, 'for a user')
    assertEqual(
      await fixture.repository.factsFor({ tenant: TOM, user: CAROLINE, from: CLASSICS, now: 0 }),
      nothing,
      'for a user of a requester',
    )
  }),

  contractTest("a tenant's facts contain all its requests, in every state and page by page", async (fixture) => {
    await saveEveryLifecycle(fixture)
    sameFacts(await factsIn(fixture.repository, TOM), expectedFacts(fixture, TOM), 'the facts')
    for (const openAt of instantsFrom(0)) {
      sameFacts(await factsIn(fixture.repository, TOM, openAt), expectedOpenFacts(fixture, TOM, openAt), `open at ${openAt}`)
      await expectPages(fixture, 3, openAt)
    }
    for (const limit of [1, 4, 100]) await expectPages(fixture, limit)
  }),

  contractTest("a tenant's facts exclude other tenants of the same request and requests that the tenant sent", async (fixture) => {
    await fixture.submit({ tenants: [TOM, HUNDRED] })
    await fixture.submit({ tenants: [HUNDRED], by: TOM, users: ['becky'] })
    for (const tenant of [TOM, HUNDRED, CLASSICS])
      sameFacts(await factsIn(fixture.repository, tenant), expectedFacts(fixture, tenant), tenant)
  }),

  contractTest("a tenant's facts contain the requests of every requester", async (fixture) => {
    await fixture.submitOne(TOM)
    await fixture.submitOne(TOM, { by: 'rival', users: ['xavier'] })
    sameFacts(await factsIn(fixture.repository, TOM), expectedFacts(fixture, TOM), 'the facts')
  }),

  contractTest('facts for a user contain exactly the requests that decide, narrowed to that user', async (fixture) => {
    await saveEveryLifecycle(fixture)
    await fixture.submitOne(TOM, { users: [CHARLOTTE] })
    await fixture.submitOne(HUNDRED, { users: BOTH })
    for (const user of BOTH) await expectFactsFor(fixture, user)
  }),

  contractTest('of the ended requests, facts for a user contain the one that ended last by each requesting tenant', async (fixture) => {
    for (const [n, life] of [...lifecyclesFrom(0), ...lifecyclesFrom(50)].entries()) {
      for (const by of [CLASSICS, 'rival']) await saveLifecycle(fixture, TOM, life, { by, at: 900 + n })
      for (const user of BOTH) await expectFactsFor(fixture, user, n)
    }
    // Requests that ended at one instant: the order of the ends decides, and then the id.
    for (const by of [CLASSICS, 'rival']) {
      for (const end of [rejectAt(9_500), removeUserAt(CAROLINE, 9_500), rejectAt(9_500)])
        await fixture.applyTransitions(await fixture.submitOne(TOM, { users: BOTH, by }), end)
      await expectFactsFor(fixture, CAROLINE)
    }
  }),

  contractTest(
    'facts for many queries are those of each, in their order: repeated, by one requester or all, at any instant',
    async (fixture) => {
      await saveEveryLifecycle(fixture)
      await fixture.applyTransitions(await fixture.submitOne(TOM, { users: BOTH, by: 'rival' }), grantAt(2_000, 4_000))
      await fixture.applyTransitions(await fixture.submitOne('__proto__', { users: BOTH }), grantAt(2_000))
      assertEqual(await fixture.repository.factsForMany([]), [], 'for no query')
      const instants = [9_000, 0, 2_999, 9_000, 3_000]
      const queries = [TOM, 'never-asked', '__proto__', TOM, TOM].flatMap((tenant, n) =>
        [...BOTH, 'nobody'].flatMap((user) => [null, 'rival', CLASSICS].map((from) => ({ tenant, user, from, now: instants[n] ?? 0 }))),
      )
      const all = await fixture.repository.factsForMany(queries)
      assertEqual(all.length, queries.length, 'the number of facts')
      for (const [n, { tenant, user, from, now }] of queries.entries())
        sameFacts(
          required(all[n], 'facts'),
          expectedFactsFor(fixture, tenant, user, now, from),
          `${tenant} for ${user} of ${from} at ${now}`,
        )
      const backwards = await fixture.repository.factsForMany([...queries].reverse())
      for (const [n, facts] of all.entries()) sameFacts(required(backwards.at(-1 - n), 'facts'), facts, `query ${n} from behind`)
    },
  ),

  contractTest('facts for a user have no requests if no request of the tenant names or named the user', async (fixture) => {
    await fixture.submitOne(TOM)
    await fixture.submitOne(HUNDRED, { users: [CHARLOTTE] })
    const nothing = { tenant: TOM, governed: false, requests: [] }
    assertEqual(await factsForUser(fixture.repository, TOM, CHARLOTTE), nothing, 'named elsewhere')
    assertEqual(await factsForUser(fixture.repository, TOM, 'nobody'), nothing, 'named nowhere')
    const query = { tenant: TOM, user: CAROLINE, from: 'rival', now: 2_000 }
    assertEqual(await fixture.repository.factsFor(query), nothing, 'named by another requester')
  }),

  contractTest("a user's grants cover every tenant with a grant that is not over and names the user, page by page", async (fixture) => {
    const tenants = ['zebra', 'Acme', '_acme', 'acme', 'a-b', 'ab', 'Zebra', '~']
    const sent = await fixture.submit({ tenants, users: BOTH })
    const theirs = await fixture.submit({ tenants: ['acme', 'new'], users: [CAROLINE], by: 'rival', at: 1_100 })
    await fixture.submit({ tenants: ['other'], users: [CHARLOTTE] })
    await fixture.submit({ tenants: ['acme', 'ab'], users: BOTH, at: 1_200 })
    await fixture.saveTransitions(sent.slice(0, 3), removeUserAt(CAROLINE, 2_000))
    await fixture.saveTransitions([...sent.slice(1, 7), ...theirs], grantAt(2_100, 5_000))
    for (const user of BOTH) {
      for (const now of [2_000, 4_999, 5_000])
        sameFactsOfAll(await grantsOfUserAt(fixture.repository, user, now), expectedGrantsOf(fixture, user, now), `${user} at ${now}`)
      const whole = expectedGrantsOf(fixture, user, 3_000)
      for (const [n, after] of [undefined, ...whole.map(({ tenant }) => tenant)].entries()) {
        const page = await fixture.repository.grantsOfUser({ user, from: null, now: 3_000, after, limit: 2 })
        sameFactsOfAll(page, whole.slice(n, n + 2), `${user} after ${after}`)
      }
      for (const from of [CLASSICS, 'rival', 'nobody']) {
        const own = await fixture.repository.grantsOfUser({ user, from, now: 3_000, limit: 100 })
        sameFactsOfAll(own, expectedGrantsOf(fixture, user, 3_000, from), `${user} of ${from}`)
      }
    }
  }),

  contractTest('a removed user keeps their facts, even the last user of a request', async (fixture) => {
    await fixture.applyTransitions(await fixture.submitOne(TOM), removeUserAt(CAROLINE, 2_000))
    await fixture.applyTransitions(await fixture.submitOne(HUNDRED, { users: BOTH }), grantAt(2_000), removeUserAt(CAROLINE, 3_000))
    for (const tenant of [TOM, HUNDRED])
      sameFacts(await factsForUser(fixture.repository, tenant, CAROLINE), expectedFactsFor(fixture, tenant, CAROLINE), tenant)
  }),

  contractTest('decisions are the same from the facts for a user and all facts of the tenant', async (fixture) => {
    for (const [n, life] of lifecyclesFrom(0).entries()) {
      for (const [m, next] of lifecyclesFrom(500).entries()) {
        if ((n + m) % 3 > 0) continue
        const tenant = `tenant-${n}-${m}`
        await saveLifecycle(fixture, tenant, life)
        await saveLifecycle(fixture, tenant, next, { at: 1_001 })
        const whole = await factsIn(fixture.repository, tenant)
        for (const now of [...instantsFrom(0), ...instantsFrom(500)]) {
          const some = await factsForUser(fixture.repository, tenant, CAROLINE, now)
          for (const later of [now, now + 400])
            assertEqual(decisions(tenant, some, later), decisions(tenant, whole, later), `in ${tenant} at ${later}, loaded at ${now}`)
        }
      }
    }
  }),
]

/**
 * Asserts the facts of Tom for a user, at every instant of every lifecycle.
 * By all requests, and by those of each requester; with a `turn`, by one of these at each instant, and by the next one in the next turn.
 */
async function expectFactsFor(fixture: Fixture, user: string, turn?: number): Promise<void> {
  for (const [n, now] of [...new Set([...instantsFrom(0), ...instantsFrom(100)])].entries()) {
    for (const [m, from] of [null, CLASSICS, 'rival'].entries()) {
      if (turn !== undefined && (turn + n) % 3 !== m) continue
      const answer = await fixture.repository.factsFor({ tenant: TOM, user, from, now })
      sameFacts(answer, expectedFactsFor(fixture, TOM, user, now, from), `${user} of ${from} at ${now}`)
    }
  }
}

/** Reads Tom's facts page by page, and asserts that each request is on one page, in order. */
async function expectPages(fixture: Fixture, limit: number, openAt?: number): Promise<void> {
  const expected = openAt === undefined ? expectedFacts(fixture, TOM) : expectedOpenFacts(fixture, TOM, openAt)
  const whole = expected.requests.toSorted((a, b) => a.sentAt - b.sentAt || (a.id < b.id ? -1 : 1))
  for (const [n, last] of [undefined, ...whole].entries()) {
    const after = last && { sentAt: last.sentAt, id: last.id }
    const page = await fixture.repository.factsPage({ tenant: TOM, openAt, after, limit })
    assertEqual(page, { ...expected, requests: whole.slice(n, n + limit) }, `${limit} after ${last?.id}`)
  }
}

async function saveEveryLifecycle(fixture: Fixture): Promise<void> {
  const lives = [...lifecyclesFrom(0), ...lifecyclesFrom(100)]
  for (const [n, life] of lives.entries()) await saveLifecycle(fixture, TOM, life, { at: 1_000 + (n % 9) })
}

function decisions(tenant: TenantId, facts: TenantFacts, now: number): Decision[] {
  return METHODS.map((method) => decide(CAROLINE, tenant, method, now, facts))
}
