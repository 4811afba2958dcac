/** Decisions over loaded facts; a failure to load them throws `facts-unavailable` (SPEC 5.9). */
import * as z from 'zod'
import { accessFrom } from '../access-index/access.js'
import { type AccessMethod, type Allowed, type Decision, METHODS } from '../domain/decision-types.js'
import { AccessDenied, ConsentryError, factsUnavailable, unwrap } from '../domain/error.js'
import { type AccessQuery, decideByFacts, decideByRule, factsAbout, INVALID_QUESTION } from '../domain/evaluate.js'
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
  /**
   * The user's own tenant, as the host's login knows it: only its requests count (SPEC 2.7).
   * Without it, or with `null`, every vendor's requests count.
   */
  readonly from?: TenantId | null | undefined
}

/** The question of `authorize`: it must say `from`, or it would be the widest of all (SPEC 2.7). */
export interface AuthorizeInput extends DecideInput {
  /** The user's own tenant, as the host's login knows it; `null` for every vendor's requests. */
  readonly from: TenantId | null
}

/** The question of `tenantsFor`: the tenants that a user may enter. */
export interface TenantsForInput extends Pick<DecideInput, 'user' | 'at' | 'from'> {}

/** The question of `usersFor`: the users who may enter a tenant. */
export interface UsersForInput extends Pick<DecideInput, 'tenant' | 'at' | 'from'> {}

// No messages: a malformed question has no issues, it is denied or has no matches.
const At = z.unknown().transform((at, context): Instant => {
  const instant = toInstant(at)
  if (instant !== undefined) return instant
  context.addIssue({ code: 'custom', input: at })
  return z.NEVER
})
const when = { at: At.optional(), from: Id.nullable().default(null) }
const Question = z.strictObject({ user: Id, tenant: Id, method: z.enum(METHODS), ...when })
const AuthorizeQuestion = Question.extend({ from: Id.nullable() })
const UserQuestion = z.strictObject({ user: Id, ...when })
const TenantQuestion = z.strictObject({ tenant: Id, ...when })

/** The decision methods of the service. */
export function createDecisions(context: ServiceContext) {
  const { withRepository, now } = context

  const answer = async (schema: typeof Question | typeof AuthorizeQuestion, input: DecideInput): Promise<Decision> => {
    const parsed = readRecord(schema, input)
    if (!parsed.ok) return INVALID_QUESTION
    const { at, ...question } = parsed.value
    return (await decideFromRepository(context, question, () => at ?? now())).decision
  }

  return {
    decide: (input: DecideInput): Promise<Decision> => answer(Question, input),

    async authorize(input: AuthorizeInput): Promise<Allowed> {
      const decision = await answer(AuthorizeQuestion, input)
      if (decision.allowed) return decision
      throw new AccessDenied(decision)
    },

    async facts(input: TenantId): Promise<TenantFacts> {
      const tenant = unwrap(read(Id, input, 'tenant'))
      return loadFacts(async () => expectFactsOf(tenant, parseFacts(await withRepository((repository) => repository.facts(tenant)))))
    },

    async tenantsFor(input: TenantsForInput): Promise<TenantId[]> {
      const question = readRecord(UserQuestion, input)
      if (!question.ok) return []
      const { user, at, from } = question.value
      return loadFacts(async () =>
        accessFrom(await withRepository((repository) => repository.factsOfUser(user))).tenantsFor(user, at ?? now(), from),
      )
    },

    async usersFor(input: UsersForInput): Promise<UserId[]> {
      const question = readRecord(TenantQuestion, input)
      if (!question.ok) return []
      const { tenant, at, from } = question.value
      return loadFacts(async () => {
        const facts = expectFactsOf(tenant, await withRepository((repository) => repository.facts(tenant)))
        return accessFrom([facts]).usersFor(tenant, at ?? now(), from)
      })
    },
  }
}

/**
 * Loads the facts and decides, as of the clock after they were read.
 *
 * @throws `facts-unavailable` if the facts, the clock or the directory fail (SPEC 5.9).
 */
export function decideFromRepository(
  context: ServiceContext,
  question: Omit<AccessQuery, 'now'>,
  readNow: () => Instant,
): Promise<{ readonly decision: Decision; readonly now: Instant }> {
  const { tenant, user } = question
  return loadFacts(async () => {
    const facts = parseFacts(expectFactsOf(tenant, await context.withRepository((repository) => repository.factsFor(tenant, user))))
    const query = { ...question, now: readNow() }
    const decision = decideByFacts(query, factsAbout(query, facts))
    if (decision !== undefined) return { decision, now: query.now }
    return { decision: (await createHostDecider(context, [query]))(query), now: query.now }
  })
}

/**
 * Asks the directory which tenants these questions may be about, once for each `from` (SPEC 5.3.6).
 *
 * @returns a function that answers each of them by the host's rule.
 */
export async function createHostDecider(
  { legacy, askable }: ServiceContext,
  queries: readonly AccessQuery[],
): Promise<(query: AccessQuery) => Decision> {
  const tenantsByFrom = new Map<TenantId, Set<TenantId>>()
  for (const { from, tenant } of legacy === undefined ? [] : queries) {
    if (from !== null) tenantsByFrom.set(from, (tenantsByFrom.get(from) ?? new Set()).add(tenant))
  }
  const asked = [...tenantsByFrom].map(async ([from, tenants]) => [from, await askable(from, [...tenants])] as const)
  const askableByFrom = new Map(await Promise.all(asked))
  const isAskable = (from: TenantId, tenant: TenantId) => askableByFrom.get(from)?.has(tenant) === true
  return ({ user, tenant, method, now, from }) => decideByRule(user, tenant, method, now, from, { legacy, isAskable })
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
