/** The same session as each party may see it, and as its own user holds it (SPEC 7.4-7.6). */

import type { AccessMethod, Allowed } from './decision-types.js'
import type { SessionEndCause, SessionHash } from './event.js'
import type { TenantId, TenantRequestId, UserId } from './ids.js'
import type { Instant } from './instant.js'
import type { Policy } from './policy.js'
import type { SessionEnding } from './session.js'
import type { Session } from './session-state.js'

/** A session's status as of an instant: `live` while it may be used, `ended` from then on, recorded or not (SPEC 7.2). */
export const SESSION_STATUSES = ['live', 'ended'] as const

/** A session's status as of an instant (SPEC 7.2). */
export type SessionStatus = (typeof SESSION_STATUSES)[number]

/** What both parties may see: by which method and answers somebody was inside, and since when. Instants in milliseconds. */
type SessionViewBase = {
  /** Names the session to everybody but its user; its id cannot be had from it (SPEC 7.4). */
  readonly hash: SessionHash
  readonly requestingTenant: TenantId
  readonly method: AccessMethod
  /** The tenant's own answers that allowed it; none where the legacy rule did. */
  readonly grantedBy: readonly TenantRequestId[]
  readonly startedAt: Instant
  readonly endsAt: Instant
} & (
  | { readonly status: 'live' }
  /** `endedAt` in milliseconds; `cause` says whether its user left, its end came, or access ended before that. */
  | { readonly status: 'ended'; readonly endedAt: Instant; readonly cause: SessionEndCause }
)

/** A session as the tenant sees it: `user` is `null` unless the policy shows users to tenants, and no reason is shown (SPEC 7.6). */
export type IncomingSession = SessionViewBase & { readonly view: 'incoming'; readonly user: UserId | null }

/** A session as its user's own tenant sees it: all of it (SPEC 7.6). */
export type OutgoingSession = SessionViewBase & {
  readonly view: 'outgoing'
  readonly user: UserId
  readonly tenant: TenantId
  readonly reason: string
}

/** A session as one of the parties sees it. */
export type SessionView = IncomingSession | OutgoingSession

/** A live session as its own user holds it, with the `id` that nobody else may know (SPEC 7.4). Instants in milliseconds. */
export interface LiveSession {
  /** 256 random bits; whoever holds it and is its user is inside. It is stored nowhere, so keep it as you keep a password. */
  readonly id: string
  /** The real person. */
  readonly user: UserId
  /** His own tenant. */
  readonly requestingTenant: TenantId
  /** The tenant he is inside. */
  readonly tenant: TenantId
  /** How he entered (SPEC 5.1). */
  readonly method: AccessMethod
  /** The grants that allowed it to start; none where the legacy rule did. */
  readonly grantedBy: readonly TenantRequestId[]
  /** What the user gave as his reason, `''` for none. */
  readonly reason: string
  /** When it began. */
  readonly startedAt: Instant
  /** The first instant at which it is over whatever happens; a revocation may end it before (SPEC 7.1, 7.2). */
  readonly endsAt: Instant
  /** The first instant at which the clock alone ends it, as things are now: never a cache lifetime (SPEC 5.6). */
  readonly changesAt: Instant
}

/** The session as `viewer`, one of its two parties, sees it; `over` as `overAt` says (SPEC 7.6). */
export function sessionView(
  session: Session,
  over: SessionEnding | undefined,
  viewer: TenantId,
  { showUsersToTenant }: Pick<Policy, 'showUsersToTenant'>,
): SessionView {
  const { hash, requestingTenant, tenant, user, method, grantedBy, reason, startedAt, endsAt } = session
  const status = over ? { status: 'ended' as const, endedAt: over.at, cause: over.cause } : { status: 'live' as const }
  const visit = { hash, requestingTenant, method, grantedBy, startedAt, endsAt, ...status }
  if (requestingTenant === viewer) return { view: 'outgoing', ...visit, user, tenant, reason }
  return { view: 'incoming', ...visit, user: showUsersToTenant ? user : null }
}

/** The session as its user holds it, by its `id` and the decision just taken. */
export function toLiveSession(id: string, session: Session, decision: Allowed): LiveSession {
  const { user, requestingTenant, tenant, method, grantedBy, reason, startedAt, endsAt } = session
  const accessEnds = decision.reason === 'granted' ? (decision.changesAt ?? Infinity) : Infinity
  const changesAt = Math.min(endsAt, accessEnds)
  return Object.freeze({ id, user, requestingTenant, tenant, method, grantedBy, reason, startedAt, endsAt, changesAt })
}
