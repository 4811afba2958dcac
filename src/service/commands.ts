/** The commands on sent requests: load, decide in the domain, save; a conflict starts again (SPEC §4). */

import * as z from 'zod'
import { type Actor, checkCommand, type Permission } from '../domain/actor.js'
import type { CommandContext } from '../domain/command-checks.js'
import { throwRefusal, unwrap } from '../domain/error.js'
import type { TenantRequestEvent } from '../domain/event.js'
import type { AccessRequestId, TenantRequestId, UserId } from '../domain/ids.js'
import { Id, type InstantInput, instantSchema, Message, Revision, read, readRecord } from '../domain/input.js'
import type { Result } from '../domain/refusal.js'
import { grant, reject, removeUser, revoke, setExpiry, withdraw } from '../domain/tenant-request.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import { parseArguments } from './arguments.js'
import { changeRequests, eventOrNone, type RequestSummary, requestSummary } from './change-requests.js'
import { type ServiceContext, throwIfRefused } from './context.js'

/** An answer to a request, or the end of a grant. */
export interface AnswerInput {
  /** A message to the other party, up to 1,000 characters; `''` by default (SPEC 3.3, 4.8). */
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
const AnswerCommand = z.strictObject({ message: Message.default(''), ifRevision }, 'must be a record with `message` or `ifRevision`')
const GrantCommand = AnswerCommand.extend({ expiresAt: instantSchema.nullable() })
const ExpiryCommand = z.strictObject({ expiresAt: instantSchema, ifRevision }, 'must be a record with `expiresAt`')
const RevisionCommand = z.strictObject({ ifRevision }, 'must be a record with `ifRevision`')
// A revision belongs to one tenant request, so it cannot be a condition on several.
const NoCondition = z.strictObject({}, 'must be an empty record')
const WithdrawAll = z.strictObject({ accessRequest: Id }, 'must be the id of a tenant request or a record with `accessRequest`')

/** The command methods of the service. */
export function createCommands(context: ServiceContext) {
  const { withRepository, policy, newId } = context

  /** Runs one command on one tenant request, if the actor has one of the permissions (SPEC 4.7). */
  const change = async (
    actor: Actor,
    permissions: readonly Permission[],
    id: TenantRequestId,
    command: (request: TenantRequest, commandContext: CommandContext) => Promise<Result<TenantRequestEvent>> | Result<TenantRequestEvent>,
  ): Promise<RequestSummary> => {
    throwIfRefused(checkCommand(actor, ...permissions))
    const load = async () => [(await withRepository((repository) => repository.tenantRequest(id))) ?? throwNotFound()]
    const [changed] = await changeRequests(context, load, async (request, now) => unwrap(await command(request, { actor, now, newId })))
    return requestSummary(changed as TenantRequest, actor) // `load` returns one request or throws
  }

  // The directory is asked only for actors of the tenant asked: others are refused anyway (SPEC 2.4).
  const answerContext = async (request: TenantRequest, commandContext: CommandContext, users: readonly UserId[] = []) => {
    const { user, tenant } = commandContext.actor
    const asked = [...new Set([user, ...users])]
    const members = tenant === request.tenant ? await context.members(request.requestingTenant, asked) : new Set<UserId>()
    return { ...commandContext, policy, actorIsRequester: members.has(user), members }
  }

  // A request that waited may name users who have left, or come from a vendor that may ask this tenant no more (SPEC 2.6).
  const grantContext = async (request: TenantRequest, commandContext: CommandContext) => {
    const { tenant, requestingTenant, users } = request
    const [answering, askable] = await Promise.all([
      answerContext(request, commandContext, users),
      commandContext.actor.tenant === tenant && context.askable(requestingTenant, [tenant]).then((tenants) => tenants.has(tenant)),
    ])
    return { ...answering, askable }
  }

  return {
    async grant(actor: Actor, id: TenantRequestId, input: GrantInput): Promise<RequestSummary> {
      const [by, request, command] = parseArguments(actor, read(Id, id, 'id'), readRecord(GrantCommand, input))
      return change(by, ['answer'], request, async (found, commandContext) =>
        grant(found, command, await grantContext(found, commandContext)),
      )
    },

    async reject(actor: Actor, id: TenantRequestId, input: AnswerInput = {}): Promise<RequestSummary> {
      const [by, request, command] = parseArguments(actor, read(Id, id, 'id'), readRecord(AnswerCommand, input))
      return change(by, ['answer'], request, (found, commandContext) => reject(found, command, commandContext))
    },

    async setExpiry(actor: Actor, id: TenantRequestId, input: ExpiryInput): Promise<RequestSummary> {
      const [by, request, command] = parseArguments(actor, read(Id, id, 'id'), readRecord(ExpiryCommand, input))
      return change(by, ['answer'], request, async (found, commandContext) =>
        setExpiry(found, command, await answerContext(found, commandContext)),
      )
    },

    async revoke(actor: Actor, id: TenantRequestId, input: AnswerInput = {}): Promise<RequestSummary> {
      const [by, request, command] = parseArguments(actor, read(Id, id, 'id'), readRecord(AnswerCommand, input))
      return change(by, ['answer', 'submit'], request, (found, commandContext) => revoke(found, command, commandContext))
    },

    async withdraw(actor: Actor, target: WithdrawTarget, input: RevisionInput = {}): Promise<RequestSummary[]> {
      if (typeof target === 'string') {
        const [by, request, command] = parseArguments(actor, read(Id, target, 'id'), readRecord(RevisionCommand, input))
        return [await change(by, ['submit'], request, (found, commandContext) => withdraw(found, command, commandContext))]
      }
      const [by, { accessRequest }] = parseArguments(actor, readRecord(WithdrawAll, target), readRecord(NoCondition, input))
      throwIfRefused(checkCommand(by, 'submit'))
      if ((await withRepository((repository) => repository.accessRequest(by.tenant, accessRequest))) === undefined) throwNotFound()
      const load = () => withRepository((repository) => repository.tenantRequestsOf(by.tenant, accessRequest))
      const changed = await changeRequests(context, load, (request, now) => eventOrNone(withdraw(request, {}, { actor: by, now, newId })))
      return changed.map((request) => requestSummary(request, by))
    },

    async removeUser(actor: Actor, input: UserId): Promise<RequestSummary[]> {
      const [by, user] = parseArguments(actor, read(Id, input, 'user'))
      throwIfRefused(checkCommand(by, 'submit'))
      const load = () => withRepository((repository) => repository.openRequestsNaming(by.tenant, user))
      const changed = await changeRequests(context, load, (request, now) =>
        eventOrNone(removeUser(request, { user }, { actor: by, now, newId })),
      )
      return changed.map((request) => requestSummary(request, by))
    },
  }
}

function throwNotFound(): never {
  return throwRefusal({ code: 'not-found' })
}
