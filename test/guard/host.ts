/** A host with one guarded handler for each form of a guard, whose wiring a case may change. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Impersonation } from '../../src/guard/impersonation.js'
import type { Authorizer, LoginOptions, MethodOptions, SessionOptions } from '../../src/guard/options.js'
import type { Denial } from '../../src/guard/problem-details.js'

/** A request as its framework presents it, without corrections. */
export interface Seen {
  readonly header: (name: string) => unknown
  /** A list if the parameter is repeated. */
  readonly query: (name: string) => unknown
  /** The last segment of the path, decoded if the framework decodes it. */
  readonly param: unknown
  readonly path: string
}

/** The names of the callbacks that all forms of a guard take. */
export type CallbackName = 'actor' | 'tenant' | 'method' | 'session' | 'person'

/** The callbacks of every form of a guard. They are untyped, because half the cases return wrong values. */
export interface Wiring extends Record<CallbackName, (seen: Seen) => unknown> {
  consentry: { readonly [method in keyof Authorizer]: (...args: never[]) => unknown }
  onDenied: (denial: Denial, seen: Seen) => unknown
}

/** The state of a host: its wiring, and the argument of each call of its handler: `null` for the tenant's own people. */
export interface HostState {
  wiring: Wiring
  readonly ran: (Impersonation | null)[]
}

export interface Running {
  readonly port: number
  readonly close: () => Promise<unknown>
}

type Form<Options, Passing> = Options & { readonly ownTenant?: Passing }

/** What a host serves: guards whose options read a request as its framework presents it, and the answer of every handler. */
export interface Served {
  /** The options of the six guards; those of `own...` let the tenant's own people pass. */
  options<Request>(seen: (request: Request) => Seen): {
    byMethod: Form<MethodOptions<Request>, 'deny'>
    bySession: Form<SessionOptions<Request>, 'deny'>
    byLogin: Form<LoginOptions<Request>, 'deny'>
    ownByMethod: Form<MethodOptions<Request>, 'pass'>
    ownBySession: Form<SessionOptions<Request>, 'pass'>
    ownByLogin: Form<LoginOptions<Request>, 'pass'>
  }
  /** Answers for a handler that must have an impersonation. */
  answer(impersonation: Impersonation | null | undefined): object
  /** Answers for a handler that serves the tenant's own people as well: `undefined` is what no guard has set. */
  answerBoth(impersonation: Impersonation | null | undefined): object
}

/**
 * A way to run guarded handlers at `/by-method/:place`, `/by-session/:place` and `/by-login/:place`, at `/own-by-method/:place` and so on where
 * the tenant's own people pass, and without a guard at `/bare/:place` and `/own-bare/:place`.
 */
export interface Host {
  readonly name: string
  readonly start: (served: Served) => Promise<Running>
}

/** The challenge of the guards by session and by login; the guard by method uses the default. */
export const CHALLENGE = 'Bearer realm="inside"'

/** Serves guards whose callbacks call the wiring that the state has at each request, and a handler that records its calls. */
export const servedBy = (state: HostState): Served => ({
  options: <Request>(seen: (request: Request) => Seen) => {
    const callback = (name: CallbackName) => (request: Request) => state.wiring[name](seen(request)) as never
    const all = {
      consentry: {
        authorize: (...args: never[]) => state.wiring.consentry.authorize(...args) as never,
        checkImpersonation: (...args: never[]) => state.wiring.consentry.checkImpersonation(...args) as never,
        resume: (...args: never[]) => state.wiring.consentry.resume(...args) as never,
      },
      tenant: callback('tenant'),
      onDenied: (denial: Denial, request: Request) => state.wiring.onDenied(denial, seen(request)) as never,
    }
    const byMethod = { ...all, actor: callback('actor'), method: callback('method') }
    const bySession = { ...all, actor: callback('actor'), session: callback('session'), challenge: CHALLENGE }
    const byLogin = { ...all, person: callback('person'), challenge: CHALLENGE }
    const pass = { ownTenant: 'pass' } as const
    const own = { ownByMethod: { ...byMethod, ...pass }, ownBySession: { ...bySession, ...pass }, ownByLogin: { ...byLogin, ...pass } }
    return { byMethod, bySession, byLogin, ...own }
  },
  answer: (impersonation) => {
    if (!impersonation) throw new Error('the handler ran without an impersonation')
    state.ran.push(impersonation)
    return { ...impersonation }
  },
  answerBoth: (impersonation) => {
    if (impersonation === undefined) throw new Error('the handler ran without a guard')
    state.ran.push(impersonation)
    return impersonation === null ? { own: true } : { ...impersonation }
  },
})

export function nodeSeen(request: { headers: object; query: unknown; params: unknown; url: string }): Seen {
  const { headers, query, params } = request as Record<'headers' | 'query' | 'params', Record<string, unknown>>
  return { header: (name) => headers[name], query: (name) => query[name], param: params['place'], path: request.url }
}

/** What a web-standard request shows; by default the host decodes the path. Nothing is parsed before it is read. */
export function webSeen(request: Request, param?: () => unknown): Seen {
  const url = () => new URL(request.url)
  return {
    header: (name) => request.headers.get(name) ?? undefined,
    query: (name) => {
      const [first, ...more] = url().searchParams.getAll(name)
      return more.length > 0 ? [first, ...more] : first
    },
    get param() {
      return param ? param() : decodeURIComponent(url().pathname.split('/')[2] ?? '')
    },
    get path() {
      return url().pathname
    },
  }
}

export async function listen(server: Server): Promise<Running> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: portOf(server), close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()) }
}

export const listenFetch = (fetch: Parameters<typeof getRequestListener>[0]) => listen(createServer(getRequestListener(fetch)))

export const portOf = (server: { address(): AddressInfo | string | null }): number => (server.address() as AddressInfo).port
