/** The laws of listening, for repositories that can tell when something is saved: whoever is woken finds it, and whoever stopped is left alone. */

import type { ConsentryEvent } from '../../domain/event.js'
import { FEED_START } from '../../ports/event-feed.js'
import type { Repository } from '../../ports/repository.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual } from './fixtures/assert.js'
import { CAROLINE, CHARLOTTE, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { grantAt, removeUserAt } from './fixtures/transitions.js'

/** Milliseconds that a wake may take where all else is at rest. */
const SOON = 3_000

export const subscribeTests: readonly ContractTest[] = [
  contractTest('whoever listens, and reads the feed only when woken, gets what is submitted, changed, started and ended', async (scene) => {
    const { repository } = scene
    const got = new Set<string>()
    const listener = await listeningTo(repository, async () => {
      for (const { event } of (await repository.readEvents({ after: FEED_START, limit: 1_000 })).entries) got.add(event.id)
    })
    if (listener === undefined) return
    const missing = () => scene.events.filter(({ id }) => !got.has(id))
    const sent = await scene.submit({ tenants: [TOM, HUNDRED], users: [CAROLINE, CHARLOTTE] })
    await soonNone(missing, 'what was submitted')
    await scene.saveTransitions(sent, removeUserAt(CHARLOTTE, 1_500))
    await scene.saveTransitions(sent, grantAt(2_000))
    await soonNone(missing, 'what was changed')
    const session = await scene.startSession()
    await soonNone(missing, 'the start of a session')
    await scene.endSessions([session], { at: 2_500, cause: 'ended-by-user' })
    await soonNone(missing, 'the end of a session')
    await listener.stop()
    assertEqual(listener.losses, [], 'what was lost')
  }),

  contractTest('whoever has stopped listening is woken no more, while another still is, and may listen again', async (scene) => {
    const { repository } = scene
    const [one, other] = [await listeningTo(repository), await listeningTo(repository)]
    if (one === undefined || other === undefined) return
    await wakes(scene, one, other)
    await one.stop()
    const before = one.wakes
    await wakes(scene, other)
    assertEqual(one.wakes, before, 'the wakes of who has stopped')
    await one.stop()
    const again = await listeningTo(repository)
    if (again !== undefined) await wakes(scene, again, other)
    for (const listener of [again, other]) await listener?.stop()
    assertEqual([...one.losses, ...other.losses, ...(again?.losses ?? [])], [], 'what was lost')
  }),
]

interface Listener {
  wakes: number
  readonly losses: unknown[]
  readonly stop: () => Promise<void>
}

async function listeningTo(repository: Repository, onWake: () => Promise<void> = async () => {}): Promise<Listener | undefined> {
  const heard = { wakes: 0, losses: [] as unknown[] }
  const reading = new Set<Promise<void>>()
  const wake = () => {
    heard.wakes += 1
    const work = onWake().catch((error) => void heard.losses.push(error))
    reading.add(work)
  }
  const stop = await repository.subscribe?.({ onChange: wake, onDisconnect: (error) => heard.losses.push(error) })
  if (stop === undefined) return undefined
  // The store may be gone as soon as the law is over.
  return Object.assign(heard, {
    stop: () =>
      stop()
        .then(() => Promise.all(reading))
        .then(() => {}),
  })
}

/** Saves something, and asserts that it wakes all of them. */
async function wakes(scene: Fixture, ...listeners: readonly Listener[]): Promise<void> {
  const before = new Map(listeners.map((listener) => [listener, listener.wakes]))
  await scene.submitOne(TOM)
  await soonNone(() => listeners.filter((listener) => listener.wakes === before.get(listener)), 'who listens')
}

async function soonNone(missing: () => readonly (ConsentryEvent | Listener)[], what: string): Promise<void> {
  for (const until = performance.now() + SOON; missing().length > 0 && performance.now() < until; ) {
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  assertEqual(missing(), [], `${what} that no wake told of`)
}
