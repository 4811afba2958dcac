/** Submitting: read, ask the directory, save all of it at once; the same again gives the same back (SPEC §3). */

import { type AccessRequest, readSubmission, type Submission, type SubmissionInput, sameContent, submit } from '../domain/access-request.js'
import { Actor, mayNotCommand } from '../domain/actor.js'
import { must, refuse } from '../domain/error.js'
import type { UsersByTenant } from '../domain/fan-out.js'
import { type AccessRequestId, compareIds, type TenantId, type TenantRequestId } from '../domain/ids.js'
import { read, together } from '../domain/input.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import { type Ports, pass } from './context.js'

/** What became of a submission: its `id`, and as `sent` one tenant request for each tenant asked, in the order of the tenants' ids. */
export interface Sent {
  readonly id: AccessRequestId
  readonly sent: readonly { readonly id: TenantRequestId; readonly tenant: TenantId }[]
}

/** The service's `submit`. */
export function submitting(ports: Ports) {
  const { store, policy, newId } = ports

  const known = (tenant: TenantId, id: AccessRequestId) => store((repository) => repository.accessRequest(tenant, id))

  const replay = async (submission: Submission, existing: AccessRequest): Promise<Sent> => {
    const { id, requestingTenant } = existing
    if (!sameContent(submission, existing)) refuse({ code: 'already-submitted', id })
    return sentOf(id, await store((repository) => repository.tenantRequestsOf(requestingTenant, id)))
  }

  const askDirectory = async (requestingTenant: TenantId, usersByTenant: UsersByTenant) => {
    const users = [...new Set([...usersByTenant.values()].flat())]
    const tenants = [...usersByTenant.keys()].filter((tenant) => tenant !== requestingTenant)
    const [members, askable] = await Promise.all([ports.members(requestingTenant, users), ports.askable(requestingTenant, tenants)])
    return { members, askable }
  }

  return {
    async submit(actor: Actor, input: SubmissionInput): Promise<Sent> {
      const [by, [submission, usersByTenant]] = must(together(read(Actor, actor, 'actor'), readSubmission(input, policy)))
      pass(mayNotCommand(by, 'submit'))
      // Before the directory is asked: who is a member may have changed since, what was sent has not (SPEC 3.9).
      const before = submission.id === undefined ? undefined : await known(by.tenant, submission.id)
      if (before) return replay(submission, before)
      const directory = await askDirectory(by.tenant, usersByTenant)
      const submitted = must(submit(submission, usersByTenant, { actor: by, now: ports.now(), newId, directory }))
      const existing = await store((repository) => repository.submit(submitted))
      return existing ? replay(submission, existing) : sentOf(submitted.request.id, submitted.tenantRequests)
    },
  }
}

function sentOf(id: AccessRequestId, requests: readonly TenantRequest[]): Sent {
  const sent = requests.map((request) => ({ id: request.id, tenant: request.tenant }))
  return { id, sent: sent.sort((a, b) => compareIds(a.tenant, b.tenant)) }
}
