/** The actor of a login that keeps a session: a dead one never locks its user out (SPEC 7.8). */
import type { Actor } from '../domain/actor.js'
import { unwrap } from '../domain/error.js'
import { isId } from '../domain/ids.js'
import { type Login, type LoginSessionEnd, type Resumed, readLogin } from '../domain/login.js'
import { checkCanEnter } from '../domain/session.js'
import { toLiveSession } from '../domain/session-views.js'
import type { ServiceContext } from './context.js'
import { loadFacts } from './decide-from-repository.js'
import { evaluateOwnSession } from './own-session.js'

const NOT_FOUND: LoginSessionEnd = Object.freeze({ at: null, cause: 'not-found' })

/** The `resume` method of the service. */
export function createResume(context: ServiceContext) {
  return {
    async resume(login: Login): Promise<Resumed> {
      const { session: id, ...actor } = unwrap(readLogin(login, 'login'))
      if (id === null) return outside(actor, null)
      // A text that is no id may come from a cookie that was tampered with: it must not lock its user out.
      const own = isId(id) ? await loadFacts(() => evaluateOwnSession(context, actor, id)) : undefined
      if (own === undefined) return outside(actor, NOT_FOUND)
      const { session, basis, ending, now } = own
      if (ending !== undefined) return outside(actor, { at: ending.at, cause: ending.cause })
      // A user who moved to another tenant enters no more by the old one's requests (SPEC 2.7).
      if (session.requestingTenant !== actor.tenant) return outside(actor, { at: now, cause: 'access-lost' })
      const { tenant, method } = session
      // The login says that the person is inside elsewhere: that is never dropped, and sessions do not nest (SPEC 7.3).
      if (!basis.decision.allowed || checkCanEnter(actor, tenant, method)) return outside(actor, null)
      const inside: Actor = { ...actor, impersonating: { tenant, method } }
      return { actor: inside, session: toLiveSession(id, session, basis.decision), ended: null }
    },
  }
}

/** The actor is inside no session, but maybe by a tool outside Consentry, as the login says. */
function outside(actor: Actor, ended: LoginSessionEnd | null): Resumed {
  return { actor, session: null, ended }
}
