/** The laws of the feed: all events, each once and at a place of its own, which is never before one that was given out (SPEC 8.3). */

import { type Law, law } from './contract-test.js'
import { same, the } from './fixtures/assert.js'
import { after, inOrder, pages, sameEvents } from './fixtures/feed.js'
import { CAROLINE, CHARLOTTE, HUNDRED, type Scene, TOM } from './fixtures/fixture.js'
import { livesFrom } from './fixtures/lifecycles.js'
import { endingsOf } from './fixtures/sessions.js'
import { expiring, granting, rejecting, removing } from './fixtures/transitions.js'
import { renamed } from './submit.js'

const BOTH = [CAROLINE, CHARLOTTE]
const LEFT = { at: 5_000, cause: 'left' } as const

export const feedingLaws: readonly Law[] = [
  law('before anything is saved the feed is empty, and its end is a place to go on from', async (scene) => {
    const { entries, position } = await scene.repository.readEvents(0, 1_000)
    same(entries, [], 'the entries')
    await busy(scene)
    for (const start of [position, 0]) sameEvents(await after(scene, start), scene.events, `the feed since ${start}`)
  }),

  law('every event of every kind comes in the feed exactly as it was saved, once', async (scene) => {
    await busy(scene)
    const entries = await after(scene, 0)
    sameEvents(entries, scene.events, 'the feed')
    same(new Set(entries.map(({ event }) => event.type)).size, 11, 'the kinds of events')
  }),

  law("the feed has everybody's events, whoever asked whom and whoever went where", async (scene) => {
    for (const by of [CAROLINE, 'rival', TOM, '__proto__']) {
      await scene.batch(await scene.send({ by, tenants: [HUNDRED, 'green-gables'], users: [`of-${by}`] }), granting(2_000))
      await scene.visit({ by, user: `of-${by}`, tenant: HUNDRED })
    }
    sameEvents(await after(scene, 0), scene.events, 'the feed')
  }),

  law(
    'the events of one request or session come in the order of their revisions, though the clock stood still or stepped back',
    async (scene) => {
      const sent = await scene.send({ tenants: [TOM, HUNDRED, 'green-gables'], users: BOTH, at: 5_000 })
      const sessions = await scene.enter({ at: 5_000 }, { at: 5_000, tenant: HUNDRED }, { at: 5_000, user: CHARLOTTE })
      await scene.batch(sent, removing(CHARLOTTE, 1_000))
      await scene.batch([...sent].reverse(), granting(4_000, 6_000))
      await scene.leave([...sessions].reverse(), LEFT)
      await scene.ask(TOM, { at: 9_000 })
      await scene.batch(sent, expiring())
      inOrder(await after(scene, 0))
    },
  ),

  law(
    'positions are whole numbers that grow from event to event, and no page ends below its last or below where it began',
    async (scene) => {
      await busy(scene)
      for (const start of [0, ...(await after(scene, 0)).map(({ position }) => position)]) {
        const { entries, position: end } = await scene.repository.readEvents(start, 3)
        const positions = entries.map(({ position }) => position)
        const fractions = [...positions, end].filter((one) => !Number.isSafeInteger(one))
        same(fractions, [], `what is no whole number since ${start}`)
        const stuck = positions.filter((one, n) => one <= (positions[n - 1] ?? 0))
        same(stuck, [], `positions not above the one before, since ${start}`)
        same(end >= Math.max(start, ...positions), true, `the page since ${start} ends no lower`)
      }
    },
  ),

  law(
    'going on from the end of each page, the feed neither repeats nor skips an event to its own end, whatever the limit',
    async (scene) => {
      await busy(scene)
      const whole = await after(scene, 0)
      for (let limit = 1; limit <= whole.length + 1; limit += 1) same(await pages(scene, limit), whole, `the feed, ${limit} a page`)
    },
  ),

  law('going on from the position of any event, the feed neither repeats nor skips one', async (scene) => {
    await busy(scene)
    const whole = await after(scene, 0)
    for (const [n, { position }] of whole.entries()) same(await after(scene, position), whole.slice(n + 1), `the feed since ${position}`)
  }),

  law('a page of the feed is full as long as events remain, in the midst of a large submission too', async (scene) => {
    await scene.send({ tenants: Array.from({ length: 1_000 }, (_, n) => `tenant-${n}`) })
    const { repository } = scene
    const [first] = await after(scene, 0)
    for (const start of [0, the(first, 'event').position]) {
      for (const limit of [1, 2, 10, 999, 1_000]) {
        same((await repository.readEvents(start, limit)).entries.length, limit, `events in a page of ${limit} since ${start}`)
      }
    }
    same((await repository.readEvents(0, 5_000)).entries.length, 1_001, 'all events')
  }),

  law('what is saved later comes after every position given out, however it is dated', async (scene) => {
    await busy(scene)
    const long = await scene.live(await scene.ask(TOM, { at: 100 }), granting(200, 300))
    const { entries, position } = await scene.repository.readEvents(0, 1_000)
    const end = await scene.repository.readEvents(position, 1_000)
    const known = new Set(scene.events)
    await scene.ask(HUNDRED, { at: 1 })
    await scene.live(long, expiring())
    await scene.leave([await scene.visit({ at: 1 })], { at: 2, cause: 'left' })
    const later = scene.events.filter((event) => !known.has(event))
    const ids = new Set(later.map(({ id }) => id))
    for (const given of new Set([...entries.map((entry) => entry.position), position, end.position])) {
      const came = (await after(scene, given)).filter(({ event }) => ids.has(event.id))
      sameEvents(came, later, `what was saved later, since ${given}`)
    }
  }),

  law('an event keeps its position, and comes again to whoever goes back to before it', async (scene) => {
    await busy(scene)
    const before = await after(scene, 0)
    await scene.live(await scene.ask(TOM, { at: 10_000_000 }), granting(10_000_000))
    await scene.visit({ at: 10_000_000 })
    same((await after(scene, 0)).slice(0, before.length), before, 'what came before')
  }),

  law('what was refused, repeated or rejected leaves nothing in the feed', async (scene) => {
    for (const write of await refusedWrites(scene)) await write().catch(() => 'that it rejects is promised elsewhere')
    sameEvents(await after(scene, 0), scene.events, 'the feed')
    await scene.ask(TOM, { at: 9_000 })
    sameEvents(await after(scene, 0), scene.events, 'the feed after one more')
  }),
]

/** A submission of every life, lived step by step beside what two others do; sessions over in every way; the clock runs back and forth. */
async function busy(scene: Scene): Promise<void> {
  const lives = livesFrom(0)
  const sessions = await scene.enter(
    { user: CHARLOTTE },
    { tenant: HUNDRED },
    { by: 'rival', user: 'xavier' },
    { by: TOM, user: 'becky', tenant: HUNDRED },
  )
  const sent = await scene.send({ tenants: lives.map((_, n) => `tenant-${n}`), users: BOTH })
  for (const step of [0, 1, 2]) {
    await scene.batch(await scene.send({ tenants: [TOM, HUNDRED], by: 'rival', users: ['xavier'], at: 9_000 - step }), granting(9_000))
    for (const [n, request] of sent.entries()) {
      const verb = lives[n]?.[step]
      if (verb) await scene.live(request, verb)
    }
    const session = the(sessions[step], 'session')
    await scene.leave([session], the(endingsOf(session)[step], 'ending'))
  }
}

/** Writes of which none may save anything: repetitions, ids that are taken, and stale changes, each beside changes that could be saved. */
export async function refusedWrites(scene: Scene): Promise<(() => Promise<unknown>)[]> {
  const { repository } = scene
  const known = scene.prepare({ id: 'known', tenants: [TOM, HUNDRED], users: BOTH })
  same(await repository.submit(structuredClone(known)), null, 'the answer to a submission')
  scene.submitted(known)
  const [old, open] = [the(known.tenantRequests[0], 'request'), the(known.tenantRequests[1], 'request')]
  await scene.live(old, granting(2_000))
  const [gone, inside] = await scene.enter({}, { tenant: HUNDRED })
  await scene.leave([the(gone, 'session')], LEFT)
  const stale = rejecting(3_000)(old, scene.newId)
  const changes = () => scene.changes([open], granting(3_000))
  const passing = () => [scene.start(), ...scene.end([the(inside, 'session')], LEFT)]
  const taking = <C extends { readonly event: object }>(all: readonly C[]) =>
    all.map((one, n) => (n === all.length - 1 ? { ...one, event: { ...one.event, id: known.events[0].id } } : one))
  const fresh = scene.prepare({ tenants: [HUNDRED, TOM], at: 3_000 })
  return [
    async () => repository.submit(scene.prepare({ id: 'known', tenants: ['green-gables'], at: 3_000 })),
    async () => repository.submit(structuredClone(known)),
    async () => repository.submit(renamed(fresh, fresh.tenantRequests[1]?.id, old.id)),
    async () => repository.submit(renamed(fresh, fresh.events[2]?.id, known.events[1]?.id)),
    async () => repository.save([...changes(), stale]),
    async () => repository.save([...changes(), ...changes()]),
    async () => repository.save(taking(changes())),
    async () => repository.saveSessions([...passing(), ...scene.end([the(gone, 'session')], LEFT)]),
    async () => repository.saveSessions([...passing(), scene.start({ hash: the(inside, 'session').hash })]),
    async () => repository.saveSessions(taking(passing())),
  ]
}
