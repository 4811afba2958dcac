/** The pure core: commands as functions, and the states that their events fold to. */

export { type AccessInterval, type AccessIntervals, type AccessIntervalsInput, accessIntervals } from './domain/access-intervals.js'
export { AccessRequest, type DirectoryAnswer, type SubmissionRecords, type SubmitContext, submit } from './domain/access-request.js'
export type { Actor, Permission } from './domain/actor.js'
export type { Association } from './domain/association.js'
export type { AnswerCommandContext, CommandContext, ExpectedRevision, GrantCommandContext } from './domain/command-checks.js'
export { type AsOfOptions, type AsOfQuery, decideAsOf } from './domain/decide-as-of.js'
export type { AccessMethod, Decision, LegacyRule } from './domain/decision-types.js'
export { expire, lapse } from './domain/due-request.js'
export {
  type AccessRequestSubmitted,
  ConsentryEvent,
  type EventActor,
  type ImpersonationEnded,
  type ImpersonationStarted,
  type SessionEvent,
  type TenantRequestEvent,
} from './domain/event.js'
export { fanOut, type UsersByTenant } from './domain/fan-out.js'
export type { AccessRequestId, TenantId, TenantRequestId, UserId } from './domain/ids.js'
export type { Schema } from './domain/input.js'
export type { Instant } from './domain/instant.js'
export type { Policy } from './domain/policy.js'
export type { Issue, IssueCode, Refusal, Result } from './domain/refusal.js'
export { requestTag } from './domain/request-tag.js'
export type { SessionHash } from './domain/session-hash.js'
export { applySessionEnd, type OpenSession, Session, sessionFromStart } from './domain/session-state.js'
export type { RequestStatus } from './domain/status.js'
export { parseSubmission, type Submission, type SubmissionInput } from './domain/submission.js'
export { grant, reject, removeUser, revoke, setExpiry, withdraw } from './domain/tenant-request.js'
export { evolve, fold, initialState, TenantRequest } from './domain/tenant-request-state.js'
