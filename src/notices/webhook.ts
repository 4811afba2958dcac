/** Webhooks: notices posted to the endpoint of a party, by Standard Webhooks. */
import * as z from 'zod'
import { unwrap } from '../domain/error.js'
import { Id, readRecord } from '../domain/input.js'
import { Origin } from '../domain/origin.js'
import { DeliveryError, type NoticeChannel, type NoticeDelivery, type SendContext } from './channel.js'
import { withDeadline } from './deadline.js'
import type { Notice, NoticeParty } from './notice.js'
import { endpointHash, signaturesOf } from './signature.js'
import { checkAnswer } from './webhook-answer.js'
import { checkUrl, parseEndpoint, type WebhookEndpoint } from './webhook-endpoint.js'
import { type AddressRules, createPoster, PUBLIC, publicLookup } from './webhook-network.js'

/** The options of `webhook`. */
export interface WebhookOptions {
  /**
   * Returns where the notices of this party are posted, or `null` if it has no webhook.
   * It is called at each attempt, so that a changed address or secret is used at once.
   */
  readonly endpoint: (party: NoticeParty) => WebhookEndpoint | null | undefined | Promise<WebhookEndpoint | null | undefined>
  /**
   * Origins that are called whatever their scheme and address, such as `http://127.0.0.1:8080`.
   * None by default. They are for development, and for receivers in your own network. Never add one that a customer names.
   */
  readonly trustedOrigins?: readonly string[] | undefined
  /**
   * How long an attempt may take until the receiver has answered, in milliseconds.
   * 15,000 by default, and at most 60,000.
   */
  readonly timeoutMs?: number | undefined
  /** The name of the channel, an id (SPEC 3.5); `webhook` by default. */
  readonly name?: string | undefined
}

const WebhookOptionsInput = z.strictObject(
  {
    endpoint: z.custom<WebhookOptions['endpoint']>((value) => typeof value === 'function', 'must be a function'),
    trustedOrigins: z.array(Origin, 'must be a list of origins').default([]),
    timeoutMs: z
      .int('must be a whole number of milliseconds')
      .min(1, 'must be at least 1')
      .max(60_000, 'must be at most 60000')
      .default(15_000),
    name: Id.default('webhook'),
  },
  'must be an object with `endpoint`',
)

/**
 * Returns the channel that posts notices to the endpoints of requesters and tenants.
 *
 * They are signed by Standard Webhooks. The body is JSON: `type` is `consentry.` and the kind, `timestamp` when it happened, and `data` the
 * notice's `id`, `to` and `facts`. Each attempt resolves the name in the url, and calls it only if all of its addresses are public. A status
 * from 200 to 299 is success; 410 switches the endpoint off; anything else is tried again, not before `Retry-After` says. Redirects are not
 * followed.
 * @throws `invalid-input` with every unknown, missing or malformed option.
 * @example
 * ```ts
 * import { webhook } from 'consentry/notices'
 *
 * const ofTomSawyer = { url: 'https://hooks.example.com/consentry', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }
 * const channel = webhook({ endpoint: ({ tenant }) => (tenant === 'tom-sawyer' ? ofTomSawyer : null) })
 * console.log(channel.name, channel.roles) // webhook [ 'requester', 'tenant' ]
 * ```
 */
export function webhook(options: WebhookOptions): NoticeChannel {
  return webhookOver(PUBLIC, options)
}

/** Returns the channel of `webhook` by other rules of addresses, for tests. */
export function webhookOver(rules: AddressRules, options: WebhookOptions): NoticeChannel {
  const { endpoint, trustedOrigins, timeoutMs, name } = unwrap(readRecord(WebhookOptionsInput, options, 'options'))
  const post = createPoster()

  async function attempt(
    { id, to, notices: [notice] }: NoticeDelivery,
    { now, isClosed }: SendContext,
    signal: AbortSignal,
  ): Promise<void> {
    const found = parseEndpoint(await askEndpoint(to))
    if (found === undefined) return
    const { url, secrets } = found
    const hash = endpointHash(url)
    if (isClosed(hash)) throw new DeliveryError('the webhook is switched off: its receiver has answered 410', { retry: false })
    const isTrusted = trustedOrigins.includes(url.origin)
    checkUrl(url, isTrusted)
    const lookup = isTrusted ? undefined : await publicLookup(url, rules)
    signal.throwIfAborted()
    const body = bodyOf(notice)
    const at = Math.floor(now / 1_000)
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'consentry',
      'webhook-id': id,
      'webhook-timestamp': String(at),
      'webhook-signature': signaturesOf({ id, at, body }, secrets),
    }
    checkAnswer(await post({ url, headers, body, lookup, signal }), hash, now)
  }

  async function askEndpoint(to: NoticeParty): Promise<unknown> {
    try {
      return await endpoint(to)
    } catch (cause) {
      throw new DeliveryError('the webhook was not called: `endpoint` threw an error', { cause })
    }
  }

  return {
    name,
    roles: ['requester', 'tenant'],
    digests: false,
    async send(delivery, context) {
      try {
        await withDeadline(timeoutMs, context.signal, (signal) => attempt(delivery, context, signal))
      } catch (error) {
        throw error instanceof DeliveryError ? error : failedCall(error)
      }
    },
  }
}

function bodyOf({ id, kind, at, to, facts }: Notice): Buffer {
  return Buffer.from(JSON.stringify({ type: `consentry.${kind}`, timestamp: new Date(at).toISOString(), data: { id, to, facts } }))
}

// The messages of Node and of TLS quote what the receiver has sent. Their codes are Node's own.
function failedCall(cause: unknown): DeliveryError {
  const code = cause instanceof Error && 'code' in cause && /^\w{1,60}$/.test(String(cause.code)) ? `: ${cause.code}` : ''
  return new DeliveryError(`the receiver could not be reached${code}`, { cause })
}
