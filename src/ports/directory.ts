/** The directory port: members of the requesting tenant, and tenants it may ask (SPEC 2.5). */
import type { TenantId, UserId } from '../domain/ids.js'

/**
 * The host's knowledge of members and tenants, as of the call.
 * Each method returns the matching subset of the ids it was given, as a list of strings. Ids that it was not given, in exactly this
 * spelling, are ignored. If a method throws, rejects or returns anything else, such as rows or a `Set`, the command fails with
 * `unavailable` and saves nothing (SPEC 2.5).
 */
export interface Directory {
  /**
   * Returns which of these users are members of the requesting tenant (SPEC 2.4, 2.6, 3.6).
   * A submission asks about its users, a grant about the actor and the request's users, `setExpiry` about the actor.
   */
  members(requestingTenant: TenantId, users: readonly UserId[]): Promise<readonly UserId[]> | readonly UserId[]
  /**
   * Returns which of these tenants exist and may be asked by the requesting tenant (SPEC 2.6, 3.6).
   * A submission asks about its tenants, a grant about the request's own.
   */
  askable(requestingTenant: TenantId, tenants: readonly TenantId[]): Promise<readonly TenantId[]> | readonly TenantId[]
}
