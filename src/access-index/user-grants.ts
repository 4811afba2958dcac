/** The stakes of all users in all tenants, by their numbers: a list a tenant, ordered by user, each stake two numbers. */

import type { Instant } from '../domain/instant.js'
import type { RequestLifecycle, UserRequest } from '../domain/status.js'
import { type GrantId, GrantTable } from './grant-table.js'
import { NOT_FOUND } from './id-interner.js'
import { PackedLists } from './packed-lists.js'

/** A stake is the user's number, and that of the course he stands by. */
const PAIR_SIZE = 2
/** So long a list is sooner walked through than halved. */
const LINEAR_SEARCH_MAX = 16 * PAIR_SIZE

/** All stakes. What is over stays for its reason's sake, but the last of a user in a tenant alone. */
export class UserGrants {
  /** The courses the users stand by. */
  readonly grants = new GrantTable()
  private readonly lists = new PackedLists()

  /** Whether a grant of the user's holds in the tenant then (SPEC 4.2). Nothing is made on the way. */
  holds(user: number, tenant: number, now: Instant): boolean {
    const { values } = this.lists
    const end = this.lists.endOf(tenant)
    for (let k = this.lowerBound(tenant, user); k < end && values[k] === user; k += PAIR_SIZE) {
      if (this.grants.holds(values[k + 1] as number, now)) return true
    }
    return false
  }

  /** The course of the user's only stake in the tenant; `NONE` where he has none or several. */
  singleGrantOf(user: number, tenant: number): GrantId {
    const { values } = this.lists
    const k = this.lowerBound(tenant, user)
    const end = this.lists.endOf(tenant)
    const alone = k < end && values[k] === user && (k + PAIR_SIZE === end || values[k + PAIR_SIZE] !== user)
    return alone ? (values[k + 1] as number) : NOT_FOUND
  }

  /** All stakes of the user in the tenant. */
  requestsOf(user: number, tenant: number): UserRequest<RequestLifecycle>[] {
    const found: UserRequest<RequestLifecycle>[] = []
    const { values } = this.lists
    const end = this.lists.endOf(tenant)
    for (let k = this.lowerBound(tenant, user); k < end && values[k] === user; k += PAIR_SIZE)
      found.push(this.grants.userRequest(values[k + 1] as number))
    return found
  }

  /** The users who have a stake in the tenant, each once. */
  usersOf(tenant: number): number[] {
    const { values } = this.lists
    const found: number[] = []
    const end = this.lists.endOf(tenant)
    for (let k = this.lists.startOf(tenant); k < end; k += PAIR_SIZE) {
      const user = values[k] as number
      if (user !== found.at(-1)) found.push(user)
    }
    return found
  }

  /**
   * Has users, in the order of their numbers, stand by a course; answers whom of them the tenant did not know. They are put among those who
   * stand there already from the last on, so that each is moved once.
   */
  insert(users: readonly number[], tenant: number, course: GrantId): readonly number[] {
    this.grants.adjustRefCount(course, users.length)
    const known: number[] = []
    const fresh: number[] = []
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
      values[start + from + PAIR_SIZE * (n + 1) + 1] = course
      if (from >= 0 && values[start + from] === user) known.push(user)
      else fresh.push(user)
    }
    for (const user of known) this.dropSupersededEnd(tenant, user)
    return fresh
  }

  /** Has a user who stands by the course in the tenant stand by another instead; answers whether he did. */
  replaceGrant(user: number, tenant: number, course: GrantId, by: GrantId): boolean {
    const { values } = this.lists
    const end = this.lists.endOf(tenant)
    for (let k = this.lowerBound(tenant, user); k < end && values[k] === user; k += PAIR_SIZE) {
      if (values[k + 1] !== course) continue
      values[k + 1] = by
      this.grants.adjustRefCount(by, 1)
      this.grants.adjustRefCount(course, -1)
      return true
    }
    return false
  }

  /** Where the user's first stake in the tenant's list is, or would be: a long list is halved until it is a short one, which is walked. */
  private lowerBound(tenant: number, user: number): number {
    const { values } = this.lists
    let place = this.lists.startOf(tenant)
    let end = this.lists.endOf(tenant)
    while (end - place > LINEAR_SEARCH_MAX) {
      const middle = place + PAIR_SIZE * ((end - place) >> 2)
      if ((values[middle] as number) < user) place = middle
      else end = middle
    }
    while (place < end && (values[place] as number) < user) place += PAIR_SIZE
    return place
  }

  /** Of what is over, a user's last ending in a tenant is all that any answer depends on (SPEC 5.4). */
  private dropSupersededEnd(list: number, user: number): void {
    const { values } = this.lists
    const end = this.lists.endOf(list)
    let last = -1
    for (let k = this.lowerBound(list, user); k < end && values[k] === user; k += PAIR_SIZE) {
      const course = values[k + 1] as number
      if (!this.grants.isEnded(course)) continue
      if (last >= 0) {
        const earlier = this.grants.endedAfter(course, values[last + 1] as number) ? last : k
        this.grants.adjustRefCount(values[earlier + 1] as number, -1)
        this.lists.removeRange(list, earlier - this.lists.startOf(list), PAIR_SIZE)
        this.dropSupersededEnd(list, user)
        return
      }
      last = k
    }
  }
}
