/** Grants by tenant and user: one list of (user index, grant id) pairs per tenant, sorted by user. */

import type { Instant } from '../domain/instant.js'
import type { RequestLifecycle, UserRequest } from '../domain/status.js'
import { type GrantId, GrantTable } from './grant-table.js'
import { NOT_FOUND } from './id-interner.js'
import { PackedLists } from './packed-lists.js'

/** The entries of a pair: the user index and the grant id. */
const PAIR_SIZE = 2
/** Below this length a linear scan beats binary search. */
const LINEAR_SEARCH_MAX = 16 * PAIR_SIZE

/**
 * All users' grants.
 * Of a user's ended grants in a tenant only the latest by each requesting tenant is kept: it gives the reason of a denial.
 */
export class UserGrants {
  /** The grants that the pairs refer to. */
  readonly grants = new GrantTable()
  private readonly lists = new PackedLists()

  /** Returns whether a grant by `requester` holds at `now` (SPEC 4.2). Allocates nothing. */
  holds(user: number, tenant: number, now: Instant, requester: number): boolean {
    const { values } = this.lists
    const end = this.lists.endOf(tenant)
    for (let k = this.lowerBound(tenant, user); k < end && values[k] === user; k += PAIR_SIZE) {
      const grant = values[k + 1] as number
      if (this.grants.holds(grant, now) && this.grants.isOf(grant, requester)) return true
    }
    return false
  }

  /** Returns the user's grant in the tenant if there is exactly one, otherwise `NOT_FOUND`. */
  singleGrantOf(user: number, tenant: number): GrantId {
    const { values } = this.lists
    const k = this.lowerBound(tenant, user)
    const end = this.lists.endOf(tenant)
    const isSingle = k < end && values[k] === user && (k + PAIR_SIZE === end || values[k + PAIR_SIZE] !== user)
    return isSingle ? (values[k + 1] as number) : NOT_FOUND
  }

  /** Returns all the user's grants by `requester` in the tenant, as requests. */
  requestsOf(user: number, tenant: number, requester: number): UserRequest<RequestLifecycle>[] {
    const requests: UserRequest<RequestLifecycle>[] = []
    const { values } = this.lists
    const end = this.lists.endOf(tenant)
    for (let k = this.lowerBound(tenant, user); k < end && values[k] === user; k += PAIR_SIZE) {
      const grant = values[k + 1] as number
      if (this.grants.isOf(grant, requester)) requests.push(this.grants.userRequest(grant))
    }
    return requests
  }

  /** Returns the users with a grant in the tenant, each once. */
  usersOf(tenant: number): number[] {
    const { values } = this.lists
    const users: number[] = []
    const end = this.lists.endOf(tenant)
    for (let k = this.lists.startOf(tenant); k < end; k += PAIR_SIZE) {
      const user = values[k] as number
      if (user !== users.at(-1)) users.push(user)
    }
    return users
  }

  /**
   * Adds a grant for users, who must be sorted and distinct.
   * Merges from the end of the list, so that each pair moves at most once.
   * @returns the users who had no grant in the tenant before.
   */
  insert(users: readonly number[], tenant: number, grant: GrantId): readonly number[] {
    this.grants.adjustRefCount(grant, users.length)
    const existing: number[] = []
    const added: number[] = []
    let from = this.lists.lengthOf(tenant) - PAIR_SIZE
    this.lists.insertGap(tenant, from + PAIR_SIZE, PAIR_SIZE * users.length)
    const { values } = this.lists
    const start = this.lists.startOf(tenant)
    for (let n = users.length - 1; n >= 0; n--) {
      const user = users[n] as number
      for (; from >= 0 && (values[start + from] as number) > user; from -= PAIR_SIZE) {
        values.copyWithin(start + from + PAIR_SIZE * (n + 1), start + from, start + from + PAIR_SIZE)
      }
      values[start + from + PAIR_SIZE * (n + 1)] = user
      values[start + from + PAIR_SIZE * (n + 1) + 1] = grant
      if (from >= 0 && values[start + from] === user) existing.push(user)
      else added.push(user)
    }
    for (const user of existing) this.dropSupersededEnds(tenant, user)
    return added
  }

  /** Replaces one grant of a user in the tenant by another. Returns false if the user does not have it. */
  replaceGrant(user: number, tenant: number, grant: GrantId, replacement: GrantId): boolean {
    const { values } = this.lists
    const end = this.lists.endOf(tenant)
    for (let k = this.lowerBound(tenant, user); k < end && values[k] === user; k += PAIR_SIZE) {
      if (values[k + 1] !== grant) continue
      values[k + 1] = replacement
      this.grants.adjustRefCount(replacement, 1)
      this.grants.adjustRefCount(grant, -1)
      return true
    }
    return false
  }

  /** Returns the offset of the first pair in the tenant's list whose user is not below `user`. */
  private lowerBound(tenant: number, user: number): number {
    const { values } = this.lists
    let low = this.lists.startOf(tenant)
    let high = this.lists.endOf(tenant)
    while (high - low > LINEAR_SEARCH_MAX) {
      const middle = low + PAIR_SIZE * ((high - low) >> 2)
      if ((values[middle] as number) < user) low = middle
      else high = middle
    }
    while (low < high && (values[low] as number) < user) low += PAIR_SIZE
    return low
  }

  /** Keeps only the latest of a user's ended grants by each requesting tenant (SPEC 5.2). */
  private dropSupersededEnds(tenant: number, user: number): void {
    const { grants, lists } = this
    const latest: GrantId[] = []
    for (let k = this.lowerBound(tenant, user); k < lists.endOf(tenant) && lists.values[k] === user; k += PAIR_SIZE) {
      const grant = lists.values[k + 1] as number
      if (!grants.isEnded(grant)) continue
      const rival = latest.find((other) => grants.isOf(other, grants.requesterOf(grant)))
      if (rival === undefined) {
        latest.push(grant)
        continue
      }
      const superseded = grants.endedAfter(grant, rival) ? rival : grant
      this.drop(tenant, user, superseded)
      this.dropSupersededEnds(tenant, user)
      return
    }
  }

  private drop(tenant: number, user: number, grant: GrantId): void {
    let k = this.lowerBound(tenant, user)
    while (this.lists.values[k + 1] !== grant) k += PAIR_SIZE
    this.grants.adjustRefCount(grant, -1)
    this.lists.removeRange(tenant, k - this.lists.startOf(tenant), PAIR_SIZE)
  }
}
