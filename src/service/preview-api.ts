/** The previews of the service, as a host calls them. */
import type { Actor } from '../domain/actor.js'
import type { Draft } from '../domain/draft.js'
import type { TenantRequestId } from '../domain/ids.js'
import type { AnswerPreview, SubmissionPreview } from '../domain/preview.js'
import type { SubmissionInput } from '../domain/submission.js'

/** The previews of the service; they change nothing. */
export interface ConsentryPreviews {
  /**
   * Shows what `submit` would meet in each tenant (SPEC 6.11).
   * Needs `submit`. For each tenant it has the users, their status there, and what is pending for them already. It knows the requests of the
   * actor's own tenant alone, and refuses what `submit` refuses, except `too-many-open`: that is shown for each tenant. It changes nothing, so
   * it may be read while impersonating.
   *
   * @throws `not-permitted`, `invalid-input` for the form or a limit, `already-submitted`, `invalid-input` with the issue
   * codes `unknown-user`, `unknown-tenant` and `own-tenant` (SPEC 3.6), `unavailable`.
   * @example Continues ConsentryCommands.submit
   * ```ts
   * const associations = [{ users: ['caroline'], tenants: ['tom-sawyer'] }]
   * const { tenants } = await consentry.preview(elizabeth, { name: 'SupportAccess', associations })
   * console.log(tenants[0]?.users[0]?.status, tenants[0]?.legacy) // pending not-told
   * ```
   */
  preview(actor: Actor, request: SubmissionInput): Promise<SubmissionPreview>

  /**
   * Shows what granting a pending request would mean for the tenant (SPEC 6.11).
   * Needs `answer`. It says whether a grant closes the legacy tool there for good, and when it must expire. It shows no users, not their
   * number, and not whether the request can be granted. So the directory's `members` is not asked, and a member of the requesting tenant is
   * refused by `grant` only.
   *
   * @throws `not-permitted`, `invalid-input`, `not-found`, `wrong-party`, `not-pending`, `unavailable`.
   * @example Continues ConsentryCommands.submit
   * ```ts
   * console.log(await consentry.previewAnswer(tom, id)) // { closesLegacy: true, mustExpire: false, latestExpiry: null }
   * ```
   */
  previewAnswer(actor: Actor, id: TenantRequestId): Promise<AnswerPreview>

  /**
   * Returns a draft of a new request like one that was granted, has expired or was revoked (SPEC 6.12).
   * Needs `submit`. It has the same name and message, the same tenant, and those of the request's users who are still members. If nobody is
   * left, the association has no users: `submit` refuses it until some are assigned. The submitted draft is an ordinary request.
   *
   * @throws `not-permitted`, `invalid-input`, `not-found`, `wrong-party`, `not-active` if it was never granted, `unavailable`.
   * @example Continues ConsentryCommands.grant
   * ```ts
   * const draft = await consentry.renewalDraft(elizabeth, id)
   * console.log(draft.associations) // [ { users: [ 'caroline' ], tenants: [ 'tom-sawyer' ] } ]
   * const renewed = await consentry.submit(elizabeth, draft)
   * ```
   */
  renewalDraft(actor: Actor, id: TenantRequestId): Promise<Draft>
}
