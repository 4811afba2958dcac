/** Events: everything that ever happens to a request or a session, one event a change; folded, they give its state (SPEC §8). */
import * as z from 'zod'
import { METHODS } from './decision-types.js'
import { Id, Message, Revision, type Schema, StoredInstant } from './input.js'

/** A request's name: 1 to 64 letters and digits of any script, in NFC; the tenants asked never see it (SPEC 3.2). */
export const RequestName = z
  .string('must be a name')
  .regex(/^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}]{0,63}$/u, 'must be 1 to 64 letters and digits, no spaces, no punctuation')

/** Some users × some tenants, at least one of each (SPEC §1). */
export type Association = z.infer<typeof associationSchema>
export const associationSchema = z
  .strictObject(
    {
      users: z.array(Id, 'must be a list of users').min(1, 'must name at least one user').readonly(),
      tenants: z.array(Id, 'must be a list of tenants').min(1, 'must name at least one tenant').readonly(),
    },
    'must be an association of users and tenants',
  )
  .readonly()

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

/** A request was sent; `tenant` is the requesting tenant itself. */
export type AccessRequestSubmitted = z.infer<typeof accessRequestSubmittedSchema>
export const accessRequestSubmittedSchema = z
  .strictObject({
    ...byPerson,
    type: z.literal('access-request.submitted'),
    name: RequestName,
    message: Message,
    associations: z.array(associationSchema).min(1).readonly(),
  })
  .readonly()

/** An event of one tenant's request. Instants in milliseconds; `revision` is the request's after it; `version` is this format's. */
export type TenantRequestEvent = z.infer<typeof tenantRequestEventSchema>
export const tenantRequestEventSchema = z.discriminatedUnion('type', [
  z
    .strictObject({
      ...ofTenantRequest,
      type: z.literal('tenant-request.received'),
      users: z.array(Id).min(1).readonly(),
      message: Message,
    })
    .readonly(),
  z
    .strictObject({ ...ofTenantRequest, type: z.literal('tenant-request.granted'), message: Message, expiresAt: StoredInstant.nullable() })
    .readonly(),
  z.strictObject({ ...ofTenantRequest, type: z.literal('tenant-request.rejected'), message: Message }).readonly(),
  z.strictObject({ ...ofTenantRequest, type: z.literal('tenant-request.withdrawn'), removedUser: Id.nullable() }).readonly(),
  z.strictObject({ ...ofTenantRequest, type: z.literal('tenant-request.expiry-set'), expiresAt: StoredInstant }).readonly(),
  z.strictObject({ ...ofTenantRequest, type: z.literal('tenant-request.user-removed'), removedUser: Id }).readonly(),
  z
    .strictObject({ ...ofTenantRequest, type: z.literal('tenant-request.revoked'), message: Message, removedUser: Id.nullable() })
    .readonly(),
  z.strictObject({ ...envelope, tenantRequest: Id, by: z.literal('clock'), type: z.literal('tenant-request.expired') }).readonly(),
])

/** SHA-256 of a session's id in hexadecimal: all that is stored of the id, and the session's name to everybody but its user (SPEC 7.4). */
export type SessionHash = z.infer<typeof sessionHashSchema>
export const sessionHashSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be the hash of a session id')

/**
 * Why a session is over: its user `left`; its `endsAt` came, and it `expired`; or it was `cut`, since access ended before that
 * (SPEC 7.2).
 */
export type SessionEndCause = 'ended-by-user' | 'expired' | 'access-lost'

const ofSession = { ...sessionEnvelope, session: sessionHashSchema }

/** A session began (SPEC 7.1); `by` is the real user. `grantedBy` has the grants that allowed it, none where the host's rule did. */
export type ImpersonationStarted = z.infer<typeof impersonationStartedSchema>
export const impersonationStartedSchema = z
  .strictObject({
    ...ofSession,
    by: eventActorSchema,
    type: z.literal('impersonation.started'),
    method: z.enum(METHODS),
    grantedBy: z.array(Id).readonly(),
    reason: Message,
    endsAt: StoredInstant,
  })
  .readonly()

const endOfSession = { ...ofSession, type: z.literal('impersonation.ended') }

/** A session is over, since `at`; `by` is its user where he left, else the clock (SPEC 7.2). */
export type ImpersonationEnded = z.infer<typeof impersonationEndedSchema>
export const impersonationEndedSchema = z.discriminatedUnion('cause', [
  z.strictObject({ ...endOfSession, by: eventActorSchema, cause: z.literal('ended-by-user') }).readonly(),
  z.strictObject({ ...endOfSession, by: z.literal('clock'), cause: z.enum(['expired', 'access-lost']) }).readonly(),
])

/** An event of one session. Instants in milliseconds; `revision` is the session's after it; `version` is this format's. */
export type SessionEvent = z.infer<typeof sessionEventSchema>
export const sessionEventSchema = z.discriminatedUnion('type', [impersonationStartedSchema, impersonationEndedSchema])

const consentryEventSchema = z.discriminatedUnion('type', [accessRequestSubmittedSchema, tenantRequestEventSchema, sessionEventSchema])

/** Any event. `removedUser` is the last user of a request, by whose removal it ended (SPEC 4.5), or `null`. */
export type ConsentryEvent = z.infer<typeof consentryEventSchema>
export const ConsentryEvent: Schema<ConsentryEvent> = consentryEventSchema

/** The type of an event, `tenant-request.granted` for one. */
export type EventType = ConsentryEvent['type']
