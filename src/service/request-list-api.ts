/** The lists of requests of the service, and one request by its id, as a host calls them. */
import type { AccessRequestSummary, AccessRequestView } from '../domain/access-request-view.js'
import type { Actor } from '../domain/actor.js'
import type { AccessRequestId, TenantRequestId } from '../domain/ids.js'
import type { IncomingRequest, OutgoingRequest } from '../domain/views.js'
import type { Page } from './pages.js'
import type { IncomingInput, OutgoingInput, RequestsInput } from './request-lists.js'

/**
 * The lists of requests, and one request by its id; they change nothing.
 * Instants in results are milliseconds.
 *
 * A filter matches only what the row shows. Lists are newest first unless `order` says otherwise, and their statuses are of the instant at
 * which the first page was read (SPEC 6.5, 6.9).
 */
export interface ConsentryRequestLists {
  /**
   * Lists the requests that ask the actor's tenant.
   * Needs `answer`. Shows no request name, no users and no other tenant (SPEC 6.2).
   * @throws `invalid-input` for a malformed actor, `not-permitted`, `invalid-input` for the query, `unavailable`.
   * @example Continues ConsentryCommands.submit
   * ```ts
   * const { items, next } = await consentry.incoming(tom, { status: 'pending' })
   * console.log(items[0]?.message, next) // Caroline looks after your account. null
   * ```
   */
  incoming(actor: Actor, query?: IncomingInput): Promise<Page<IncomingRequest>>

  /**
   * Lists the requests that the actor's tenant sent, one row for each tenant asked (SPEC 6.1).
   * Needs `submit`.
   * @throws `invalid-input` for a malformed actor, `not-permitted`, `invalid-input` for the query, `unavailable`.
   * @example Continues ConsentryCommands.submit
   * ```ts
   * const { items } = await consentry.outgoing(elizabeth, { accessRequest })
   * console.log(items.map(({ tenant, status }) => `${tenant}: ${status}`)) // [ 'tom-sawyer: pending' ]
   * ```
   */
  outgoing(actor: Actor, query?: OutgoingInput): Promise<Page<OutgoingRequest>>

  /**
   * Lists the access requests that the actor's tenant sent.
   * Each row says how many of its tenants are in which status. Needs `submit`. A page of requests that name many users and tenants ends early (SPEC 6.10).
   * @throws `invalid-input` for a malformed actor, `not-permitted`, `invalid-input` for the query, `unavailable`.
   * @example Continues ConsentryCommands.submit
   * ```ts
   * const { items } = await consentry.requests(elizabeth, { name: 'Supp' })
   * console.log(items.map(({ name, tenants }) => `${name}: ${tenants.pending} pending`)) // [ 'SupportAccess: 1 pending' ]
   * ```
   */
  requests(actor: Actor, query?: RequestsInput): Promise<Page<AccessRequestSummary>>

  /**
   * Returns one request that asks the actor's tenant, as `incoming` shows it.
   * Needs `answer`. An id of another tenant and one that does not exist get the same `not-found` (SPEC 6.7).
   * @throws `invalid-input` for a malformed actor, `not-permitted`, `invalid-input` for the id, `not-found`, `unavailable`.
   * @example Continues ConsentryCommands.submit
   * ```ts
   * const [asked] = (await consentry.incoming(tom)).items
   * console.log((await consentry.incomingRequest(tom, asked?.id ?? '')).status) // pending
   * ```
   */
  incomingRequest(actor: Actor, id: TenantRequestId): Promise<IncomingRequest>

  /**
   * Returns one tenant request that the actor's tenant sent, as `outgoing` shows it.
   * Needs `submit`. An id of another tenant and one that does not exist get the same `not-found` (SPEC 6.7).
   * @throws `invalid-input` for a malformed actor, `not-permitted`, `invalid-input` for the id, `not-found`, `unavailable`.
   * @example Continues ConsentryCommands.submit
   * ```ts
   * const [row] = (await consentry.outgoing(elizabeth)).items
   * console.log((await consentry.outgoingRequest(elizabeth, row?.id ?? '')).users) // [ 'caroline' ]
   * ```
   */
  outgoingRequest(actor: Actor, id: TenantRequestId): Promise<OutgoingRequest>

  /**
   * Returns one access request that the actor's tenant sent, with its associations.
   * Needs `submit`. An id of another tenant's and one that does not exist get the same `not-found` (SPEC 6.7).
   * @throws `invalid-input` for a malformed actor, `not-permitted`, `invalid-input` for the id, `not-found`, `unavailable`.
   * @example Continues ConsentryCommands.submit
   * ```ts
   * const { name, associations } = await consentry.accessRequest(elizabeth, accessRequest)
   * console.log(name, associations.length) // SupportAccess 1
   * ```
   */
  accessRequest(actor: Actor, id: AccessRequestId): Promise<AccessRequestView>
}
