/** The main entry point: the service, the decision, live access, and the types that a host uses. */

export { type Access, type AccessOptions, accessFrom } from './access-index/access.js'
export { type Consentry, type ConsentryOptions, createConsentry } from './consentry.js'
export type { AccessRequestSummary, AccessRequestView } from './domain/access-request-view.js'
export type { AccessItem } from './domain/access-views.js'
export type { Actor, Permission } from './domain/actor.js'
export { ImpersonationClaims, impersonationClaims } from './domain/claims.js'
export { canImpersonate, type DecisionOptions, decide } from './domain/decision.js'
export {
  type AccessMethod,
  type Allowed,
  type AsyncLegacyRule,
  type Decision,
  type Denied,
  type DenyReason,
  type LegacyRule,
  METHODS,
} from './domain/decision-types.js'
export { addAssociation, assign, type Draft, draftRequest, removeAssociation, unassign } from './domain/draft.js'
export { AccessDenied, ConsentryError, type EndedSession, type ErrorCode, isConsentryError, type RequestSummary } from './domain/error.js'
export type { TenantFacts } from './domain/facts.js'
export type { HistoryEntry } from './domain/history.js'
export type { AccessRequestId, TenantId, TenantRequestId, UserId } from './domain/ids.js'
export type { InstantInput, Schema } from './domain/input.js'
export type { Instant } from './domain/instant.js'
export type { Login, Resumed } from './domain/login.js'
export type { MyAccess } from './domain/my-access-view.js'
export type { DurationInput, PolicyInput } from './domain/policy.js'
export type { AnswerPreview, SubmissionPreview } from './domain/preview.js'
export type { Issue, IssueCode } from './domain/refusal.js'
export { type LiveSession, SESSION_STATUSES, type SessionStatus, type SessionView } from './domain/session-views.js'
export { REQUEST_STATUSES, type RequestFacts, type RequestStatus, USER_STATUSES, type UserStatus } from './domain/status.js'
export type { SubmissionInput } from './domain/submission.js'
export type { IncomingRequest, OutgoingRequest } from './domain/views.js'
export { createLiveAccess } from './live-access/live-access.js'
export type { LiveAccess, LiveAccessOptions } from './live-access/live-access-api.js'
export type { LoadProgress } from './live-access/load-snapshot.js'
export type { Directory } from './ports/directory.js'
export type { Position } from './ports/event-feed.js'
export type { Named, People, PeopleFound, PeopleSearch, Recipient, RecipientsQuery } from './ports/people.js'
export type { Repository } from './ports/repository.js'
export type { AccessInput } from './service/access-list.js'
export type { AnswerOutcome, ManyAnswersInput } from './service/answer-many.js'
export type { AnswerInput, ExpiryInput, GrantInput, RevisionInput, WithdrawTarget } from './service/command-inputs.js'
export type { Counts } from './service/counts.js'
export type { DecideInput } from './service/decisions.js'
export type { EndAllInput, Ended } from './service/end-all.js'
export type { HistoryInput } from './service/history.js'
export type { MyAccessInput } from './service/my-access.js'
export type { Page, PageInput } from './service/pages.js'
export type { RecordedEnd } from './service/record-due.js'
export type { IncomingInput, OutgoingInput, RequestsInput } from './service/request-lists.js'
export type { SessionsInput } from './service/session-list.js'
export type { StartInput } from './service/sessions.js'
export type { SubmitResult } from './service/submit.js'
