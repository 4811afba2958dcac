/** The front door: the service, the domain it is made of, and the ports a host implements. */

export { type Access, type AccessOptions, accessFrom } from './access-index/access.js'
export { type Consentry, type ConsentryOptions, createConsentry } from './consentry.js'
export {
  AccessRequest,
  type DirectoryAnswer,
  readSubmission,
  Submission,
  type SubmissionInput,
  type SubmitContext,
  type Submitted,
  sameContent,
  submit,
} from './domain/access-request.js'
export { Actor, Permission } from './domain/actor.js'
export { ImpersonationClaims, impersonationClaims } from './domain/claims.js'
export { canImpersonate, type DecisionOptions, decide } from './domain/decision.js'
export type {
  Allowed,
  Decision,
  Denied,
  DenyReason,
  Granted,
  LegacyPermitted,
  LegacyRule,
  Method,
} from './domain/decision-types.js'
export { type Assignment, addAssociation, assign, type Draft, draftRequest, removeAssociation, unassign } from './domain/draft.js'
export { AccessDenied, ConsentryError, type ErrorCode, type Failure, isConsentryError } from './domain/error.js'
export {
  AccessRequestSubmitted,
  Association,
  Event,
  EventActor,
  type EventType,
  ImpersonationEnded,
  ImpersonationStarted,
  type SessionEnd,
  SessionEvent,
  SessionHash,
  TenantRequestEvent,
} from './domain/event.js'
export type { TenantFacts } from './domain/facts.js'
export { fanOut, type UsersByTenant } from './domain/fan-out.js'
export { type HistoryEntry, historyEntry, type IncomingEvent, type OutgoingEvent, TENANT_EVENTS } from './domain/history.js'
export { type AccessRequestId, compareIds, isId, type TenantId, type TenantRequestId, type UserId } from './domain/ids.js'
export type { InstantInput } from './domain/input.js'
export type { Instant } from './domain/instant.js'
export { Duration, Policy, type PolicyInput } from './domain/policy.js'
export { describe, type Issue, type IssueCode, type Refusal, type Result } from './domain/refusal.js'
export {
  endSession,
  type Footing,
  mayNotEnter,
  mayNotStart,
  type Over,
  overAt,
  type StartCommand,
  type StartContext,
  startSession,
} from './domain/session.js'
export { begin, finish, lastsUntil, type OpenSession, Session } from './domain/session-state.js'
export {
  type IncomingSession,
  type LiveSession,
  liveSession,
  type OutgoingSession,
  SESSION_STATUSES,
  type SessionStatus,
  type SessionView,
  sessionView,
} from './domain/session-views.js'
export {
  REQUEST_STATUSES,
  type RemovedUser,
  type RequestFacts,
  type RequestStatus,
  type Stake,
  stakesOf,
  statusAt,
  USER_STATUSES,
  type UserStatus,
  userStatusAt,
} from './domain/status.js'
export {
  type AnswerContext,
  type Conditional,
  type Context,
  expire,
  grant,
  reject,
  removeUser,
  revoke,
  setExpiry,
  withdraw,
} from './domain/tenant-request.js'
export { evolve, fold, receive, TenantRequest, toFacts } from './domain/tenant-request-state.js'
export {
  type Answer,
  type Ending,
  type IncomingRequest,
  incomingView,
  type Life,
  type MyAccess,
  myAccessView,
  type OutgoingRequest,
  outgoingView,
  type Party,
} from './domain/views.js'
export { type LiveAccess, type LiveAccessOptions, liveAccess } from './live-access/live-access.js'
export type { Filling } from './live-access/load-snapshot.js'
export type { Directory } from './ports/directory.js'
export type { Feed, FeedEnds, FeedEntry, Position, Stock, StockKey } from './ports/event-feed.js'
export type {
  Change,
  EventKey,
  Facts,
  Lists,
  MyAccessRow,
  OpenSessionKey,
  OutgoingRow,
  Page as RepositoryPage,
  Repository,
  RequestKey,
  Requests,
  SessionChange,
  SessionKey,
  SessionRow,
  Sessions,
  TenantKey,
} from './ports/repository.js'
export type { AnswerInput, Changed, ConditionInput, ExpiryInput, GrantInput, WithdrawTarget } from './service/commands.js'
export type { ServiceQuestion } from './service/decisions.js'
export type { IncomingInput, MyAccessInput, OutgoingInput, Page, PageInput } from './service/lists.js'
export type { Recorded } from './service/record-due.js'
export type { EndedSession, SessionsInput, StartInput } from './service/sessions.js'
export type { Sent } from './service/submit.js'
