/** The list of sessions. Their status is evaluated here, since no query can tell it (SPEC 7.6). */
import type { Actor } from '../domain/actor.js'
import { type AccessMethod, METHODS } from '../domain/decision-types.js'
import { unwrap } from '../domain/error.js'
import type { TenantId, TenantRequestId, UserId } from '../domain/ids.js'
import { Id, type InstantInput, readRecord } from '../domain/input.js'
import { type SessionBasis, type SessionEnding, sessionEndedAt } from '../domain/session.js'
import type { SessionHash } from '../domain/session-hash.js'
import type { Session } from '../domain/session-state.js'
import { SESSION_STATUSES, type SessionStatus, type SessionView, sessionView } from '../domain/session-views.js'
import { pagesOf } from '../ports/event-loop.js'
import type { SessionRow } from '../ports/repository.js'
import type { SessionKey, SessionsQuery } from '../ports/sessions-query.js'
import { parseActor, partiesOf } from './arguments.js'
import { type ServiceContext, throwBrokenRepository } from './context.js'
import { anyOfFilter, idsFilter, instantFilter, sessionFilter, statusesFilter } from './list-filters.js'
import { type Page, type PageInput, pageQuery, SessionCursor, toPage } from './pages.js'
import { loadBasesByFacts } from './session-basis.js'

/**
 * The query of `sessions` (SPEC 6.9, 7.6). Without a filter, all sessions match.
 * A filter matches only what the row shows to the actor.
 */
export interface SessionsInput extends PageInput {
  /** Only sessions of one of these statuses at the instant of the first page. */
  readonly status?: SessionStatus | readonly SessionStatus[] | undefined
  /** Only sessions that started at this instant or later. */
  readonly from?: InstantInput | undefined
  /** Only sessions that started before this instant. */
  readonly to?: InstantInput | undefined
  /** Only the session with this public hash. */
  readonly session?: SessionHash | undefined
  /** Only sessions that this grant allowed: `grantedBy` lists it. */
  readonly tenantRequest?: TenantRequestId | undefined
  /** Only sessions by these methods. */
  readonly methods?: AccessMethod | readonly AccessMethod[] | undefined
  /**
   * Only sessions of these users.
   * Only one's own match, and with `submit` those of the actor's tenant.
   */
  readonly users?: UserId | readonly UserId[] | undefined
  /**
   * Only sessions whose `tenant` is one of these.
   * Only one's own match, and with `submit` those of the actor's tenant.
   */
  readonly tenants?: TenantId | readonly TenantId[] | undefined
  /** Only sessions of these requesting tenants. */
  readonly requestingTenants?: TenantId | readonly TenantId[] | undefined
}

const SessionsFilters = pageQuery('sessions', SessionCursor, {
  status: statusesFilter(SESSION_STATUSES),
  from: instantFilter,
  to: instantFilter,
  session: sessionFilter,
  tenantRequest: Id.optional(),
  methods: anyOfFilter('methods', METHODS),
  users: idsFilter,
  tenants: idsFilter,
  requestingTenants: idsFilter,
})

/** The rows that are read at once where a status filters: few of them may match. */
export const ROWS_PER_PAGE = 250

/** A session with its end at an instant; `undefined` while it is live. */
export interface EvaluatedSession {
  readonly session: Session
  readonly ending: SessionEnding | undefined
}

/** The list of sessions of the service. */
export function createSessionList(context: ServiceContext) {
  return {
    async sessions(actor: Actor, input: SessionsInput = {}): Promise<Page<SessionView>> {
      const by = parseActor(actor)
      const { limit, status: statuses, cursor, list, ...filters } = unwrap(readRecord(SessionsFilters, input))
      const now = cursor?.now ?? context.now()
      const status = statuses?.length === 1 ? statuses[0] : undefined
      const query = { ...filters, now, liveOnly: status === 'live', after: cursor, limit: status === undefined ? limit + 1 : ROWS_PER_PAGE }
      // Only the domain knows whether access was lost for a while, so this loop reads on until the page is full.
      const matching: EvaluatedSession[] = []
      for await (const rows of evaluatedSessions(context, by, query)) {
        for (const row of rows) if (status === undefined || evaluatedStatus(row) === status) matching.push(row)
        if (matching.length > limit) break
      }
      const view = ({ session, ending }: EvaluatedSession) => sessionView(session, ending, by, context.policy)
      return toPage(list, matching, limit, view, ({ session }) => ({ now, ...sessionKey(session) }))
    },
  }
}

/**
 * Reads page after page of the sessions that the actor may see.
 * Evaluates them at the query's `now`.
 */
export async function* evaluatedSessions(
  context: ServiceContext,
  actor: Actor,
  query: Omit<SessionsQuery, 'requestingTenant' | 'tenant' | 'user'>,
): AsyncGenerator<readonly EvaluatedSession[], void, undefined> {
  const { now, limit } = query
  const parties = { ...partiesOf(actor), user: actor.user }
  const read = (after: SessionKey | undefined) =>
    context.withRepository((repository) => repository.sessions({ ...query, ...parties, after: after ?? query.after }))
  const keyAfter = ({ [limit - 1]: last }: readonly SessionRow[]) => last && sessionKey(last.session)
  for await (const rows of pagesOf(read, keyAfter)) {
    for (const { session } of rows)
      if (session.requestingTenant !== parties.requestingTenant && session.tenant !== parties.tenant && session.user !== parties.user)
        throwBrokenRepository()
    const bases = await loadBasesByFacts(rows, context, now)
    yield rows.map(({ session }, index) => ({ session, ending: sessionEndedAt(session, bases[index] as SessionBasis, now) }))
  }
}

/** Returns the status of an evaluated session. */
export function evaluatedStatus({ ending }: EvaluatedSession): SessionStatus {
  return ending === undefined ? 'live' : 'ended'
}

function sessionKey({ startedAt, hash }: Session): SessionKey {
  return { startedAt, hash }
}
