/** An impersonation session: who may start one, when it is over, and what its end is (SPEC §7). */
import type { Actor } from './actor.js'
import type { ImpersonationEnded, ImpersonationStarted, SessionEnd, SessionHash } from './event.js'
import type { TenantId } from './ids.js'
import { type Instant, REACH } from './instant.js'
import type { Policy } from './policy.js'
import type { Allowed, Decision, Method } from './question.js'
import { accepted, type Refusal, type Result, refused } from './refusal.js'
import type { OpenSession, Session } from './session-state.js'
import type { Stake } from './status.js'

/** What a person wants to do: act inside `tenant` by `method`; `reason` is for his own tenant's records, `''` for none (SPEC 3.3, 7.1). */
export interface StartCommand {
  readonly tenant: TenantId
  readonly method: Method
  readonly reason: string
}

/** Refuses whoever would enter his own tenant, or is inside already, unless it is just there and by that method (SPEC 7.3). */
export function mayNotEnter(actor: Actor, tenant: TenantId, method: Method): Refusal | undefined {
  const { impersonating } = actor
  const elsewhere = impersonating !== null && (impersonating.tenant !== tenant || impersonating.method !== method)
  return ownTenant(actor, tenant) ?? (elsewhere ? { code: 'impersonating' } : undefined)
}

/** Refuses whoever would start a session in his own tenant, or from inside any: no nesting (SPEC 7.3). */
export function mayNotStart(actor: Actor, tenant: TenantId): Refusal | undefined {
  return ownTenant(actor, tenant) ?? (actor.impersonating === null ? undefined : { code: 'impersonating' })
}

function ownTenant(actor: Actor, tenant: TenantId): Refusal | undefined {
  const issue = { path: ['tenant'], code: 'own-tenant', message: `\`${tenant}\` is the tenant of the actor himself` } as const
  return tenant === actor.tenant ? { code: 'invalid-input', issues: [issue] } : undefined
}

/**
 * What starting needs besides the command: the `actor`, from the host's login; `now`, in milliseconds; `newId`, for the event; the `hash`
 * of the session's id; the `decision` of that instant, which allows; and how long a session may last at most, `sessionCap`.
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
  const refusal = mayNotStart(actor, tenant)
  if (refusal) return refused(refusal)
  const granted = decision.reason === 'granted'
  return accepted({
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
    endsAt: Math.min(now + policy.sessionCap, granted ? (decision.changesAt ?? REACH) : REACH),
    revision: 1,
    version: 1,
  })
}

/** What a session lives by: the fresh `decision` about its user, tenant and method, and that user's `stakes` in the tenant. */
export interface Footing {
  readonly decision: Decision
  readonly stakes: readonly Stake[]
}

/** That a session is over: since `at`, in milliseconds, and why. */
export interface Over {
  readonly at: Instant
  readonly cause: SessionEnd
}

/**
 * Since when and why the session is over at `now`, recorded or not; `undefined` while it is live (SPEC 7.2). Access once lost stays
 * lost to it: a later grant allows to start another session, so that recording an end changes no answer (SPEC 4.3).
 */
export function overAt(session: Session, { decision, stakes }: Footing, now: Instant): Over | undefined {
  if (session.state === 'ended') return { at: session.endedAt, cause: session.cause }
  const cutAt = accessEnd(session, stakes)
  if (cutAt < session.endsAt && cutAt <= now) return { at: cutAt, cause: 'cut' }
  if (session.endsAt <= now) return { at: session.endsAt, cause: 'expired' }
  // By no grant's end: the host's own rule changed its mind, or the legacy tool was closed. Nobody knows when, so it is now.
  return decision.allowed ? undefined : { at: Math.max(now, session.startedAt), cause: 'cut' }
}

/** Records that a session is over, dated at that instant itself; by its user where he left, else by the clock (SPEC 7.2, 8.2). */
export function endSession(session: OpenSession, { at, cause }: Over, newId: () => string): ImpersonationEnded {
  const { hash, user, requestingTenant, tenant, revision } = session
  return {
    id: newId(),
    type: 'impersonation.ended',
    at,
    by: cause === 'left' ? { user, tenant: requestingTenant } : 'clock',
    tenant,
    requestingTenant,
    session: hash,
    cause,
    revision: revision + 1,
    version: 1,
  }
}

/**
 * When the grants that carried the session from its start had a first gap, or `Infinity`. Where the legacy rule carried it first, the
 * grants count from the first one on: by it the tenant was governed, and the rule asked no more.
 */
function accessEnd({ startedAt, grantedBy }: OpenSession, stakes: readonly Stake[]): Instant {
  const spans = stakes.map(spanOf).filter(({ from, until }) => from < until)
  const byLegacy = grantedBy.length === 0 && !spans.some(({ from, until }) => from <= startedAt && startedAt < until)
  let end = byLegacy ? Math.min(...spans.filter(({ from }) => from > startedAt).map(({ from }) => from)) : startedAt
  for (let reached = -Infinity; reached < end; ) {
    reached = end
    end = Math.max(end, ...spans.filter(({ from }) => from <= reached).map(({ until }) => until))
  }
  return end
}

/** From when until when a user's grant held or will hold; nothing where it was never granted. */
function spanOf({ request, removedAt }: Stake): { from: Instant; until: Instant } {
  if (!('grantedAt' in request)) return { from: 0, until: 0 }
  const endedAt = 'endedAt' in request ? request.endedAt : Infinity
  return { from: request.grantedAt, until: Math.min(request.expiresAt ?? Infinity, endedAt, removedAt ?? Infinity) }
}
