/** A projection that follows a repository's feed. */
import { fail } from 'node:assert/strict'
import { accessOnIndex } from '../../src/access-index/access.js'
import { AccessProjection } from '../../src/access-index/access-projection.js'
import type { Access, AccessOptions } from '../../src/index.js'
import { FEED_START, type Position } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'

const ALL = 1_000_000

/** A projection of one repository. */
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

  /** Consumes new events of the feed; returns how many. */
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
