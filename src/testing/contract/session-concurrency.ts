/** The laws of several entering and leaving at once: one winner, and no half-done work for anybody to see (SPEC 7.2, 7.3). */
import { parseFacts } from '../../domain/facts.js'
import type { SessionChange } from '../../ports/repository.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required, single } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expectStored } from './fixtures/queries.js'
import { grantAt, revokeAt } from './fixtures/transitions.js'

const EIGHT = [0, 1, 2, 3, 4, 5, 6, 7]
const LEFT = { at: 3_000, cause: 'ended-by-user' } as const

export const sessionConcurrencyTests: readonly ContractTest[] = [
  contractTest('of several starts of one session at once exactly one is saved, and the others return `conflict`', async (scene) => {
    const hash = scene.newHash()
    await raceSessionChanges(
      scene,
      EIGHT.map((n) => [scene.startChange({ hash, user: n % 2 ? CAROLINE : CHARLOTTE, reason: `contender ${n}` })]),
    )
  }),

  contractTest('of several ends of one session at once exactly one is saved, and the others return `conflict`', async (scene) => {
    const session = await scene.startSession()
    await raceSessionChanges(
      scene,
      EIGHT.map((n) => scene.endChanges([session], { at: 3_000 + n, cause: n % 2 ? 'ended-by-user' : 'expired' })),
    )
  }),

  contractTest('of batches of ends at once that share only one session exactly one is saved, and nothing of the others', async (scene) => {
    const shared = await scene.startSession()
    const own = await scene.startSessions(...EIGHT.map((n) => ({ tenant: `tenant-${n}` })))
    await raceSessionChanges(
      scene,
      own.map((session, n) => scene.endChanges(n % 2 ? [shared, session] : [session, shared], LEFT)),
    )
  }),

  contractTest('starts and ends of different sessions at once are all saved, of one user in one tenant too', async (scene) => {
    const inside = await scene.startSessions(...EIGHT.map(() => ({})))
    const all = inside.map((session, n) => [...scene.endChanges([session], LEFT), scene.startChange({ at: 2_000 + (n % 3) })])
    const answers = await Promise.all(all.map((changes) => scene.repository.saveSessionChanges(structuredClone(changes))))
    assertEqual(answers, Array(8).fill('saved'), 'the answers')
    scene.recordSessionChanges(all.flat())
    await expectStored(scene)
  }),

  contractTest("of a grant and a start at once with one event's id exactly one is saved, and the other rejects", async (scene) => {
    const asked = await scene.submitOne(TOM)
    const { repository } = scene
    const [granted] = scene.changes([asked], grantAt(1_500))
    const change = required(granted, 'change')
    const start = scene.startChange()
    const contender = { ...start, event: { ...start.event, id: change.event.id } }
    const outcomes = await Promise.allSettled([
      repository.saveChanges(structuredClone([change])),
      repository.saveSessionChanges(structuredClone([contender])),
    ])
    assertEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'], 'the outcomes')
    if (outcomes[0]?.status === 'fulfilled') scene.recordChanges([change])
    else scene.recordSessionChanges([contender])
    await expectStored(scene, [], [contender])
  }),

  contractTest('whoever reads during a batch of starts or of ends sees all of it or nothing', async (scene) => {
    const { repository } = scene
    const starts = Array.from({ length: 100 }, (_, n) => scene.startChange({ tenant: `tenant-${n}` }))
    const ends = scene.endChanges(
      starts.map(({ session }) => session),
      LEFT,
    )
    const counts = async () => [
      (await repository.openSessions({ limit: 1_000 })).length,
      (await repository.sessions({ requestingTenant: CLASSICS, openAt: 2_000, limit: 1_000 })).length,
      (await repository.history({ requestingTenant: CLASSICS, limit: 1_000 })).length,
    ]
    for (const changes of [starts, ends]) {
      const [seen] = await Promise.all([Promise.all(EIGHT.map(counts)), repository.saveSessionChanges(structuredClone(changes))])
      for (const count of seen.flat()) assertEqual(count % 100, 0, `${count} of 100 at once, beyond all and none`)
    }
  }),

  contractTest('a session and the facts beside it are read in one step, whatever is saved meanwhile', async (scene) => {
    await seenOnTheWay(scene, ['end', 'revoke'])
    await seenOnTheWay(scene, ['revoke', 'end'])
  }),

  contractTest('whoever reads a session during the first grant sees the grant and the tenant governed, or neither', async (scene) => {
    const request = await scene.submitOne(TOM)
    const { hash } = await scene.startSession()
    const changes = scene.changes([request], grantAt(2_500))
    const { repository } = scene
    const reading = async () => [
      ...[await repository.session(hash)].flatMap((row) => row ?? []),
      ...(await repository.sessions({ tenant: TOM, limit: 10 })),
      ...(await repository.openSessions({ limit: 10 })),
    ]
    const [seen] = await Promise.all([Promise.all(EIGHT.map(reading)), repository.saveChanges(structuredClone(changes))])
    for (const { facts } of seen.flat()) {
      parseFacts(facts)
      assertEqual(facts.governed, facts.requests[0]?.state === 'granted', 'governed, where granted')
    }
  }),
]

/** Lets all of them be saved at once; exactly one may be, and everything agrees with it. */
async function raceSessionChanges(scene: Fixture, contenders: readonly (readonly SessionChange[])[]): Promise<void> {
  const answers = await Promise.all(contenders.map((changes) => scene.repository.saveSessionChanges(structuredClone(changes))))
  const winner = single(
    contenders.filter((_, n) => answers[n] === 'saved'),
    'answers of `saved`',
  )
  assertEqual(answers.filter((answer) => answer === 'conflict').length, contenders.length - 1, 'answers of `conflict`')
  scene.recordSessionChanges(winner)
  await expectStored(scene, [], contenders.flat())
}

/** Ends a session and revokes its grant, one after the other, while others read: what they see must once have been so. */
async function seenOnTheWay(scene: Fixture, steps: readonly ('end' | 'revoke')[]): Promise<void> {
  const { repository } = scene
  const request = await scene.applyTransitions(await scene.submitOne(HUNDRED), grantAt(1_500))
  const session = await scene.startSession({ tenant: HUNDRED, grantedBy: [request.id], user: CAROLINE })
  const states = () => `${scene.sessions.find(({ hash }) => hash === session.hash)?.state}, ${scene.stored(request).state}`
  const known = [states()]
  const seen = new Set<string>()
  let over = false
  const reading = async (read: () => Promise<Awaited<ReturnType<typeof repository.session>>>) => {
    // No more than so many, or a repository that never yields would be read for ever.
    for (let times = 0; times < 200 && !over; times += 1) {
      const row = await read()
      seen.add(`${row?.session.state}, ${row?.facts.requests.find(({ id }) => id === request.id)?.state}`)
    }
  }
  const writing = async () => {
    for (const step of steps) {
      if (step === 'end') await scene.endSessions([session], LEFT)
      else await scene.applyTransitions(request, revokeAt(3_000))
      known.push(states())
    }
    over = true
  }
  const listed = async () => (await repository.sessions({ tenant: HUNDRED, limit: 10 })).find((row) => row.session.hash === session.hash)
  await Promise.all([...EIGHT.map(() => reading(() => repository.session(session.hash))), ...EIGHT.map(() => reading(listed)), writing()])
  assertEqual(
    [...seen].filter((pair) => !known.includes(pair)),
    [],
    'session and facts that never were so together',
  )
}
