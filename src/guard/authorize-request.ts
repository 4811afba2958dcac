/** Whether a request may pass, whatever framework it came through: one question, asked anew each time, and any doubt denies. */
import { z } from 'zod'
import { Actor } from '../domain/actor.js'
import { METHODS, type Method } from '../domain/decision-types.js'
import { must, refuse } from '../domain/error.js'
import type { TenantId, UserId } from '../domain/ids.js'
import { Id, read } from '../domain/input.js'
import { type Instant, isInstant } from '../domain/instant.js'
import { mayNotEnter } from '../domain/session.js'
import type { LiveSession } from '../domain/session-views.js'
import type { Checked, GuardOptions, MethodOptions, SessionOptions } from './options.js'
import { type Denial, denied, deniedBy, denyReasonOf } from './problem-details.js'

/** Somebody inside a tenant, as the guard let him in: frozen, and what the handler goes by instead of what the request says. */
export interface Impersonation {
  /** The real person. */
  readonly user: UserId
  /** The tenant he acts in. */
  readonly tenant: TenantId
  /** How he entered (SPEC 5.1). */
  readonly method: Method
  /** The session, where the guard checks sessions; `null` where it decides by method. */
  readonly session: LiveSession | null
  /**
   * The first instant at which the clock alone ends this, in milliseconds; `null` where it never does, and where the host's own rule
   * answered. Never a cache lifetime: a revocation may come at any time (SPEC 5.6).
   */
  readonly changesAt: Instant | null
}

/** What a guard does with a request. */
export type Admission = { readonly ok: true; readonly impersonation: Impersonation } | { readonly ok: false; readonly denial: Denial }

/** A denial on its way out; nobody else can throw one. */
class Stop extends Error {
  readonly denial: Denial

  constructor(denial: Denial) {
    super(denial.reason)
    this.denial = denial
  }
}

// Not decoded, a path names `tom%2Dsawyer`, a tenant that never granted: the legacy rule would let in whom Tom Sawyer's grants keep out.
const Tenant = Id.refine((tenant) => !/%[0-9a-f]{2}/i.test(tenant), 'must be decoded')
const MethodAsked = z.enum(METHODS, 'must be a method')

/** Whether the request may pass, and as what. Never throws and never rejects; every denial is told to the host. */
export async function admit<Request>(options: Checked<Request>, request: Request): Promise<Admission> {
  try {
    return { ok: true, impersonation: Object.freeze(await entered(options, request)) }
  } catch (error) {
    const denial = stopOf(error)?.denial ?? deniedBy(error)
    tell(options, denial, request)
    return { ok: false, denial }
  }
}

async function entered<Request>(options: GuardOptions<Request>, request: Request): Promise<Impersonation> {
  const person = await asked(options.actor, request)
  if (person === null || person === undefined) throw new Stop(denied('no-actor'))
  const actor = must(read(Actor, person, 'actor'))
  const tenant = must(read(Tenant, await asked(options.tenant, request), 'tenant'))
  return options.session === undefined ? byMethod(options, request, actor, tenant) : bySession(options, request, actor, tenant)
}

async function byMethod<Request>(
  { consentry, method: callback }: MethodOptions<Request>,
  request: Request,
  actor: Actor,
  tenant: TenantId,
): Promise<Impersonation> {
  const { user } = actor
  const method = must(read(MethodAsked, await asked(callback, request), 'method'))
  mustEnter(actor, tenant, method)
  // Whatever answers was given by the host: `decide` in the place of `authorize` answers where it should have thrown.
  const answer: Partial<Awaited<ReturnType<typeof consentry.authorize>>> | undefined = await consentry.authorize({ user, tenant, method })
  if (answer?.allowed !== true) throw new Stop(denied(denyReasonOf(answer)))
  const changesAt = 'changesAt' in answer ? answer.changesAt : null
  return { user, tenant, method, session: null, changesAt: isInstant(changesAt) ? changesAt : null }
}

async function bySession<Request>(
  { consentry, session: callback }: SessionOptions<Request>,
  request: Request,
  actor: Actor,
  tenant: TenantId,
): Promise<Impersonation> {
  const { user } = actor
  const shown = await asked(callback, request)
  if (shown === null || shown === undefined) throw new Stop(denied('not-found'))
  const id = must(read(Id, shown, 'session'))
  if (tenant === actor.tenant) throw new Stop(denied('own-tenant'))
  const session: LiveSession | undefined = await consentry.checkImpersonation(actor, id)
  // Live, but elsewhere or somebody else's: to this request it is nothing, and no more is said (SPEC 6.4, 7.4).
  if (session?.tenant !== tenant || session.user !== user) throw new Stop(denied('not-found'))
  const { method, changesAt } = session
  mustEnter(actor, tenant, method)
  return { user, tenant, method, session, changesAt: isInstant(changesAt) ? changesAt : null }
}

/** What a callback of the host says. Its errors are its own: an `access-denied` it throws is no decision about this question. */
async function asked<Request>(callback: (request: Request) => unknown, request: Request): Promise<unknown> {
  try {
    return await callback(request)
  } catch (error) {
    throw new Stop(denied('invalid-question', error))
  }
}

// What was thrown may be a proxy that throws when it is looked at; and whoever it is from, it must not be thrown out of the guard.
function stopOf(error: unknown): Stop | undefined {
  try {
    return error instanceof Stop ? error : undefined
  } catch {
    return undefined
  }
}

function mustEnter(actor: Actor, tenant: TenantId, method: Method): void {
  const refusal = mayNotEnter(actor, tenant, method)
  if (refusal) refuse(refusal)
}

// Asynchronous, so that whatever the host's log throws, at once or later, is a rejection, and nobody's.
function tell<Request>({ onDenied }: Checked<Request>, denial: Denial, request: Request): void {
  const telling = async () => await onDenied?.(denial, request)
  telling().catch(() => {})
}
