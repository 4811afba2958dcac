/** The network of webhooks: names resolved to public addresses, and posts to exactly these. */
import { type LookupAddress, promises } from 'node:dns'
import * as http from 'node:http'
import * as https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { DeliveryError } from './channel.js'
import { isPublicAddress } from './public-address.js'

/** How names become addresses, and which may be called. Tests have others. */
export interface AddressRules {
  readonly lookup: (hostname: string) => Promise<readonly LookupAddress[]>
  readonly isPublic: (address: string) => boolean
}

/** The machine's own resolver, and public addresses. */
export const PUBLIC: AddressRules = {
  lookup: (hostname) => promises.lookup(hostname, { all: true, verbatim: true }),
  isPublic: isPublicAddress,
}

/**
 * Returns a `lookup` that answers with the addresses that a name has now, each of them public.
 *
 * A name that leads elsewhere a moment later changes nothing: nobody asks again.
 * @throws `DeliveryError` if one of them is not public: a receiver in the open has none in a network of ours.
 */
export async function publicLookup({ hostname }: URL, { lookup, isPublic }: AddressRules): Promise<LookupFunction> {
  const literal = hostname.replace(/^\[|\]$/g, '')
  const family = isIP(literal)
  const addresses = family === 0 ? await lookup(hostname) : [{ address: literal, family }]
  const [first] = addresses
  if (first === undefined || !addresses.every(({ address }) => isPublic(address)))
    throw new DeliveryError('the webhook was not called: its host has an address that is not public')
  return (_hostname, options, callback) => {
    if (options.all) callback(null, [...addresses])
    else callback(null, first.address, first.family)
  }
}

/** What is posted. Without a `lookup`, the platform resolves the name. */
export interface Post {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly lookup: LookupFunction | undefined
  readonly signal: AbortSignal
}

/** What a receiver answered, without its body. */
export interface ReceiverAnswer {
  readonly status: number
  /** The header `retry-after`. */
  readonly retryAfter: string | undefined
}

/** How many connections to a receiver there are, and how long one waits for another post, in ms. */
const POOL = { keepAlive: true, maxSockets: 16, maxFreeSockets: 16, timeout: 4_000 }

/**
 * Returns a function that posts, over connections of its own.
 * They are kept for a few seconds. Idle ones do not keep the process alive.
 */
export function createPoster(): (post: Post) => Promise<ReceiverAnswer> {
  // Said, so that no environment variable turns the check of certificates off.
  const [plain, secure] = [new http.Agent(POOL), new https.Agent({ ...POOL, rejectUnauthorized: true })]
  return ({ url, headers, body, lookup, signal }) =>
    new Promise((resolve, reject) => {
      const options = { method: 'POST', headers: { ...headers, 'content-length': body.length }, signal, ...(lookup && { lookup }) }
      const request =
        url.protocol === 'https:' ? https.request(url, { ...options, agent: secure }) : http.request(url, { ...options, agent: plain })
      request.on('response', (response) => {
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] })
        leaveBody(request, response)
      })
      request.on('error', reject)
      request.on('close', () => reject(new DeliveryError('the receiver closed the connection without an answer')))
      request.end(body)
    })
}

/** How much of an answer's body is read, in bytes, and for how long, in milliseconds. */
const [MAX_BODY_BYTES, MAX_BODY_MS] = [8_192, 1_000]

// A connection can be used again once its answer has been read. Of a longer one, another connection is cheaper.
function leaveBody(request: http.ClientRequest, response: http.IncomingMessage): void {
  let bytes = 0
  const timer = setTimeout(() => request.destroy(), MAX_BODY_MS).unref()
  request.on('close', () => clearTimeout(timer))
  response.on('error', () => {})
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) request.destroy()
  })
}
