/** The ends of sessions: by their user, by id or hash, and by either tenant, by hash (SPEC 7.7). */
import type { Actor } from '../domain/actor.js'
import { type EndedSession, throwRefusal, unwrap } from '../domain/error.js'
import { Id, readSecret } from '../domain/input.js'
import { endingBy, recordEnd, recordedEnding, type SessionBasis, type SessionEnding, sessionEndedAt } from '../domain/session.js'
import { type SessionHash, sessionHashSchema } from '../domain/session-hash.js'
import { parseActor } from './arguments.js'
import type { ServiceContext } from './context.js'
import { type DatedRow, loadOwnSession, loadSession } from './own-session.js'
import { type Attempt, saveWithRetry } from './save-with-retry.js'
import { loadBasesByFacts, loadSessionBases, toEndedSession } from './session-basis.js'

/** The methods of the service that end sessions. */
export function createEndSession(context: ServiceContext) {
  /** Prepares the end of a session by this actor; one that is over is recorded, or returned, as it ended. */
  const prepareEnd = async (actor: Actor, row: DatedRow | undefined): Promise<Attempt<EndedSession>> => {
    // A clock behind the one that started the session must not make lost access of a plain end (SPEC 7.7).
    const now = Math.max(row?.now ?? 0, row?.session.startedAt ?? 0)
    const wanted = unwrap(endingBy(actor, row?.session, now))
    const { session } = row as DatedRow
    const ending = await endingAt(row as DatedRow, wanted)
    if (session.state === 'ended') return { save: undefined, result: toEndedSession(session, ending) }
    const change = recordEnd(session, ending, context.newId)
    return { save: (repository) => repository.saveSessionChanges([change]), result: toEndedSession(change.session, ending) }
  }

  /** Returns the end that counts: the recorded one, the one that came before, or this. */
  const endingAt = async (row: DatedRow, wanted: SessionEnding): Promise<SessionEnding> => {
    const { session } = row
    // Users may always leave; else the host's rule is asked whether the session was over (SPEC 7.6a).
    const isLeaving = wanted.cause === 'ended-by-user'
    const bases = isLeaving ? await loadBasesByFacts([row], context, wanted.at) : (await loadSessionBases([row], context, wanted.at)).bases
    if (session.state === 'ended') return recordedEnding(session)
    return sessionEndedAt(session, bases[0] as SessionBasis, wanted.at) ?? wanted
  }

  return {
    async endImpersonation(actor: Actor, sessionId: string): Promise<EndedSession> {
      const by = parseActor(actor)
      const id = unwrap(readSecret(Id, sessionId, 'session'))
      return saveWithRetry(context, async () =>
        prepareEnd(by, (await loadOwnSession(context, by, id)) ?? throwRefusal({ code: 'not-found' })),
      )
    },

    async endSession(actor: Actor, sessionHash: SessionHash): Promise<EndedSession> {
      const by = parseActor(actor)
      const hash = unwrap(readSecret(sessionHashSchema, sessionHash, 'session'))
      return saveWithRetry(context, async () => prepareEnd(by, await loadSession(context, hash)))
    },
  }
}
