/** The part of the repository port that decisions read: facts about requests. */
import type { TenantFacts } from '../domain/facts.js'
import type { TenantId, UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { RequestKey } from './request-query.js'

/** Whose facts are asked for: `user` in `tenant`, by the requests of `from` or of all, as of `now`. */
export interface FactsQuery {
  readonly tenant: TenantId
  readonly user: UserId
  readonly from: TenantId | null
  readonly now: Instant
}

/**
 * Reads the facts that decisions need (SPEC 5.2).
 * What a call reads is bounded by what is open between the parties it is about, by no one's history and by no one else's users.
 */
export interface FactsReader {
  /**
   * Returns a tenant's facts that decide about one user at `now` and later.
   * These are the `decisiveRequests` of the tenant's requests, narrowed to the user.
   * With `from`, only of requests that it sent. A tenant that was never asked is not governed and has no requests.
   */
  factsFor(query: FactsQuery): Promise<TenantFacts>
  /**
   * Returns for each of these queries, in their order, what `factsFor` returns; all read in one step.
   * A query may be repeated. Without queries the result is empty.
   */
  factsForMany(queries: readonly FactsQuery[]): Promise<readonly TenantFacts[]>
  /**
   * Returns one page of a tenant's facts, with all users of its requests.
   * It holds the first `limit` requests after `after`, by `sentAt` and id.
   * With `openAt`, only grants without a recorded end that expire after that instant. A page ends early once its requests name or named
   * `PAGE_IDS` users; one without requests is the end.
   */
  factsPage(query: {
    readonly tenant: TenantId
    readonly openAt?: Instant | undefined
    readonly after?: RequestKey | undefined
    readonly limit: number
  }): Promise<TenantFacts>
  /**
   * Returns the facts of the tenants in which a grant that is not over at `now` names the user.
   * The first `limit` tenants after `after`, by id.
   * They hold these grants and no other requests, narrowed to the user; with `from`, only of requests that it sent.
   */
  grantsOfUser(query: {
    readonly user: UserId
    readonly from: TenantId | null
    readonly now: Instant
    readonly after?: TenantId | undefined
    readonly limit: number
  }): Promise<readonly TenantFacts[]>
}
