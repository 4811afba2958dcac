/** Index of every user's grants in every tenant, in typed arrays that can be updated grant by grant. */

import type { TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { RequestFacts, RequestLifecycle, UserRequest } from '../domain/status.js'
import { ANY_REQUESTER, type EndStatus, type GrantId } from './grant-table.js'
import { IdInterner, NOT_FOUND } from './id-interner.js'
import { ensureCapacity, PackedLists } from './packed-lists.js'
import { UserGrants } from './user-grants.js'

/**
 * Interned tenants and users with their grants.
 * A governed tenant stays governed, even after its requests are dropped (SPEC 5.2).
 */
export class AccessIndex {
  private readonly userGrants = new UserGrants()
  private readonly tenants = new IdInterner()
  private readonly users = new IdInterner()
  private readonly requesters = new IdInterner()
  private readonly tenantsByUser = new PackedLists()
  private governed = new Uint8Array(16)

  /** Returns the tenant's index; `NOT_FOUND` for an unknown tenant or a malformed id. */
  tenantIndex(id: TenantId): number {
    return this.tenants.lookup(id)
  }

  /** Returns the user's index; `NOT_FOUND` for a user no request names, or a malformed id. */
  userIndex(id: UserId): number {
    return this.users.lookup(id)
  }

  /** Returns a requesting tenant's index; `NOT_FOUND` if it sent nothing, `ANY_REQUESTER` if not said. */
  requesterIndex(id: TenantId | null | undefined): number {
    return id === null || id === undefined ? ANY_REQUESTER : this.requesters.lookup(id)
  }

  /** Returns whether the tenant is governed; `undefined` for an unknown tenant. */
  isGoverned(tenantIndex: number): boolean | undefined {
    return tenantIndex === NOT_FOUND ? undefined : this.governed[tenantIndex] === 1
  }

  /** Adds a tenant, or updates it. A governed tenant stays governed if `governed` is false. */
  setTenant(tenant: TenantId, governed: boolean): void {
    const index = this.tenants.intern(tenant)
    this.governed = ensureCapacity(this.governed, index + 1)
    if (governed) this.governed[index] = 1
  }

  /**
   * Adds a request; its tenant must be known.
   * The returned id is not reused until `release`, even when no user refers to it.
   */
  add(request: RequestFacts): GrantId {
    const { grants } = this.userGrants
    const requester = this.requesters.intern(request.requestingTenant)
    const grant = grants.add(request, requester)
    grants.adjustRefCount(grant, 1)
    const tenantIndex = this.tenants.intern(request.tenant)
    this.link(this.internUsers(request.users), tenantIndex, grant)
    for (const { user, at } of request.removed) this.link([this.users.intern(user)], tenantIndex, grants.addRemoval(at, requester))
    return grant
  }

  /** Returns whether the request is not answered yet. */
  isPending(grant: GrantId): boolean {
    return this.userGrants.grants.isPending(grant)
  }

  /** Grants a request to its users, from `from` until `expiresAt`; `null` means no expiry. */
  grant(grant: GrantId, from: Instant, expiresAt: Instant | null): void {
    this.userGrants.grants.grant(grant, from, expiresAt)
  }

  /** Sets another expiry of a granted request. */
  setExpiry(grant: GrantId, expiresAt: Instant): void {
    this.userGrants.grants.setExpiry(grant, expiresAt)
  }

  /** Ends a request for all its users, and releases it: it holds at no instant, past ones included. */
  end(grant: GrantId, status: EndStatus, at: Instant): void {
    this.userGrants.grants.end(grant, status, at)
    this.release(grant)
  }

  /** Releases a grant that will not change any more: its id may be reused once no user refers to it. */
  release(grant: GrantId): void {
    this.userGrants.grants.adjustRefCount(grant, -1)
  }

  /**
   * Removes a user from a request, from the instant `at` on.
   * Returns false if the request does not name the user.
   */
  remove(tenant: TenantId, user: UserId, grant: GrantId, at: Instant): boolean {
    const { grants } = this.userGrants
    const removal = grants.addRemoval(at, grants.requesterOf(grant))
    // The extra reference frees the removal if no user takes it over.
    grants.adjustRefCount(removal, 1)
    const replaced = this.userGrants.replaceGrant(this.userIndex(user), this.tenantIndex(tenant), grant, removal)
    this.release(removal)
    return replaced
  }

  /** Returns whether a grant by `requester` to the user holds in the tenant at `now` (SPEC 4.2). */
  holds(userIndex: number, tenantIndex: number, now: Instant, requester: number): boolean {
    return this.userGrants.holds(userIndex, tenantIndex, now, requester)
  }

  /** Returns the user's only grant in the tenant if it is by `requester` and holds, else `NOT_FOUND`. */
  onlyGrantAt(userIndex: number, tenantIndex: number, now: Instant, requester: number): GrantId {
    const { grants } = this.userGrants
    const grant = this.userGrants.singleGrantOf(userIndex, tenantIndex)
    return grant !== NOT_FOUND && grants.holds(grant, now) && grants.isOf(grant, requester) ? grant : NOT_FOUND
  }

  /** Returns the request of a grant that has not ended. */
  requestId(grant: GrantId): TenantRequestId {
    return this.userGrants.grants.requestId(grant)
  }

  /** Returns when a grant expires; `Infinity` for never. */
  endsAt(grant: GrantId): Instant {
    return this.userGrants.grants.endsAt(grant)
  }

  /** Returns all requests by `requester` that name the user in the tenant. */
  requestsOf(userIndex: number, tenantIndex: number, requester: number): UserRequest<RequestLifecycle>[] {
    return this.userGrants.requestsOf(userIndex, tenantIndex, requester)
  }

  /** Returns the tenants in which a grant of the user by `requester` holds at `now`, in no order. */
  tenantsOf(userIndex: number, now: Instant, requester: number): TenantId[] {
    const { values } = this.tenantsByUser
    const tenants: TenantId[] = []
    const end = this.tenantsByUser.endOf(userIndex)
    for (let k = this.tenantsByUser.startOf(userIndex); k < end; k++) {
      const tenantIndex = values[k] as number
      if (this.userGrants.holds(userIndex, tenantIndex, now, requester)) tenants.push(this.tenants.ids[tenantIndex] as string)
    }
    return tenants
  }

  /** Returns the users with a grant by `requester` that holds in the tenant at `now`, in no order. */
  usersOf(tenantIndex: number, now: Instant, requester: number): UserId[] {
    const users = this.userGrants.usersOf(tenantIndex)
    const holders = users.filter((userIndex) => this.userGrants.holds(userIndex, tenantIndex, now, requester))
    return holders.map((userIndex) => this.users.ids[userIndex] as string)
  }

  /** Returns the users' indexes, sorted and distinct. */
  private internUsers(users: readonly UserId[]): number[] {
    const indexes = users.map((user) => this.users.intern(user))
    if (indexes.length < 2) return indexes
    indexes.sort((a, b) => a - b)
    return indexes.filter((index, n) => index !== indexes[n - 1])
  }

  private link(userIndexes: readonly number[], tenantIndex: number, grant: GrantId): void {
    for (const userIndex of this.userGrants.insert(userIndexes, tenantIndex, grant)) {
      // In this order: `insertGap` may replace `values`.
      const offset = this.tenantsByUser.insertGap(userIndex, this.tenantsByUser.lengthOf(userIndex), 1)
      this.tenantsByUser.values[offset] = tenantIndex
    }
  }
}
