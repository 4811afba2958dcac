/** What the commands of a log are about, and what they say. */
import type { Instant } from '../../domain/instant.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'

/** The fields of a sent request that `resolveCommand` needs; a stored tenant request has them. */
export type SentRequest = Pick<
  TenantRequest,
  'id' | 'accessRequest' | 'requestingTenant' | 'tenant' | 'users' | 'state' | 'revision' | 'tenantRevision'
>

/**
 * The input of a command; each verb uses some of the fields.
 * `message` is for the other party. `expiresAt` is in milliseconds, `null` for none. `ifRevision` is wrong if the command has the flaw `stale`.
 */
export interface CommandInput {
  readonly message?: string
  readonly expiresAt?: Instant | null
  readonly ifRevision?: number
}
