/** Receivers of webhooks over real sockets, good and bad ones, and deliveries to send to them. */
import { once } from 'node:events'
import { createServer as createPlainServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server as NetServer, type Socket } from 'node:net'
import tls from 'node:tls'
import { generate } from 'selfsigned'
import { onTestFinished } from 'vitest'
import { DeliveryError, type NoticeChannel, type NoticeDelivery, type SendContext } from '../../src/notices/channel.js'
import type { Notice } from '../../src/notices/notice.js'
import { PUBLIC } from '../../src/notices/webhook-network.js'

/** A secret of 24 bytes, which is that of the specification. */
export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
/** Now, in the tests that do not say otherwise. */
export const NOW = Date.UTC(2026, 10, 28, 12)
export const ID = 'A'.repeat(43)

export const noticeOf = (message = 'Welcome.'): Notice => ({
  id: ID,
  kind: 'rejected',
  at: Date.UTC(2026, 10, 28, 11, 59, 58, 7),
  to: { role: 'tenant', tenant: 'tom-sawyer' },
  facts: { tenantRequest: 'r1', tag: 'R-1', requestingTenant: 'classics', by: 'tom', message },
})

export function deliveryOf(notice = noticeOf()): NoticeDelivery {
  return { id: notice.id, to: notice.to, notices: [notice], attempt: 1 }
}

export function contextOf(more: Partial<SendContext> = {}): SendContext {
  const recordReached = () => Promise.reject(new Error('a webhook has no recipients'))
  return { people: undefined, now: NOW, signal: new AbortController().signal, reached: [], recordReached, isClosed: () => false, ...more }
}

/** Sends a notice; returns the error with which that failed, which is always one of the library's, short, and without secrets. */
export async function failureOf(
  channel: NoticeChannel,
  context = contextOf(),
  delivery = deliveryOf(),
): Promise<DeliveryError | undefined> {
  const error: unknown = await channel.send(delivery, context).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error === undefined) return undefined
  if (!(error instanceof DeliveryError)) throw new Error('this is no DeliveryError', { cause: error })
  if (error.message.length > 200 || /whsec_\w|MfKQ|token=|hunter2|receiver's own words/.test(error.message))
    throw new Error(`this text must not be stored: ${error.message}`)
  return error
}

/** Serves until the test is over, at 127.0.0.1 or another address of the machine itself. */
export async function listen<S extends NetServer>(
  server: S,
  host = '127.0.0.1',
  port = 0,
): Promise<S & { readonly port: number; readonly sockets: Set<Socket> }> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}) // what the other end breaks is its own concern
  })
  server.listen(port, host)
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return Object.assign(server, { port: (server.address() as AddressInfo).port, sockets })
}

export const httpReceiver = (listener: RequestListener) => listen<Server>(createPlainServer(listener))

/** A receiver below HTTP: `meet` gets each connection once its request has begun to arrive. */
export const rawReceiver = (meet: (socket: Socket) => void) => listen(createTcpServer((socket) => socket.once('data', () => meet(socket))))

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}

let made: ReturnType<typeof makeCertificate> | undefined
const makeCertificate = () =>
  generate([{ name: 'commonName', value: 'example.test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'hooks.example.test' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })

/** The certificate of `hooks.example.test` and 127.0.0.1, signed by itself. */
export async function certificate(): Promise<{ readonly cert: string; readonly key: string }> {
  made ??= makeCertificate()
  const { cert, private: key } = await made
  return { cert, key }
}

export async function httpsReceiver(listener: RequestListener, host?: string, port?: number) {
  return listen(createSecureServer(await certificate(), listener), host, port)
}

/** Makes the process trust our certificate until the test is over, as NODE_EXTRA_CA_CERTS does from the start. */
export async function trustCertificate(): Promise<void> {
  const { cert } = await certificate()
  const { createSecureContext } = tls
  tls.createSecureContext = (options) => {
    const made = createSecureContext(options)
    made.context.addCACert(cert)
    return made
  }
  onTestFinished(() => {
    tls.createSecureContext = createSecureContext
  })
}

/** Rules by which every name leads to 127.0.0.1, and that counts as public: as to a receiver in the open. */
export const OPEN = { ...PUBLIC, lookup: async () => [{ address: '127.0.0.1', family: 4 }], isPublic: () => true }
