/** Where every user stands in every tenant, packed: a million grants are a few arrays of numbers, and each may change by itself. */

import type { TenantId, UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { RequestFacts } from '../domain/status.js'
import type { GrantId } from './grant-table.js'
import { IdInterner, NOT_FOUND } from './id-interner.js'
import { ensureCapacity, PackedLists } from './packed-lists.js'
import { UserGrants } from './user-grants.js'

/** Tenants and users by their ids, and all stakes by their numbers. That a tenant is governed stays, whatever else is forgotten (SPEC 5.2). */
export class AccessIndex {
  /** Who stands by what, and the courses they stand by. */
  readonly userGrants = new UserGrants()
  private readonly tenants = new IdInterner()
  private readonly users = new IdInterner()
  private readonly tenantsByUser = new PackedLists()
  private governed = new Uint8Array(16)

  /** The tenant's number; `NONE` where nothing was told of it, as of whatever is no id. */
  tenantIndex(id: TenantId): number {
    return this.tenants.lookup(id)
  }

  /** The user's number; `NONE` where no request named him, as none names whatever is no id. */
  userIndex(id: UserId): number {
    return this.users.lookup(id)
  }

  /** Whether the tenant is governed; `undefined` where nothing was told of it. */
  isGoverned(tenant: number): boolean | undefined {
    return tenant === NOT_FOUND ? undefined : this.governed[tenant] === 1
  }

  /** Tells of a tenant, and whether it is governed: once it is, it stays so. */
  setTenant(tenant: TenantId, governed: boolean): void {
    const number = this.tenants.intern(tenant)
    this.governed = ensureCapacity(this.governed, number + 1)
    if (governed) this.governed[number] = 1
  }

  /** Takes a request of a tenant told of in. Its course's number is no other's until it is let go, though nobody stand by it any more. */
  add(request: RequestFacts): GrantId {
    const { grants } = this.userGrants
    const course = grants.add(request)
    grants.adjustRefCount(course, 1)
    const tenant = this.tenants.intern(request.tenant)
    this.link(this.internUsers(request.users), tenant, course)
    for (const { user, at } of request.removed) this.link([this.users.intern(user)], tenant, grants.addRemoval(at))
    return course
  }

  /** Lets a request go whose course will not change any more. */
  release(course: GrantId): void {
    this.userGrants.grants.adjustRefCount(course, -1)
  }

  /** Takes one user off a request since that instant; answers whether he stood by it. */
  remove(tenant: TenantId, user: UserId, course: GrantId, at: Instant): boolean {
    const { grants } = this.userGrants
    const removed = grants.addRemoval(at)
    grants.adjustRefCount(removed, 1)
    const stood = this.userGrants.replaceGrant(this.userIndex(user), this.tenantIndex(tenant), course, removed)
    this.release(removed)
    return stood
  }

  /** The tenants in which a grant of the user's holds then, in no order. */
  tenantsOf(user: number, now: Instant): TenantId[] {
    const { values } = this.tenantsByUser
    const found: TenantId[] = []
    const end = this.tenantsByUser.endOf(user)
    for (let k = this.tenantsByUser.startOf(user); k < end; k++) {
      const tenant = values[k] as number
      if (this.userGrants.holds(user, tenant, now)) found.push(this.tenants.ids[tenant] as string)
    }
    return found
  }

  /** The users with a grant that holds in the tenant then, in no order. */
  usersOf(tenant: number, now: Instant): UserId[] {
    const holding = this.userGrants.usersOf(tenant).filter((user) => this.userGrants.holds(user, tenant, now))
    return holding.map((user) => this.users.ids[user] as string)
  }

  /** The users' numbers in their order, each once. */
  private internUsers(users: readonly UserId[]): number[] {
    const numbers = users.map((user) => this.users.intern(user))
    if (numbers.length < 2) return numbers
    numbers.sort((a, b) => a - b)
    return numbers.filter((number, n) => number !== numbers[n - 1])
  }

  private link(users: readonly number[], tenant: number, course: GrantId): void {
    for (const user of this.userGrants.insert(users, tenant, course)) {
      // First the place, then where it is: to make room may move all cells.
      const place = this.tenantsByUser.insertGap(user, this.tenantsByUser.lengthOf(user), 1)
      this.tenantsByUser.values[place] = tenant
    }
  }
}
