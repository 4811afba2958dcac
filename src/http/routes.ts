/** The table of routes, from which the handler, the OpenAPI document and the tests come (SPEC 11.1). */
import * as z from 'zod'
import { accessRoutes } from './access-routes.js'
import type { ApiSettings } from './api-options.js'
import { directoryRoutes } from './directory-routes.js'
import { incomingRoutes } from './incoming-routes.js'
import { describeRoutes, type OpenApiDocument } from './open-api.js'
import { requestRoutes } from './request-routes.js'
import { type Route, route } from './route.js'
import { sessionRoutes } from './session-routes.js'
import { NoQuery } from './wire-inputs.js'

const documentRoute = route({
  id: 'getOpenApi',
  method: 'GET',
  path: '/openapi.json',
  summary: 'Returns this document.',
  open: true,
  query: NoQuery,
  status: 200,
  answer: z.looseObject({ openapi: z.string() }),
  kept: true,
  run: async ({ settings }) => ({ ...documentFor(settings) }),
})

/** The documents of APIs that were asked for one: it takes milliseconds to write, and anybody may ask. */
const documents = new WeakMap<ApiSettings, OpenApiDocument>()

function documentFor(settings: ApiSettings): OpenApiDocument {
  const known = documents.get(settings) ?? openApiDocument(settings)
  documents.set(settings, known)
  return known
}

const TABLE = [...requestRoutes, ...incomingRoutes, ...sessionRoutes, ...accessRoutes, ...directoryRoutes, documentRoute] as const

/** Every route. A route is one entry of one list. */
export const ROUTES: readonly Route[] = TABLE

/** The types of every route, of which the client is made. */
export type RouteTable = NonNullable<(typeof TABLE)[number]['types']>

/**
 * Returns the OpenAPI 3.1 document of the API: what `GET /openapi.json` answers.
 *
 * The package has it as a file too, `consentry/openapi.json`, for generators of clients.
 * @example
 * ```ts
 * import { openApiDocument } from 'consentry/http'
 *
 * const { openapi, paths } = openApiDocument({ basePath: '/consentry' })
 * console.log(openapi, '/incoming/{id}/grant' in paths) // 3.1.0 true
 * ```
 */
export function openApiDocument({ basePath = '' }: { readonly basePath?: string } = {}): OpenApiDocument {
  return describeRoutes(ROUTES, basePath)
}

type Found = { readonly id?: string; readonly methods: ReadonlyMap<string, Route> }

const BY_PATH = new Map<string, Map<string, Route>>()
for (const one of ROUTES) BY_PATH.set(one.path, (BY_PATH.get(one.path) ?? new Map()).set(one.method, one))

/**
 * Returns the routes of a path, by method, and the id in it. A literal segment wins over `{id}`.
 *
 * Literals are compared as they stand, without decoding. An id is decoded once; a malformed escape is a malformed id.
 */
export function findRoutes(pathname: string, basePath: string): Found | undefined {
  if (!pathname.startsWith(`${basePath}/`)) return undefined
  const path = pathname.slice(basePath.length)
  const literal = BY_PATH.get(path)
  if (literal !== undefined) return { methods: literal }
  const [empty, list, id = '', ...more] = path.split('/')
  const methods = id === '' ? undefined : BY_PATH.get([empty, list, '{id}', ...more].join('/'))
  return methods && { id: decodedId(id), methods }
}

function decodedId(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return ''
  }
}
