/** The submit command: parse, ask the directory, save everything at once (SPEC §3). */

import { type AccessRequest, submit, tooManyOpenIssues } from '../domain/access-request.js'
import type { Actor } from '../domain/actor.js'
import { throwRefusal, unwrap } from '../domain/error.js'
import { type AccessRequestId, compareIds, type TenantId, type TenantRequestId } from '../domain/ids.js'
import { requestTag } from '../domain/request-tag.js'
import type { SubmissionInput } from '../domain/submission.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import { parseCommander } from './arguments.js'
import type { ServiceContext } from './context.js'
import { checkSubmission, expectSame } from './submission-checks.js'

/** One tenant request of a submission. */
export interface SentRequest {
  /** The tenant request's id. */
  readonly id: TenantRequestId
  /** A short tag of the id, such as `482-915`. Both parties see it; it is not unique (SPEC 6.2). */
  readonly tag: string
  /** The tenant asked. */
  readonly tenant: TenantId
}

/** A submitted access request. */
export interface SubmitResult {
  /** The access request's id. */
  readonly id: AccessRequestId
  /** One tenant request for each tenant asked, ordered by the tenants' ids. */
  readonly sent: readonly SentRequest[]
}

/** The `submit` method of the service. */
export function createSubmit(context: ServiceContext) {
  const { withRepository, policy, newId } = context

  const replay = async ({ id, requestingTenant }: AccessRequest): Promise<SubmitResult> =>
    toSubmitResult(id, await withRepository((repository) => repository.tenantRequestsOf(requestingTenant, id)))

  return {
    async submit(actor: Actor, input: SubmissionInput): Promise<SubmitResult> {
      const by = parseCommander(actor, 'submit')
      const { submission, usersByTenant, existing, directory } = await checkSubmission(context, by, input)
      if (existing) return replay(existing)
      const records = unwrap(submit(submission, usersByTenant, { actor: by, now: context.now(), newId, directory, policy }))
      const cap = { maxOpen: policy.maxOpenRequests, now: records.request.sentAt }
      const result = await withRepository((repository) => repository.saveSubmission(records, cap))
      if ('tooManyOpen' in result)
        return throwRefusal({ code: 'invalid-input', ...tooManyOpenIssues(submission, result.tooManyOpen, cap.maxOpen) })
      return 'existing' in result
        ? replay(expectSame(context, submission, usersByTenant, result.existing))
        : toSubmitResult(records.request.id, records.tenantRequests)
    },
  }
}

function toSubmitResult(id: AccessRequestId, requests: readonly Pick<TenantRequest, 'id' | 'tenant'>[]): SubmitResult {
  const sent = requests.map((request) => ({ id: request.id, tag: requestTag(request.id), tenant: request.tenant }))
  return { id, sent: sent.sort((a, b) => compareIds(a.tenant, b.tenant)) }
}
