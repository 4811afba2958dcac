/** The laws of facts: all that a decision about a tenant depends on, and nothing of anybody else's (SPEC 5.2). */
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
  contractTest('the facts of a tenant never asked are: not governed, no requests', async (scene) => {
    const nothing = { tenant: TOM, governed: false, requests: [] }
    assertEqual(await scene.repository.facts(TOM), nothing, 'in an empty repository')
    await scene.applyTransitions(await scene.submitOne(HUNDRED), grantAt(2_000))
    assertEqual(await scene.repository.facts(TOM), nothing, 'beside another tenant')
    assertEqual(await scene.repository.factsFor(TOM, CAROLINE), nothing, 'for a user')
  }),

  contractTest("a tenant's facts are those of all its requests, in every state", async (scene) => {
    await everyLife(scene)
    assertEqual(factsById(await scene.repository.facts(TOM)), expectedFacts(scene, TOM), 'the facts')
  }),

  contractTest(
    "a tenant's facts are its own: none of another tenant of the same request, none of what it has sent itself",
    async (scene) => {
      await scene.submit({ tenants: [TOM, HUNDRED] })
      await scene.submit({ tenants: [HUNDRED], by: TOM, users: ['becky'] })
      for (const tenant of [TOM, HUNDRED, CLASSICS]) {
        assertEqual(factsById(await scene.repository.facts(tenant)), expectedFacts(scene, tenant), tenant)
      }
    },
  ),

  contractTest("a tenant's facts tell of every requester's requests", async (scene) => {
    await scene.submitOne(TOM)
    await scene.submitOne(TOM, { by: 'rival', users: ['xavier'] })
    assertEqual(factsById(await scene.repository.facts(TOM)), expectedFacts(scene, TOM), 'the facts')
  }),

  contractTest('facts for a user are of the requests that name or named him, and he is named in them', async (scene) => {
    await everyLife(scene)
    await scene.submitOne(TOM, { users: [CHARLOTTE] })
    await scene.submitOne(HUNDRED, { users: BOTH })
    for (const user of BOTH) {
      const whole = expectedFactsOfUser(scene, user).filter(({ tenant }) => tenant === TOM)
      for (const facts of whole) sameFactsFor(await scene.repository.factsFor(TOM, user), facts, user)
    }
  }),

  contractTest('facts for a user whom no request of the tenant names or named have no requests', async (scene) => {
    await scene.submitOne(TOM)
    await scene.submitOne(HUNDRED, { users: [CHARLOTTE] })
    assertEqual(await scene.repository.factsFor(TOM, CHARLOTTE), { tenant: TOM, governed: false, requests: [] }, 'named elsewhere')
    assertEqual(await scene.repository.factsFor(TOM, 'nobody'), { tenant: TOM, governed: false, requests: [] }, 'named nowhere')
  }),

  contractTest(
    "a user's facts are of every tenant with a request that names or named him, in the order of the tenants' ids",
    async (scene) => {
      const tenants = ['zebra', 'Acme', '_acme', 'acme', 'a-b', 'ab', 'Zebra', '~']
      const sent = await scene.submit({ tenants, users: BOTH })
      await scene.submit({ tenants: ['acme', 'new'], users: [CAROLINE], by: 'rival', at: 1_100 })
      await scene.submit({ tenants: ['other'], users: [CHARLOTTE] })
      await scene.saveTransitions(sent.slice(0, 3), removeUserAt(CAROLINE, 2_000))
      await scene.saveTransitions(sent.slice(2, 5), grantAt(2_100))
      for (const user of BOTH) sameFactsOfUser(await scene.repository.factsOfUser(user), expectedFactsOfUser(scene, user), user)
    },
  ),

  contractTest('a user who was removed, the last one too, keeps his facts', async (scene) => {
    await scene.applyTransitions(await scene.submitOne(TOM), removeUserAt(CAROLINE, 2_000))
    await scene.applyTransitions(await scene.submitOne(HUNDRED, { users: BOTH }), grantAt(2_000), removeUserAt(CAROLINE, 3_000))
    sameFactsOfUser(await scene.repository.factsOfUser(CAROLINE), expectedFactsOfUser(scene, CAROLINE), CAROLINE)
  }),

  contractTest('a user whom nobody ever named has no facts', async (scene) => {
    assertEqual(await scene.repository.factsOfUser(CAROLINE), [], 'in an empty repository')
    await scene.submitOne(TOM)
    assertEqual(await scene.repository.factsOfUser(CHARLOTTE), [], 'beside another user')
    assertEqual(await scene.repository.factsOfUser('elizabeth'), [], 'the requester himself')
  }),

  contractTest('decisions from the facts for a user, and from all his facts, are those from all facts of the tenant', async (scene) => {
    for (const [n, life] of lifecyclesFrom(0).entries()) {
      await scene.applyTransitions(await scene.submitOne(`tenant-${n}`, { users: BOTH }), ...life)
    }
    const { repository } = scene
    for (const all of await repository.factsOfUser(CAROLINE)) {
      const [whole, some] = [await repository.facts(all.tenant), await repository.factsFor(all.tenant, CAROLINE)]
      const answers = [whole, some, all].map((facts) => decisions(all.tenant, facts))
      assertEqual(answers[1], answers[0], `from the facts of ${all.tenant} for a user`)
      assertEqual(answers[2], answers[0], `from the user's facts of ${all.tenant}`)
    }
  }),
]

async function everyLife(scene: Fixture): Promise<void> {
  const lives = [...lifecyclesFrom(0), ...lifecyclesFrom(100)]
  for (const [n, life] of lives.entries()) {
    await scene.applyTransitions(await scene.submitOne(TOM, { users: BOTH, at: 1_000 + n }), ...life)
  }
}

function decisions(tenant: TenantId, facts: TenantFacts): Decision[] {
  return instantsFrom(0).flatMap((now) => METHODS.map((method) => decide(CAROLINE, tenant, method, now, facts)))
}
