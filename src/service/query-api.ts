/** The queries of the service: lists, history and decisions, as a host calls them. */
import type { Actor } from '../domain/actor.js'
import type { Allowed, Decision } from '../domain/decision-types.js'
import type { TenantFacts } from '../domain/facts.js'
import type { HistoryEntry } from '../domain/history.js'
import type { TenantId, UserId } from '../domain/ids.js'
import type { MyAccess } from '../domain/my-access-view.js'
import type { SessionView } from '../domain/session-views.js'
import type { AccessInput, AccessPage } from './access-list.js'
import type { CountedLists, Counts } from './counts.js'
import type { AuthorizeInput, DecideInput, TenantsForInput, UsersForInput } from './decisions.js'
import type { HistoryInput } from './history.js'
import type { MyAccessInput } from './my-access.js'
import type { Page } from './pages.js'
import type { SessionsInput } from './session-list.js'

/**
 * The queries of the service; they change nothing.
 * Instants in results are milliseconds.
 *
 * Lists are newest first, and their statuses are of the instant at which the first page was read (SPEC 6.5).
 */
export interface ConsentryQueries {
  /**
   * Lists the tenants with which the actor was associated, with the actor's status (SPEC 6.3).
   * Needs no permission. The order `expiring`, with the status `granted`, is earliest end first.
   * @throws `invalid-input` for a malformed actor, then for the query, `unavailable`.
   * @example Continues ConsentrySessions.startImpersonation
   * ```ts
   * const { items } = await consentry.myAccess(caroline, { status: 'granted', order: 'expiring' })
   * console.log(items.map(({ tenant }) => tenant)) // [ 'tom-sawyer' ]
   * ```
   */
  myAccess(actor: Actor, query?: MyAccessInput): Promise<Page<MyAccess>>

  /**
   * Lists the actor's own sessions, and by permission those of the actor's tenant (SPEC 7.6).
   * `submit` shows the sessions of the tenant's users, `answer` those inside the tenant. One's own need no permission.
   * @throws `invalid-input` for a malformed actor, then for the query, `unavailable`.
   * @example Continues ConsentrySessions.startImpersonation
   * ```ts
   * const { items } = await consentry.sessions(tom, { status: 'live' })
   * console.log(items.map(({ method }) => method)) // [ 'access-request' ]
   * ```
   */
  sessions(actor: Actor, query?: SessionsInput): Promise<Page<SessionView>>

  /**
   * Lists the events of the tenant's requests and sessions (SPEC 6.6, 7.6).
   * Needs `submit` or `answer`. Shows only what that party may see.
   * @throws `invalid-input` for a malformed actor, `not-permitted`, `invalid-input` for the query, `unavailable`.
   * @example Continues ConsentryCommands.grant
   * ```ts
   * const { items } = await consentry.history(tom)
   * console.log(items.map(({ type }) => type)) // [ 'tenant-request.granted', 'tenant-request.received' ]
   * const own = await consentry.history(tom, { users: 'tom', types: ['tenant-request.granted', 'tenant-request.revoked'] })
   * console.log(own.items.length) // 1
   * ```
   */
  history(actor: Actor, query?: HistoryInput): Promise<Page<HistoryEntry>>

  /**
   * Counts the rows of a list by status, as of one instant (SPEC 6.8).
   * The lists are `incoming`, `outgoing`, `requests`, `myAccess` and `sessions`. An access request counts for each status that some tenant of
   * it has. Needs what the list needs. Each count is exact up to 1,000; beyond, `more` is `true`.
   * @throws `invalid-input` for a malformed actor, then for the list, `not-permitted`, `unavailable`.
   * @example Continues ConsentrySessions.startImpersonation
   * ```ts
   * const counts = await consentry.counts(caroline, 'myAccess')
   * console.log(counts.granted.count, counts.granted.more, counts.expired.count) // 1 false 0
   * ```
   */
  counts<List extends keyof CountedLists>(actor: Actor, list: List): Promise<Counts<CountedLists[List]>>

  /**
   * Lists the granted requests that let somebody enter during a window, newest grant first (SPEC 13.1).
   * Needs `submit` for the requests that the actor's tenant sent, or `answer` for those that asked it; with both, it has both. `from` is in
   * the window, `to` is not. A row says what was known then: a revocation or an expiry does not erase what was before it. The users are
   * shown to the requesting tenant only, and `governedSince` to the tenant that is governed only.
   * @throws `invalid-input` for a malformed actor, `not-permitted`, `invalid-input` for the query, `unavailable`.
   * @example Continues ConsentryCommands.grant
   * ```ts
   * const today = { from: Date.now() - 3_600_000, to: Date.now() + 3_600_000 }
   * const [row] = (await consentry.access(elizabeth, today)).items
   * console.log(row?.view === 'outgoing' && row.users.map(({ user }) => user)) // [ 'caroline' ]
   * const { items, governedSince } = await consentry.access(tom, today)
   * console.log(items[0]?.view, governedSince === items[0]?.from) // incoming true
   * ```
   */
  access(actor: Actor, query: AccessInput): Promise<AccessPage>

  /**
   * Decides whether a user may enter a tenant, and why (SPEC §5).
   * A malformed question is denied with `invalid-question`. With `from`, the user's own tenant, only its requests count, and the legacy
   * rule is asked only if the directory says that it may ask this tenant (SPEC 2.7, 5.3.6).
   *
   * @throws `facts-unavailable` if the facts, the clock or the directory fail: that is neither a denial nor an allow (SPEC 5.9).
   * @example Continues ConsentryCommands.grant
   * ```ts
   * const decision = await consentry.decide({ user: 'caroline', tenant: 'tom-sawyer', method: 'access-request', from: 'classics' })
   * console.log(decision.allowed, decision.reason) // true granted
   * ```
   */
  decide(question: DecideInput): Promise<Decision>

  /**
   * Returns the decision if it allows, else throws it.
   * Guards use this method (SPEC 5.9). The question must say `from`: the user's own tenant, or `null` for every vendor's requests.
   *
   * @throws `access-denied` with the `decision`, as `AccessDenied`.
   * @throws `facts-unavailable` if the facts, the clock or the directory fail.
   * @example Continues ConsentryCommands.submit
   * ```ts
   * import { isConsentryError } from 'consentry'
   *
   * const question = { user: 'caroline', tenant: 'tom-sawyer', method: 'access-request', from: 'classics' } as const
   * const error: unknown = await consentry.authorize(question).catch((thrown) => thrown)
   * console.log(isConsentryError(error, 'access-denied') && error.decision.reason) // pending
   * ```
   */
  authorize(question: AuthorizeInput): Promise<Allowed>

  /**
   * Decides many questions at once, each as `decide` would, in their order (SPEC 5.11).
   * Takes up to 1,000, which may repeat. A malformed question is denied alone, with `invalid-question`. The facts are read in one call of the
   * repository, and the directory is asked once for each `from`.
   *
   * @throws `invalid-input` if it is no list of up to 1,000; `facts-unavailable` for all if the facts, the clock or the directory fail for one.
   * @example Continues ConsentryCommands.grant
   * ```ts
   * const enters = (user: string) => ({ user, tenant: 'tom-sawyer', method: 'access-request', from: 'classics' }) as const
   * const decisions = await consentry.decideMany([enters('caroline'), enters('wickham')])
   * console.log(decisions.map(({ reason }) => reason)) // [ 'granted', 'not-associated' ]
   * ```
   */
  decideMany(questions: readonly DecideInput[]): Promise<Decision[]>

  /**
   * Returns a tenant's facts, for a host that decides with the pure `decide` (SPEC 5.2).
   *
   * @throws `invalid-input` for a malformed id; `facts-unavailable`.
   * @example Continues ConsentryCommands.grant
   * ```ts
   * const facts = await consentry.facts('tom-sawyer')
   * console.log(facts.governed, facts.requests.length) // true 1
   * ```
   */
  facts(tenant: TenantId): Promise<TenantFacts>

  /**
   * Returns the tenants that a user may enter by `access-request` (SPEC 5.8).
   * `at` is a `Date` or milliseconds, by default now; `from` is the user's own tenant (SPEC 2.7).
   *
   * @returns the tenants; none for a malformed question.
   * @throws `facts-unavailable` if the facts cannot be loaded.
   * @example Continues ConsentryCommands.grant
   * ```ts
   * console.log(await consentry.tenantsFor({ user: 'caroline', from: 'classics' })) // [ 'tom-sawyer' ]
   * ```
   */
  tenantsFor(question: TenantsForInput): Promise<TenantId[]>

  /**
   * Returns the users who may enter a tenant by `access-request` (SPEC 5.8).
   * `at` is a `Date` or milliseconds, by default now; with `from`, only by requests of that requesting tenant (SPEC 2.7).
   *
   * @returns the users; none for a malformed question.
   * @throws `facts-unavailable` if the facts cannot be loaded.
   * @example Continues ConsentryCommands.grant
   * ```ts
   * console.log(await consentry.usersFor({ tenant: 'tom-sawyer', from: 'classics' })) // [ 'caroline' ]
   * ```
   */
  usersFor(question: UsersForInput): Promise<UserId[]>
}
