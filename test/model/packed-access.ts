/** Packed indexes over facts: loaded, built from events, in a live access, and following a feed. */
import { fail } from 'node:assert/strict'
import { type AccessOptions, accessOnIndex } from '../../src/access-index/access.js'
import { AccessProjection } from '../../src/access-index/access-projection.js'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { ConsentryEvent } from '../../src/domain/event.js'
import type { Access, LiveAccessOptions, RequestFacts, TenantFacts } from '../../src/index.js'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import type { LiveAccess } from '../../src/live-access/live-access-api.js'
import { FEED_START, type Position } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { requestEvent } from './event-sequences.js'

/** An index loaded from facts, and one built from events: both must answer alike. */
export function packed(all: readonly TenantFacts[], options: AccessOptions): Access[] {
  const [taken, told] = [new AccessProjection(), new AccessProjection()]
  for (const { tenant, governed, requests } of all) {
    for (const following of [taken, told]) {
      following.index.setTenant(tenant, false)
      if (governed) following.markGoverned(tenant)
    }
    for (const request of requests) {
      taken.load(request)
      for (const event of eventsOf(request)) if (!told.apply(event)) throw new Error(`${event.type} does not follow`)
    }
  }
  return [taken, told].map(({ index }) => accessOnIndex(index, options))
}

function eventsOf(request: RequestFacts): ConsentryEvent[] {
  const { users, removed, sentAt } = request
  const answerBy = 'answerBy' in request ? request.answerBy : null
  // Without remaining users, the last removal was the end.
  const last = users.length === 0 ? removed.at(-1) : undefined
  const removedUser = last?.user ?? null
  const everyone = [...users, ...removed.map(({ user }) => user)]
  return [
    requestEvent(request, 'tenant-request.received', sentAt, { users: everyone, answerBy }),
    ...('grantedAt' in request
      ? [requestEvent(request, 'tenant-request.granted', request.grantedAt, { expiresAt: request.expiresAt })]
      : []),
    ...removed
      .filter((one) => one !== last)
      .map(({ user, at }) => requestEvent(request, 'tenant-request.user-removed', at, { removedUser: user })),
    ...('endedAt' in request ? [requestEvent(request, `tenant-request.${request.state}`, request.endedAt, { removedUser })] : []),
    ...(request.state === 'expired' ? [requestEvent(request, 'tenant-request.expired', request.expiresAt, { by: 'clock' })] : []),
    ...(request.state === 'lapsed' ? [requestEvent(request, 'tenant-request.lapsed', request.answerBy, { by: 'clock' })] : []),
  ]
}

/** Creates a live access over a repository with exactly these facts and no further events. */
export async function live(all: readonly TenantFacts[], options: Omit<LiveAccessOptions, 'repository'> = {}): Promise<LiveAccess> {
  const { subscribe: _, ...pollOnly } = memoryRepository()
  const repository: Repository = {
    ...pollOnly,
    positions: async () => ({ stable: FEED_START, latest: FEED_START }),
    readEvents: async ({ after }) => ({ entries: [], position: after, latest: FEED_START }),
    requestPage: async ({ after }) => (after === undefined ? all.flatMap((facts) => facts.requests) : []),
    governedTenantPage: async ({ after }) => (after === undefined ? all.flatMap(({ tenant, governed }) => (governed ? [tenant] : [])) : []),
  }
  const access = createLiveAccess({ repository, maxStalenessMs: 600_000, ...options })
  await access.ready()
  return access
}

const ALL = 1_000_000

export class Followed {
  access: Access
  #following = new AccessProjection()
  #position: Position = FEED_START

  constructor(
    readonly repository: Repository,
    readonly options: AccessOptions,
  ) {
    this.access = accessOnIndex(this.#following.index, options)
  }

  async goOn(): Promise<number> {
    const { entries, position } = await this.repository.readEvents({ after: this.#position, limit: ALL })
    for (const { event } of entries) if (!this.#following.apply(event)) fail(`${event.type} \`${event.id}\` does not follow`)
    this.#position = position
    return entries.length
  }

  /** Reloads from a snapshot, then replays old events: those after the given share of the feed. */
  async beginAnew(share: number): Promise<void> {
    this.#following = new AccessProjection()
    this.access = accessOnIndex(this.#following.index, this.options)
    for (const request of await this.repository.requestPage({ limit: ALL })) this.#following.load(request)
    for (const tenant of await this.repository.governedTenantPage({ limit: ALL })) this.#following.markGoverned(tenant)
    const { entries, position } = await this.repository.readEvents({ after: FEED_START, limit: ALL })
    for (const { event } of entries.slice(Math.floor(share * entries.length))) this.#following.apply(event)
    this.#position = position
  }
}
