/** The response of a route, encoded by its schema: a field that the table does not list is not sent. */
import { textHash } from '../domain/text-hash.js'
import type { ApiSettings } from './api-options.js'
import { HostFailure } from './door.js'
import { encodeAnswer } from './encode-answer.js'
import { namesIn } from './names.js'
import { queryPairs } from './read-query.js'
import type { Route } from './route.js'

interface Asked {
  readonly request: Request
  readonly search: string
  readonly settings: ApiSettings
  /** The headers so far; those that the host has set among them. */
  readonly headers: Headers
}

/** Returns the response of what a route answered. */
export async function answerResponse(route: Route, answer: unknown, { request, search, settings, headers }: Asked): Promise<Response> {
  if (route.mayBeEmpty && answer === undefined) return new Response(null, { status: 204, headers })
  const body = encodeAnswer(route.answer, answer)
  const named = await withNames(route, body, settings)
  headers.set('content-type', 'application/json')
  const text = JSON.stringify(named)
  if (route.etag) headers.set('etag', `"${Reflect.get(Object(body), 'revision')}"`)
  if (route.page) setNextLink(headers, search, Reflect.get(Object(body), 'next'))
  if (route.kept) return keptResponse(request, text, headers)
  return new Response(text, { status: route.status, headers })
}

/** Returns a response that a browser keeps, and asks for each time whether it is still the same. */
export function keptResponse(request: Request, text: string, headers: Headers): Response {
  const tag = `"${textHash(text).toString(36)}"`
  headers.set('etag', tag)
  headers.set('cache-control', 'no-cache')
  // A proxy that compresses weakens the tag.
  const known = request.headers.get('if-none-match')?.replace(/^W\//, '')
  return known === tag ? new Response(null, { status: 304, headers }) : new Response(text, { headers })
}

/** Returns an answer with the names of whom it mentions, where the host has `people`. */
async function withNames({ names }: Route, body: unknown, { people, onError }: ApiSettings): Promise<unknown> {
  if (!names || people === undefined) return body
  return { ...(body as object), names: await namesIn(body, people, { onError }) }
}

/** Sets the address of the next page, relative to this one: so no mount makes it wrong. */
function setNextLink(headers: Headers, search: string, next: unknown): void {
  if (typeof next !== 'string') return
  const kept = (queryPairs(search) ?? []).filter(([key]) => key !== 'cursor')
  const pairs = [...kept, ['cursor', next] as const].map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
  headers.set('link', `<?${pairs.join('&')}>; rel="next"`)
}

/** Returns a response of the host, such as a 429, which is not stored either. */
export function hostResponse(response: unknown): Response {
  if (!(response instanceof Response))
    throw new HostFailure('`onRequest` returned something else than a `Response`: return one, or nothing')
  const headers = new Headers(response.headers)
  headers.set('cache-control', 'no-store')
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}
