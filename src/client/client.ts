/** The client of the HTTP API: one method for each route, over fetch. */
import { ConsentryError } from '../domain/error.js'
import { ADDRESSES } from './addresses.js'
import { errorOfProblem, unreachable } from './client-error.js'
import type { ConsentryClient } from './client-types.js'
import { freshId } from './fresh-id.js'
import { Revisions } from './revisions.js'
import { invalidInput, receivedValue, sentValue } from './wire.js'

type HeadersOf = Readonly<Record<string, string>>

/** The options of `consentryClient`. */
export interface ClientOptions {
  /** Where the API is: a path such as `/consentry` in a browser, an address elsewhere. */
  readonly baseUrl: string
  /** Headers of every request, such as the login's token, or a function that returns them. */
  readonly headers?: HeadersOf | (() => HeadersOf | Promise<HeadersOf>) | undefined
  /** By default, the platform's. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined
  /** How long a call waits for its answer, in milliseconds; 30 seconds by default. */
  readonly timeoutMs?: number | undefined
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Makes a client of the HTTP API, for browsers and servers.
 *
 * It is typed by the API's table of routes and takes nothing of it at run time. It remembers the revision of each row that it reads, so that
 * a command is refused if the request has changed since (SPEC 4.10). A client is for one login.
 * @throws `invalid-input` without a `baseUrl`.
 * @example
 * ```ts
 * import { createConsentry } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 * import { consentryClient } from 'consentry/client'
 * import { consentryApi } from 'consentry/http'
 *
 * const consentry = createConsentry({ repository: memoryRepository(), directory: { members: () => [], askable: () => [] } })
 * const api = consentryApi({
 *   consentry,
 *   person: (request) => (request.headers.has('authorization') ? { user: 'tom', tenant: 'tom-sawyer', permissions: ['answer'] } : null),
 * })
 * // Without a server between them: `fetch` is the platform's by default.
 * const fetch = (url: string, init: RequestInit) => api(new Request(`http://localhost${url}`, init))
 *
 * const client = consentryClient({ baseUrl: '', headers: { authorization: 'Bearer t' }, fetch })
 * for await (const { id } of client.listIncoming({ status: ['pending'] })) await client.grant(id, { expiresAt: null })
 * console.log((await client.getMe()).user) // tom
 * ```
 */
export function consentryClient(options: ClientOptions): ConsentryClient {
  if (typeof options?.baseUrl !== 'string') throw invalidInput('must be an address', 'options', 'baseUrl')
  const revisions = new Revisions()
  const methods = Object.entries(ADDRESSES).map(([name, address]) => {
    const askRoute = routeAsker(options, revisions, name, address)
    const call = (...given: unknown[]) => {
      const id = address.includes('{id}') ? String(given.shift()) : 'none'
      const ask = (more?: Fields) => askRoute(id, { ...(given[0] as Fields), ...more })
      const first = ask()
      // A caller who only iterates awaits it later.
      if (/^G/.test(address)) first.catch(() => {})
      return Object.assign(first, { [Symbol.asyncIterator]: () => rowsFrom(first, ask) })
    }
    return [name, call]
  })
  return Object.fromEntries(methods)
}

async function* rowsFrom(first: Promise<unknown>, ask: (more: Fields) => Promise<unknown>): AsyncGenerator<unknown> {
  for (let cursor: unknown, page = first; ; page = ask({ cursor })) {
    const { items, next } = (await page) as { readonly items: readonly unknown[]; readonly next: string | null }
    yield* items
    if (next === null) return
    if (next === cursor) throw unreachable('the API answered a page again')
    cursor = next
  }
}

/**
 * Returns the function that asks one route, and returns its answer as the service has it.
 *
 * It throws the API's refusal with its facts, or `unavailable` if the API did not answer as it does.
 */
function routeAsker(options: ClientOptions, revisions: Revisions, name: string, address: string) {
  const [method = '', path = ''] = address.split(' ')
  return async (id: string, input: Fields): Promise<unknown> => {
    const { baseUrl, headers = {}, fetch = globalThis.fetch, timeoutMs = 30_000 } = options
    const { signal: given, ifRevision, ...fields }: { [name: string]: unknown } = input
    // A URL would leave the path.
    if (/^\.{0,2}$/.test(id)) throw new ConsentryError('no such request', { code: 'not-found' })
    // A browser sends a request again by itself if a reused connection closes: with an id, that is the same submission (SPEC 3.9).
    if (name === 'submit') fields['id'] ??= freshId()
    const hasBody = /^P/.test(method)
    const sent = sentValue(fields) as Fields
    const revision = hasBody ? revisions.of(path, id, ifRevision) : undefined
    const query = hasBody ? '' : queryOf(sent)
    const url = baseUrl.replace(/\/$/, '') + path.replace('{id}', encodeURIComponent(id)) + query
    const sentHeaders = {
      ...(typeof headers === 'function' ? await headers() : headers),
      ...(hasBody && { 'content-type': 'application/json' }),
      ...(revision !== undefined && { 'if-match': `"${revision}"` }),
    }
    const body = hasBody ? JSON.stringify(sent) : null
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = AbortSignal.any([timeout, (given as AbortSignal | undefined) ?? timeout])
    let answered = 'nothing'
    try {
      // The API redirects nowhere: a login page or a proxy does.
      const response = await fetch(url, { method, headers: sentHeaders, body, redirect: 'manual', signal })
      const { ok, status } = response
      answered = `${status || 'a redirect'} ${response.headers.get('content-type')}`
      if (name === 'getSession' && status === 204) return null
      if (!/\/(problem\+)?json/.test(answered)) throw new TypeError('no JSON')
      const json: unknown = await response.json()
      const answer = receivedValue(json) as Fields
      if (!ok) throw errorOfProblem(answer)
      const { items, next } = answer as { readonly items?: unknown; readonly next?: unknown }
      const isPage = Array.isArray(items) && (next === null || typeof next === 'string')
      if (/^(list|search)/.test(name) ? !isPage : answer?.constructor !== Object) throw new TypeError('no JSON')
      revisions.remember(path, answer)
      return answer
    } catch (error) {
      if (error instanceof ConsentryError) throw error
      if (signal.aborted && !timeout.aborted) throw signal.reason
      throw unreachable(`the API answered ${timeout.aborted ? 'nothing in time' : answered}`, error)
    }
  }
}

/** Returns a query; a list gives its key several times. */
function queryOf(fields: Fields): string {
  const pairs = Object.entries(fields).flatMap(([key, value]) => [value ?? []].flat().map((one): [string, string] => [key, String(one)]))
  return pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : ''
}
