/** Ids of a caller's own, by which a command is safe to repeat. */

/** Returns an id that nobody has had. */
export function freshId(): string {
  return String(crypto.getRandomValues(new Uint32Array(4)))
}
