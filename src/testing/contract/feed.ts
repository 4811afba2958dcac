/** The laws of the feed: all events, each once and at a place of its own, which is never before one that was given out (SPEC 8.3). */

import { FEED_START } from '../../ports/event-feed.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { entriesAfter, inOrder, readAllEvents, sameEvents } from './fixtures/feed.js'
import { CAROLINE, CHARLOTTE, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { lifecyclesFrom } from './fixtures/lifecycles.js'
import { endingsOf } from './fixtures/sessions.js'
import { expireNow, grantAt, rejectAt, removeUserAt } from './fixtures/transitions.js'
import { renamed } from './submit.js'

const BOTH = [CAROLINE, CHARLOTTE]
const LEFT = { at: 5_000, cause: 'ended-by-user' } as const

export const feedTests: readonly ContractTest[] = [
  contractTest('before anything is saved the feed is empty, and its end is a place to go on from', async (scene) => {
    const { entries, position } = await scene.repository.readEvents({ after: FEED_START, limit: 1_000 })
    assertEqual(entries, [], 'the entries')
    assertEqual(position, FEED_START, 'the position')
    await saveEveryKindOfEvent(scene)
    for (const start of [position, FEED_START]) sameEvents(await entriesAfter(scene, start), scene.events, `the feed since ${start.at}`)
  }),

  contractTest('every event of every kind comes in the feed exactly as it was saved, once', async (scene) => {
    await saveEveryKindOfEvent(scene)
    const entries = await entriesAfter(scene, FEED_START)
    sameEvents(entries, scene.events, 'the feed')
    assertEqual(new Set(entries.map(({ event }) => event.type)).size, 11, 'the kinds of events')
  }),

  contractTest("the feed has everybody's events, whoever asked whom and whoever went where", async (scene) => {
    for (const by of [CAROLINE, 'rival', TOM, '__proto__']) {
      await scene.saveTransitions(await scene.submit({ by, tenants: [HUNDRED, 'green-gables'], users: [`of-${by}`] }), grantAt(2_000))
      await scene.startSession({ by, user: `of-${by}`, tenant: HUNDRED })
    }
    sameEvents(await entriesAfter(scene, FEED_START), scene.events, 'the feed')
  }),

  contractTest(
    'the events of one request or session come in the order of their revisions, though the clock stood still or stepped back',
    async (scene) => {
      const sent = await scene.submit({ tenants: [TOM, HUNDRED, 'green-gables'], users: BOTH, at: 5_000 })
      const sessions = await scene.startSessions({ at: 5_000 }, { at: 5_000, tenant: HUNDRED }, { at: 5_000, user: CHARLOTTE })
      await scene.saveTransitions(sent, removeUserAt(CHARLOTTE, 1_000))
      await scene.saveTransitions([...sent].reverse(), grantAt(4_000, 6_000))
      await scene.endSessions([...sessions].reverse(), LEFT)
      await scene.submitOne(TOM, { at: 9_000 })
      await scene.saveTransitions(sent, expireNow())
      inOrder(await entriesAfter(scene, FEED_START))
    },
  ),

  contractTest(
    'positions name their events and grow from one to the next, and a page ends at its last event or where it began',
    async (scene) => {
      await saveEveryKindOfEvent(scene)
      for (const start of [FEED_START, ...(await entriesAfter(scene, FEED_START)).map(({ position }) => position)]) {
        const { entries, position: end } = await scene.repository.readEvents({ after: start, limit: 3 })
        const numbers = [start.at, ...entries.map(({ position }) => position.at)]
        const fractions = numbers.filter((one) => !Number.isSafeInteger(one))
        assertEqual(fractions, [], `positions that are no whole numbers, after ${start.at}`)
        const stuck = numbers.filter((one, n) => n > 0 && one <= (numbers[n - 1] ?? 0))
        assertEqual(stuck, [], `positions not above the one before, after ${start.at}`)
        const named = entries.map(({ position }) => position.event)
        assertEqual(
          named,
          entries.map(({ event }) => event.id),
          `the events named by the positions after ${start.at}`,
        )
        assertEqual(end, entries.at(-1)?.position ?? start, `the end of the page after ${start.at}`)
      }
    },
  ),

  contractTest(
    'going on from the end of each page, the feed neither repeats nor skips an event to its own end, whatever the limit',
    async (scene) => {
      await saveEveryKindOfEvent(scene)
      const whole = await entriesAfter(scene, FEED_START)
      for (let limit = 1; limit <= whole.length + 1; limit += 1)
        assertEqual(await readAllEvents(scene, limit), whole, `the feed, ${limit} a page`)
    },
  ),

  contractTest('going on from the position of any event, the feed neither repeats nor skips one', async (scene) => {
    await saveEveryKindOfEvent(scene)
    const whole = await entriesAfter(scene, FEED_START)
    for (const [n, { position }] of whole.entries())
      assertEqual(await entriesAfter(scene, position), whole.slice(n + 1), `the feed since ${position.at}`)
  }),

  contractTest('a page of the feed is full as long as events remain, in the midst of a large submission too', async (scene) => {
    await scene.submit({ tenants: Array.from({ length: 1_000 }, (_, n) => `tenant-${n}`) })
    const { repository } = scene
    const [first] = await entriesAfter(scene, FEED_START)
    for (const start of [FEED_START, required(first, 'event').position]) {
      for (const limit of [1, 2, 10, 999, 1_000]) {
        assertEqual(
          (await repository.readEvents({ after: start, limit })).entries.length,
          limit,
          `events in a page of ${limit} since ${start.at}`,
        )
      }
    }
    assertEqual((await repository.readEvents({ after: FEED_START, limit: 5_000 })).entries.length, 1_001, 'all events')
  }),

  contractTest('what is saved later comes after every position given out, however it is dated', async (scene) => {
    await saveEveryKindOfEvent(scene)
    const long = await scene.applyTransitions(await scene.submitOne(TOM, { at: 100 }), grantAt(200, 300))
    const { entries, position } = await scene.repository.readEvents({ after: FEED_START, limit: 1_000 })
    const end = await scene.repository.readEvents({ after: position, limit: 1_000 })
    const known = new Set(scene.events)
    await scene.submitOne(HUNDRED, { at: 1 })
    await scene.applyTransitions(long, expireNow())
    await scene.endSessions([await scene.startSession({ at: 1 })], { at: 2, cause: 'ended-by-user' })
    const later = scene.events.filter((event) => !known.has(event))
    const ids = new Set(later.map(({ id }) => id))
    for (const given of new Set([...entries.map((entry) => entry.position), position, end.position])) {
      const came = (await entriesAfter(scene, given)).filter(({ event }) => ids.has(event.id))
      sameEvents(came, later, `what was saved later, since ${given.at}`)
    }
  }),

  contractTest('an event keeps its position, and comes again to whoever goes back to before it', async (scene) => {
    await saveEveryKindOfEvent(scene)
    const before = await entriesAfter(scene, FEED_START)
    await scene.applyTransitions(await scene.submitOne(TOM, { at: 10_000_000 }), grantAt(10_000_000))
    await scene.startSession({ at: 10_000_000 })
    assertEqual((await entriesAfter(scene, FEED_START)).slice(0, before.length), before, 'what came before')
  }),

  contractTest('what was refused, repeated or rejected leaves nothing in the feed', async (scene) => {
    for (const write of await refusedWrites(scene)) await write().catch(() => 'that it rejects is promised elsewhere')
    sameEvents(await entriesAfter(scene, FEED_START), scene.events, 'the feed')
    await scene.submitOne(TOM, { at: 9_000 })
    sameEvents(await entriesAfter(scene, FEED_START), scene.events, 'the feed after one more')
  }),
]

/** A submission of every life, lived step by step beside what two others do; sessions over in every way; the clock runs back and forth. */
async function saveEveryKindOfEvent(scene: Fixture): Promise<void> {
  const lives = lifecyclesFrom(0)
  const sessions = await scene.startSessions(
    { user: CHARLOTTE },
    { tenant: HUNDRED },
    { by: 'rival', user: 'xavier' },
    { by: TOM, user: 'becky', tenant: HUNDRED },
  )
  const sent = await scene.submit({ tenants: lives.map((_, n) => `tenant-${n}`), users: BOTH })
  for (const step of [0, 1, 2]) {
    await scene.saveTransitions(
      await scene.submit({ tenants: [TOM, HUNDRED], by: 'rival', users: ['xavier'], at: 9_000 - step }),
      grantAt(9_000),
    )
    for (const [n, request] of sent.entries()) {
      const verb = lives[n]?.[step]
      if (verb) await scene.applyTransitions(request, verb)
    }
    const session = required(sessions[step], 'session')
    await scene.endSessions([session], required(endingsOf(session)[step], 'ending'))
  }
}

/** Writes of which none may save anything: repetitions, ids that are taken, and stale changes, each beside changes that could be saved. */
export async function refusedWrites(scene: Fixture): Promise<(() => Promise<unknown>)[]> {
  const { repository } = scene
  const known = scene.buildSubmission({ id: 'known', tenants: [TOM, HUNDRED], users: BOTH })
  assertEqual(await repository.saveSubmission(structuredClone(known)), { saved: true }, 'the answer to a submission')
  scene.recordSubmission(known)
  const [old, open] = [required(known.tenantRequests[0], 'request'), required(known.tenantRequests[1], 'request')]
  await scene.applyTransitions(old, grantAt(2_000))
  const [gone, inside] = await scene.startSessions({}, { tenant: HUNDRED })
  await scene.endSessions([required(gone, 'session')], LEFT)
  const stale = rejectAt(3_000)(old, scene.newId)
  const changes = () => scene.changes([open], grantAt(3_000))
  const passing = () => [scene.startChange(), ...scene.endChanges([required(inside, 'session')], LEFT)]
  const taking = <C extends { readonly event: object }>(all: readonly C[]) =>
    all.map((one, n) => (n === all.length - 1 ? { ...one, event: { ...one.event, id: known.events[0].id } } : one))
  const fresh = scene.buildSubmission({ tenants: [HUNDRED, TOM], at: 3_000 })
  return [
    async () => repository.saveSubmission(scene.buildSubmission({ id: 'known', tenants: ['green-gables'], at: 3_000 })),
    async () => repository.saveSubmission(structuredClone(known)),
    async () => repository.saveSubmission(renamed(fresh, fresh.tenantRequests[1]?.id, old.id)),
    async () => repository.saveSubmission(renamed(fresh, fresh.events[2]?.id, known.events[1]?.id)),
    async () => repository.saveChanges([...changes(), stale]),
    async () => repository.saveChanges([...changes(), ...changes()]),
    async () => repository.saveChanges(taking(changes())),
    async () => repository.saveSessionChanges([...passing(), ...scene.endChanges([required(gone, 'session')], LEFT)]),
    async () => repository.saveSessionChanges([...passing(), scene.startChange({ hash: required(inside, 'session').hash })]),
    async () => repository.saveSessionChanges(taking(passing())),
  ]
}
