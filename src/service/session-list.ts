/** The list of a user's and a tenant's sessions, whose status is evaluated page by page (SPEC 7.6). */
import type { Actor, Permission } from '../domain/actor.js'
import { unwrap } from '../domain/error.js'
import { readRecord } from '../domain/input.js'
import { type SessionBasis, type SessionEnding, sessionEndedAt } from '../domain/session.js'
import type { Session } from '../domain/session-state.js'
import { SESSION_STATUSES, type SessionStatus, type SessionView, sessionView } from '../domain/session-views.js'
import { pagesOf } from '../ports/event-loop.js'
import type { SessionKey, SessionRow } from '../ports/repository.js'
import { parseActor } from './arguments.js'
import { type ServiceContext, throwBrokenRepository } from './context.js'
import { type Page, type PageInput, pageQuery, SessionCursor, statusFilter, toPage } from './pages.js'
import { loadBasesByFacts } from './session-basis.js'

/** The query of `sessions` (SPEC 7.6). */
export interface SessionsInput extends PageInput {
  /** Only sessions of this status at the instant of the first page. By default all. */
  readonly status?: SessionStatus | undefined
}

const SessionsQuery = pageQuery('sessions', SessionCursor, { status: statusFilter(SESSION_STATUSES) })

/** The rows that are read at once where a status filters: few of them may match. */
const ROWS_PER_PAGE = 250

interface EvaluatedSession {
  readonly session: Session
  readonly ending: SessionEnding | undefined
}

/** The list of sessions of the service. */
export function createSessionList(context: ServiceContext) {
  const { withRepository, policy } = context

  return {
    async sessions(actor: Actor, input: SessionsInput = {}): Promise<Page<SessionView>> {
      const by = parseActor(actor)
      const { limit, status, cursor, list } = unwrap(readRecord(SessionsQuery, input))
      const now = cursor?.now ?? context.now()
      const tenantIf = (permission: Permission) => (by.permissions.includes(permission) ? by.tenant : undefined)
      const { user } = by
      const parties = { requestingTenant: tenantIf('submit'), tenant: tenantIf('answer'), user }
      const evaluateRows = async (rows: readonly SessionRow[]): Promise<EvaluatedSession[]> => {
        for (const { session } of rows)
          if (session.requestingTenant !== parties.requestingTenant && session.tenant !== parties.tenant && session.user !== user)
            throwBrokenRepository()
        const bases = await loadBasesByFacts(rows, context, now)
        return rows.map(({ session }, index) => ({ session, ending: sessionEndedAt(session, bases[index] as SessionBasis, now) }))
      }

      // Only the domain knows whether access was lost for a while, so this loop reads on until the page is full.
      const matching: EvaluatedSession[] = []
      const pageSize = status === undefined ? limit + 1 : ROWS_PER_PAGE
      const read = (after: SessionKey | undefined) =>
        withRepository((repository) =>
          repository.sessions({ ...parties, now, liveOnly: status === 'live', after: after ?? cursor, limit: pageSize }),
        )
      const keyAfter = ({ [pageSize - 1]: last }: readonly SessionRow[]) => last && sessionKey(last.session)
      for await (const rows of pagesOf(read, keyAfter)) {
        for (const evaluated of await evaluateRows(rows)) {
          if (status === undefined || (evaluated.ending === undefined) === (status === 'live')) matching.push(evaluated)
        }
        if (matching.length > limit) break
      }
      const view = ({ session, ending }: EvaluatedSession) => sessionView(session, ending, by, policy)
      return toPage(list, matching, limit, view, ({ session }) => ({ now, ...sessionKey(session) }))
    },
  }
}

function sessionKey({ startedAt, hash }: Session): SessionKey {
  return { startedAt, hash }
}
