/** The contract tests of `positions`: where the feed ends, and that a reader that continues from there misses nothing. */
import { FEED_START, isPosition } from '../../ports/event-feed.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { refusedWrites } from './feed.js'
import { assertEqual, required } from './fixtures/assert.js'
import { entriesAfter, readEventsTo, sameEvents } from './fixtures/feed.js'
import { CAROLINE, CHARLOTTE, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { expireNow, grantAt, rejectAt } from './fixtures/transitions.js'

const MIXED = ['zebra', 'Acme', '_acme', 'acme', '__proto__', 'a-b']

export const positionTests: readonly ContractTest[] = [
  contractTest(
    'the feed ends at positions, `stable` never above `latest`, and `latest` at or after every event and every position given out',
    async (scene) => {
      const steps = [
        () => saveSomeEvents(scene),
        () => scene.submitOne(TOM, { at: 1 }),
        () => scene.startSession({ at: 2 }),
        () => scene.submitOne(HUNDRED, { at: 0 }),
      ]
      for (const step of [async () => {}, ...steps]) {
        await step()
        const { stable, latest } = await scene.repository.positions()
        assertEqual(
          [stable, latest].filter((one) => !isPosition(one)),
          [],
          'what is no position',
        )
        assertEqual(stable.at <= latest.at, true, `\`stable\`, ${stable.at}, is not above \`latest\`, ${latest.at}`)
        const { entries, position: end } = await scene.repository.readEvents({ after: FEED_START, limit: 1_000 })
        const beyond = entries.filter(({ position }) => position.at > latest.at)
        assertEqual(beyond, [], `events after \`latest\`, ${latest.at}`)
        assertEqual(end, latest, 'the end of the feed while nothing is being saved')
      }
    },
  ),

  contractTest('whoever goes on from `stable` gets all that is saved later, however it is dated', async (scene) => {
    await saveSomeEvents(scene)
    const long = await scene.applyTransitions(await scene.submitOne(TOM, { at: 100 }), grantAt(200, 300))
    const known = new Set(scene.events)
    const { stable } = await scene.repository.positions()
    await scene.submitOne(HUNDRED, { at: 1 })
    await scene.applyTransitions(long, expireNow())
    await scene.endSessions([await scene.startSession({ at: 1 })], { at: 2, cause: 'ended-by-user' })
    const later = scene.events.filter((event) => !known.has(event))
    const ids = new Set(later.map(({ id }) => id))
    sameEvents(
      (await entriesAfter(scene, stable)).filter(({ event }) => ids.has(event.id)),
      later,
      `what was saved later, since ${stable.at}`,
    )
  }),

  contractTest(
    'a reader of the feed comes to `latest`, also where what was tried last was refused, repeated or rejected',
    async (scene) => {
      const writes = await refusedWrites(scene)
      for (const write of [async () => scene.applyTransitions(await scene.submitOne(TOM, { at: 5_000 }), rejectAt(6_000)), ...writes]) {
        await write().catch(() => 'that it rejects is promised elsewhere')
        const { latest } = await scene.repository.positions()
        assertEqual((await readEventsTo(scene, latest, 3)).at >= latest.at, true, `a reader reaches ${latest.at}`)
      }
    },
  ),
]

/** A few events of requests and of sessions. */
export async function saveSomeEvents(scene: Fixture): Promise<void> {
  const sent = await scene.submit({ tenants: MIXED, users: [CAROLINE, CHARLOTTE] })
  await scene.saveTransitions(sent.slice(1), grantAt(2_000))
  const [first] = await scene.startSessions({ user: CHARLOTTE }, { tenant: HUNDRED })
  await scene.endSessions([required(first, 'session')], { at: 3_000, cause: 'ended-by-user' })
}
