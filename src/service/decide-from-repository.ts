/** Decisions over facts loaded for one question; a failure throws `facts-unavailable` (SPEC 5.9). */
import type { Decision } from '../domain/decision-types.js'
import { factsUnavailable } from '../domain/error.js'
import { type AccessQuery, decideByFacts, decideByRule, factsAbout } from '../domain/evaluate.js'
import { expectFactsOf, parseFacts } from '../domain/facts.js'
import type { TenantId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import { causeOf, type ServiceContext } from './context.js'

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
    throw factsUnavailable(causeOf(error))
  }
}
