/** The repository, where requests, sessions and events are kept: a port, each sentence a promise, each promise a law in `consentry/testing/contract`. */
import type { AccessRequest, SubmissionRecords } from '../domain/access-request.js'
import type { ConsentryEvent, SessionEvent, SessionHash, TenantRequestEvent } from '../domain/event.js'
import type { TenantFacts } from '../domain/facts.js'
import type { AccessRequestId, TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { OpenSession, Session } from '../domain/session-state.js'
import type { RequestStatus, UserStatus } from '../domain/status.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import type { EventFeed, SnapshotReader } from './event-feed.js'

/** One accepted command on one tenant request: its `event`, and the `request` after it, whose revision is one more than what is stored. */
export interface Change {
  readonly request: TenantRequest
  readonly event: TenantRequestEvent
}

/** The result of saving changes: `conflict` if a stored revision was not the expected one, and nothing was saved. */
export type SaveResult = 'saved' | 'conflict'

/** What was sent, and what came of it. */
export interface RequestStore {
  /**
   * Saves the request, all its tenant requests and all its events together or not at all, and returns `{ saved: true }`. If the
   * requesting tenant has a request of that id already, it saves nothing and returns that one as `existing`; the same id of another
   * requesting tenant is another request. Of several at once with the same id, exactly one is saved. A tenant request's or event's id
   * that is taken rejects.
   */
  saveSubmission(submitted: SubmissionRecords): Promise<{ readonly saved: true } | { readonly existing: AccessRequest }>
  /**
   * Saves all the changes together or not at all. It returns `saved` if every request stored is at the revision just before the
   * change's, else `conflict`, and has then saved nothing. Of several at once for the same revision, exactly one is saved. A change by
   * `tenant-request.granted` marks its tenant governed in the same step, and nothing ever unmarks it. A batch that names a request
   * twice is a `conflict`. An event's id that is taken rejects. An empty list is `saved`.
   */
  saveChanges(changes: readonly Change[]): Promise<SaveResult>
  /** The requesting tenant's access request of that id, as it was saved; another tenant's is `undefined`. */
  accessRequest(requestingTenant: TenantId, id: AccessRequestId): Promise<AccessRequest | undefined>
  /** The tenant request of that id, as last saved. */
  tenantRequest(id: TenantRequestId): Promise<TenantRequest | undefined>
  /** All tenant requests of an access request, in the order of their tenants' ids. */
  tenantRequestsOf(requestingTenant: TenantId, accessRequest: AccessRequestId): Promise<readonly TenantRequest[]>
  /** The requesting tenant's tenant requests that name the user today, in state `pending` or `granted`, in the order of their ids. */
  openRequestsNaming(requestingTenant: TenantId, user: UserId): Promise<readonly TenantRequest[]>
  /** The first `limit` tenant requests in state `granted` with `expiresAt <= now`, earliest expiry first, then in order of their ids. */
  dueRequests(now: Instant, limit: number): Promise<readonly TenantRequest[]>
}

/** What decisions are made of (SPEC 5.2). */
export interface FactsReader {
  /** All facts of one tenant; of a tenant never asked: not governed, no requests. */
  facts(tenant: TenantId): Promise<TenantFacts>
  /** The facts of one tenant as they concern one user: only requests that name or named him, and of their users at least him. */
  factsFor(tenant: TenantId, user: UserId): Promise<TenantFacts>
  /** The same for every tenant with a request that names or named the user, in the order of the tenants' ids. */
  factsOfUser(user: UserId): Promise<readonly TenantFacts[]>
}

/** Where a page of requests begins: after the tenant request with this `sentAt`, in milliseconds, and this `id`. */
export interface RequestKey {
  readonly sentAt: Instant
  readonly id: TenantRequestId
}

/** Where a page of tenants begins: after the row of this `tenant`, with the `sentAt` of that row, in milliseconds. */
export interface TenantKey {
  readonly sentAt: Instant
  readonly tenant: TenantId
}

/** Where a page of events begins: after the event with this `at`, in milliseconds, this `revision` and this `id`. */
export interface EventKey {
  readonly at: Instant
  readonly revision: number
  readonly id: string
}

/**
 * The query of one page: the first `limit` rows after `after` that match the rest.
 * `status` is as of `now`, in milliseconds. Without a `status`, rows of every status match.
 */
export interface PageQuery<Key, Status> {
  readonly now: Instant
  readonly status?: Status | undefined
  readonly after?: Key | undefined
  readonly limit: number
}

/** A row of the outgoing list: a tenant `request`, and the `name` of the access request it came of. */
export interface OutgoingRow {
  readonly request: TenantRequest
  readonly name: string
}

/** A row of my access: a `tenant`, all its `requests` that name or named the user, and their earliest `sentAt`, in milliseconds. */
export interface MyAccessRow {
  readonly tenant: TenantId
  readonly sentAt: Instant
  readonly requests: readonly TenantRequest[]
}

/**
 * The lists. A page is full as long as rows match: filters apply before the limit. Newest first, equal instants by id descending; a
 * row's key does not change while the clock runs forward, so that going on from a key neither repeats nor skips a row, whatever was added
 * meanwhile (SPEC 6.5).
 */
export interface ListReader {
  /** The tenant requests that ask this tenant, by `sentAt` and `id`. */
  incoming(query: PageQuery<RequestKey, RequestStatus> & { readonly tenant: TenantId }): Promise<readonly TenantRequest[]>
  /** The tenant requests this tenant has sent, of one access request where it is given, by `sentAt` and `id`. */
  outgoing(
    query: PageQuery<RequestKey, RequestStatus> & {
      readonly requestingTenant: TenantId
      readonly accessRequest?: AccessRequestId | undefined
    },
  ): Promise<readonly OutgoingRow[]>
  /**
   * The tenants with a request that names or named the user, by the earliest `sentAt` of those requests and `tenant`; the status is the
   * user's own there (SPEC 5.4).
   */
  myAccess(query: PageQuery<TenantKey, UserStatus> & { readonly user: UserId }): Promise<readonly MyAccessRow[]>
  /**
   * Events by `at`, `revision` and `id`: those of `requestingTenant`'s own requests and sessions, where it is given, and those of the
   * types in `TENANT_EVENTS` whose `tenant` is the one given, where it is given; each once, exactly as saved.
   */
  history(query: {
    readonly requestingTenant?: TenantId | undefined
    readonly tenant?: TenantId | undefined
    readonly after?: EventKey | undefined
    readonly limit: number
  }): Promise<readonly ConsentryEvent[]>
}

/** A session that starts or ends: its `event`, and the `session` after it, whose revision is one more than what is stored. */
export interface SessionChange {
  readonly session: Session
  readonly event: SessionEvent
}

/**
 * A `session`, and read in the same step what it lives by: the `facts` of the tenant it is in, as they concern its user, which is what
 * `factsFor` says; and `governedSince`, the earliest instant of that tenant's grants in milliseconds, `null` where it has made none, whatever is purged later.
 */
export interface SessionRow<S extends Session = Session> {
  readonly session: S
  readonly facts: TenantFacts
  readonly governedSince: Instant | null
}

/** Where a page of sessions begins: after the one with this `startedAt`, in milliseconds, and this `hash`. */
export interface SessionKey {
  readonly startedAt: Instant
  readonly hash: SessionHash
}

/** Where a page of open sessions begins: after the one with this `endsAt`, in milliseconds, and this `hash`. */
export interface OpenSessionKey {
  readonly endsAt: Instant
  readonly hash: SessionHash
}

/** Who is inside, and who was (SPEC §7). */
export interface SessionStore {
  /**
   * Saves all the changes, events included, together or not at all. It returns `saved` if every session stored is at the revision just
   * before the change's, and none is stored for a change of revision 1; else `conflict`, and has then saved nothing. Of several at once
   * for the same revision, exactly one is saved. A batch that names a session twice, a start and its own end included, is a `conflict`.
   * An event's id that is taken rejects. An empty list is `saved`. The ids in `grantedBy` are kept, not looked up.
   */
  saveSessionChanges(changes: readonly SessionChange[]): Promise<SaveResult>
  /** The session of that hash, as last saved. */
  session(hash: SessionHash): Promise<SessionRow | undefined>
  /**
   * The sessions of `requestingTenant`'s own users, where it is given, and those inside `tenant`, where it is given; each once, newest
   * `startedAt` first, equal instants by hash descending. With `openAt`, only those whose end is after that instant: the one saved, or else
   * `endsAt`.
   */
  sessions(query: {
    readonly requestingTenant?: TenantId | undefined
    readonly tenant?: TenantId | undefined
    readonly openAt?: Instant | undefined
    readonly after?: SessionKey | undefined
    readonly limit: number
  }): Promise<readonly SessionRow[]>
  /** The first `limit` sessions in state `open` after `after`, whoever's: earliest `endsAt` first, then in order of their hashes. */
  openSessions(query: { readonly after?: OpenSessionKey | undefined; readonly limit: number }): Promise<readonly SessionRow<OpenSession>[]>
}

/**
 * All that Consentry asks of a store. What comes back is equal to what was saved and nobody's to change: altering it, or what was
 * handed in, alters nothing stored. Ids are compared exactly. Whatever goes wrong rejects, with nothing half done.
 */
export interface Repository extends RequestStore, FactsReader, ListReader, SessionStore, EventFeed, SnapshotReader {}
