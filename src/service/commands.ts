/** The commands on sent requests: load, decide in the domain, save; a conflict starts again (SPEC §4). */

import type { Actor } from '../domain/actor.js'
import { type RequestSummary, throwRefusal, unwrap } from '../domain/error.js'
import type { TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import { Id, read, readRecord } from '../domain/input.js'
import { grant, reject, removeUser, revoke, setExpiry, withdraw } from '../domain/tenant-request.js'
import { answerContext, grantContext } from './answer-context.js'
import { parseCommander, parsedArguments } from './arguments.js'
import { changeEach, collectChanged, pagesOfIds, type RequestCommand, type StepCommand, tryCommand } from './change-requests.js'
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

/** The command methods of the service. */
export function createCommands(context: ServiceContext) {
  const { withRepository, policy } = context
  const { GrantCommand, RejectCommand, RevokeCommand } = messageCommands(policy.requireMessage)

  /** Runs one command on one tenant request. */
  const change = async (actor: Actor, id: TenantRequestId, command: RequestCommand): Promise<RequestSummary> =>
    unwrap(await tryCommand(context, actor, id, command))

  return {
    async grant(actor: Actor, id: TenantRequestId, input: GrantInput): Promise<RequestSummary> {
      const by = parseCommander(actor, 'answer')
      const [request, command] = parsedArguments(read(Id, id, 'id'), readRecord(GrantCommand, input))
      return change(by, request, async (found, commandContext) => grant(found, command, await grantContext(context, found, commandContext)))
    },

    async reject(actor: Actor, id: TenantRequestId, input: AnswerInput = {}): Promise<RequestSummary> {
      const by = parseCommander(actor, 'answer')
      const [request, command] = parsedArguments(read(Id, id, 'id'), readRecord(RejectCommand, input))
      return change(by, request, (found, commandContext) => reject(found, command, commandContext))
    },

    async setExpiry(actor: Actor, id: TenantRequestId, input: ExpiryInput): Promise<RequestSummary> {
      const by = parseCommander(actor, 'answer')
      const [request, command] = parsedArguments(read(Id, id, 'id'), readRecord(ExpiryCommand, input))
      return change(by, request, async (found, commandContext) =>
        setExpiry(found, command, await answerContext(context, found, commandContext)),
      )
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
      const withdrawAny: StepCommand = (request, commandContext) => withdraw(request, {}, commandContext)
      const ids = sent.map(({ id }) => id)
      return collectChanged((onChanged) => changeEach(context, by, pageOf(ids), withdrawAny, onChanged))
    },

    async removeUser(actor: Actor, input: UserId): Promise<RequestSummary[]> {
      const by = parseCommander(actor, 'submit')
      const user = unwrap(read(Id, input, 'user'))
      const remove: StepCommand = (request, commandContext) => removeUser(request, { user }, commandContext)
      return collectChanged((onChanged) => changeEach(context, by, requestsNaming(by.tenant, user), remove, onChanged))
    },
  }

  /** Returns the open requests that name the user, page by page. */
  function requestsNaming(requestingTenant: TenantId, user: UserId): AsyncIterable<readonly TenantRequestId[]> {
    return pagesOfIds((page) => withRepository((repository) => repository.openRequestsNaming({ requestingTenant, user, ...page })))
  }
}

async function* pageOf<T>(page: readonly T[]): AsyncGenerator<readonly T[]> {
  yield page
}

function throwNotFound(): never {
  return throwRefusal({ code: 'not-found' })
}
