/** Access requests: the records that submitting builds and saves (SPEC §3). */

import * as z from 'zod'
import { type Actor, checkCommand } from './actor.js'
import { type Association, Associations } from './association.js'
import { type AccessRequestSubmitted, eventActorSchema, StoredName, type TenantRequestEvent } from './event.js'
import { fanOut, type UsersByTenant } from './fan-out.js'
import type { TenantId, UserId } from './ids.js'
import { Id, quoteInput, type Schema, StoredInstant } from './input.js'
import type { Instant } from './instant.js'
import { Message } from './message.js'
import { latestAnswer, type Policy, type SubmissionLimits } from './policy.js'
import { type IssueCode, type IssueList, listsIssue, ok, type Refusal, type Result, refused } from './refusal.js'
import type { Submission } from './submission.js'
import { initialState, type TenantRequest } from './tenant-request-state.js'

const accessRequestSchema = z
  .strictObject({
    id: Id,
    requestingTenant: Id,
    name: StoredName,
    message: Message,
    associations: Associations,
    sentAt: StoredInstant,
    sentBy: eventActorSchema,
  })
  .readonly()

/**
 * A stored access request.
 *
 * `id` is unique within `requestingTenant` (SPEC 3.9); `sentAt` is an instant in milliseconds.
 */
export type AccessRequest = z.infer<typeof accessRequestSchema>
export const AccessRequest: Schema<AccessRequest> = accessRequestSchema

/** The records of one submission, saved together or not at all (SPEC 3.7). */
export interface SubmissionRecords {
  /** The access request. */
  readonly request: AccessRequest
  /** One per distinct tenant, ordered by tenant id. */
  readonly tenantRequests: readonly TenantRequest[]
  /** The request's event, then one event per tenant request in the same order (SPEC 8.1). */
  readonly events: readonly [AccessRequestSubmitted, ...TenantRequestEvent[]]
}

/**
 * The directory's answer about a submission (SPEC 2.5).
 *
 * Users and tenants in neither set are refused (SPEC 3.6).
 */
export interface DirectoryAnswer {
  /** The users that are members of the requesting tenant. */
  readonly members: ReadonlySet<UserId>
  /** The tenants that the requesting tenant may ask. */
  readonly askable: ReadonlySet<TenantId>
}

/** The context of `submit`. */
export interface SubmitContext {
  /** The actor, from the host's login. The request will belong to the actor's tenant (SPEC 3.1). */
  readonly actor: Actor
  /** The instant of sending, in milliseconds. */
  readonly now: Instant
  /** Returns a new id at every call. Ids must be random, and not derived from one another (SPEC 6.2). */
  readonly newId: () => string
  /** What the directory said about the users and tenants (SPEC 2.5). */
  readonly directory: DirectoryAnswer
  /** How long the tenants have to answer: `answerWithin` in milliseconds; `null` for no limit. */
  readonly policy: Pick<Policy, 'answerWithin'>
}

/**
 * Builds the records of a fanned-out submission, or refuses it (SPEC 3.6).
 *
 * @returns one access request, one tenant request per distinct tenant and one event for each of them (SPEC 3.7, 8.1).
 * @example Continues parseSubmission
 * ```ts
 * import { type Actor, submit } from 'consentry/domain'
 *
 * if (!parsed.ok) throw new Error(parsed.refusal.code)
 * const [submission, usersByTenant] = parsed.value
 * const elizabeth: Actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }
 * const directory = { members: new Set(['caroline']), askable: new Set(['tom-sawyer']) }
 * const newId = () => crypto.randomUUID()
 * const submitted = submit(submission, usersByTenant, { actor: elizabeth, now: Date.now(), newId, directory, policy: { answerWithin: null } })
 * console.log(submitted.ok && submitted.value.tenantRequests.map(({ state }) => state)) // [ 'pending' ]
 * ```
 */
export function submit(submission: Submission, usersByTenant: UsersByTenant, context: SubmitContext): Result<SubmissionRecords> {
  const { actor, now, newId, directory, policy } = context
  const refusal = checkCommand(actor, 'submit') ?? checkNamed(submission, actor.tenant, directory)
  if (refusal) return refused(refusal)

  const { name, message } = submission
  const associations = submission.associations.map(dedupeAssociation)
  const by = { user: actor.user, tenant: actor.tenant }
  const id = submission.id ?? newId()
  const request = { id, requestingTenant: actor.tenant, name, message, associations, sentAt: now, sentBy: by }
  const envelope = { at: now, by, requestingTenant: actor.tenant, accessRequest: id, revision: 1, version: 1 as const }
  const submitted = {
    ...envelope,
    id: newId(),
    type: 'access-request.submitted' as const,
    tenant: actor.tenant,
    name,
    message,
    associations,
  }
  const { at, requestingTenant, accessRequest, revision, version } = envelope
  const answerBy = latestAnswer(policy, now)
  const received = [...usersByTenant].map(([tenant, users]) => {
    const type = 'tenant-request.received' as const
    // Listed key by key: spreading `envelope` ten thousand times doubles the time of a submission.
    const ids = { id: newId(), tenantRequest: newId() }
    return { at, by, requestingTenant, accessRequest, revision, version, ...ids, type, tenant, users, message, answerBy }
  })
  return ok({ request, tenantRequests: received.map(initialState), events: [submitted, ...received] })
}

/**
 * Whether a submission that is within the limits equals a sent request.
 *
 * Order and duplicates of associations are ignored (SPEC 3.9). A request beyond the limits, sent when they were higher, equals none.
 */
export function isSameSubmission(
  submission: Submission,
  usersByTenant: UsersByTenant,
  request: AccessRequest,
  limits: SubmissionLimits,
): boolean {
  if (submission.name !== request.name || submission.message !== request.message) return false
  const sent = fanOut(request.associations, limits)
  return sent.ok && sameFanOut(usersByTenant, sent.value)
}

function sameFanOut(a: UsersByTenant, b: UsersByTenant): boolean {
  return a.size === b.size && [...a].every(([tenant, users]) => users.join(' ') === b.get(tenant)?.join(' '))
}

/** Lists an issue at each place of a tenant with too many open requests (SPEC 3.4a). */
export function tooManyOpenIssues(submission: Submission, tenants: readonly TenantId[], maxOpen: number): IssueList {
  const beyond = new Set(tenants)
  const list: IssueList = { issues: [] }
  for (const [index, association] of submission.associations.entries()) {
    for (const [at, tenant] of association.tenants.entries()) {
      if (!beyond.has(tenant) || !listsIssue(list)) continue
      const message = `${quoteInput(tenant)} has ${maxOpen} open requests of the requesting tenant: withdraw some or wait until they end`
      list.issues.push({ path: ['associations', index, 'tenants', at], code: 'too-many-open', message })
    }
  }
  return list
}

function dedupeAssociation({ users, tenants }: Association): Association {
  return { users: [...new Set(users)], tenants: [...new Set(tenants)] }
}

/** Refuses users and tenants that the requesting tenant `own` may not name (SPEC 3.6). */
export function checkNamed(submission: Submission, own: TenantId, directory: DirectoryAnswer): Refusal | undefined {
  const list = directoryIssues(submission, own, directory)
  return list.issues.length > 0 ? { code: 'invalid-input', ...list } : undefined
}

/** Lists an issue for every user and tenant that the request may not name, at each place (SPEC 3.6). */
function directoryIssues({ associations }: Submission, own: TenantId, { members, askable }: DirectoryAnswer): IssueList {
  const list: IssueList = { issues: [] }
  for (const [index, { users, tenants }] of associations.entries()) {
    const unknown = (key: string, at: number, code: IssueCode, id: string, what: string) => {
      if (listsIssue(list)) list.issues.push({ path: ['associations', index, key, at], code, message: `${quoteInput(id)} ${what}` })
    }
    for (const [at, user] of users.entries())
      if (!members.has(user)) unknown('users', at, 'unknown-user', user, 'is not a user of the requesting tenant')
    for (const [at, tenant] of tenants.entries()) {
      if (tenant === own) unknown('tenants', at, 'own-tenant', tenant, 'is the requesting tenant itself')
      else if (!askable.has(tenant)) unknown('tenants', at, 'unknown-tenant', tenant, 'is not a tenant that can be asked for access')
    }
  }
  return list
}
