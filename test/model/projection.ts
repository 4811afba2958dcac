/** Standings that follow a repository's feed beside whatever writes to it, and what they have forgotten on the way. */

import { fail } from 'node:assert/strict'
import { accessOnIndex } from '../../src/access-index/access.js'
import { AccessProjection } from '../../src/access-index/access-projection.js'
import type { Access, AccessOptions, TenantFacts } from '../../src/index.js'
import { FEED_START, type Position } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'

const ALL = 1_000_000

/** A follower of one repository. */
export class Followed {
  access: Access
  #following = new AccessProjection()
  #position: Position = FEED_START
  /** Until when the beginning of a grant is forgotten, by tenant and user: till the end that was recorded last. */
  readonly #forgotten = new Map<string, number>()

  constructor(
    readonly repository: Repository,
    readonly options: AccessOptions,
  ) {
    this.access = accessOnIndex(this.#following.index, options)
  }

  /** Takes in what the feed has since the last time; answers how many events that were. */
  async goOn(): Promise<number> {
    const { entries, position } = await this.repository.readEvents({ after: this.#position, limit: ALL })
    for (const { event } of entries) if (!this.#following.apply(event)) fail(`${event.type} \`${event.id}\` does not follow`)
    this.#position = position
    return entries.length
  }

  /** Begins anew with all there is, and is told some of the past once more: all that came after that share of the feed. */
  async beginAnew(share: number): Promise<void> {
    this.#following = new AccessProjection()
    this.access = accessOnIndex(this.#following.index, this.options)
    for (const request of await this.repository.requestPage({ limit: ALL })) this.#following.load(request)
    for (const tenant of await this.repository.governedTenantPage({ limit: ALL })) this.#following.markGoverned(tenant)
    const { entries, position } = await this.repository.readEvents({ after: FEED_START, limit: ALL })
    for (const { event } of entries.slice(Math.floor(share * entries.length))) this.#following.apply(event)
    this.#position = position
  }

  /** Learns which expiries were recorded, by facts that know it. */
  learn({ tenant, requests }: TenantFacts): void {
    for (const one of requests) {
      if (one.state !== 'expired') continue
      for (const user of one.users) {
        const pair = `${tenant} ${user}`
        this.#forgotten.set(pair, Math.max(one.expiresAt, this.#forgotten.get(pair) ?? one.expiresAt))
      }
    }
  }

  /** Whether it knows all that there is to know about that instant; of what is no instant everybody knows the same. */
  remembers(user: string, tenant: string, now: number): boolean {
    const until = this.#forgotten.get(`${tenant} ${user}`)
    return until === undefined || !(now < until)
  }

  /** Whether it must say, as others do, that the user may enter: of what it remembers yes, of the rest what it says itself. */
  mustAllow(user: string, tenant: string, now: number): boolean {
    return this.remembers(user, tenant, now) || this.access.canImpersonate(user, tenant, 'access-request', now)
  }
}

/** The facts without the grants whose recorded end leaves nothing to know before it. */
export function remembered(facts: TenantFacts): TenantFacts {
  return { ...facts, requests: facts.requests.filter(({ state }) => state !== 'expired') }
}
