/** The guard without a framework: decides again for each request, and denies on any failure. */
import * as z from 'zod'
import { type Actor, actorSchema, checkNotInside } from '../domain/actor.js'
import { type AccessMethod, METHODS } from '../domain/decision-types.js'
import { throwRefusal, unwrap } from '../domain/error.js'
import { callSafely } from '../domain/host-calls.js'
import type { TenantId, UserId } from '../domain/ids.js'
import { Id, read, readRecord } from '../domain/input.js'
import { type Instant, isInstant } from '../domain/instant.js'
import type { Refusal } from '../domain/refusal.js'
import { checkCanEnter } from '../domain/session.js'
import type { LiveSession } from '../domain/session-views.js'
import type { GuardOptions, MethodOptions, ParsedGuardOptions, SessionOptions } from './options.js'
import { type Denial, denial, denialOf, denyReasonOf, isUnavailable } from './problem-details.js'

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

/**
 * The guard's answer to a request: the impersonation, or the denial to send.
 * The impersonation is `null` for the tenant's own people, if the guard lets them pass.
 */
export type GuardResult =
  | { readonly ok: true; readonly impersonation: Impersonation | null }
  | { readonly ok: false; readonly denial: Denial }

/** Carries a denial out of nested calls. The class is private, so a callback cannot throw one. */
class DenialError extends Error {
  readonly denial: Denial

  constructor(denial: Denial) {
    super(denial.reason)
    this.denial = denial
  }
}

// An undecoded path would name `tom%2Dsawyer`: another tenant, not governed, so the legacy rule would allow what `tom-sawyer` closed.
const Tenant = Id.refine((tenant) => !/%[0-9a-f]{2}/i.test(tenant), 'must be decoded')
const MethodAsked = z.enum(METHODS, 'must be a method')

/**
 * Decides whether the request may pass. Never throws or rejects. Calls `onDenied` for every denial.
 * `args` are the request and the framework's further arguments; every callback gets all of them.
 */
export async function authorizeRequest<Request, Rest extends readonly unknown[] = []>(
  options: ParsedGuardOptions<Request, Rest>,
  ...args: [request: Request, ...rest: Rest]
): Promise<GuardResult> {
  try {
    return { ok: true, impersonation: Object.freeze(await resolveImpersonation(options, args)) }
  } catch (error) {
    return denyRequest(options, denialErrorOf(error)?.denial ?? denialOf(error), ...args)
  }
}

/** Returns the result of a denial, after `onDenied` was called with it. */
export function denyRequest<Request, Rest extends readonly unknown[] = []>(
  { onDenied }: ParsedGuardOptions<Request, Rest>,
  denial: Denial,
  ...args: [request: Request, ...rest: Rest]
): GuardResult {
  callSafely(onDenied, denial, ...args)
  return { ok: false, denial }
}

// All callbacks are called before anything is decided, in this order; the first that fails denies. The tenant's own people need no method
// and no session, so neither is asked for.
async function resolveImpersonation<Request, Rest extends readonly unknown[]>(
  options: GuardOptions<Request, Rest>,
  args: [request: Request, ...rest: Rest],
): Promise<Impersonation | null> {
  const actor = unwrap(readRecord(actorSchema, requirePresent(await callHost(options.actor, args), 'no-actor'), 'actor'))
  const tenant = unwrap(read(Tenant, await callHost(options.tenant, args), 'tenant'))
  if (options.ownTenant === 'pass' && tenant === actor.tenant) {
    denyIfRefused(checkNotInside(actor))
    return null
  }
  if (options.session === undefined) {
    const method = unwrap(read(MethodAsked, await callHost(options.method, args), 'method'))
    return decideByMethod(options.consentry, actor, tenant, method)
  }
  const id = unwrap(read(Id, requirePresent(await callHost(options.session, args), 'not-found'), 'session'))
  return decideBySession(options.consentry, actor, tenant, id)
}

async function decideByMethod(
  consentry: MethodOptions<never>['consentry'],
  actor: Actor,
  tenant: TenantId,
  method: AccessMethod,
): Promise<Impersonation> {
  denyIfRefused(checkCanEnter(actor, tenant, method))
  const { user, tenant: from } = actor
  // The host supplies this function. If it passes `decide` instead of `authorize`, the answer may be a denial: check it.
  const answer: Partial<Awaited<ReturnType<typeof consentry.authorize>>> | undefined = await consentry.authorize({
    user,
    tenant,
    method,
    from,
  })
  if (answer?.allowed !== true) throw new DenialError(denial(denyReasonOf(answer)))
  const changesAt = 'changesAt' in answer ? answer.changesAt : null
  return { user, tenant, method, session: null, changesAt: isInstant(changesAt) ? changesAt : null }
}

async function decideBySession(
  consentry: SessionOptions<never>['consentry'],
  actor: Actor,
  tenant: TenantId,
  id: string,
): Promise<Impersonation> {
  const { user } = actor
  if (tenant === actor.tenant) throw new DenialError(denial('own-tenant'))
  const session: LiveSession | undefined = await consentry.checkImpersonation(actor, id)
  // A live session of another tenant or user is reported as missing, so that nothing about it leaks (SPEC 6.4, 7.4).
  if (session?.tenant !== tenant || session.user !== user) throw new DenialError(denial('not-found'))
  const { method, changesAt } = session
  denyIfRefused(checkCanEnter(actor, tenant, method))
  return { user, tenant, method, session, changesAt: isInstant(changesAt) ? changesAt : null }
}

function requirePresent(value: unknown, reason: 'no-actor' | 'not-found'): unknown {
  if (value === null || value === undefined) throw new DenialError(denial(reason))
  return value
}

/**
 * Calls a callback of the host. Its error denies.
 * The reason is `invalid-question`, because an `access-denied` it throws is about another question; but a callback that asked Consentry and
 * could not learn the answer is no malformed question: `facts-unavailable`, so that an outage shows as one.
 */
async function callHost<Args extends readonly unknown[]>(callback: (...args: Args) => unknown, args: Args): Promise<unknown> {
  try {
    return await callback(...args)
  } catch (error) {
    throw new DenialError(denial(isUnavailable(error) ? 'facts-unavailable' : 'invalid-question', error))
  }
}

// The thrown value may be a proxy whose traps throw. That error must not leave the guard.
function denialErrorOf(error: unknown): DenialError | undefined {
  try {
    return error instanceof DenialError ? error : undefined
  } catch {
    return undefined
  }
}

function denyIfRefused(refusal: Refusal | undefined): void {
  if (refusal) throwRefusal(refusal)
}
