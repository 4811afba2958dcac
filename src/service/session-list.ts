/** The list of a tenant's sessions; their status is evaluated after each page is read (SPEC 7.6). */
import * as z from 'zod'
import { type Actor, checkPermission, type Permission } from '../domain/actor.js'
import { readRecord } from '../domain/input.js'
import { type SessionBasis, type SessionEnding, sessionEndedAt } from '../domain/session.js'
import type { Session } from '../domain/session-state.js'
import { SESSION_STATUSES, type SessionStatus, type SessionView, sessionView } from '../domain/session-views.js'
import type { SessionKey, SessionRow } from '../ports/repository.js'
import { parseArguments } from './arguments.js'
import { type ServiceContext, throwBrokenRepository, throwIfRefused } from './context.js'
import { type Page, type PageInput, pageQuery, SessionCursor, toPage } from './pages.js'
import { loadBasesByFacts } from './session-basis.js'

/** The query of `sessions` (SPEC 7.6). */
export interface SessionsInput extends PageInput {
  /** Only sessions of this status at the instant of the first page. By default all. */
  readonly status?: SessionStatus | undefined
}

const status = z.enum(SESSION_STATUSES, 'must be a session status: `live` or `ended`').optional()
const SessionsQuery = pageQuery('sessions', SessionCursor, { status })

interface EvaluatedSession {
  readonly session: Session
  readonly ending: SessionEnding | undefined
}

/** The list of sessions of the service. */
export function createSessionList(context: ServiceContext) {
  const { withRepository, policy } = context

  return {
    async sessions(actor: Actor, input: SessionsInput = {}): Promise<Page<SessionView>> {
      const [by, { limit, status, cursor, list }] = parseArguments(actor, readRecord(SessionsQuery, input))
      throwIfRefused(checkPermission(by, 'submit', 'answer'))
      const now = cursor?.now ?? context.now()
      const tenantIf = (permission: Permission) => (by.permissions.includes(permission) ? by.tenant : undefined)
      const filter = { requestingTenant: tenantIf('submit'), tenant: tenantIf('answer'), openAt: status === 'live' ? now : undefined }
      const evaluateRows = async (rows: readonly SessionRow[]): Promise<EvaluatedSession[]> => {
        for (const { session } of rows)
          if (session.requestingTenant !== filter.requestingTenant && session.tenant !== filter.tenant) throwBrokenRepository()
        const bases = await loadBasesByFacts(rows, context, now)
        return rows.map(({ session }, index) => ({ session, ending: sessionEndedAt(session, bases[index] as SessionBasis, now) }))
      }

      // Only the decision knows whether a session is live, so the repository cannot filter by status.
      // This loop reads on until the page is full.
      const matching: EvaluatedSession[] = []
      for (let after: SessionKey | undefined = cursor, more = true; more && matching.length <= limit; ) {
        const rows: readonly SessionRow[] = await withRepository((repository) =>
          repository.sessions({ ...filter, after, limit: limit + 1 }),
        )
        for (const evaluated of await evaluateRows(rows)) {
          if (status === undefined || (evaluated.ending === undefined) === (status === 'live')) matching.push(evaluated)
        }
        const last = rows[limit]?.session
        more = last !== undefined
        after = last && sessionKey(last)
      }
      const view = ({ session, ending }: EvaluatedSession) => sessionView(session, ending, by.tenant, policy)
      return toPage(list, matching, limit, view, ({ session }) => ({ now, ...sessionKey(session) }))
    },
  }
}

function sessionKey({ startedAt, hash }: Session): SessionKey {
  return { startedAt, hash }
}
