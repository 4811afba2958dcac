/** The laws of a feed that is followed while others save: whoever goes on from page to page misses nothing (SPEC 8.3). */
import { FEED_START, type FeedEntry } from '../../ports/event-feed.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { inOrder, sameEvents } from './fixtures/feed.js'
import { CAROLINE, CHARLOTTE, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { grantAt, removeUserAt, revokeAt } from './fixtures/transitions.js'

const FOUR = [0, 1, 2, 3]
const TWENTY = Array.from({ length: 20 }, (_, n) => `tenant-${n}`)

export const feedConcurrencyTests: readonly ContractTest[] = [
  contractTest(
    'whoever follows the feed while others save misses nothing, gets each event once, and each request in order',
    async (scene) => {
      const readers = await whileOthersSave(scene, (isOver) => [3, 40, 1_000].map((limit) => follow(scene, limit, isOver)))
      for (const entries of readers) {
        sameEvents(entries, scene.events, 'the feed as it was followed')
        inOrder(entries)
      }
    },
  ),
]

/** What came of all this work, begun where there is nothing yet, while twelve others save what takes them several turns each. */
export async function whileOthersSave<T>(scene: Fixture, begin: (isOver: () => boolean) => readonly Promise<T>[]): Promise<T[]> {
  let over = false
  const working = begin(() => over)
  const saving = Promise.all([
    ...FOUR.map((n) => submitAndChange(scene, n)),
    ...FOUR.map((n) => oneByOne(scene, n)),
    ...FOUR.map((n) => comeAndGo(scene, n)),
  ])
  const [done] = await Promise.all([
    Promise.all(working),
    saving.finally(() => {
      over = true
    }),
  ])
  return done
}

/** All that comes to a reader who reads on until nothing is saved any more, and then to the end. */
async function follow(scene: Fixture, limit: number, isOver: () => boolean): Promise<FeedEntry[]> {
  const all: FeedEntry[] = []
  let start = FEED_START
  let empty = 0
  let pagesLeft = 1_000
  while (pagesLeft > 0) {
    // Asked before the page is read: what is saved after the page and before the answer would else be left behind.
    const last = isOver()
    const { entries, position } = await scene.repository.readEvents({ after: start, limit })
    empty = entries.length === 0 ? empty + 1 : 0
    // Where nothing came a reader asks again, and nothing must come again.
    if (last && empty >= 2) return all
    if (last) pagesLeft -= 1
    all.push(...entries)
    start = position
    await anotherTurn()
  }
  throw new Error('the feed has no end: page after page goes on and finds more')
}

/** Large submissions take long to save, so that others overtake them; later writers are dated earlier. */
async function submitAndChange(scene: Fixture, n: number): Promise<void> {
  const at = 9_000 - 1_000 * n
  const sent = await scene.submit({ tenants: TWENTY, users: [CAROLINE, CHARLOTTE], at })
  await anotherTurn()
  await scene.saveTransitions(sent, removeUserAt(CHARLOTTE, at))
  for (const request of sent.slice(0, 5)) {
    await anotherTurn()
    await scene.applyTransitions(request, grantAt(at), revokeAt(at))
  }
}

async function oneByOne(scene: Fixture, n: number): Promise<void> {
  for (const tenant of [TOM, HUNDRED, 'green-gables', 'kellynch']) {
    const request = await scene.submitOne(tenant, { by: n % 2 ? 'rival' : 'legacy', at: 1_000 + n })
    await anotherTurn()
    await scene.applyTransitions(request, grantAt(2_000 - n))
  }
}

async function comeAndGo(scene: Fixture, n: number): Promise<void> {
  for (const tenant of [TOM, HUNDRED, 'green-gables', 'kellynch']) {
    const sessions = await scene.startSessions({ tenant, at: 5_000 - n }, { tenant, user: CHARLOTTE, at: 5_000 })
    await anotherTurn()
    await scene.endSessions(sessions, { at: 6_000, cause: 'ended-by-user' })
  }
}

/** Lets others have a turn, which a repository in memory never does by itself: writers would be done before the first page is read. */
export function anotherTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
