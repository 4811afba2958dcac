/** The basis of a live session: its user's requests and the current decision (SPEC §7). */

import type { Decision } from '../domain/decision-types.js'
import { ConsentryError, type EndedSession } from '../domain/error.js'
import { decideByFacts, factsAbout, LEGACY_PERMITTED, parseAccessQuery } from '../domain/evaluate.js'
import { expectFactsOf, parseFacts } from '../domain/facts.js'
import { type Instant, isInstant } from '../domain/instant.js'
import type { SessionBasis, SessionEnding } from '../domain/session.js'
import type { Session } from '../domain/session-state.js'
import type { SessionRow } from '../ports/repository.js'
import type { ServiceContext } from './context.js'
import { type DecidedByFacts, decideByHost } from './decide-from-repository.js'

/** What the facts say about a session. */
type ReadBasis = Omit<SessionBasis, 'decision'> & DecidedByFacts

/**
 * Reads the basis of each session by its facts and the clock.
 *
 * @throws `unavailable` for a malformed row, so that a broken repository never keeps a session live.
 */
function readBases(rows: readonly SessionRow[], { withRepository }: ServiceContext, now: Instant): Promise<ReadBasis[]> {
  return withRepository(async () => rows.map((row) => readBasis(row, now)))
}

function readBasis({ session, facts, governedSince }: SessionRow, now: Instant): ReadBasis {
  const { user, requestingTenant: from, tenant, method, state, startedAt, endsAt } = session
  const query = parseAccessQuery(user, tenant, method, now, from)
  const instants = state === 'ended' ? [startedAt, endsAt, session.endedAt] : [startedAt, endsAt]
  const parsed = parseFacts(expectFactsOf(tenant, facts))
  const wellFormed = (state === 'open' || state === 'ended') && instants.every(isInstant) && parsed.governed === isInstant(governedSince)
  if (query === undefined || query.from === null || !wellFormed) throw malformedSession()
  const { governed, requests } = factsAbout(query, parsed)
  return { query, requests, decision: decideByFacts(query, { governed, requests }), governedSince }
}

function malformedSession(): ConsentryError {
  return new ConsentryError('the repository returned a malformed session', { code: 'corrupt', issues: [] })
}

/** The bases of sessions, by the facts and the host. */
export interface LoadedBases {
  readonly bases: readonly SessionBasis[]
  /** Whether the host was waited for, so that time has passed since the rows were read. */
  readonly waited: boolean
}

/**
 * Evaluates the decision about each session's user at `now`, by the host's rule too (SPEC 7.2).
 * About a session whose end is recorded, no host is asked: it is over for good.
 *
 * @throws `unavailable` for a malformed row, or if the directory fails.
 */
export async function loadSessionBases(rows: readonly SessionRow[], context: ServiceContext, now: Instant): Promise<LoadedBases> {
  const read = await readBases(rows, context, now)
  const asked = read.filter((_, index) => rows[index]?.session.state === 'open')
  const { decisions, waited } = await decideByHost(context, asked)
  const byHost = new Map(asked.map((basis, index) => [basis, decisions[index]]))
  return { bases: read.map((basis) => toBasis(basis, byHost.get(basis))), waited }
}

/**
 * Evaluates sessions without the host's rule, which is taken to allow (SPEC 7.6a).
 * Lists go by grants and the clock, and a user may always leave.
 *
 * @throws `unavailable` for a malformed row.
 */
export async function loadBasesByFacts(rows: readonly SessionRow[], context: ServiceContext, now: Instant): Promise<SessionBasis[]> {
  return (await readBases(rows, context, now)).map((basis) => toBasis(basis))
}

/** Returns the basis; what neither the host nor the facts decide is taken to be allowed. */
function toBasis({ query: _, ...basis }: ReadBasis, byHost?: Decision): SessionBasis {
  return { ...basis, decision: byHost ?? basis.decision ?? LEGACY_PERMITTED }
}

/** Returns an ended session as `endImpersonation` returns it. */
export function toEndedSession({ hash: session, tenant, revision }: Session, { at: endedAt, cause }: SessionEnding): EndedSession {
  return { session, tenant, status: 'ended', endedAt, cause, revision }
}
