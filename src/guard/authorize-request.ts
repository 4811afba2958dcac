/** The guard without a framework: decides again for each request, and denies on any failure. */
import * as z from 'zod'
import { actorSchema, checkNotInside } from '../domain/actor.js'
import { METHODS } from '../domain/decision-types.js'
import { throwIfRefused, unwrap } from '../domain/error.js'
import { callSafely } from '../domain/host-calls.js'
import { Id, read, readRecord, readSecret } from '../domain/input.js'
import { readLogin } from '../domain/login.js'
import { decideByLogin, decideByMethod, decideBySession, type Impersonation } from './impersonation.js'
import type { GuardOptions, LoginOptions } from './options.js'
import type { ParsedGuardOptions } from './parse-options.js'
import { type Denial, DenialError, denialOf, isUnavailable } from './problem-details.js'

/**
 * The guard's answer to a request: the impersonation, or the denial to send.
 * The impersonation is `null` for the tenant's own people, if the guard lets them pass.
 */
export type GuardResult =
  | { readonly ok: true; readonly impersonation: Impersonation | null }
  | { readonly ok: false; readonly denial: Denial }

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
    return denyRequest(options, denialOf(error), ...args)
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
  if (options.person !== undefined) return resolveByLogin(options, args)
  const actor = unwrap(readRecord(actorSchema, requirePresent(await callHost(options.actor, args), 'no-actor'), 'actor'))
  const tenant = unwrap(read(Tenant, await callHost(options.tenant, args), 'tenant'))
  if (options.ownTenant === 'pass' && tenant === actor.tenant) {
    throwIfRefused(checkNotInside(actor))
    return null
  }
  if (options.session === undefined) {
    const method = unwrap(read(MethodAsked, await callHost(options.method, args), 'method'))
    return decideByMethod(options.consentry, actor, tenant, method)
  }
  const id = unwrap(readSecret(Id, requirePresent(await callHost(options.session, args), 'no-session'), 'session'))
  return decideBySession(options.consentry, actor, tenant, id)
}

async function resolveByLogin<Request, Rest extends readonly unknown[]>(
  { consentry, person, tenant, ownTenant }: LoginOptions<Request, Rest>,
  args: [request: Request, ...rest: Rest],
): Promise<Impersonation | null> {
  const login = unwrap(readLogin(requirePresent(await callHost(person, args), 'no-actor'), 'person'))
  const asked = unwrap(read(Tenant, await callHost(tenant, args), 'tenant'))
  return decideByLogin(consentry, login, asked, ownTenant)
}

function requirePresent(value: unknown, reason: 'no-actor' | 'no-session'): unknown {
  if (value === null || value === undefined) throw new DenialError(reason)
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
    throw new DenialError(isUnavailable(error) ? 'facts-unavailable' : 'invalid-question', error)
  }
}
