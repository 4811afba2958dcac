/** Sessions: who is inside, from a beginning to an end; every check decides anew (SPEC §7). */

import * as z from 'zod'
import { type Actor, actorSchema, checkPermission, type Permission } from '../domain/actor.js'
import { decide, evaluate, parseAccessQuery } from '../domain/decision.js'
import { type AccessMethod, METHODS } from '../domain/decision-types.js'
import { AccessDenied, throwRefusal, unwrap } from '../domain/error.js'
import type { SessionEndCause, SessionHash } from '../domain/event.js'
import { expectFactsOf, parseFacts } from '../domain/facts.js'
import type { TenantId } from '../domain/ids.js'
import { combine, Id, Message, read, readRecord } from '../domain/input.js'
import { type Instant, isInstant } from '../domain/instant.js'
import {
  checkCanEnter,
  checkCanStart,
  endSession,
  type SessionBasis,
  type SessionEnding,
  sessionEndedAt,
  startSession,
} from '../domain/session.js'
import { applySessionEnd, type Session, sessionFromStart } from '../domain/session-state.js'
import {
  type LiveSession,
  SESSION_STATUSES,
  type SessionStatus,
  type SessionView,
  sessionView,
  toLiveSession,
} from '../domain/session-views.js'
import { requestsOfUser } from '../domain/status.js'
import type { SessionKey, SessionRow } from '../ports/repository.js'
import { MAX_ATTEMPTS, retriesExhausted } from './commands.js'
import { type ServiceContext, throwIfRefused } from './context.js'
import { AfterSession, cursorOf } from './cursor.js'
import { loadFacts } from './decisions.js'
import { limit, type Page, type PageInput, query, throwBrokenRepository, toPage } from './lists.js'
import { newSessionId, sessionHash } from './session-id.js'

/** What to start: a session inside `tenant` by `method`. */
export interface StartInput {
  readonly tenant: TenantId
  readonly method: AccessMethod
  /** Why, for the records of the user's own tenant; the tenant he enters is not shown it (SPEC 3.3, 7.6). */
  readonly reason?: string | undefined
}

/**
 * A session that is over: since `endedAt`, in milliseconds, and why, its `cause`. `session` is the hash of its id (SPEC 7.4), `tenant` the
 * one it was in, and `revision` that of its end.
 */
export interface EndedSession {
  readonly session: SessionHash
  readonly tenant: TenantId
  readonly status: 'ended'
  readonly endedAt: Instant
  readonly cause: SessionEndCause
  readonly revision: number
}

/** The sessions of the actor's tenant, of one `status` as of the first page's instant; absent is all (SPEC 7.6). */
export interface SessionsInput extends PageInput {
  readonly status?: SessionStatus | undefined
}

const StartCommand = z.strictObject(
  { tenant: Id, method: z.enum(METHODS, 'must be a method'), reason: Message.default('') },
  'must name a tenant and a method',
)
const status = z.enum(SESSION_STATUSES, 'must be a status').optional()
const SessionsQuery = query({ limit, status, cursor: cursorOf('sessions', AfterSession).optional() })

/** What a session lives by at `now`; what cannot be believed carries no session, and is the repository's failure. */
export function loadSessionBasis(row: SessionRow, { withRepository, legacy }: ServiceContext, now: Instant): Promise<SessionBasis> {
  return withRepository(async () => {
    const { session, facts, governedSince } = row
    const { user, tenant, method, state, startedAt, endsAt } = session
    const { governed, requests } = parseFacts(expectFactsOf(tenant, facts))
    const question = parseAccessQuery(user, tenant, method, now)
    const instants = state === 'ended' ? [startedAt, endsAt, session.endedAt] : [startedAt, endsAt]
    const sound = (state === 'open' || state === 'ended') && instants.every(isInstant) && governed === isInstant(governedSince)
    if (question === undefined || !sound) throw new TypeError('the repository answered with a malformed session')
    const ownRequests = requestsOfUser(user, requests)
    return { requests: ownRequests, decision: evaluate(question, { governed, requests: ownRequests }, legacy), governedSince }
  })
}

/** The record of an ended session as its commands give it. */
export function toEndedSession({ hash: session, tenant, revision }: Session, endedAt: Instant, cause: SessionEndCause): EndedSession {
  return { session, tenant, status: 'ended', endedAt, cause, revision }
}

/** The service's sessions. */
export function createSessions(ports: ServiceContext) {
  const { withRepository, policy, legacy, newId, now } = ports

  /** The session of that id and what it lives by now, if it is the actor's own; nobody else's is anything to him (SPEC 7.4). */
  const ownSession = async ({ user }: Actor, id: string) => {
    const hash = await sessionHash(id)
    const row = await withRepository((repository) => repository.session(hash))
    if (row?.session?.hash !== hash || row.session.user !== user) return undefined
    const at = now()
    return { session: row.session, at, footing: await loadSessionBasis(row, ports, at) }
  }

  return {
    async startImpersonation(actor: Actor, input: StartInput): Promise<LiveSession> {
      const [by, command] = unwrap(combine(read(actorSchema, actor, 'actor'), readRecord(StartCommand, input)))
      const { tenant, method } = command
      throwIfRefused(checkCanStart(by, tenant))
      const { decision, at } = await loadFacts(async () => {
        const facts = await withRepository((repository) => repository.factsFor(tenant, by.user))
        const at = now()
        return { at, decision: decide(by.user, tenant, method, at, expectFactsOf(tenant, facts), { legacy }) }
      })
      if (!decision.allowed) throw new AccessDenied(decision)
      const id = newSessionId()
      const event = unwrap(startSession(command, { actor: by, now: at, newId, hash: await sessionHash(id), decision, policy }))
      const session = sessionFromStart(event)
      if ((await withRepository((repository) => repository.saveSessionChanges([{ session, event }]))) !== 'saved') throw retriesExhausted()
      return toLiveSession(id, session, decision)
    },

    async checkImpersonation(actor: Actor, sessionId: string): Promise<LiveSession> {
      const [by, id] = unwrap(combine(read(actorSchema, actor, 'actor'), read(Id, sessionId, 'session')))
      const found = await loadFacts(() => ownSession(by, id))
      if (found === undefined) return throwRefusal({ code: by.impersonating === null ? 'not-found' : 'impersonating' })
      const { session, footing, at } = found
      const { decision } = footing
      throwIfRefused(checkCanEnter(by, session.tenant, session.method))
      const over = sessionEndedAt(session, footing, at)
      if (!decision.allowed && over?.cause !== 'ended-by-user' && over?.cause !== 'expired') throw new AccessDenied(decision)
      if (over !== undefined || !decision.allowed) return throwRefusal({ code: 'session-ended', endedAt: over?.at ?? at })
      return toLiveSession(id, session, decision)
    },

    async endImpersonation(actor: Actor, sessionId: string): Promise<EndedSession> {
      const [by, id] = unwrap(combine(read(actorSchema, actor, 'actor'), read(Id, sessionId, 'session')))
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const { session, footing, at } = (await ownSession(by, id)) ?? throwRefusal({ code: 'not-found' })
        if (session.state === 'ended') return toEndedSession(session, session.endedAt, session.cause)
        const over = sessionEndedAt(session, footing, at) ?? { at: Math.max(at, session.startedAt), cause: 'ended-by-user' as const }
        const event = endSession(session, over, newId)
        const after = applySessionEnd(session, event)
        if ((await withRepository((repository) => repository.saveSessionChanges([{ session: after, event }]))) === 'saved')
          return toEndedSession(after, over.at, over.cause)
      }
      throw retriesExhausted()
    },

    async sessions(actor: Actor, input: SessionsInput = {}): Promise<Page<SessionView>> {
      const [by, { limit, status, cursor }] = unwrap(combine(read(actorSchema, actor, 'actor'), readRecord(SessionsQuery, input)))
      throwIfRefused(checkPermission(by, 'submit', 'answer'))
      const at = cursor?.now ?? now()
      const tenantIf = (permission: Permission) => (by.permissions.includes(permission) ? by.tenant : undefined)
      const parties = { requestingTenant: tenantIf('submit'), tenant: tenantIf('answer'), openAt: status === 'live' ? at : undefined }
      const withEnding = async (row: SessionRow) => {
        const footing = await loadSessionBasis(row, ports, at)
        const { session } = row
        if (session.requestingTenant !== parties.requestingTenant && session.tenant !== parties.tenant) throwBrokenRepository()
        return { session, over: sessionEndedAt(session, footing, at) }
      }

      // Whether a session is live is for the decision to say, the host's rule included: no store can filter by it. So pages are asked for
      // until one is full.
      const rows: { readonly session: Session; readonly over: SessionEnding | undefined }[] = []
      for (let after: SessionKey | undefined = cursor, more = true; more && rows.length <= limit; ) {
        const some: readonly SessionRow[] = await withRepository((repository) =>
          repository.sessions({ ...parties, after, limit: limit + 1 }),
        )
        for (const one of await Promise.all(some.map(withEnding))) {
          if (status === undefined || (one.over === undefined) === (status === 'live')) rows.push(one)
        }
        const last = some[limit]?.session
        more = last !== undefined
        after = last && keyOf(last)
      }
      const view = ({ session, over }: (typeof rows)[number]) => sessionView(session, over, by.tenant, policy)
      return toPage('sessions', rows, limit, view, ({ session }) => ({ now: at, ...keyOf(session) }))
    },
  }
}

function keyOf({ startedAt, hash }: Session): SessionKey {
  return { startedAt, hash }
}
