/** A hash of texts that is the same in every process and version; not for secrets. */

/**
 * Returns a hash of a text, from 0 to 2^52 - 1.
 *
 * It is FNV-1a twice: as usual for the lower bits, and with another offset and the places of the characters for the upper ones.
 */
export function textHash(text: string): number {
  const high = fnv1a(text, 0x9747b28c, (index) => index)
  return (high >>> 12) * 2 ** 32 + (fnv1a(text) >>> 0)
}

/** Returns the 32-bit FNV-1a of the UTF-16 code units of a text, each with the salt of its place. */
export function fnv1a(text: string, offset = 0x811c9dc5, salt: (index: number) => number = () => 0): number {
  let hash = offset
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index) ^ salt(index), 0x01000193)
  return hash
}
