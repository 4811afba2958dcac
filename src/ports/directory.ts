/** The directory: the host's people and tenants, as far as consent needs to know them; a port the host implements (SPEC 2.5). */
import type { TenantId, UserId } from '../domain/ids.js'

/**
 * Who belongs to a requesting tenant and whom it may ask, as the host knows it now. Each method answers with the subset that is;
 * ids it was not asked about are ignored. A rejection or a throw refuses the command with `unavailable`.
 */
export interface Directory {
  /** Of these users, those who are members of the requesting tenant (SPEC 2.4, 3.6). */
  members(requestingTenant: TenantId, users: readonly UserId[]): Promise<readonly UserId[]> | readonly UserId[]
  /** Of these tenants, those that exist and that the requesting tenant may ask (SPEC 3.6). */
  askable(requestingTenant: TenantId, tenants: readonly TenantId[]): Promise<readonly TenantId[]> | readonly TenantId[]
}
