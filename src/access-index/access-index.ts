/** Index of every user's grants in every tenant, in typed arrays that can be updated grant by grant. */

import type { TenantId, UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { RequestFacts } from '../domain/status.js'
import { ANY_REQUESTER, type GrantId, GrantTable } from './grant-table.js'
import { IdInterner, NOT_FOUND } from './id-interner.js'
import { ensureCapacity, PackedLists } from './packed-lists.js'
import { UserGrants } from './user-grants.js'

/** A longer list of a user's tenants moves to another one, to which the user's list then refers. */
const MAX_TENANTS = 1_024

/**
 * Interned tenants and users with their grants.
 * A governed tenant stays governed, even after its requests are dropped (SPEC 5.2).
 */
export class AccessIndex {
  /** The grants that `add` creates. What changes for all users of a request changes here. */
  readonly grants = new GrantTable()
  private readonly tenants = new IdInterner()
  /** The grants by the indexes of tenants and users. */
  readonly userGrants = new UserGrants(this.grants, this.tenants)
  private readonly users = new IdInterner()
  private readonly requesters = new IdInterner()
  /** Tenant indexes by user index. A negative entry is the complement of the list with the earlier ones. */
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
   * The caller has a reference to the returned id: it is not reused before `release`, even when no user refers to it.
   */
  add(request: RequestFacts): GrantId {
    const { grants } = this
    const requester = this.requesters.intern(request.requestingTenant)
    const grant = grants.add(request, requester)
    grants.retain(grant)
    const tenantIndex = this.tenants.intern(request.tenant)
    for (const user of new Set(request.users)) this.link(user, tenantIndex, grant)
    for (const { user, at } of request.removed) this.link(user, tenantIndex, grants.addRemoval(at, requester))
    return grant
  }

  /** Returns the tenants in which a grant of the user by `requester` holds at `now`, in no order. */
  tenantsOf(userIndex: number, now: Instant, requester: number): TenantId[] {
    const lists = this.tenantsByUser
    const tenants: TenantId[] = []
    let start = lists.startOf(userIndex)
    for (let k = lists.endOf(userIndex) - 1; k >= start; k--) {
      const tenantIndex = lists.values[k] as number
      if (tenantIndex < 0) {
        start = lists.startOf(~tenantIndex)
        k = lists.endOf(~tenantIndex)
      } else if (this.userGrants.holds(userIndex, tenantIndex, now, requester)) tenants.push(this.tenants.ids[tenantIndex] as string)
    }
    return tenants
  }

  /** Returns the users with a grant by `requester` that holds in the tenant at `now`, in no order. */
  usersOf(tenantIndex: number, now: Instant, requester: number): UserId[] {
    return this.userGrants.usersOf(tenantIndex, now, requester).map((userIndex) => this.users.ids[userIndex] as string)
  }

  private link(user: UserId, tenantIndex: number, grant: GrantId): void {
    const userIndex = this.users.intern(user)
    if (!this.userGrants.insert(userIndex, tenantIndex, grant)) return
    const lists = this.tenantsByUser
    let entries = [tenantIndex]
    if (lists.lengthOf(userIndex) === MAX_TENANTS) {
      const earlier = this.users.reserve()
      lists.moveTail(userIndex, lists.startOf(userIndex), earlier)
      entries = [~earlier, tenantIndex]
    }
    lists.insert(userIndex, lists.endOf(userIndex), entries)
  }
}
