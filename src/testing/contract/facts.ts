/** The laws of facts: all that a decision about a tenant depends on, and nothing of anybody else's (SPEC 5.2). */
import { decide } from '../../domain/decision.js'
import { type Decision, METHODS } from '../../domain/decision-types.js'
import type { TenantFacts } from '../../domain/facts.js'
import type { TenantId } from '../../domain/ids.js'
import { type Law, law } from './contract-test.js'
import { same } from './fixtures/assert.js'
import { expectedFacts, expectedFactsOfUser, factsById } from './fixtures/expected.js'
import { sameFactsFor, sameFactsOfUser } from './fixtures/facts.js'
import { CAROLINE, CHARLOTTE, CLASSICS, HUNDRED, type Scene, TOM } from './fixtures/fixture.js'
import { instantsFrom, livesFrom } from './fixtures/lifecycles.js'
import { granting, removing } from './fixtures/transitions.js'

const BOTH = [CAROLINE, CHARLOTTE]

export const knowingLaws: readonly Law[] = [
  law('the facts of a tenant never asked are: not governed, no requests', async (scene) => {
    const nothing = { tenant: TOM, governed: false, requests: [] }
    same(await scene.repository.facts(TOM), nothing, 'in an empty repository')
    await scene.live(await scene.ask(HUNDRED), granting(2_000))
    same(await scene.repository.facts(TOM), nothing, 'beside another tenant')
    same(await scene.repository.factsFor(TOM, CAROLINE), nothing, 'for a user')
  }),

  law("a tenant's facts are those of all its requests, in every state", async (scene) => {
    await everyLife(scene)
    same(factsById(await scene.repository.facts(TOM)), expectedFacts(scene, TOM), 'the facts')
  }),

  law("a tenant's facts are its own: none of another tenant of the same request, none of what it has sent itself", async (scene) => {
    await scene.send({ tenants: [TOM, HUNDRED] })
    await scene.send({ tenants: [HUNDRED], by: TOM, users: ['becky'] })
    for (const tenant of [TOM, HUNDRED, CLASSICS]) {
      same(factsById(await scene.repository.facts(tenant)), expectedFacts(scene, tenant), tenant)
    }
  }),

  law("a tenant's facts tell of every requester's requests", async (scene) => {
    await scene.ask(TOM)
    await scene.ask(TOM, { by: 'rival', users: ['xavier'] })
    same(factsById(await scene.repository.facts(TOM)), expectedFacts(scene, TOM), 'the facts')
  }),

  law('facts for a user are of the requests that name or named him, and he is named in them', async (scene) => {
    await everyLife(scene)
    await scene.ask(TOM, { users: [CHARLOTTE] })
    await scene.ask(HUNDRED, { users: BOTH })
    for (const user of BOTH) {
      const whole = expectedFactsOfUser(scene, user).filter(({ tenant }) => tenant === TOM)
      for (const facts of whole) sameFactsFor(await scene.repository.factsFor(TOM, user), facts, user)
    }
  }),

  law('facts for a user whom no request of the tenant names or named have no requests', async (scene) => {
    await scene.ask(TOM)
    await scene.ask(HUNDRED, { users: [CHARLOTTE] })
    same(await scene.repository.factsFor(TOM, CHARLOTTE), { tenant: TOM, governed: false, requests: [] }, 'named elsewhere')
    same(await scene.repository.factsFor(TOM, 'nobody'), { tenant: TOM, governed: false, requests: [] }, 'named nowhere')
  }),

  law("a user's facts are of every tenant with a request that names or named him, in the order of the tenants' ids", async (scene) => {
    const tenants = ['zebra', 'Acme', '_acme', 'acme', 'a-b', 'ab', 'Zebra', '~']
    const sent = await scene.send({ tenants, users: BOTH })
    await scene.send({ tenants: ['acme', 'new'], users: [CAROLINE], by: 'rival', at: 1_100 })
    await scene.send({ tenants: ['other'], users: [CHARLOTTE] })
    await scene.batch(sent.slice(0, 3), removing(CAROLINE, 2_000))
    await scene.batch(sent.slice(2, 5), granting(2_100))
    for (const user of BOTH) sameFactsOfUser(await scene.repository.factsOfUser(user), expectedFactsOfUser(scene, user), user)
  }),

  law('a user who was removed, the last one too, keeps his facts', async (scene) => {
    await scene.live(await scene.ask(TOM), removing(CAROLINE, 2_000))
    await scene.live(await scene.ask(HUNDRED, { users: BOTH }), granting(2_000), removing(CAROLINE, 3_000))
    sameFactsOfUser(await scene.repository.factsOfUser(CAROLINE), expectedFactsOfUser(scene, CAROLINE), CAROLINE)
  }),

  law('a user whom nobody ever named has no facts', async (scene) => {
    same(await scene.repository.factsOfUser(CAROLINE), [], 'in an empty repository')
    await scene.ask(TOM)
    same(await scene.repository.factsOfUser(CHARLOTTE), [], 'beside another user')
    same(await scene.repository.factsOfUser('elizabeth'), [], 'the requester himself')
  }),

  law('decisions from the facts for a user, and from all his facts, are those from all facts of the tenant', async (scene) => {
    for (const [n, life] of livesFrom(0).entries()) {
      await scene.live(await scene.ask(`tenant-${n}`, { users: BOTH }), ...life)
    }
    const { repository } = scene
    for (const all of await repository.factsOfUser(CAROLINE)) {
      const [whole, some] = [await repository.facts(all.tenant), await repository.factsFor(all.tenant, CAROLINE)]
      const answers = [whole, some, all].map((facts) => decisions(all.tenant, facts))
      same(answers[1], answers[0], `from the facts of ${all.tenant} for a user`)
      same(answers[2], answers[0], `from the user's facts of ${all.tenant}`)
    }
  }),
]

async function everyLife(scene: Scene): Promise<void> {
  const lives = [...livesFrom(0), ...livesFrom(100)]
  for (const [n, life] of lives.entries()) {
    await scene.live(await scene.ask(TOM, { users: BOTH, at: 1_000 + n }), ...life)
  }
}

function decisions(tenant: TenantId, facts: TenantFacts): Decision[] {
  return instantsFrom(0).flatMap((now) => METHODS.map((method) => decide(CAROLINE, tenant, method, now, facts)))
}
