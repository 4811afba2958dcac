/** The commands on a tenant request: event or refusal, with checks in order of precedence (SPEC 4.7). */

import { checkCommand, checkPermission } from './actor.js'
import {
  type AnswerCommandContext,
  type CommandContext,
  checkActive,
  checkExpiry,
  checkGrantable,
  checkIsParty,
  checkIsRequester,
  checkIsTenant,
  checkMayAnswer,
  checkPending,
  checkRemovable,
  checkRevision,
  type ExpectedRevision,
  type GrantCommandContext,
} from './command-checks.js'
import type { TenantRequestEvent } from './event.js'
import type { UserId } from './ids.js'
import type { Instant } from './instant.js'
import { ok, type Result, refused } from './refusal.js'
import { nextEvent } from './request-event.js'
import type { TenantRequest } from './tenant-request-state.js'

/**
 * Grants a pending request from now until `expiresAt`, or without an end (SPEC §4).
 * Removes users who have left the requesting tenant. The last refusal is `not-grantable`: no user is left, or no relation (SPEC 2.6).
 * @example Continues initialState
 * ```ts
 * import { type Actor, grant } from 'consentry/domain'
 *
 * const tom: Actor = { user: 'tom', tenant: 'tom-sawyer', permissions: ['answer'], impersonating: null }
 * const newId = () => crypto.randomUUID()
 * const context = { actor: tom, now: 2_000, newId, actorIsRequester: false, policy: { maxGrant: null } }
 * const directory = { members: new Set(['caroline', 'charlotte']), askable: true }
 * const answered = grant(pending, { message: 'Welcome', expiresAt: 9_000 }, { ...context, ...directory })
 * console.log(answered.ok && answered.value.type) // tenant-request.granted
 * ```
 */
export function grant(
  request: TenantRequest,
  command: ExpectedRevision & { message: string; expiresAt: Instant | null },
  context: GrantCommandContext,
): Result<TenantRequestEvent> {
  const { message, expiresAt } = command
  const refusal =
    checkCommand(context.actor, 'answer') ??
    checkIsTenant(request, context.actor) ??
    checkMayAnswer(context) ??
    checkRevision(request, command, context.actor) ??
    checkPending(request, context) ??
    checkExpiry(request, expiresAt, context) ??
    checkGrantable(request, context)
  if (refusal) return refused(refusal)
  const removedUsers = request.users.filter((user) => !context.members.has(user))
  return ok({ ...nextEvent(request, context), type: 'tenant-request.granted', message, expiresAt, removedUsers })
}

/**
 * Rejects a pending request for good (SPEC §4).
 * @example Continues grant
 * ```ts
 * import { reject } from 'consentry/domain'
 *
 * const rejected = reject(pending, { message: 'Ask again next month' }, context)
 * console.log(rejected.ok && rejected.value.type) // tenant-request.rejected
 * ```
 */
export function reject(
  request: TenantRequest,
  command: ExpectedRevision & { message: string },
  context: CommandContext,
): Result<TenantRequestEvent> {
  const refusal =
    checkCommand(context.actor, 'answer') ??
    checkIsTenant(request, context.actor) ??
    checkRevision(request, command, context.actor) ??
    checkPending(request, context)
  return refusal ? refused(refusal) : ok({ ...nextEvent(request, context), type: 'tenant-request.rejected', message: command.message })
}

/**
 * Withdraws a pending request for good (SPEC §4).
 * @example Continues grant
 * ```ts
 * import { withdraw } from 'consentry/domain'
 *
 * const refusal = withdraw(pending, {}, { ...context, actor: { ...tom, permissions: ['submit'] } })
 * console.log(!refusal.ok && refusal.refusal.code) // wrong-party
 * ```
 */
export function withdraw(request: TenantRequest, command: ExpectedRevision, context: CommandContext): Result<TenantRequestEvent> {
  const refusal =
    checkCommand(context.actor, 'submit') ??
    checkIsRequester(request, context.actor) ??
    checkRevision(request, command, context.actor) ??
    checkPending(request, context)
  return refusal ? refused(refusal) : ok({ ...nextEvent(request, context), type: 'tenant-request.withdrawn', removedUser: null })
}

/**
 * Adds, shortens or prolongs the expiry of a grant that holds; an expiry is never removed (SPEC §4).
 * @example Continues evolve
 * ```ts
 * import { setExpiry } from 'consentry/domain'
 *
 * const expirySet = setExpiry(granted, { expiresAt: 5_000 }, { ...context, now: 3_000 })
 * console.log(expirySet.ok && expirySet.value.type) // tenant-request.expiry-set
 * ```
 */
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
    checkRevision(request, command, context.actor) ??
    checkActive(request, context) ??
    checkExpiry(request, expiresAt, context)
  return refusal ? refused(refusal) : ok({ ...nextEvent(request, context), type: 'tenant-request.expiry-set', expiresAt })
}

/**
 * Revokes a grant that holds, by the tenant or by the requester (SPEC §4).
 * @example Continues evolve
 * ```ts
 * import { revoke } from 'consentry/domain'
 *
 * const revoked = revoke(granted, { message: 'The work is done' }, { ...context, now: 3_000 })
 * console.log(revoked.ok && revoked.value.type) // tenant-request.revoked
 * ```
 */
export function revoke(
  request: TenantRequest,
  command: ExpectedRevision & { message: string },
  context: CommandContext,
): Result<TenantRequestEvent> {
  const refusal =
    checkCommand(context.actor, 'answer', 'submit') ??
    checkIsParty(request, context.actor) ??
    checkPermission(context.actor, context.actor.tenant === request.tenant ? 'answer' : 'submit') ??
    checkRevision(request, command, context.actor) ??
    checkActive(request, context)
  if (refusal) return refused(refusal)
  return ok({ ...nextEvent(request, context), type: 'tenant-request.revoked', message: command.message, removedUser: null })
}

/**
 * Removes a user for good; removing the last user withdraws or revokes the request (SPEC 4.5).
 * @example Continues evolve
 * ```ts
 * import { removeUser } from 'consentry/domain'
 *
 * const elizabeth: Actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }
 * const removed = removeUser(granted, { user: 'caroline' }, { actor: elizabeth, now: 3_000, newId })
 * console.log(removed.ok && removed.value.type) // tenant-request.user-removed
 * ```
 */
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

/**
 * Ends a request by one of its parties (SPEC 4.11).
 *
 * A grant is revoked. A pending request is rejected by the tenant, or withdrawn by the requester. A withdrawal carries no message.
 */
export function endRequest(request: TenantRequest, command: { message: string }, context: CommandContext): Result<TenantRequestEvent> {
  const { message } = command
  if (request.state !== 'pending') return revoke(request, { message }, context)
  return context.actor.tenant === request.tenant ? reject(request, { message }, context) : withdraw(request, {}, context)
}
