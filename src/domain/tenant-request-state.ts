/** A tenant request's states, each with exactly what it knows, and what every event makes of them (SPEC §4, 8.1). */

import * as z from 'zod'
import { ConsentryError } from './error.js'
import { eventActorSchema, type TenantRequestEvent } from './event.js'
import { Id, Message, Revision, type Schema, StoredInstant } from './input.js'
import type { RequestFacts } from './status.js'

const base = {
  id: Id,
  accessRequest: Id,
  requestingTenant: Id,
  tenant: Id,
  users: z.array(Id).readonly(),
  removed: z.array(z.strictObject({ user: Id, at: StoredInstant }).readonly()).readonly(),
  message: Message,
  sentAt: StoredInstant,
  changedAt: StoredInstant,
  revision: Revision,
}
const grantedPart = { grantedAt: StoredInstant, grantedBy: Id, grantMessage: Message, expiresAt: StoredInstant.nullable() }
const endedPart = { endedAt: StoredInstant, endedBy: eventActorSchema, endMessage: Message }

const tenantRequestSchema = z.discriminatedUnion('state', [
  z.strictObject({ ...base, state: z.literal('pending') }).readonly(),
  z.strictObject({ ...base, ...grantedPart, state: z.literal('granted') }).readonly(),
  z.strictObject({ ...base, ...grantedPart, state: z.literal('expired'), expiresAt: StoredInstant }).readonly(),
  z.strictObject({ ...base, ...grantedPart, ...endedPart, state: z.literal('revoked') }).readonly(),
  z.strictObject({ ...base, ...endedPart, state: z.literal('rejected') }).readonly(),
  z.strictObject({ ...base, ...endedPart, state: z.literal('withdrawn') }).readonly(),
])

/**
 * A tenant request as it is stored; each state carries exactly what it knows. Instants in milliseconds; `changedAt` is its last
 * event's; `users` are those it names today, `removed` those it named. The schema of the same name reads one back.
 */
export type TenantRequest = z.infer<typeof tenantRequestSchema>
export const TenantRequest: Schema<TenantRequest> = tenantRequestSchema

type InState<S extends TenantRequest['state']> = Extract<TenantRequest, { state: S }>

/** A request as its first event makes it: pending, with everybody named (SPEC 3.7). */
export function initialState(event: Extract<TenantRequestEvent, { type: 'tenant-request.received' }>): TenantRequest {
  const { tenantRequest: id, accessRequest, requestingTenant, tenant, users, message, at, revision } = event
  return { id, accessRequest, requestingTenant, tenant, users, removed: [], message, sentAt: at, changedAt: at, revision, state: 'pending' }
}

/** The request after the event (SPEC 8.1). An event that cannot follow is `corrupt`, and throws: no command makes one. */
export function evolve(request: TenantRequest, event: TenantRequestEvent): TenantRequest {
  if (event.tenantRequest !== request.id || event.revision !== request.revision + 1) throw corruptEvent(request, event)
  const after = { changedAt: event.at, revision: event.revision }
  const ended = { endedAt: event.at, endMessage: 'message' in event ? event.message : '' }
  switch (event.type) {
    case 'tenant-request.received':
      throw corruptEvent(request, event)
    case 'tenant-request.granted': {
      const { at: grantedAt, message: grantMessage, expiresAt } = event
      return {
        ...expectState(request, event, 'pending'),
        ...after,
        state: 'granted',
        grantedAt,
        grantedBy: event.by.user,
        grantMessage,
        expiresAt,
      }
    }
    case 'tenant-request.rejected':
      return { ...expectState(request, event, 'pending'), ...after, ...ended, state: 'rejected', endedBy: event.by }
    case 'tenant-request.withdrawn':
      return { ...withoutUser(expectState(request, event, 'pending'), event), ...after, ...ended, state: 'withdrawn', endedBy: event.by }
    case 'tenant-request.expiry-set':
      return { ...expectState(request, event, 'granted'), ...after, expiresAt: event.expiresAt }
    case 'tenant-request.user-removed':
      return { ...withoutUser(expectState(request, event, 'pending', 'granted'), event), ...after }
    case 'tenant-request.revoked':
      return { ...withoutUser(expectState(request, event, 'granted'), event), ...after, ...ended, state: 'revoked', endedBy: event.by }
    case 'tenant-request.expired':
      return { ...expectState(request, event, 'granted'), ...after, state: 'expired', expiresAt: event.at }
  }
}

/** The request that these events, oldest first, have made (SPEC 8.1); `corrupt` where they are not one request's whole beginning. */
export function fold(events: readonly TenantRequestEvent[]): TenantRequest {
  const [first, ...rest] = events
  if (first?.type !== 'tenant-request.received')
    throw new ConsentryError('a request begins by being received', { code: 'corrupt', issues: [] })
  return rest.reduce(evolve, initialState(first))
}

/** What a decision needs of the request, and nothing else: no messages, nobody who answered (SPEC 5.2). */
export function toFacts(request: TenantRequest): RequestFacts {
  const { id, tenant, users, removed, sentAt } = request
  const facts = { id, tenant, users, removed, sentAt }
  switch (request.state) {
    case 'pending':
      return { ...facts, state: request.state }
    case 'rejected':
    case 'withdrawn':
      return { ...facts, state: request.state, endedAt: request.endedAt }
    case 'granted':
      return { ...facts, state: request.state, grantedAt: request.grantedAt, expiresAt: request.expiresAt }
    case 'expired':
      return { ...facts, state: request.state, grantedAt: request.grantedAt, expiresAt: request.expiresAt }
    case 'revoked':
      return { ...facts, state: request.state, grantedAt: request.grantedAt, expiresAt: request.expiresAt, endedAt: request.endedAt }
  }
}

function expectState<S extends TenantRequest['state']>(
  request: TenantRequest,
  event: TenantRequestEvent,
  ...states: readonly S[]
): InState<S> {
  if (!(states as readonly string[]).includes(request.state)) throw corruptEvent(request, event)
  return request as InState<S>
}

function withoutUser<R extends TenantRequest>(request: R, event: { removedUser: string | null; at: number }): R {
  const { removedUser: user, at } = event
  if (user === null) return request
  return { ...request, users: request.users.filter((one) => one !== user), removed: [...request.removed, { user, at }] }
}

function corruptEvent(request: TenantRequest, event: TenantRequestEvent): ConsentryError {
  const path = [event.type, event.id]
  return new ConsentryError(`the event \`${event.id}\` cannot follow: the request is \`${request.state}\``, {
    code: 'corrupt',
    issues: [{ path, code: 'invalid', message: `cannot follow revision \`${request.revision}\`` }],
  })
}
