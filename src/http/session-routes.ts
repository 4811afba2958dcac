/** The routes of impersonation sessions. A session's secret id is in none of them (SPEC 11.4). */
import { throwRefusal } from '../domain/error.js'
import { isId } from '../domain/ids.js'
import { route } from './route.js'
import { EndSessionIn, NoQuery, SessionsQuery, StartIn } from './wire-inputs.js'
import { pageOut } from './wire-pages.js'
import { EndedSessionOut, OwnSessionOut, SessionOut } from './wire-sessions.js'

export const sessionRoutes = [
  route({
    id: 'startSession',
    method: 'POST',
    path: '/session',
    summary: 'Starts a session inside a tenant, if the decision allows it.',
    description: "The session's secret id is not in the answer: the login keeps it, in a cookie or as the host does.",
    outside: true,
    query: NoQuery,
    body: StartIn,
    status: 201,
    answer: OwnSessionOut,
    names: true,
    refusals: ['access-denied', 'too-many-sessions'],
    run: async ({ consentry, actor, body, person }) => {
      const session = await consentry.startImpersonation(actor, body)
      try {
        await person.keep(session.id)
      } catch (error) {
        // Nobody has its id, so nobody could leave it.
        await consentry.endImpersonation(actor, session.id).catch(() => {})
        throw error
      }
      return session
    },
  }),
  route({
    id: 'getSession',
    readsFactsOnly: true,
    method: 'GET',
    path: '/session',
    summary: "Returns the person's own live session, or 204 if there is none.",
    query: NoQuery,
    status: 200,
    answer: OwnSessionOut,
    mayBeEmpty: true,
    names: true,
    run: async ({ session }) => session ?? undefined,
  }),
  route({
    id: 'leaveSession',
    method: 'DELETE',
    path: '/session',
    summary: "Ends the session that the person's login keeps. One that is over keeps its end.",
    query: NoQuery,
    status: 200,
    answer: EndedSessionOut,
    refusals: ['not-found'],
    run: async ({ consentry, actor, person }) => {
      const { session: kept } = person.login
      if (!isId(kept)) return throwRefusal({ code: 'not-found' })
      const ended = await consentry.endImpersonation(actor, kept)
      await person.keep(null)
      return ended
    },
  }),
  route({
    id: 'listSessions',
    method: 'GET',
    path: '/sessions',
    summary: "Lists the own sessions and, by permission, those of the own tenant's users and those inside it.",
    query: SessionsQuery,
    status: 200,
    answer: pageOut('SessionPage', SessionOut),
    page: true,
    names: true,
    run: ({ consentry, actor, query }) => consentry.sessions(actor, query),
  }),
  route({
    id: 'endSession',
    method: 'POST',
    path: '/sessions/end',
    summary: 'Ends a session by its public hash: for its user, the tenant it is in, or the requesting tenant.',
    query: NoQuery,
    body: EndSessionIn,
    status: 200,
    answer: EndedSessionOut,
    refusals: ['impersonating', 'not-found'],
    run: async ({ consentry, actor, body: { hash } }) => {
      const { items } = await consentry.sessions(actor, { session: hash, limit: 1 })
      // A session that the person may not see is never read by its hash; it is refused as one that does not exist (SPEC 11.2).
      if (items.length === 0) return throwRefusal({ code: actor.impersonating === null ? 'not-found' : 'impersonating' })
      return consentry.endSession(actor, hash)
    },
  }),
] as const
