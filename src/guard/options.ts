/** The options of every guard: the service, and callbacks that read what it must know. */
import * as z from 'zod'
import type { Actor } from '../domain/actor.js'
import type { AccessMethod, Allowed } from '../domain/decision-types.js'
import { unwrap } from '../domain/error.js'
import { oncePerKind } from '../domain/host-calls.js'
import type { TenantId, UserId } from '../domain/ids.js'
import { readRecord } from '../domain/input.js'
import { ownOptions } from '../domain/own.js'
import type { LiveSession } from '../domain/session-views.js'
import type { Denial } from './problem-details.js'

/** The service of `createConsentry`, a live access, or anything that answers as they do. */
export interface Authorizer {
  /**
   * Resolves if the user may enter the tenant now; throws `AccessDenied` if not (SPEC 5.9).
   * `from` is the actor's own tenant (SPEC 2.7).
   */
  authorize(question: {
    readonly user: UserId
    readonly tenant: TenantId
    readonly method: AccessMethod
    readonly from: TenantId
  }): Promise<Allowed>
  /** Decides again, and returns the actor's own session while it is live; throws if it is not (SPEC 7.2). */
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
   * The actor, from the host's own login and never from what the request claims (SPEC 2.1).
   * `null` or `undefined` if nobody is logged in: the guard answers 401.
   * Anything else denies; so does an actor with further keys.
   */
  readonly actor: (request: Request, ...rest: Rest) => MaybePromise<Actor>
  /**
   * The tenant in which the handler will act, decoded and spelled as the host does.
   * Ids are compared exactly (SPEC 3.5).
   * A tenant with a percent escape denies. Undecoded, it could name another tenant, where the legacy tool is still open.
   */
  readonly tenant: (request: Request, ...rest: Rest) => MaybePromise<TenantId>
  /**
   * Whether the tenant's own people, who do not impersonate, are denied, or pass; `deny` by default.
   *
   * With `pass` the handler runs for them with the impersonation `null`, and neither `method` nor `session` is called. So one route serves
   * both. Nobody who is impersonating passes this way (SPEC 7.3).
   */
  readonly ownTenant?: 'deny' | 'pass' | undefined
  /** The `WWW-Authenticate` challenge of a 401 (RFC 9110, 11.6.1), printable ASCII; `Bearer` by default. */
  readonly challenge?: string | undefined
  /**
   * Called with every denial before it is sent. Use it for logging.
   * Fire and forget: its result is not awaited and its errors are ignored. Without it, each kind of mistake of a callback (it throws, or
   * returns something malformed) is written once to `console.warn`.
   */
  readonly onDenied?: ((denial: Denial, request: Request, ...rest: Rest) => void) | undefined
}

/** The options of a guard that decides by method at every request (SPEC §5). */
export interface MethodOptions<Request, Rest extends readonly unknown[] = []> extends GuardCallbacks<Request, Rest> {
  /** The service, or a live access. */
  readonly consentry: Pick<Authorizer, 'authorize'>
  /** How the user enters (SPEC 5.1). Anything but the three methods denies. */
  readonly method: (request: Request, ...rest: Rest) => MaybePromise<AccessMethod>
  /** Only in the other form. */
  readonly session?: undefined
}

/** The options of a guard that checks the user's impersonation session at every request (SPEC §7). */
export interface SessionOptions<Request, Rest extends readonly unknown[] = []> extends GuardCallbacks<Request, Rest> {
  /** The service: a live access has no sessions. */
  readonly consentry: Pick<Authorizer, 'checkImpersonation'>
  /**
   * The session's id, from the user's cookie or token.
   * No id, or one of another tenant or user, is `not-found`.
   */
  readonly session: (request: Request, ...rest: Rest) => MaybePromise<string>
  /** Only in the other form. */
  readonly method?: undefined
}

/** The options of a guard: exactly one of `method` and `session`. `Request` is the framework's. */
export type GuardOptions<Request, Rest extends readonly unknown[] = []> = MethodOptions<Request, Rest> | SessionOptions<Request, Rest>

/** Options that deny the tenant's own people: the handler then always has an impersonation. */
export interface DenyOwnTenant {
  /** `deny`, or nothing. */
  readonly ownTenant?: 'deny' | undefined
}

/** Parsed options, with defaults. */
export type ParsedGuardOptions<Request, Rest extends readonly unknown[] = []> = GuardOptions<Request, Rest> &
  Required<Pick<GuardCallbacks<Request, Rest>, 'challenge' | 'onDenied'>> & { readonly challenge: string }

const callback = z.custom<(...values: never[]) => unknown>((value) => typeof value === 'function', 'must be a function')
const authorizer = (method: keyof Authorizer) =>
  z.custom<object>(
    (value) => typeof value === 'object' && value !== null && typeof Reflect.get(value, method) === 'function',
    `must be a service with \`${method}\``,
  )

const base = {
  actor: callback,
  tenant: callback,
  ownTenant: z.enum(['deny', 'pass'], 'must be `deny` or `pass`').default('deny'),
  // Node refuses to send other headers. Fail when the guard is made, not at the first request without a login.
  challenge: z
    .string('must be a text')
    .regex(/^[!-~]([ -~]*[!-~])?$/, 'must be printable ASCII without spaces around it')
    .default('Bearer'),
  onDenied: callback.default(warnOfMistakes),
}

/**
 * Returns the default of `onDenied`.
 * A wrong callback denies every request, which would otherwise look like any denial.
 */
function warnOfMistakes(): (denial: Denial) => void {
  const warn = oncePerKind((error) =>
    console.warn('consentry: a guard denied, as a callback threw or returned this; it is said once, `onDenied` gets every denial:', error),
  )
  return (denial) => {
    if (denial.reason === 'invalid-question' && 'error' in denial) warn(denial.error)
  }
}

const bySession = {
  ...base,
  consentry: authorizer('checkImpersonation'),
  session: callback,
  method: z.undefined('must not be given beside a `session`').optional(),
}
const byMethod = { ...base, consentry: authorizer('authorize'), method: callback, session: z.undefined().optional() }

/** The option that only a guard in NestJS takes. */
export const nestOption = { request: callback.optional() }

/**
 * Parses and copies the options; later changes to the host's object have no effect.
 * `more` are options of one framework.
 * @throws `invalid-input` with the issues at once (SPEC 9.1).
 */
export function parseGuardOptions<Request, Rest extends readonly unknown[] = []>(
  options: GuardOptions<Request, Rest>,
  more: z.ZodRawShape = {},
): ParsedGuardOptions<Request, Rest> {
  const form = asksForSession(options) ? bySession : byMethod
  const parsed: unknown = unwrap(
    readRecord(z.strictObject({ ...form, ...more }, 'must be an options object').readonly(), options, 'options'),
  )
  return parsed as ParsedGuardOptions<Request, Rest>
}

// A value that cannot be read is neither form: parsing it then reports the issue.
function asksForSession(options: unknown): boolean {
  try {
    return ownOptions(Object(options)).session !== undefined
  } catch {
    return false
  }
}
