/** Repositories with one realistic fault each: the negative controls of the contract tests. */
import { memoryRepository } from '../../src/adapters/memory.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { factsFaults } from './faulty/facts.js'
import { ALL, type Change } from './faulty/faults.js'
import { feedFaults } from './faulty/feed.js'
import { filterFaults } from './faulty/filters.js'
import { grantFaults } from './faulty/grants.js'
import { listFaults } from './faulty/lists.js'
import { requestListFaults } from './faulty/request-lists.js'
import { requestFaults } from './faulty/requests.js'
import { sessionFaults } from './faulty/sessions.js'
import { snapshotFaults } from './faulty/snapshot.js'

const PARTS = [
  requestFaults,
  factsFaults,
  listFaults,
  requestListFaults,
  filterFaults,
  grantFaults,
  sessionFaults,
  feedFaults,
  snapshotFaults,
]

/** Each fault with a factory of repositories that have it, by the part of the port that it is in. */
export const faultyRepositories = PARTS.flatMap((faults) =>
  Object.entries(faults).map(([fault, { breaks, change }]) => ({ fault, breaks, make: () => faultyRepository(change) })),
)

function faultyRepository(change: Change): Repository {
  const inner = memoryRepository()
  const { readEvents: read, ...changed } = change(inner)
  if (read === undefined) return { ...inner, ...changed }
  const { subscribe: _, ...others } = inner
  const positions = changed.positions ?? cautiousPositions(read)
  const readEvents: Repository['readEvents'] = async (query) => {
    const page = await read(query)
    return { latest: page.latest ?? (await positions()).latest, ...page }
  }
  return { ...others, ...changed, positions, readEvents }
}

/** Returns positions that are correct for any fault of the feed. */
function cautiousPositions(readEvents: NonNullable<ReturnType<Change>['readEvents']>): Repository['positions'] {
  return async () => {
    let latest = FEED_START
    for (;;) {
      const { entries, position } = await readEvents({ after: latest, limit: ALL })
      if (entries.length === 0 || position.at === latest.at) break
      latest = { ...position, at: Number(position.at) }
    }
    return { stable: FEED_START, latest }
  }
}
