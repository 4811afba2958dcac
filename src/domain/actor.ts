/** The actor behind a command, and the checks of what the actor may do (SPEC §2). */
import * as z from 'zod'
import { METHODS } from './decision-types.js'
import { Id } from './input.js'
import type { Refusal } from './refusal.js'

/**
 * A permission in the actor's own tenant (SPEC 2.1).
 *
 * `submit` is the source's role TM Admin: it sends requests. `answer` answers them.
 */
export type Permission = z.infer<typeof permissionSchema>
export const permissionSchema = z.enum(['submit', 'answer'], 'must be `submit` or `answer`')

/**
 * The real person behind a command (SPEC 2.1).
 *
 * The host builds it from its own login, never from a request body. `user`, `tenant` and `permissions` are the person's own.
 * `impersonating` is required: `null`, or the tenant and method while the person acts inside a tenant, legacy sessions included.
 */
export type Actor = z.infer<typeof actorSchema>
export const actorSchema = z
  .strictObject(
    {
      user: Id,
      tenant: Id,
      permissions: z.array(permissionSchema, 'must be a list of permissions').readonly(),
      impersonating: z
        .strictObject(
          { tenant: Id, method: z.enum(METHODS, 'must be `access-request`, `legacy-configure` or `legacy-support`') },
          'must be null, or an object with `tenant` and `method`',
        )
        .readonly()
        .nullable(),
    },
    'must be an actor: an object with `user`, `tenant`, `permissions` and `impersonating`',
  )
  .readonly()

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
  return actor.impersonating === null ? checkPermission(actor, ...permissions) : { code: 'impersonating' }
}
