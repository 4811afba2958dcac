/** The commands on what was sent: load, ask the domain, save; where another was faster, load and ask again (SPEC §4). */

import * as z from 'zod'
import { type Actor, actorSchema, checkCommand, type Permission } from '../domain/actor.js'
import { type ConsentryError, throwRefusal, unwrap } from '../domain/error.js'
import type { TenantRequestEvent } from '../domain/event.js'
import type { AccessRequestId, TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import { combine, Id, type InstantInput, instantSchema, Message, Revision, read, readRecord } from '../domain/input.js'
import type { Instant } from '../domain/instant.js'
import type { Result } from '../domain/refusal.js'
import { type RequestStatus, statusAt } from '../domain/status.js'
import { type CommandContext, grant, reject, removeUser, revoke, setExpiry, withdraw } from '../domain/tenant-request.js'
import { evolve, type TenantRequest } from '../domain/tenant-request-state.js'
import type { Change } from '../ports/repository.js'
import { type ServiceContext, throwIfRefused, unavailable } from './context.js'

/** A tenant request after a command: its `id`, the `tenant` asked, its `status` then, and its `revision` for the next `ifRevision`. */
export interface RequestSummary {
  readonly id: TenantRequestId
  readonly tenant: TenantId
  readonly status: RequestStatus
  readonly revision: number
}

/** An answer; `message` is for the other party (SPEC 3.3, 4.8). */
export interface AnswerInput {
  readonly message?: string | undefined
  /** The revision the caller has seen; a stale one is refused (SPEC 4.6). */
  readonly ifRevision?: number | undefined
}

/** A grant; an absent or null `expiresAt` means no end (SPEC 4.4). */
export interface GrantInput extends AnswerInput {
  readonly expiresAt?: InstantInput | null | undefined
}

/** A new end for a grant that holds (SPEC §4). */
export interface ExpiryInput {
  /** After now and within the policy's `maxGrant`; `null` is refused: an end can be moved, never removed (SPEC 4.4). */
  readonly expiresAt: InstantInput
  /** The revision the caller has seen; a stale one is refused (SPEC 4.6). */
  readonly ifRevision?: number | undefined
}

/** What to withdraw: one tenant's request by its id, or all still pending of an access request (SPEC §4). */
export type WithdrawTarget = TenantRequestId | { readonly accessRequest: AccessRequestId }

/** A command without values of its own. */
export interface RevisionInput {
  /** The revision the caller has seen; a stale one is refused (SPEC 4.6), and so is any where all of an access request is withdrawn. */
  readonly ifRevision?: number | undefined
}

const ifRevision = Revision.optional()
const AnswerCommand = z.strictObject({ message: Message.default(''), ifRevision }, 'must be an answer')
const GrantCommand = AnswerCommand.extend({ expiresAt: instantSchema.nullable().default(null) })
const ExpiryCommand = z.strictObject({ expiresAt: instantSchema, ifRevision }, 'must be an expiry')
const RevisionCommand = z.strictObject({ ifRevision }, 'must be a condition')
const Nothing = z.strictObject({}, 'must be empty')
const WithdrawAll = z.strictObject({ accessRequest: Id }, 'must be an id, or name an access request')
/** How often a command is tried again when others were faster; each time one of them got on, so only a broken store exhausts it. */
export const MAX_ATTEMPTS = 1000

/** Saves what `happen` says of the requests that `load` finds; where another was faster, from the start. */
export function saveWithRetry({ withRepository, now }: ServiceContext) {
  return async (
    load: () => Promise<readonly TenantRequest[]>,
    decide: (request: TenantRequest, now: Instant) => Promise<TenantRequestEvent | undefined> | TenantRequestEvent | undefined,
  ): Promise<RequestSummary[]> => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const at = now()
      const changes: Change[] = []
      for (const request of await load()) {
        const event = await decide(request, at)
        if (event) changes.push({ request: evolve(request, event), event })
      }
      if ((await withRepository((repository) => repository.saveChanges(changes))) === 'saved')
        return changes.map(({ request }) => requestSummary(request))
    }
    throw retriesExhausted()
  }
}

/** The service's commands. */
export function createCommands(ports: ServiceContext) {
  const { withRepository, policy, newId } = ports
  const commit = saveWithRetry(ports)

  /** One command on one tenant request, by an actor who has one of the permissions (SPEC 4.7). */
  const change = async (
    actor: Actor,
    permissions: readonly Permission[],
    id: TenantRequestId,
    verb: (request: TenantRequest, context: CommandContext) => Promise<Result<TenantRequestEvent>> | Result<TenantRequestEvent>,
  ): Promise<RequestSummary> => {
    throwIfRefused(checkCommand(actor, ...permissions))
    const load = async () => [(await withRepository((repository) => repository.tenantRequest(id))) ?? throwNotFound()]
    const [after] = await commit(load, async (request, now) => unwrap(await verb(request, { actor, now, newId })))
    return after as RequestSummary // one request was loaded, or this was thrown: so one has changed
  }

  /** What answering depends on besides the request; the directory is asked only about somebody who could answer (SPEC 2.4). */
  const answering = async (request: TenantRequest, context: CommandContext) => {
    const { user, tenant } = context.actor
    const actorIsRequester = tenant === request.tenant && (await ports.members(request.requestingTenant, [user])).has(user)
    return { ...context, policy, actorIsRequester }
  }

  return {
    async grant(actor: Actor, id: TenantRequestId, input: GrantInput = {}): Promise<RequestSummary> {
      const [by, request, command] = unwrap(combine(read(actorSchema, actor, 'actor'), read(Id, id, 'id'), readRecord(GrantCommand, input)))
      return change(by, ['answer'], request, async (found, context) => grant(found, command, await answering(found, context)))
    },

    async reject(actor: Actor, id: TenantRequestId, input: AnswerInput = {}): Promise<RequestSummary> {
      const [by, request, command] = unwrap(
        combine(read(actorSchema, actor, 'actor'), read(Id, id, 'id'), readRecord(AnswerCommand, input)),
      )
      return change(by, ['answer'], request, (found, context) => reject(found, command, context))
    },

    async setExpiry(actor: Actor, id: TenantRequestId, input: ExpiryInput): Promise<RequestSummary> {
      const [by, request, command] = unwrap(
        combine(read(actorSchema, actor, 'actor'), read(Id, id, 'id'), readRecord(ExpiryCommand, input)),
      )
      return change(by, ['answer'], request, async (found, context) => setExpiry(found, command, await answering(found, context)))
    },

    async revoke(actor: Actor, id: TenantRequestId, input: AnswerInput = {}): Promise<RequestSummary> {
      const [by, request, command] = unwrap(
        combine(read(actorSchema, actor, 'actor'), read(Id, id, 'id'), readRecord(AnswerCommand, input)),
      )
      return change(by, ['answer', 'submit'], request, (found, context) => revoke(found, command, context))
    },

    async withdraw(actor: Actor, target: WithdrawTarget, input: RevisionInput = {}): Promise<RequestSummary[]> {
      if (typeof target === 'string') {
        const [by, request, command] = unwrap(
          combine(read(actorSchema, actor, 'actor'), read(Id, target, 'id'), readRecord(RevisionCommand, input)),
        )
        return [await change(by, ['submit'], request, (found, context) => withdraw(found, command, context))]
      }
      // A revision is one tenant request's: it cannot be a condition on all of them.
      const [by, { accessRequest }] = unwrap(
        combine(read(actorSchema, actor, 'actor'), readRecord(WithdrawAll, target), readRecord(Nothing, input)),
      )
      throwIfRefused(checkCommand(by, 'submit'))
      if ((await withRepository((repository) => repository.accessRequest(by.tenant, accessRequest))) === undefined) throwNotFound()
      const load = () => withRepository((repository) => repository.tenantRequestsOf(by.tenant, accessRequest))
      return commit(load, (request, now) => eventOrNone(withdraw(request, {}, { actor: by, now, newId })))
    },

    async removeUser(actor: Actor, input: UserId): Promise<RequestSummary[]> {
      const [by, user] = unwrap(combine(read(actorSchema, actor, 'actor'), read(Id, input, 'user')))
      throwIfRefused(checkCommand(by, 'submit'))
      const load = () => withRepository((repository) => repository.openRequestsNaming(by.tenant, user))
      return commit(load, (request, now) => eventOrNone(removeUser(request, { user }, { actor: by, now, newId })))
    },
  }
}

/** The error of a command that others were always faster than. */
export function retriesExhausted(): ConsentryError {
  return unavailable('repository', new Error('the repository refused every attempt to save'))
}

/** The event, or nothing where a request of many has meanwhile gone its own way. */
export function eventOrNone(result: Result<TenantRequestEvent>): TenantRequestEvent | undefined {
  return result.ok ? result.value : undefined
}

function throwNotFound(): never {
  return throwRefusal({ code: 'not-found' })
}

function requestSummary(request: TenantRequest): RequestSummary {
  const { id, tenant, revision, changedAt } = request
  return { id, tenant, status: statusAt(request, changedAt), revision }
}
