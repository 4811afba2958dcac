/** Where every user stands in every tenant, packed: a million grants are a few arrays of numbers, and each may change by itself. */
import { type CourseNumber, Courses } from './courses.js'
import type { TenantId, UserId } from './ids.js'
import type { Instant } from './instant.js'
import { Numbered } from './numbered.js'
import { Runs, roomFor } from './runs.js'
import type { Course, RequestFacts, Stake } from './status.js'

/** Instead of a number: nobody and nothing of that name, or no stake. */
export const NONE = -1
/** Instead of the number of a course: there are several. */
export const SEVERAL = -2

/** A stake is two numbers in its tenant's list: the user's, and that of the course he stands by. */
const WIDTH = 2

/**
 * All stakes: a list a tenant, ordered by user. What is over stays for its reason's sake, the last of a user in a tenant alone; whether a
 * tenant is governed stays whatever else is forgotten (SPEC 5.2).
 */
export class Standings {
  /** The courses the users stand by. */
  readonly courses = new Courses()
  private readonly tenants = new Numbered()
  private readonly users = new Numbered()
  private readonly stakes = new Runs()
  private readonly tenantsByUser = new Runs()
  private governed = new Uint8Array(16)

  /** The tenant's number; -1 where nothing was told of it, as of whatever is no id. */
  tenant(id: TenantId): number {
    return this.tenants.find(id)
  }

  /** The user's number; -1 where no request named him, as none names whatever is no id. */
  user(id: UserId): number {
    return this.users.find(id)
  }

  /** Whether the tenant is governed; `undefined` where nothing was told of it. */
  isGoverned(tenant: number): boolean | undefined {
    return tenant < 0 ? undefined : this.governed[tenant] === 1
  }

  /** Tells of a tenant, and whether it is governed: once it is, it stays so. */
  tell(tenant: TenantId, governed: boolean): void {
    const number = this.tenants.add(tenant)
    this.governed = roomFor(this.governed, number + 1)
    if (governed) this.governed[number] = 1
  }

  /** Takes a request of a tenant told of in. Its course's number is no other's until it is let go, though nobody stand by it any more. */
  add(request: RequestFacts): CourseNumber {
    const course = this.courses.add(request)
    this.courses.join(course, 1)
    const tenant = this.tenants.add(request.tenant)
    this.stand(tenant, this.numbersOf(request.users), course)
    for (const { user, at } of request.removed) this.stand(tenant, [this.users.add(user)], this.courses.addRemoved(at))
    return course
  }

  /** Lets a request go whose course will not change any more. */
  letGo(course: CourseNumber): void {
    this.courses.join(course, -1)
  }

  /** Takes one user off a request since that instant; answers whether he stood by it. */
  remove(tenant: TenantId, user: UserId, course: CourseNumber, at: Instant): boolean {
    const [where, who] = [this.tenant(tenant), this.user(user)]
    const { cells } = this.stakes
    const end = this.stakes.endOf(where)
    for (let k = this.first(where, who); k < end && cells[k] === who; k += WIDTH) {
      if (cells[k + 1] !== course) continue
      const removed = this.courses.addRemoved(at)
      cells[k + 1] = removed
      this.courses.join(removed, 1)
      this.courses.join(course, -1)
      return true
    }
    return false
  }

  /** Whether a grant of the user's holds in the tenant then (SPEC 4.2). Nothing is made on the way. */
  holds(user: number, tenant: number, now: Instant): boolean {
    const { cells } = this.stakes
    const end = this.stakes.endOf(tenant)
    for (let k = this.first(tenant, user); k < end && cells[k] === user; k += WIDTH) {
      if (this.courses.holds(cells[k + 1] as number, now)) return true
    }
    return false
  }

  /** The course of the user's only stake in the tenant; `NONE` where he has none, `SEVERAL` where he has several. */
  only(user: number, tenant: number): CourseNumber {
    const { cells } = this.stakes
    const k = this.first(tenant, user)
    const end = this.stakes.endOf(tenant)
    if (k >= end || cells[k] !== user) return NONE
    return k + WIDTH < end && cells[k + WIDTH] === user ? SEVERAL : (cells[k + 1] as number)
  }

  /** All stakes of the user in the tenant. */
  stakesOf(user: number, tenant: number): Stake<Course>[] {
    const found: Stake<Course>[] = []
    const { cells } = this.stakes
    const end = this.stakes.endOf(tenant)
    for (let k = this.first(tenant, user); k < end && cells[k] === user; k += WIDTH) found.push(this.courses.stake(cells[k + 1] as number))
    return found
  }

  /** The tenants in which a grant of the user's holds then, in no order. */
  tenantsOf(user: number, now: Instant): TenantId[] {
    const { cells } = this.tenantsByUser
    const found: TenantId[] = []
    const end = this.tenantsByUser.endOf(user)
    for (let k = this.tenantsByUser.startOf(user); k < end; k++) {
      const tenant = cells[k] as number
      if (this.holds(user, tenant, now)) found.push(this.tenants.ids[tenant] as string)
    }
    return found
  }

  /** The users with a grant that holds in the tenant then, in no order. */
  usersOf(tenant: number, now: Instant): UserId[] {
    const { cells } = this.stakes
    const found: UserId[] = []
    const end = this.stakes.endOf(tenant)
    let before = -1
    for (let k = this.stakes.startOf(tenant); k < end; k += WIDTH) {
      const user = cells[k] as number
      if (user !== before && this.holds(user, tenant, now)) found.push(this.users.ids[user] as string)
      before = user
    }
    return found
  }

  /** Where the user's first stake in the list is, or would be. */
  private first(list: number, user: number): number {
    const { cells } = this.stakes
    let place = this.stakes.startOf(list)
    let left = (this.stakes.endOf(list) - place) / WIDTH
    while (left > 0) {
      const half = left >> 1
      if ((cells[place + WIDTH * half] as number) < user) {
        place += WIDTH * (half + 1)
        left -= half + 1
      } else left = half
    }
    return place
  }

  /** The users' numbers in their order, each once. */
  private numbersOf(users: readonly UserId[]): number[] {
    const numbers = users.map((user) => this.users.add(user)).sort((a, b) => a - b)
    return numbers.filter((number, n) => number !== numbers[n - 1])
  }

  /** Puts the users among those who stand in the tenant already, from the last on, so that each is moved once. */
  private stand(tenant: number, users: readonly number[], course: CourseNumber): void {
    this.courses.join(course, users.length)
    const known: number[] = []
    let from = this.stakes.lengthOf(tenant) - WIDTH
    this.stakes.open(tenant, from + WIDTH, WIDTH * users.length)
    const { cells } = this.stakes
    const start = this.stakes.startOf(tenant)
    for (let n = users.length - 1; n >= 0; n--) {
      const user = users[n] as number
      for (; from >= 0 && (cells[start + from] as number) > user; from -= WIDTH) {
        cells.copyWithin(start + from + WIDTH * (n + 1), start + from, start + from + WIDTH)
      }
      cells[start + from + WIDTH * (n + 1)] = user
      cells[start + from + WIDTH * (n + 1) + 1] = course
      if (from >= 0 && cells[start + from] === user) known.push(user)
      else {
        // First the place, then where it is: to make room may move all cells.
        const place = this.tenantsByUser.open(user, this.tenantsByUser.lengthOf(user), 1)
        this.tenantsByUser.cells[place] = tenant
      }
    }
    for (const user of known) this.forget(tenant, user)
  }

  /** Of what is over, a user's last ending in a tenant is all that any answer depends on (SPEC 5.4). */
  private forget(list: number, user: number): void {
    const { cells } = this.stakes
    const end = this.stakes.endOf(list)
    let last = -1
    for (let k = this.first(list, user); k < end && cells[k] === user; k += WIDTH) {
      const course = cells[k + 1] as number
      if (!this.courses.isOver(course)) continue
      if (last >= 0) {
        const earlier = this.courses.isLater(course, cells[last + 1] as number) ? last : k
        this.courses.join(cells[earlier + 1] as number, -1)
        this.stakes.close(list, earlier - this.stakes.startOf(list), WIDTH)
        this.forget(list, user)
        return
      }
      last = k
    }
  }
}
