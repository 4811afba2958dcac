/** What `submit` and `preview` check of a submission, in one order (SPEC 4.7). */
import { type AccessRequest, type DirectoryAnswer, isSameSubmission } from '../domain/access-request.js'
import type { Actor } from '../domain/actor.js'
import { throwRefusal, unwrap } from '../domain/error.js'
import type { UsersByTenant } from '../domain/fan-out.js'
import type { TenantId } from '../domain/ids.js'
import { parseSubmission, type Submission } from '../domain/submission.js'
import type { ServiceContext } from './context.js'

/** A well-formed submission: it was sent already, or the directory was asked about it. */
export type CheckedSubmission = {
  readonly submission: Submission
  readonly usersByTenant: UsersByTenant
} & (
  | { readonly existing: AccessRequest; readonly directory?: undefined }
  | { readonly existing?: undefined; readonly directory: DirectoryAnswer }
)

/**
 * Parses a submission, looks up its id, and asks the directory about it.
 *
 * @throws `invalid-input` for the form or a limit, `already-submitted`, `unavailable`.
 */
export async function checkSubmission(context: ServiceContext, { tenant }: Actor, input: unknown): Promise<CheckedSubmission> {
  const [submission, usersByTenant] = unwrap(parseSubmission(input, context.policy))
  const { id } = submission
  const existing = id === undefined ? undefined : await context.withRepository((repository) => repository.accessRequest(tenant, id))
  // A replay does not ask the directory: members may have changed since, but the request sent has not (SPEC 3.9).
  if (existing) return { submission, usersByTenant, existing: expectSame(context, submission, usersByTenant, existing) }
  return { submission, usersByTenant, directory: await askDirectory(context, tenant, usersByTenant) }
}

/**
 * Returns the request that was sent with the submission's id.
 *
 * @throws `already-submitted` if it has other content (SPEC 3.9).
 */
export function expectSame(
  { policy }: ServiceContext,
  submission: Submission,
  usersByTenant: UsersByTenant,
  existing: AccessRequest,
): AccessRequest {
  if (isSameSubmission(submission, usersByTenant, existing, policy)) return existing
  return throwRefusal({ code: 'already-submitted', id: existing.id })
}

async function askDirectory(context: ServiceContext, requestingTenant: TenantId, usersByTenant: UsersByTenant): Promise<DirectoryAnswer> {
  // Most tenants share one list of users, which is read once.
  const users = [...new Set([...new Set(usersByTenant.values())].flat())]
  const tenants = [...usersByTenant.keys()].filter((tenant) => tenant !== requestingTenant)
  const [members, askable] = await Promise.all([context.members(requestingTenant, users), context.askable(requestingTenant, tenants)])
  return { members, askable }
}
