/** The types of events, by who may see them (SPEC 6.6). */
import type { EventType } from './event.js'

/**
 * The event types that answer or end a tenant request.
 *
 * The requesting tenant's history names the users concerned (SPEC 6.6).
 */
export const OUTCOME_EVENTS = [
  'tenant-request.granted',
  'tenant-request.rejected',
  'tenant-request.withdrawn',
  'tenant-request.revoked',
  'tenant-request.expired',
  'tenant-request.lapsed',
] as const satisfies readonly EventType[]

/**
 * The event types that the tenant asked may see.
 *
 * A user's removal is hidden, because it only concerns users (SPEC 6.2, 6.6).
 */
export const TENANT_EVENTS = [
  'tenant-request.received',
  'tenant-request.granted',
  'tenant-request.rejected',
  'tenant-request.withdrawn',
  'tenant-request.expiry-set',
  'tenant-request.revoked',
  'tenant-request.expired',
  'tenant-request.lapsed',
  'impersonation.started',
  'impersonation.ended',
] as const satisfies readonly EventType[]

/** All event types. */
export const EVENT_TYPES = [
  'access-request.submitted',
  ...TENANT_EVENTS,
  'tenant-request.user-removed',
] as const satisfies readonly EventType[]
