/** A session's states, each with exactly what it knows, and what every event makes of them (SPEC §7, 8.1). */

import * as z from 'zod'
import { METHODS } from './decision-types.js'
import { ConsentryError } from './error.js'
import { eventActorSchema, type ImpersonationEnded, type ImpersonationStarted, sessionHashSchema } from './event.js'
import { Id, Message, Revision, type Schema, StoredInstant } from './input.js'
import type { Instant } from './instant.js'

const base = {
  hash: sessionHashSchema,
  user: Id,
  requestingTenant: Id,
  tenant: Id,
  method: z.enum(METHODS),
  grantedBy: z.array(Id).readonly(),
  reason: Message,
  startedAt: StoredInstant,
  endsAt: StoredInstant,
  revision: Revision,
}
const ended = { ...base, state: z.literal('ended'), endedAt: StoredInstant }

const sessionSchema = z.discriminatedUnion('state', [
  z.strictObject({ ...base, state: z.literal('open') }).readonly(),
  z.discriminatedUnion('cause', [
    z.strictObject({ ...ended, endedBy: eventActorSchema, cause: z.literal('ended-by-user') }).readonly(),
    z.strictObject({ ...ended, endedBy: z.literal('clock'), cause: z.enum(['expired', 'access-lost']) }).readonly(),
  ]),
])

/**
 * A session as it is stored (SPEC 7.1): the real `user` and his own tenant, `requestingTenant`, inside `tenant`; `grantedBy` has the grants
 * that allowed it, none where the host's legacy rule did. Instants in milliseconds. `open` says that no end is recorded, not that it is
 * live: that is for the clock and a fresh decision to say (SPEC 7.2). The schema of the same name reads one back.
 */
export type Session = z.infer<typeof sessionSchema>
export const Session: Schema<Session> = sessionSchema

/** A session whose end is not recorded. */
export type OpenSession = Extract<Session, { state: 'open' }>

/** When the session is over by what is recorded, in milliseconds: its end where it has one, else its `endsAt`; it may be cut before. */
export function recordedEnd(session: Session): Instant {
  return session.state === 'ended' ? session.endedAt : session.endsAt
}

/** A session as its first event makes it. */
export function sessionFromStart(event: ImpersonationStarted): OpenSession {
  const { session: hash, by, requestingTenant, tenant, method, grantedBy, reason, at: startedAt, endsAt, revision } = event
  return { hash, user: by.user, requestingTenant, tenant, method, grantedBy, reason, startedAt, endsAt, revision, state: 'open' }
}

/** The session after its end (SPEC 8.1). An end that cannot follow is `corrupt`, and throws: no command makes one. */
export function applySessionEnd(session: Session, event: ImpersonationEnded): Session {
  if (session.state !== 'open' || event.session !== session.hash || event.revision !== session.revision + 1) {
    const issue = { path: [event.type, event.id], code: 'invalid', message: `cannot follow revision \`${session.revision}\`` } as const
    throw new ConsentryError(`the event \`${event.id}\` cannot follow: the session is \`${session.state}\``, {
      code: 'corrupt',
      issues: [issue],
    })
  }
  const { revision, at: endedAt, by: endedBy, cause } = event
  // Who ended it and why belong together in the event as they do in the session, which the types cannot say.
  return { ...session, revision, state: 'ended', endedAt, endedBy, cause } as Session
}
