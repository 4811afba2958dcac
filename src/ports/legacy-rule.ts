/** The host's legacy rule: awaited where a question waits anyway, otherwise at once (SPEC 5.3.6). */
import type { AsyncLegacyRule, Decision } from '../domain/decision-types.js'
import { type AccessQuery, type HostRule, LEGACY_NOT_PERMITTED, LEGACY_PERMITTED } from '../domain/evaluate.js'
import { quoteInput } from '../domain/input.js'

/**
 * Answers a question by asking the rule once. Only a `true` permits; never throws or rejects.
 * The decision comes as a promise only if the rule did not answer at once.
 */
export type AskLegacyRule = (question: AccessQuery) => Promise<Decision> | Decision

/**
 * Returns a function that asks the rule, and reports once what is wrong with its answer.
 *
 * A throw, a rejection, no answer within `timeoutMs` and anything that is no boolean deny. An answer that comes later is ignored.
 */
export function askLegacyRule(rule: AsyncLegacyRule, timeoutMs: number, report: (error: unknown) => void): AskLegacyRule {
  const denied = (error: unknown): Decision => {
    report(error)
    return LEGACY_NOT_PERMITTED
  }
  const decideLater = async (answer: unknown): Promise<Decision> => {
    const awaited = await withinTime(answer, timeoutMs)
    if (typeof awaited === 'boolean') return decisionOf(awaited)
    throw notBoolean(awaited, 'return true or false, or a promise of one')
  }
  return ({ user, tenant, method, now }) => {
    try {
      // `access-request` is decided by the facts.
      const answer: unknown = rule(user, tenant, method as Parameters<AsyncLegacyRule>[2], now)
      return typeof answer === 'boolean' ? decisionOf(answer) : decideLater(answer).catch(denied)
    } catch (error) {
      return denied(error)
    }
  }
}

const decisionOf = (isPermitted: boolean): Decision => (isPermitted ? LEGACY_PERMITTED : LEGACY_NOT_PERMITTED)

/**
 * Returns what to call with an answer at once that is wrong: a throw, or no boolean.
 *
 * A promise is no boolean: nobody waits for it.
 */
export function reportAnswersAtOnce(report: (error: unknown) => void): NonNullable<HostRule['reportRule']> {
  return (wrong, thrown) =>
    report(thrown ? wrong : notBoolean(wrong, 'return true or false; a promise is awaited by `authorize` with a directory'))
}

const notBoolean = (answer: unknown, advice: string) => new TypeError(`the legacy rule answered ${quoteInput(answer)}: ${advice}`)

/** Awaits an answer for that time. Its rejection is handled even after the time is over. */
function withinTime(answer: unknown, timeoutMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the legacy rule did not answer within ${timeoutMs} ms`)), timeoutMs)
    // A promise may be of another realm or library, and reading its `then` may throw: an async function handles all of them.
    const settled = (async () => answer)()
    settled.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
