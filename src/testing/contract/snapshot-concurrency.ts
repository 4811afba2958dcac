/** Contract tests of filling an index during writes: snapshot plus feed are complete. */
import type { ConsentryEvent, TenantRequestEvent } from '../../domain/event.js'
import type { TenantId } from '../../domain/ids.js'
import { toFacts } from '../../domain/request-facts.js'
import type { RequestFacts } from '../../domain/status.js'
import { fold, type TenantRequest } from '../../domain/tenant-request-state.js'
import { FEED_START, type FeedEntry, type FeedPositions, type Position } from '../../ports/event-feed.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { whileOthersSave, yieldToWriters } from './feed-concurrency.js'
import { assertEqual } from './fixtures/assert.js'
import { entriesAfter } from './fixtures/feed.js'
import type { Fixture } from './fixtures/fixture.js'
import { expectedGoverned, readGovernedTenants, readRequests } from './fixtures/snapshot.js'

/** The page size of each reader, and the number of saved events at which it starts. */
const FILLINGS = [
  [1, 10],
  [3, 80],
  [40, 120],
  [1_000, 150],
] as const

export const snapshotConcurrencyTests: readonly ContractTest[] = [
  contractTest(
    'an index filled from the request snapshot and the events after `stable` misses nothing that others save',
    async (fixture) => {
      const filled = await whileOthersSave(fixture, (isOver) =>
        FILLINGS.map(([limit, begun]) => fill(fixture, limit, () => isOver() || fixture.events.length >= begun)),
      )
      for (const { stable, requests, governed } of filled) {
        const laterEvents = (await entriesAfter(fixture, stable)).flatMap(({ event }) => ('tenantRequest' in event ? [event] : []))
        assertEqual(new Set(requests.map(({ id }) => id)).size, requests.length, 'the requests read, each once')
        for (const request of fixture.requests) expectCaughtUp(fixture, request, requests, laterEvents)
        const known = new Set([
          ...governed,
          ...laterEvents.flatMap(({ type, tenant }) => (type === 'tenant-request.granted' ? [tenant] : [])),
        ])
        assertEqual([...known].sort(), expectedGoverned(fixture).sort(), 'the governed tenants')
      }
    },
  ),

  contractTest(
    'while others save, no event is added at or before `stable`, and every earlier save is at or before `latest`',
    async (fixture) => {
      const [observations = []] = await whileOthersSave(fixture, (isOver) => [observePositions(fixture, isOver)])
      const whole = await entriesAfter(fixture, FEED_START)
      for (const { stable, latest, saved, readable } of observations) {
        // Events that could be read at that moment keep the position they had.
        const positions = new Map([...whole, ...readable].map(({ event, position }) => [event.id, position]))
        assertEqual(stable.at <= latest.at, true, `\`stable\`, ${stable.at}, is not above \`latest\`, ${latest.at}`)
        assertEqual(upTo(stable, readable), upTo(stable, whole), `the entries up to \`stable\`, ${stable.at}`)
        const beyond = saved.filter(({ id }) => (positions.get(id)?.at ?? Number.POSITIVE_INFINITY) > latest.at)
        assertEqual(beyond, [], `events saved before the call, but after \`latest\`, ${latest.at}`)
      }
    },
  ),
]

interface Filled {
  readonly stable: Position
  readonly requests: readonly RequestFacts[]
  readonly governed: readonly TenantId[]
}

/** Waits until `mayBegin`, and returns what an index would be filled with. */
async function fill(fixture: Fixture, limit: number, mayBegin: () => boolean): Promise<Filled> {
  while (!mayBegin()) await yieldToWriters()
  const { stable } = await fixture.repository.positions()
  const requests = await readRequests(fixture, limit, yieldToWriters)
  return { stable, requests, governed: await readGovernedTenants(fixture, limit, yieldToWriters) }
}

/** Asserts that later events lead from the revision that was read to the current one, without a gap. */
function expectCaughtUp(
  fixture: Fixture,
  { id }: TenantRequest,
  requests: readonly RequestFacts[],
  laterEvents: readonly TenantRequestEvent[],
): void {
  const ofIt = (events: readonly ConsentryEvent[]) =>
    events.flatMap((event) => ('tenantRequest' in event && event.tenantRequest === id ? [event] : []))
  const all = ofIt(fixture.events).sort((a, b) => a.revision - b.revision)
  const states = all.map((_, n) => textOf(toFacts(fold(all.slice(0, n + 1)))))
  const read = requests.find((one) => one.id === id)
  const revision = read === undefined ? 0 : states.lastIndexOf(textOf(read)) + 1
  assertEqual(revision > 0, read !== undefined, `the facts of ${id} that were read are those of some revision`)
  const later = ofIt(laterEvents).map((event) => event.revision)
  const reached = later.sort((a, b) => a - b).reduce((before, next) => (next === before + 1 ? next : before), revision)
  assertEqual(reached, all.length, `the revision that an index reaches for ${id} after reading revision ${revision}`)
}

/** Returns the same text for equal facts. */
function textOf({ removed, ...rest }: RequestFacts): string {
  return JSON.stringify([Object.entries(rest).sort(), removed.map(({ user, at }) => [user, at])])
}

/** The positions of the feed, the events saved before the call, and the entries readable after it. */
interface Observation extends FeedPositions {
  readonly saved: readonly ConsentryEvent[]
  readonly readable: readonly FeedEntry[]
}

async function observePositions(fixture: Fixture, isOver: () => boolean): Promise<Observation[]> {
  const observations: Observation[] = []
  while (!isOver()) {
    const saved = [...fixture.events]
    const ends = await fixture.repository.positions()
    observations.push({ ...ends, saved, readable: await entriesAfter(fixture, FEED_START) })
    await yieldToWriters()
  }
  return observations
}

function upTo(position: Position, entries: readonly FeedEntry[]): string[] {
  return entries.flatMap((entry) => (entry.position.at <= position.at ? [`${entry.position.at} ${entry.event.id}`] : []))
}
