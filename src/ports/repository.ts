/** The repository port: storage of requests, sessions and events; see `consentry/testing/contract`. */
import type { AccessRequest, SubmissionRecords } from '../domain/access-request.js'
import type { ConsentryEvent, SessionEvent, SessionHash, TenantRequestEvent } from '../domain/event.js'
import type { TenantFacts } from '../domain/facts.js'
import type { AccessRequestId, TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { OpenSession, Session } from '../domain/session-state.js'
import type { RequestStatus, UserStatus } from '../domain/status.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import type { EventFeed, SnapshotReader } from './event-feed.js'

/** One accepted command: its `event`, and the `request` after it, one revision above the stored one. */
export interface Change {
  readonly request: TenantRequest
  readonly event: TenantRequestEvent
}

/** The result of saving; on `conflict` a stored revision differed, and nothing was saved. */
export type SaveResult = 'saved' | 'conflict'

/** Stores access requests and tenant requests. */
export interface RequestStore {
  /**
   * Saves the request, its tenant requests and its events, all or none.
   * Returns `{ saved: true }`. If the requesting tenant already has a request with that id, it saves nothing and returns that request as
   * `existing`. The same id of another requesting tenant is another request. Of concurrent calls with the same id, exactly one saves.
   * Rejects if the id of a tenant request or event is taken.
   */
  saveSubmission(submitted: SubmissionRecords): Promise<{ readonly saved: true } | { readonly existing: AccessRequest }>
  /**
   * Saves all changes together or not at all.
   * Returns `saved` if every stored request has the revision just before its change's, else `conflict`. Of concurrent calls for the same
   * revision, exactly one saves. An event `tenant-request.granted` marks its tenant as governed in the same step; the mark is never
   * removed. A batch with the same request twice is a `conflict`, an empty one is `saved`. Rejects if the id of an event is taken.
   */
  saveChanges(changes: readonly Change[]): Promise<SaveResult>
  /** Returns the requesting tenant's own access request as it was saved, or `undefined`. */
  accessRequest(requestingTenant: TenantId, id: AccessRequestId): Promise<AccessRequest | undefined>
  /** Returns the tenant request as last saved, or `undefined`. */
  tenantRequest(id: TenantRequestId): Promise<TenantRequest | undefined>
  /** Returns all tenant requests of an access request, ordered by their tenants' ids. */
  tenantRequestsOf(requestingTenant: TenantId, accessRequest: AccessRequestId): Promise<readonly TenantRequest[]>
  /** Returns the tenant's own requests in state `pending` or `granted` that name the user now, by id. */
  openRequestsNaming(requestingTenant: TenantId, user: UserId): Promise<readonly TenantRequest[]>
  /** Returns the first `limit` requests in state `granted` with `expiresAt <= now`, by `expiresAt`, id. */
  dueRequests(now: Instant, limit: number): Promise<readonly TenantRequest[]>
}

/** Reads the facts that decisions need (SPEC 5.2). */
export interface FactsReader {
  /** Returns all facts of a tenant; a tenant that was never asked is not governed and has no requests. */
  facts(tenant: TenantId): Promise<TenantFacts>
  /**
   * Returns a tenant's facts about one user: only requests that name or named the user.
   * Their lists of users contain at least that user.
   */
  factsFor(tenant: TenantId, user: UserId): Promise<TenantFacts>
  /** Returns `factsFor` of every tenant with a request that names or named the user, by tenant id. */
  factsOfUser(user: UserId): Promise<readonly TenantFacts[]>
}

/** The key of a tenant request in a list: `sentAt` in milliseconds, then `id`. A page begins after it. */
export interface RequestKey {
  readonly sentAt: Instant
  readonly id: TenantRequestId
}

/** The key of a `tenant` in my access, with `sentAt` in milliseconds. A page begins after it. */
export interface TenantKey {
  readonly sentAt: Instant
  readonly tenant: TenantId
}

/** The key of an event in the history: `at` in milliseconds and `id`. A page begins after it. */
export interface EventKey {
  readonly at: Instant
  readonly id: string
}

/**
 * The query of one page: the first `limit` rows after `after` that match all filters.
 * `status` is as of `now`, in milliseconds. Without it, rows of every status match.
 */
export interface PageQuery<Key, Status> {
  readonly now: Instant
  readonly status?: Status | undefined
  readonly after?: Key | undefined
  readonly limit: number
}

/** A row of the outgoing list: a tenant `request`, and the `name` of its access request. */
export interface OutgoingRow {
  readonly request: TenantRequest
  readonly name: string
}

/** A `tenant`, all its `requests` that name or named the user, and their earliest `sentAt` (ms). */
export interface MyAccessRow {
  readonly tenant: TenantId
  readonly sentAt: Instant
  readonly requests: readonly TenantRequest[]
}
type MyAccessRows = Promise<readonly MyAccessRow[]>

/**
 * Reads the lists.
 * Filters apply before the limit, so pages are full. Rows are newest first; all but a history order those of one instant by id descending.
 * A row's key does not change while the clock runs forward. Continuing from a key neither repeats nor skips a row, even if rows were added
 * since (SPEC 6.5).
 */
export interface ListReader {
  /** Returns the tenant requests that ask this tenant, by `sentAt` and `id`. */
  incoming(query: PageQuery<RequestKey, RequestStatus> & { readonly tenant: TenantId }): Promise<readonly TenantRequest[]>
  /** Returns the tenant requests it sent, or only those of `accessRequest`, by `sentAt` and `id`. */
  outgoing(
    query: PageQuery<RequestKey, RequestStatus> & {
      readonly requestingTenant: TenantId
      readonly accessRequest?: AccessRequestId | undefined
    },
  ): Promise<readonly OutgoingRow[]>
  /**
   * Returns the tenants with a request of that requesting tenant that names or named the user.
   * Ordered by the earliest `sentAt` of those requests and by `tenant`. `status` is the user's in that tenant (SPEC 5.4).
   */
  myAccess(query: PageQuery<TenantKey, UserStatus> & { readonly requestingTenant: TenantId; readonly user: UserId }): MyAccessRows
  /**
   * Returns events by `at`, each once and exactly as saved.
   * Of one instant, the event saved last comes first: those of a later call, and of one call the last. If the event of `after` is not
   * stored, the page begins before `after.at`. With `requestingTenant`, the events of its own requests and sessions; with `tenant`, the
   * events about that tenant of the types in `TENANT_EVENTS`; with both, all of these.
   */
  history(query: {
    readonly requestingTenant?: TenantId | undefined
    readonly tenant?: TenantId | undefined
    readonly after?: EventKey | undefined
    readonly limit: number
  }): Promise<readonly ConsentryEvent[]>
}

/** The start or end of a session: its `event`, and the `session` after it, one revision up. */
export interface SessionChange {
  readonly session: Session
  readonly event: SessionEvent
}

/** A session, read in one step with the facts that decide whether it is live. */
export interface SessionRow<S extends Session = Session> {
  /** The session as last saved. */
  readonly session: S
  /** The facts of the session's tenant about the session's user, as `factsFor` returns them. */
  readonly facts: TenantFacts
  /** The instant of the tenant's first grant, purged or not, in milliseconds; `null` if there was none. */
  readonly governedSince: Instant | null
}

/** The key of a session in a list: `startedAt` in milliseconds, then `hash`. A page begins after it. */
export interface SessionKey {
  readonly startedAt: Instant
  readonly hash: SessionHash
}

/** The key of an open session: `endsAt` in milliseconds, then `hash`. A page begins after it. */
export interface OpenSessionKey {
  readonly endsAt: Instant
  readonly hash: SessionHash
}

/** Stores impersonation sessions (SPEC §7). */
export interface SessionStore {
  /**
   * Saves all changes with their events together or not at all.
   * Returns `saved` if every stored session has the revision just before its change's, and no session is stored for a change of revision 1;
   * else `conflict`. Of concurrent calls for the same revision, exactly one saves. A batch with the same session twice, even its start and
   * its end, is a `conflict`; an empty one is `saved`. Rejects if the id of an event is taken. The ids in `grantedBy` are stored without a
   * check that these requests exist.
   */
  saveSessionChanges(changes: readonly SessionChange[]): Promise<SaveResult>
  /** Returns the session with that hash as last saved, or `undefined`. */
  session(hash: SessionHash): Promise<SessionRow | undefined>
  /**
   * Returns sessions, each once, newest `startedAt` first; those of one instant by hash descending.
   * With `requestingTenant`, the sessions of its users; with `tenant`, those inside it; with both, all of these. With `openAt`, only
   * sessions that end after that instant: by the saved `endedAt`, or by `endsAt` if no end is saved.
   */
  sessions(query: {
    readonly requestingTenant?: TenantId | undefined
    readonly tenant?: TenantId | undefined
    readonly openAt?: Instant | undefined
    readonly after?: SessionKey | undefined
    readonly limit: number
  }): Promise<readonly SessionRow[]>
  /** Returns the first `limit` open sessions after `after`, of all tenants, by `endsAt` and hash. */
  openSessions(query: { readonly after?: OpenSessionKey | undefined; readonly limit: number }): Promise<readonly SessionRow<OpenSession>[]>
}

/**
 * The storage that Consentry needs.
 * Returned values equal the saved ones. Changing a returned value or an argument changes nothing that is stored. Ids are compared exactly.
 * Every failure rejects and saves nothing in part.
 */
export interface Repository extends RequestStore, FactsReader, ListReader, SessionStore, EventFeed, SnapshotReader {}
