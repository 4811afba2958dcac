/** The checks of the commands on a tenant request: each returns one refusal or `undefined` (SPEC 4.7). */
import type { Actor } from './actor.js'
import type { UserId } from './ids.js'
import type { Instant } from './instant.js'
import { latestExpiry, type Policy } from './policy.js'
import type { Refusal } from './refusal.js'
import { grantHolds, isGrant, isPending, statusAt } from './status.js'
import type { TenantRequest } from './tenant-request-state.js'
import { revisionFor } from './views.js'

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

/** The context of a grant: the answers of the directory about its request (SPEC 2.6). */
export interface GrantCommandContext extends AnswerCommandContext {
  /** The request's users that are members of the requesting tenant. The grant removes the others. */
  readonly members: ReadonlySet<UserId>
  /** Whether the requesting tenant may still ask the tenant of the request. */
  readonly askable: boolean
}

/** The optional condition of a command (SPEC 4.6). */
export interface ExpectedRevision {
  /**
   * The expected revision, as the actor's party sees it (SPEC 4.10).
   *
   * At another one, the command is refused with `stale-revision`.
   */
  readonly ifRevision?: number | undefined
}

/** Refuses an actor of neither party: the request does not exist for them. */
export function checkIsParty(request: TenantRequest, actor: Actor): Refusal | undefined {
  const party = actor.tenant === request.tenant || actor.tenant === request.requestingTenant
  return party ? undefined : { code: 'not-found' }
}

/** Refuses everybody but the tenant asked. */
export function checkIsTenant(request: TenantRequest, actor: Actor): Refusal | undefined {
  return checkIsParty(request, actor) ?? (actor.tenant === request.tenant ? undefined : { code: 'wrong-party' })
}

/** Refuses everybody but the requesting tenant. */
export function checkIsRequester(request: TenantRequest, actor: Actor): Refusal | undefined {
  return checkIsParty(request, actor) ?? (actor.tenant === request.requestingTenant ? undefined : { code: 'wrong-party' })
}

/** Refuses a member of the requesting tenant (SPEC 2.4). */
export function checkMayAnswer({ actorIsRequester }: AnswerCommandContext): Refusal | undefined {
  return actorIsRequester ? { code: 'requester-may-not-answer' } : undefined
}

/** Refuses a command that expects another revision than the actor's party sees (SPEC 4.6, 4.10). */
export function checkRevision(request: TenantRequest, { ifRevision }: ExpectedRevision, actor: Actor): Refusal | undefined {
  const actual = revisionFor(request, actor.tenant)
  return ifRevision === undefined || ifRevision === actual ? undefined : { code: 'stale-revision', expected: ifRevision, actual }
}

/** Refuses a request that is not pending; one that has lapsed is pending for no command (SPEC 4.9). */
export function checkPending(request: TenantRequest, context: Pick<CommandContext, 'now'>): Refusal | undefined {
  const at = eventInstant(request, context)
  return isPending(request, at) ? undefined : { code: 'not-pending', status: statusAt(request, at) }
}

/** Refuses a request without a grant that holds. */
export function checkActive(request: TenantRequest, context: CommandContext): Refusal | undefined {
  const at = eventInstant(request, context)
  return grantHolds(request, at) ? undefined : { code: 'not-active', status: statusAt(request, at) }
}

/** Refuses a user whom the request does not name, and a request that has ended (SPEC 4.5). */
export function checkRemovable(request: TenantRequest, user: UserId, context: CommandContext): Refusal | undefined {
  if (request.users.includes(user)) return request.state === 'pending' ? checkPending(request, context) : checkActive(request, context)
  const issue = { path: ['user'], code: 'unknown-user', message: `\`${user}\` is not a user of the request` } as const
  return { code: 'invalid-input', issues: [issue] }
}

/** Refuses an expiry that is missing, too soon or too late (SPEC 4.4). */
export function checkExpiry(request: TenantRequest, expiresAt: Instant | null, context: AnswerCommandContext): Refusal | undefined {
  const after = eventInstant(request, context)
  const latest = latestExpiry(context.policy, isGrant(request) ? request.grantedAt : after)
  if (expiresAt === null) return latest === null ? undefined : { code: 'expiry-required', latest }
  if (expiresAt <= after) return { code: 'expires-too-soon', expiresAt, after }
  return latest !== null && expiresAt > latest ? { code: 'expires-too-late', expiresAt, latest } : undefined
}

/** Refuses a grant if no user is a member any more, or the tenant may not be asked (SPEC 2.6). */
export function checkGrantable({ users }: TenantRequest, { members, askable }: GrantCommandContext): Refusal | undefined {
  return askable && users.some((user) => members.has(user)) ? undefined : { code: 'not-grantable' }
}

/** Returns the later of `now` and the request's last event, in case the clock stepped back (SPEC 4.8). */
export function eventInstant(request: TenantRequest, { now }: Pick<CommandContext, 'now'>): Instant {
  return Math.max(now, request.changedAt)
}
