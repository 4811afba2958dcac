/** Session ids: random and told to one person, stored as their SHA-256 only (SPEC 7.4). */
import type { SessionHash } from '../domain/event.js'

/** A new id: 256 bits, so that nobody finds one by trying. The host's `newId` is not asked, since its ids need only be different. */
export function newSessionId(): string {
  return hex(crypto.getRandomValues(new Uint8Array(32)))
}

// A guard hashes at every request: Node does it at once in a microsecond, where Web Crypto, which is everywhere, takes a thread and twenty.
const node = globalThis.process?.getBuiltinModule?.('node:crypto')

/** What is stored of an id. No salt and no stretching: what is random in full cannot be guessed from a list. */
export async function sessionHash(id: string): Promise<SessionHash> {
  if (node !== undefined) return node.createHash('sha256').update(id).digest('hex')
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(id))))
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
