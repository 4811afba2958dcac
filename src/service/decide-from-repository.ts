/** Decisions over facts loaded for one question; a failure throws `facts-unavailable` (SPEC 5.9). */
import type { Decision } from '../domain/decision-types.js'
import { factsUnavailable } from '../domain/error.js'
import { type AccessQuery, decideByFacts, factsAbout, NEVER_ASKED } from '../domain/evaluate.js'
import { expectFactsOf, parseFacts, type TenantFacts } from '../domain/facts.js'
import type { TenantId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import { causeOf, type ServiceContext } from './context.js'
import { parseFactsOfMany } from './facts-of-many.js'

/** One of many questions; without `at`, the service's clock decides. */
export interface ManyQuery extends Omit<AccessQuery, 'now'> {
  readonly at?: Instant | undefined
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
  return loadFacts(async () => {
    const first = await readDecision(context, question, readNow, -Infinity)
    // Most questions are decided by the facts, and no host is asked.
    if (first.decision !== undefined) return { decision: first.decision, now: first.query.now }
    const readAgain = async () => [await readDecision(context, question, readNow, first.query.now)]
    const [decided] = await decideWithHost(context, [first], readAgain)
    return { decision: (decided as Decided).decision, now: (decided as Decided).query.now }
  })
}

/** Reads what the facts say to a question, as of the clock, and not before `notBefore`. */
async function readDecision(
  { withRepository }: ServiceContext,
  { tenant, user, method, from }: Omit<AccessQuery, 'now'>,
  readNow: () => Instant,
  notBefore: Instant,
): Promise<DecidedByFacts> {
  const loadedAt = Math.max(notBefore, readNow())
  const found = await withRepository((repository) => repository.factsFor({ tenant, user, from, now: loadedAt }))
  // The facts answer for the instant at which they were asked for, and later; the clock may have stepped back since (SPEC 5.2).
  const query = { user, tenant, method, from, now: Math.max(loadedAt, readNow()) }
  return { query, decision: decideByFacts(query, factsAbout(query, parseFacts(expectFactsOf(tenant, found)))) }
}

/**
 * Loads the facts of many questions at once, and decides each as of its own instant.
 *
 * @throws `facts-unavailable` if the facts, the clock or the directory fail for one of them (SPEC 5.11).
 */
export function decideManyFromRepository(context: ServiceContext, queries: readonly ManyQuery[]): Promise<Decision[]> {
  return loadFacts(async () => {
    const first = await readDecisions(context, queries, -Infinity)
    const readAgain = (indices: readonly number[]) => {
      const askedAgain = indices.map((index) => queries[index] as ManyQuery)
      const byClock = first.find((_, index) => queries[index]?.at === undefined)
      return readDecisions(context, askedAgain, byClock?.query.now ?? -Infinity)
    }
    const decided = await decideWithHost(context, first, readAgain)
    return decided.map(({ decision }) => decision)
  })
}

/**
 * Reads what the facts say to each question.
 * A question without an instant is decided as of the clock, and not before `notBefore`.
 */
async function readDecisions(context: ServiceContext, queries: readonly ManyQuery[], notBefore: Instant): Promise<DecidedByFacts[]> {
  const usesClock = queries.some(({ at }) => at === undefined)
  const loadedAt = usesClock ? Math.max(notBefore, context.now()) : 0
  const asked = queries.map(({ tenant, user, from, at }) => ({ tenant, user, from, now: at ?? loadedAt }))
  // Questions that differ by the method alone have the same facts, which are read and parsed once.
  const keys = asked.map((one) => JSON.stringify(one))
  const distinct = new Map(asked.map((one, index) => [keys[index] as string, one]))
  const questions = [...distinct.values()]
  const facts = await parseFactsOfMany(questions, await context.withRepository((repository) => repository.factsForMany(questions)))
  const factsByKey = new Map([...distinct.keys()].map((key, index) => [key, facts[index]]))
  // The clock may have stepped back since (SPEC 5.2).
  const decidedAt = usesClock ? Math.max(loadedAt, context.now()) : 0
  return queries.map(({ at, ...question }, index) => {
    const query = { ...question, now: at ?? decidedAt }
    return { query, decision: decideByFacts(query, factsAbout(query, factsByKey.get(keys[index] as string) as TenantFacts)) }
  })
}

/** A question, and what the facts say; `decision` is `undefined` if it is for the host's rule. */
export interface DecidedByFacts {
  readonly query: AccessQuery
  readonly decision: Decision | undefined
}

/** A question and its decision. */
interface Decided extends DecidedByFacts {
  readonly decision: Decision
}

/**
 * Decides by the host what the facts leave open.
 * What is allowed after a wait for the host is decided again by facts that are read then.
 *
 * @param readAgain reads what the facts say now to the questions at these indices.
 */
async function decideWithHost(
  context: ServiceContext,
  first: readonly DecidedByFacts[],
  readAgain: (indices: readonly number[]) => Promise<readonly DecidedByFacts[]>,
): Promise<readonly Decided[]> {
  const { decisions, waited } = await decideByHost(context, first)
  const decided = first.map(({ query }, index) => ({ query, decision: decisions[index] as Decision }))
  const allowed = [...decided.keys()].filter((index) => waited && decisions[index]?.allowed)
  if (allowed.length === 0) return decided
  // A tenant may have granted for the first time meanwhile, which closes the rule, or a grant may have ended (SPEC 5.3).
  const again = await readAgain(allowed)
  for (const [position, index] of allowed.entries()) {
    const { query, decision = decisions[index] } = again[position] as DecidedByFacts
    decided[index] = { query, decision: decision as Decision }
  }
  return decided
}

/** The decisions of questions by the facts and the host. */
export interface HostAnswers {
  readonly decisions: readonly Decision[]
  /** Whether the host was waited for, so that time has passed since the facts were read. */
  readonly waited: boolean
}

/**
 * Returns the decisions; what the facts leave open is for the host's rule (SPEC 5.3.6).
 *
 * The rule is called once for each. First the directory is asked which tenants these may be about, once for each `from`.
 */
export async function decideByHost({ askLegacy, askable }: ServiceContext, byFacts: readonly DecidedByFacts[]): Promise<HostAnswers> {
  if (askLegacy === undefined) return { decisions: byFacts.map(({ decision = NEVER_ASKED }) => decision), waited: false }
  const tenantsByFrom = new Map<TenantId, Set<TenantId>>()
  for (const { query, decision } of byFacts) {
    const { from, tenant } = query
    if (decision === undefined && from !== null) tenantsByFrom.set(from, (tenantsByFrom.get(from) ?? new Set()).add(tenant))
  }
  const froms = [...tenantsByFrom.keys()]
  const lists = [...tenantsByFrom].map(([from, tenants]) => askable(from, [...tenants]))
  const settled = await Promise.all(lists)
  const askableByFrom = new Map(froms.map((from, index) => [from, settled[index]]))
  const answers = byFacts.map(({ query, decision }) => {
    if (decision !== undefined) return decision
    return query.from === null || askableByFrom.get(query.from)?.has(query.tenant) ? askLegacy(query) : NEVER_ASKED
  })
  const waited = [...lists, ...answers].some((answer) => answer instanceof Promise)
  return { decisions: await Promise.all(answers), waited }
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
