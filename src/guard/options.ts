/** The options of every guard: the service, and callbacks that read what it must know. */
import type { Actor } from '../domain/actor.js'
import type { AccessMethod, Allowed } from '../domain/decision-types.js'
import type { TenantId, UserId } from '../domain/ids.js'
import type { Login, Resumed } from '../domain/login.js'
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
  /** Makes the actor of a login, and says its session while that is live (SPEC 7.8). */
  resume(login: Login): Promise<Resumed>
}

type MaybePromise<T> = T | null | undefined | PromiseLike<T | null | undefined>

/**
 * The options that every guard takes; one by `person` takes no `actor`.
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
   * both. Nobody who is impersonating passes this way (SPEC 7.3); by `person`, nobody whose session is live either.
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
  /** Only in another form. */
  readonly session?: undefined
  /** Only in another form. */
  readonly person?: undefined
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
  /** Only in another form. */
  readonly method?: undefined
  /** Only in another form. */
  readonly person?: undefined
}

/** The options of a guard that makes the actor of the login, and checks its session (SPEC 7.8). */
export interface LoginOptions<Request, Rest extends readonly unknown[] = []> extends Omit<GuardCallbacks<Request, Rest>, 'actor'> {
  /** The service: a live access has no sessions. */
  readonly consentry: Pick<Authorizer, 'resume' | 'checkImpersonation'>
  /**
   * The person, from the host's own login, with the id of the session that it keeps.
   * The HTTP API takes the same function.
   * `null` or `undefined` if nobody is logged in: the guard answers 401.
   * Without a session, or with one of another tenant or user, it is `not-found`. `impersonating` is for a tool outside Consentry.
   */
  readonly person: (request: Request, ...rest: Rest) => MaybePromise<Login>
  /** Only in another form: the guard makes the actor of the person. */
  readonly actor?: undefined
  /** Only in another form. */
  readonly method?: undefined
  /** Only in another form. */
  readonly session?: undefined
}

/**
 * The options of a guard: exactly one of `method`, `session` and `person`.
 *
 * `Request` is the framework's.
 */
export type GuardOptions<Request, Rest extends readonly unknown[] = []> =
  | MethodOptions<Request, Rest>
  | SessionOptions<Request, Rest>
  | LoginOptions<Request, Rest>

/** Options that deny the tenant's own people: the handler then always has an impersonation. */
export interface DenyOwnTenant {
  /** `deny`, or nothing. */
  readonly ownTenant?: 'deny' | undefined
}
