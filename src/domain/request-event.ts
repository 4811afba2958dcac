/** The fields that every event of a tenant request has (SPEC 8.2). */
import { type CommandContext, eventInstant } from './command-checks.js'
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
