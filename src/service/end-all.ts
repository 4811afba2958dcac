/** One party ends everything between two tenants, each request and session by itself (SPEC 4.11). */
import * as z from 'zod'
import type { Actor, Permission } from '../domain/actor.js'
import { type EndedSession, type RequestSummary, unwrap } from '../domain/error.js'
import type { TenantId, TenantRequestId } from '../domain/ids.js'
import { Id, readRecord } from '../domain/input.js'
import { Message } from '../domain/message.js'
import { endRequest } from '../domain/tenant-request.js'
import { parseCommander } from './arguments.js'
import { changeEach, collectChanged, pagesOfIds, type StepCommand } from './change-requests.js'
import type { ServiceContext } from './context.js'
import { endSessionsBetween, type Parties } from './end-sessions.js'

/** What one party ends (SPEC 4.11). */
export interface EndAllInput {
  /** The other tenant. Nothing between the two is `[]`, and so is the actor's own tenant. */
  readonly with: TenantId
  /**
   * A message to the other party, up to 1,000 characters; `''` by default.
   * It goes with each rejection and revocation; a withdrawal has none.
   */
  readonly message?: string | undefined
}

/**
 * What a command of several steps changed: a tenant request, or an ended session.
 * Only a session has the key `session`, and only a request has `id`.
 */
export type Ended = RequestSummary | EndedSession

const EndAll = z.strictObject({ with: Id, message: Message.default('') }, 'must be a record with `with`')

/** The `endAll` method of the service. */
export function createEndAll(context: ServiceContext) {
  /** Returns the ids of the open requests between the parties, page by page. */
  const openBetween = (parties: Parties): AsyncIterable<readonly TenantRequestId[]> =>
    pagesOfIds((page) => context.withRepository((repository) => repository.openRequestsBetween({ ...parties, ...page })))

  /**
   * Ends what one side may end, and calls `onEnded` with each request and session.
   *
   * Sessions come first: those that are live now are ended by the party, not by the loss of their grants. Then no request is left from which
   * a session could start. Those that started meanwhile are ended last.
   *
   * @returns the errors of the steps that failed.
   */
  const endSide = async (actor: Actor, parties: Parties, message: string, onEnded: (ended: Ended) => void): Promise<readonly unknown[]> => {
    const errors: unknown[] = []
    // A step that fails must not keep the others from ending: above all, grants are revoked although the directory fails.
    const attempt = async (step: Promise<void>) => {
      await step.catch((error: unknown) => errors.push(error))
    }
    const command: StepCommand = (request, commandContext) => endRequest(request, { message }, commandContext)
    await attempt(endSessionsBetween(context, actor, parties, onEnded))
    await attempt(changeEach(context, actor, openBetween(parties), command, onEnded))
    await attempt(endSessionsBetween(context, actor, parties, onEnded))
    return errors
  }

  return {
    async endAll(actor: Actor, input: EndAllInput): Promise<Ended[]> {
      const by = parseCommander(actor, 'answer', 'submit')
      const { with: other, message } = unwrap(readRecord(EndAll, input))
      const may = (permission: Permission) => by.permissions.includes(permission)
      if (other === by.tenant) return []
      const sides: readonly Parties[] = [
        ...(may('answer') ? [{ requestingTenant: other, tenant: by.tenant }] : []),
        ...(may('submit') ? [{ requestingTenant: by.tenant, tenant: other }] : []),
      ]
      return collectChanged<Ended>(async (onEnded) => {
        const errors: unknown[] = []
        for (const side of sides) errors.push(...(await endSide(by, side, message, onEnded)))
        if (errors.length > 0) throw errors[0]
      })
    },
  }
}
