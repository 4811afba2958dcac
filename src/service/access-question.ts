/** The questions of `decide`, `decideMany` and `authorize`: their schemas, and a faster reader. */
import * as z from 'zod'
import { type AccessMethod, isAccessMethod, METHODS } from '../domain/decision-types.js'
import { isId, type TenantId, type UserId } from '../domain/ids.js'
import { Id, readRecord } from '../domain/input.js'
import { type Instant, isInstant, toInstant } from '../domain/instant.js'
import { ownOptions } from '../domain/own.js'
import type { Result } from '../domain/refusal.js'

const At = z.unknown().transform((at, context): Instant => {
  const instant = toInstant(at)
  if (instant !== undefined) return instant
  const message = typeof at === 'string' ? 'is text: use `new Date(...)`, or milliseconds' : 'must be a valid date or milliseconds'
  context.addIssue({ code: 'custom', message, input: at })
  return z.NEVER
})

/** When a question is asked about, and by which requests. */
export const questionTime = { at: At.optional(), from: Id.nullable().default(null) }

const method = z.enum(METHODS, `must be one of ${METHODS.map((one) => `\`${one}\``).join(', ')}`)
/** The schema of the question of `decide`. */
export const Question = z.strictObject(
  { user: Id, tenant: Id, method, ...questionTime },
  'must be a question: an object with `user`, `tenant` and `method`',
)
/** The schema of the question of `authorize`. */
export const AuthorizeQuestion = Question.extend({ from: Id.nullable() })

/** A well-formed question; without `at`, the service's clock decides. */
export interface AccessQuestion {
  readonly user: UserId
  readonly tenant: TenantId
  readonly method: AccessMethod
  readonly at?: Instant | undefined
  readonly from: TenantId | null
}

/** Reads the question of `decide`. */
export function readQuestion(input: unknown): Result<AccessQuestion> {
  return readBy(Question, input, null)
}

/** Reads the question of `authorize`, which must say `from`. */
export function readAuthorizeQuestion(input: unknown): Result<AccessQuestion> {
  return readBy(AuthorizeQuestion, input, undefined)
}

// Each property is read once, so the schema reads the copy that was made for the fast reader.
function readBy(schema: typeof Question | typeof AuthorizeQuestion, input: unknown, withoutFrom: null | undefined): Result<AccessQuestion> {
  const own = plainOptions(input)
  const question = own && wellFormed(own, withoutFrom)
  return question ? { ok: true, value: question } : readRecord(schema, own ?? input, 'question')
}

/** Returns a copy of what `readRecord` would take for a plain object. */
function plainOptions(input: unknown): Partial<Record<string, unknown>> | undefined {
  if (typeof input !== 'object' || input === null) return undefined
  try {
    if (!Array.isArray(input) && Object.prototype.toString.call(input) === '[object Object]')
      return ownOptions(input) as Partial<Record<string, unknown>>
  } catch {
    // A getter or a proxy threw: the schema's reader says so.
  }
  return undefined
}

/**
 * Returns the question if all of it is well-formed, by a look at each value.
 * That costs a tenth of the schema. What this does not know is left to the schema, which accepts or explains it.
 */
function wellFormed(own: Partial<Record<string, unknown>>, withoutFrom: null | undefined): AccessQuestion | undefined {
  for (const key of Object.keys(own)) if (!KEYS.has(key)) return undefined
  const { user, tenant, method, at, from = withoutFrom } = own
  if (!isId(user) || !isId(tenant) || !isAccessMethod(method) || !(from === null || isId(from))) return undefined
  return at === undefined || isInstant(at) ? { user, tenant, method, at, from } : undefined
}

const KEYS: ReadonlySet<string> = new Set(['user', 'tenant', 'method', 'at', 'from'])
