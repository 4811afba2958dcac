/** Recording what the clock has done, so that notices go out: ended grants and ended sessions; no answer changes by it (SPEC 4.3, §7). */
import * as z from 'zod'
import { unwrap } from '../domain/error.js'
import { readRecord } from '../domain/input.js'
import { endSession, type SessionEnding, sessionEndedAt } from '../domain/session.js'
import { applySessionEnd, type OpenSession } from '../domain/session-state.js'
import { expire } from '../domain/tenant-request.js'
import type { OpenSessionKey } from '../ports/repository.js'
import { eventOrNone, MAX_ATTEMPTS, type RequestSummary, retriesExhausted, saveWithRetry } from './commands.js'
import type { ServiceContext } from './context.js'
import { type EndedSession, loadSessionBasis, toEndedSession } from './sessions.js'

/** What was recorded: a grant that has expired, or a session that is over, which has `session` and no `id`. */
export type RecordedEnd = RequestSummary | EndedSession

const DueCommand = z.strictObject(
  { limit: z.int('must be a whole number').min(1, 'must be at least 1').max(1000, 'must be at most 1,000').default(100) },
  'must be options',
)

/** How many open sessions are looked at in one step. */
const SESSIONS_PER_STEP = 200

/** The service's `recordDue`. */
export function createRecordDue(ports: ServiceContext) {
  const { withRepository, newId, now } = ports

  const recordExpiries = (limit: number): Promise<RequestSummary[]> => {
    const at = now()
    return saveWithRetry(ports)(
      () => withRepository((repository) => repository.dueRequests(at, limit)),
      (request) => eventOrNone(expire(request, { now: at, newId })),
    )
  }

  /** The next step of open sessions, and which of them are over; where another was faster, from the start of the step. */
  const recordStep = async (after: OpenSessionKey | undefined, limit: number) => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const at = now()
      const rows = await withRepository((repository) => repository.openSessions({ after, limit: SESSIONS_PER_STEP }))
      const overs: { readonly session: OpenSession; readonly over: SessionEnding }[] = []
      for (const row of rows) {
        const footing = await loadSessionBasis(row, ports, at)
        const { session } = row
        const over = sessionEndedAt(session, footing, at)
        // A clock behind the one that started a session knows nothing of it yet.
        if (over !== undefined && session.startedAt <= at && overs.length < limit) overs.push({ session, over })
      }
      const changes = overs.map(({ session, over }) => {
        const event = endSession(session, over, newId)
        return { session: applySessionEnd(session, event), event, over }
      })
      const result = await withRepository((repository) =>
        repository.saveSessionChanges(changes.map(({ session, event }) => ({ session, event }))),
      )
      if (result !== 'saved') continue
      const last = rows[SESSIONS_PER_STEP - 1]?.session
      const ended = changes.map(({ session, over }) => toEndedSession(session, over.at, over.cause))
      return { next: last && { endsAt: last.endsAt, hash: last.hash }, ended }
    }
    throw retriesExhausted()
  }

  return {
    async recordDue(input: { readonly limit?: number | undefined } = {}): Promise<RecordedEnd[]> {
      const { limit } = unwrap(readRecord(DueCommand, input))
      const recorded: RecordedEnd[] = await recordExpiries(limit)
      for (let after: OpenSessionKey | undefined, more = true; more && recorded.length < limit; ) {
        const { next, ended } = await recordStep(after, limit - recorded.length)
        recorded.push(...ended)
        after = next
        more = next !== undefined
      }
      return recorded
    },
  }
}
