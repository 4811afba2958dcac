/** The methods of the service on impersonation sessions, as a host calls them. */

import type { Actor } from '../domain/actor.js'
import type { EndedSession } from '../domain/error.js'
import type { Login, Resumed } from '../domain/login.js'
import type { SessionHash } from '../domain/session-hash.js'
import type { LiveSession } from '../domain/session-views.js'
import type { StartInput } from './sessions.js'

/**
 * The methods of the service on sessions (SPEC §7).
 *
 * Each checks the codes that it lists, in that order: the first that applies is thrown (SPEC 4.7).
 */
export interface ConsentrySessions {
  /**
   * Starts a session if the decision allows (SPEC 7.1).
   * Needs no permission. It ends when access ends, at the latest after the policy's `sessionCap`. Instants of the result are milliseconds.
   *
   * @returns the session with its secret `id`, which no other call returns.
   * @throws `impersonating` if the actor is inside a tenant already (SPEC 7.3), `invalid-input` (the issue code `own-tenant` too),
   * `access-denied` with the decision, `too-many-sessions` if the user has as many live ones as the policy allows, `facts-unavailable` if
   * the facts cannot be loaded (SPEC 5.9), `unavailable`.
   * @example Continues ConsentryCommands.grant
   * ```ts
   * const caroline: Actor = { user: 'caroline', tenant: 'classics', permissions: [], impersonating: null }
   * const session = await consentry.startImpersonation(caroline, { tenant: 'tom-sawyer', method: 'access-request' })
   * console.log(session.endsAt - session.startedAt) // 3600000
   * ```
   */
  startImpersonation(actor: Actor, input: StartInput): Promise<LiveSession>

  /**
   * Returns the actor's own session if it is live.
   * It evaluates the decision again and writes nothing (SPEC 7.2).
   *
   * @throws `invalid-input`, `not-found` if the session is not the actor's, `impersonating` if the actor is inside another tenant
   * (SPEC 7.3), `session-ended` after its end, `access-denied` if access was lost, `facts-unavailable`.
   * @example Continues startImpersonation
   * ```ts
   * const { user, tenant } = await consentry.checkImpersonation(caroline, session.id)
   * console.log(user, tenant) // caroline tom-sawyer
   * ```
   */
  checkImpersonation(actor: Actor, sessionId: string): Promise<LiveSession>

  /**
   * Ends the actor's own session, also while the actor is inside.
   * A session that has ended keeps its end (SPEC 7.3).
   *
   * @throws `invalid-input`, `not-found` if the session is not the actor's (SPEC 7.4), `unavailable`.
   * @example Continues startImpersonation
   * ```ts
   * const { cause } = await consentry.endImpersonation(caroline, session.id)
   * console.log(cause) // ended-by-user
   * ```
   */
  endImpersonation(actor: Actor, sessionId: string): Promise<EndedSession>

  /**
   * Ends a session by its public hash, which `sessions` lists (SPEC 7.7).
   * Its user needs no permission, and may be inside. The tenant it is in needs `answer`, the requesting tenant `submit`. A session that has
   * ended keeps its end. The host's legacy rule is asked before another party ends it: a session that it no longer permits is `access-lost`.
   *
   * @throws `invalid-input`, and for a session that is not the actor's own: `impersonating`, `not-permitted` without either permission,
   * `not-found` if it is not of the actor's tenant, `not-permitted` without that side's own; `unavailable`.
   * @example Continues startImpersonation
   * ```ts
   * const [row] = (await consentry.sessions(tom, { status: 'live' })).items
   * const { cause: endedAs } = await consentry.endSession(tom, row?.hash ?? '')
   * console.log(endedAs) // ended-by-tenant
   * ```
   */
  endSession(actor: Actor, sessionHash: SessionHash): Promise<EndedSession>

  /**
   * Makes the actor of a login that keeps a session's id (SPEC 7.8).
   * While the session is live, the actor is impersonating. Once it is over, the actor is outside, and `ended` says when and why: for a
   * session that does not exist or is another user's, `not-found`. So a dead session never locks its user out.
   *
   * A login may say `impersonating` itself, for a tool outside Consentry. That is never dropped, and a session elsewhere is then not returned.
   *
   * @throws `invalid-input` for the login, `facts-unavailable` if the session cannot be loaded: answer 503, and assume nothing.
   * @example Continues startImpersonation
   * ```ts
   * const { impersonating: _, ...person } = caroline
   * const resumed = await consentry.resume({ ...person, session: session.id })
   * console.log(resumed.actor.impersonating?.tenant, resumed.ended) // tom-sawyer null
   * await consentry.endImpersonation(caroline, session.id)
   * const later = await consentry.resume({ ...person, session: session.id })
   * console.log(later.actor.impersonating, later.ended?.cause) // null ended-by-user
   * ```
   */
  resume(login: Login): Promise<Resumed>
}
