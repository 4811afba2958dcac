/** The saving of a session's start, below the cap of its user's live sessions (SPEC 7.1). */
import { throwRefusal } from '../domain/error.js'
import type { Instant } from '../domain/instant.js'
import { recordEnd, type SessionBasis, sessionEndedAt } from '../domain/session.js'
import type { Session } from '../domain/session-state.js'
import { pagesOf } from '../ports/event-loop.js'
import type { SessionChange, SessionRow } from '../ports/repository.js'
import type { SessionKey } from '../ports/sessions-query.js'
import { type ServiceContext, throwBrokenRepository } from './context.js'
import { retriesExhausted, saveWithRetry } from './save-with-retry.js'
import { loadBasesByFacts } from './session-basis.js'

const ROWS_PER_PAGE = 250

/**
 * Saves the start of a session at `now`.
 *
 * A repository counts sessions that can be live. Those that lost their access and gained it again are over, which only the domain knows: if
 * they would be too many, their ends are saved with the start.
 *
 * @throws `too-many-sessions`, `unavailable`.
 */
export async function saveStart(context: ServiceContext, start: SessionChange, now: Instant): Promise<void> {
  const { maxLiveSessions } = context.policy
  const cap = { maxLive: maxLiveSessions, now }
  const result = await context.withRepository((repository) => repository.saveSessionChanges([start], cap))
  if (result === 'saved') return
  // No retry: the hash of a new random id cannot conflict, unless the repository is broken.
  if (result === 'conflict') throw retriesExhausted()
  await saveWithRetry(context, async () => {
    const { live, ends } = await liveSessions(context, start.session, now)
    if (live >= maxLiveSessions) throwRefusal({ code: 'too-many-sessions', limit: maxLiveSessions })
    return { save: (repository) => repository.saveSessionChanges([start, ...ends], cap), result: undefined }
  })
}

/** Returns how many sessions of the user are live, and the ends of those that are over. */
async function liveSessions(context: ServiceContext, { user }: Session, now: Instant) {
  const ends: SessionChange[] = []
  let live = 0
  const read = (after: SessionKey | undefined) =>
    context.withRepository((repository) => repository.sessions({ user, now, liveOnly: true, after, limit: ROWS_PER_PAGE }))
  const keyAfter = ({ [ROWS_PER_PAGE - 1]: last }: readonly SessionRow[]) => last?.session
  for await (const rows of pagesOf(read, keyAfter)) {
    const bases = await loadBasesByFacts(rows, context, now)
    for (const [index, { session }] of rows.entries()) {
      if (session.user !== user) throwBrokenRepository()
      const ending = sessionEndedAt(session, bases[index] as SessionBasis, now)
      // A session that a clock ahead of this one has started is not over yet.
      if (ending === undefined || session.state === 'ended' || session.startedAt > now) live += 1
      else ends.push(recordEnd(session, ending, context.newId))
    }
  }
  return { live, ends }
}
