/** A host with one guarded handler for each form of a guard, and the wiring behind it, which a case may change. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Impersonation } from '../../src/guard/authorize-request.js'
import type { Authorizer, MethodOptions, SessionOptions } from '../../src/guard/options.js'
import type { Denial } from '../../src/guard/problem-details.js'

/** A request as its framework shows it, nothing corrected. */
export interface Seen {
  readonly header: (name: string) => unknown
  /** A list where the parameter is repeated. */
  readonly query: (name: string) => unknown
  /** The last segment of the path, decoded by the framework where it does that. */
  readonly param: unknown
  /** The whole path as the client sent it. */
  readonly path: string
}

/** What the guards are told, by either form; nothing is typed, since half the cases get it wrong. */
export interface Wiring {
  consentry: { readonly [method in keyof Authorizer]: (...asked: never[]) => unknown }
  actor: (seen: Seen) => unknown
  tenant: (seen: Seen) => unknown
  method: (seen: Seen) => unknown
  session: (seen: Seen) => unknown
  onDenied: (denial: Denial, seen: Seen) => unknown
}

/** Where a host stands: its wiring, and what its handler was given, each time it ran. */
export interface Stand {
  wiring: Wiring
  readonly ran: Impersonation[]
}

/** A host that listens. */
export interface Running {
  readonly port: number
  readonly close: () => Promise<unknown>
}

/** A way to run guarded handlers at `/by-method/:place` and `/by-session/:place`. */
export interface Host {
  readonly name: string
  readonly start: (stand: Stand) => Promise<Running>
}

/** The challenge of the guard by session; the one by method has the default. */
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

/** What the guarded handler does: it notes that it ran, and says as what. */
export function handle({ ran }: Stand, impersonation: Impersonation | null | undefined): object {
  if (!impersonation) throw new Error('the handler ran without an impersonation')
  ran.push(impersonation)
  return { ...impersonation }
}

/** The server, listening on a port of its own. */
export async function listening(server: Server): Promise<Running> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: portOf(server), close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()) }
}

/** The port a server listens on. */
export function portOf(server: { address(): AddressInfo | string | null }): number {
  return (server.address() as AddressInfo).port
}

/** What a repeated query parameter is, read from a web-standard URL. */
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
