/** Session ids: random, returned once to the session's user, stored only as SHA-256 (SPEC 7.4). */
import type { SessionHash } from '../domain/session-hash.js'

/**
 * Returns a new session id of 256 random bits.
 * The host's `newId` is not used: its ids may be guessable.
 */
export function newSessionId(): string {
  return hex(crypto.getRandomValues(new Uint8Array(32)))
}

// A guard hashes an id on every request. Node hashes synchronously in about 1 µs; Web Crypto, the fallback, takes about 20 µs and a thread.
const node = globalThis.process?.getBuiltinModule?.('node:crypto')

/**
 * Returns the stored form of a session id.
 * It needs no salt and no stretching, because an id is fully random.
 */
export async function sessionHash(id: string): Promise<SessionHash> {
  if (node !== undefined) return node.createHash('sha256').update(id).digest('hex')
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(id))))
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
