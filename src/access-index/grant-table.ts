/** Compact storage of grants: each one's interval, state and reference count in typed arrays. */
import type { TenantRequestId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import { isGrant, lifecycleEnd, type RequestLifecycle, USER_STATUSES, type UserRequest, type UserStatus } from '../domain/status.js'
import { ensureCapacity } from './packed-lists.js'

/** The index of an entry in the grant table. It is reused after the reference count drops to 0. */
export type GrantId = number

/** Stands for every requesting tenant; the index of none. */
export const ANY_REQUESTER = -2

/** A final status: of the whole request, or `removed` for one user of it. */
export type EndStatus = Exclude<UserStatus, 'pending' | 'granted'>

/** Indexes into `USER_STATUSES`. From `ENDED` on, ties go to the lower index (SPEC 5.4). */
const [PENDING, GRANTED, ENDED] = [0, 1, 2]

/** The lifecycles of requests, pending and ended ones included, each with a reference count. */
export class GrantTable {
  /**
   * Two entries per grant: start (inclusive) and end (exclusive).
   * An ended grant stores its end in both, so its interval is empty.
   */
  private intervals = new Float64Array(32)
  private states = new Uint8Array(16)
  private refCounts = new Int32Array(16)
  private requesters = new Int32Array(16)
  private readonly requestIds: TenantRequestId[] = []
  private readonly freeIds: GrantId[] = []

  /** Adds a request's lifecycle, sent by the tenant of index `requester`, with a reference count of 0. */
  add(lifecycle: RequestLifecycle, requester: number): GrantId {
    const grant = this.allocate(lifecycle.id, requester)
    if (isGrant(lifecycle)) this.grant(grant, lifecycle.grantedAt, lifecycle.expiresAt)
    else this.set(grant, USER_STATUSES.indexOf(lifecycle.state), lifecycleEnd(lifecycle))
    return grant
  }

  /** Adds the removal of one user from a request, with a reference count of 0. */
  addRemoval(at: Instant, requester: number): GrantId {
    const grant = this.allocate('', requester)
    this.end(grant, 'removed', at)
    return grant
  }

  /** Sets the state to granted, from `from` until `expiresAt`; `null` means no expiry. */
  grant(grant: GrantId, from: Instant, expiresAt: Instant | null): void {
    this.set(grant, GRANTED, expiresAt ?? Infinity)
    this.intervals[2 * grant] = from
  }

  /** Sets another expiry of a grant. */
  setExpiry(grant: GrantId, expiresAt: Instant): void {
    this.intervals[2 * grant + 1] = expiresAt
  }

  /** Ends the grant: it holds at no instant any more, past ones included. Clears the request id. */
  end(grant: GrantId, status: EndStatus, at: Instant): void {
    this.requestIds[grant] = ''
    this.set(grant, USER_STATUSES.indexOf(status), at)
  }

  /** Adds a reference to the entry. */
  retain(grant: GrantId): void {
    this.refCounts[grant] = (this.refCounts[grant] as number) + 1
  }

  /** Removes a reference to the entry. After the last one it is freed. */
  release(grant: GrantId): void {
    this.refCounts[grant] = (this.refCounts[grant] as number) - 1
    if (this.refCounts[grant] === 0) this.freeIds.push(grant)
  }

  /**
   * Returns whether the grant is by `requester` and holds at `now` (SPEC 4.2).
   * Written as "allow iff", so that NaN and undefined never allow.
   */
  holds(grant: GrantId, now: Instant, requester: number): boolean {
    return this.startsAt(grant) <= now && now < this.endsAt(grant) && this.isOf(grant, requester)
  }

  /** Returns the index of the tenant that sent the request. */
  requesterOf(grant: GrantId): number {
    return this.requesters[grant] as number
  }

  /** Returns whether the request was sent by this tenant; always for `ANY_REQUESTER`. */
  isOf(grant: GrantId, requester: number): boolean {
    return requester === ANY_REQUESTER || this.requesters[grant] === requester
  }

  /** Returns whether the request is not answered yet. */
  isPending(grant: GrantId): boolean {
    return this.states[grant] === PENDING
  }

  /**
   * Returns whether the request is by `requester` and its state is final.
   * Of a user's final states by one requester the latest matters.
   */
  isEnded(grant: GrantId, requester: number): boolean {
    return (this.states[grant] as number) >= ENDED && this.isOf(grant, requester)
  }

  /** Returns whether `a` ended later than `b`, or at the same instant with a status of higher priority. */
  endedAfter(a: GrantId, b: GrantId): boolean {
    const difference = this.endsAt(a) - this.endsAt(b)
    return difference > 0 || (difference === 0 && (this.states[a] as number) < (this.states[b] as number))
  }

  /** Returns the request as one of its users sees it. */
  userRequest(grant: GrantId): UserRequest<RequestLifecycle> {
    const state = USER_STATUSES[this.states[grant] as number]
    const end = this.endsAt(grant)
    // One object with the fields of every state; readers use only the fields of its own state.
    const clockEnd = end === Infinity ? null : end
    const ends = { expiresAt: clockEnd, answerBy: clockEnd, endedAt: end }
    const request = { id: this.requestId(grant), state, grantedAt: this.startsAt(grant), ...ends } as RequestLifecycle
    return { request, removedAt: state === 'removed' ? end : null }
  }

  /** Returns the id of the request; `''` after it ended. */
  requestId(grant: GrantId): TenantRequestId {
    return this.requestIds[grant] as string
  }

  /** Returns when the grant expires or ended; `Infinity` for never. */
  endsAt(grant: GrantId): Instant {
    return this.intervals[2 * grant + 1] as number
  }

  /** Returns when the grant starts. */
  startsAt(grant: GrantId): Instant {
    return this.intervals[2 * grant] as number
  }

  private allocate(requestId: TenantRequestId, requester: number): GrantId {
    const grant = this.freeIds.pop() ?? this.requestIds.length
    this.intervals = ensureCapacity(this.intervals, 2 * grant + 2)
    this.states = ensureCapacity(this.states, grant + 1)
    this.refCounts = ensureCapacity(this.refCounts, grant + 1)
    this.requesters = ensureCapacity(this.requesters, grant + 1)
    this.requestIds[grant] = requestId
    this.requesters[grant] = requester
    return grant
  }

  private set(grant: GrantId, state: number, end: Instant): void {
    this.states[grant] = state
    this.intervals[2 * grant] = end
    this.intervals[2 * grant + 1] = end
  }
}
