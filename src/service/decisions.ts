/** Decisions over loaded facts; a failure to load them throws `facts-unavailable` (SPEC 5.9). */
import * as z from 'zod'
import { accessFrom } from '../access-index/access.js'
import { decide, INVALID_QUESTION } from '../domain/decision.js'
import { type AccessMethod, type Allowed, type Decision, METHODS } from '../domain/decision-types.js'
import { AccessDenied, ConsentryError, factsUnavailable, unwrap } from '../domain/error.js'
import { expectFactsOf, parseFacts, type TenantFacts } from '../domain/facts.js'
import type { TenantId, UserId } from '../domain/ids.js'
import { Id, read, readRecord } from '../domain/input.js'
import { type Instant, toInstant } from '../domain/instant.js'
import type { ServiceContext } from './context.js'

/**
 * The question whether a user may enter a tenant.
 * A malformed question is denied with `invalid-question` (SPEC 5.3.1).
 */
export interface DecideInput {
  /** The user who would enter. */
  readonly user: UserId
  /** The tenant to enter. */
  readonly tenant: TenantId
  /** The way to enter (SPEC 5.1). */
  readonly method: AccessMethod
  /** The instant, a `Date` or milliseconds; by default the service's clock. */
  readonly at?: Date | Instant | undefined
}

// No messages: a malformed question has no issues, it is denied or has no matches.
const At = z.unknown().transform((at, context): Instant => {
  const instant = toInstant(at)
  if (instant !== undefined) return instant
  context.addIssue({ code: 'custom', input: at })
  return z.NEVER
})
const Question = z.strictObject({ user: Id, tenant: Id, method: z.enum(METHODS), at: At.optional() })
const UserQuestion = z.strictObject({ user: Id, at: At.optional() })
const TenantQuestion = z.strictObject({ tenant: Id, at: At.optional() })

/** The decision methods of the service. */
export function createDecisions({ withRepository, legacy, now }: ServiceContext) {
  const decideNow = async (input: DecideInput): Promise<Decision> => {
    const question = readRecord(Question, input)
    if (!question.ok) return INVALID_QUESTION
    const { user, tenant, method, at } = question.value
    return loadFacts(async () => {
      const facts = await withRepository((repository) => repository.factsFor(tenant, user))
      return decide(user, tenant, method, at ?? now(), expectFactsOf(tenant, facts), { legacy })
    })
  }

  return {
    decide: decideNow,

    async authorize(input: DecideInput): Promise<Allowed> {
      const decision = await decideNow(input)
      if (decision.allowed) return decision
      throw new AccessDenied(decision)
    },

    async facts(input: TenantId): Promise<TenantFacts> {
      const tenant = unwrap(read(Id, input, 'tenant'))
      return loadFacts(async () => expectFactsOf(tenant, parseFacts(await withRepository((repository) => repository.facts(tenant)))))
    },

    async tenantsFor(input: { readonly user: UserId; readonly at?: Date | Instant | undefined }): Promise<TenantId[]> {
      const question = readRecord(UserQuestion, input)
      if (!question.ok) return []
      const { user, at } = question.value
      return loadFacts(async () =>
        accessFrom(await withRepository((repository) => repository.factsOfUser(user))).tenantsFor(user, at ?? now()),
      )
    },

    async usersFor(input: { readonly tenant: TenantId; readonly at?: Date | Instant | undefined }): Promise<UserId[]> {
      const question = readRecord(TenantQuestion, input)
      if (!question.ok) return []
      const { tenant, at } = question.value
      return loadFacts(async () =>
        accessFrom([expectFactsOf(tenant, await withRepository((repository) => repository.facts(tenant)))]).usersFor(tenant, at ?? now()),
      )
    },
  }
}

/**
 * Runs `answer`, which loads facts and decides.
 *
 * @throws `facts-unavailable` for every error: a failure is neither a denial nor an allow (SPEC 5.9).
 */
export async function loadFacts<T>(answer: () => Promise<T>): Promise<T> {
  try {
    return await answer()
  } catch (error) {
    const cause = error instanceof ConsentryError && error.code === 'unavailable' ? error.cause : error
    throw factsUnavailable(cause)
  }
}
