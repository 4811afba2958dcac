/** The OpenAPI 3.1 document of a table of routes. */
import * as z from 'zod'
import { statusOfCode } from './problem.js'
import { type Route, refusalsOf } from './route.js'
import { wireRegistry } from './wire-values.js'

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  /** The version of OpenAPI: 3.1. */
  readonly openapi: string
  /** The title, the version of the API, and what it is. */
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  /** Where it is served: the base path. */
  readonly servers: readonly { readonly url: string }[]
  /** The operations, by path and method. */
  readonly paths: Readonly<Record<string, object>>
  /** The schemas, by name. */
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

type Json = Record<string, unknown>

const OPTIONS = {
  io: 'input',
  unrepresentable: 'any',
  metadata: wireRegistry as never,
  // `.readonly()` of a schema would say that it is never in a request.
  override: ({ jsonSchema }: { readonly jsonSchema: Json }) => void delete jsonSchema['readOnly'],
} as const

const DESCRIPTION = [
  'Requests for access, their answers, impersonation sessions and decisions.',
  'Every answer that is no success is problem details (RFC 9457) with a stable `code`.',
  'A request that changes something is JSON; with a cookie it must come from a page of the own origin.',
].join(' ')

/** Returns the document of a table of routes that is served under `basePath`. */
export function describeRoutes(routes: readonly Route[], basePath: string): OpenApiDocument {
  const paths: Record<string, Json> = {}
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) }
  return {
    openapi: '3.1.0',
    info: { title: 'Consentry', version: '1', description: DESCRIPTION },
    servers: [{ url: basePath === '' ? '/' : basePath }],
    paths,
    components: { schemas: namedSchemas() },
  }
}

function operationOf(route: Route): Json {
  const { id, summary, description, body, open, permissions } = route
  const needs = permissions && `Needs ${permissions.map((permission) => `\`${permission}\``).join(' or ')}.`
  const text = [description, needs, route.outside && 'Not allowed while impersonating.'].filter(Boolean).join(' ')
  return {
    operationId: id,
    summary,
    ...(text !== '' && { description: text }),
    tags: [route.path.split('/')[1]],
    ...(open && { security: [] }),
    parameters: parametersOf(route),
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: inlineSchema(body) } } } }),
    responses: responsesOf(route),
  }
}

function parametersOf({ path, query, ifMatch }: Route): Json[] {
  const inPath = { name: 'id', in: 'path', required: true, schema: { $ref: '#/components/schemas/TenantRequestId' } }
  const inHeader = {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The revision that the own party has seen, in quotes. At another one the answer is 412.',
    schema: { type: 'string', pattern: '^"[1-9][0-9]*"$' },
  }
  const inQuery = Object.entries((query as z.ZodObject).shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !(schema as z.ZodType).safeParse(undefined).success,
    schema: inlineSchema(schema as z.ZodType),
  }))
  return [...(path.includes('{id}') ? [inPath] : []), ...inQuery, ...(ifMatch ? [inHeader] : [])]
}

function responsesOf(route: Route): Json {
  const codes = new Map<number, string[]>()
  for (const code of refusalsOf(route)) codes.set(statusOfCode(code), [...(codes.get(statusOfCode(code)) ?? []), code])
  const refused = [...codes].sort(([a], [b]) => a - b).map(([status, names]) => [String(status), problemAnswer(status, names)])
  const headers = {
    ...(route.etag || route.kept ? { ETag: headerOf('The revision that the own party sees, in quotes.') } : {}),
    ...(route.page && { Link: headerOf('The address of the next page, as `rel="next"`, if there is one.') }),
  }
  return {
    [route.status]: {
      description: 'Success.',
      ...(Object.keys(headers).length > 0 && { headers }),
      content: { 'application/json': { schema: inlineSchema(route.answer) } },
    },
    ...(route.mayBeEmpty && { 204: { description: 'There is none.' } }),
    ...(route.kept && { 304: { description: 'Not modified.' } }),
    ...Object.fromEntries(refused),
  }
}

function problemAnswer(status: number, codes: readonly string[]): Json {
  const headers = status === 503 && { headers: { 'Retry-After': headerOf('Seconds to wait before the next attempt.') } }
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    ...headers,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  }
}

function headerOf(description: string): Json {
  return { description, schema: { type: 'string' } }
}

/** Returns the schemas with a name. */
function namedSchemas(): Record<string, Json> {
  const { schemas } = z.toJSONSchema(wireRegistry as z.core.$ZodRegistry<{ id?: string }>, {
    ...OPTIONS,
    uri: (id) => `#/components/schemas/${id}`,
  })
  const named = Object.entries(schemas).map(([name, { $schema, $id, ...schema }]) => [name, schema] as const)
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Returns a schema as it stands in an operation: a reference where it has a name. */
function inlineSchema(schema: z.ZodType): Json {
  const { $schema, $defs, ...inline } = z.toJSONSchema(schema, OPTIONS) as Json
  return JSON.parse(JSON.stringify(inline).replaceAll('"#/$defs/', '"#/components/schemas/'))
}
