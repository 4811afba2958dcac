/** Events: one per change of a request or a session; folding them gives its state (SPEC §8). */

import * as z from 'zod'
import { Associations } from './association.js'
import { Ids } from './bounded-lists.js'
import { METHODS } from './decision-types.js'
import { Id, Revision, type Schema, StoredInstant } from './input.js'
import { Message } from './message.js'
import { sessionHashSchema } from './session-hash.js'

/**
 * A stored name of a request: 1 to 64 characters, of ASCII only letters and digits.
 *
 * Only `submit` asks for letters and digits of any script (SPEC 3.2). Which these are changes with the runtime's version of Unicode, and a
 * name that one process could write must be read by every other (SPEC 8.5).
 */
export const StoredName = z
  .string('must be a string')
  .regex(/^(?:[0-9A-Za-z]|[^\p{ASCII}\p{Cc}\p{Cs}]){1,64}$/u, 'must be 1 to 64 characters, without spaces or ASCII punctuation')

/** The real person behind an event (SPEC 8.2). */
export type EventActor = z.infer<typeof eventActorSchema>
export const eventActorSchema = z.strictObject({ user: Id, tenant: Id }).readonly()

const sessionEnvelope = {
  id: Id,
  at: StoredInstant,
  tenant: Id,
  requestingTenant: Id,
  revision: Revision,
  version: z.literal(1),
}
const envelope = { ...sessionEnvelope, accessRequest: Id }
const byPerson = { ...envelope, by: eventActorSchema }
const ofTenantRequest = { ...byPerson, tenantRequest: Id }

/**
 * An access request was submitted.
 *
 * `tenant` is the requesting tenant; `at` is an instant in milliseconds.
 */
export type AccessRequestSubmitted = z.infer<typeof accessRequestSubmittedSchema>
export const accessRequestSubmittedSchema = z
  .strictObject({
    ...byPerson,
    type: z.literal('access-request.submitted'),
    name: StoredName,
    message: Message,
    associations: Associations,
  })
  .readonly()

/**
 * An event of one tenant request.
 *
 * `at`, `answerBy` and `expiresAt` are instants in milliseconds. `revision` is the request's revision after the event, `version` the
 * version of this format. `by` is the real person, or `clock` for an expiry or a lapse (SPEC 8.2).
 */
export type TenantRequestEvent = z.infer<typeof tenantRequestEventSchema>
export const tenantRequestEventSchema = z.discriminatedUnion('type', [
  z
    .strictObject({
      ...ofTenantRequest,
      type: z.literal('tenant-request.received'),
      users: Ids,
      message: Message,
      answerBy: StoredInstant.nullable(),
    })
    .readonly(),
  z
    .strictObject({
      ...ofTenantRequest,
      type: z.literal('tenant-request.granted'),
      message: Message,
      expiresAt: StoredInstant.nullable(),
      removedUsers: Ids,
    })
    .readonly(),
  z.strictObject({ ...ofTenantRequest, type: z.literal('tenant-request.rejected'), message: Message }).readonly(),
  z.strictObject({ ...ofTenantRequest, type: z.literal('tenant-request.withdrawn'), removedUser: Id.nullable() }).readonly(),
  z.strictObject({ ...ofTenantRequest, type: z.literal('tenant-request.expiry-set'), expiresAt: StoredInstant }).readonly(),
  z.strictObject({ ...ofTenantRequest, type: z.literal('tenant-request.user-removed'), removedUser: Id }).readonly(),
  z
    .strictObject({ ...ofTenantRequest, type: z.literal('tenant-request.revoked'), message: Message, removedUser: Id.nullable() })
    .readonly(),
  z.strictObject({ ...envelope, tenantRequest: Id, by: z.literal('clock'), type: z.literal('tenant-request.expired') }).readonly(),
  z.strictObject({ ...envelope, tenantRequest: Id, by: z.literal('clock'), type: z.literal('tenant-request.lapsed') }).readonly(),
])

/** The causes of a session's end by a person: its user, or one of its two tenants (SPEC 7.7). */
export const PERSONAL_END_CAUSES = ['ended-by-user', 'ended-by-tenant', 'ended-by-requester'] as const

/** Why a session ended: by a person, `expired` at its `endsAt`, or `access-lost` (SPEC 7.7). */
export type SessionEndCause = (typeof PERSONAL_END_CAUSES)[number] | 'expired' | 'access-lost'

const ofSession = { ...sessionEnvelope, session: sessionHashSchema }

/**
 * A session started (SPEC 7.1).
 *
 * `by` is the real user. `grantedBy` lists the grants that allowed it, and is empty if the host's legacy rule did.
 * `at` and `endsAt` are instants in milliseconds.
 */
export type ImpersonationStarted = z.infer<typeof impersonationStartedSchema>
export const impersonationStartedSchema = z
  .strictObject({
    ...ofSession,
    by: eventActorSchema,
    type: z.literal('impersonation.started'),
    method: z.enum(METHODS),
    grantedBy: Ids,
    reason: Message,
    endsAt: StoredInstant,
  })
  .readonly()

const endOfSession = { ...ofSession, type: z.literal('impersonation.ended') }

/**
 * A session ended at `at`, an instant in milliseconds.
 *
 * `by` is the person who ended it, or `clock` for `expired` and `access-lost` (SPEC 7.7).
 */
export type ImpersonationEnded = z.infer<typeof impersonationEndedSchema>
export const impersonationEndedSchema = z.discriminatedUnion('cause', [
  z.strictObject({ ...endOfSession, by: eventActorSchema, cause: z.enum(PERSONAL_END_CAUSES) }).readonly(),
  z.strictObject({ ...endOfSession, by: z.literal('clock'), cause: z.enum(['expired', 'access-lost']) }).readonly(),
])

/**
 * An event of one session.
 *
 * Instants are in milliseconds. `revision` is the session's revision after the event, `version` the version of this format.
 */
export type SessionEvent = z.infer<typeof sessionEventSchema>
export const sessionEventSchema = z.discriminatedUnion('type', [impersonationStartedSchema, impersonationEndedSchema])

const consentryEventSchema = z.discriminatedUnion('type', [accessRequestSubmittedSchema, tenantRequestEventSchema, sessionEventSchema])

/**
 * Any event.
 *
 * On a withdrawal or revocation, `removedUser` is the request's last user if removing that user ended the request, else `null` (SPEC 4.5).
 * On a grant, `removedUsers` are the users who were no longer members of the requesting tenant, `[]` if there were none (SPEC 2.6).
 */
export type ConsentryEvent = z.infer<typeof consentryEventSchema>
export const ConsentryEvent: Schema<ConsentryEvent> = consentryEventSchema

/** The type of an event, such as `tenant-request.granted`. */
export type EventType = ConsentryEvent['type']
