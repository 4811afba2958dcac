/** Impersonation sessions: start and check; every check evaluates the decision again (SPEC §7). */
import * as z from 'zod'
import type { Actor } from '../domain/actor.js'
import { type AccessMethod, METHODS } from '../domain/decision-types.js'
import { AccessDenied, throwIfRefused, throwRefusal, unwrap } from '../domain/error.js'
import type { TenantId } from '../domain/ids.js'
import { Id, readRecord, readSecret } from '../domain/input.js'
import { messageWith } from '../domain/message.js'
import { checkCanEnter, checkCanStart, startSession } from '../domain/session.js'
import { sessionFromStart } from '../domain/session-state.js'
import { type LiveSession, toLiveSession } from '../domain/session-views.js'
import { parseActor, parseStarter } from './arguments.js'
import type { ServiceContext } from './context.js'
import { decideFromRepository, loadFacts } from './decide-from-repository.js'
import { evaluateOwnSession } from './own-session.js'
import { saveStart } from './save-start.js'
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
  const { policy, newId } = context
  const StartCommand = startCommand(policy.requireMessage.start)

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
      await saveStart(context, { session, event }, now)
      return toLiveSession(id, session, decision)
    },

    async checkImpersonation(actor: Actor, sessionId: string): Promise<LiveSession> {
      const by = parseActor(actor)
      const id = unwrap(readSecret(Id, sessionId, 'session'))
      const found = await loadFacts(() => evaluateOwnSession(context, by, id))
      if (found === undefined) return throwRefusal({ code: by.impersonating === null ? 'not-found' : 'impersonating' })
      const { session, basis, ending, now } = found
      const { decision } = basis
      throwIfRefused(checkCanEnter(by, session.tenant, session.method))
      // A user who moved to another tenant enters no more by the old one's requests (SPEC 2.7).
      if (session.requestingTenant !== by.tenant) return throwRefusal({ code: 'session-ended', endedAt: ending?.at ?? now })
      if (!decision.allowed && (ending === undefined || ending.cause === 'access-lost')) throw new AccessDenied(decision)
      if (ending !== undefined || !decision.allowed) return throwRefusal({ code: 'session-ended', endedAt: ending?.at ?? now })
      return toLiveSession(id, session, decision)
    },
  }
}
