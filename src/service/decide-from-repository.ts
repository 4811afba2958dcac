/** Decisions over facts loaded for one question; a failure throws `facts-unavailable` (SPEC 5.9). */
import type { Decision, LegacyRule } from '../domain/decision-types.js'
import { factsUnavailable } from '../domain/error.js'
import { type AccessQuery, decideByFacts, factsAbout, LEGACY_NOT_PERMITTED, LEGACY_PERMITTED, NEVER_ASKED } from '../domain/evaluate.js'
import { expectFactsOf, parseFacts } from '../domain/facts.js'
import type { TenantId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import { causeOf, type ServiceContext } from './context.js'

type LegacyMethod = Parameters<LegacyRule>[2]

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
    const loadedAt = readNow()
    const asked = { tenant, user, from: question.from, now: loadedAt }
    const facts = parseFacts(expectFactsOf(tenant, await context.withRepository((repository) => repository.factsFor(asked))))
    // The facts answer for the instant at which they were asked for, and later; the clock may have stepped back since (SPEC 5.2).
    const query = { ...question, now: Math.max(loadedAt, readNow()) }
    const decision = decideByFacts(query, factsAbout(query, facts))
    if (decision !== undefined) return { decision, now: query.now }
    const [byHost] = await decideByHost(context, [query])
    return { decision: byHost as Decision, now: query.now }
  })
}

/**
 * Answers these questions by the host's rule, in their order and each by one call (SPEC 5.3.6).
 *
 * First asks the directory which tenants they may be about, once for each `from`.
 */
export async function decideByHost({ askLegacy, askable }: ServiceContext, queries: readonly AccessQuery[]): Promise<Decision[]> {
  if (askLegacy === undefined) return queries.map(() => NEVER_ASKED)
  const tenantsByFrom = new Map<TenantId, Set<TenantId>>()
  for (const { from, tenant } of queries) {
    if (from !== null) tenantsByFrom.set(from, (tenantsByFrom.get(from) ?? new Set()).add(tenant))
  }
  const asked = [...tenantsByFrom].map(async ([from, tenants]) => [from, await askable(from, [...tenants])] as const)
  const askableByFrom = new Map(await Promise.all(asked))
  return Promise.all(
    queries.map(async ({ user, tenant, method, now, from }) => {
      if (from !== null && askableByFrom.get(from)?.has(tenant) !== true) return NEVER_ASKED
      // `access-request` is decided by the facts.
      return (await askLegacy(user, tenant, method as LegacyMethod, now)) ? LEGACY_PERMITTED : LEGACY_NOT_PERMITTED
    }),
  )
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
    throw factsUnavailable(causeOf(error))
  }
}
