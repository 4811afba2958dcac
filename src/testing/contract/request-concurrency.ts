/** The laws of several at once: one winner, no half-done work for anybody to see (SPEC 4.6). */
import type { SubmissionRecords } from '../../domain/access-request.js'
import { parseFacts } from '../../domain/facts.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, single } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectStored } from './fixtures/queries.js'
import { grantAt, rejectAt, type Transition } from './fixtures/transitions.js'
import { renamed } from './submit.js'

const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7]

export const requestConcurrencyTests: readonly ContractTest[] = [
  contractTest('of several submissions of one id at once exactly one is saved, and the others are answered with it', async (scene) => {
    const contenders = EIGHT.map((n) => scene.buildSubmission({ id: 'one', tenants: [TOM, HUNDRED], message: `contender ${n}` }))
    const answers = await Promise.all(contenders.map((one) => scene.repository.saveSubmission(structuredClone(one))))
    const winner = single(
      contenders.filter((_, n) => answers[n] !== undefined && 'saved' in answers[n]),
      'answers of `saved`',
    )
    scene.recordSubmission(winner)
    const others = answers.filter((answer) => 'existing' in answer)
    assertEqual(
      others,
      others.map(() => ({ existing: winner.request })),
      'the other answers',
    )
    await expectStored(scene, contenders)
  }),

  contractTest("of several submissions at once with one tenant request's id exactly one is saved, and the others reject", async (scene) => {
    const contenders = EIGHT.map((n) => {
      const fresh = scene.buildSubmission({ id: `contender-${n}`, tenants: [TOM, HUNDRED, `tenant-${n}`] })
      return renamed(fresh, fresh.tenantRequests[1]?.id, 'contested')
    })
    scene.recordSubmission(await winnerAmong(contenders, (one) => scene.repository.saveSubmission(one)))
    await expectStored(scene, contenders)
  }),

  contractTest('submissions of different ids, or of one id by different requesting tenants, at once are all saved', async (scene) => {
    const parties = EIGHT.map((n) => ({ tenants: [TOM, HUNDRED], by: n % 2 ? CLASSICS : 'rival', at: 1_000 + n }))
    const all = parties.map((order, n) => scene.buildSubmission(n < 2 ? { ...order, id: 'of-each' } : order))
    const answers = await Promise.all(all.map((one) => scene.repository.saveSubmission(structuredClone(one))))
    assertEqual(answers, Array(8).fill({ saved: true }), 'the answers')
    for (const one of all) scene.recordSubmission(one)
    await expectStored(scene)
  }),

  contractTest('whoever reads during a submission sees all of it or nothing', async (scene) => {
    const tenants = Array.from({ length: 100 }, (_, n) => `tenant-${n}`)
    const submitted = scene.buildSubmission({ id: 'whole', tenants })
    const reading = () => scene.repository.tenantRequestsOf(CLASSICS, 'whole')
    const [seen] = await Promise.all([Promise.all(EIGHT.map(reading)), scene.repository.saveSubmission(structuredClone(submitted))])
    for (const requests of seen) assertEqual(requests.length === 0 ? 100 : requests.length, 100, 'the tenant requests seen, if any')
  }),

  contractTest('of two changes for the same revision exactly one is saved, and the other returns `conflict`', async (scene) => {
    const [two, eight] = [await scene.submitOne(TOM), await scene.submitOne(HUNDRED)]
    await raceChanges(scene, [
      [grantAt(2_000), [two]],
      [rejectAt(2_000), [two]],
    ])
    await raceChanges(
      scene,
      EIGHT.map((n) => [grantAt(2_000, null, `answer ${n}`), [eight]]),
    )
  }),

  contractTest(
    'of batches at once that share requests, in whatever order, exactly one is saved, and the others return `conflict`',
    async (scene) => {
      const sent = await scene.submit({ tenants: [TOM, HUNDRED, 'green-gables', 'kellynch'] })
      const turned = [...sent].reverse()
      await raceChanges(
        scene,
        EIGHT.map((n) => [grantAt(2_000, null, `answer ${n}`), n % 2 ? sent : turned]),
      )
    },
  ),

  contractTest('of batches at once that share only one request exactly one is saved, and nothing of the others', async (scene) => {
    const shared = await scene.submitOne(TOM)
    const own = await Promise.all(EIGHT.map((n) => scene.submitOne(`tenant-${n}`)))
    await raceChanges(
      scene,
      own.map((request, n) => [grantAt(2_000), n % 2 ? [shared, request] : [request, shared]]),
    )
  }),

  contractTest('changes of different requests at once are all saved, of one tenant too', async (scene) => {
    const sent = await Promise.all(EIGHT.map((n) => scene.submitOne(TOM, { users: [CAROLINE, CHARLOTTE], at: 1_000 + n })))
    const all = sent.map((request, n) => scene.changes([request], n % 2 ? grantAt(2_000) : rejectAt(2_000)))
    assertEqual(
      await Promise.all(all.map((changes) => scene.repository.saveChanges(structuredClone(changes)))),
      Array(8).fill('saved'),
      'the answers',
    )
    scene.recordChanges(all.flat())
    await expectStored(scene)
  }),

  contractTest('whoever reads during a batch sees all of it or nothing', async (scene) => {
    const tenants = Array.from({ length: 100 }, (_, n) => `tenant-${n}`)
    const sent = await scene.submit({ id: 'whole', tenants })
    const changes = scene.changes(sent, grantAt(2_000))
    const reading = () => scene.repository.tenantRequestsOf(CLASSICS, 'whole')
    const [seen] = await Promise.all([Promise.all(EIGHT.map(reading)), scene.repository.saveChanges(structuredClone(changes))])
    for (const requests of seen) assertEqual(new Set(requests.map(({ state }) => state)).size, 1, 'the states seen at once')
  }),

  contractTest('whoever reads facts during the first grant sees the grant and the tenant governed, or neither', async (scene) => {
    const request = await scene.submitOne(TOM)
    const changes = scene.changes([request], grantAt(2_000))
    const reading = async () => [await scene.repository.facts(TOM), await scene.repository.factsFor(TOM, CAROLINE)]
    const readingUser = () => scene.repository.factsOfUser(CAROLINE)
    const [seen, byUser] = await Promise.all([
      Promise.all(EIGHT.map(reading)),
      Promise.all(EIGHT.map(readingUser)),
      scene.repository.saveChanges(structuredClone(changes)),
    ])
    for (const facts of [...seen, ...byUser].flat()) {
      parseFacts(facts)
      assertEqual(facts.governed, facts.requests[0]?.state === 'granted', 'governed, where granted')
    }
  }),
]

/** Lets all of them be saved at once; exactly one may be, and everything agrees with it. */
async function raceChanges(scene: Fixture, contenders: readonly (readonly [Transition, readonly TenantRequest[]])[]): Promise<void> {
  const all = contenders.map(([verb, requests]) => scene.changes(requests, verb))
  const answers = await Promise.all(all.map((changes) => scene.repository.saveChanges(structuredClone(changes))))
  const winner = single(
    all.filter((_, n) => answers[n] === 'saved'),
    'answers of `saved`',
  )
  assertEqual(answers.filter((answer) => answer === 'conflict').length, all.length - 1, 'answers of `conflict`')
  scene.recordChanges(winner)
  await expectStored(scene)
}

/** The one whose submission is answered with `null`; all the others must reject. */
async function winnerAmong(
  contenders: readonly SubmissionRecords[],
  submit: (one: SubmissionRecords) => Promise<unknown>,
): Promise<SubmissionRecords> {
  const outcomes = await Promise.allSettled(contenders.map((one) => submit(structuredClone(one))))
  const saved = contenders.filter((_, n) => outcomes[n]?.status === 'fulfilled')
  const winner = single(saved, 'submissions saved')
  assertEqual(outcomes.filter(({ status }) => status === 'rejected').length, contenders.length - 1, 'submissions rejected')
  return winner
}
