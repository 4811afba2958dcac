/** The directory port: members of the requesting tenant, and tenants it may ask (SPEC 2.5). */
import * as z from 'zod'
import { ignoreRejection } from '../domain/host-calls.js'
import type { TenantId, UserId } from '../domain/ids.js'
import { quoteInput } from '../domain/input.js'
import { Duration, type DurationInput } from '../domain/policy.js'
import { methodsMessage, missingMethods } from './methods.js'

/**
 * The host's knowledge of members and tenants, as of the call.
 * `members` and `askable` return the matching subset of the ids they were given, as a list of strings. Ids that they were not given, in exactly
 * this spelling, are ignored. If a method throws, rejects or returns anything else, such as rows or a `Set`, the command fails with
 * `unavailable` and saves nothing (SPEC 2.5).
 *
 * Both must look at the requesting tenant. A `members` that answers alike about every tenant calls the people of the tenant asked
 * members of the vendor, so they cannot grant (SPEC 2.4).
 */
export interface Directory {
  /**
   * Returns which of these users are members of the requesting tenant (SPEC 2.4, 2.6, 3.6).
   * A submission, its preview and a renewal draft ask about their users, a grant about the actor and the request's users, `setExpiry`
   * about the actor.
   * @example
   * ```ts
   * import type { Directory } from 'consentry'
   * import Database from 'libsql'
   *
   * const database = new Database(':memory:')
   * database.exec(`
   *   create table users (id text, tenant text);
   *   insert into users values ('caroline', 'classics'), ('tom', 'tom-sawyer');
   * `)
   * const found = database.prepare('select id from users where tenant = ? and id in (select value from json_each(?))')
   * const members: Directory['members'] = (tenant, users) =>
   *   (found.all(tenant, JSON.stringify(users)) as { id: string }[]).map(({ id }) => id)
   * console.log(members('classics', ['caroline', 'tom'])) // [ 'caroline' ]
   * ```
   */
  members(requestingTenant: TenantId, users: readonly UserId[]): Promise<readonly UserId[]> | readonly UserId[]
  /**
   * Returns which of these tenants exist and may be asked by the requesting tenant (SPEC 2.6, 3.6).
   * A submission and its preview ask about their tenants, a grant about the request's own, a decision about a legacy method about its tenant.
   */
  askable(requestingTenant: TenantId, tenants: readonly TenantId[]): Promise<readonly TenantId[]> | readonly TenantId[]
  /**
   * Returns the longest grant that a tenant itself allows, such as `{ days: 30 }`, or `null`.
   * Optional; asked when the tenant grants, sets an expiry or previews an answer. It only narrows the policy's `maxGrant` (SPEC 2.5, 4.4).
   */
  maxGrant?(tenant: TenantId): Promise<DurationInput | null> | DurationInput | null
}

const METHODS = Object.keys({ members: true, askable: true } satisfies Record<Exclude<keyof Directory, 'maxGrant'>, true>)

/** A directory of the host, recognised by its methods: a plain object or an instance of a class. */
export const directorySchema = z.custom<Directory>(isDirectory, {
  error: ({ input }) => {
    if (missingMethods(input, METHODS).length === 0) return 'must have a function `maxGrant`, or none'
    return methodsMessage(input, 'a directory: an object with the functions `members` and `askable`', METHODS)
  },
})

function isDirectory(value: unknown): boolean {
  const hasMethods = missingMethods(value, METHODS).length === 0
  return hasMethods && ['undefined', 'function'].includes(typeof Reflect.get(value as object, 'maxGrant'))
}

/**
 * Returns a tenant's own cap of grants in milliseconds; `null` for none.
 * @throws `TypeError`, which says what `maxGrant` of the directory answered.
 */
export function durationOf(answer: unknown): number | null {
  if (answer === null) return null
  const duration = Duration.safeParse(answer)
  if (duration.success) return duration.data
  throw new TypeError(`\`maxGrant\` of the directory answered ${quoteInput(answer)}: return a duration, such as \`{ days: 30 }\`, or null`)
}

/**
 * Returns the ids of a directory's answer.
 * Another answer must not be read as an empty one: "not a member of the requesting tenant" lets the actor answer (SPEC 2.4).
 * @throws `TypeError`, which names the method, what it answered and what to do.
 */
export function directoryIds(method: 'members' | 'askable', answer: unknown): ReadonlySet<string> {
  if (!Array.isArray(answer)) throw new TypeError(`\`${method}\` of the directory answered ${answerMessage(answer)}`)
  // `Array.from` turns a hole into `undefined`, which `entries` of a list would skip.
  const ids = Array.from<unknown>(answer)
  for (const id of ids) ignoreRejection(id)
  const index = ids.findIndex((id) => typeof id !== 'string')
  if (index === -1) return new Set(ids as string[])
  throw new TypeError(
    `\`${method}\` of the directory answered a list with ${quoteInput(ids[index])} at ${index}${elementMessage(ids[index])}`,
  )
}

function answerMessage(answer: unknown): string {
  if (answer === undefined) return 'nothing: return a list of ids; maybe a `return` is missing'
  if (answer instanceof Set) return 'a set: return a list, such as `[...ids]`'
  if (answer instanceof Map) return 'a map: return a list of ids, such as `[...map.keys()]`'
  const { rows }: { readonly rows?: unknown } = Object(answer)
  if (rows !== undefined) return 'the result of a query: return a list of ids, such as `result.rows.map((row) => row.id)`'
  return `${quoteInput(answer)}: return a list of ids, as strings`
}

function elementMessage(element: unknown): string {
  if (typeof element === 'number' || typeof element === 'bigint') return ': ids are strings, use `String(id)`, or `id::text` in PostgreSQL'
  if (element instanceof Promise) return ': await it, such as by `await Promise.all(ids)`'
  if (typeof element === 'object' && element !== null) return ': return the ids alone, such as `rows.map((row) => row.id)`'
  return ': return a list of ids, as strings'
}
