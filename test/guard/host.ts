/** A host with one guarded handler for each form of a guard, whose wiring a case may change. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Impersonation } from '../../src/guard/authorize-request.js'
import type { Authorizer, MethodOptions, SessionOptions } from '../../src/guard/options.js'
import type { Denial } from '../../src/guard/problem-details.js'

/** A request as its framework presents it, without corrections. */
export interface Seen {
  readonly header: (name: string) => unknown
  /** A list if the parameter is repeated. */
  readonly query: (name: string) => unknown
  /** The last segment of the path, decoded if the framework decodes it. */
  readonly param: unknown
  /** The whole path as the client sent it. */
  readonly path: string
}

/** The callbacks of both forms of a guard. They are untyped, because half the cases return wrong values. */
export interface Wiring {
  consentry: { readonly [method in keyof Authorizer]: (...asked: never[]) => unknown }
  actor: (seen: Seen) => unknown
  tenant: (seen: Seen) => unknown
  method: (seen: Seen) => unknown
  session: (seen: Seen) => unknown
  onDenied: (denial: Denial, seen: Seen) => unknown
}

/** The state of a host: its wiring, and the argument of each call of its handler. */
export interface Stand {
  wiring: Wiring
  readonly ran: Impersonation[]
}

/** A listening host. */
export interface Running {
  readonly port: number
  readonly close: () => Promise<unknown>
}

/** A way to run guarded handlers at `/by-method/:place` and `/by-session/:place`. */
export interface Host {
  readonly name: string
  readonly start: (stand: Stand) => Promise<Running>
}

/** The challenge of the guard by session; the guard by method uses the default. */
export const CHALLENGE = 'Bearer realm="inside"'

/** The options of the guard by method. */
export function methodOptions<Request>(stand: Stand, seen: (request: Request) => Seen): MethodOptions<Request> {
  return { ...callbacks(stand, seen), method: (request) => stand.wiring.method(seen(request)) as never, consentry: service(stand) }
}

/** The options of the guard by session. */
export function sessionOptions<Request>(stand: Stand, seen: (request: Request) => Seen): SessionOptions<Request> {
  return {
    ...callbacks(stand, seen),
    session: (request) => stand.wiring.session(seen(request)) as never,
    consentry: service(stand),
    challenge: CHALLENGE,
  }
}

/** The guarded handler: records that it ran, and returns the impersonation. */
export function handle({ ran }: Stand, impersonation: Impersonation | null | undefined): object {
  if (!impersonation) throw new Error('the handler ran without an impersonation')
  ran.push(impersonation)
  return { ...impersonation }
}

/** Starts the server on a free port. */
export async function listening(server: Server): Promise<Running> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: portOf(server), close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()) }
}

/** The port a server listens on. */
export function portOf(server: { address(): AddressInfo | string | null }): number {
  return (server.address() as AddressInfo).port
}

/** Reads a query parameter from a web-standard URL; a repeated one is a list. */
export function queryOf(url: URL): Seen['query'] {
  return (name) => {
    const all = url.searchParams.getAll(name)
    return all.length > 1 ? all : all[0]
  }
}

function callbacks<Request>(stand: Stand, seen: (request: Request) => Seen) {
  return {
    actor: (request: Request) => stand.wiring.actor(seen(request)) as never,
    tenant: (request: Request) => stand.wiring.tenant(seen(request)) as never,
    onDenied: (denial: Denial, request: Request) => stand.wiring.onDenied(denial, seen(request)) as never,
  }
}

function service(stand: Stand): Authorizer {
  return {
    authorize: (...asked) => stand.wiring.consentry.authorize(...(asked as readonly unknown[] as never[])) as never,
    checkImpersonation: (...asked) => stand.wiring.consentry.checkImpersonation(...(asked as readonly unknown[] as never[])) as never,
  }
}
