/** The repository port, the schemas of what it keeps, and the functions an implementation needs. */

export { AccessRequest, type SubmissionRecords } from './domain/access-request.js'
export { grantSpan, type Span } from './domain/access-span.js'
export { decidingRequest, decisiveRequests, isOpen, isOpenGrant, requestsOfSession } from './domain/decisive-requests.js'
export { type AccessRequestSubmitted, ConsentryEvent, type EventType, type SessionEvent, type TenantRequestEvent } from './domain/event.js'
export { OUTCOME_EVENTS, TENANT_EVENTS } from './domain/event-types.js'
export type { TenantFacts } from './domain/facts.js'
export { type AccessRequestId, compareIds, type TenantId, type TenantRequestId, type UserId } from './domain/ids.js'
export type { Schema } from './domain/input.js'
export type { Instant } from './domain/instant.js'
export { toFacts } from './domain/request-facts.js'
export type { SessionHash } from './domain/session-hash.js'
export { type OpenSession, recordedEnd, Session } from './domain/session-state.js'
export {
  type RemovedUser,
  type RequestFacts,
  type RequestLifecycle,
  type RequestStatus,
  requestsOfUser,
  statusAt,
  type UserRequest,
  type UserStatus,
} from './domain/status.js'
export { fold, type RequestWithoutUsers, TenantRequest } from './domain/tenant-request-state.js'
export { userStatusAt } from './domain/user-status.js'
export {
  type EventFeed,
  FEED_START,
  type FeedEntry,
  type FeedPage,
  type FeedPositions,
  feedChanged,
  idsInAssociations,
  idsInEvent,
  idsInRequest,
  PAGE_IDS,
  type Position,
  type SnapshotKey,
  type SnapshotReader,
  upToPageIds,
} from './ports/event-feed.js'
export type { FactsQuery, FactsReader } from './ports/facts-reader.js'
export { type FeedReaders, MAX_HOLD_MS, type ReaderOwner, type ReaderState, type ReaderWrite } from './ports/feed-readers.js'
export type { GrantKey, GrantPage, GrantQuery, GrantRow } from './ports/grants-query.js'
export { type EventKey, type HistoryFilters, type HistoryQuery, isInHistory } from './ports/history-query.js'
export { type HistoryRow, idsInHistoryRow, type ListReader } from './ports/list-reader.js'
export {
  countMyAccessOver,
  type MyAccessOwner,
  type MyAccessQuery,
  type MyAccessRow,
  myAccessOver,
  type TenantExpiryKey,
  type TenantKey,
  type UserStatusCounts,
} from './ports/my-access-query.js'
export {
  type AttemptOutcome,
  type DeadDelivery,
  type DeadKey,
  type DeliveryAttempt,
  type LeasedDelivery,
  MAX_WAIT_MS,
  type NewDelivery,
  type NoticeRepository,
  type NoticeStore,
  type ReadersRepository,
} from './ports/notice-store.js'
export type {
  Change,
  DueKey,
  OpenSessionKey,
  Repository,
  RequestStore,
  SessionChange,
  SessionRow,
  SessionStore,
  TenantSummary,
} from './ports/repository.js'
export { type RequestListSource, type RequestLists, requestListsOver } from './ports/request-lists.js'
export type {
  AccessRequestKey,
  AccessRequestRow,
  AccessRequestsQuery,
  ExpiryKey,
  IncomingQuery,
  OutgoingQuery,
  OutgoingRow,
  RequestFilters,
  RequestKey,
  RequestPage,
  StatusCounts,
} from './ports/request-query.js'
export type { LiveCap, OpenCap, SaveResult, SessionSaveResult } from './ports/saving.js'
export { isListed, type SessionFilters, type SessionKey, type SessionsQuery } from './ports/sessions-query.js'
