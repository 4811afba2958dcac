/** The actor: who is really doing this, as the host's own login knows it. */
import * as z from 'zod'
import { METHODS } from './decision-types.js'
import { Id } from './input.js'
import type { Refusal } from './refusal.js'

/** What a person may do for his tenant: `submit` requests (the source's TM Admin), `answer` them (SPEC 2.1). */
export type Permission = z.infer<typeof permissionSchema>
export const permissionSchema = z.enum(['submit', 'answer'], 'must be `submit` or `answer`')

/**
 * The real person behind a command, made by the host from its login and never from a request's body (SPEC 2.1). `impersonating`
 * is required: `null`, or the tenant and method while the person acts inside one, by the legacy tool too.
 */
export type Actor = z.infer<typeof actorSchema>
export const actorSchema = z
  .strictObject(
    {
      user: Id,
      tenant: Id,
      permissions: z.array(permissionSchema, 'must be a list of permissions').readonly(),
      impersonating: z
        .strictObject({ tenant: Id, method: z.enum(METHODS, 'must be a method') }, 'must be null or a tenant and a method')
        .readonly()
        .nullable(),
    },
    'must be an actor',
  )
  .readonly()

/** Refuses whoever has none of these permissions (SPEC 4.7). */
export function checkPermission(actor: Actor, ...permissions: readonly Permission[]): Refusal | undefined {
  return permissions.some((permission) => actor.permissions.includes(permission)) ? undefined : { code: 'not-permitted' }
}

/** Refuses whoever is acting inside a tenant, and then whoever has none of these permissions (SPEC 2.2, 4.7). */
export function checkCommand(actor: Actor, ...permissions: readonly Permission[]): Refusal | undefined {
  return actor.impersonating === null ? checkPermission(actor, ...permissions) : { code: 'impersonating' }
}
