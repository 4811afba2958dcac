/** Views of a session: for each party, and for the session's user (SPEC 7.4-7.6). */

import type { Actor } from './actor.js'
import type { AccessMethod, Allowed } from './decision-types.js'
import type { SessionEndCause } from './event.js'
import type { TenantId, TenantRequestId, UserId } from './ids.js'
import type { Instant } from './instant.js'
import type { Policy } from './policy.js'
import type { SessionEnding } from './session.js'
import type { SessionHash } from './session-hash.js'
import type { Session } from './session-state.js'
import { visibleUser } from './views.js'

/**
 * The statuses of a session as of an instant (SPEC 7.2).
 *
 * An end counts from its instant on, recorded or not.
 */
export const SESSION_STATUSES = ['live', 'ended'] as const

/** A session's status as of an instant (SPEC 7.2). */
export type SessionStatus = (typeof SESSION_STATUSES)[number]

/** The fields that both parties see. Instants are in milliseconds. */
type SessionViewBase = {
  /** The hash of the session's id; it identifies the session without revealing the id (SPEC 7.4). */
  readonly hash: SessionHash
  readonly requestingTenant: TenantId
  readonly method: AccessMethod
  /** The tenant's grants that allowed the start; empty if the legacy rule did. */
  readonly grantedBy: readonly TenantRequestId[]
  readonly startedAt: Instant
  readonly endsAt: Instant
} & (
  | { readonly status: 'live' }
  /**
   * `endedAt` is an instant in milliseconds.
   * `endedBy` is the person who ended it, if of the viewer's own tenant, or its user if the policy shows users; else `null` (SPEC 7.7).
   */
  | { readonly status: 'ended'; readonly endedAt: Instant; readonly cause: SessionEndCause; readonly endedBy: UserId | null }
)

/**
 * A session for the tenant: without the reason (SPEC 7.6).
 *
 * `user` is `null` unless the policy's `showUsersToTenant` is on.
 */
export type IncomingSession = SessionViewBase & { readonly view: 'incoming'; readonly user: UserId | null }

/** A session for the requesting tenant: every field (SPEC 7.6). */
export type OutgoingSession = SessionViewBase & {
  readonly view: 'outgoing'
  readonly user: UserId
  readonly tenant: TenantId
  readonly reason: string
}

/** A session for one of the parties. `view` says for which. */
export type SessionView = IncomingSession | OutgoingSession

/** A live session for its user, including the secret `id` (SPEC 7.4). Instants are in milliseconds. */
export interface LiveSession {
  /**
   * The secret id: 256 random bits, usable by the session's user only.
   *
   * Consentry does not store it; protect it like a password.
   */
  readonly id: string
  /** The hash of the id, no secret: `sessions` lists it, and `endSession` takes it (SPEC 7.4, 7.7). */
  readonly hash: SessionHash
  /** The real user. */
  readonly user: UserId
  /** The user's own tenant. */
  readonly requestingTenant: TenantId
  /** The tenant the user acts in. */
  readonly tenant: TenantId
  /** The method of the start (SPEC 5.1). */
  readonly method: AccessMethod
  /** The grants that allowed the start; empty if the legacy rule did. */
  readonly grantedBy: readonly TenantRequestId[]
  /** The reason the user gave; `''` for none. */
  readonly reason: string
  /** The instant of the start. */
  readonly startedAt: Instant
  /** The latest possible end, exclusive. Losing access ends the session earlier (SPEC 7.1, 7.2). */
  readonly endsAt: Instant
  /**
   * The instant at which the clock alone ends the session, by current facts.
   *
   * Never a cache lifetime (SPEC 5.6).
   */
  readonly changesAt: Instant
}

/**
 * Returns the session's view for `viewer`, a person of one of its two parties, or its user (SPEC 7.6).
 *
 * The requesting tenant and the session's user see every field.
 * `ending` is the result of `sessionEndedAt`.
 */
export function sessionView(
  session: Session,
  ending: SessionEnding | undefined,
  viewer: Pick<Actor, 'user' | 'tenant'>,
  { showUsersToTenant }: Pick<Policy, 'showUsersToTenant'>,
): SessionView {
  const { hash, requestingTenant, tenant, user, method, grantedBy, reason, startedAt, endsAt } = session
  const seesAll = requestingTenant === viewer.tenant || user === viewer.user
  const visible = seesAll || showUsersToTenant ? user : null
  const common = { hash, requestingTenant, method, grantedBy, startedAt, endsAt, ...statusOf(ending, visible, viewer.tenant) }
  if (seesAll) return { view: 'outgoing', ...common, user, tenant, reason }
  return { view: 'incoming', ...common, user: visible }
}

/**
 * Returns the status, and who ended the session, if `viewer` may see that.
 * `visible` is the session's user as the viewer sees them.
 */
function statusOf(ending: SessionEnding | undefined, visible: UserId | null, viewer: TenantId) {
  if (ending === undefined) return { status: 'live' as const }
  const { at: endedAt, cause } = ending
  const endedBy = 'by' in ending ? visibleUser(ending.by, viewer) : cause === 'ended-by-user' ? visible : null
  return { status: 'ended' as const, endedAt, cause, endedBy }
}

/** Returns the session's view for its user, from the session's `id` and a fresh decision. */
export function toLiveSession(id: string, session: Session, decision: Allowed): LiveSession {
  const { hash, user, requestingTenant, tenant, method, grantedBy, reason, startedAt, endsAt } = session
  const accessEnds = decision.reason === 'granted' ? (decision.changesAt ?? Infinity) : Infinity
  const changesAt = Math.min(endsAt, accessEnds)
  return Object.freeze({ id, hash, user, requestingTenant, tenant, method, grantedBy, reason, startedAt, endsAt, changesAt })
}
