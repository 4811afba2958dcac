/** Where every user stands in every tenant, packed: a million grants are a few arrays of numbers, and each may change by itself. */

import type { TenantId, UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { RequestFacts } from '../domain/status.js'
import type { CourseNumber } from './grant-table.js'
import { NONE, Numbered } from './id-interner.js'
import { Runs, roomFor } from './packed-lists.js'
import { Stakes } from './user-grants.js'

/** Tenants and users by their ids, and all stakes by their numbers. That a tenant is governed stays, whatever else is forgotten (SPEC 5.2). */
export class Standings {
  /** Who stands by what, and the courses they stand by. */
  readonly stakes = new Stakes()
  private readonly tenants = new Numbered()
  private readonly users = new Numbered()
  private readonly tenantsByUser = new Runs()
  private governed = new Uint8Array(16)

  /** The tenant's number; `NONE` where nothing was told of it, as of whatever is no id. */
  tenant(id: TenantId): number {
    return this.tenants.find(id)
  }

  /** The user's number; `NONE` where no request named him, as none names whatever is no id. */
  user(id: UserId): number {
    return this.users.find(id)
  }

  /** Whether the tenant is governed; `undefined` where nothing was told of it. */
  isGoverned(tenant: number): boolean | undefined {
    return tenant === NONE ? undefined : this.governed[tenant] === 1
  }

  /** Tells of a tenant, and whether it is governed: once it is, it stays so. */
  tell(tenant: TenantId, governed: boolean): void {
    const number = this.tenants.add(tenant)
    this.governed = roomFor(this.governed, number + 1)
    if (governed) this.governed[number] = 1
  }

  /** Takes a request of a tenant told of in. Its course's number is no other's until it is let go, though nobody stand by it any more. */
  add(request: RequestFacts): CourseNumber {
    const { courses } = this.stakes
    const course = courses.add(request)
    courses.join(course, 1)
    const tenant = this.tenants.add(request.tenant)
    this.stand(this.numbersOf(request.users), tenant, course)
    for (const { user, at } of request.removed) this.stand([this.users.add(user)], tenant, courses.addRemoved(at))
    return course
  }

  /** Lets a request go whose course will not change any more. */
  letGo(course: CourseNumber): void {
    this.stakes.courses.join(course, -1)
  }

  /** Takes one user off a request since that instant; answers whether he stood by it. */
  remove(tenant: TenantId, user: UserId, course: CourseNumber, at: Instant): boolean {
    const { courses } = this.stakes
    const removed = courses.addRemoved(at)
    courses.join(removed, 1)
    const stood = this.stakes.replace(this.user(user), this.tenant(tenant), course, removed)
    this.letGo(removed)
    return stood
  }

  /** The tenants in which a grant of the user's holds then, in no order. */
  tenantsOf(user: number, now: Instant): TenantId[] {
    const { cells } = this.tenantsByUser
    const found: TenantId[] = []
    const end = this.tenantsByUser.endOf(user)
    for (let k = this.tenantsByUser.startOf(user); k < end; k++) {
      const tenant = cells[k] as number
      if (this.stakes.holds(user, tenant, now)) found.push(this.tenants.ids[tenant] as string)
    }
    return found
  }

  /** The users with a grant that holds in the tenant then, in no order. */
  usersOf(tenant: number, now: Instant): UserId[] {
    const holding = this.stakes.usersOf(tenant).filter((user) => this.stakes.holds(user, tenant, now))
    return holding.map((user) => this.users.ids[user] as string)
  }

  /** The users' numbers in their order, each once. */
  private numbersOf(users: readonly UserId[]): number[] {
    const numbers = users.map((user) => this.users.add(user))
    if (numbers.length < 2) return numbers
    numbers.sort((a, b) => a - b)
    return numbers.filter((number, n) => number !== numbers[n - 1])
  }

  private stand(users: readonly number[], tenant: number, course: CourseNumber): void {
    for (const user of this.stakes.put(users, tenant, course)) {
      // First the place, then where it is: to make room may move all cells.
      const place = this.tenantsByUser.open(user, this.tenantsByUser.lengthOf(user), 1)
      this.tenantsByUser.cells[place] = tenant
    }
  }
}
