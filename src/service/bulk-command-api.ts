/** The commands of the service about many requests at once, as a host calls them. */
import type { Actor } from '../domain/actor.js'
import type { AnswerOutcome, ManyAnswersInput } from './answer-many.js'
import type { EndAllInput, Ended } from './end-all.js'

/** The commands about many requests at once; each request is a step of its own. */
export interface BulkCommands {
  /**
   * Grants and rejects up to 100 pending requests, each with its own outcome (SPEC 4.12).
   * Needs `answer` in the tenant asked. The outcomes are in the order of the answers. One that is refused changes nothing and stops no other.
   * If an answer is malformed, all are refused. An `id` given twice is answered once: the second outcome is `not-pending`.
   * The directory is asked once for each requesting tenant.
   *
   * @throws `impersonating`, `not-permitted`, `invalid-input`, `unavailable`. The error's `changed` has the requests that were answered
   * before it; repeating the command is harmless (SPEC 9.3).
   * @example Continues ConsentryCommands.submit
   * ```ts
   * const outcomes = await consentry.answerMany(tom, [
   *   { id, answer: 'grant', expiresAt: new Date(Date.now() + 86_400_000) },
   *   { id: 'another', answer: 'reject', message: 'Ask again next month' },
   * ])
   * console.log(outcomes.map((one) => (one.ok ? one.request.status : one.error.code))) // [ 'granted', 'not-found' ]
   * ```
   */
  answerMany(actor: Actor, answers: readonly ManyAnswersInput[]): Promise<AnswerOutcome[]>

  /**
   * Ends everything between the actor's tenant and another one (SPEC 4.11).
   * It is a tenant's kill switch, and the end of a contract.
   * Needs `answer` to end what `with` sent to the actor's tenant: pending requests are rejected. Needs `submit` to end what the actor's
   * tenant sent to `with`: pending requests are withdrawn. An actor with both permissions ends both. Grants that hold are revoked. Live
   * sessions are ended, those by a legacy method too; one that was over already is recorded as it ended. Expired grants and lapsed requests
   * are left to `recordDue`. A step that fails does not keep the others from ending.
   *
   * @returns what changed: requests as summaries of the actor's party, and ended sessions. Nothing between the two is `[]`.
   * @throws `impersonating`, `not-permitted`, `invalid-input`, `unavailable`. The error's `changed` has what was ended all the same;
   * repeating the command is harmless (SPEC 9.3).
   * @example Continues ConsentrySessions.startImpersonation
   * ```ts
   * const ended = await consentry.endAll(tom, { with: 'classics', message: 'Our contract has ended.' })
   * console.log(ended.map((one) => ('session' in one ? one.cause : one.status))) // [ 'ended-by-tenant', 'revoked' ]
   * ```
   */
  endAll(actor: Actor, input: EndAllInput): Promise<Ended[]>
}
