/** Submitting: read, ask the directory, save all of it at once; the same again gives the same back (SPEC §3). */

import {
  type AccessRequest,
  isSameSubmission,
  parseSubmission,
  type Submission,
  type SubmissionInput,
  submit,
} from '../domain/access-request.js'
import { type Actor, actorSchema, checkCommand } from '../domain/actor.js'
import { throwRefusal, unwrap } from '../domain/error.js'
import type { UsersByTenant } from '../domain/fan-out.js'
import { type AccessRequestId, compareIds, type TenantId, type TenantRequestId } from '../domain/ids.js'
import { combine, read } from '../domain/input.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import { type ServiceContext, throwIfRefused } from './context.js'

/** What became of a submission: its `id`, and as `sent` one tenant request for each tenant asked, in the order of the tenants' ids. */
export interface SubmitResult {
  readonly id: AccessRequestId
  readonly sent: readonly { readonly id: TenantRequestId; readonly tenant: TenantId }[]
}

/** The service's `submit`. */
export function createSubmit(ports: ServiceContext) {
  const { withRepository, policy, newId } = ports

  const known = (tenant: TenantId, id: AccessRequestId) => withRepository((repository) => repository.accessRequest(tenant, id))

  const replay = async (submission: Submission, existing: AccessRequest): Promise<SubmitResult> => {
    const { id, requestingTenant } = existing
    if (!isSameSubmission(submission, existing)) throwRefusal({ code: 'already-submitted', id })
    return toSubmitResult(id, await withRepository((repository) => repository.tenantRequestsOf(requestingTenant, id)))
  }

  const askDirectory = async (requestingTenant: TenantId, usersByTenant: UsersByTenant) => {
    const users = [...new Set([...usersByTenant.values()].flat())]
    const tenants = [...usersByTenant.keys()].filter((tenant) => tenant !== requestingTenant)
    const [members, askable] = await Promise.all([ports.members(requestingTenant, users), ports.askable(requestingTenant, tenants)])
    return { members, askable }
  }

  return {
    async submit(actor: Actor, input: SubmissionInput): Promise<SubmitResult> {
      const [by, [submission, usersByTenant]] = unwrap(combine(read(actorSchema, actor, 'actor'), parseSubmission(input, policy)))
      throwIfRefused(checkCommand(by, 'submit'))
      // Before the directory is asked: who is a member may have changed since, what was sent has not (SPEC 3.9).
      const before = submission.id === undefined ? undefined : await known(by.tenant, submission.id)
      if (before) return replay(submission, before)
      const directory = await askDirectory(by.tenant, usersByTenant)
      const submitted = unwrap(submit(submission, usersByTenant, { actor: by, now: ports.now(), newId, directory }))
      const result = await withRepository((repository) => repository.saveSubmission(submitted))
      return 'existing' in result ? replay(submission, result.existing) : toSubmitResult(submitted.request.id, submitted.tenantRequests)
    },
  }
}

function toSubmitResult(id: AccessRequestId, requests: readonly TenantRequest[]): SubmitResult {
  const sent = requests.map((request) => ({ id: request.id, tenant: request.tenant }))
  return { id, sent: sent.sort((a, b) => compareIds(a.tenant, b.tenant)) }
}
