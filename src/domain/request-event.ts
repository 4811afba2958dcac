/** The fields that every event of a tenant request has (SPEC 8.2), and the users whom it removes. */
import { type CommandContext, eventInstant } from './command-checks.js'
import type { TenantRequestEvent } from './event.js'
import type { UserId } from './ids.js'
import type { TenantRequest } from './tenant-request-state.js'

/** Returns the fields of the actor's next event, dated no earlier than the last one (SPEC 4.8). */
export function nextEvent(request: TenantRequest, context: CommandContext) {
  const { user, tenant } = context.actor
  return { ...envelopeOf(request, context.newId), at: eventInstant(request, context), by: { user, tenant } }
}

/** Returns the fields of the request's next event that do not depend on its actor. */
export function envelopeOf({ id, accessRequest, requestingTenant, tenant, revision }: TenantRequest, newId: () => string) {
  return { id: newId(), tenantRequest: id, accessRequest, requestingTenant, tenant, revision: revision + 1, version: 1 as const }
}

/** Returns the users whom an event removes from its request (SPEC 2.6, 4.5). */
export function usersRemovedBy(event: TenantRequestEvent): readonly UserId[] {
  if ('removedUsers' in event) return event.removedUsers
  return 'removedUser' in event && event.removedUser !== null ? [event.removedUser] : []
}
