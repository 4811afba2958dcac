/** An access request: a name, a message and associations; submitted once, it never changes (SPEC §3). */

import * as z from 'zod'
import { type Actor, checkCommand } from './actor.js'
import {
  type AccessRequestSubmitted,
  type Association,
  associationSchema,
  eventActorSchema,
  RequestName,
  type TenantRequestEvent,
} from './event.js'
import { fanOut, type UsersByTenant } from './fan-out.js'
import type { TenantId, UserId } from './ids.js'
import { combine, Id, Message, quoteInput, read, type Schema, StoredInstant } from './input.js'
import type { Instant } from './instant.js'
import type { Policy } from './policy.js'
import { type Issue, type IssueCode, ok, type Result, refused } from './refusal.js'
import { initialState, type TenantRequest } from './tenant-request-state.js'

// A name may arrive decomposed, at most four code points for one; far longer ones are refused before they are normalised.
const NameInput = z
  .string('must be a name')
  .transform((name) => (name.length > 512 ? name : name.normalize('NFC')))
  .pipe(RequestName)

const Associations = z.array(associationSchema, 'must be a list of associations').min(1, 'must hold at least one association').readonly()
const Countable = z.object({ associations: Associations })

/** What `submit` takes (SPEC 3.2-3.5, 3.9): unknown keys, an actor among them, are refused. */
export type SubmissionInput = z.input<typeof submissionSchema>

/** A submission as read: the name in NFC, a missing message `''`. */
export type Submission = z.output<typeof submissionSchema>
export const submissionSchema = z
  .strictObject(
    {
      id: Id.optional(),
      name: NameInput,
      message: Message.default(''),
      associations: Associations,
    },
    'must be a request',
  )
  .readonly()

/**
 * Parses a submission and fans it out, or refuses it with every issue of its form (SPEC 3.6).
 * An input that names too many tenants or pairs has that issue too, whatever else is wrong (SPEC 3.4).
 */
export function parseSubmission(
  input: unknown,
  limits: Pick<Policy, 'maxTenants' | 'maxPairs'>,
): Result<readonly [Submission, UsersByTenant]> {
  const submission = read(submissionSchema, input)
  const countable = submission.ok ? submission : read(Countable, input)
  const usersByTenant: Result<UsersByTenant> = countable.ok ? fanOut(countable.value.associations, limits) : ok(new Map())
  return combine(submission, usersByTenant)
}

const accessRequestSchema = z
  .strictObject({
    id: Id,
    requestingTenant: Id,
    name: RequestName,
    message: Message,
    associations: z.array(associationSchema).min(1).readonly(),
    sentAt: StoredInstant,
    sentBy: eventActorSchema,
  })
  .readonly()

/** An access request as it is stored; `sentAt` in milliseconds. Its id is unique within its requesting tenant (SPEC 3.9). */
export type AccessRequest = z.infer<typeof accessRequestSchema>
export const AccessRequest: Schema<AccessRequest> = accessRequestSchema

/**
 * All that one submission saves, together or not at all (SPEC 3.7): the `request`; its `tenantRequests`, one for each distinct tenant; and
 * the `events`, that of the request first, then one for each tenant request in the same order (SPEC 8.1).
 */
export interface SubmissionRecords {
  readonly request: AccessRequest
  readonly tenantRequests: readonly TenantRequest[]
  readonly events: readonly [AccessRequestSubmitted, ...TenantRequestEvent[]]
}

/** What the directory said (SPEC 2.5): which users are `members`, and which tenants are `askable`; any other is refused (SPEC 3.6). */
export interface DirectoryAnswer {
  readonly members: ReadonlySet<UserId>
  readonly askable: ReadonlySet<TenantId>
}

/**
 * What submitting needs besides the submission: the `actor`, from the host's login, to whose tenant the request will belong (SPEC 3.1);
 * `now`, the instant it is sent, in milliseconds; `newId`, which must give random, underived ids (SPEC 6.2); what the `directory` said.
 */
export interface SubmitContext {
  readonly actor: Actor
  readonly now: Instant
  readonly newId: () => string
  readonly directory: DirectoryAnswer
}

/** Submits what was fanned out: one access request, one tenant request for each distinct tenant, an event for each (SPEC 3.6, 3.7, 8.1). */
export function submit(submission: Submission, usersByTenant: UsersByTenant, context: SubmitContext): Result<SubmissionRecords> {
  const { actor, now, newId, directory } = context
  const refusal = checkCommand(actor, 'submit')
  if (refusal) return refused(refusal)
  const issues = directoryIssues(submission, actor.tenant, directory)
  if (issues.length > 0) return refused({ code: 'invalid-input', issues })

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
  const received = [...usersByTenant].map(([tenant, users]) => {
    const type = 'tenant-request.received' as const
    // Key by key: of ten thousand, spread, the keys would take as long as all the rest of a submission.
    return { at, by, requestingTenant, accessRequest, revision, version, id: newId(), type, tenant, tenantRequest: newId(), users, message }
  })
  return ok({ request, tenantRequests: received.map(initialState), events: [submitted, ...received] })
}

/** Whether a submission says the same as a request already sent, the order and duplicates of its associations aside (SPEC 3.9). */
export function isSameSubmission(submission: Submission, request: AccessRequest): boolean {
  if (submission.name !== request.name || submission.message !== request.message) return false
  const unlimited = { maxTenants: Infinity, maxPairs: Infinity }
  const [a, b] = [fanOut(submission.associations, unlimited), fanOut(request.associations, unlimited)]
  return a.ok && b.ok && sameFanOut(a.value, b.value)
}

function sameFanOut(a: UsersByTenant, b: UsersByTenant): boolean {
  return a.size === b.size && [...a].every(([tenant, users]) => users.join(' ') === b.get(tenant)?.join(' '))
}

function dedupeAssociation({ users, tenants }: Association): Association {
  return { users: [...new Set(users)], tenants: [...new Set(tenants)] }
}

/** Everybody the request may not name, each where it stands: the directory's second stage (SPEC 3.6). */
function directoryIssues(submission: Submission, own: TenantId, { members, askable }: DirectoryAnswer): Issue[] {
  const unknown = (path: Issue['path'], code: IssueCode, id: string, what: string): Issue => ({
    path,
    code,
    message: `${quoteInput(id)} ${what}`,
  })
  return submission.associations.flatMap(({ users, tenants }, index) => [
    ...users.flatMap((user, at) =>
      members.has(user)
        ? []
        : unknown(['associations', index, 'users', at], 'unknown-user', user, 'is not a user of the requesting tenant'),
    ),
    ...tenants.flatMap((tenant, at) => {
      const path = ['associations', index, 'tenants', at]
      if (tenant === own) return unknown(path, 'own-tenant', tenant, 'is the requesting tenant itself')
      return askable.has(tenant) ? [] : unknown(path, 'unknown-tenant', tenant, 'is not a tenant that can be asked')
    }),
  ])
}
