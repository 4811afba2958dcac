/** Endpoints of webhooks: what a host's `endpoint` returned, and which urls may be called. */
import * as z from 'zod'
import { readRecord } from '../domain/input.js'
import { DeliveryError } from './channel.js'
import { WebhookSecret } from './signature.js'

/** Where a party's notices are posted, and with which secrets they are signed. */
export interface WebhookEndpoint {
  /** The address, with `https`; without a user or a password. */
  readonly url: string
  /**
   * `whsec_` and the base64 of 24 to 64 random bytes; a secret for each endpoint.
   * While a receiver changes to another one, a list of up to 5: it accepts a signature by any of them.
   */
  readonly secret: string | readonly string[]
}

/** An endpoint that was parsed: its secrets are bytes. */
export interface ParsedEndpoint {
  readonly url: URL
  readonly secrets: readonly Buffer[]
}

const SECRET = 'must be `whsec_` and the base64 of 24 to 64 random bytes, or a list of 1 to 5 such texts'

const EndpointInput = z.strictObject({
  url: z
    .string()
    .refine((text) => URL.canParse(text))
    .transform((text) => new URL(text)),
  secret: z.union([WebhookSecret.transform((secret) => [secret]), z.array(WebhookSecret).min(1).max(5)]),
})

/**
 * Parses what a host's `endpoint` returned; `undefined` if the party has none.
 * @throws `DeliveryError` without anything that was returned: it may be a secret.
 */
export function parseEndpoint(returned: unknown): ParsedEndpoint | undefined {
  if (returned === null || returned === undefined) return undefined
  const parsed = readRecord(EndpointInput, returned)
  if (parsed.ok) return { url: parsed.value.url, secrets: parsed.value.secret }
  const wrong = parsed.refusal.code === 'invalid-input' ? parsed.refusal.issues[0]?.path[0] : undefined
  const message =
    wrong === 'url' ? '`url` must be a URL' : wrong === 'secret' ? `\`secret\` ${SECRET}` : 'must be `{ url, secret }` or `null`'
  throw new DeliveryError(`the webhook was not called: what \`endpoint\` returned is malformed: ${message}`)
}

/**
 * Checks that an address may be called, as far as its text says.
 * @throws `DeliveryError` if it holds a user or a password, or does not begin with `https` and is of no trusted origin.
 */
export function checkUrl({ username, password, protocol }: URL, isTrusted: boolean): void {
  if (username !== '' || password !== '') throw new DeliveryError('the webhook was not called: its url has a user or a password')
  // A `blob:` has the origin of the page that made it.
  if (protocol !== 'https:' && !(isTrusted && protocol === 'http:'))
    throw new DeliveryError('the webhook was not called: its url must begin with https')
}
