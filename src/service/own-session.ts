/** A user's own session by its secret id; another user's is treated as missing (SPEC 7.4). */
import type { Actor } from '../domain/actor.js'
import type { Instant } from '../domain/instant.js'
import { recordedEnding, type SessionBasis, type SessionEnding, sessionEndedAt } from '../domain/session.js'
import type { SessionHash } from '../domain/session-hash.js'
import type { Session } from '../domain/session-state.js'
import type { SessionRow } from '../ports/repository.js'
import type { ServiceContext } from './context.js'
import { loadBasesByFacts, loadSessionBases } from './session-basis.js'
import { sessionHash } from './session-id.js'

/** A session's row, as of an instant of the clock, in milliseconds. */
export type DatedRow = SessionRow & { readonly now: Instant }

/** Loads a session's row by its public hash, as of the clock and not before `notBefore`. */
export async function loadSession(context: ServiceContext, hash: SessionHash, notBefore = -Infinity): Promise<DatedRow | undefined> {
  const loadedAt = Math.max(notBefore, context.now())
  const [row] = await context.withRepository((repository) => repository.sessionRows({ hashes: [hash], now: loadedAt }))
  if (row?.session?.hash !== hash) return undefined
  // The facts answer for the instant at which they were asked for, and later; the clock may have stepped back since (SPEC 5.2).
  return { ...row, now: Math.max(loadedAt, context.now()) }
}

/** Loads the actor's own session by its id. */
export async function loadOwnSession(
  context: ServiceContext,
  { user }: Pick<Actor, 'user'>,
  id: string,
  notBefore?: Instant,
): Promise<DatedRow | undefined> {
  const row = await loadSession(context, await sessionHash(id), notBefore)
  return row?.session.user === user ? row : undefined
}

/** A user's own session, and whether it is live. */
export interface OwnSession {
  readonly session: Session
  readonly basis: SessionBasis
  /** When and why it ended as of `now`; `undefined` while it is live. */
  readonly ending: SessionEnding | undefined
  /** The instant of this answer, in milliseconds. */
  readonly now: Instant
}

/**
 * Loads the actor's own session, and decides whether it is live, by the host's rule too (SPEC 7.2).
 * If it is allowed after a wait for the host, it is loaded and decided again by the facts: the tenant may have granted meanwhile.
 */
export async function evaluateOwnSession(context: ServiceContext, actor: Pick<Actor, 'user'>, id: string): Promise<OwnSession | undefined> {
  const row = await loadOwnSession(context, actor, id)
  if (row === undefined) return undefined
  const { bases, waited } = await loadSessionBases([row], context, row.now)
  const [basis] = bases as [SessionBasis]
  if (!waited || !basis.decision.allowed) return evaluated(row, basis)
  const again = await loadOwnSession(context, actor, id, row.now)
  if (again === undefined) return undefined
  const [fresh] = (await loadBasesByFacts([again], context, again.now)) as [SessionBasis]
  return evaluated(again, fresh)
}

/** A recorded end stays, whatever the clock says (SPEC 7.3). */
function evaluated({ session, now }: DatedRow, basis: SessionBasis): OwnSession {
  const ending = session.state === 'ended' ? recordedEnding(session) : sessionEndedAt(session, basis, now)
  return { session, basis, now, ending }
}
