/** Decisions over facts loaded for one question; a failure throws `facts-unavailable` (SPEC 5.9). */
import type { Decision } from '../domain/decision-types.js'
import { factsUnavailable } from '../domain/error.js'
import { type AccessQuery, decideByFacts, factsAbout, NEVER_ASKED } from '../domain/evaluate.js'
import { expectFactsOf, parseFacts, type TenantFacts } from '../domain/facts.js'
import type { TenantId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import { yieldToEventLoop } from '../ports/event-loop.js'
import { causeOf, type ServiceContext } from './context.js'

/** One of many questions; without `at`, the service's clock decides. */
export interface ManyQuery extends Omit<AccessQuery, 'now'> {
  readonly at?: Instant | undefined
}

/** How many questions are decided in one turn of the event loop. */
const QUESTIONS_PER_TURN = 100

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
    const [byHost] = await decideByHost(context, [{ query, decision }])
    return { decision: byHost as Decision, now: query.now }
  })
}

/**
 * Loads the facts of many questions at once, and decides each as of its own instant.
 *
 * @throws `facts-unavailable` if the facts, the clock or the directory fail for one of them (SPEC 5.11).
 */
export function decideManyFromRepository(context: ServiceContext, queries: readonly ManyQuery[]): Promise<Decision[]> {
  return loadFacts(async () => {
    const usesClock = queries.some(({ at }) => at === undefined)
    const loadedAt = usesClock ? context.now() : 0
    const asked = queries.map(({ tenant, user, from, at }) => ({ tenant, user, from, now: at ?? loadedAt }))
    // Questions that differ by the method alone have the same facts, which are read and parsed once.
    const keys = asked.map((one) => JSON.stringify(one))
    const distinct = new Map(asked.map((one, index) => [keys[index] as string, one]))
    const loaded = await context.withRepository((repository) => repository.factsForMany([...distinct.values()]))
    if (loaded.length !== distinct.size) throw new TypeError('the repository returned facts for another number of questions')
    const factsByKey = new Map<string, TenantFacts>()
    for (const [index, [key, { tenant }]] of [...distinct].entries()) {
      if (index % QUESTIONS_PER_TURN === QUESTIONS_PER_TURN - 1) await yieldToEventLoop()
      factsByKey.set(key, parseFacts(expectFactsOf(tenant, loaded[index] as TenantFacts)))
    }
    // The clock may have stepped back since (SPEC 5.2).
    const decidedAt = usesClock ? Math.max(loadedAt, context.now()) : 0
    const byFacts = queries.map(({ at, ...question }, index) => {
      const query = { ...question, now: at ?? decidedAt }
      return { query, decision: decideByFacts(query, factsAbout(query, factsByKey.get(keys[index] as string) as TenantFacts)) }
    })
    return decideByHost(context, byFacts)
  })
}

/** A question, and what the facts say; `decision` is `undefined` if it is for the host's rule. */
export interface DecidedByFacts {
  readonly query: AccessQuery
  readonly decision: Decision | undefined
}

/**
 * Returns the decisions; what the facts leave open is for the host's rule (SPEC 5.3.6).
 *
 * The rule is called once for each. First the directory is asked which tenants these may be about, once for each `from`.
 */
export async function decideByHost({ askLegacy, askable }: ServiceContext, byFacts: readonly DecidedByFacts[]): Promise<Decision[]> {
  if (askLegacy === undefined) return byFacts.map(({ decision = NEVER_ASKED }) => decision)
  const tenantsByFrom = new Map<TenantId, Set<TenantId>>()
  for (const { query, decision } of byFacts) {
    const { from, tenant } = query
    if (decision === undefined && from !== null) tenantsByFrom.set(from, (tenantsByFrom.get(from) ?? new Set()).add(tenant))
  }
  const asked = [...tenantsByFrom].map(async ([from, tenants]) => [from, await askable(from, [...tenants])] as const)
  const askableByFrom = new Map(await Promise.all(asked))
  return Promise.all(
    byFacts.map(({ query, decision }) => {
      if (decision !== undefined) return decision
      return query.from === null || askableByFrom.get(query.from)?.has(query.tenant) ? askLegacy(query) : NEVER_ASKED
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
