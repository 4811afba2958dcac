/** The repository port: storage of requests, sessions and events; see `consentry/testing/contract`. */
import type { AccessRequest, SubmissionRecords } from '../domain/access-request.js'
import type { SessionEvent, SessionHash, TenantRequestEvent } from '../domain/event.js'
import type { TenantFacts } from '../domain/facts.js'
import type { AccessRequestId, TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { OpenSession, Session } from '../domain/session-state.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import type { EventFeed, SnapshotReader } from './event-feed.js'
import type { ListReader } from './list-reader.js'

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
