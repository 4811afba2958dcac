/** The stakes of all users in all tenants, by their numbers: a list a tenant, ordered by user, each stake two numbers. */

import type { Instant } from '../domain/instant.js'
import type { Course, Stake } from '../domain/status.js'
import { type CourseNumber, Courses } from './grant-table.js'
import { NONE } from './id-interner.js'
import { Runs } from './packed-lists.js'

/** A stake is the user's number, and that of the course he stands by. */
const WIDTH = 2
/** So long a list is sooner walked through than halved. */
const SHORT = 16 * WIDTH

/** All stakes. What is over stays for its reason's sake, but the last of a user in a tenant alone. */
export class Stakes {
  /** The courses the users stand by. */
  readonly courses = new Courses()
  private readonly lists = new Runs()

  /** Whether a grant of the user's holds in the tenant then (SPEC 4.2). Nothing is made on the way. */
  holds(user: number, tenant: number, now: Instant): boolean {
    const { cells } = this.lists
    const end = this.lists.endOf(tenant)
    for (let k = this.first(tenant, user); k < end && cells[k] === user; k += WIDTH) {
      if (this.courses.holds(cells[k + 1] as number, now)) return true
    }
    return false
  }

  /** The course of the user's only stake in the tenant; `NONE` where he has none or several. */
  only(user: number, tenant: number): CourseNumber {
    const { cells } = this.lists
    const k = this.first(tenant, user)
    const end = this.lists.endOf(tenant)
    const alone = k < end && cells[k] === user && (k + WIDTH === end || cells[k + WIDTH] !== user)
    return alone ? (cells[k + 1] as number) : NONE
  }

  /** All stakes of the user in the tenant. */
  of(user: number, tenant: number): Stake<Course>[] {
    const found: Stake<Course>[] = []
    const { cells } = this.lists
    const end = this.lists.endOf(tenant)
    for (let k = this.first(tenant, user); k < end && cells[k] === user; k += WIDTH) found.push(this.courses.stake(cells[k + 1] as number))
    return found
  }

  /** The users who have a stake in the tenant, each once. */
  usersOf(tenant: number): number[] {
    const { cells } = this.lists
    const found: number[] = []
    const end = this.lists.endOf(tenant)
    for (let k = this.lists.startOf(tenant); k < end; k += WIDTH) {
      const user = cells[k] as number
      if (user !== found.at(-1)) found.push(user)
    }
    return found
  }

  /**
   * Has users, in the order of their numbers, stand by a course; answers whom of them the tenant did not know. They are put among those who
   * stand there already from the last on, so that each is moved once.
   */
  put(users: readonly number[], tenant: number, course: CourseNumber): readonly number[] {
    this.courses.join(course, users.length)
    const known: number[] = []
    const fresh: number[] = []
    let from = this.lists.lengthOf(tenant) - WIDTH
    this.lists.open(tenant, from + WIDTH, WIDTH * users.length)
    const { cells } = this.lists
    const start = this.lists.startOf(tenant)
    for (let n = users.length - 1; n >= 0; n--) {
      const user = users[n] as number
      for (; from >= 0 && (cells[start + from] as number) > user; from -= WIDTH) {
        cells.copyWithin(start + from + WIDTH * (n + 1), start + from, start + from + WIDTH)
      }
      cells[start + from + WIDTH * (n + 1)] = user
      cells[start + from + WIDTH * (n + 1) + 1] = course
      if (from >= 0 && cells[start + from] === user) known.push(user)
      else fresh.push(user)
    }
    for (const user of known) this.forget(tenant, user)
    return fresh
  }

  /** Has a user who stands by the course in the tenant stand by another instead; answers whether he did. */
  replace(user: number, tenant: number, course: CourseNumber, by: CourseNumber): boolean {
    const { cells } = this.lists
    const end = this.lists.endOf(tenant)
    for (let k = this.first(tenant, user); k < end && cells[k] === user; k += WIDTH) {
      if (cells[k + 1] !== course) continue
      cells[k + 1] = by
      this.courses.join(by, 1)
      this.courses.join(course, -1)
      return true
    }
    return false
  }

  /** Where the user's first stake in the tenant's list is, or would be: a long list is halved until it is a short one, which is walked. */
  private first(tenant: number, user: number): number {
    const { cells } = this.lists
    let place = this.lists.startOf(tenant)
    let end = this.lists.endOf(tenant)
    while (end - place > SHORT) {
      const middle = place + WIDTH * ((end - place) >> 2)
      if ((cells[middle] as number) < user) place = middle
      else end = middle
    }
    while (place < end && (cells[place] as number) < user) place += WIDTH
    return place
  }

  /** Of what is over, a user's last ending in a tenant is all that any answer depends on (SPEC 5.4). */
  private forget(list: number, user: number): void {
    const { cells } = this.lists
    const end = this.lists.endOf(list)
    let last = -1
    for (let k = this.first(list, user); k < end && cells[k] === user; k += WIDTH) {
      const course = cells[k + 1] as number
      if (!this.courses.isOver(course)) continue
      if (last >= 0) {
        const earlier = this.courses.isLater(course, cells[last + 1] as number) ? last : k
        this.courses.join(cells[earlier + 1] as number, -1)
        this.lists.close(list, earlier - this.lists.startOf(list), WIDTH)
        this.forget(list, user)
        return
      }
      last = k
    }
  }
}
