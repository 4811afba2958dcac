/** Grants by tenant and user: lists of (user index, grant id) pairs, sorted by user. */

import type { Instant } from '../domain/instant.js'
import type { RequestLifecycle, UserRequest } from '../domain/status.js'
import type { GrantId, GrantTable } from './grant-table.js'
import { type IdInterner, NOT_FOUND } from './id-interner.js'
import { PackedLists } from './packed-lists.js'

/** The entries of a pair: the user index and the grant id. */
const PAIR_SIZE = 2
/** Below this length a linear scan beats binary search. */
const LINEAR_SEARCH_MAX = 16 * PAIR_SIZE
/** A longer list is split, so that an insertion moves few pairs. */
const MAX_LENGTH = 2_048 * PAIR_SIZE

/**
 * All users' grants.
 * Of a user's ended grants in a tenant only the latest by each requesting tenant is kept: it gives the reason of a denial.
 *
 * A list that grows too long is split: a large tenant has its own list and blocks. All pairs of one user are in one list.
 */
export class UserGrants {
  /** The pairs: list `n` is of the tenant of index `n`, or a block. */
  private readonly lists = new PackedLists()
  /** The blocks of each tenant: sorted pairs of a block's first user and its list. */
  private readonly blocks = new PackedLists()

  /** `grants` has the grants that the pairs refer to. `tenants` reserves an index for each block. */
  constructor(
    private readonly grants: GrantTable,
    private readonly tenants: IdInterner,
  ) {}

  /** Returns whether a grant by `requester` holds at `now` (SPEC 4.2). Allocates nothing. */
  holds(user: number, tenant: number, now: Instant, requester: number): boolean {
    const { values } = this.lists
    const list = this.listOf(tenant, user)
    const end = this.lists.endOf(list)
    for (let k = lowerBound(this.lists, list, user); k < end && values[k] === user; k += PAIR_SIZE) {
      if (this.grants.holds(values[k + 1] as number, now, requester)) return true
    }
    return false
  }

  /** Returns the user's only grant in the tenant if it is by `requester` and holds, else `NOT_FOUND`. */
  onlyGrantAt(user: number, tenant: number, now: Instant, requester: number): GrantId {
    const { values } = this.lists
    const list = this.listOf(tenant, user)
    const k = lowerBound(this.lists, list, user)
    const end = this.lists.endOf(list)
    const isOnly = k < end && values[k] === user && (k + PAIR_SIZE === end || values[k + PAIR_SIZE] !== user)
    return isOnly && this.grants.holds(values[k + 1] as number, now, requester) ? (values[k + 1] as number) : NOT_FOUND
  }

  /** Returns all the user's grants by `requester` in the tenant, as requests. */
  requestsOf(user: number, tenant: number, requester: number): UserRequest<RequestLifecycle>[] {
    const requests: UserRequest<RequestLifecycle>[] = []
    const { values } = this.lists
    const list = this.listOf(tenant, user)
    const end = this.lists.endOf(list)
    for (let k = lowerBound(this.lists, list, user); k < end && values[k] === user; k += PAIR_SIZE) {
      const grant = values[k + 1] as number
      if (this.grants.isOf(grant, requester)) requests.push(this.grants.userRequest(grant))
    }
    return requests
  }

  /** Returns the users with a grant by `requester` that holds in the tenant at `now`, each once. */
  usersOf(tenant: number, now: Instant, requester: number): number[] {
    const { values } = this.lists
    const users: number[] = []
    let list = tenant
    for (let block = this.blocks.startOf(tenant); ; block += PAIR_SIZE) {
      const end = this.lists.endOf(list)
      for (let k = this.lists.startOf(list); k < end; k += PAIR_SIZE) {
        const user = values[k] as number
        if (user !== users.at(-1) && this.grants.holds(values[k + 1] as number, now, requester)) users.push(user)
      }
      if (block === this.blocks.endOf(tenant)) return users
      list = this.blocks.values[block + 1] as number
    }
  }

  /** Adds a grant for a user. Returns whether the user had no grant in the tenant before. */
  insert(user: number, tenant: number, grant: GrantId): boolean {
    const { grants, lists } = this
    grants.retain(grant)
    const list = this.listOf(tenant, user)
    const k = lists.insert(list, lowerBound(this.lists, list, user + 1), [user, grant])
    const isNew = k === lists.startOf(list) || lists.values[k - PAIR_SIZE] !== user
    if (!isNew) this.dropSupersededEnds(list, user, grants.requesterOf(grant))
    if (lists.lengthOf(list) > MAX_LENGTH) this.split(tenant, list)
    return isNew
  }

  /** Removes a user from a request, from `at` on. Returns false if the user does not have its grant. */
  remove(user: number, tenant: number, grant: GrantId, at: Instant): boolean {
    const { values } = this.lists
    const list = this.listOf(tenant, user)
    const end = this.lists.endOf(list)
    for (let k = lowerBound(this.lists, list, user); k < end && values[k] === user; k += PAIR_SIZE) {
      if (values[k + 1] !== grant) continue
      const removal = this.grants.addRemoval(at, this.grants.requesterOf(grant))
      values[k + 1] = removal
      this.grants.retain(removal)
      this.grants.release(grant)
      return true
    }
    return false
  }

  /** Returns the list that has the user's pairs in the tenant, if there are any. */
  private listOf(tenant: number, user: number): number {
    if (this.blocks.lengthOf(tenant) === 0) return tenant
    const k = lowerBound(this.blocks, tenant, user + 1)
    return k === this.blocks.startOf(tenant) ? tenant : (this.blocks.values[k - 1] as number)
  }

  /** Moves the upper half of a list to a new block of the tenant, unless all pairs are of one user. */
  private split(tenant: number, list: number): void {
    const { lists } = this
    const start = lists.startOf(list)
    const middle = lists.values[start + MAX_LENGTH / 2] as number
    const before = lowerBound(this.lists, list, middle)
    const at = before > start ? before : lowerBound(this.lists, list, middle + 1)
    if (at === lists.endOf(list)) return
    const block = this.tenants.reserve()
    const first = lists.values[at] as number
    this.blocks.insert(tenant, lowerBound(this.blocks, tenant, first), [first, block])
    lists.moveTail(list, at, block)
  }

  /** Keeps only the latest of a user's ended grants by `requester` (SPEC 5.2). */
  private dropSupersededEnds(list: number, user: number, requester: number): void {
    const { grants, lists } = this
    const { values } = lists
    const first = lowerBound(this.lists, list, user)
    const end = lowerBound(this.lists, list, user + 1)
    let kept = first
    let latest = NOT_FOUND
    for (let k = first; k < end; k += PAIR_SIZE) {
      const grant = values[k + 1] as number
      // `NOT_FOUND` has no end, so it ended after none.
      if (grants.isEnded(grant, requester) && !grants.endedAfter(latest, grant)) latest = grant
    }
    for (let k = first; k < end; k += PAIR_SIZE) {
      const grant = values[k + 1] as number
      if (grant !== latest && grants.isEnded(grant, requester)) grants.release(grant)
      else {
        values[kept + 1] = grant
        kept += PAIR_SIZE
      }
    }
    lists.removeRange(list, kept, end)
  }
}

/** Returns the offset of the first pair in the list whose user is not below `user`. */
function lowerBound(lists: PackedLists, list: number, user: number): number {
  const { values } = lists
  let low = lists.startOf(list)
  let high = lists.endOf(list)
  while (high - low > LINEAR_SEARCH_MAX) {
    const middle = low + PAIR_SIZE * ((high - low) >> 2)
    if ((values[middle] as number) < user) low = middle
    else high = middle
  }
  while (low < high && (values[low] as number) < user) low += PAIR_SIZE
  return low
}
