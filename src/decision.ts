/** The entry point for decisions alone: pure, synchronous functions over facts, without dependencies. */

export { type Access, type AccessOptions, accessFrom } from './access-index/access.js'
export { canImpersonate, type DecisionOptions, decide } from './domain/decision.js'
export type {
  AccessMethod,
  Allowed,
  Decision,
  Denied,
  DenyReason,
  Granted,
  LegacyPermitted,
  LegacyRule,
} from './domain/decision-types.js'
export { ConsentryError, isConsentryError } from './domain/error.js'
export type { TenantFacts } from './domain/facts.js'
export type { AccessRequestId, TenantId, TenantRequestId, UserId } from './domain/ids.js'
export type { Instant } from './domain/instant.js'
export type { Issue, IssueCode } from './domain/refusal.js'
export type { RemovedUser, RequestFacts, RequestStatus, UserStatus } from './domain/status.js'
