/** One stored event of each type: of a submission, of a tenant request, and of a session. */
import type { ConsentryEvent, TenantRequestEvent } from '../../src/domain/event.js'
import { CLASSICS, SUPPORT_ACCESS, TOM } from '../story/cast.js'

export const becky = { user: 'becky', tenant: TOM }
export const elizabeth = { user: 'elizabeth', tenant: CLASSICS }
const caroline = { user: 'caroline', tenant: CLASSICS }
export const SESSION = 'a'.repeat(64)

const { name, message, associations } = SUPPORT_ACCESS
const common = { id: 'e', at: 5, accessRequest: 'ar-1', requestingTenant: CLASSICS, revision: 4, version: 1 } as const
const one = { ...common, tenant: TOM, tenantRequest: 'tr-1' }

export const submitted: ConsentryEvent = {
  ...common,
  type: 'access-request.submitted',
  tenant: CLASSICS,
  by: elizabeth,
  name,
  message,
  associations,
}
export const received: TenantRequestEvent & { type: 'tenant-request.received' } = {
  ...one,
  type: 'tenant-request.received',
  by: elizabeth,
  users: ['caroline', 'charlotte'],
  message,
}
export const ofRequest: readonly TenantRequestEvent[] = [
  received,
  { ...one, type: 'tenant-request.granted', by: becky, message: 'welcome', expiresAt: 9 },
  { ...one, type: 'tenant-request.rejected', by: becky, message: 'no' },
  { ...one, type: 'tenant-request.withdrawn', by: elizabeth, removedUser: 'caroline' },
  { ...one, type: 'tenant-request.expiry-set', by: becky, expiresAt: 8 },
  { ...one, type: 'tenant-request.user-removed', by: elizabeth, removedUser: 'caroline' },
  { ...one, type: 'tenant-request.revoked', by: becky, message: 'enough', removedUser: null },
  { ...one, type: 'tenant-request.expired', by: 'clock' },
]

const session = { id: 'e', at: 5, tenant: TOM, requestingTenant: CLASSICS, session: SESSION, revision: 1, version: 1 } as const
export const started: ConsentryEvent & { type: 'impersonation.started' } = {
  ...session,
  type: 'impersonation.started',
  by: caroline,
  method: 'access-request',
  grantedBy: ['tr-1'],
  reason: 'ticket 7',
  endsAt: 9,
}
export const endedByUser: ConsentryEvent = { ...session, type: 'impersonation.ended', by: caroline, cause: 'ended-by-user' }
export const ofSession: readonly ConsentryEvent[] = [
  started,
  endedByUser,
  { ...session, type: 'impersonation.ended', by: 'clock', cause: 'access-lost' },
]
