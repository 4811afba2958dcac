/** Impersonation sessions: the checks before a start, the start, and the end (SPEC §7). */
import { type Actor, checkCommand, checkNotInside, checkPermission } from './actor.js'
import type { AccessMethod, Allowed, Decision } from './decision-types.js'
import type { EventActor, ImpersonationEnded, ImpersonationStarted, SessionEndCause } from './event.js'
import type { TenantId } from './ids.js'
import { coveredUntil, type Instant, type Interval, MAX_INSTANT } from './instant.js'
import type { Policy } from './policy.js'
import { ok, type Refusal, type Result, refused } from './refusal.js'
import type { SessionHash } from './session-hash.js'
import { applySessionEnd, type EndedState, type OpenSession, type Session } from './session-state.js'
import type { UserRequest } from './status.js'

/** The command to start a session (SPEC 7.1). */
export interface StartCommand {
  /** The tenant to act in. */
  readonly tenant: TenantId
  readonly method: AccessMethod
  /** The reason, kept for the requesting tenant's records; `''` for none (SPEC 3.3). */
  readonly reason: string
}

/**
 * Returns a refusal if the tenant is the actor's own, or the actor is inside elsewhere (SPEC 7.3).
 *
 * An actor who is inside the same tenant by another method is refused too.
 */
export function checkCanEnter(actor: Actor, tenant: TenantId, method: AccessMethod): Refusal | undefined {
  const { impersonating } = actor
  const elsewhere = impersonating !== null && (impersonating.tenant !== tenant || impersonating.method !== method)
  return ownTenant(actor, tenant) ?? (elsewhere ? { code: 'impersonating' } : undefined)
}

/**
 * Returns a refusal if the actor is impersonating, or the tenant is the actor's own (SPEC 7.3).
 *
 * Sessions do not nest. The checks run in that order (SPEC 4.7).
 */
export function checkCanStart(actor: Actor, tenant: TenantId): Refusal | undefined {
  return checkNotInside(actor) ?? ownTenant(actor, tenant)
}

function ownTenant(actor: Actor, tenant: TenantId): Refusal | undefined {
  const issue = { path: ['tenant'], code: 'own-tenant', message: `\`${tenant}\` is the actor's own tenant` } as const
  return tenant === actor.tenant ? { code: 'invalid-input', issues: [issue] } : undefined
}

/** The context of `startSession`. */
export interface StartContext {
  /** The actor, from the host's login. */
  readonly actor: Actor
  /** The instant of the start, in milliseconds. */
  readonly now: Instant
  /** Returns a new event id. */
  readonly newId: () => string
  /** The hash of the session's id. */
  readonly hash: SessionHash
  /** The decision at `now`, which allows. */
  readonly decision: Allowed
  /** The maximum length of a session: `sessionCap` in milliseconds. */
  readonly policy: Pick<Policy, 'sessionCap'>
}

/**
 * Starts a session that lasts until access ends or `sessionCap` has passed (SPEC 7.1).
 *
 * Nothing prolongs it later (SPEC 7.3).
 */
export function startSession(command: StartCommand, context: StartContext): Result<ImpersonationStarted> {
  const { actor, now, newId, hash, decision, policy } = context
  const { tenant, method, reason } = command
  const refusal = checkCanStart(actor, tenant)
  if (refusal) return refused(refusal)
  const granted = decision.reason === 'granted'
  return ok({
    id: newId(),
    type: 'impersonation.started',
    at: now,
    by: { user: actor.user, tenant: actor.tenant },
    tenant,
    requestingTenant: actor.tenant,
    session: hash,
    method,
    grantedBy: granted ? decision.grantedBy : [],
    reason,
    endsAt: Math.min(now + policy.sessionCap, granted ? (decision.changesAt ?? MAX_INSTANT) : MAX_INSTANT),
    revision: 1,
    version: 1,
  })
}

/** The facts that keep a session live. */
export interface SessionBasis {
  /** A fresh decision about the session's user, tenant and method. */
  readonly decision: Decision
  /** The tenant's requests that name or named the user. */
  readonly requests: readonly UserRequest[]
  /** The instant of the tenant's first grant, in milliseconds; `null` if the tenant is not governed. */
  readonly governedSince: Instant | null
}

/**
 * When and why a session ended, and by whom if a party ended it (SPEC 7.7).
 * `at` is an instant in milliseconds.
 */
export type SessionEnding = { readonly at: Instant } & (
  | { readonly cause: Exclude<SessionEndCause, PartyCause> }
  /** `by` is the person of the tenant entered or of the requesting tenant. */
  | { readonly cause: PartyCause; readonly by: EventActor }
)
type PartyCause = 'ended-by-tenant' | 'ended-by-requester'

/**
 * Returns when and why the session ended as of `now`, or `undefined` while it is live (SPEC 7.2).
 *
 * Lost access ends the session permanently, whether or not the end is recorded. A later grant does not revive it; the user starts a
 * new session. Recording the end therefore never changes an answer (SPEC 4.3). A temporary denial by the legacy rule is an exception:
 * it ends the session only if it was recorded.
 */
export function sessionEndedAt(session: Session, basis: SessionBasis, now: Instant): SessionEnding | undefined {
  // An end by the clock applies from its instant on. For an earlier `now`, it is ignored as if it were not recorded.
  if (session.state === 'ended' && (session.endedBy !== 'clock' || session.endedAt <= now)) return recordedEnding(session)
  const lostAt = accessLostAt(session, basis)
  if (lostAt < session.endsAt && lostAt <= now) return { at: lostAt, cause: 'access-lost' }
  if (session.endsAt <= now) return { at: session.endsAt, cause: 'expired' }
  // The decision denies although no grant ended: the legacy rule now refuses, or `now` is before the grant.
  return basis.decision.allowed ? undefined : { at: Math.max(now, session.startedAt), cause: 'access-lost' }
}

/**
 * Returns how the actor ends the session at `at`, or a refusal (SPEC 7.7).
 *
 * Its user needs no permission, and may be inside. Anybody else needs the permission of their tenant's side. A session that does not exist
 * is refused as a foreign one.
 */
export function endingBy(actor: Actor, session: Session | undefined, at: Instant): Result<SessionEnding> {
  const { user, tenant } = actor
  if (session?.user === user) return ok({ at, cause: 'ended-by-user' })
  const isInside = session?.tenant === tenant
  const isOfParty = isInside || session?.requestingTenant === tenant
  const refusal =
    checkCommand(actor, 'submit', 'answer') ??
    (isOfParty ? checkPermission(actor, isInside ? 'answer' : 'submit') : ({ code: 'not-found' } as const))
  return refusal ? refused(refusal) : ok({ at, cause: isInside ? 'ended-by-tenant' : 'ended-by-requester', by: { user, tenant } })
}

/** Returns the recorded end of a session, which it keeps for good (SPEC 7.3). */
export function recordedEnding({ endedAt: at, endedBy, cause }: EndedState): SessionEnding {
  const isByParty = cause === 'ended-by-tenant' || cause === 'ended-by-requester'
  return isByParty ? ({ at, cause, by: endedBy } as SessionEnding) : { at, cause }
}

/**
 * Creates the end event of a session, dated at the end itself (SPEC 7.2).
 *
 * It is by the session's user for `ended-by-user`, by the person of a party who ended it, else by the clock (SPEC 8.2).
 */
export function endSession(session: OpenSession, ending: SessionEnding, newId: () => string): ImpersonationEnded {
  const { hash, user, requestingTenant, tenant, revision } = session
  const { at } = ending
  const event = { id: newId(), type: 'impersonation.ended', at, tenant, requestingTenant, session: hash, version: 1 } as const
  const next = { ...event, revision: revision + 1 }
  switch (ending.cause) {
    case 'ended-by-user':
      return { ...next, by: { user, tenant: requestingTenant }, cause: ending.cause }
    case 'ended-by-tenant':
    case 'ended-by-requester':
      return { ...next, by: ending.by, cause: ending.cause }
    case 'expired':
    case 'access-lost':
      return { ...next, by: 'clock', cause: ending.cause }
  }
}

/** Returns the end event of a session, and the session after it. */
export function recordEnd(session: OpenSession, ending: SessionEnding, newId: () => string) {
  const event = endSession(session, ending, newId)
  return { session: applySessionEnd(session, event), event }
}

/**
 * Returns the instant at which access was first lost after the session's start, or `Infinity`.
 *
 * The legacy rule gives access until the tenant is governed. From then on grants do, as long as there is no gap between them.
 */
function accessLostAt({ startedAt, grantedBy }: Session, { requests, governedSince }: SessionBasis): Instant {
  const legacyUntil = grantedBy.length > 0 ? startedAt : Math.max(startedAt, governedSince ?? Infinity)
  return coveredUntil(requests.map(grantInterval), legacyUntil)
}

/**
 * Returns the interval in which a user's grant holds; `until` is exclusive.
 *
 * It is empty for a request that was never granted.
 */
function grantInterval({ request, removedAt }: UserRequest): Interval {
  if (!('grantedAt' in request)) return { from: 0, until: 0 }
  const endedAt = 'endedAt' in request ? request.endedAt : Infinity
  return { from: request.grantedAt, until: Math.min(request.expiresAt ?? Infinity, endedAt, removedAt ?? Infinity) }
}
