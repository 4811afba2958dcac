/** Standings kept up with the events, one after the other, instead of being made anew (SPEC 8.3). */

import type { Event, TenantRequestEvent } from '../domain/event.js'
import type { TenantId, TenantRequestId } from '../domain/ids.js'
import type { RequestFacts } from '../domain/status.js'
import { Standings } from './access-index.js'
import type { CourseNumber, Ending } from './grant-table.js'

/** Standings, and the number of every request that may still change. Of what is over only what answers depend on is kept. */
export class Following {
  /** Where everybody stands. */
  readonly standings = new Standings()
  private readonly open = new Map<TenantRequestId, CourseNumber>()

  /** Takes in that a tenant is governed. */
  govern(tenant: TenantId): void {
    this.standings.tell(tenant, true)
  }

  /** Takes in a request as it stands; whose grant is known governs its tenant. Twice at once it would be two, and its end that of one. */
  take(request: RequestFacts): void {
    if (this.open.has(request.id)) throw new TypeError(`the request \`${request.id}\` is taken in already`)
    this.standings.tell(request.tenant, 'grantedAt' in request)
    const course = this.standings.add(request)
    if (request.state === 'expired') this.standings.stakes.courses.end(course, 'expired', request.expiresAt)
    if (request.state === 'pending' || request.state === 'granted') this.open.set(request.id, course)
    else this.standings.letGo(course)
  }

  /**
   * Takes in what happened. Answers whether it follows from what is known here: what does not has been taken in already, in a request read
   * after it had happened, or else something before it was missed.
   */
  apply(event: Event): boolean {
    const { type } = event
    if (type === 'access-request.submitted' || type === 'impersonation.started' || type === 'impersonation.ended') return true
    if (event.type === 'tenant-request.granted') this.govern(event.tenant)
    const course = this.open.get(event.tenantRequest)
    if (event.type === 'tenant-request.received') return course === undefined && this.receive(event)
    return course !== undefined && this.change(event, course)
  }

  private receive(event: Extract<TenantRequestEvent, { type: 'tenant-request.received' }>): boolean {
    const { tenantRequest: id, tenant, users, at: sentAt } = event
    this.take({ id, tenant, users, removed: [], sentAt, state: 'pending' })
    return true
  }

  private change(event: Exclude<TenantRequestEvent, { type: 'tenant-request.received' }>, course: CourseNumber): boolean {
    const { courses } = this.standings.stakes
    const pending = courses.isPending(course)
    switch (event.type) {
      case 'tenant-request.granted':
        if (pending) courses.grant(course, event.at, event.expiresAt)
        return pending
      case 'tenant-request.expiry-set':
        if (!pending) courses.grant(course, courses.from(course), event.expiresAt)
        return !pending
      case 'tenant-request.user-removed':
        return this.standings.remove(event.tenant, event.removedUser, course, event.at)
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

  private end({ tenant, tenantRequest, at }: TenantRequestEvent, course: CourseNumber, ending: Ending, removed: string | null): boolean {
    if (removed !== null) this.standings.remove(tenant, removed, course, at)
    this.standings.stakes.courses.end(course, ending, at)
    this.standings.letGo(course)
    return this.open.delete(tenantRequest)
  }
}
