/** Contract tests of the end of the feed: who continues from `stable` misses nothing. */
import { FEED_START, isPosition } from '../../ports/event-feed.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { entriesAfter, readEventsTo, sameEvents } from './fixtures/feed.js'
import { CAROLINE, CHARLOTTE, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { refusedWrites } from './fixtures/refused-writes.js'
import { expireNow, grantAt, rejectAt } from './fixtures/transitions.js'

const MIXED = ['zebra', 'Acme', '_acme', 'acme', '__proto__', 'a-b']

export const positionTests: readonly ContractTest[] = [
  contractTest('`stable` is not above `latest`, and `latest` is not below any event or returned position', async (fixture) => {
    const steps = [
      () => saveSomeEvents(fixture),
      () => fixture.submitOne(TOM, { at: 1 }),
      () => fixture.startSession({ at: 2 }),
      () => fixture.submitOne(HUNDRED, { at: 0 }),
    ]
    for (const step of [async () => {}, ...steps]) {
      await step()
      const { stable, latest } = await fixture.repository.positions()
      assertEqual(
        [stable, latest].filter((one) => !isPosition(one)),
        [],
        'values that are not positions',
      )
      assertEqual(stable.at <= latest.at, true, `\`stable\`, ${stable.at}, is not above \`latest\`, ${latest.at}`)
      const { entries, position: end } = await fixture.repository.readEvents({ after: FEED_START, limit: 1_000 })
      const beyond = entries.filter(({ position }) => position.at > latest.at)
      assertEqual(beyond, [], `events after \`latest\`, ${latest.at}`)
      assertEqual(end, latest, 'the end of the feed while nothing is being saved')
    }
  }),

  contractTest(
    'the `latest` of a page is the newest event, wherever the page begins and ends, and whatever it leaves out',
    async (fixture) => {
      for (const step of [() => saveSomeEvents(fixture), () => fixture.submitOne(TOM, { at: 1 }), () => fixture.startSession({ at: 2 })]) {
        const before = await entriesAfter(fixture, FEED_START)
        await step()
        for (const after of [FEED_START, ...before.map(({ position }) => position)]) {
          for (const types of [undefined, ['tenant-request.granted'], []] as const) {
            for (const limit of [1, 1_000]) {
              const { latest } = await fixture.repository.readEvents({ after, limit, types })
              const whole = await entriesAfter(fixture, FEED_START)
              assertEqual(latest, whole.at(-1)?.position, `\`latest\` of a page of ${limit} after ${after.at} of ${types ?? 'all types'}`)
            }
          }
        }
      }
    },
  ),

  contractTest('reading from `stable` returns every event saved later, whatever its date', async (fixture) => {
    await saveSomeEvents(fixture)
    const long = await fixture.applyTransitions(await fixture.submitOne(TOM, { at: 100 }), grantAt(200, 300))
    const known = new Set(fixture.events)
    const { stable } = await fixture.repository.positions()
    await fixture.submitOne(HUNDRED, { at: 1 })
    await fixture.applyTransitions(long, expireNow())
    await fixture.endSessions([await fixture.startSession({ at: 1 })], { at: 2, cause: 'ended-by-user' })
    const later = fixture.events.filter((event) => !known.has(event))
    const ids = new Set(later.map(({ id }) => id))
    sameEvents(
      (await entriesAfter(fixture, stable)).filter(({ event }) => ids.has(event.id)),
      later,
      `the later events after ${stable.at}`,
    )
  }),

  contractTest('a reader of the feed reaches `latest`, even if the last write was refused, repeated or rejected', async (fixture) => {
    const writes = await refusedWrites(fixture)
    for (const write of [async () => fixture.applyTransitions(await fixture.submitOne(TOM, { at: 5_000 }), rejectAt(6_000)), ...writes]) {
      await write().catch(() => 'rejecting is tested elsewhere')
      const { latest } = await fixture.repository.positions()
      assertEqual((await readEventsTo(fixture, latest, 3)).at >= latest.at, true, `a reader reaches ${latest.at}`)
    }
  }),
]

/** Saves some events of requests and sessions. */
export async function saveSomeEvents(fixture: Fixture): Promise<void> {
  const sent = await fixture.submit({ tenants: MIXED, users: [CAROLINE, CHARLOTTE] })
  await fixture.saveTransitions(sent.slice(1), grantAt(2_000))
  const [first] = await fixture.startSessions({ user: CHARLOTTE }, { tenant: HUNDRED })
  await fixture.endSessions([required(first, 'session')], { at: 3_000, cause: 'ended-by-user' })
}
