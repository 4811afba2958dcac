/** Projection of events into an access index, one by one, without rebuilding it (SPEC 8.3). */

import type { ConsentryEvent, TenantRequestEvent } from '../domain/event.js'
import type { TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import { lifecycleEnd, type RequestFacts } from '../domain/status.js'
import { AccessIndex } from './access-index.js'
import type { EndStatus, GrantId } from './grant-table.js'

/** The types of the events on which an index of access depends. */
export const PROJECTED_EVENTS = [
  'tenant-request.received',
  'tenant-request.granted',
  'tenant-request.rejected',
  'tenant-request.withdrawn',
  'tenant-request.expiry-set',
  'tenant-request.user-removed',
  'tenant-request.revoked',
  'tenant-request.expired',
  'tenant-request.lapsed',
] as const satisfies readonly TenantRequestEvent['type'][]

/**
 * An access index, and the grant id of each request that may still change.
 * Of ended requests it keeps only what answers depend on.
 */
export class AccessProjection {
  /** The index after the events applied so far. */
  readonly index = new AccessIndex()
  private readonly openGrants = new Map<TenantRequestId, GrantId>()

  /** Marks a tenant as governed. */
  markGoverned(tenant: TenantId): void {
    this.index.setTenant(tenant, true)
  }

  /**
   * Adds a request in its current state. A request that was granted makes its tenant governed.
   * @throws TypeError if the request is already loaded and may still change: an event would then end only one of the two copies.
   */
  load(request: RequestFacts): void {
    if (this.openGrants.has(request.id)) throw new TypeError(`the request \`${request.id}\` is already loaded`)
    this.index.setTenant(request.tenant, 'grantedAt' in request)
    const grant = this.index.add(request)
    if (request.state === 'pending' || request.state === 'granted') this.openGrants.set(request.id, grant)
    else this.endGrant(grant, request.state, lifecycleEnd(request))
  }

  /**
   * Applies an event.
   * @returns whether the event follows from the current state. If not, a request that was loaded after the event already contains it, or
   * an earlier event was missed.
   */
  apply(event: ConsentryEvent): boolean {
    const { type } = event
    if (type === 'access-request.submitted' || type === 'impersonation.started' || type === 'impersonation.ended') return true
    if (event.type === 'tenant-request.granted') this.markGoverned(event.tenant)
    const grant = this.openGrants.get(event.tenantRequest)
    if (event.type === 'tenant-request.received') return grant === undefined && this.applyReceived(event)
    return grant !== undefined && this.applyChange(event, grant)
  }

  private applyReceived(event: Extract<TenantRequestEvent, { type: 'tenant-request.received' }>): boolean {
    const { tenantRequest: id, requestingTenant, tenant, users, at: sentAt, answerBy } = event
    this.load({ id, requestingTenant, tenant, users, removed: [], sentAt, state: 'pending', answerBy })
    return true
  }

  private applyChange(event: Exclude<TenantRequestEvent, { type: 'tenant-request.received' }>, grant: GrantId): boolean {
    const pending = this.index.grants.isPending(grant)
    switch (event.type) {
      case 'tenant-request.granted':
        if (!pending) return false
        for (const user of event.removedUsers) this.removeUser(event.tenant, user, grant, event.at)
        this.index.grants.grant(grant, event.at, event.expiresAt)
        return true
      case 'tenant-request.expiry-set':
        if (!pending) this.index.grants.setExpiry(grant, event.expiresAt)
        return !pending
      case 'tenant-request.user-removed':
        return this.removeUser(event.tenant, event.removedUser, grant, event.at)
      case 'tenant-request.rejected':
        return this.end(event, grant, 'rejected', null) && pending
      case 'tenant-request.withdrawn':
        return this.end(event, grant, 'withdrawn', event.removedUser) && pending
      case 'tenant-request.revoked':
        return this.end(event, grant, 'revoked', event.removedUser) && !pending
      case 'tenant-request.expired':
        return this.end(event, grant, 'expired', null) && !pending
      case 'tenant-request.lapsed':
        return this.end(event, grant, 'lapsed', null) && pending
    }
  }

  private end({ tenant, tenantRequest, at }: TenantRequestEvent, grant: GrantId, status: EndStatus, removedUser: string | null): boolean {
    if (removedUser !== null) this.removeUser(tenant, removedUser, grant, at)
    this.endGrant(grant, status, at)
    return this.openGrants.delete(tenantRequest)
  }

  private endGrant(grant: GrantId, status: EndStatus, at: Instant): void {
    this.index.grants.end(grant, status, at)
    this.index.grants.release(grant)
  }

  /** Removes a user from a request. Returns false if the request does not name the user. */
  private removeUser(tenant: TenantId, user: UserId, grant: GrantId, at: Instant): boolean {
    return this.index.userGrants.remove(this.index.userIndex(user), this.index.tenantIndex(tenant), grant, at)
  }
}
