/** The commands of the service on requests, as a host calls them. */

import type { Actor } from '../domain/actor.js'
import type { RequestSummary } from '../domain/error.js'
import type { TenantRequestId, UserId } from '../domain/ids.js'
import type { SubmissionInput } from '../domain/submission.js'
import type { BulkCommands } from './bulk-command-api.js'
import type { AnswerInput, ExpiryInput, GrantInput, RevisionInput, WithdrawTarget } from './command-inputs.js'
import type { RecordedEnd } from './record-due.js'
import type { SubmitResult } from './submit.js'

/**
 * The commands of the service.
 *
 * A malformed actor is refused with `invalid-input`. Then each command checks the codes that it lists, in that order: the first that
 * applies is thrown. So nothing is read of the input of an actor who may not command (SPEC 4.7).
 */
export interface ConsentryCommands extends BulkCommands {
  /**
   * Sends a request to every tenant it names, all or none (SPEC §3).
   * Needs `submit`. With an `id` of the host's own, the call is safe to repeat: the second call returns the first result (SPEC 3.9).
   *
   * @throws `impersonating`, `not-permitted`, `invalid-input` for the form or a limit (SPEC 3.4), `already-submitted` if the `id` was sent
   * with other content, `invalid-input` with the issue codes `unknown-user`, `unknown-tenant` and `own-tenant` (SPEC 3.6) or
   * `too-many-open` (SPEC 3.4a), `unavailable`.
   * @example
   * ```ts
   * import { type Actor, createConsentry } from 'consentry'
   * import { memoryRepository } from 'consentry/adapters/memory'
   *
   * const directory = {
   *   members: (vendor: string) => (vendor === 'classics' ? ['caroline'] : []),
   *   askable: (vendor: string) => (vendor === 'classics' ? ['tom-sawyer'] : []),
   * }
   * const consentry = createConsentry({ repository: memoryRepository(), directory })
   * const elizabeth: Actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }
   * const tom: Actor = { user: 'tom', tenant: 'tom-sawyer', permissions: ['answer'], impersonating: null }
   *
   * const { id: accessRequest, sent } = await consentry.submit(elizabeth, {
   *   name: 'SupportAccess',
   *   message: 'Caroline looks after your account.',
   *   associations: [{ users: ['caroline'], tenants: ['tom-sawyer'] }],
   * })
   * console.log(sent.map(({ tenant }) => tenant)) // [ 'tom-sawyer' ]
   * const id = sent[0]?.id ?? ''
   * ```
   */
  submit(actor: Actor, request: SubmissionInput): Promise<SubmitResult>

  /**
   * Grants a pending request until `expiresAt`, or without an expiry if that is `null` (SPEC §4).
   * Needs `answer` in the tenant asked. From now on the tenant is governed: legacy methods are closed there (SPEC 5.3.5).
   * It asks the directory again, and removes users who are no longer members of the requesting tenant (SPEC 2.6).
   *
   * @throws `impersonating`, `not-permitted`, `invalid-input`, `not-found`, `wrong-party`, `requester-may-not-answer` (SPEC 2.4),
   * `stale-revision`, `not-pending`, `expiry-required`, `expires-too-soon`, `expires-too-late` (SPEC 4.4), `not-grantable` if no user is
   * left or the requesting tenant may no longer ask this tenant (SPEC 2.6), `unavailable`.
   * @example Continues submit
   * ```ts
   * const expiresAt = new Date(Date.now() + 30 * 86_400_000)
   * const granted = await consentry.grant(tom, id, { expiresAt, message: 'Welcome' })
   * console.log(granted.status, granted.revision) // granted 2
   * ```
   */
  grant(actor: Actor, id: TenantRequestId, answer: GrantInput): Promise<RequestSummary>

  /**
   * Rejects a pending request (SPEC §4).
   * Needs `answer` in the tenant asked.
   *
   * @throws `impersonating`, `not-permitted`, `invalid-input`, `not-found`, `wrong-party`, `stale-revision`, `not-pending`, `unavailable`.
   * @example Continues submit
   * ```ts
   * const { status } = await consentry.reject(tom, id, { message: 'Ask again next month' })
   * console.log(status) // rejected
   * ```
   */
  reject(actor: Actor, id: TenantRequestId, answer?: AnswerInput): Promise<RequestSummary>

  /**
   * Sets or moves the expiry of a grant that holds (SPEC §4).
   * Needs `answer` in the tenant asked.
   *
   * @throws `impersonating`, `not-permitted`, `invalid-input`, `not-found`, `wrong-party`, `requester-may-not-answer` (SPEC 2.4),
   * `stale-revision`, `not-active`, `expires-too-soon`, `expires-too-late` (SPEC 4.4), `unavailable`.
   * @example Continues grant
   * ```ts
   * const shortened = await consentry.setExpiry(tom, id, { expiresAt: new Date(Date.now() + 86_400_000) })
   * console.log(shortened.status, shortened.revision) // granted 3
   * ```
   */
  setExpiry(actor: Actor, id: TenantRequestId, expiry: ExpiryInput): Promise<RequestSummary>

  /**
   * Ends a grant that holds (SPEC §4).
   * Needs `answer` in the tenant asked, or `submit` in the requesting tenant.
   *
   * @throws `impersonating`, `not-permitted`, `invalid-input`, `not-found`, `wrong-party`, `stale-revision`, `not-active`, `unavailable`.
   * @example Continues grant
   * ```ts
   * const { status } = await consentry.revoke(tom, id, { message: 'The work is done' })
   * console.log(status) // revoked
   * ```
   */
  revoke(actor: Actor, id: TenantRequestId, answer?: AnswerInput): Promise<RequestSummary>

  /**
   * Withdraws one pending tenant request, or all pending ones of an access request (SPEC §4).
   * Needs `submit` in the requesting tenant.
   *
   * @returns the withdrawn requests. For an access request without pending ones, the list is empty.
   * @throws `impersonating`, `not-permitted`, `invalid-input`, `not-found`; for one tenant request also `wrong-party`, `stale-revision`,
   * `not-pending`; `unavailable`. For an access request, each tenant's is a step of its own: the error's `changed` has those that were
   * withdrawn before it, and repeating the command is harmless (SPEC 9.3).
   * @example Continues submit
   * ```ts
   * const withdrawn = await consentry.withdraw(elizabeth, { accessRequest })
   * console.log(withdrawn.map(({ tenant, status }) => `${tenant}: ${status}`)) // [ 'tom-sawyer: withdrawn' ]
   * ```
   */
  withdraw(actor: Actor, target: WithdrawTarget, condition?: RevisionInput): Promise<RequestSummary[]>

  /**
   * Removes a user from all pending and granted requests of the actor's tenant, for good (SPEC 4.5).
   * Needs `submit`. A request without remaining users is withdrawn or revoked. Each request is a step of its own, so that one that changes all
   * the time does not hold up the others.
   *
   * @returns the changed requests, maybe none.
   * @throws `impersonating`, `not-permitted`, `invalid-input`, `unavailable`. The error's `changed` has the requests that were changed before
   * it; repeating the command is harmless (SPEC 9.3).
   * @example Continues grant
   * ```ts
   * const changed = await consentry.removeUser(elizabeth, 'caroline')
   * console.log(changed.map(({ status }) => status)) // [ 'revoked' ]
   * ```
   */
  removeUser(actor: Actor, user: UserId): Promise<RequestSummary[]>

  /**
   * Records expired grants and ended sessions as events, so that notices go out.
   * No answer changes by it (SPEC 4.3). Call it on a timer. Every call reads all open sessions of all tenants, until it has recorded
   * `limit` ends. A row that cannot be read is told to `onError` and passed over.
   *
   * @param options `limit`: the maximum number of ends to record, 1 to 1,000, by default 100.
   * @returns the recorded ends.
   * @throws `invalid-input`, `unavailable`.
   * @example Continues grant
   * ```ts
   * // On a timer, for example every minute.
   * const ends = await consentry.recordDue({ limit: 100 })
   * console.log(ends.length) // 0
   * ```
   */
  recordDue(options?: { readonly limit?: number | undefined }): Promise<RecordedEnd[]>
}
