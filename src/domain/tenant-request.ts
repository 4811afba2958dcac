/** The commands on a tenant request: one function each, returning an event or a refusal (SPEC §4). */
import { type Actor, checkCommand, checkPermission } from './actor.js'
import type { TenantRequestEvent } from './event.js'
import type { UserId } from './ids.js'
import type { Instant } from './instant.js'
import { latestExpiry, type Policy } from './policy.js'
import { ok, type Refusal, type Result, refused } from './refusal.js'
import { grantHolds, isGrant, statusAt } from './status.js'
import type { TenantRequest } from './tenant-request-state.js'

/** The context of a command. */
export interface CommandContext {
  /** The actor, from the host's login (SPEC 2.1). */
  readonly actor: Actor
  /** The clock, in milliseconds. An event is never dated before the request's last event (SPEC 4.8). */
  readonly now: Instant
  /** Returns a new, unique event id at every call. */
  readonly newId: () => string
}

/** The context of a command that grants or sets an expiry. */
export interface AnswerCommandContext extends CommandContext {
  /** Whether the actor is a member of the requesting tenant, who may not answer (SPEC 2.4). */
  readonly actorIsRequester: boolean
  /** The maximum length of a grant: `maxGrant` in milliseconds, or `null` for no limit (SPEC 4.4). */
  readonly policy: Pick<Policy, 'maxGrant'>
}

/** The optional condition of a command (SPEC 4.6). */
export interface ExpectedRevision {
  /** The expected revision of the request. At another one, the command is refused with `stale-revision`. */
  readonly ifRevision?: number | undefined
}

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

// Each check returns one refusal; the commands above call them in the order of precedence (SPEC 4.7).

function checkIsParty(request: TenantRequest, actor: Actor): Refusal | undefined {
  const party = actor.tenant === request.tenant || actor.tenant === request.requestingTenant
  return party ? undefined : { code: 'not-found' }
}

function checkIsTenant(request: TenantRequest, actor: Actor): Refusal | undefined {
  return checkIsParty(request, actor) ?? (actor.tenant === request.tenant ? undefined : { code: 'wrong-party' })
}

function checkIsRequester(request: TenantRequest, actor: Actor): Refusal | undefined {
  return checkIsParty(request, actor) ?? (actor.tenant === request.requestingTenant ? undefined : { code: 'wrong-party' })
}

function checkMayAnswer({ actorIsRequester }: AnswerCommandContext): Refusal | undefined {
  return actorIsRequester ? { code: 'requester-may-not-answer' } : undefined
}

function checkRevision(request: TenantRequest, { ifRevision }: ExpectedRevision): Refusal | undefined {
  if (ifRevision === undefined || ifRevision === request.revision) return undefined
  return { code: 'stale-revision', expected: ifRevision, actual: request.revision }
}

function checkPending(request: TenantRequest, context: CommandContext): Refusal | undefined {
  return request.state === 'pending' ? undefined : { code: 'not-pending', status: statusAt(request, eventInstant(request, context)) }
}

function checkActive(request: TenantRequest, context: CommandContext): Refusal | undefined {
  const at = eventInstant(request, context)
  return grantHolds(request, at) ? undefined : { code: 'not-active', status: statusAt(request, at) }
}

function checkRemovable(request: TenantRequest, user: UserId, context: CommandContext): Refusal | undefined {
  if (request.users.includes(user)) return request.state === 'pending' ? undefined : checkActive(request, context)
  const issue = { path: ['user'], code: 'unknown-user', message: `\`${user}\` is not a user of the request` } as const
  return { code: 'invalid-input', issues: [issue] }
}

function checkExpiry(request: TenantRequest, expiresAt: Instant | null, context: AnswerCommandContext): Refusal | undefined {
  const after = eventInstant(request, context)
  const latest = latestExpiry(context.policy, isGrant(request) ? request.grantedAt : after)
  if (expiresAt === null) return latest === null ? undefined : { code: 'expiry-required', latest }
  if (expiresAt <= after) return { code: 'expires-too-soon', expiresAt, after }
  return latest !== null && expiresAt > latest ? { code: 'expires-too-late', expiresAt, latest } : undefined
}

/** Returns the later of `now` and the request's last event, in case the clock stepped back (SPEC 4.8). */
function eventInstant(request: TenantRequest, { now }: CommandContext): Instant {
  return Math.max(now, request.changedAt)
}

function nextEvent(request: TenantRequest, context: CommandContext) {
  const { user, tenant } = context.actor
  return { ...envelopeOf(request, context.newId), at: eventInstant(request, context), by: { user, tenant } }
}

function envelopeOf({ id, accessRequest, requestingTenant, tenant, revision }: TenantRequest, newId: () => string) {
  return { id: newId(), tenantRequest: id, accessRequest, requestingTenant, tenant, revision: revision + 1, version: 1 as const }
}
