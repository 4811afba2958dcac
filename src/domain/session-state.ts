/** The states of a session, and how events change them (SPEC §7, 8.1). */

import * as z from 'zod'
import { Ids } from './bounded-lists.js'
import { METHODS } from './decision-types.js'
import { ConsentryError } from './error.js'
import { eventActorSchema, type ImpersonationEnded, type ImpersonationStarted, PERSONAL_END_CAUSES } from './event.js'
import { Id, Revision, type Schema, StoredInstant } from './input.js'
import type { Instant } from './instant.js'
import { Message } from './message.js'
import { sessionHashSchema } from './session-hash.js'

const base = {
  hash: sessionHashSchema,
  user: Id,
  requestingTenant: Id,
  tenant: Id,
  method: z.enum(METHODS),
  grantedBy: Ids,
  reason: Message,
  startedAt: StoredInstant,
  endsAt: StoredInstant,
  revision: Revision,
}
const ended = { ...base, state: z.literal('ended'), endedAt: StoredInstant }

const sessionSchema = z.discriminatedUnion('state', [
  z.strictObject({ ...base, state: z.literal('open') }).readonly(),
  z.discriminatedUnion('cause', [
    z.strictObject({ ...ended, endedBy: eventActorSchema, cause: z.enum(PERSONAL_END_CAUSES) }).readonly(),
    z.strictObject({ ...ended, endedBy: z.literal('clock'), cause: z.enum(['expired', 'access-lost']) }).readonly(),
  ]),
])

/**
 * A stored session (SPEC 7.1), discriminated by `state`. The schema of the same name parses it.
 *
 * `user` is the real user, `requestingTenant` the user's own tenant, and `tenant` the tenant the user acts in. `grantedBy` lists the
 * grants that allowed the start, and is empty if the host's legacy rule did. Instants are in milliseconds. `open` means that no end is
 * recorded; whether the session is live depends on the clock and a fresh decision (SPEC 7.2).
 */
export type Session = z.infer<typeof sessionSchema>
export const Session: Schema<Session> = sessionSchema

/** A session without a recorded end. */
export type OpenSession = Extract<Session, { state: 'open' }>

/** A session whose end is recorded. */
export type EndedState = Extract<Session, { state: 'ended' }>

/**
 * Returns the recorded end, else `endsAt`, in milliseconds.
 *
 * An open session may end earlier by losing access.
 * @example Continues sessionFromStart
 * ```ts
 * import { recordedEnd } from 'consentry/repository'
 *
 * console.log(recordedEnd(open)) // 9000
 * ```
 */
export function recordedEnd(session: Session): Instant {
  return session.state === 'ended' ? session.endedAt : session.endsAt
}

/**
 * Returns the open session that its start event creates.
 * @example
 * ```ts
 * import { type ImpersonationStarted, sessionFromStart } from 'consentry/domain'
 *
 * const started: ImpersonationStarted = {
 *   id: 'e1',
 *   type: 'impersonation.started',
 *   version: 1,
 *   at: 1_000,
 *   by: { user: 'caroline', tenant: 'classics' },
 *   requestingTenant: 'classics',
 *   tenant: 'tom-sawyer',
 *   session: 'x'.repeat(43),
 *   revision: 1,
 *   method: 'access-request',
 *   grantedBy: ['r1'],
 *   reason: '',
 *   endsAt: 9_000,
 * }
 * const open = sessionFromStart(started)
 * console.log(open.state, open.endsAt) // open 9000
 * ```
 */
export function sessionFromStart(event: ImpersonationStarted): OpenSession {
  const { session: hash, by, requestingTenant, tenant, method, grantedBy, reason, at: startedAt, endsAt, revision } = event
  return { hash, user: by.user, requestingTenant, tenant, method, grantedBy, reason, startedAt, endsAt, revision, state: 'open' }
}

/**
 * Returns the session after its end event (SPEC 8.1).
 *
 * @throws `corrupt` if the event cannot follow the session's state; no command creates such an event.
 * @example Continues sessionFromStart
 * ```ts
 * import { applySessionEnd } from 'consentry/domain'
 *
 * const { id: _, method, grantedBy, reason, endsAt, ...envelope } = started
 * const ended = applySessionEnd(open, { ...envelope, id: 'e2', type: 'impersonation.ended', at: 9_000, revision: 2, by: 'clock', cause: 'expired' })
 * console.log(ended.state) // ended
 * ```
 */
export function applySessionEnd(session: Session, event: ImpersonationEnded): Session {
  if (session.state !== 'open' || event.session !== session.hash || event.revision !== session.revision + 1) {
    const issue = {
      path: [event.type, event.id],
      code: 'invalid',
      message: `cannot be applied at revision \`${session.revision}\``,
    } as const
    throw new ConsentryError(`event \`${event.id}\` cannot be applied: the session is \`${session.state}\``, {
      code: 'corrupt',
      issues: [issue],
    })
  }
  const { revision, at: endedAt, by: endedBy, cause } = event
  // `endedBy` and `cause` are paired in the event as in the session; TypeScript cannot infer that.
  return { ...session, revision, state: 'ended', endedAt, endedBy, cause } as Session
}
