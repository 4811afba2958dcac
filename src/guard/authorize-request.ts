/** Whether a request may pass, whatever framework it came through: one question, asked anew each time, and any doubt denies. */

import * as z from 'zod'
import { type Actor, actorSchema } from '../domain/actor.js'
import { type AccessMethod, METHODS } from '../domain/decision-types.js'
import { throwRefusal, unwrap } from '../domain/error.js'
import type { TenantId, UserId } from '../domain/ids.js'
import { Id, read } from '../domain/input.js'
import { type Instant, isInstant } from '../domain/instant.js'
import { checkCanEnter } from '../domain/session.js'
import type { LiveSession } from '../domain/session-views.js'
import type { GuardOptions, MethodOptions, ParsedGuardOptions, SessionOptions } from './options.js'
import { type Denial, denial, denialOf, denyReasonOf } from './problem-details.js'

/** Somebody inside a tenant, as the guard let him in: frozen, and what the handler goes by instead of what the request says. */
export interface Impersonation {
  /** The real person. */
  readonly user: UserId
  /** The tenant he acts in. */
  readonly tenant: TenantId
  /** How he entered (SPEC 5.1). */
  readonly method: AccessMethod
  /** The session, where the guard checks sessions; `null` where it decides by method. */
  readonly session: LiveSession | null
  /**
   * The first instant at which the clock alone ends this, in milliseconds; `null` where it never does, and where the host's own rule
   * answered. Never a cache lifetime: a revocation may come at any time (SPEC 5.6).
   */
  readonly changesAt: Instant | null
}

/** What a guard does with a request. */
export type GuardResult = { readonly ok: true; readonly impersonation: Impersonation } | { readonly ok: false; readonly denial: Denial }

/** A denial on its way out; nobody else can throw one. */
class DenialError extends Error {
  readonly denial: Denial

  constructor(denial: Denial) {
    super(denial.reason)
    this.denial = denial
  }
}

// Not decoded, a path names `tom%2Dsawyer`, a tenant that never granted: the legacy rule would let in whom Tom Sawyer's grants keep out.
const Tenant = Id.refine((tenant) => !/%[0-9a-f]{2}/i.test(tenant), 'must be decoded')
const MethodAsked = z.enum(METHODS, 'must be a method')

/**
 * Whether the request may pass, and as what.
 *
 * Never throws and never rejects; every denial is told to the host. `asked` is the request and the framework's further arguments: the
 * host's functions are given all of it.
 */
export async function authorizeRequest<Request, Rest extends readonly unknown[] = []>(
  options: ParsedGuardOptions<Request, Rest>,
  ...asked: [request: Request, ...rest: Rest]
): Promise<GuardResult> {
  try {
    return { ok: true, impersonation: Object.freeze(await resolveImpersonation(options, asked)) }
  } catch (error) {
    const denial = denialErrorOf(error)?.denial ?? denialOf(error)
    reportDenial(options, denial, asked)
    return { ok: false, denial }
  }
}

async function resolveImpersonation<Request, Rest extends readonly unknown[]>(
  options: GuardOptions<Request, Rest>,
  asked: [request: Request, ...rest: Rest],
): Promise<Impersonation> {
  const person = await callHost(options.actor, asked)
  if (person === null || person === undefined) throw new DenialError(denial('no-actor'))
  const actor = unwrap(read(actorSchema, person, 'actor'))
  const tenant = unwrap(read(Tenant, await callHost(options.tenant, asked), 'tenant'))
  return options.session === undefined ? byMethod(options, asked, actor, tenant) : bySession(options, asked, actor, tenant)
}

async function byMethod<Request, Rest extends readonly unknown[]>(
  { consentry, method: callback }: MethodOptions<Request, Rest>,
  asked: [request: Request, ...rest: Rest],
  actor: Actor,
  tenant: TenantId,
): Promise<Impersonation> {
  const { user } = actor
  const method = unwrap(read(MethodAsked, await callHost(callback, asked), 'method'))
  requireCanEnter(actor, tenant, method)
  // Whatever answers was given by the host: `decide` in the place of `authorize` answers where it should have thrown.
  const answer: Partial<Awaited<ReturnType<typeof consentry.authorize>>> | undefined = await consentry.authorize({ user, tenant, method })
  if (answer?.allowed !== true) throw new DenialError(denial(denyReasonOf(answer)))
  const changesAt = 'changesAt' in answer ? answer.changesAt : null
  return { user, tenant, method, session: null, changesAt: isInstant(changesAt) ? changesAt : null }
}

async function bySession<Request, Rest extends readonly unknown[]>(
  { consentry, session: callback }: SessionOptions<Request, Rest>,
  asked: [request: Request, ...rest: Rest],
  actor: Actor,
  tenant: TenantId,
): Promise<Impersonation> {
  const { user } = actor
  const shown = await callHost(callback, asked)
  if (shown === null || shown === undefined) throw new DenialError(denial('not-found'))
  const id = unwrap(read(Id, shown, 'session'))
  if (tenant === actor.tenant) throw new DenialError(denial('own-tenant'))
  const session: LiveSession | undefined = await consentry.checkImpersonation(actor, id)
  // Live, but elsewhere or somebody else's: to this request it is nothing, and no more is said (SPEC 6.4, 7.4).
  if (session?.tenant !== tenant || session.user !== user) throw new DenialError(denial('not-found'))
  const { method, changesAt } = session
  requireCanEnter(actor, tenant, method)
  return { user, tenant, method, session, changesAt: isInstant(changesAt) ? changesAt : null }
}

/** What a callback of the host says. Its errors are its own: an `access-denied` it throws is no decision about this question. */
async function callHost<Asked extends readonly unknown[]>(callback: (...asked: Asked) => unknown, asked: Asked): Promise<unknown> {
  try {
    return await callback(...asked)
  } catch (error) {
    throw new DenialError(denial('invalid-question', error))
  }
}

// What was thrown may be a proxy that throws when it is looked at; and whoever it is from, it must not be thrown out of the guard.
function denialErrorOf(error: unknown): DenialError | undefined {
  try {
    return error instanceof DenialError ? error : undefined
  } catch {
    return undefined
  }
}

function requireCanEnter(actor: Actor, tenant: TenantId, method: AccessMethod): void {
  const refusal = checkCanEnter(actor, tenant, method)
  if (refusal) throwRefusal(refusal)
}

// Asynchronous, so that whatever the host's log throws, at once or later, is a rejection, and nobody's.
function reportDenial<Request, Rest extends readonly unknown[]>(
  { onDenied }: ParsedGuardOptions<Request, Rest>,
  denial: Denial,
  asked: [request: Request, ...rest: Rest],
): void {
  const telling = async () => await onDenied?.(denial, ...asked)
  telling().catch(() => {})
}
