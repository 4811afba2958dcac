/** The types of the client, made of the API's table of routes. */
import type { InstantInput } from '../domain/input.js'
import type { RouteTable } from '../http/routes.js'
import type { InstantText } from '../http/wire-values.js'
import type { Named } from '../ports/people.js'

/** The names of users and tenants in an answer, where the host has `people`. */
export interface Names {
  /** The users that the answer mentions. */
  readonly users: readonly Named[]
  /** The tenants that the answer mentions. */
  readonly tenants: readonly Named[]
}

/** What every call takes besides its own input. */
export interface CallOptions {
  /** Aborts the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** What a command on one request takes besides its own input. */
export interface RevisionOptions {
  /**
   * The revision that the person has seen. The command is refused if the request has changed since.
   *
   * By default, it is that of the row that the client has read last; `null` asks for no such check (SPEC 4.10).
   */
  readonly ifRevision?: number | null | undefined
}

/** A list: a promise of its first page, and by `for await` all its rows, page by page. */
export type PagedCall<Page extends { readonly items: readonly unknown[] }> = Promise<Page> & AsyncIterable<Page['items'][number]>

/** What goes over the wire, as a caller says it: instants as the service takes them. */
type Sent<T> = T extends InstantText
  ? InstantInput
  : T extends readonly (infer Element)[]
    ? readonly Sent<Element>[]
    : T extends object
      ? { readonly [K in keyof T]: Sent<T[K]> }
      : T

/** A query, in which one value of several may stand alone. */
type Query<T> = { readonly [K in keyof T]: T[K] extends readonly (infer Element)[] | undefined ? T[K] | Element : T[K] }

/** The fields of a body or a query. Any text is a key of the table's empty object. */
type Fields<T> = string extends keyof T ? unknown : Sent<T>

type Input<R extends RouteTable> = (unknown extends R['body'] ? Query<Fields<R['query']>> : Fields<R['body']>) &
  ('ifMatch' extends R['traits'] ? RevisionOptions : unknown) &
  CallOptions

type Answer<R extends RouteTable> =
  | ('names' extends R['traits'] ? R['answer'] & { readonly names?: Names | undefined } : R['answer'])
  | ('mayBeEmpty' extends R['traits'] ? null : never)

type Result<R extends RouteTable> = 'page' extends R['traits']
  ? PagedCall<Extract<Answer<R>, { readonly items: readonly unknown[] }>>
  : Promise<Answer<R>>

type CallParameters<R extends RouteTable> = [
  ...path: R['address'] extends `${string}{id}${string}` ? [id: string] : [],
  ...input: object extends Input<R> ? [input?: Input<R>] : [input: Input<R>],
]

/**
 * The client: a method for each route of the API, by its id.
 *
 * A method takes the id of the path, if there is one, and then the body's or the query's fields. Instants are milliseconds in answers, and
 * a `Date`, milliseconds or RFC 3339 in input. A method rejects with a `ConsentryError`; see `isClientError`.
 */
export type ConsentryClient = { readonly [R in RouteTable as R['id']]: (...parameters: CallParameters<R>) => Result<R> }

/** The method and path of each route. */
export type Addresses = { readonly [R in RouteTable as R['id']]: R['address'] }
