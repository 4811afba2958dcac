/** The recording of expired grants and ended sessions, which changes no answer (SPEC 4.3, §7). */
import * as z from 'zod'
import { unwrap } from '../domain/error.js'
import { readRecord } from '../domain/input.js'
import { endSession, type SessionBasis, type SessionEnding, sessionEndedAt } from '../domain/session.js'
import { applySessionEnd, type OpenSession } from '../domain/session-state.js'
import { expire } from '../domain/tenant-request.js'
import type { OpenSessionKey } from '../ports/repository.js'
import { changeRequests, eventOrNone, type RequestSummary } from './change-requests.js'
import type { ServiceContext } from './context.js'
import { saveWithRetry } from './save-with-retry.js'
import { type EndedSession, loadSessionBases, toEndedSession } from './session-basis.js'

/**
 * A recorded end: an expired grant, or an ended session.
 * Only a session has the key `session`, and only a grant has `id`.
 * It has no revision: `recordDue` has no actor, so no party whose revision it could be (SPEC 4.10).
 */
export type RecordedEnd = Omit<RequestSummary, 'revision'> | Omit<EndedSession, 'revision'>

const RecordDueOptions = z.strictObject(
  { limit: z.int('must be a whole number').min(1, 'must be at least 1').max(1000, 'must be at most 1,000').default(100) },
  'must be a record with `limit`',
)

const SESSIONS_PER_PAGE = 200

/** The `recordDue` method of the service. */
export function createRecordDue(context: ServiceContext) {
  const { withRepository, newId } = context

  const recordExpiries = async (limit: number): Promise<RecordedEnd[]> => {
    const now = context.now()
    const expired = await changeRequests(
      context,
      () => withRepository((repository) => repository.dueRequests(now, limit)),
      (request) => eventOrNone(expire(request, { now, newId })),
    )
    return expired.map(({ id, tenant }) => ({ id, tenant, status: 'expired' }))
  }

  /**
   * Records up to `limit` ended sessions of one page of open sessions.
   * `next` is the key of the page after it.
   */
  const recordPage = (after: OpenSessionKey | undefined, limit: number) =>
    saveWithRetry(context, async () => {
      const now = context.now()
      const rows = await withRepository((repository) => repository.openSessions({ after, limit: SESSIONS_PER_PAGE }))
      const due: { readonly session: OpenSession; readonly ending: SessionEnding }[] = []
      const bases = await loadSessionBases(rows, context, now)
      for (const [index, { session }] of rows.entries()) {
        const ending = sessionEndedAt(session, bases[index] as SessionBasis, now)
        // If this process's clock is behind the one that started the session, the session is not due yet.
        if (ending !== undefined && session.startedAt <= now && due.length < limit) due.push({ session, ending })
      }
      const changes = due.map(({ session, ending }) => {
        const event = endSession(session, ending, newId)
        return { session: applySessionEnd(session, event), event, ending }
      })
      const last = rows[SESSIONS_PER_PAGE - 1]?.session
      return {
        save: (repository) => repository.saveSessionChanges(changes.map(({ session, event }) => ({ session, event }))),
        result: {
          next: last && { endsAt: last.endsAt, hash: last.hash },
          ended: changes.map(({ session, ending }): RecordedEnd => {
            const { revision: _, ...ended } = toEndedSession(session, ending)
            return ended
          }),
        },
      }
    })

  return {
    async recordDue(input: { readonly limit?: number | undefined } = {}): Promise<RecordedEnd[]> {
      const { limit } = unwrap(readRecord(RecordDueOptions, input))
      const recorded = await recordExpiries(limit)
      for (let after: OpenSessionKey | undefined, more = true; more && recorded.length < limit; ) {
        const { next, ended } = await recordPage(after, limit - recorded.length)
        recorded.push(...ended)
        after = next
        more = next !== undefined
      }
      return recorded
    },
  }
}
