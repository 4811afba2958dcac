/** The courses of very many requests, packed: when a grant holds, or how and when all was over, in a few arrays of numbers. */
import type { TenantRequestId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import { type Course, endOfCourse, isGrant, type Stake, USER_STATUSES, type UserStatus } from '../domain/status.js'
import { roomFor } from './packed-lists.js'

/** The number of a course, free for another once nobody stands by it. */
export type CourseNumber = number

/** How a course is over: by a request's end, or by one user's own. */
export type Ending = Exclude<UserStatus, 'pending' | 'granted'>

/** A state is a place among the statuses of a user: from `OVER` on it is an ending, in the order in which those count (SPEC 5.4). */
const [PENDING, GRANTED, OVER] = [0, 1, 2]

/** Courses by their numbers, and how many stand by each. */
export class Courses {
  /** Two instants a course: a grant holds from the first on and before the second; of what is over both are its end, so that it never holds. */
  private spans = new Float64Array(32)
  private states = new Uint8Array(16)
  private uses = new Int32Array(16)
  private readonly ids: TenantRequestId[] = []
  private readonly free: CourseNumber[] = []

  /** Takes a course in, by which nobody stands yet. */
  add(course: Course): CourseNumber {
    const number = this.make(course.id)
    if (isGrant(course)) this.grant(number, course.grantedAt, course.expiresAt)
    else this.set(number, USER_STATUSES.indexOf(course.state), endOfCourse(course))
    return number
  }

  /** Takes in that one user's part was over. */
  addRemoved(at: Instant): CourseNumber {
    const number = this.make('')
    this.end(number, 'removed', at)
    return number
  }

  /** The grant holds from then on, until its expiry, where it has one. */
  grant(number: CourseNumber, from: Instant, expiresAt: Instant | null): void {
    this.set(number, GRANTED, expiresAt ?? Infinity)
    this.spans[2 * number] = from
  }

  /** It is over, and holds at no instant, be it past; for its id nobody will ask again. */
  end(number: CourseNumber, ending: Ending, at: Instant): void {
    this.ids[number] = ''
    this.set(number, USER_STATUSES.indexOf(ending), at)
  }

  /** So many more users stand by it; with less than none, fewer. After the last it is forgotten. */
  join(number: CourseNumber, users: number): void {
    this.uses[number] = (this.uses[number] as number) + users
    if (this.uses[number] === 0) this.free.push(number)
  }

  /** Whether its grant holds then (SPEC 4.2): written as "allow iff", so that what is no number never allows. */
  holds(number: CourseNumber, now: Instant): boolean {
    return this.from(number) <= now && now < this.until(number)
  }

  /** Whether it waits for an answer. */
  isPending(number: CourseNumber): boolean {
    return this.states[number] === PENDING
  }

  /** Whether it is over, so that of several only the last says something of a user. */
  isOver(number: CourseNumber): boolean {
    return (this.states[number] as number) >= OVER
  }

  /** Whether the first of two that are over was so later, or counts before the other. */
  isLater(one: CourseNumber, other: CourseNumber): boolean {
    const later = this.until(one) - this.until(other)
    return later > 0 || (later === 0 && (this.states[one] as number) < (this.states[other] as number))
  }

  /** The stake of who stands by it. */
  stake(number: CourseNumber): Stake<Course> {
    const [state, until] = [USER_STATUSES[this.states[number] as number], this.until(number)]
    // Each state finds in it what it knows; of what it does not know nobody asks.
    const expiresAt = until === Infinity ? null : until
    const request = { id: this.id(number), state, grantedAt: this.from(number), expiresAt, endedAt: until } as Course
    return { request, removedAt: state === 'removed' ? until : null }
  }

  /** The id of its request; '' once it is over. */
  id(number: CourseNumber): TenantRequestId {
    return this.ids[number] as string
  }

  /** When its grant ends, or when it was over; `Infinity` for never. */
  until(number: CourseNumber): Instant {
    return this.spans[2 * number + 1] as number
  }

  /** When its grant begins. */
  from(number: CourseNumber): Instant {
    return this.spans[2 * number] as number
  }

  private make(id: TenantRequestId): CourseNumber {
    const number = this.free.pop() ?? this.ids.length
    this.spans = roomFor(this.spans, 2 * number + 2)
    this.states = roomFor(this.states, number + 1)
    this.uses = roomFor(this.uses, number + 1)
    this.ids[number] = id
    return number
  }

  private set(number: CourseNumber, state: number, until: Instant): void {
    this.states[number] = state
    this.spans[2 * number] = until
    this.spans[2 * number + 1] = until
  }
}
