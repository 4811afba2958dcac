/** Ids of users, tenants, requests and events: their form and their order (SPEC 3.5). */

/**
 * The id of a person of the requesting tenant.
 *
 * It is unique across the host and never reused (SPEC 3.5).
 */
export type UserId = string

/**
 * The id of an organisation; the vendor is one too.
 *
 * It is unique across the host and never reused (SPEC 3.5).
 */
export type TenantId = string

/**
 * The id of an access request.
 *
 * It is unique within its requesting tenant, which may choose it (SPEC 3.9).
 */
export type AccessRequestId = string

/** The id of one tenant's own copy of a request: random, underived and unordered (SPEC 6.2). */
export type TenantRequestId = string

const MAX_LENGTH = 128
// Found at half the cost of matching a whole id, which runs for every id that is read.
const NOT_OF_IDS = /[^\x21-\x7e]/

/** Whether `value` is an id: 1 to 128 printable ASCII characters without a space (SPEC 3.5). */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_LENGTH && !NOT_OF_IDS.test(value)
}

/**
 * Orders ids by character code, like every database with a binary collation, whatever the locale.
 * @example
 * ```ts
 * import { compareIds } from 'consentry/repository'
 *
 * console.log(['b', 'a', 'B'].sort(compareIds)) // [ 'B', 'a', 'b' ]
 * ```
 */
export function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
