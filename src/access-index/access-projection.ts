/** Standings kept up with the events, one after the other, instead of being made anew (SPEC 8.3). */

import type { ConsentryEvent, TenantRequestEvent } from '../domain/event.js'
import type { TenantId, TenantRequestId } from '../domain/ids.js'
import type { RequestFacts } from '../domain/status.js'
import { AccessIndex } from './access-index.js'
import type { EndStatus, GrantId } from './grant-table.js'

/** Standings, and the number of every request that may still change. Of what is over only what answers depend on is kept. */
export class AccessProjection {
  /** Where everybody stands. */
  readonly index = new AccessIndex()
  private readonly openGrants = new Map<TenantRequestId, GrantId>()

  /** Takes in that a tenant is governed. */
  markGoverned(tenant: TenantId): void {
    this.index.setTenant(tenant, true)
  }

  /** Takes in a request as it stands; whose grant is known governs its tenant. Twice at once it would be two, and its end that of one. */
  load(request: RequestFacts): void {
    if (this.openGrants.has(request.id)) throw new TypeError(`the request \`${request.id}\` is taken in already`)
    this.index.setTenant(request.tenant, 'grantedAt' in request)
    const course = this.index.add(request)
    if (request.state === 'expired') this.index.userGrants.grants.end(course, 'expired', request.expiresAt)
    if (request.state === 'pending' || request.state === 'granted') this.openGrants.set(request.id, course)
    else this.index.release(course)
  }

  /**
   * Takes in what happened. Answers whether it follows from what is known here: what does not has been taken in already, in a request read
   * after it had happened, or else something before it was missed.
   */
  apply(event: ConsentryEvent): boolean {
    const { type } = event
    if (type === 'access-request.submitted' || type === 'impersonation.started' || type === 'impersonation.ended') return true
    if (event.type === 'tenant-request.granted') this.markGoverned(event.tenant)
    const course = this.openGrants.get(event.tenantRequest)
    if (event.type === 'tenant-request.received') return course === undefined && this.receive(event)
    return course !== undefined && this.change(event, course)
  }

  private receive(event: Extract<TenantRequestEvent, { type: 'tenant-request.received' }>): boolean {
    const { tenantRequest: id, tenant, users, at: sentAt } = event
    this.load({ id, tenant, users, removed: [], sentAt, state: 'pending' })
    return true
  }

  private change(event: Exclude<TenantRequestEvent, { type: 'tenant-request.received' }>, course: GrantId): boolean {
    const { grants } = this.index.userGrants
    const pending = grants.isPending(course)
    switch (event.type) {
      case 'tenant-request.granted':
        if (pending) grants.grant(course, event.at, event.expiresAt)
        return pending
      case 'tenant-request.expiry-set':
        if (!pending) grants.grant(course, grants.startsAt(course), event.expiresAt)
        return !pending
      case 'tenant-request.user-removed':
        return this.index.remove(event.tenant, event.removedUser, course, event.at)
      case 'tenant-request.rejected':
        return this.end(event, course, 'rejected', null) && pending
      case 'tenant-request.withdrawn':
        return this.end(event, course, 'withdrawn', event.removedUser) && pending
      case 'tenant-request.revoked':
        return this.end(event, course, 'revoked', event.removedUser) && !pending
      case 'tenant-request.expired':
        return this.end(event, course, 'expired', null) && !pending
    }
  }

  private end({ tenant, tenantRequest, at }: TenantRequestEvent, course: GrantId, ending: EndStatus, removed: string | null): boolean {
    if (removed !== null) this.index.remove(tenant, removed, course, at)
    this.index.userGrants.grants.end(course, ending, at)
    this.index.release(course)
    return this.openGrants.delete(tenantRequest)
  }
}
