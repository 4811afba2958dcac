/** The commands on sent requests: load, decide in the domain, save; a conflict starts again (SPEC §4). */

import type { Actor } from '../domain/actor.js'
import type { CommandContext } from '../domain/command-checks.js'
import { type RequestSummary, throwRefusal, unwrap, withChanged } from '../domain/error.js'
import type { TenantRequestEvent } from '../domain/event.js'
import type { TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import { Id, read, readRecord } from '../domain/input.js'
import type { Instant } from '../domain/instant.js'
import type { Result } from '../domain/refusal.js'
import { grant, reject, removeUser, revoke, setExpiry, withdraw } from '../domain/tenant-request.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import { pagesOf } from '../ports/event-loop.js'
import { parseCommander, parsedArguments } from './arguments.js'
import { changeInSteps, changeRequests, eventOrNone, requestSummary } from './change-requests.js'
import {
  type AnswerInput,
  ExpiryCommand,
  type ExpiryInput,
  type GrantInput,
  messageCommands,
  NoCondition,
  RevisionCommand,
  type RevisionInput,
  WithdrawAll,
  type WithdrawTarget,
} from './command-inputs.js'
import type { ServiceContext } from './context.js'

/** The ids that are read at once, of many requests to change. */
const IDS_PER_PAGE = 1_000

/** The command methods of the service. */
export function createCommands(context: ServiceContext) {
  const { withRepository, policy, newId } = context
  const { GrantCommand, RejectCommand, RevokeCommand } = messageCommands(policy.requireMessage)

  /** Runs one command on one tenant request. */
  const change = async (
    actor: Actor,
    id: TenantRequestId,
    command: (request: TenantRequest, commandContext: CommandContext) => Promise<Result<TenantRequestEvent>> | Result<TenantRequestEvent>,
  ): Promise<RequestSummary> => {
    const [changed] = await changeRequests(context, [id], async (request, now) => unwrap(await command(request, { actor, now, newId })))
    return requestSummary(changed ?? throwNotFound(), actor)
  }

  /**
   * Runs a command on many tenant requests in steps.
   * An error says what had changed before it (SPEC 9.3).
   */
  const changeEach = async (
    actor: Actor,
    pages: AsyncIterable<readonly TenantRequestId[]>,
    command: (request: TenantRequest, commandContext: CommandContext) => Result<TenantRequestEvent>,
  ): Promise<RequestSummary[]> => {
    const changed: RequestSummary[] = []
    try {
      const decide = (request: TenantRequest, now: Instant) => eventOrNone(command(request, { actor, now, newId }))
      const [unreadable] = await changeInSteps(context, pages, decide, (request) => changed.push(requestSummary(request, actor)))
      if (unreadable !== undefined) throw unreadable
      return changed
    } catch (error) {
      throw withChanged(error, changed)
    }
  }

  // The directory is asked only for actors of the tenant asked: others are refused anyway (SPEC 2.4).
  const answerContext = async (request: TenantRequest, commandContext: CommandContext, users: readonly UserId[] = []) => {
    const { user, tenant } = commandContext.actor
    const asked = [...new Set([user, ...users])]
    const [members, maxGrant] =
      tenant === request.tenant
        ? await Promise.all([context.members(request.requestingTenant, asked), context.maxGrant(tenant)])
        : [new Set<UserId>(), null]
    return { ...commandContext, policy: { maxGrant }, actorIsRequester: members.has(user), members }
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
      const by = parseCommander(actor, 'answer')
      const [request, command] = parsedArguments(read(Id, id, 'id'), readRecord(GrantCommand, input))
      return change(by, request, async (found, commandContext) => grant(found, command, await grantContext(found, commandContext)))
    },

    async reject(actor: Actor, id: TenantRequestId, input: AnswerInput = {}): Promise<RequestSummary> {
      const by = parseCommander(actor, 'answer')
      const [request, command] = parsedArguments(read(Id, id, 'id'), readRecord(RejectCommand, input))
      return change(by, request, (found, commandContext) => reject(found, command, commandContext))
    },

    async setExpiry(actor: Actor, id: TenantRequestId, input: ExpiryInput): Promise<RequestSummary> {
      const by = parseCommander(actor, 'answer')
      const [request, command] = parsedArguments(read(Id, id, 'id'), readRecord(ExpiryCommand, input))
      return change(by, request, async (found, commandContext) => setExpiry(found, command, await answerContext(found, commandContext)))
    },

    async revoke(actor: Actor, id: TenantRequestId, input: AnswerInput = {}): Promise<RequestSummary> {
      const by = parseCommander(actor, 'answer', 'submit')
      const [request, command] = parsedArguments(read(Id, id, 'id'), readRecord(RevokeCommand, input))
      return change(by, request, (found, commandContext) => revoke(found, command, commandContext))
    },

    async withdraw(actor: Actor, target: WithdrawTarget, input: RevisionInput = {}): Promise<RequestSummary[]> {
      const by = parseCommander(actor, 'submit')
      if (typeof target === 'string') {
        const [request, command] = parsedArguments(read(Id, target, 'id'), readRecord(RevisionCommand, input))
        return [await change(by, request, (found, commandContext) => withdraw(found, command, commandContext))]
      }
      const [{ accessRequest }] = parsedArguments(readRecord(WithdrawAll, target), readRecord(NoCondition, input))
      if ((await withRepository((repository) => repository.accessRequest(by.tenant, accessRequest))) === undefined) throwNotFound()
      const sent = await withRepository((repository) => repository.tenantRequestsOf(by.tenant, accessRequest))
      return changeEach(by, pageOf(sent.map(({ id }) => id)), (request, commandContext) => withdraw(request, {}, commandContext))
    },

    async removeUser(actor: Actor, input: UserId): Promise<RequestSummary[]> {
      const by = parseCommander(actor, 'submit')
      const user = unwrap(read(Id, input, 'user'))
      return changeEach(by, requestsNaming(by.tenant, user), (request, commandContext) => removeUser(request, { user }, commandContext))
    },
  }

  /**
   * Returns the open requests that name the user, page by page.
   * A page begins after the last id, so each is returned once.
   */
  function requestsNaming(requestingTenant: TenantId, user: UserId): AsyncIterable<readonly TenantRequestId[]> {
    return pagesOf(
      (after: TenantRequestId | undefined) =>
        withRepository((repository) => repository.openRequestsNaming({ requestingTenant, user, after, limit: IDS_PER_PAGE })),
      (ids) => ids[IDS_PER_PAGE - 1],
    )
  }
}

async function* pageOf<T>(page: readonly T[]): AsyncGenerator<readonly T[]> {
  yield page
}

function throwNotFound(): never {
  return throwRefusal({ code: 'not-found' })
}
