/** Events as each party may see them: listed field by field, so that what is new in an event stays hidden until it is named here. */
import type { Association, Event, EventType, TenantRequestEvent } from './event.js'
import type { AccessRequestId, TenantId, TenantRequestId, UserId } from './ids.js'
import type { Instant } from './instant.js'
import { colleague, type Party, partyOf } from './views.js'

/** The events a tenant that was asked may see; a user's removal says nothing but of users (SPEC 6.2, 6.6). */
export const TENANT_EVENTS = [
  'tenant-request.received',
  'tenant-request.granted',
  'tenant-request.rejected',
  'tenant-request.withdrawn',
  'tenant-request.expiry-set',
  'tenant-request.revoked',
  'tenant-request.expired',
] as const satisfies readonly EventType[]

/** Who, when, to which request. `at` in milliseconds; `user` only for that person's own colleagues, else `null`. */
interface Entry {
  readonly id: string
  readonly at: Instant
  readonly by: Party
  readonly user: UserId | null
  readonly requestingTenant: TenantId
}

type Told =
  | { readonly type: 'tenant-request.received'; readonly message: string }
  | { readonly type: 'tenant-request.granted'; readonly message: string; readonly expiresAt: Instant | null }
  | { readonly type: 'tenant-request.rejected' | 'tenant-request.revoked'; readonly message: string }
  | { readonly type: 'tenant-request.expiry-set'; readonly expiresAt: Instant }
  | { readonly type: 'tenant-request.withdrawn' | 'tenant-request.expired' }

/** An event as the tenant asked may see it (SPEC 6.6): no name, no users, no access request, no number. */
export type IncomingEvent = Entry & { readonly view: 'incoming'; readonly tenantRequest: TenantRequestId } & Told

/** An event as the requester may see it (SPEC 6.6): all but who of the other party did it. */
export type OutgoingEvent = Entry & { readonly view: 'outgoing'; readonly accessRequest: AccessRequestId } & (
    | {
        readonly type: 'access-request.submitted'
        readonly name: string
        readonly message: string
        readonly associations: readonly Association[]
      }
    | ({ readonly tenant: TenantId; readonly tenantRequest: TenantRequestId } & (
        | (Extract<Told, { type: 'tenant-request.received' }> & { readonly users: readonly UserId[] })
        | (Extract<Told, { type: 'tenant-request.withdrawn' | 'tenant-request.revoked' }> & { readonly removedUser: UserId | null })
        | { readonly type: 'tenant-request.user-removed'; readonly removedUser: UserId }
        | Exclude<Told, { type: 'tenant-request.received' | 'tenant-request.withdrawn' | 'tenant-request.revoked' }>
      ))
  )

/** One entry of a party's history. */
export type HistoryEntry = IncomingEvent | OutgoingEvent

/** The event as `viewer` may see it; `undefined` where he may not see it at all (SPEC 6.6). */
export function historyEntry(event: Event, viewer: TenantId): HistoryEntry | undefined {
  if (event.requestingTenant === viewer) return outgoingEvent(event)
  return event.type !== 'access-request.submitted' && event.tenant === viewer ? incomingEvent(event) : undefined
}

function incomingEvent(event: TenantRequestEvent): IncomingEvent | undefined {
  const { tenantRequest } = event
  const told = tell(event)
  return told && { ...entryOf(event, event.tenant), view: 'incoming', tenantRequest, ...told }
}

function outgoingEvent(event: Event): OutgoingEvent {
  const { accessRequest, tenant } = event
  const entry = { ...entryOf(event, event.requestingTenant), view: 'outgoing' as const, accessRequest }
  if (event.type === 'access-request.submitted') {
    const { type, name, message, associations } = event
    return { ...entry, type, name, message, associations }
  }
  const { tenantRequest } = event
  return { ...entry, tenant, tenantRequest, ...tellRequester(event) } as OutgoingEvent
}

function entryOf({ id, at, by, requestingTenant }: Event, viewer: TenantId): Entry {
  return { id, at, by: partyOf(by, requestingTenant), user: colleague(by, viewer), requestingTenant }
}

function tell(event: TenantRequestEvent): Told | undefined {
  switch (event.type) {
    case 'tenant-request.received':
      return { type: event.type, message: event.message }
    case 'tenant-request.granted':
      return { type: event.type, message: event.message, expiresAt: event.expiresAt }
    case 'tenant-request.rejected':
    case 'tenant-request.revoked':
      return { type: event.type, message: event.message }
    case 'tenant-request.expiry-set':
      return { type: event.type, expiresAt: event.expiresAt }
    case 'tenant-request.withdrawn':
    case 'tenant-request.expired':
      return { type: event.type }
    case 'tenant-request.user-removed':
      return undefined
  }
}

function tellRequester(event: TenantRequestEvent) {
  switch (event.type) {
    case 'tenant-request.received':
      return { ...tell(event), users: event.users }
    case 'tenant-request.withdrawn':
    case 'tenant-request.revoked':
      return { ...tell(event), removedUser: event.removedUser }
    case 'tenant-request.user-removed':
      return { type: event.type, removedUser: event.removedUser }
    case 'tenant-request.granted':
    case 'tenant-request.rejected':
    case 'tenant-request.expiry-set':
    case 'tenant-request.expired':
      return tell(event)
  }
}
