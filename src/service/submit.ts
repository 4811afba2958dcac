/** The submit command: parse, ask the directory, save everything at once (SPEC §3). */

import { type AccessRequest, isSameSubmission, submit, tooManyOpenIssues } from '../domain/access-request.js'
import type { Actor } from '../domain/actor.js'
import { throwRefusal, unwrap } from '../domain/error.js'
import type { UsersByTenant } from '../domain/fan-out.js'
import { type AccessRequestId, compareIds, type TenantId, type TenantRequestId } from '../domain/ids.js'
import { parseSubmission, type Submission, type SubmissionInput } from '../domain/submission.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import { parseCommander } from './arguments.js'
import type { ServiceContext } from './context.js'

/** A submitted access request. */
export interface SubmitResult {
  /** The access request's id. */
  readonly id: AccessRequestId
  /** One tenant request for each tenant asked, ordered by the tenants' ids. */
  readonly sent: readonly { readonly id: TenantRequestId; readonly tenant: TenantId }[]
}

/** The `submit` method of the service. */
export function createSubmit(context: ServiceContext) {
  const { withRepository, policy, newId } = context

  const loadAccessRequest = (tenant: TenantId, id: AccessRequestId) => withRepository((repository) => repository.accessRequest(tenant, id))

  const replay = async (submission: Submission, usersByTenant: UsersByTenant, existing: AccessRequest): Promise<SubmitResult> => {
    const { id, requestingTenant } = existing
    if (!isSameSubmission(submission, usersByTenant, existing, policy)) throwRefusal({ code: 'already-submitted', id })
    return toSubmitResult(id, await withRepository((repository) => repository.tenantRequestsOf(requestingTenant, id)))
  }

  const askDirectory = async (requestingTenant: TenantId, usersByTenant: UsersByTenant) => {
    const users = [...new Set([...usersByTenant.values()].flat())]
    const tenants = [...usersByTenant.keys()].filter((tenant) => tenant !== requestingTenant)
    const [members, askable] = await Promise.all([context.members(requestingTenant, users), context.askable(requestingTenant, tenants)])
    return { members, askable }
  }

  return {
    async submit(actor: Actor, input: SubmissionInput): Promise<SubmitResult> {
      const by = parseCommander(actor, 'submit')
      const [submission, usersByTenant] = unwrap(parseSubmission(input, policy))
      // A replay does not ask the directory: members may have changed since, but the request sent has not (SPEC 3.9).
      const existing = submission.id === undefined ? undefined : await loadAccessRequest(by.tenant, submission.id)
      if (existing) return replay(submission, usersByTenant, existing)
      const directory = await askDirectory(by.tenant, usersByTenant)
      const records = unwrap(submit(submission, usersByTenant, { actor: by, now: context.now(), newId, directory, policy }))
      const cap = { maxOpen: policy.maxOpenRequests, now: records.request.sentAt }
      const result = await withRepository((repository) => repository.saveSubmission(records, cap))
      if ('tooManyOpen' in result)
        return throwRefusal({ code: 'invalid-input', ...tooManyOpenIssues(submission, result.tooManyOpen, cap.maxOpen) })
      return 'existing' in result
        ? replay(submission, usersByTenant, result.existing)
        : toSubmitResult(records.request.id, records.tenantRequests)
    },
  }
}

function toSubmitResult(id: AccessRequestId, requests: readonly Pick<TenantRequest, 'id' | 'tenant'>[]): SubmitResult {
  const sent = requests.map((request) => ({ id: request.id, tenant: request.tenant }))
  return { id, sent: sent.sort((a, b) => compareIds(a.tenant, b.tenant)) }
}
