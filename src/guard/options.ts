/** What a host tells a guard: who is asking, where he would act, and who decides. */
import * as z from 'zod'
import type { Actor } from '../domain/actor.js'
import type { AccessMethod, Allowed } from '../domain/decision-types.js'
import { unwrap } from '../domain/error.js'
import type { TenantId, UserId } from '../domain/ids.js'
import { readRecord } from '../domain/input.js'
import type { LiveSession } from '../domain/session-views.js'
import type { Denial } from './problem-details.js'

/** Who decides: the service that `createConsentry` makes, or anything that asks it and answers alike. */
export interface Authorizer {
  /** Resolves where the user may enter the tenant by the method now; throws `AccessDenied` where not (SPEC 5.9). */
  authorize(question: { readonly user: UserId; readonly tenant: TenantId; readonly method: AccessMethod }): Promise<Allowed>
  /** Resolves to the actor's own session while it is live, by a decision taken anew; throws where it is not (SPEC 7.2). */
  checkImpersonation(actor: Actor, sessionId: string): Promise<LiveSession>
}

type MaybePromise<T> = T | null | undefined | PromiseLike<T | null | undefined>

/**
 * The options that every guard takes.
 *
 * Each function may be asynchronous; one that throws or rejects denies. `Rest` are the arguments that a framework gives after the request;
 * each function is given them too.
 */
export interface GuardCallbacks<Request, Rest extends readonly unknown[] = []> {
  /**
   * The person, from the host's own login and never from what the request claims (SPEC 2.1); `null` or `undefined` where nobody is
   * logged in, which is answered with 401. Anything else that is no `Actor`, one with further keys included, denies.
   */
  readonly actor: (request: Request, ...rest: Rest) => MaybePromise<Actor>
  /**
   * The tenant the handler will act in: decoded, and as the host spells it, since ids are compared exactly (SPEC 3.5). One that holds a
   * percent escape denies, whether it is not decoded yet or an id that has one: it could be another tenant than the handler's, which the
   * legacy tool is not closed for.
   */
  readonly tenant: (request: Request, ...rest: Rest) => MaybePromise<TenantId>
  /** The challenge of a 401, which must have one (RFC 9110, 11.6.1); `Bearer` where absent. Anything but printable ASCII is refused. */
  readonly challenge?: string | undefined
  /** Hears of every denial before it is sent, for the host's log. What it throws or rejects changes nothing, and nobody waits for it. */
  readonly onDenied?: ((denial: Denial, request: Request, ...rest: Rest) => void) | undefined
}

/** A guard that decides by method, at every request anew (SPEC §5). */
export interface MethodOptions<Request, Rest extends readonly unknown[] = []> extends GuardCallbacks<Request, Rest> {
  /** Who decides. */
  readonly consentry: Pick<Authorizer, 'authorize'>
  /** How the user would enter (SPEC 5.1). Anything but the three methods denies. */
  readonly method: (request: Request, ...rest: Rest) => MaybePromise<AccessMethod>
  /** Belongs to the other form. */
  readonly session?: undefined
}

/** A guard that checks the impersonation session the user is in, at every request anew (SPEC §7). */
export interface SessionOptions<Request, Rest extends readonly unknown[] = []> extends GuardCallbacks<Request, Rest> {
  /** Who decides. */
  readonly consentry: Pick<Authorizer, 'checkImpersonation'>
  /** The session's id, as the user holds it; `null` or `undefined`, for none, is `not-found`. A session of another tenant or user is too. */
  readonly session: (request: Request, ...rest: Rest) => MaybePromise<string>
  /** Belongs to the other form. */
  readonly method?: undefined
}

/** What a guard is told, `Request` being the framework's; exactly one of `method` and `session`. */
export type GuardOptions<Request, Rest extends readonly unknown[] = []> = MethodOptions<Request, Rest> | SessionOptions<Request, Rest>

/** Options that were checked, every default filled in. */
export type ParsedGuardOptions<Request, Rest extends readonly unknown[] = []> = GuardOptions<Request, Rest> & { readonly challenge: string }

const callback = z.custom<(...asked: never[]) => unknown>((value) => typeof value === 'function', 'must be a function')
const doorkeeper = (method: keyof Authorizer) =>
  z.custom<object>(
    (value) => typeof value === 'object' && value !== null && typeof Reflect.get(value, method) === 'function',
    `must be a service with \`${method}\``,
  )

const base = {
  actor: callback,
  tenant: callback,
  // What Node would refuse to send fails when the guard is made, not at the first request without a login.
  challenge: z
    .string('must be a text')
    .regex(/^[!-~]([ -~]*[!-~])?$/, 'must be printable ASCII without spaces around it')
    .default('Bearer'),
  onDenied: callback.optional(),
}
const BySession = z
  .strictObject(
    {
      ...base,
      consentry: doorkeeper('checkImpersonation'),
      session: callback,
      method: z.undefined('must not be given beside a `session`').optional(),
    },
    'must be options',
  )
  .readonly()
const ByMethod = z
  .strictObject({ ...base, consentry: doorkeeper('authorize'), method: callback, session: z.undefined().optional() }, 'must be options')
  .readonly()

/** The options, checked and copied: what is changed later changes no guard. Throws `invalid-input` with every issue at once (SPEC 9.1). */
export function parseGuardOptions<Request, Rest extends readonly unknown[] = []>(
  options: GuardOptions<Request, Rest>,
): ParsedGuardOptions<Request, Rest> {
  const parsed: unknown = unwrap(readRecord(asksForSession(options) ? BySession : ByMethod, options, 'options'))
  return parsed as ParsedGuardOptions<Request, Rest>
}

// Whatever cannot be asked is no options of either form, and reading it says so.
function asksForSession(options: unknown): boolean {
  try {
    return Reflect.get(Object(options), 'session') !== undefined
  } catch {
    return false
  }
}
