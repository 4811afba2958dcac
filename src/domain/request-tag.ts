/** The short tag of a tenant request, for people who talk about one on the telephone (SPEC 6.2). */
import type { TenantRequestId } from './ids.js'
import { fnv1a } from './text-hash.js'

/** One tag of a million: more digits are hard to read out, fewer collide too often. */
const TAGS = 1_000_000

/**
 * Returns the short tag of a tenant request, such as `482-915`.
 *
 * It is a hash of the id alone, so it tells nothing that the id does not. Both parties see the same tag, in every process and version. It is
 * no key: two requests may share one. Of 100 open requests, some two do so with a probability of 0.5 %; a certain one shares its tag with
 * another in 1 of 10,000 cases.
 *
 * The hash is 32-bit FNV-1a over the characters of the id, mixed by the finalizer of MurmurHash3, modulo 1,000,000.
 * @example
 * ```ts
 * import { requestTag } from 'consentry/domain'
 *
 * console.log(requestTag('2f1c9a04-7d53-4b1e-9a70-5f0c1f6f6c11')) // 357-310
 * ```
 */
export function requestTag(id: TenantRequestId): string {
  let hash = fnv1a(id)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  const digits = String(((hash ^ (hash >>> 16)) >>> 0) % TAGS).padStart(6, '0')
  return `${digits.slice(0, 3)}-${digits.slice(3)}`
}
