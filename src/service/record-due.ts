/** Recording what the clock has done, so that notices go out: ended grants and ended sessions; no answer changes by it (SPEC 4.3, §7). */
import { z } from 'zod'
import { must } from '../domain/error.js'
import { readRecord } from '../domain/input.js'
import { endSession, type Over, overAt } from '../domain/session.js'
import { finish, type OpenSession } from '../domain/session-state.js'
import { expire } from '../domain/tenant-request.js'
import type { OpenSessionKey } from '../ports/repository.js'
import { ATTEMPTS, type Changed, committing, happened, outrun } from './commands.js'
import type { Ports } from './context.js'
import { type EndedSession, endedSession, footingOf } from './sessions.js'

/** What was recorded: a grant that has expired, or a session that is over, which has `session` and no `id`. */
export type Recorded = Changed | EndedSession

const DueCommand = z.strictObject(
  { limit: z.int('must be a whole number').min(1, 'must be at least 1').max(1000, 'must be at most 1,000').default(100) },
  'must be options',
)

/** How many open sessions are looked at in one step. */
const STEP = 200

/** The service's `recordDue`. */
export function recordingDue(ports: Ports) {
  const { store, newId, now } = ports

  const recordExpiries = (limit: number): Promise<Changed[]> => {
    const at = now()
    return committing(ports)(
      () => store((repository) => repository.due(at, limit)),
      (request) => happened(expire(request, { now: at, newId })),
    )
  }

  /** The next step of open sessions, and which of them are over; where another was faster, from the start of the step. */
  const recordStep = async (after: OpenSessionKey | undefined, limit: number) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const at = now()
      const rows = await store((repository) => repository.openSessions({ after, limit: STEP }))
      const overs: { readonly session: OpenSession; readonly over: Over }[] = []
      for (const row of rows) {
        const footing = await footingOf(row, ports, at)
        const { session } = row
        const over = overAt(session, footing, at)
        // A clock behind the one that started a session knows nothing of it yet.
        if (over !== undefined && session.startedAt <= at && overs.length < limit) overs.push({ session, over })
      }
      const changes = overs.map(({ session, over }) => {
        const event = endSession(session, over, newId)
        return { session: finish(session, event), event, over }
      })
      const saved = await store((repository) => repository.saveSessions(changes.map(({ session, event }) => ({ session, event }))))
      if (!saved) continue
      const last = rows[STEP - 1]?.session
      const ended = changes.map(({ session, over }) => endedSession(session, over.at, over.cause))
      return { next: last && { endsAt: last.endsAt, hash: last.hash }, ended }
    }
    throw outrun()
  }

  return {
    async recordDue(input: { readonly limit?: number | undefined } = {}): Promise<Recorded[]> {
      const { limit } = must(readRecord(DueCommand, input))
      const recorded: Recorded[] = await recordExpiries(limit)
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
