/** An impersonation session: who may start one, when it is over, and what its end is (SPEC §7). */
import type { Actor } from './actor.js'
import type { AccessMethod, Allowed, Decision } from './decision-types.js'
import type { ImpersonationEnded, ImpersonationStarted, SessionEndCause, SessionHash } from './event.js'
import type { TenantId } from './ids.js'
import { type Instant, MAX_INSTANT } from './instant.js'
import type { Policy } from './policy.js'
import { ok, type Refusal, type Result, refused } from './refusal.js'
import type { OpenSession, Session } from './session-state.js'
import type { UserRequest } from './status.js'

/** What a person wants to do: act inside `tenant` by `method`; `reason` is for his own tenant's records, `''` for none (SPEC 3.3, 7.1). */
export interface StartCommand {
  readonly tenant: TenantId
  readonly method: AccessMethod
  readonly reason: string
}

/** Refuses whoever would enter his own tenant, or is inside already, unless it is just there and by that method (SPEC 7.3). */
export function checkCanEnter(actor: Actor, tenant: TenantId, method: AccessMethod): Refusal | undefined {
  const { impersonating } = actor
  const elsewhere = impersonating !== null && (impersonating.tenant !== tenant || impersonating.method !== method)
  return ownTenant(actor, tenant) ?? (elsewhere ? { code: 'impersonating' } : undefined)
}

/** Refuses whoever would start a session in his own tenant, or from inside any: no nesting (SPEC 7.3). */
export function checkCanStart(actor: Actor, tenant: TenantId): Refusal | undefined {
  return ownTenant(actor, tenant) ?? (actor.impersonating === null ? undefined : { code: 'impersonating' })
}

function ownTenant(actor: Actor, tenant: TenantId): Refusal | undefined {
  const issue = { path: ['tenant'], code: 'own-tenant', message: `\`${tenant}\` is the tenant of the actor himself` } as const
  return tenant === actor.tenant ? { code: 'invalid-input', issues: [issue] } : undefined
}

/**
 * What starting needs besides the command: the `actor`, from the host's login; `now`, in milliseconds; `newId`, for the event; the `hash`
 * of the session's id; the `decision` of that instant, which allows; and of the `policy` how long a session may last at most.
 */
export interface StartContext {
  readonly actor: Actor
  readonly now: Instant
  readonly newId: () => string
  readonly hash: SessionHash
  readonly decision: Allowed
  readonly policy: Pick<Policy, 'sessionCap'>
}

/** Starts a session, until access ends or `sessionCap` has passed, whichever comes first (SPEC 7.1). Nothing prolongs it later. */
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

/**
 * What a session lives by: the fresh `decision` about its user, tenant and method; that user's `stakes` in the tenant; and since when the
 * tenant is governed, `governedSince` in milliseconds, `null` where it is not.
 */
export interface SessionBasis {
  readonly decision: Decision
  readonly requests: readonly UserRequest[]
  readonly governedSince: Instant | null
}

/** That a session is over: since `at`, in milliseconds, and why, its `cause`. */
export interface SessionEnding {
  readonly at: Instant
  readonly cause: SessionEndCause
}

/**
 * Since when and why the session is over at `now`, recorded or not; `undefined` while it is live (SPEC 7.2). Access once lost stays
 * lost to it: a later grant allows to start another session, so that recording an end changes no answer (SPEC 4.3). Where a host's rule
 * denied for a while and nobody recorded it, nobody knows.
 */
export function sessionEndedAt(session: Session, footing: SessionBasis, now: Instant): SessionEnding | undefined {
  // An end by the clock is a fact of the clock: before its instant the session is what it was, as if nothing had been recorded.
  if (session.state === 'ended' && (session.cause === 'ended-by-user' || session.endedAt <= now))
    return { at: session.endedAt, cause: session.cause }
  const cutAt = accessLostAt(session, footing)
  if (cutAt < session.endsAt && cutAt <= now) return { at: cutAt, cause: 'access-lost' }
  if (session.endsAt <= now) return { at: session.endsAt, cause: 'expired' }
  // By no end of a grant: the host's own rule changed its mind, or the clock stands before what carries the session.
  return footing.decision.allowed ? undefined : { at: Math.max(now, session.startedAt), cause: 'access-lost' }
}

/** Records that a session is over, dated at that instant itself; by its user where he left, else by the clock (SPEC 7.2, 8.2). */
export function endSession(session: OpenSession, { at, cause }: SessionEnding, newId: () => string): ImpersonationEnded {
  const { hash, user, requestingTenant, tenant, revision } = session
  const event = { id: newId(), type: 'impersonation.ended', at, tenant, requestingTenant, session: hash, version: 1 } as const
  const next = { ...event, revision: revision + 1 }
  return cause === 'ended-by-user' ? { ...next, by: { user, tenant: requestingTenant }, cause } : { ...next, by: 'clock', cause }
}

/**
 * When access was first lost after the session's start, or `Infinity`. The legacy rule carries a session until the tenant is governed, and
 * grants do from then on, as long as there is no gap between them.
 */
function accessLostAt({ startedAt, grantedBy }: Session, { requests, governedSince }: SessionBasis): Instant {
  const carriedUntil = grantedBy.length > 0 ? startedAt : Math.max(startedAt, governedSince ?? Infinity)
  const spans = requests.map(grantInterval).sort((a, b) => a.from - b.from)
  return spans.reduce((end, { from, until }) => (from <= end ? Math.max(end, until) : end), carriedUntil)
}

/** From when until when a user's grant held or will hold; nothing where it was never granted. */
function grantInterval({ request, removedAt }: UserRequest): { from: Instant; until: Instant } {
  if (!('grantedAt' in request)) return { from: 0, until: 0 }
  const endedAt = 'endedAt' in request ? request.endedAt : Infinity
  return { from: request.grantedAt, until: Math.min(request.expiresAt ?? Infinity, endedAt, removedAt ?? Infinity) }
}
