/** Contract tests of facts: complete for decisions, without other tenants' data (SPEC 5.2). */
import { decide } from '../../domain/decision.js'
import { type Decision, METHODS } from '../../domain/decision-types.js'
import type { TenantFacts } from '../../domain/facts.js'
import type { TenantId } from '../../domain/ids.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { expectedFacts, expectedFactsOfUser, factsById } from './fixtures/expected.js'
import { sameFactsFor, sameFactsOfUser } from './fixtures/facts.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { instantsFrom, lifecyclesFrom } from './fixtures/lifecycles.js'
import { grantAt, removeUserAt } from './fixtures/transitions.js'

const BOTH = [CAROLINE, CHARLOTTE]

export const factsTests: readonly ContractTest[] = [
  contractTest('a tenant that was never asked is not governed and has no requests', async (fixture) => {
    const nothing = { tenant: TOM, governed: false, requests: [] }
    assertEqual(await fixture.repository.facts(TOM), nothing, 'in an empty repository')
    await fixture.applyTransitions(await fixture.submitOne(HUNDRED), grantAt(2_000))
    assertEqual(await fixture.repository.facts(TOM), nothing, 'beside another tenant')
    assertEqual(await fixture.repository.factsFor(TOM, CAROLINE), nothing, 'for a user')
  }),

  contractTest("a tenant's facts contain all its requests, in every state", async (fixture) => {
    await saveEveryLifecycle(fixture)
    assertEqual(factsById(await fixture.repository.facts(TOM)), expectedFacts(fixture, TOM), 'the facts')
  }),

  contractTest("a tenant's facts exclude other tenants of the same request and requests that the tenant sent", async (fixture) => {
    await fixture.submit({ tenants: [TOM, HUNDRED] })
    await fixture.submit({ tenants: [HUNDRED], by: TOM, users: ['becky'] })
    for (const tenant of [TOM, HUNDRED, CLASSICS]) {
      assertEqual(factsById(await fixture.repository.facts(tenant)), expectedFacts(fixture, tenant), tenant)
    }
  }),

  contractTest("a tenant's facts contain the requests of every requester", async (fixture) => {
    await fixture.submitOne(TOM)
    await fixture.submitOne(TOM, { by: 'rival', users: ['xavier'] })
    assertEqual(factsById(await fixture.repository.facts(TOM)), expectedFacts(fixture, TOM), 'the facts')
  }),

  contractTest('facts for a user contain exactly the requests that name or named the user, with that user in them', async (fixture) => {
    await saveEveryLifecycle(fixture)
    await fixture.submitOne(TOM, { users: [CHARLOTTE] })
    await fixture.submitOne(HUNDRED, { users: BOTH })
    for (const user of BOTH) {
      const whole = expectedFactsOfUser(fixture, user).filter(({ tenant }) => tenant === TOM)
      for (const facts of whole) sameFactsFor(await fixture.repository.factsFor(TOM, user), facts, user)
    }
  }),

  contractTest('facts for a user have no requests if no request of the tenant names or named the user', async (fixture) => {
    await fixture.submitOne(TOM)
    await fixture.submitOne(HUNDRED, { users: [CHARLOTTE] })
    assertEqual(await fixture.repository.factsFor(TOM, CHARLOTTE), { tenant: TOM, governed: false, requests: [] }, 'named elsewhere')
    assertEqual(await fixture.repository.factsFor(TOM, 'nobody'), { tenant: TOM, governed: false, requests: [] }, 'named nowhere')
  }),

  contractTest("a user's facts cover every tenant with a request that names or named the user, ordered by tenant id", async (fixture) => {
    const tenants = ['zebra', 'Acme', '_acme', 'acme', 'a-b', 'ab', 'Zebra', '~']
    const sent = await fixture.submit({ tenants, users: BOTH })
    await fixture.submit({ tenants: ['acme', 'new'], users: [CAROLINE], by: 'rival', at: 1_100 })
    await fixture.submit({ tenants: ['other'], users: [CHARLOTTE] })
    await fixture.saveTransitions(sent.slice(0, 3), removeUserAt(CAROLINE, 2_000))
    await fixture.saveTransitions(sent.slice(2, 5), grantAt(2_100))
    for (const user of BOTH) sameFactsOfUser(await fixture.repository.factsOfUser(user), expectedFactsOfUser(fixture, user), user)
  }),

  contractTest('a removed user keeps their facts, even the last user of a request', async (fixture) => {
    await fixture.applyTransitions(await fixture.submitOne(TOM), removeUserAt(CAROLINE, 2_000))
    await fixture.applyTransitions(await fixture.submitOne(HUNDRED, { users: BOTH }), grantAt(2_000), removeUserAt(CAROLINE, 3_000))
    sameFactsOfUser(await fixture.repository.factsOfUser(CAROLINE), expectedFactsOfUser(fixture, CAROLINE), CAROLINE)
  }),

  contractTest('a user whom no request ever named has no facts', async (fixture) => {
    assertEqual(await fixture.repository.factsOfUser(CAROLINE), [], 'in an empty repository')
    await fixture.submitOne(TOM)
    assertEqual(await fixture.repository.factsOfUser(CHARLOTTE), [], 'beside another user')
    assertEqual(await fixture.repository.factsOfUser('elizabeth'), [], 'the requester')
  }),

  contractTest('decisions are the same from the facts for a user, all facts of the user and all facts of the tenant', async (fixture) => {
    for (const [n, life] of lifecyclesFrom(0).entries()) {
      await fixture.applyTransitions(await fixture.submitOne(`tenant-${n}`, { users: BOTH }), ...life)
    }
    const { repository } = fixture
    for (const all of await repository.factsOfUser(CAROLINE)) {
      const [whole, some] = [await repository.facts(all.tenant), await repository.factsFor(all.tenant, CAROLINE)]
      const answers = [whole, some, all].map((facts) => decisions(all.tenant, facts))
      assertEqual(answers[1], answers[0], `from the facts of ${all.tenant} for a user`)
      assertEqual(answers[2], answers[0], `from the user's facts of ${all.tenant}`)
    }
  }),
]

async function saveEveryLifecycle(fixture: Fixture): Promise<void> {
  const lives = [...lifecyclesFrom(0), ...lifecyclesFrom(100)]
  for (const [n, life] of lives.entries()) {
    await fixture.applyTransitions(await fixture.submitOne(TOM, { users: BOTH, at: 1_000 + n }), ...life)
  }
}

function decisions(tenant: TenantId, facts: TenantFacts): Decision[] {
  return instantsFrom(0).flatMap((now) => METHODS.map((method) => decide(CAROLINE, tenant, method, now, facts)))
}
