/** The laws of filling an index while others save: all requests and the feed from `stable` on are together what was saved, nothing less. */
import type { ConsentryEvent, TenantRequestEvent } from '../../domain/event.js'
import type { TenantId } from '../../domain/ids.js'
import type { RequestFacts } from '../../domain/status.js'
import { fold, type TenantRequest, toFacts } from '../../domain/tenant-request-state.js'
import { FEED_START, type FeedEntry, type FeedPositions, type Position } from '../../ports/event-feed.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { anotherTurn, whileOthersSave } from './feed-concurrency.js'
import { assertEqual } from './fixtures/assert.js'
import { entriesAfter } from './fixtures/feed.js'
import type { Fixture } from './fixtures/fixture.js'
import { expectedGoverned, readGovernedTenants, readRequests } from './fixtures/snapshot.js'

/** How many rows a page has, and of how many events each filling begins. */
const FILLINGS = [
  [1, 10],
  [3, 80],
  [40, 120],
  [1_000, 150],
] as const

export const snapshotConcurrencyTests: readonly ContractTest[] = [
  contractTest(
    'an index filled from all requests, and fed by what comes after `stable`, misses nothing that others save meanwhile',
    async (scene) => {
      const filled = await whileOthersSave(scene, (isOver) =>
        FILLINGS.map(([limit, begun]) => fill(scene, limit, () => isOver() || scene.events.length >= begun)),
      )
      for (const { stable, requests, governed } of filled) {
        const told = (await entriesAfter(scene, stable)).flatMap(({ event }) => ('tenantRequest' in event ? [event] : []))
        assertEqual(new Set(requests.map(({ id }) => id)).size, requests.length, 'the requests read, each once')
        for (const request of scene.requests) bringsUpToDate(scene, request, requests, told)
        const known = new Set([...governed, ...told.flatMap(({ type, tenant }) => (type === 'tenant-request.granted' ? [tenant] : []))])
        assertEqual([...known].sort(), expectedGoverned(scene).sort(), 'the governed tenants')
      }
    },
  ),

  contractTest(
    'while others save, nothing comes at or before `stable` any more, and all saved before is at or before `latest`',
    async (scene) => {
      const [looks = []] = await whileOthersSave(scene, (isOver) => [lookAgainAndAgain(scene, isOver)])
      const whole = await entriesAfter(scene, FEED_START)
      for (const { stable, latest, saved, there } of looks) {
        // What could be read then has had its position since then.
        const positions = new Map([...whole, ...there].map(({ event, position }) => [event.id, position]))
        assertEqual(stable.at <= latest.at, true, `\`stable\`, ${stable.at}, is not above \`latest\`, ${latest.at}`)
        assertEqual(upTo(stable, there), upTo(stable, whole), `what there was up to \`stable\`, ${stable.at}`)
        const beyond = saved.filter(({ id }) => (positions.get(id)?.at ?? Number.POSITIVE_INFINITY) > latest.at)
        assertEqual(beyond, [], `what was saved before, and is after \`latest\`, ${latest.at}`)
      }
    },
  ),
]

interface Filled {
  readonly stable: Position
  readonly requests: readonly RequestFacts[]
  readonly governed: readonly TenantId[]
}

/** What an index is filled with that begins as soon as it may. */
async function fill(scene: Fixture, limit: number, mayBegin: () => boolean): Promise<Filled> {
  while (!mayBegin()) await anotherTurn()
  const { stable } = await scene.repository.positions()
  const requests = await readRequests(scene, limit, anotherTurn)
  return { stable, requests, governed: await readGovernedTenants(scene, limit, anotherTurn) }
}

/** Asserts that what was told of a request later goes on, without a gap, from what it was when it was read, and comes to what it is. */
function bringsUpToDate(
  scene: Fixture,
  { id }: TenantRequest,
  requests: readonly RequestFacts[],
  told: readonly TenantRequestEvent[],
): void {
  const ofIt = (events: readonly ConsentryEvent[]) =>
    events.flatMap((event) => ('tenantRequest' in event && event.tenantRequest === id ? [event] : []))
  const all = ofIt(scene.events).sort((a, b) => a.revision - b.revision)
  const states = all.map((_, n) => textOf(toFacts(fold(all.slice(0, n + 1)))))
  const read = requests.find((one) => one.id === id)
  const revision = read === undefined ? 0 : states.lastIndexOf(textOf(read)) + 1
  assertEqual(revision > 0, read !== undefined, `${id} was, when it was read, what it was at some revision`)
  const later = ofIt(told).map((event) => event.revision)
  const reached = later.sort((a, b) => a - b).reduce((before, next) => (next === before + 1 ? next : before), revision)
  assertEqual(reached, all.length, `the revision of ${id} that an index comes to which read it at revision ${revision}`)
}

/** The same text for the same facts. */
function textOf({ removed, ...rest }: RequestFacts): string {
  return JSON.stringify([Object.entries(rest).sort(), removed.map(({ user, at }) => [user, at])])
}

/** Where the feed ended, what was known to be saved before anybody asked, and what was there to be read after it. */
interface Look extends FeedPositions {
  readonly saved: readonly ConsentryEvent[]
  readonly there: readonly FeedEntry[]
}

async function lookAgainAndAgain(scene: Fixture, isOver: () => boolean): Promise<Look[]> {
  const looks: Look[] = []
  while (!isOver()) {
    const saved = [...scene.events]
    const ends = await scene.repository.positions()
    looks.push({ ...ends, saved, there: await entriesAfter(scene, FEED_START) })
    await anotherTurn()
  }
  return looks
}

function upTo(position: Position, entries: readonly FeedEntry[]): string[] {
  return entries.flatMap((entry) => (entry.position.at <= position.at ? [`${entry.position.at} ${entry.event.id}`] : []))
}
