/** The verbs of a tenant request's life (SPEC §4), as changes ready to be saved. */
import { AssertionError } from 'node:assert/strict'
import type { Actor } from '../../domain/actor.js'
import type { TenantRequestEvent } from '../../domain/event.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import { describe, type Result } from '../../domain/refusal.js'
import { expire, grant, reject, removeUser, revoke, setExpiry, withdraw } from '../../domain/tenant-request.js'
import { evolve, type TenantRequest } from '../../domain/tenant-request-state.js'
import type { Change } from '../../repository.js'

/** What a command makes of a request: its event, and the request after it. */
export type Verb = (request: TenantRequest, newId: () => string) => Change

const NO_POLICY = { actorIsRequester: false, policy: { maxGrant: null } }

/** Grants at `at`, until `expiresAt` where it is given. */
export function granting(at: Instant, expiresAt: Instant | null = null, message = ''): Verb {
  return (request, newId) =>
    change(request, grant(request, { message, expiresAt }, { ...NO_POLICY, actor: answererOf(request.tenant), now: at, newId }))
}

/** Sets the end of a grant. */
export function settingExpiry(at: Instant, expiresAt: Instant): Verb {
  return (request, newId) =>
    change(request, setExpiry(request, { expiresAt }, { ...NO_POLICY, actor: answererOf(request.tenant), now: at, newId }))
}

/** Rejects. */
export function rejecting(at: Instant, message = ''): Verb {
  return (request, newId) => change(request, reject(request, { message }, { actor: answererOf(request.tenant), now: at, newId }))
}

/** Withdraws. */
export function withdrawing(at: Instant): Verb {
  return (request, newId) => change(request, withdraw(request, {}, { actor: requesterOf(request.requestingTenant), now: at, newId }))
}

/** Revokes, by the tenant that granted. */
export function revoking(at: Instant, message = ''): Verb {
  return (request, newId) => change(request, revoke(request, { message }, { actor: answererOf(request.tenant), now: at, newId }))
}

/** Gives a grant up, by the requester. */
export function givingUp(at: Instant, message = ''): Verb {
  return (request, newId) => change(request, revoke(request, { message }, { actor: requesterOf(request.requestingTenant), now: at, newId }))
}

/** Takes a user off; the last one ends the request. */
export function removing(user: UserId, at: Instant): Verb {
  return (request, newId) =>
    change(request, removeUser(request, { user }, { actor: requesterOf(request.requestingTenant), now: at, newId }))
}

/** Records that a grant has expired, as soon as it can be. */
export function expiring(): Verb {
  return (request, newId) => change(request, expire(request, { now: 8.64e15, newId }))
}

/** Somebody of the requesting tenant who may submit. */
export function requesterOf(tenant: TenantId): Actor {
  return { user: 'elizabeth', tenant, permissions: ['submit'], impersonating: null }
}

/** The value of a command that the domain accepts; a scene that it refuses is a mistake in the law, not in the repository. */
export function must<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new AssertionError({ message: `the scene itself is refused: ${describe(result.refusal)}` })
}

function answererOf(tenant: TenantId): Actor {
  return { user: 'answerer', tenant, permissions: ['answer'], impersonating: null }
}

function change(request: TenantRequest, decided: Result<TenantRequestEvent>): Change {
  const event = must(decided)
  return { request: evolve(request, event), event }
}
