/** The basis of a live session: its user's requests and the current decision (SPEC §7). */
import { evaluate, parseAccessQuery } from '../domain/decision.js'
import type { SessionEndCause, SessionHash } from '../domain/event.js'
import { expectFactsOf, parseFacts } from '../domain/facts.js'
import type { TenantId } from '../domain/ids.js'
import { type Instant, isInstant } from '../domain/instant.js'
import type { SessionBasis, SessionEnding } from '../domain/session.js'
import type { Session } from '../domain/session-state.js'
import { requestsOfUser } from '../domain/status.js'
import type { SessionRow } from '../ports/repository.js'
import type { ServiceContext } from './context.js'

/** A session that has ended. */
export interface EndedSession {
  /** The hash of the session's id (SPEC 7.4). */
  readonly session: SessionHash
  /** The tenant in which the user acted. */
  readonly tenant: TenantId
  readonly status: 'ended'
  /** The first instant at which the session was not live, in milliseconds. */
  readonly endedAt: Instant
  /** Why it ended (SPEC 7.7). */
  readonly cause: SessionEndCause
  /** The revision of the session after its end. */
  readonly revision: number
}

/**
 * Evaluates the decision about a session's user at `now`.
 *
 * @throws `unavailable` for a malformed row, so that a broken repository never keeps a session live.
 */
export function loadSessionBasis(row: SessionRow, { withRepository, legacy }: ServiceContext, now: Instant): Promise<SessionBasis> {
  return withRepository(async () => {
    const { session, facts, governedSince } = row
    const { user, tenant, method, state, startedAt, endsAt } = session
    const { governed, requests } = parseFacts(expectFactsOf(tenant, facts))
    const question = parseAccessQuery(user, tenant, method, now)
    const instants = state === 'ended' ? [startedAt, endsAt, session.endedAt] : [startedAt, endsAt]
    const wellFormed = (state === 'open' || state === 'ended') && instants.every(isInstant) && governed === isInstant(governedSince)
    if (question === undefined || !wellFormed) throw new TypeError('the repository returned a malformed session')
    const ownRequests = requestsOfUser(user, requests)
    return { requests: ownRequests, decision: evaluate(question, { governed, requests: ownRequests }, legacy), governedSince }
  })
}

/** Returns an ended session as `endImpersonation` and `recordDue` return it. */
export function toEndedSession({ hash: session, tenant, revision }: Session, { at: endedAt, cause }: SessionEnding): EndedSession {
  return { session, tenant, status: 'ended', endedAt, cause, revision }
}
