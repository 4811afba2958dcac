/** The courses of very many requests, packed: when a grant holds, or how and when all was over, in a few arrays of numbers. */
import type { TenantRequestId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import { isGrant, lifecycleEnd, type RequestLifecycle, USER_STATUSES, type UserRequest, type UserStatus } from '../domain/status.js'
import { ensureCapacity } from './packed-lists.js'

/** The number of a course, free for another once nobody stands by it. */
export type GrantId = number

/** How a course is over: by a request's end, or by one user's own. */
export type EndStatus = Exclude<UserStatus, 'pending' | 'granted'>

/** A state is a place among the statuses of a user: from `OVER` on it is an ending, in the order in which those count (SPEC 5.4). */
const [PENDING, GRANTED, ENDED] = [0, 1, 2]

/** Courses by their numbers, and how many stand by each. */
export class GrantTable {
  /** Two instants a course: a grant holds from the first on and before the second; of what is over both are its end, so that it never holds. */
  private intervals = new Float64Array(32)
  private states = new Uint8Array(16)
  private refCounts = new Int32Array(16)
  private readonly requestIds: TenantRequestId[] = []
  private readonly freeIds: GrantId[] = []

  /** Takes a course in, by which nobody stands yet. */
  add(course: RequestLifecycle): GrantId {
    const number = this.allocate(course.id)
    if (isGrant(course)) this.grant(number, course.grantedAt, course.expiresAt)
    else this.set(number, USER_STATUSES.indexOf(course.state), lifecycleEnd(course))
    return number
  }

  /** Takes in that one user's part was over. */
  addRemoval(at: Instant): GrantId {
    const number = this.allocate('')
    this.end(number, 'removed', at)
    return number
  }

  /** The grant holds from then on, until its expiry, where it has one. */
  grant(number: GrantId, from: Instant, expiresAt: Instant | null): void {
    this.set(number, GRANTED, expiresAt ?? Infinity)
    this.intervals[2 * number] = from
  }

  /** It is over, and holds at no instant, be it past; for its id nobody will ask again. */
  end(number: GrantId, ending: EndStatus, at: Instant): void {
    this.requestIds[number] = ''
    this.set(number, USER_STATUSES.indexOf(ending), at)
  }

  /** So many more users stand by it; with less than none, fewer. After the last it is forgotten. */
  adjustRefCount(number: GrantId, users: number): void {
    this.refCounts[number] = (this.refCounts[number] as number) + users
    if (this.refCounts[number] === 0) this.freeIds.push(number)
  }

  /** Whether its grant holds then (SPEC 4.2): written as "allow iff", so that what is no number never allows. */
  holds(number: GrantId, now: Instant): boolean {
    return this.startsAt(number) <= now && now < this.endsAt(number)
  }

  /** Whether it waits for an answer. */
  isPending(number: GrantId): boolean {
    return this.states[number] === PENDING
  }

  /** Whether it is over, so that of several only the last says something of a user. */
  isEnded(number: GrantId): boolean {
    return (this.states[number] as number) >= ENDED
  }

  /** Whether the first of two that are over was so later, or counts before the other. */
  endedAfter(one: GrantId, other: GrantId): boolean {
    const later = this.endsAt(one) - this.endsAt(other)
    return later > 0 || (later === 0 && (this.states[one] as number) < (this.states[other] as number))
  }

  /** The stake of who stands by it. */
  userRequest(number: GrantId): UserRequest<RequestLifecycle> {
    const [state, until] = [USER_STATUSES[this.states[number] as number], this.endsAt(number)]
    // Each state finds in it what it knows; of what it does not know nobody asks.
    const expiresAt = until === Infinity ? null : until
    const request = { id: this.requestId(number), state, grantedAt: this.startsAt(number), expiresAt, endedAt: until } as RequestLifecycle
    return { request, removedAt: state === 'removed' ? until : null }
  }

  /** The id of its request; '' once it is over. */
  requestId(number: GrantId): TenantRequestId {
    return this.requestIds[number] as string
  }

  /** When its grant ends, or when it was over; `Infinity` for never. */
  endsAt(number: GrantId): Instant {
    return this.intervals[2 * number + 1] as number
  }

  /** When its grant begins. */
  startsAt(number: GrantId): Instant {
    return this.intervals[2 * number] as number
  }

  private allocate(id: TenantRequestId): GrantId {
    const number = this.freeIds.pop() ?? this.requestIds.length
    this.intervals = ensureCapacity(this.intervals, 2 * number + 2)
    this.states = ensureCapacity(this.states, number + 1)
    this.refCounts = ensureCapacity(this.refCounts, number + 1)
    this.requestIds[number] = id
    return number
  }

  private set(number: GrantId, state: number, until: Instant): void {
    this.states[number] = state
    this.intervals[2 * number] = until
    this.intervals[2 * number + 1] = until
  }
}
