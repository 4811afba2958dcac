/** What the mounts share: Node's request as a web-standard one, and the answer by Node's response. */
import { isUrlHost, pathOrNone } from './mount-path.js'

/**
 * The HTTP API as a mount takes it: what `consentryApi` returns, or a function around it.
 *
 * `basePath` is the path under which the function expects its requests; `''` by default.
 */
export interface MountableApi {
  (request: Request): Promise<Response>
  readonly basePath?: string | undefined
}

/** The part of Node's request that a mount uses. */
export interface NodeRequest extends AsyncIterable<Uint8Array> {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly originalUrl?: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** What a body parser of the host made of the body. */
  readonly body?: unknown
  readonly readableDidRead: boolean
  readonly readableEnded: boolean
  readonly httpVersionMajor: number
  readonly socket: object
}

/** The part of Node's response that a mount uses. */
export interface NodeResponse {
  statusCode: number
  readonly headersSent: boolean
  readonly writableEnded: boolean
  readonly writableFinished: boolean
  readonly destroyed: boolean
  getHeader(name: string): number | string | readonly string[] | undefined
  setHeader(name: string, value: string | readonly string[]): unknown
  end(chunk?: Uint8Array): unknown
  once(event: 'close', listener: () => void): unknown
}

/** Where a request came in, as the host's framework knows it. */
export interface Arrival {
  /** The path and query, below the API's `basePath` and with it. */
  readonly target: string
  /** `https` behind a proxy that the host trusts. By default, that of the connection. */
  readonly protocol?: string | undefined
  /** The body, if it is not the request itself. */
  readonly stream?: AsyncIterable<Uint8Array> | undefined
  /** The framework's request, for `hostRequestOf`; by default Node's. */
  readonly request?: object | undefined
}

const hostRequests = new WeakMap<Request, object>()

/**
 * Returns the framework's request behind a web-standard one.
 *
 * @throws `TypeError` for a request that no mount of this package made, such as a copy.
 */
export function hostRequestOf(request: Request): object {
  const found = hostRequests.get(request)
  if (found === undefined) throw new TypeError('the request comes from no mount: pass the very request that the API was called with')
  return found
}

/**
 * Calls the API with Node's request.
 *
 * The signal of its request aborts when the client has gone before the answer.
 */
export function callApi(api: MountableApi, message: NodeRequest, response: NodeResponse, arrival: Arrival): Promise<Response> {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  const request = webRequestOf(message, arrival, gone.signal)
  hostRequests.set(request, arrival.request ?? message)
  return api(request)
}

/** Sends an answer by Node's response, unless it was answered meanwhile or the client has gone. */
export async function sendByNode(answer: Response, message: NodeRequest, response: NodeResponse): Promise<void> {
  const bytes = new Uint8Array(await answer.arrayBuffer())
  if (!canAnswer(response)) return
  response.statusCode = answer.status
  for (const [name, value] of headersOf(answer, message, response.getHeader('set-cookie'))) response.setHeader(name, value)
  response.end(...(bytes.length > 0 ? [bytes] : []))
}

/** Returns the headers to send. `kept` are the cookies that the host has set. */
export function headersOf(answer: Response, message: NodeRequest, kept: unknown): [name: string, value: string | string[]][] {
  const cookies = [kept ?? [], answer.headers.getSetCookie()].flat().map(String)
  // What is left of a body that was refused half way must not be taken for the next request.
  const isHalfRead = message.readableDidRead && !message.readableEnded && message.httpVersionMajor < 2
  return [
    ...[...answer.headers].filter(([name]) => name !== 'set-cookie'),
    ...(cookies.length > 0 ? [['set-cookie', cookies] satisfies [string, string[]]] : []),
    ...(isHalfRead ? [['connection', 'close'] satisfies [string, string]] : []),
  ]
}

/** Whether an answer can still be sent. */
export function canAnswer({ headersSent, writableEnded, destroyed }: NodeResponse): boolean {
  return !headersSent && !writableEnded && !destroyed
}

/**
 * Methods of which the platform makes no `Request`.
 *
 * No route has them, as none has `OPTIONS`: the answer is the same.
 */
const UNSPEAKABLE = /^(trace|track|connect)$/i

function webRequestOf(message: NodeRequest, { target, protocol, stream = message }: Arrival, signal: AbortSignal): Request {
  const { method = 'GET', body } = message
  const headers = webHeadersOf(message)
  const host = headers.get('host') ?? ''
  const isSecure = protocol === undefined ? 'encrypted' in message.socket : protocol === 'https'
  const url = `${isSecure ? 'https' : 'http'}://${isUrlHost(host) ? host : 'localhost'}${pathOrNone(target)}`
  const init = { method: UNSPEAKABLE.test(method) ? 'OPTIONS' : method, headers, signal }
  if (method === 'GET' || method === 'HEAD' || UNSPEAKABLE.test(method)) return new Request(url, init)
  if (!message.readableDidRead) return new Request(url, { ...init, body: webStreamOf(stream), duplex: 'half' } as RequestInit)
  if (body !== undefined) return new Request(url, { ...init, body: serialized(body), duplex: 'half' } as RequestInit)
  const read = new Request(url, { ...init, body: '' })
  read.body?.cancel().catch(() => {})
  return read
}

/** Returns what a host's parser made of a body as JSON again, or the bytes that it left as they came. */
function serialized(body: unknown): Uint8Array | string | ReadableStream {
  if (body instanceof Uint8Array) return body
  try {
    return JSON.stringify(body)
  } catch (error) {
    // Lists that a parser can nest, and that nothing can write: refused as a body that cannot be read.
    return new ReadableStream({ start: (controller) => controller.error(error) })
  }
}

// Not the raw headers: a host may have removed those that a client must not send.
function webHeadersOf({ headers }: NodeRequest): Headers {
  const copied = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    // Those of HTTP/2 that begin with a colon are no headers.
    if (!name.startsWith(':')) for (const one of [value ?? []].flat()) copied.append(name, one)
  }
  const authority = headers[':authority']
  if (typeof authority === 'string' && !copied.has('host')) copied.set('host', authority)
  return copied
}

/**
 * Returns Node's stream as a web-standard one, which reads only what is asked for.
 * Cancelling it leaves the connection open, so that the refusal can be sent.
 */
function webStreamOf(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  let chunks: AsyncIterator<Uint8Array> | undefined
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    chunks ??= source[Symbol.asyncIterator]()
    const { done, value } = await chunks.next()
    if (done) controller.close()
    else controller.enqueue(value)
  }
  return new ReadableStream({ pull }, { highWaterMark: 0 })
}
