/** The HTTP API: commands, lists, sessions and decisions behind one function (SPEC §11). */
import { checkNotInside, checkPermission } from '../domain/actor.js'
import { throwIfRefused, throwRefusal, unwrap } from '../domain/error.js'
import { isId } from '../domain/ids.js'
import { combine, readRecord } from '../domain/input.js'
import { ok } from '../domain/refusal.js'
import { type ApiOptions, type ApiSettings, parseApiOptions } from './api-options.js'
import { consoleResponse } from './console-page.js'
import { DoorRefusal, NEVER_STORED, problemResponse, refuseOtherSites, refuseOtherTypes } from './door.js'
import { callHostFunction, personOf, resumeLogin } from './person.js'
import { readBody } from './read-body.js'
import { parseQuery, readIfMatch } from './read-query.js'
import { answerResponse, hostResponse } from './response.js'
import type { Call, Route } from './route.js'
import { findRoutes } from './routes.js'

/** The HTTP API: a function from a web-standard request to its response. It never rejects. */
export interface ConsentryApi {
  (request: Request): Promise<Response>
  /** The path under which it expects its requests: the option of that name. */
  readonly basePath: string
}

/**
 * Makes the HTTP API: a function from a web-standard request to its response.
 *
 * It makes the actor from the host's login, parses, asks the service and answers by one table of routes. It never rejects. What it refuses is
 * problem details (RFC 9457). Serve it under `basePath`, with Hono, Next.js, Bun, Deno or Workers as it is.
 * @throws `invalid-input` with every unknown, missing or malformed option.
 * @example
 * ```ts
 * import { createConsentry } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 * import { consentryApi } from 'consentry/http'
 *
 * const directory = { members: () => ['caroline'], askable: () => ['tom-sawyer'] }
 * const consentry = createConsentry({ repository: memoryRepository(), directory })
 * const api = consentryApi({
 *   consentry,
 *   // from your login
 *   person: () => ({ user: 'elizabeth', tenant: 'classics', permissions: ['submit'] }),
 * })
 * const body = { name: 'SupportAccess', associations: [{ users: ['caroline'], tenants: ['tom-sawyer'] }] }
 * const headers = { 'content-type': 'application/json' }
 * const sent = await api(new Request('http://localhost/requests', { method: 'POST', headers, body: JSON.stringify(body) }))
 * console.log(sent.status) // 201
 * ```
 */
export function consentryApi(options: ApiOptions): ConsentryApi {
  const settings = parseApiOptions(options)
  const answer = async (request: Request): Promise<Response> => {
    try {
      return await answerRequest(request, settings)
    } catch (error) {
      return problemResponse(error, settings)
    }
  }
  return Object.assign(answer, { basePath: settings.basePath })
}

/** Answers in the order of SPEC 11: what is refused early says nothing of what is there. */
async function answerRequest(request: Request, settings: ApiSettings): Promise<Response> {
  const early = await callHostFunction('onRequest', () => settings.onRequest?.(request))
  if (early) return hostResponse(early)
  const { pathname, search } = new URL(request.url)
  const { pages, basePath } = settings
  const page = pages && pathname.startsWith(basePath) && (await consoleResponse(request, pathname.slice(basePath.length), pages))
  if (page) return page
  const found = findRoutes(pathname, basePath) ?? throwRefusal({ code: 'not-found' })
  const route = found.methods.get(request.method)
  if (route === undefined) throw new DoorRefusal('method-not-allowed', { allow: [...found.methods.keys()].join(', ') })
  refuseOtherSites(request, settings)
  if (route.body !== undefined) refuseOtherTypes(request)
  const headers = new Headers(NEVER_STORED)
  const known = route.open ? undefined : await enter(route, request, settings, headers)
  const input = await readInput(route, request, search, settings)
  // Nobody has a malformed id: it is refused at the same place as one that nobody has, and alike (SPEC 11.2).
  if (found.id !== undefined && !isId(found.id)) throwRefusal({ code: 'not-found' })
  const call = { consentry: settings.consentry, settings, request, id: found.id ?? '', ...known, ...input } as Call<never, never>
  const answer = await route.run(call)
  return answerResponse(route, answer, { request, search, settings, headers })
}

/** Returns the person and the actor. Throws, before anything is read, if they may not call the route. */
async function enter(route: Route, request: Request, settings: ApiSettings, headers: Headers) {
  const person = await personOf(request, settings, headers)
  const { actor, session, ended } = await resumeLogin(person, settings.consentry)
  if (route.outside) throwIfRefused(checkNotInside(actor))
  if (route.permissions) throwIfRefused(checkPermission(actor, ...route.permissions))
  if (route.asksHost) {
    const { mayAsk } = settings
    const may: unknown = await callHostFunction('mayAsk', () => mayAsk?.(person.person, request))
    if (may !== true) throwRefusal({ code: 'not-permitted' })
  }
  return { person, actor, session, ended }
}

async function readInput({ body, query, ifMatch }: Route, request: Request, search: string, { maxBodyBytes }: ApiSettings) {
  const json = body && (await readBody(request, maxBodyBytes))
  const parsed = body && json?.ok ? readRecord(body, json.value) : (json ?? ok(undefined))
  const condition = ifMatch ? readIfMatch(request.headers) : ok(undefined)
  const [queryInput, bodyInput, ifRevision] = unwrap(combine<[unknown, unknown, unknown]>(parseQuery(query, search), parsed, condition))
  return { query: queryInput, body: bodyInput, ifRevision }
}
