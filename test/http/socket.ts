/** A web-standard handler behind a real socket, and a client that sends exactly what it is told. */
import { createServer, type IncomingMessage, request as open, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { Readable } from 'node:stream'

type Handler = (request: Request) => Promise<Response>

/** An answer: `headers` by lower-case name, and the body as it came. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
}

/** What is sent. A body that is not bytes or text is sent as JSON, with its content type. */
export interface Sent {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: unknown
}

function toRequest(message: IncomingMessage): Request {
  const headers = new Headers()
  for (let n = 0; n < message.rawHeaders.length; n += 2) headers.append(message.rawHeaders[n] ?? '', message.rawHeaders[n + 1] ?? '')
  const method = message.method ?? 'GET'
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const init = { method, headers, ...(hasBody && { body: Readable.toWeb(message), duplex: 'half' }) }
  return new Request(`http://localhost${message.url}`, init as RequestInit)
}

async function send(response: Response, to: ServerResponse): Promise<void> {
  to.statusCode = response.status
  for (const [name, value] of response.headers) if (name !== 'set-cookie') to.setHeader(name, value)
  if (response.headers.getSetCookie().length > 0) to.setHeader('set-cookie', response.headers.getSetCookie())
  to.end(Buffer.from(await response.arrayBuffer()))
}

/** A server at a port of its own. */
export interface Server {
  readonly port: number
  /** What the handler or the adapter threw: never anything. */
  readonly failures: readonly unknown[]
  readonly ask: (sent: Sent) => Promise<Answer>
  readonly close: () => Promise<unknown>
}

/** Serves a handler at a port of its own. */
export async function serve(handler: Handler): Promise<Server> {
  const failures: unknown[] = []
  const server = createServer((message, response) => {
    handler(toRequest(message))
      .then((answer) => send(answer, response))
      .catch((error: unknown) => {
        failures.push(error)
        response.destroy()
      })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    failures,
    ask: (sent: Sent) => exchange(port, sent),
    close: () => new Promise<void>((resolve) => void server.close(() => resolve()).closeAllConnections()),
  }
}

/** Sends one request to a port, on a connection of its own. */
export function exchange(port: number, { method = 'GET', path, headers = {}, body }: Sent): Promise<Answer> {
  const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array
  const bytes = isRaw ? body : JSON.stringify(body)
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, headers: { ...type, ...headers } as never, agent: false }
    const outgoing = open(options, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text: Buffer.concat(chunks).toString('utf8') }),
      )
    })
    outgoing.on('error', reject)
    outgoing.end(bytes)
  })
}

/** Writes bytes to a port as they are, ends the connection half way, and waits until the server has closed it. */
export function cutOff(port: number, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(text))
    socket.on('data', () => {})
    socket.on('error', reject)
    socket.on('close', () => resolve())
  })
}
