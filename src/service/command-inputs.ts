/** The inputs of the commands on sent requests, and their schemas. */
import * as z from 'zod'
import type { AccessRequestId, TenantRequestId } from '../domain/ids.js'
import { Id, type InstantInput, instantSchema, Revision } from '../domain/input.js'
import { idMessage } from '../domain/issue-messages.js'
import { messageWith } from '../domain/message.js'
import type { RequiredMessages } from '../domain/policy.js'

/** An answer to a request, or the end of a grant. */
export interface AnswerInput {
  /**
   * A message to the other party, up to 1,000 characters; `''` by default (SPEC 3.3, 4.8).
   * The policy may require one of a grant or a rejection (SPEC 3.3a).
   */
  readonly message?: string | undefined
  /**
   * The revision that the actor's party has seen (SPEC 4.10).
   * If the request has another one for this party, the command is refused with `stale-revision` (SPEC 4.6).
   */
  readonly ifRevision?: number | undefined
}

/** A grant. */
export interface GrantInput extends AnswerInput {
  /**
   * The first instant without access, or `null` for a grant without an expiry.
   * It must be said: a body that was lost must not grant for ever.
   */
  readonly expiresAt: InstantInput | null
}

/** A new expiry for a grant that holds (SPEC §4). */
export interface ExpiryInput {
  /**
   * The first instant without access: after now, within the policy's `maxGrant`.
   * `null` is refused, since an expiry is never removed (SPEC 4.4).
   */
  readonly expiresAt: InstantInput
  /**
   * The revision that the actor's party has seen (SPEC 4.10).
   * If the request has another one for this party, the command is refused with `stale-revision` (SPEC 4.6).
   */
  readonly ifRevision?: number | undefined
}

/** What to withdraw: one tenant request, or all pending ones of an access request (SPEC §4). */
export type WithdrawTarget = TenantRequestId | { readonly accessRequest: AccessRequestId }

/** The condition of a command without values. */
export interface RevisionInput {
  /**
   * The revision that the actor's party has seen (SPEC 4.10).
   * If the request has another one for this party, the command is refused with `stale-revision` (SPEC 4.6).
   * Not accepted together with `{ accessRequest }`, which names several requests.
   */
  readonly ifRevision?: number | undefined
}

const ifRevision = Revision.optional()
const answerCommand = (least: number | undefined) =>
  z.strictObject({ message: messageWith(least), ifRevision }, 'must be a record with `message` or `ifRevision`')

/** Returns the schemas of the commands with a message, of which the policy requires some (SPEC 3.3a). */
export function messageCommands({ grant, reject }: RequiredMessages) {
  return {
    RevokeCommand: answerCommand(undefined),
    RejectCommand: answerCommand(reject),
    GrantCommand: answerCommand(grant).extend({ expiresAt: instantSchema.nullable() }),
  }
}

export const ExpiryCommand = z.strictObject({ expiresAt: instantSchema, ifRevision }, 'must be a record with `expiresAt`')
export const RevisionCommand = z.strictObject({ ifRevision }, 'must be a record with `ifRevision`')
// A revision belongs to one tenant request, so it cannot be a condition on several.
export const NoCondition = z.strictObject({}, 'must be an empty record')
export const WithdrawAll = z.strictObject(
  { accessRequest: Id },
  {
    error: ({ input }) =>
      typeof input === 'number' ? idMessage(input) : 'must be the id of a tenant request or a record with `accessRequest`',
  },
)
