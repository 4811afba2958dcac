/** A hash of texts that is the same in every process and version; not for secrets. */

/**
 * Returns a hash of a text, from 0 to 2^52 - 1.
 *
 * It is FNV-1a over the UTF-16 code units, twice: with the usual offset, and with another one for the upper bits.
 */
export function textHash(text: string): number {
  let [low, high] = [0x811c9dc5, 0x9747b28c]
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    low = Math.imul(low ^ unit, 0x01000193)
    high = Math.imul(high ^ unit ^ index, 0x01000193)
  }
  return (high >>> 12) * 2 ** 32 + (low >>> 0)
}
