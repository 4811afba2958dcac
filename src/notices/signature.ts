/** The secrets and signatures of Standard Webhooks, and the hash by which an endpoint is known. */
import { createHash, createHmac } from 'node:crypto'
import * as z from 'zod'

const PREFIX = 'whsec_'

/** A secret as input, and as output its bytes. */
export const WebhookSecret = z.string().refine(isSecret).transform(bytesOfSecret)

function bytesOfSecret(text: string): Buffer {
  return Buffer.from(text.slice(PREFIX.length), 'base64')
}

// Node decodes what is no base64 too, to fewer bytes than a receiver would. What it writes again is what it has read.
function isSecret(text: string): boolean {
  const bytes = bytesOfSecret(text)
  return bytes.length >= 24 && bytes.length <= 64 && text === `${PREFIX}${bytes.toString('base64')}`
}

/** What is signed: `at` is in whole seconds, and `body` the bytes that are sent. */
export interface SignedContent {
  readonly id: string
  readonly at: number
  readonly body: Buffer
}

/** Returns the header `webhook-signature`: a signature for each secret, the first one first. */
export function signaturesOf({ id, at, body }: SignedContent, secrets: readonly Buffer[]): string {
  return secrets.map((secret) => `v1,${createHmac('sha256', secret).update(`${id}.${at}.`).update(body).digest('base64')}`).join(' ')
}

/**
 * Returns the text by which an endpoint is known once it is switched off.
 * Its address is stored nowhere: a query may be a secret.
 */
export function endpointHash(url: URL): string {
  return createHash('sha256').update(url.href).digest('base64url')
}
