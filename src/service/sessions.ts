/** Sessions: who is inside, from a beginning to an end; every check decides anew (SPEC §7). */
import { z } from 'zod'
import { Actor, lacksPermission, type Permission } from '../domain/actor.js'
import { answer, decide, readQuestion } from '../domain/decision.js'
import { METHODS, type Method } from '../domain/decision-types.js'
import { AccessDenied, must, refuse } from '../domain/error.js'
import type { SessionEnd, SessionHash } from '../domain/event.js'
import { about, checkFacts } from '../domain/facts.js'
import type { TenantId } from '../domain/ids.js'
import { Id, Message, read, readRecord, together } from '../domain/input.js'
import { type Instant, isInstant } from '../domain/instant.js'
import { endSession, type Footing, mayNotEnter, mayNotStart, type Over, overAt, startSession } from '../domain/session.js'
import { begin, finish, type Session } from '../domain/session-state.js'
import {
  type LiveSession,
  liveSession,
  SESSION_STATUSES,
  type SessionStatus,
  type SessionView,
  sessionView,
} from '../domain/session-views.js'
import { stakesOf } from '../domain/status.js'
import type { SessionKey, SessionRow } from '../ports/repository.js'
import { ATTEMPTS, outrun } from './commands.js'
import { type Ports, pass } from './context.js'
import { AfterSession, cursorOf } from './cursor.js'
import { learned } from './decisions.js'
import { broken, limit, type Page, type PageInput, page, query } from './lists.js'
import { hashOf, newSessionId } from './session-id.js'

/** What to start: a session inside `tenant` by `method`. */
export interface StartInput {
  readonly tenant: TenantId
  readonly method: Method
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
  readonly cause: SessionEnd
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
export function footingOf(row: SessionRow, { store, legacy }: Ports, now: Instant): Promise<Footing> {
  return store(async () => {
    const { session, facts, governedSince } = row
    const { user, tenant, method, state, startedAt, endsAt } = session
    const { governed, requests } = checkFacts(about(tenant, facts))
    const question = readQuestion(user, tenant, method, now)
    const instants = state === 'ended' ? [startedAt, endsAt, session.endedAt] : [startedAt, endsAt]
    const sound = (state === 'open' || state === 'ended') && instants.every(isInstant) && governed === isInstant(governedSince)
    if (question === undefined || !sound) throw new TypeError('the repository answered with a malformed session')
    const stakes = stakesOf(user, requests)
    return { stakes, decision: answer(question, { governed, stakes }, legacy), governedSince }
  })
}

/** The record of an ended session as its commands give it. */
export function endedSession({ hash: session, tenant, revision }: Session, endedAt: Instant, cause: SessionEnd): EndedSession {
  return { session, tenant, status: 'ended', endedAt, cause, revision }
}

/** The service's sessions. */
export function sessions(ports: Ports) {
  const { store, policy, legacy, newId, now } = ports

  /** The session of that id and what it lives by now, if it is the actor's own; nobody else's is anything to him (SPEC 7.4). */
  const ownSession = async ({ user }: Actor, id: string) => {
    const hash = await hashOf(id)
    const row = await store((repository) => repository.session(hash))
    if (row?.session?.hash !== hash || row.session.user !== user) return undefined
    const at = now()
    return { session: row.session, at, footing: await footingOf(row, ports, at) }
  }

  return {
    async startImpersonation(actor: Actor, input: StartInput): Promise<LiveSession> {
      const [by, command] = must(together(read(Actor, actor, 'actor'), readRecord(StartCommand, input)))
      const { tenant, method } = command
      pass(mayNotStart(by, tenant))
      const { decision, at } = await learned(async () => {
        const facts = await store((repository) => repository.factsFor(tenant, by.user))
        const at = now()
        return { at, decision: decide(by.user, tenant, method, at, about(tenant, facts), { legacy }) }
      })
      if (!decision.allowed) throw new AccessDenied(decision)
      const id = newSessionId()
      const event = must(startSession(command, { actor: by, now: at, newId, hash: await hashOf(id), decision, policy }))
      const session = begin(event)
      if (!(await store((repository) => repository.saveSessions([{ session, event }])))) throw outrun()
      return liveSession(id, session, decision)
    },

    async checkImpersonation(actor: Actor, sessionId: string): Promise<LiveSession> {
      const [by, id] = must(together(read(Actor, actor, 'actor'), read(Id, sessionId, 'session')))
      const found = await learned(() => ownSession(by, id))
      if (found === undefined) return refuse({ code: by.impersonating === null ? 'not-found' : 'impersonating' })
      const { session, footing, at } = found
      const { decision } = footing
      pass(mayNotEnter(by, session.tenant, session.method))
      const over = overAt(session, footing, at)
      if (!decision.allowed && over?.cause !== 'left' && over?.cause !== 'expired') throw new AccessDenied(decision)
      if (over !== undefined || !decision.allowed) return refuse({ code: 'not-live', endedAt: over?.at ?? at })
      return liveSession(id, session, decision)
    },

    async endImpersonation(actor: Actor, sessionId: string): Promise<EndedSession> {
      const [by, id] = must(together(read(Actor, actor, 'actor'), read(Id, sessionId, 'session')))
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const { session, footing, at } = (await ownSession(by, id)) ?? refuse({ code: 'not-found' })
        if (session.state === 'ended') return endedSession(session, session.endedAt, session.cause)
        const over = overAt(session, footing, at) ?? { at: Math.max(at, session.startedAt), cause: 'left' as const }
        const event = endSession(session, over, newId)
        const after = finish(session, event)
        if (await store((repository) => repository.saveSessions([{ session: after, event }])))
          return endedSession(after, over.at, over.cause)
      }
      throw outrun()
    },

    async sessions(actor: Actor, input: SessionsInput = {}): Promise<Page<SessionView>> {
      const [by, { limit, status, cursor }] = must(together(read(Actor, actor, 'actor'), readRecord(SessionsQuery, input)))
      pass(lacksPermission(by, 'submit', 'answer'))
      const at = cursor?.now ?? now()
      const tenantIf = (permission: Permission) => (by.permissions.includes(permission) ? by.tenant : undefined)
      const parties = { requestingTenant: tenantIf('submit'), tenant: tenantIf('answer'), openAt: status === 'live' ? at : undefined }
      const seen = async (row: SessionRow) => {
        const footing = await footingOf(row, ports, at)
        const { session } = row
        if (session.requestingTenant !== parties.requestingTenant && session.tenant !== parties.tenant) broken()
        return { session, over: overAt(session, footing, at) }
      }

      // Whether a session is live is for the decision to say, the host's rule included: no store can filter by it. So pages are asked for
      // until one is full.
      const rows: { readonly session: Session; readonly over: Over | undefined }[] = []
      for (let after: SessionKey | undefined = cursor, more = true; more && rows.length <= limit; ) {
        const some: readonly SessionRow[] = await store((repository) => repository.sessions({ ...parties, after, limit: limit + 1 }))
        for (const one of await Promise.all(some.map(seen))) {
          if (status === undefined || (one.over === undefined) === (status === 'live')) rows.push(one)
        }
        const last = some[limit]?.session
        more = last !== undefined
        after = last && keyOf(last)
      }
      const view = ({ session, over }: (typeof rows)[number]) => sessionView(session, over, by.tenant, policy)
      return page('sessions', rows, limit, view, ({ session }) => ({ now: at, ...keyOf(session) }))
    },
  }
}

function keyOf({ startedAt, hash }: Session): SessionKey {
  return { startedAt, hash }
}
