/** The life of one tenant's request: one function a verb, from its state and a command to an event or a refusal (SPEC §4). */
import { type Actor, checkCommand, checkPermission } from './actor.js'
import type { TenantRequestEvent } from './event.js'
import type { UserId } from './ids.js'
import type { Instant } from './instant.js'
import { latestExpiry, type Policy } from './policy.js'
import { ok, type Refusal, type Result, refused } from './refusal.js'
import { grantHolds, isGrant, statusAt } from './status.js'
import type { TenantRequest } from './tenant-request-state.js'

/**
 * What a verb needs to know besides the request: the `actor`, from the host's login (SPEC 2.1); `now`, the clock in milliseconds, though
 * no event is dated before the request's last one (SPEC 4.8); and `newId`, which must give an event id never given before.
 */
export interface CommandContext {
  readonly actor: Actor
  readonly now: Instant
  readonly newId: () => string
}

/** A context in which somebody grants or sets an expiry. */
export interface AnswerCommandContext extends CommandContext {
  /** Whether the directory knows the actor as a member of the requesting tenant: then `requester-may-not-answer` (SPEC 2.4). */
  readonly actorIsRequester: boolean
  /** How long a grant may run: `maxGrant` in milliseconds, `null` for no limit (SPEC 4.4). */
  readonly policy: Pick<Policy, 'maxGrant'>
}

/** The optional part of a command: with `ifRevision` it is refused as `stale-revision` unless the request is at that one (SPEC 4.6). */
export interface ExpectedRevision {
  readonly ifRevision?: number | undefined
}

/** Grants: the named users may enter from now until `expiresAt`, or without an end (SPEC §4). */
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

/** Rejects: nobody may enter by this request, ever (SPEC §4). */
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

/** Withdraws what was not yet answered (SPEC §4). */
export function withdraw(request: TenantRequest, command: ExpectedRevision, context: CommandContext): Result<TenantRequestEvent> {
  const refusal =
    checkCommand(context.actor, 'submit') ??
    checkIsRequester(request, context.actor) ??
    checkRevision(request, command) ??
    checkPending(request, context)
  return refusal ? refused(refusal) : ok({ ...nextEvent(request, context), type: 'tenant-request.withdrawn', removedUser: null })
}

/** Adds, shortens or prolongs the end of a grant that holds; it can never be taken away again (SPEC §4). */
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

/** Ends a grant that holds: the tenant takes it back, or the requester gives it up (SPEC §4). */
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

/** Takes a user off the request for good; without any user left, it is withdrawn or revoked (SPEC 4.5). */
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

/** Records that the clock has ended a grant, dated at that instant itself; no answer about any instant changes (SPEC 4.3). */
export function expire(request: TenantRequest, context: Omit<CommandContext, 'actor'>): Result<TenantRequestEvent> {
  const { now, newId } = context
  if (request.state !== 'granted' || request.expiresAt === null || now < request.expiresAt) {
    return refused({ code: 'not-due', status: statusAt(request, now) })
  }
  return ok({ ...envelopeOf(request, newId), at: request.expiresAt, by: 'clock', type: 'tenant-request.expired' })
}

// Each check below is one refusal of SPEC 4.7; the verbs line them up in its order.

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
  const issue = { path: ['user'], code: 'unknown-user', message: `\`${user}\` is not named by the request` } as const
  return { code: 'invalid-input', issues: [issue] }
}

function checkExpiry(request: TenantRequest, expiresAt: Instant | null, context: AnswerCommandContext): Refusal | undefined {
  const after = eventInstant(request, context)
  const latest = latestExpiry(context.policy, isGrant(request) ? request.grantedAt : after)
  if (expiresAt === null) return latest === null ? undefined : { code: 'expiry-required', latest }
  if (expiresAt <= after) return { code: 'expires-too-soon', expiresAt, after }
  return latest !== null && expiresAt > latest ? { code: 'expires-too-late', expiresAt, latest } : undefined
}

/** The instant a command is dated: the clock's, but never before the request's last event, should the clock step back (SPEC 4.8). */
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
