/** The actor behind a command, and the checks of what the actor may do (SPEC §2). */
import * as z from 'zod'
import { listWith } from './bounded-lists.js'
import { type AccessMethod, METHODS } from './decision-types.js'
import type { TenantId, UserId } from './ids.js'
import { Id, type Schema } from './input.js'
import type { Refusal } from './refusal.js'

/**
 * A permission in the actor's own tenant (SPEC 2.1).
 *
 * `submit` sends requests to other tenants and ends them. `answer` grants, rejects and revokes the requests of other tenants.
 */
export type Permission = 'submit' | 'answer'

/**
 * The real person behind a command (SPEC 2.1).
 *
 * The host builds it from its own login, never from a request body. `user`, `tenant` and `permissions` are the person's own.
 */
export interface Actor {
  readonly user: UserId
  readonly tenant: TenantId
  readonly permissions: readonly Permission[]
  /** Required: the tenant and method while the person acts inside a tenant, by any tool, else `null`. */
  readonly impersonating: { readonly tenant: TenantId; readonly method: AccessMethod } | null
}

/** The schemas of an actor's fields. */
export const actorShape = {
  user: Id,
  tenant: Id,
  permissions: listWith(asPermission, 'must be a list of permissions', 'must be `submit` or `answer`'),
  impersonating: z
    .strictObject(
      { tenant: Id, method: z.enum(METHODS, 'must be `access-request`, `legacy-configure` or `legacy-support`') },
      'must be null, or an object with `tenant` and `method`',
    )
    .readonly()
    .nullable(),
}

export const actorSchema: Schema<Actor> = z
  .strictObject(actorShape, 'must be an actor: an object with `user`, `tenant`, `permissions` and `impersonating`')
  .readonly()

function asPermission(value: unknown): Permission | undefined {
  return value === 'submit' || value === 'answer' ? value : undefined
}

/** Returns a refusal if the actor is impersonating (SPEC 2.2). */
export function checkNotInside({ impersonating }: Actor): Refusal | undefined {
  return impersonating === null ? undefined : { code: 'impersonating' }
}

/** Returns a refusal if the actor has none of the permissions (SPEC 4.7). */
export function checkPermission(actor: Actor, ...permissions: readonly Permission[]): Refusal | undefined {
  return permissions.some((permission) => actor.permissions.includes(permission)) ? undefined : { code: 'not-permitted' }
}

/**
 * Returns a refusal if the actor is impersonating or has none of the permissions (SPEC 2.2).
 *
 * The checks run in that order (SPEC 4.7).
 */
export function checkCommand(actor: Actor, ...permissions: readonly Permission[]): Refusal | undefined {
  return checkNotInside(actor) ?? checkPermission(actor, ...permissions)
}
