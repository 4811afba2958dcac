/** The states of a tenant request, and how events change them (SPEC §4, 8.1). */

import * as z from 'zod'
import { Ids, listWith } from './bounded-lists.js'
import { ConsentryError } from './error.js'
import { eventActorSchema, type TenantRequestEvent } from './event.js'
import { TENANT_EVENTS } from './event-types.js'
import type { UserId } from './ids.js'
import { Id, Revision, type Schema, StoredInstant } from './input.js'
import type { Instant } from './instant.js'
import { Message } from './message.js'
import type { RemovedUser } from './status.js'

const removedUserSchema = z.strictObject({ user: Id, at: StoredInstant }).readonly()
const asRemovedUser = (entry: unknown): RemovedUser | undefined => removedUserSchema.safeParse(entry).data
const users = {
  users: Ids,
  removed: listWith(asRemovedUser, 'must be a list of removed users', 'must have `user` and `at`'),
}

/** The users of a tenant request: those it names, and those it named before. */
export const requestUsersSchema = z.strictObject(users).readonly()

const base = {
  id: Id,
  accessRequest: Id,
  requestingTenant: Id,
  tenant: Id,
  ...users,
  message: Message,
  sentAt: StoredInstant,
  answerBy: StoredInstant.nullable(),
  changedAt: StoredInstant,
  revision: Revision,
  tenantRevision: Revision,
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
  z.strictObject({ ...base, state: z.literal('lapsed'), answerBy: StoredInstant }).readonly(),
])

/**
 * A stored tenant request, discriminated by `state`. The schema of the same name parses it.
 *
 * `users` are the users it names now, `removed` those it named before. `answerBy` is the instant at which it lapses without an answer, or
 * `null` for never (SPEC 4.9). `changedAt` is the instant of its last event. Instants are in milliseconds. `revision` is the number of its events, `tenantRevision` the number of those that the tenant asked may see (SPEC 4.10).
 */
export type TenantRequest = z.infer<typeof tenantRequestSchema>
export const TenantRequest: Schema<TenantRequest> = tenantRequestSchema

type State = TenantRequest['state']
type InState<S extends State> = Extract<TenantRequest, { state: S }>
/** A stored tenant request without the lists of its users (SPEC 6.2). */
export type RequestWithoutUsers = { [S in State]: Omit<InState<S>, 'users' | 'removed'> }[State]

/**
 * Returns the pending request that its first event creates (SPEC 3.7).
 * @example
 * ```ts
 * import { initialState, type TenantRequestEvent } from 'consentry/domain'
 *
 * const received: Extract<TenantRequestEvent, { type: 'tenant-request.received' }> = {
 *   id: 'e1',
 *   type: 'tenant-request.received',
 *   version: 1,
 *   at: 1_000,
 *   by: { user: 'elizabeth', tenant: 'classics' },
 *   requestingTenant: 'classics',
 *   accessRequest: 'a1',
 *   tenant: 'tom-sawyer',
 *   tenantRequest: 'r1',
 *   revision: 1,
 *   users: ['caroline', 'charlotte'],
 *   message: '',
 *   answerBy: null,
 * }
 * const pending = initialState(received)
 * console.log(pending.state, pending.revision) // pending 1
 * ```
 */
export function initialState(event: Extract<TenantRequestEvent, { type: 'tenant-request.received' }>): TenantRequest {
  const { tenantRequest: id, accessRequest, requestingTenant, tenant, users, message, at, answerBy, revision } = event
  return {
    id,
    accessRequest,
    requestingTenant,
    tenant,
    users,
    removed: [],
    message,
    sentAt: at,
    answerBy,
    changedAt: at,
    revision,
    tenantRevision: 1,
    state: 'pending',
  }
}

/**
 * Returns the request after an event (SPEC 8.1).
 *
 * @throws `corrupt` if the event cannot follow the request's state; no command creates such an event.
 * @example Continues grant
 * ```ts
 * import { evolve } from 'consentry/domain'
 *
 * if (!answered.ok) throw new Error(answered.refusal.code)
 * const granted = evolve(pending, answered.value)
 * console.log(granted.state, granted.revision) // granted 2
 * ```
 */
export function evolve(request: TenantRequest, event: TenantRequestEvent): TenantRequest {
  if (event.tenantRequest !== request.id || event.revision !== request.revision + 1) throw corruptEvent(request, event)
  const isVisible = (TENANT_EVENTS as readonly string[]).includes(event.type)
  const tenantRevision = request.tenantRevision + (isVisible ? 1 : 0)
  const after = { changedAt: event.at, revision: event.revision, tenantRevision }
  const ended = { endedAt: event.at, endMessage: 'message' in event ? event.message : '' }
  switch (event.type) {
    case 'tenant-request.received':
      throw corruptEvent(request, event)
    case 'tenant-request.granted': {
      const { at: grantedAt, message: grantMessage, expiresAt } = event
      return {
        ...withoutUsers(expectState(request, event, 'pending'), event.removedUsers, grantedAt),
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
    case 'tenant-request.lapsed':
      return { ...expectState(request, event, 'pending'), ...after, state: 'lapsed', answerBy: event.at }
  }
}

/**
 * Folds a request's events, oldest first, into its state (SPEC 8.1).
 *
 * @throws `corrupt` if the events are not a complete prefix of one request's events.
 * @example Continues evolve
 * ```ts
 * import { fold } from 'consentry/domain'
 *
 * console.log(fold([received, answered.value]).state) // granted
 * ```
 */
export function fold(events: readonly TenantRequestEvent[]): TenantRequest {
  const [first, ...rest] = events
  if (first?.type !== 'tenant-request.received')
    throw new ConsentryError('the first event of a tenant request must be `tenant-request.received`', { code: 'corrupt', issues: [] })
  return rest.reduce(evolve, initialState(first))
}

function expectState<S extends State>(request: TenantRequest, event: TenantRequestEvent, ...states: readonly S[]): InState<S> {
  if (!(states as readonly string[]).includes(request.state)) throw corruptEvent(request, event)
  return request as InState<S>
}

function withoutUser<R extends TenantRequest>(request: R, event: { removedUser: string | null; at: number }): R {
  const { removedUser: user, at } = event
  return withoutUsers(request, user === null ? [] : [user], at)
}

function withoutUsers<R extends TenantRequest>(request: R, removedUsers: readonly UserId[], at: Instant): R {
  const gone = new Set(removedUsers)
  const removed = [...request.removed, ...removedUsers.map((user) => ({ user, at }))]
  return { ...request, users: request.users.filter((user) => !gone.has(user)), removed }
}

function corruptEvent(request: TenantRequest, event: TenantRequestEvent): ConsentryError {
  const path = [event.type, event.id]
  return new ConsentryError(`event \`${event.id}\` cannot be applied: the request is \`${request.state}\``, {
    code: 'corrupt',
    issues: [{ path, code: 'invalid', message: `cannot be applied at revision \`${request.revision}\`` }],
  })
}
