/** The front door: the service, the domain it is made of, and the ports a host implements. */

export { type Access, type AccessOptions, accessFrom } from './access-index/access.js'
export { type Consentry, type ConsentryOptions, createConsentry } from './consentry.js'
export {
  AccessRequest,
  type DirectoryAnswer,
  isSameSubmission,
  readSubmission,
  Submission,
  type SubmissionInput,
  type SubmissionRecords,
  type SubmitContext,
  submit,
} from './domain/access-request.js'
export { Actor, Permission } from './domain/actor.js'
export { ImpersonationClaims, impersonationClaims } from './domain/claims.js'
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
export { type Assignment, addAssociation, assign, type Draft, draftRequest, removeAssociation, unassign } from './domain/draft.js'
export { AccessDenied, ConsentryError, type ErrorCode, type Failure, isConsentryError } from './domain/error.js'
export {
  AccessRequestSubmitted,
  Association,
  ConsentryEvent,
  EventActor,
  type EventType,
  ImpersonationEnded,
  ImpersonationStarted,
  type SessionEndCause,
  SessionEvent,
  SessionHash,
  TenantRequestEvent,
} from './domain/event.js'
export type { TenantFacts } from './domain/facts.js'
export { fanOut, type UsersByTenant } from './domain/fan-out.js'
export { type HistoryEntry, historyEntry, type IncomingEvent, type OutgoingEvent, TENANT_EVENTS } from './domain/history.js'
export { type AccessRequestId, compareIds, isId, type TenantId, type TenantRequestId, type UserId } from './domain/ids.js'
export type { InstantInput, Schema } from './domain/input.js'
export type { Instant } from './domain/instant.js'
export { Duration, Policy, type PolicyInput } from './domain/policy.js'
export { type Issue, type IssueCode, type Refusal, type Result, refusalMessage } from './domain/refusal.js'
export {
  checkCanEnter,
  checkCanStart,
  endSession,
  type SessionBasis,
  type SessionEnding,
  type StartCommand,
  type StartContext,
  sessionEndedAt,
  startSession,
} from './domain/session.js'
export { applySessionEnd, type OpenSession, recordedEnd, Session, sessionFromStart } from './domain/session-state.js'
export {
  type IncomingSession,
  type LiveSession,
  type OutgoingSession,
  SESSION_STATUSES,
  type SessionStatus,
  type SessionView,
  sessionView,
  toLiveSession,
} from './domain/session-views.js'
export {
  REQUEST_STATUSES,
  type RemovedUser,
  type RequestFacts,
  type RequestStatus,
  requestsOfUser,
  statusAt,
  USER_STATUSES,
  type UserRequest,
  type UserStatus,
  userStatusAt,
} from './domain/status.js'
export {
  type AnswerCommandContext,
  type CommandContext,
  type ExpectedRevision,
  expire,
  grant,
  reject,
  removeUser,
  revoke,
  setExpiry,
  withdraw,
} from './domain/tenant-request.js'
export { evolve, fold, initialState, TenantRequest, toFacts } from './domain/tenant-request-state.js'
export {
  type Answer,
  type Ending,
  type IncomingRequest,
  incomingView,
  type MyAccess,
  myAccessView,
  type OutgoingRequest,
  outgoingView,
  type Party,
  type RequestOutcome,
} from './domain/views.js'
export { createLiveAccess, type LiveAccess, type LiveAccessOptions } from './live-access/live-access.js'
export type { LoadProgress } from './live-access/load-snapshot.js'
export type { Directory } from './ports/directory.js'
export type { EventFeed, FeedEntry, FeedPositions, Position, SnapshotKey, SnapshotReader } from './ports/event-feed.js'
export type {
  Change,
  EventKey,
  FactsReader,
  ListReader,
  MyAccessRow,
  OpenSessionKey,
  OutgoingRow,
  Page as RepositoryPage,
  Repository,
  RequestKey,
  RequestStore,
  SessionChange,
  SessionKey,
  SessionRow,
  SessionStore,
  TenantKey,
} from './ports/repository.js'
export type { AnswerInput, ExpiryInput, GrantInput, RequestSummary, RevisionInput, WithdrawTarget } from './service/commands.js'
export type { DecideInput } from './service/decisions.js'
export type { IncomingInput, MyAccessInput, OutgoingInput, Page, PageInput } from './service/lists.js'
export type { RecordedEnd } from './service/record-due.js'
export type { EndedSession, SessionsInput, StartInput } from './service/sessions.js'
export type { SubmitResult } from './service/submit.js'
