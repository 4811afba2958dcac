/** The recording of expired grants and ended sessions, which changes no answer (SPEC 4.3, §7). */
import * as z from 'zod'
import { expire, lapse } from '../domain/due-request.js'
import { type EndedSession, type RequestSummary, unwrap } from '../domain/error.js'
import type { TenantRequestId } from '../domain/ids.js'
import { readRecord } from '../domain/input.js'
import type { Instant } from '../domain/instant.js'
import { numberError } from '../domain/issue-messages.js'
import { recordEnd, type SessionBasis, sessionEndedAt } from '../domain/session.js'
import type { SessionHash } from '../domain/session-hash.js'
import type { TenantRequest } from '../domain/tenant-request-state.js'
import { pagesOf } from '../ports/event-loop.js'
import type { DueKey, OpenSessionKey, SessionChange } from '../ports/repository.js'
import { changeInSteps, eventOrNone } from './change-requests.js'
import type { ServiceContext } from './context.js'
import { eachReadable } from './passing-over.js'
import { saveWithRetry } from './save-with-retry.js'
import { loadSessionBases, toEndedSession } from './session-basis.js'

/**
 * A recorded end: an expired grant, or an ended session.
 * Only a session has the key `session`, and only a grant has `id`.
 * It has no revision: `recordDue` has no actor, so no party whose revision it could be (SPEC 4.10).
 */
export type RecordedEnd = Omit<RequestSummary, 'revision'> | Omit<EndedSession, 'revision'>

const RecordDueOptions = z.strictObject(
  { limit: z.int(numberError('must be a whole number')).min(1, 'must be at least 1').max(1000, 'must be at most 1,000').default(100) },
  'must be a record with `limit`',
)

const SESSIONS_PER_PAGE = 200

/** The `recordDue` method of the service. */
export function createRecordDue(context: ServiceContext) {
  const { withRepository, newId } = context

  /**
   * Records up to `limit` expired grants and lapsed requests.
   * One that cannot be read is reported and passed over (SPEC 4.3).
   */
  const recordRequests = async (limit: number): Promise<RecordedEnd[]> => {
    const now = context.now()
    const ended: RecordedEnd[] = []
    const decide = (request: TenantRequest) => {
      if (ended.length >= limit) return undefined
      return eventOrNone((request.state === 'pending' ? lapse : expire)(request, { now, newId }))
    }
    await changeInSteps(context, due(now, limit, ended), decide, ({ id, tenant, state }) =>
      ended.push({ id, tenant, status: state === 'lapsed' ? state : 'expired' }),
    )
    return ended
  }

  /** Returns the due requests page by page, until enough are recorded. */
  async function* due(now: Instant, limit: number, recorded: readonly unknown[]): AsyncGenerator<readonly TenantRequestId[]> {
    const read = (after: DueKey | undefined) =>
      withRepository((repository) => repository.dueRequests({ now, after, limit: limit - recorded.length }))
    for await (const page of pagesOf(read, (keys) => keys.at(-1))) {
      yield page.map(({ id }) => id)
      if (recorded.length >= limit) return
    }
  }

  /** Records up to `limit` of these sessions that have ended. */
  const saveEnds = (hashes: readonly SessionHash[], limit: number): Promise<RecordedEnd[]> =>
    saveWithRetry(context, async () => {
      const now = context.now()
      const found = await withRepository((repository) => repository.sessionRows({ hashes, now }))
      const byHash = new Map(found.map((row) => [row.session.hash, row]))
      const rows = hashes.flatMap((hash) => byHash.get(hash) ?? [])
      const { bases } = await loadSessionBases(rows, context, now)
      const changes: SessionChange[] = []
      const recorded: RecordedEnd[] = []
      for (const [index, { session }] of rows.entries()) {
        const ending = sessionEndedAt(session, bases[index] as SessionBasis, now)
        // If this process's clock is behind the one that started the session, the session is not due yet.
        if (session.state !== 'open' || ending === undefined || session.startedAt > now || changes.length >= limit) continue
        const change = recordEnd(session, ending, newId)
        const { revision: _, ...ended } = toEndedSession(change.session, ending)
        changes.push(change)
        recorded.push(ended)
      }
      return { save: (repository) => repository.saveSessionChanges(changes), result: recorded }
    })

  return {
    async recordDue(input: { readonly limit?: number | undefined } = {}): Promise<RecordedEnd[]> {
      const { limit } = unwrap(readRecord(RecordDueOptions, input))
      const recorded = await recordRequests(limit)
      if (recorded.length >= limit) return recorded
      const readOpen = (after: OpenSessionKey | undefined) =>
        withRepository((repository) => repository.openSessions({ after, limit: SESSIONS_PER_PAGE }))
      for await (const page of pagesOf(readOpen, (keys) => keys.at(-1))) {
        const hashes = page.map(({ hash }) => hash)
        await eachReadable(hashes, async (some) => recorded.push(...(await saveEnds(some, limit - recorded.length))))
        if (recorded.length >= limit) break
      }
      return recorded
    },
  }
}
