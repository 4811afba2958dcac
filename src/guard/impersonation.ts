/** An allowed impersonation, and the three ways to decide about one. */
import { type Actor, actorSchema, checkNotInside } from '../domain/actor.js'
import type { AccessMethod } from '../domain/decision-types.js'
import { throwIfRefused, unwrap } from '../domain/error.js'
import { isId, type TenantId, type UserId } from '../domain/ids.js'
import { readRecord } from '../domain/input.js'
import { type Instant, isInstant } from '../domain/instant.js'
import type { ParsedLogin, Resumed } from '../domain/login.js'
import { checkCanEnter } from '../domain/session.js'
import type { LiveSession } from '../domain/session-views.js'
import type { LoginOptions, MethodOptions, SessionOptions } from './options.js'
import { DenialError, denyReasonOf } from './problem-details.js'

/**
 * An allowed impersonation, frozen.
 * Handlers must use its `tenant` and `user` instead of values of the request.
 */
export interface Impersonation {
  /** The real person. */
  readonly user: UserId
  /** The tenant in which the user acts. */
  readonly tenant: TenantId
  /** The way the user entered (SPEC 5.1). */
  readonly method: AccessMethod
  /** The session if the guard checks sessions; `null` if it decides by method. */
  readonly session: LiveSession | null
  /**
   * The first instant, in milliseconds, at which the clock alone ends the access.
   * `null` if there is none, or if the legacy rule allowed. Never use it as a cache lifetime: a revocation may come at any time (SPEC 5.6).
   */
  readonly changesAt: Instant | null
}

/** Decides by a method, at every request. */
export async function decideByMethod(
  consentry: MethodOptions<never>['consentry'],
  actor: Actor,
  tenant: TenantId,
  method: AccessMethod,
): Promise<Impersonation> {
  throwIfRefused(checkCanEnter(actor, tenant, method))
  const { user, tenant: from } = actor
  // The host supplies this function. If it passes `decide` instead of `authorize`, the answer may be a denial: check it.
  const answer: Partial<Awaited<ReturnType<typeof consentry.authorize>>> | undefined = await consentry.authorize({
    user,
    tenant,
    method,
    from,
  })
  if (answer?.allowed !== true) throw new DenialError(denyReasonOf(answer))
  const changesAt = 'changesAt' in answer ? answer.changesAt : null
  return { user, tenant, method, session: null, changesAt: isInstant(changesAt) ? changesAt : null }
}

/** Decides by the id of the actor's session. */
export async function decideBySession(
  consentry: SessionOptions<never>['consentry'],
  actor: Actor,
  tenant: TenantId,
  id: string,
): Promise<Impersonation> {
  if (tenant === actor.tenant) throw new DenialError('own-tenant')
  return enteredBy(await consentry.checkImpersonation(actor, id), actor, tenant)
}

/**
 * Decides by a login that keeps a session.
 *
 * The actor and the live session come of one answer, so that access that is allowed takes one read.
 * Returns `null` for the tenant's own person who is not impersonating, if they pass.
 */
export async function decideByLogin(
  consentry: LoginOptions<never>['consentry'],
  login: ParsedLogin,
  tenant: TenantId,
  ownTenant: 'deny' | 'pass' | undefined,
): Promise<Impersonation | null> {
  const isOwn = tenant === login.tenant
  if (isOwn && ownTenant !== 'pass') throw new DenialError('own-tenant')
  // The host supplies this function as well: its actor is read as one from a callback, and must be the person of the login.
  const resumed: Partial<Resumed> | undefined = await consentry.resume(login)
  const actor = unwrap(readRecord(actorSchema, resumed?.actor, 'actor'))
  if (actor.user !== login.user || actor.tenant !== login.tenant) throw new DenialError('invalid-question')
  const session = resumed?.session ?? undefined
  if (isOwn) {
    throwIfRefused(session ? { code: 'impersonating' } : checkNotInside(actor))
    return null
  }
  if (session !== undefined) return enteredBy(session, actor, tenant)
  if (login.session === null) throw new DenialError('no-session')
  // As `resume` has it, a text that is no id is a session that nobody has, and no mistake of the host's.
  if (isId(login.session)) await consentry.checkImpersonation(actor, login.session)
  // The check throws why the session is not live. Should it allow, as the world may have changed between, this request stays outside: what
  // only explains a denial lets nobody in, and the next request is decided by itself.
  throw new DenialError('not-found')
}

function enteredBy(session: LiveSession | undefined, actor: Actor, tenant: TenantId): Impersonation {
  const { user } = actor
  // A live session of another tenant or user is reported as missing, so that nothing about it leaks (SPEC 6.4, 7.4).
  if (session?.tenant !== tenant || session.user !== user) throw new DenialError('not-found')
  const { method, changesAt } = session
  throwIfRefused(checkCanEnter(actor, tenant, method))
  return { user, tenant, method, session, changesAt: isInstant(changesAt) ? changesAt : null }
}
