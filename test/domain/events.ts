/** One stored event of each type: of a submission, of a tenant request, and of a session. */
import type { ConsentryEvent, TenantRequestEvent } from '../../src/domain/event.js'
import { CLASSICS, SUPPORT_ACCESS, TOM } from '../story/cast.js'

export const becky = { user: 'becky', tenant: TOM }
export const elizabeth = { user: 'elizabeth', tenant: CLASSICS }
const caroline = { user: 'caroline', tenant: CLASSICS }
export const SESSION = 'a'.repeat(64)

const common = { id: 'e', at: 5, accessRequest: 'ar-1', requestingTenant: CLASSICS, revision: 4, version: 1 } as const
const one = { ...common, tenant: TOM, tenantRequest: 'tr-1' }

export const submitted: ConsentryEvent = { ...common, ...SUPPORT_ACCESS, type: 'access-request.submitted', tenant: CLASSICS, by: elizabeth }
const users = ['caroline', 'charlotte']
export const received = {
  ...one,
  type: 'tenant-request.received',
  by: elizabeth,
  users,
  message: SUPPORT_ACCESS.message,
  answerBy: 9,
} as const
export const ofRequest: readonly TenantRequestEvent[] = [
  received,
  { ...one, type: 'tenant-request.granted', by: becky, message: 'welcome', expiresAt: 9, removedUsers: ['caroline'] },
  { ...one, type: 'tenant-request.rejected', by: becky, message: 'no' },
  { ...one, type: 'tenant-request.withdrawn', by: elizabeth, removedUser: 'caroline' },
  { ...one, type: 'tenant-request.expiry-set', by: becky, expiresAt: 8 },
  { ...one, type: 'tenant-request.user-removed', by: elizabeth, removedUser: 'caroline' },
  { ...one, type: 'tenant-request.revoked', by: becky, message: 'enough', removedUser: null },
  { ...one, type: 'tenant-request.expired', by: 'clock' },
  { ...one, type: 'tenant-request.lapsed', by: 'clock' },
]

const session = { id: 'e', at: 5, tenant: TOM, requestingTenant: CLASSICS, session: SESSION, revision: 1, version: 1 } as const
const byGrant = { method: 'access-request', grantedBy: ['tr-1'], reason: 'ticket 7' } as const
export const started = { ...session, ...byGrant, type: 'impersonation.started', by: caroline, endsAt: 9 } as const
export const endedByUser = { ...session, type: 'impersonation.ended', by: caroline, cause: 'ended-by-user' } as const
export const accessLost = { ...session, type: 'impersonation.ended', by: 'clock', cause: 'access-lost' } as const
export const endedByTenant = { ...endedByUser, by: becky, cause: 'ended-by-tenant' } as const
export const endedByRequester = { ...endedByUser, by: elizabeth, cause: 'ended-by-requester' } as const
export const ofSession = [started, endedByUser, accessLost, endedByTenant, endedByRequester] as const
