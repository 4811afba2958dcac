/** One route of the table: what it reads, answers, refuses and calls (SPEC 11.1). */
import type * as z from 'zod'
import type { Consentry } from '../consentry.js'
import type { Actor, Permission } from '../domain/actor.js'
import type { LoginSessionEnd } from '../domain/login.js'
import type { LiveSession } from '../domain/session-views.js'
import type { ApiSettings } from './api-options.js'
import type { LoggedIn } from './person.js'
import type { ProblemCode } from './problem.js'

/** What a route's `run` is called with: everything is parsed, and the person is known. */
export interface Call<Query, Body> {
  readonly consentry: Consentry
  readonly settings: ApiSettings
  /** The actor, made from the host's login (SPEC 7.8). */
  readonly actor: Actor
  /** The person's own live session, with its secret id. */
  readonly session: LiveSession | null
  /** When and why the login's session is over. */
  readonly ended: LoginSessionEnd | null
  /** The person, with the session id that the login keeps, and what keeps another one. */
  readonly person: LoggedIn
  readonly request: Request
  /** The id in the path; `''` in a path without one. A malformed id is one that nobody has. */
  readonly id: string
  readonly query: Query
  readonly body: Body
  /** The revision of `If-Match`. */
  readonly ifRevision: number | undefined
}

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** What every route says of itself. */
interface RouteBase {
  /** The name of the route: the `operationId` of the OpenAPI document. */
  readonly id: string
  readonly method: Method
  /** Literal segments, and at most one `{id}`. */
  readonly path: string
  /** What it does, in one sentence. */
  readonly summary: string
  /** More about it, for the OpenAPI document. */
  readonly description?: string
  /** Nobody must be logged in: nothing of the host is asked. */
  readonly open?: boolean
  /** Not allowed while impersonating (SPEC 2.2). */
  readonly outside?: boolean
  /** The permissions of which the actor needs one. */
  readonly permissions?: readonly Permission[]
  /** The host's `mayAsk` must permit it. */
  readonly asksHost?: boolean
  /** Takes `If-Match` with the revision that the party sees (SPEC 4.10). */
  readonly ifMatch?: boolean
  /** The answer has an ETag with the `revision` of its body. */
  readonly etag?: boolean
  /** The answer is a page: it has a `next`, and a `Link` to the next page. */
  readonly page?: boolean
  /** The answer has the names of the users and tenants in it, where the host has `people`. */
  readonly names?: boolean
  /** The answer may be kept, and is asked for again by its ETag: it holds nothing of anybody. */
  readonly kept?: boolean
  /** The status of its success. */
  readonly status: 200 | 201
  /** Whether there may be nothing to answer: then `run` returns `undefined`, and the status is 204. */
  readonly mayBeEmpty?: boolean
  /** It reads the facts of decisions alone: an outage is `facts-unavailable` only. */
  readonly readsFactsOnly?: boolean
  /** The codes that it refuses with, besides those that follow from the rest. */
  readonly refusals?: readonly ProblemCode[]
}

/** What a route reads and answers on the wire, as types alone: the client is made of them. */
export interface RouteTypes<Id extends string, Address extends string, Query, Body, Answer, Traits> {
  readonly id: Id
  /** The method and the path. */
  readonly address: Address
  readonly query: Query
  /** `unknown` for a route without a body. */
  readonly body: Body
  readonly answer: Answer
  /** The names of those of `ifMatch`, `page`, `names` and `mayBeEmpty` that it has. */
  readonly traits: Traits
}

type Traits<T> = { [Name in 'ifMatch' | 'page' | 'names' | 'mayBeEmpty']: T extends { readonly [K in Name]: true } ? Name : never }

/** A route with the types of what it reads and answers. */
interface TypedRoute<Query extends z.ZodType, Body extends z.ZodType, Answer extends z.ZodType> extends RouteBase {
  readonly query: Query
  readonly body?: Body
  readonly answer: Answer
  readonly run: (call: Call<z.output<Query>, z.output<Body>>) => Promise<DeepReadonly<z.output<Answer>> | undefined>
}

/** A route of the table. */
export interface Route extends RouteBase {
  readonly query: z.ZodType
  readonly body?: z.ZodType | undefined
  readonly answer: z.ZodType
  readonly run: (call: Call<never, never>) => Promise<unknown>
}

/** A route with its types, which have no value. */
export interface RouteOf<Types> extends Route {
  readonly types?: Types
}

/** Checks the types of a route, and returns it as one of the table. */
export function route<
  Id extends string,
  Verb extends Method,
  Path extends string,
  Query extends z.ZodType,
  Answer extends z.ZodType,
  Body extends z.ZodType = z.ZodType,
  IfMatch extends boolean = false,
  Page extends boolean = false,
  Names extends boolean = false,
  MayBeEmpty extends boolean = false,
>(
  typed: TypedRoute<Query, Body, Answer> & {
    readonly id: Id
    readonly method: Verb
    readonly path: Path
    readonly ifMatch?: IfMatch
    readonly page?: Page
    readonly names?: Names
    readonly mayBeEmpty?: MayBeEmpty
  },
): RouteOf<
  RouteTypes<
    Id,
    `${Verb} ${Path}`,
    z.input<Query>,
    z.input<Body>,
    z.output<Answer>,
    Traits<{ readonly ifMatch: IfMatch; readonly page: Page; readonly names: Names; readonly mayBeEmpty: MayBeEmpty }>[keyof Traits<object>]
  >
> {
  return typed as never
}

/** Returns every code that a route may refuse with: its own, and those that follow from the rest. */
export function refusalsOf(route: Route): readonly ProblemCode[] {
  const { open, outside, permissions, asksHost, readsFactsOnly, method, path, body, refusals = [] } = route
  const codes: readonly (ProblemCode | false)[] = [
    method !== 'GET' && 'cross-site',
    body !== undefined && 'unsupported-media-type',
    !open && 'not-logged-in',
    outside === true && 'impersonating',
    (permissions !== undefined || asksHost === true) && 'not-permitted',
    body !== undefined && 'too-large',
    'invalid-input',
    path.includes('{id}') && 'not-found',
    !open && 'facts-unavailable',
    !open && !readsFactsOnly && 'unavailable',
    'internal',
    ...refusals,
  ]
  return [...new Set(codes.filter((code) => code !== false))]
}
