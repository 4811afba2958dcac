/** The directory port: members of the requesting tenant, and tenants it may ask (SPEC 2.5). */
import type { TenantId, UserId } from '../domain/ids.js'

/**
 * The host's knowledge of members and tenants, as of the call.
 * Each method returns the matching subset of the ids it was given; other ids are ignored. If a method throws or rejects, the command fails
 * with `unavailable` and saves nothing.
 */
export interface Directory {
  /** Returns which of these users are members of the requesting tenant (SPEC 2.4, 3.6). */
  members(requestingTenant: TenantId, users: readonly UserId[]): Promise<readonly UserId[]> | readonly UserId[]
  /** Returns which of these tenants exist and may be asked by the requesting tenant (SPEC 3.6). */
  askable(requestingTenant: TenantId, tenants: readonly TenantId[]): Promise<readonly TenantId[]> | readonly TenantId[]
}
