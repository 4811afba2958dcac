/** The laws of several at once: one winner, no half-done work for anybody to see (SPEC 4.6). */
import type { SubmissionRecords } from '../../domain/access-request.js'
import { parseFacts } from '../../domain/facts.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import { type Law, law } from './contract-test.js'
import { only, same } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, CLASSICS, HUNDRED, type Scene, TOM } from './fixtures/fixture.js'
import { agree } from './fixtures/queries.js'
import { granting, rejecting, type Verb } from './fixtures/transitions.js'
import { renamed } from './submit.js'

const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7]

export const racingLaws: readonly Law[] = [
  law('of several submissions of one id at once exactly one is saved, and the others are answered with it', async (scene) => {
    const contenders = EIGHT.map((n) => scene.prepare({ id: 'one', tenants: [TOM, HUNDRED], message: `contender ${n}` }))
    const answers = await Promise.all(contenders.map((one) => scene.repository.submit(structuredClone(one))))
    const winner = only(
      contenders.filter((_, n) => answers[n] === null),
      'answers of null',
    )
    scene.submitted(winner)
    const others = answers.filter((answer) => answer !== null)
    same(
      others,
      others.map(() => winner.request),
      'the other answers',
    )
    await agree(scene, contenders)
  }),

  law("of several submissions at once with one tenant request's id exactly one is saved, and the others reject", async (scene) => {
    const contenders = EIGHT.map((n) => {
      const fresh = scene.prepare({ id: `contender-${n}`, tenants: [TOM, HUNDRED, `tenant-${n}`] })
      return renamed(fresh, fresh.tenantRequests[1]?.id, 'contested')
    })
    scene.submitted(await winnerAmong(contenders, (one) => scene.repository.submit(one)))
    await agree(scene, contenders)
  }),

  law('submissions of different ids, or of one id by different requesting tenants, at once are all saved', async (scene) => {
    const parties = EIGHT.map((n) => ({ tenants: [TOM, HUNDRED], by: n % 2 ? CLASSICS : 'rival', at: 1_000 + n }))
    const all = parties.map((order, n) => scene.prepare(n < 2 ? { ...order, id: 'of-each' } : order))
    const answers = await Promise.all(all.map((one) => scene.repository.submit(structuredClone(one))))
    same(answers, Array(8).fill(null), 'the answers')
    for (const one of all) scene.submitted(one)
    await agree(scene)
  }),

  law('whoever reads during a submission sees all of it or nothing', async (scene) => {
    const tenants = Array.from({ length: 100 }, (_, n) => `tenant-${n}`)
    const submitted = scene.prepare({ id: 'whole', tenants })
    const reading = () => scene.repository.tenantRequestsOf(CLASSICS, 'whole')
    const [seen] = await Promise.all([Promise.all(EIGHT.map(reading)), scene.repository.submit(structuredClone(submitted))])
    for (const requests of seen) same(requests.length === 0 ? 100 : requests.length, 100, 'the tenant requests seen, if any')
  }),

  law('of two changes for the same revision exactly one is saved, and the other answers false', async (scene) => {
    const [two, eight] = [await scene.ask(TOM), await scene.ask(HUNDRED)]
    await race(scene, [
      [granting(2_000), [two]],
      [rejecting(2_000), [two]],
    ])
    await race(
      scene,
      EIGHT.map((n) => [granting(2_000, null, `answer ${n}`), [eight]]),
    )
  }),

  law('of batches at once that share requests, in whatever order, exactly one is saved, and the others answer false', async (scene) => {
    const sent = await scene.send({ tenants: [TOM, HUNDRED, 'green-gables', 'kellynch'] })
    const turned = [...sent].reverse()
    await race(
      scene,
      EIGHT.map((n) => [granting(2_000, null, `answer ${n}`), n % 2 ? sent : turned]),
    )
  }),

  law('of batches at once that share only one request exactly one is saved, and nothing of the others', async (scene) => {
    const shared = await scene.ask(TOM)
    const own = await Promise.all(EIGHT.map((n) => scene.ask(`tenant-${n}`)))
    await race(
      scene,
      own.map((request, n) => [granting(2_000), n % 2 ? [shared, request] : [request, shared]]),
    )
  }),

  law('changes of different requests at once are all saved, of one tenant too', async (scene) => {
    const sent = await Promise.all(EIGHT.map((n) => scene.ask(TOM, { users: [CAROLINE, CHARLOTTE], at: 1_000 + n })))
    const all = sent.map((request, n) => scene.changes([request], n % 2 ? granting(2_000) : rejecting(2_000)))
    same(await Promise.all(all.map((changes) => scene.repository.save(structuredClone(changes)))), Array(8).fill(true), 'the answers')
    scene.saved(all.flat())
    await agree(scene)
  }),

  law('whoever reads during a batch sees all of it or nothing', async (scene) => {
    const tenants = Array.from({ length: 100 }, (_, n) => `tenant-${n}`)
    const sent = await scene.send({ id: 'whole', tenants })
    const changes = scene.changes(sent, granting(2_000))
    const reading = () => scene.repository.tenantRequestsOf(CLASSICS, 'whole')
    const [seen] = await Promise.all([Promise.all(EIGHT.map(reading)), scene.repository.save(structuredClone(changes))])
    for (const requests of seen) same(new Set(requests.map(({ state }) => state)).size, 1, 'the states seen at once')
  }),

  law('whoever reads facts during the first grant sees the grant and the tenant governed, or neither', async (scene) => {
    const request = await scene.ask(TOM)
    const changes = scene.changes([request], granting(2_000))
    const reading = async () => [await scene.repository.facts(TOM), await scene.repository.factsFor(TOM, CAROLINE)]
    const readingUser = () => scene.repository.factsOfUser(CAROLINE)
    const [seen, byUser] = await Promise.all([
      Promise.all(EIGHT.map(reading)),
      Promise.all(EIGHT.map(readingUser)),
      scene.repository.save(structuredClone(changes)),
    ])
    for (const facts of [...seen, ...byUser].flat()) {
      parseFacts(facts)
      same(facts.governed, facts.requests[0]?.state === 'granted', 'governed, where granted')
    }
  }),
]

/** Lets all of them be saved at once; exactly one may be, and everything agrees with it. */
async function race(scene: Scene, contenders: readonly (readonly [Verb, readonly TenantRequest[]])[]): Promise<void> {
  const all = contenders.map(([verb, requests]) => scene.changes(requests, verb))
  const answers = await Promise.all(all.map((changes) => scene.repository.save(structuredClone(changes))))
  const winner = only(
    all.filter((_, n) => answers[n] === true),
    'answers of true',
  )
  same(answers.filter((answer) => answer === false).length, all.length - 1, 'answers of false')
  scene.saved(winner)
  await agree(scene)
}

/** The one whose submission is answered with `null`; all the others must reject. */
async function winnerAmong(
  contenders: readonly SubmissionRecords[],
  submit: (one: SubmissionRecords) => Promise<unknown>,
): Promise<SubmissionRecords> {
  const outcomes = await Promise.allSettled(contenders.map((one) => submit(structuredClone(one))))
  const saved = contenders.filter((_, n) => outcomes[n]?.status === 'fulfilled')
  const winner = only(saved, 'submissions saved')
  same(outcomes.filter(({ status }) => status === 'rejected').length, contenders.length - 1, 'submissions rejected')
  return winner
}
