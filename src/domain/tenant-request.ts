/** The commands on a tenant request: one function each, returning an event or a refusal (SPEC §4). */
import { checkCommand, checkPermission } from './actor.js'
import {
  type AnswerCommandContext,
  type CommandContext,
  checkActive,
  checkExpiry,
  checkIsParty,
  checkIsRequester,
  checkIsTenant,
  checkMayAnswer,
  checkPending,
  checkRemovable,
  checkRevision,
  type ExpectedRevision,
  eventInstant,
} from './command-checks.js'
import type { TenantRequestEvent } from './event.js'
import type { UserId } from './ids.js'
import type { Instant } from './instant.js'
import { ok, type Result, refused } from './refusal.js'
import { statusAt } from './status.js'
import type { TenantRequest } from './tenant-request-state.js'

// The checks of each command stand in the order of precedence (SPEC 4.7).

/** Grants a pending request from now until `expiresAt`, or without an end (SPEC §4). */
export function grant(
  request: TenantRequest,
  command: ExpectedRevision & { message: string; expiresAt: Instant | null },
  context: AnswerCommandContext,
): Result<TenantRequestEvent> {
  const { message, expiresAt } = command
  const refusal =
    checkCommand(context.actor, 'answer') ??
    checkIsTenant(request, context.actor) ??
    checkMayAnswer(context) ??
    checkRevision(request, command) ??
    checkPending(request, context) ??
    checkExpiry(request, expiresAt, context)
  return refusal ? refused(refusal) : ok({ ...nextEvent(request, context), type: 'tenant-request.granted', message, expiresAt })
}

/** Rejects a pending request for good (SPEC §4). */
export function reject(
  request: TenantRequest,
  command: ExpectedRevision & { message: string },
  context: CommandContext,
): Result<TenantRequestEvent> {
  const refusal =
    checkCommand(context.actor, 'answer') ??
    checkIsTenant(request, context.actor) ??
    checkRevision(request, command) ??
    checkPending(request, context)
  return refusal ? refused(refusal) : ok({ ...nextEvent(request, context), type: 'tenant-request.rejected', message: command.message })
}

/** Withdraws a pending request for good (SPEC §4). */
export function withdraw(request: TenantRequest, command: ExpectedRevision, context: CommandContext): Result<TenantRequestEvent> {
  const refusal =
    checkCommand(context.actor, 'submit') ??
    checkIsRequester(request, context.actor) ??
    checkRevision(request, command) ??
    checkPending(request, context)
  return refusal ? refused(refusal) : ok({ ...nextEvent(request, context), type: 'tenant-request.withdrawn', removedUser: null })
}

/** Adds, shortens or prolongs the expiry of a grant that holds; an expiry is never removed (SPEC §4). */
export function setExpiry(
  request: TenantRequest,
  command: ExpectedRevision & { expiresAt: Instant },
  context: AnswerCommandContext,
): Result<TenantRequestEvent> {
  const { expiresAt } = command
  const refusal =
    checkCommand(context.actor, 'answer') ??
    checkIsTenant(request, context.actor) ??
    checkMayAnswer(context) ??
    checkRevision(request, command) ??
    checkActive(request, context) ??
    checkExpiry(request, expiresAt, context)
  return refusal ? refused(refusal) : ok({ ...nextEvent(request, context), type: 'tenant-request.expiry-set', expiresAt })
}

/** Revokes a grant that holds, by the tenant or by the requester (SPEC §4). */
export function revoke(
  request: TenantRequest,
  command: ExpectedRevision & { message: string },
  context: CommandContext,
): Result<TenantRequestEvent> {
  const { actor } = context
  const refusal =
    checkCommand(actor, 'answer', 'submit') ??
    checkIsParty(request, actor) ??
    checkPermission(actor, actor.tenant === request.tenant ? 'answer' : 'submit') ??
    checkRevision(request, command) ??
    checkActive(request, context)
  if (refusal) return refused(refusal)
  return ok({ ...nextEvent(request, context), type: 'tenant-request.revoked', message: command.message, removedUser: null })
}

/** Removes a user for good; removing the last user withdraws or revokes the request (SPEC 4.5). */
export function removeUser(request: TenantRequest, command: { user: UserId }, context: CommandContext): Result<TenantRequestEvent> {
  const { user } = command
  const refusal =
    checkCommand(context.actor, 'submit') ?? checkIsRequester(request, context.actor) ?? checkRemovable(request, user, context)
  if (refusal) return refused(refusal)
  const event = nextEvent(request, context)
  if (request.users.length > 1) return ok({ ...event, type: 'tenant-request.user-removed', removedUser: user })
  if (request.state === 'pending') return ok({ ...event, type: 'tenant-request.withdrawn', removedUser: user })
  return ok({ ...event, type: 'tenant-request.revoked', message: '', removedUser: user })
}

/** Records the expiry of a grant, dated at `expiresAt` itself; this changes no answer (SPEC 4.3). */
export function expire(request: TenantRequest, context: Omit<CommandContext, 'actor'>): Result<TenantRequestEvent> {
  const { now, newId } = context
  if (request.state !== 'granted' || request.expiresAt === null || now < request.expiresAt) {
    return refused({ code: 'not-due', status: statusAt(request, now) })
  }
  return ok({ ...envelopeOf(request, newId), at: request.expiresAt, by: 'clock', type: 'tenant-request.expired' })
}

function nextEvent(request: TenantRequest, context: CommandContext) {
  const { user, tenant } = context.actor
  return { ...envelopeOf(request, context.newId), at: eventInstant(request, context), by: { user, tenant } }
}

function envelopeOf({ id, accessRequest, requestingTenant, tenant, revision }: TenantRequest, newId: () => string) {
  return { id: newId(), tenantRequest: id, accessRequest, requestingTenant, tenant, revision: revision + 1, version: 1 as const }
}
