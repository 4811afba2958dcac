/** Impersonation sessions: start, check and end; every check evaluates the decision again (SPEC §7). */
import * as z from 'zod'
import type { Actor } from '../domain/actor.js'
import { type AccessMethod, METHODS } from '../domain/decision-types.js'
import { AccessDenied, type EndedSession, throwRefusal, unwrap } from '../domain/error.js'
import type { TenantId } from '../domain/ids.js'
import { Id, read, readRecord } from '../domain/input.js'
import type { Instant } from '../domain/instant.js'
import { messageWith } from '../domain/message.js'
import {
  checkCanEnter,
  checkCanStart,
  endSession,
  recordedEnding,
  type SessionEnding,
  sessionEndedAt,
  startSession,
} from '../domain/session.js'
import { applySessionEnd, sessionFromStart } from '../domain/session-state.js'
import { type LiveSession, toLiveSession } from '../domain/session-views.js'
import type { SessionRow } from '../ports/repository.js'
import { parseActor, parseStarter } from './arguments.js'
import { type ServiceContext, throwIfRefused } from './context.js'
import { decideFromRepository, loadFacts } from './decide-from-repository.js'
import { retriesExhausted, saveWithRetry } from './save-with-retry.js'
import { loadBasesByFacts, loadSessionBases, toEndedSession } from './session-basis.js'
import { newSessionId, sessionHash } from './session-id.js'

/** The session to start. */
export interface StartInput {
  /** The tenant to act in. */
  readonly tenant: TenantId
  /** The way to enter (SPEC 5.1). */
  readonly method: AccessMethod
  /**
   * Why, for the records of the user's own tenant; `''` by default.
   * The tenant entered does not see it (SPEC 3.3, 7.6). The policy may require one (SPEC 3.3a).
   */
  readonly reason?: string | undefined
}

const startCommand = (least: number | undefined) =>
  z.strictObject(
    {
      tenant: Id,
      method: z.enum(METHODS, `must be a method: ${METHODS.map((method) => `\`${method}\``).join(', ')}`),
      reason: messageWith(least),
    },
    'must be a record with `tenant` and `method`',
  )

/** The session methods of the service. */
export function createSessions(context: ServiceContext) {
  const { withRepository, policy, newId } = context
  const StartCommand = startCommand(policy.requireMessage.start)

  /** Loads the actor's own session. Other users' sessions are treated as missing (SPEC 7.4). */
  const loadOwnSession = async ({ user }: Actor, id: string): Promise<(SessionRow & { readonly now: Instant }) | undefined> => {
    const hash = await sessionHash(id)
    const loadedAt = context.now()
    const [row] = await withRepository((repository) => repository.sessionRows({ hashes: [hash], now: loadedAt }))
    if (row?.session?.hash !== hash || row.session.user !== user) return undefined
    // The facts answer for the instant at which they were asked for, and later; the clock may have stepped back since (SPEC 5.2).
    return { ...row, now: Math.max(loadedAt, context.now()) }
  }

  return {
    async startImpersonation(actor: Actor, input: StartInput): Promise<LiveSession> {
      const by = parseStarter(actor)
      const command = unwrap(readRecord(StartCommand, input))
      const { tenant, method } = command
      throwIfRefused(checkCanStart(by, tenant))
      const question = { user: by.user, tenant, method, from: by.tenant }
      const { decision, now } = await decideFromRepository(context, question, context.now)
      if (!decision.allowed) throw new AccessDenied(decision)
      const id = newSessionId()
      const event = unwrap(startSession(command, { actor: by, now, newId, hash: await sessionHash(id), decision, policy }))
      const session = sessionFromStart(event)
      // No retry: the hash of a new random id cannot conflict, unless the repository is broken.
      if ((await withRepository((repository) => repository.saveSessionChanges([{ session, event }]))) !== 'saved') throw retriesExhausted()
      return toLiveSession(id, session, decision)
    },

    async checkImpersonation(actor: Actor, sessionId: string): Promise<LiveSession> {
      const by = parseActor(actor)
      const id = unwrap(read(Id, sessionId, 'session'))
      const found = await loadFacts(async () => {
        const row = await loadOwnSession(by, id)
        return row && { ...row, basis: await onlyOne(loadSessionBases([row], context, row.now)) }
      })
      if (found === undefined) return throwRefusal({ code: by.impersonating === null ? 'not-found' : 'impersonating' })
      const { session, basis, now } = found
      const { decision } = basis
      throwIfRefused(checkCanEnter(by, session.tenant, session.method))
      const ending = sessionEndedAt(session, basis, now)
      // A user who moved to another tenant enters no more by the old one's requests (SPEC 2.7).
      if (session.requestingTenant !== by.tenant) return throwRefusal({ code: 'session-ended', endedAt: ending?.at ?? now })
      if (!decision.allowed && (ending === undefined || ending.cause === 'access-lost')) throw new AccessDenied(decision)
      if (ending !== undefined || !decision.allowed) return throwRefusal({ code: 'session-ended', endedAt: ending?.at ?? now })
      return toLiveSession(id, session, decision)
    },

    async endImpersonation(actor: Actor, sessionId: string): Promise<EndedSession> {
      const by = parseActor(actor)
      const id = unwrap(read(Id, sessionId, 'session'))
      return saveWithRetry(context, async () => {
        const row = (await loadOwnSession(by, id)) ?? throwRefusal({ code: 'not-found' })
        const { session } = row
        // A clock behind the one that started the session must not make lost access of leaving (SPEC 7.7).
        const now = Math.max(row.now, session.startedAt)
        const basis = await onlyOne(loadBasesByFacts([row], context, now))
        if (session.state === 'ended') {
          return { save: undefined, result: toEndedSession(session, recordedEnding(session)) }
        }
        const leaving: SessionEnding = { at: now, cause: 'ended-by-user' }
        const ending = sessionEndedAt(session, basis, now) ?? leaving
        const event = endSession(session, ending, newId)
        const ended = applySessionEnd(session, event)
        return {
          save: (repository) => repository.saveSessionChanges([{ session: ended, event }]),
          result: toEndedSession(ended, ending),
        }
      })
    },
  }
}

async function onlyOne<T>(all: Promise<readonly T[]>): Promise<T> {
  return (await all)[0] as T
}
