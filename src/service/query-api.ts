/** The queries of the service: lists, history and decisions, as a host calls them. */
import type { Actor } from '../domain/actor.js'
import type { Allowed, Decision } from '../domain/decision-types.js'
import type { TenantFacts } from '../domain/facts.js'
import type { HistoryEntry } from '../domain/history.js'
import type { TenantId, UserId } from '../domain/ids.js'
import type { Instant } from '../domain/instant.js'
import type { SessionView } from '../domain/session-views.js'
import type { IncomingRequest, MyAccess, OutgoingRequest } from '../domain/views.js'
import type { DecideInput } from './decisions.js'
import type { IncomingInput, MyAccessInput, OutgoingInput } from './lists.js'
import type { Page, PageInput } from './pages.js'
import type { SessionsInput } from './session-list.js'

/**
 * The queries of the service; they change nothing.
 * Instants in results are milliseconds.
 *
 * Every list throws `invalid-input` (with all issues) and `unavailable`. A list that needs a permission throws `not-permitted`. Lists are
 * newest first, and their statuses are of the instant at which the first page was read (SPEC 6.5).
 */
export interface ConsentryQueries {
  /**
   * Lists the requests that ask the actor's tenant.
   * Needs `answer`. Shows no request name, no users and no other tenant (SPEC 6.2).
   * @example
   * ```ts
   * import { type Actor, createConsentry } from 'consentry'
   * import { memoryRepository } from 'consentry/adapters/memory'
   *
   * const directory = { members: () => ['caroline'], askable: () => ['tom-sawyer'] }
   * const consentry = createConsentry({ repository: memoryRepository(), directory })
   * const elizabeth: Actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }
   * const tom: Actor = { user: 'tom', tenant: 'tom-sawyer', permissions: ['answer'], impersonating: null }
   * const associations = [{ users: ['caroline'], tenants: ['tom-sawyer'] }]
   * await consentry.submit(elizabeth, { name: 'SupportAccess', message: 'Your yearly check', associations })
   * const { items, next } = await consentry.incoming(tom, { status: 'pending' })
   * console.log(items[0]?.message, next) // Your yearly check null
   * ```
   */
  incoming(actor: Actor, query?: IncomingInput): Promise<Page<IncomingRequest>>

  /**
   * Lists the requests that the actor's tenant sent, one row for each tenant asked (SPEC 6.1).
   * Needs `submit`.
   */
  outgoing(actor: Actor, query?: OutgoingInput): Promise<Page<OutgoingRequest>>

  /**
   * Lists the tenants with which the actor was associated, with the actor's status (SPEC 6.3).
   * Needs no permission.
   */
  myAccess(actor: Actor, query?: MyAccessInput): Promise<Page<MyAccess>>

  /** Lists sessions of the tenant's users for `submit`, and inside the tenant for `answer` (SPEC 7.6). */
  sessions(actor: Actor, query?: SessionsInput): Promise<Page<SessionView>>

  /**
   * Lists the events of the tenant's requests and sessions (SPEC 6.6, 7.6).
   * Needs `submit` or `answer`. Shows only what that party may see.
   */
  history(actor: Actor, query?: PageInput): Promise<Page<HistoryEntry>>

  /**
   * Decides whether a user may enter a tenant, and why (SPEC §5).
   * A malformed question is denied with `invalid-question`.
   *
   * @throws `facts-unavailable` if the facts cannot be loaded: that is neither a denial nor an allow (SPEC 5.9).
   * @example
   * ```ts
   * import { createConsentry } from 'consentry'
   * import { memoryRepository } from 'consentry/adapters/memory'
   *
   * const directory = { members: () => ['caroline'], askable: () => ['tom-sawyer'] }
   * const consentry = createConsentry({ repository: memoryRepository(), directory })
   * const decision = await consentry.decide({ user: 'caroline', tenant: 'tom-sawyer', method: 'access-request' })
   * console.log(decision.allowed, decision.reason) // false not-associated
   * ```
   */
  decide(question: DecideInput): Promise<Decision>

  /**
   * Returns the decision if it allows, else throws it.
   * Guards use this method (SPEC 5.9).
   *
   * @throws `access-denied` with the `decision`, as `AccessDenied`.
   * @throws `facts-unavailable` if the facts cannot be loaded.
   * @example
   * ```ts
   * import { createConsentry, isConsentryError } from 'consentry'
   * import { memoryRepository } from 'consentry/adapters/memory'
   *
   * const directory = { members: () => ['caroline'], askable: () => ['tom-sawyer'] }
   * const consentry = createConsentry({ repository: memoryRepository(), directory })
   * const question = { user: 'caroline', tenant: 'tom-sawyer', method: 'access-request' } as const
   * const error: unknown = await consentry.authorize(question).catch((thrown) => thrown)
   * console.log(isConsentryError(error, 'access-denied') && error.decision.reason) // not-associated
   * ```
   */
  authorize(question: DecideInput): Promise<Allowed>

  /**
   * Returns a tenant's facts, for a host that decides with the pure `decide` (SPEC 5.2).
   *
   * @throws `invalid-input` for a malformed id; `facts-unavailable`.
   */
  facts(tenant: TenantId): Promise<TenantFacts>

  /**
   * Returns the tenants that a user may enter by `access-request` (SPEC 5.8).
   * `at` is a `Date` or milliseconds, by default now.
   *
   * @returns the tenants; none for a malformed question.
   * @throws `facts-unavailable` if the facts cannot be loaded.
   */
  tenantsFor(question: { readonly user: UserId; readonly at?: Date | Instant | undefined }): Promise<TenantId[]>

  /**
   * Returns the users who may enter a tenant by `access-request` (SPEC 5.8).
   * `at` is a `Date` or milliseconds, by default now.
   *
   * @returns the users; none for a malformed question.
   * @throws `facts-unavailable` if the facts cannot be loaded.
   */
  usersFor(question: { readonly tenant: TenantId; readonly at?: Date | Instant | undefined }): Promise<UserId[]>
}
