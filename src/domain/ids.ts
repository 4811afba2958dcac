/** Ids: what names a user, a tenant, a request or an event, compared exactly. */

/** A person of the requesting tenant who would act inside another tenant. Unique across the host, never reused (SPEC 3.5). */
export type UserId = string

/** An organisation; the vendor is one too. Unique across the host, never reused (SPEC 3.5). */
export type TenantId = string

/** What the requester sent, as a whole. Unique within its requesting tenant, which may choose it (SPEC 3.9). */
export type AccessRequestId = string

/** One tenant's own copy of a request: random, underived, unordered (SPEC 6.2). */
export type TenantRequestId = string

const ID = /^[\x21-\x7e]{1,128}$/

/** Whether `value` is an id: 1 to 128 printable ASCII characters, no space; `__proto__` is one like any other (SPEC 3.5). */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value)
}

/** Orders ids by their characters' codes, the same in every locale and every database with a binary collation. */
export function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
