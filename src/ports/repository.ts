/** The repository port: storage of requests, sessions and events; see `consentry/testing/contract`. */
import type { AccessRequest, SubmissionRecords } from '../domain/access-request.js'
import type { SessionEvent, TenantRequestEvent } from '../domain/event.js'
import type { TenantFacts } from '../domain/facts.js'
import type { AccessRequestId, TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { SessionHash } from '../domain/session-hash.js'
import type { Session } from '../domain/session-state.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import type { EventFeed, SnapshotReader } from './event-feed.js'
import type { FactsReader } from './facts-reader.js'
import type { ListReader } from './list-reader.js'
import type { LiveCap, OpenCap, SaveResult, SessionSaveResult } from './saving.js'
import type { SessionsQuery } from './sessions-query.js'

/** One accepted command: its `event`, and the `request` after it, one revision above the stored one. */
export interface Change {
  readonly request: TenantRequest
  readonly event: TenantRequestEvent
}

/** Stores access requests and tenant requests. */
export interface RequestStore {
  /**
   * Saves the request, its tenant requests and its events, all or none.
   * Returns `{ saved: true }`. If the requesting tenant already has a request with that id, it saves nothing and returns that request as
   * `existing`. The same id of another requesting tenant is another request. Of concurrent calls with the same id, exactly one saves.
   * Rejects if the id of a tenant request or event is taken.
   *
   * With `cap`, it counts in the same step, for each tenant asked, the requesting tenant's requests there that are pending or granted, and not
   * over by the clock at `cap.now`. If one more is beyond `cap.maxOpen` anywhere, it saves nothing and returns these tenants, ordered by id. Of
   * concurrent calls none goes beyond (SPEC 3.4a).
   */
  saveSubmission(
    submitted: SubmissionRecords,
    cap?: OpenCap,
  ): Promise<{ readonly saved: true } | { readonly existing: AccessRequest } | { readonly tooManyOpen: readonly TenantId[] }>
  /**
   * Saves all changes together or not at all.
   * Returns `saved` if every stored request has the revision just before its change's, else `conflict`. Of concurrent calls for the same
   * revision, exactly one saves. An event `tenant-request.granted` marks its tenant as governed in the same step; the mark is never
   * removed. A batch with the same request twice is a `conflict`, an empty one is `saved`. Rejects if the id of an event is taken.
   */
  saveChanges(changes: readonly Change[]): Promise<SaveResult>
  /** Returns the requesting tenant's own access request as it was saved, or `undefined`. */
  accessRequest(requestingTenant: TenantId, id: AccessRequestId): Promise<AccessRequest | undefined>
  /**
   * Returns those of these tenant requests that exist, each once and as last saved, in any order.
   * With `party`, only those that it sent or is asked by: no row of other parties is read (SPEC 11.2).
   */
  tenantRequests(ids: readonly TenantRequestId[], party?: TenantId): Promise<readonly TenantRequest[]>
  /** Returns the id and tenant of each tenant request of an access request, ordered by tenant. */
  tenantRequestsOf(
    requestingTenant: TenantId,
    accessRequest: AccessRequestId,
  ): Promise<readonly { readonly id: TenantRequestId; readonly tenant: TenantId }[]>
  /**
   * Returns the ids of the tenant's own requests, pending or granted, that name the user now.
   * The first `limit` after `after`, by id.
   */
  openRequestsNaming(query: {
    readonly requestingTenant: TenantId
    readonly user: UserId
    readonly after?: TenantRequestId | undefined
    readonly limit: number
  }): Promise<readonly TenantRequestId[]>
  /**
   * Returns the ids of the requesting tenant's requests in the tenant that are pending or granted.
   * The first `limit` after `after`, by id.
   */
  openRequestsBetween(query: {
    readonly requestingTenant: TenantId
    readonly tenant: TenantId
    readonly after?: TenantRequestId | undefined
    readonly limit: number
  }): Promise<readonly TenantRequestId[]>
  /**
   * Returns what the requesting tenant's requests in each of these tenants add up to, as of `now`.
   * One for each of these ids, ordered by it, whether the tenant was asked or not. Other requesting tenants' requests do not count.
   */
  tenantSummaries(query: {
    readonly requestingTenant: TenantId
    readonly tenants: readonly TenantId[]
    readonly now: Instant
  }): Promise<readonly TenantSummary[]>
  /**
   * Returns the keys of granted requests with `expiresAt <= now`, and pending with `answerBy <= now`.
   * The first `limit` after `after`, by that instant and id.
   */
  dueRequests(query: { readonly now: Instant; readonly after?: DueKey | undefined; readonly limit: number }): Promise<readonly DueKey[]>
}

/** What one requesting tenant's requests in a tenant add up to. */
export interface TenantSummary {
  /** The tenant. */
  readonly tenant: TenantId
  /** How many are open: pending or granted, and not over by the clock, as `saveSubmission` counts. */
  readonly open: number
  /** Whether one was ever granted. */
  readonly everGranted: boolean
}

/** A due request: `dueAt`, its `expiresAt` or `answerBy` in milliseconds, then `id`. */
export interface DueKey {
  readonly dueAt: Instant
  readonly id: TenantRequestId
}

/** The start or end of a session: its `event`, and the `session` after it, one revision up. */
export interface SessionChange {
  readonly session: Session
  readonly event: SessionEvent
}

/** A session, read in one step with the facts that decide whether it is live. */
export interface SessionRow {
  /** The session as last saved. */
  readonly session: Session
  /**
   * The facts of the session's tenant about the session's user (SPEC 7.2).
   * Their requests are the `requestsOfSession` of the tenant's requests.
   */
  readonly facts: TenantFacts
  /** The instant of the tenant's first grant, purged or not, in milliseconds; `null` if there was none. */
  readonly governedSince: Instant | null
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
   *
   * With `cap`, it counts in the same step, for each user who starts a session, that user's sessions after the changes that can be live at
   * `cap.now`, as `liveOnly` finds them. If they are more than `cap.maxLive`, it saves nothing and returns `too-many-live`. Of concurrent
   * calls none goes beyond (SPEC 7.1).
   */
  saveSessionChanges(changes: readonly SessionChange[], cap?: LiveCap): Promise<SessionSaveResult>
  /**
   * Returns those of these sessions that exist, each once and as last saved, in any order.
   * Their facts are as of `now`, in milliseconds.
   */
  sessionRows(query: { readonly hashes: readonly SessionHash[]; readonly now: Instant }): Promise<readonly SessionRow[]>
  /**
   * Returns sessions with their facts as of `now`, each once, newest `startedAt` first.
   * Those of one instant are ordered by hash descending. They are of these parties and match all filters (`isListed`): with
   * `requestingTenant`, the sessions that its users started; with `tenant`, those inside it; with `user`, that user's; with several, all of
   * these.
   */
  sessions(query: SessionsQuery): Promise<readonly SessionRow[]>
  /**
   * Returns the keys of open sessions of all tenants, or of those between two.
   * With both `requestingTenant` and `tenant`, only sessions of that requesting tenant's users in that tenant. The first `limit` after
   * `after`, by `endsAt` and hash.
   */
  openSessions(
    query: { readonly after?: OpenSessionKey | undefined; readonly limit: number } & (
      | { readonly requestingTenant: TenantId; readonly tenant: TenantId }
      | { readonly requestingTenant?: undefined; readonly tenant?: undefined }
    ),
  ): Promise<readonly OpenSessionKey[]>
}

/**
 * The storage that Consentry needs.
 * Returned values equal the saved ones. Changing a returned value or an argument changes nothing that is stored. Ids are compared exactly.
 * Every failure rejects and saves nothing in part.
 */
export interface Repository extends RequestStore, FactsReader, ListReader, SessionStore, EventFeed, SnapshotReader {}
