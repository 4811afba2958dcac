/** The facts of many questions, which the repository answers in one call (SPEC 5.11, 6.11). */
import { expectFactsOf, parseFacts, type TenantFacts } from '../domain/facts.js'
import type { TenantId } from '../domain/ids.js'
import { yieldToEventLoop } from '../ports/event-loop.js'

/** How many facts are parsed in one turn of the event loop. */
const FACTS_PER_TURN = 100

/**
 * Parses what `factsForMany` returned, and yields to the event loop between turns.
 *
 * @returns the facts, in the order of the questions.
 * @throws `TypeError` if they are not one for each question, and of its tenant; `invalid-facts`.
 */
export async function parseFactsOfMany(
  questions: readonly { readonly tenant: TenantId }[],
  loaded: readonly TenantFacts[],
): Promise<TenantFacts[]> {
  if (loaded.length !== questions.length) throw new TypeError('the repository returned facts for another number of questions')
  const parsed: TenantFacts[] = []
  for (const [index, { tenant }] of questions.entries()) {
    if (index % FACTS_PER_TURN === FACTS_PER_TURN - 1) await yieldToEventLoop()
    parsed.push(parseFacts(expectFactsOf(tenant, loaded[index] as TenantFacts)))
  }
  return parsed
}
